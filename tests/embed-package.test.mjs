// The npm package `@kelisim/embed`: what is packed, its types, and an app that uses it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { listen } from "./integrations/static.mjs";
import { banner, collectFaults } from "./support/browser.mjs";
import { PAGES, POLICIES, startShop } from "./support/embedding.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const SOURCE = path.join(ROOT, "packages/embed");

/** A folder of an app that has installed the packed package. @type {string} */
let folder;

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-package-"));
  const packed = path.join(folder, "node_modules/@kelisim/embed");
  await mkdir(packed, { recursive: true });
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
      cwd: SOURCE,
      encoding: "utf8",
    }),
  );
  const archive = path.join(folder, filename);
  execFileSync("tar", ["-xzf", archive, "--strip-components=1", "--directory", packed]);
  for (const name of ["react", "react-dom", "@types", "csstype"])
    await symlink(path.join(ROOT, "node_modules", name), path.join(folder, "node_modules", name));
});
after(() => rm(folder, { recursive: true, force: true }));

test("the package has its modules, types and licence, and nothing else", async () => {
  assert.deepEqual((await readdir(path.join(folder, "node_modules/@kelisim/embed"))).sort(), [
    "LICENSE",
    "README.md",
    "index.d.ts",
    "index.js",
    "kelisim.d.ts",
    "nothing.js",
    "package.json",
    "react.d.ts",
    "react.js",
  ]);
  const read = (/** @type {string} */ file) => readFile(path.join(ROOT, file), "utf8");
  assert.equal(
    await read("packages/embed/kelisim.d.ts"),
    await read("themes/default/assets/kelisim.d.ts"),
    "copy themes/default/assets/kelisim.d.ts to packages/embed: the package has the types of the page's script",
  );
  assert.equal(await read("packages/embed/LICENSE"), await read("LICENSE"));
});

test("the examples of its README compile", async () => {
  const readme = await readFile(path.join(SOURCE, "README.md"), "utf8");
  const examples = [...readme.matchAll(/^```(jsx|js)\n([\s\S]*?)^```$/gm)];
  assert.ok(examples.length > 1);
  for (const [at, [, language, code]] of examples.entries())
    await writeFile(path.join(folder, `example-${at}.${language}`), code);
  compile(
    examples.map(([, language], at) => `example-${at}.${language}`),
    { checkJs: true, noImplicitAny: false },
  );
});

/**
 * Checks types as an app would. Throws with the compiler's words.
 * @param {string[]} files
 * @param {object} [options]
 */
const compile = (files, options) => {
  const config = {
    compilerOptions: {
      noEmit: true,
      strict: true,
      allowJs: true,
      module: "nodenext",
      target: "es2022",
      lib: ["es2022", "dom"],
      jsx: "react-jsx",
      types: ["react"],
      ...options,
    },
    files,
  };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(config));
  try {
    execFileSync(path.join(ROOT, "node_modules/.bin/tsc"), ["--project", folder], {
      encoding: "utf8",
    });
  } catch (error) {
    assert.fail(/** @type {any} */ (error).stdout);
  }
};

test("its types let right uses pass and wrong ones fail", async () => {
  await writeFile(
    path.join(folder, "use.tsx"),
    `import { allows, choice, load, onConsent, open } from "@kelisim/embed";
import { Consent, useConsent } from "@kelisim/embed/react";

load({ src: "https://policies.shop.kz/embed.js" });
const end: () => void = onConsent(({ analytics }) => console.log(analytics === true));
end();
const may: boolean = allows("analytics marketing", "video") && choice().marketing;
const seen: Promise<boolean> = open();
document.addEventListener("consent:change", ({ detail }) => detail.functional);
const kept: boolean | undefined = window.kelisim?.allows("marketing");
export const Page = () => {
  const { functional } = useConsent();
  return <Consent category="marketing" service="video" fallback={<p>{String(functional)}</p>}><i /></Consent>;
};
export const used = [may, seen, kept];

// @ts-expect-error there is no such category
allows("statistics");
// @ts-expect-error the address is missing
load({});
// @ts-expect-error there is no such category
choice().statistics;
// @ts-expect-error a component needs a category
export const Bad = () => <Consent><i /></Consent>;
// @ts-expect-error there is no such category
export const Worse = () => <Consent category="ads"><i /></Consent>;
`,
  );
  compile(["use.tsx"]);
});

