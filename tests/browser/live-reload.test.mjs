// `cargo xtask dev`: a page that is open shows a changed text by itself, and an error of the build
// until it is gone.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { createLiveReload } from "../../xtask/local/live-reload.mjs";
import { watchSite } from "../../xtask/local/rebuild.mjs";
import { ROOT } from "../../xtask/local/runtime.mjs";
import { launch, newVisitor } from "../support/browser.mjs";
import { startServer } from "../support/server.mjs";

/** A draft, whose texts may still change. */
const SITE = "smartustaz.kz";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {import("../../xtask/local/server.mjs").Server} */
let server;
/** @type {{ stop: () => void }} */
let builder;
/** @type {string} */
let cwd;
const live = createLiveReload();

before(async () => {
  cwd = mkdtempSync(path.join(os.tmpdir(), "kelisim-live-"));
  cpSync(path.join(ROOT, "content"), path.join(cwd, "content"), { recursive: true });
  cpSync(path.join(ROOT, "themes"), path.join(cwd, "themes"), { recursive: true });
  await new Promise((resolve) => {
    builder = watchSite({
      site: SITE,
      cwd,
      onBuild: ({ event, report }) => {
        if (event === "built") live.built();
        else live.failed(report);
        resolve(undefined);
      },
    });
  });
  server = await startServer({ site: SITE, dist: path.join(cwd, "dist", SITE), live });
  browser = await launch();
});
after(async () => {
  builder?.stop();
  await browser?.close();
  await server?.stop();
  rmSync(cwd, { recursive: true, force: true });
});

test("a saved text is on the open page by itself; a mistake is shown over it and goes away with the next good build", async (context) => {
  const { context: visit, faults } = await newVisitor(browser);
  const page = await visit.newPage();
  await page.goto(`${server.origin("DE")}/en/privacy/`);
  const folder = path.join(cwd, "content", SITE, "en/privacy");
  const file = path.join(folder, readdirSync(folder)[0]);
  const text = readFileSync(file, "utf8");

  const start = performance.now();
  writeFileSync(file, `${text}\nA sentence that nobody has written before.\n`);
  await page.getByText("A sentence that nobody has written before.").waitFor();
  context.diagnostic(`from saved to shown: ${Math.round(performance.now() - start)} ms`);

  writeFileSync(file, `${text}\nSee clause 99.99.\n`);
  const dialog = page.getByRole("dialog", { name: "The site could not be built" });
  await dialog.waitFor();
  assert.match((await dialog.textContent()) ?? "", /dangling-reference.*99\.99/s);

  writeFileSync(file, text);
  await dialog.waitFor({ state: "detached" });
  await page.getByText("See clause 99.99.").waitFor({ state: "detached" });
  assert.deepEqual(faults, []);
  await visit.close();
});
