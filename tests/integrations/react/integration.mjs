// The app of this folder with a version of React: server and browser are bundled, for production
// and for development, where React tells of every difference that hydration finds.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { banner } from "../../support/browser.mjs";
import { integration } from "../harness.mjs";
import { listen } from "../static.mjs";

const SCRIPT = "/client.js";
/** Tells the server that the late part of a page is there. */
const ARRIVED = "/arrived";

/**
 * Bundles the app and serves it.
 * @param {string} packages the folder whose `node_modules` has React
 * @param {string} mode
 */
const serve = async (packages, mode) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-react-"));
  const find = createRequire(path.join(packages, "package.json"));
  const from = (/** @type {string} */ name) => path.dirname(find.resolve(`${name}/package.json`));
  /** @param {string} name @param {"browser" | "node"} platform */
  const bundle = (name, platform) =>
    esbuild.build({
      entryPoints: [fileURLToPath(new URL(`${name}.jsx`, import.meta.url))],
      outfile: path.join(folder, `${name}.cjs`),
      bundle: true,
      platform,
      format: platform === "node" ? "cjs" : "iife",
      jsx: "automatic",
      jsxDev: mode === "development",
      alias: {
        react: from("react"),
        "react-dom": from("react-dom"),
        "@kelisim/embed/react": fileURLToPath(
          new URL("../../../packages/embed/react.js", import.meta.url),
        ),
      },
      define: { "process.env.NODE_ENV": JSON.stringify(mode) },
      write: platform === "node",
    });
  await bundle("server", "node");
  const script = (await bundle("client", "browser")).outputFiles?.[0].contents;
  const { answer } = createRequire(import.meta.url)(path.join(folder, "server.cjs"));
  /** @type {(() => void)[]} */
  let waiting = [];
  const server = await listen((request, response) => {
    const address = new URL(request.url ?? "/", "http://localhost");
    if (address.pathname === SCRIPT) {
      response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    } else if (address.pathname === ARRIVED) {
      for (const arrive of waiting) arrive();
      waiting = [];
      response.writeHead(204).end();
    } else {
      const arrived = new Promise((resolve) => waiting.push(() => resolve(undefined)));
      answer(response, address, SCRIPT, arrived);
    }
  });
  const { stop } = server;
  return {
    ...server,
    stop: async () => {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
};

/**
 * @param {string} version
 * @param {string} packages the folder whose `node_modules` has React
 */
export const reactIntegration = (version, packages) => {
  for (const mode of ["production", "development"])
    integration(
      `React ${version}, ${mode}`,
      { start: () => serve(packages, mode), hasMap: true, hydratesLate: true },
      (visiting) => {
        test("asks on a page that is streamed, a part of which comes after the app has started", () =>
          visiting(async ({ page, open, counts }) => {
            const opened = open("/?reviews");
            await page.getByText("Reviews …").waitFor();
            await counts();
            await page.evaluate((address) => fetch(address), ARRIVED);
            await page.getByText("All like it").waitFor();
            await opened;
            await banner(page).dialog.waitFor();
            await counts();
            assert.equal(await page.locator("kelisim-banner").count(), 1);
          }));
      },
    );
};