describe("an app with React", () => {
  const FRAME = "video.example";
  const OTHER = "other.example";
  /** @type {Awaited<ReturnType<typeof listen>>} */
  let app;
  /** @type {Awaited<ReturnType<typeof startShop>>} */
  let shop;

  before(async () => {
    await writeFile(
      path.join(folder, "app.jsx"),
      `import { allows, load, onConsent, open } from "@kelisim/embed";
import { Consent, useConsent } from "@kelisim/embed/react";
import { useEffect } from "react";
import { createRoot } from "react-dom/client";

const told = [];
const end = onConsent(({ marketing }) => told.push(marketing));
const App = () => {
  useEffect(() => {
    load({ src: "https://${POLICIES}/embed.js" });
    load({ src: "https://${POLICIES}/embed.js" });
  }, []);
  const { marketing } = useConsent();
  return <>
    <p id="choice">{String(marketing)}</p>
    <Consent category="marketing" service="video" fallback={<button onClick={() => open()}>Ask me</button>}>
      <iframe id="video" src="https://${FRAME}/" title="Video" />
    </Consent>
    <Consent category="marketing"><iframe id="other" src="https://${OTHER}/" title="Other" /></Consent>
    <a href="https://${POLICIES}/en/choices/" data-choices="open">Your privacy choices</a>
  </>;
};
Object.assign(window, { told, end, allows });
createRoot(document.getElementById("app")).render(<App />);
`,
    );
    const { outputFiles } = await esbuild.build({
      entryPoints: [path.join(folder, "app.jsx")],
      bundle: true,
      write: false,
      jsx: "automatic",
      // The links to the project's packages are this app's own packages.
      preserveSymlinks: true,
      nodePaths: [path.join(ROOT, "node_modules")],
      define: { "process.env.NODE_ENV": '"production"' },
    });
    app = await listen((request, response) =>
      request.url === "/app.js"
        ? response
            .writeHead(200, { "content-type": "text/javascript" })
            .end(outputFiles[0].contents)
        : response
            .writeHead(200, { "content-type": "text/html" })
            .end(
              '<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><div id="app"></div><script src="/app.js"></script></html>',
            ),
    );
    shop = await startShop((host) => {
      if (host === "www.shop.kz") return { port: app.port };
      return host === FRAME || host === OTHER ? `<!doctype html><title>${host}</title>` : undefined;
    });
  });
  after(async () => {
    await shop?.stop();
    await app?.stop();
  });

  /** @param {(page: import("playwright-core").Page) => Promise<void>} check */
  const visiting = async (check) => {
    const context = await shop.browser.newContext({ ignoreHTTPSErrors: true });
    try {
      const { faults } = await collectFaults(context);
      await context.exposeFunction("recordCall", () => {});
      const page = await context.newPage();
      shop.asked.length = 0;
      await page.goto(PAGES["a subdomain"]);
      await page.waitForFunction(() => "isDecided" in window);
      await check(page);
      assert.deepEqual(faults, []);
    } finally {
      await context.close();
    }
  };
  /** @param {string} host */
  const asked = (host) => shop.asked.filter((request) => request.host === host).length;

  test("loads the script once, and creates what waits when it is allowed, and not before", () =>
    visiting(async (page) => {
      await banner(page).dialog.waitFor();
      assert.equal(asked(POLICIES) > 0, true);
      assert.equal(shop.asked.filter(({ path }) => path === "/embed.js").length, 1);
      assert.equal(await page.locator("#choice").textContent(), "false");
      assert.equal(await page.locator("iframe").count(), 0);
      assert.deepEqual([asked(FRAME), asked(OTHER)], [0, 0]);
      await banner(page).accept.click();
      await page.frameLocator("#video").locator("title").waitFor({ state: "attached" });
      await page.frameLocator("#other").locator("title").waitFor({ state: "attached" });
      assert.equal(await page.locator("#choice").textContent(), "true");
      assert.deepEqual([asked(FRAME), asked(OTHER)], [1, 1]);
      assert.deepEqual(await page.evaluate("told"), [false, true]);
    }));

  test("follows the switch of one service, and withdrawal", () =>
    visiting(async (page) => {
      await page.getByRole("button", { name: "Ask me" }).click();
      await banner(page).box("marketing").check();
      const video = page.locator("[name=service][value=video]");
      await page.locator("#cc-main details", { has: video }).locator("summary").click();
      await video.uncheck();
      await banner(page).save.click();
      await page.frameLocator("#other").locator("title").waitFor({ state: "attached" });
      assert.equal(await page.locator("#video").count(), 0);
      assert.equal(asked(FRAME), 0);
      assert.equal(await page.evaluate('allows("marketing", "video")'), false);
      assert.equal(await page.evaluate('allows("marketing analytics")'), false);

      await page.getByRole("link", { name: "Your privacy choices" }).click();
      await banner(page).reject.click();
      await page.locator("#other").waitFor({ state: "detached" });
      assert.equal(await page.evaluate('allows("marketing")'), false);
    }));

  test("tells a listener that has ended nothing", () =>
    visiting(async (page) => {
      await page.evaluate("end()");
      await banner(page).accept.click();
      await page.frameLocator("#video").locator("title").waitFor({ state: "attached" });
      assert.deepEqual(await page.evaluate("told"), [false]);
    }));

  test("says on the console that a category or a service is not known", () =>
    visiting(async (page) => {
      for (const [wrong, name] of [
        ['"adds"', "adds"],
        ['"marketing", "vidoe"', "vidoe"],
      ]) {
        const told = page.waitForEvent("console");
        assert.equal(await page.evaluate(`console.error = console.info, allows(${wrong})`), false);
        assert.match((await told).text(), new RegExp(`kelisim: .* "${name}"`));
      }
    }));
});
