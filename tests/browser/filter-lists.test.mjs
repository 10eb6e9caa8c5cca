// Those who block trackers lose nothing of a policy site: no address is blocked and no element
// hidden by the filter lists that blockers use. EasyList and EasyPrivacy are of Debian's package of
// uBlock Origin; `cargo xtask setup` fetches them where it can. Any further list that is put into
// `.tools/filter-lists/` as a `.txt` is checked too. What EasyList Cookie hides: see
// tests/theme/assets.test.mjs.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { FiltersEngine, Request } from "@ghostery/adblocker";
import { launch } from "../support/browser.mjs";
import { buildSite, SERVICES } from "../support/services.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = path.join(root, ".tools/filter-lists");
// Without the folder the tests are skipped, see `skip`.
const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".txt"));
const skip =
  names.length === 0 &&
  "there are no filter lists: `cargo xtask setup` fetches them on Debian and its relatives";

const HOST = "cap.kz";
const TYPES = /** @type {const} */ ({
  js: "script",
  css: "stylesheet",
  svg: "image",
  html: "document",
});

/** @type {FiltersEngine} */
let engine;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {{dist: string, remove: () => Promise<void>}} */
let full;

before(async () => {
  if (skip) return;
  const lists = await Promise.all(names.map((name) => readFile(path.join(folder, name), "utf8")));
  engine = FiltersEngine.parse(lists.join("\n"));
  [browser, full] = await Promise.all([launch(), buildSite(SERVICES)]);
});
after(async () => {
  await browser?.close();
  await full?.remove();
});

/** The built site, and one with a service of every kind. */
const sites = () => [path.join(root, "dist", HOST), full.dist];

/** Files of a site, relative to it. @param {string} dist */
const files = async (dist) =>
  (await readdir(dist, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(dist, path.join(entry.parentPath, entry.name)));

/**
 * What blocks a request of the site to itself, or of another page to the site.
 * @param {string} address
 * @param {"script" | "stylesheet" | "image" | "document" | "xhr" | "ping"} type
 * @param {string} [sourceUrl]
 */
const blocker = (address, type, sourceUrl = `https://${HOST}/kk/`) => {
  const { match, filter } = engine.match(
    Request.fromRawDetails({ url: `https://${HOST}${address}`, sourceUrl, type }),
  );
  return match ? `${address}: ${filter}` : undefined;
};

/** @typedef {{ids: string[], classes: string[], hrefs: string[]}} Tokens */
/**
 * The style sheet by which a blocker hides elements of a page.
 * @param {Tokens} tokens what the page has
 */
const hiding = (tokens) =>
  engine.getCosmeticsFilters({
    url: `https://${HOST}/`,
    hostname: HOST,
    domain: HOST,
    getBaseRules: true,
    ...tokens,
  }).styles;

test("the lists are at work", { skip }, () => {
  assert.ok(blocker("/assets/storefront.google-analytics-4.min.js", "script"));
  assert.match(hiding({ ids: ["AdHeader"], classes: [], hrefs: [] }), /#AdHeader/);
});

test("no address of a site is blocked", { skip }, async () => {
  const found = [];
  for (const dist of sites()) {
    const all = await files(dist);
    assert.ok(all.some((file) => file.startsWith("assets/")));
    for (const file of all) {
      const type = TYPES[/** @type {keyof typeof TYPES} */ (path.extname(file).slice(1))] ?? "xhr";
      found.push(blocker(`/${file.replace(/index\.html$/, "")}`, type));
    }
  }
  for (const address of ["/api/consent", "/api/consent/withdraw", "/api/consent/records"])
    found.push(blocker(address, "xhr"), blocker(address, "document"));
  assert.deepEqual(found.filter(Boolean), []);
});

test("nothing that pages of others ask the site for is blocked", { skip }, async () => {
  const dist = sites()[1];
  const all = await files(dist);
  const asked = [...all.filter((file) => /^assets\/.*\.js$/.test(file)), "embed.js"].map((file) =>
    blocker(`/${file}`, "script", "https://shop.example/"),
  );
  const texts = all.filter((file) => /^archive\/.*\.txt$/.test(file));
  assert.ok(texts.length > 0 && asked.length > 5);
  for (const address of [...texts.map((file) => `/${file}`), "/api/consent"])
    asked.push(blocker(address, "xhr", "https://shop.example/"));
  assert.deepEqual(asked.filter(Boolean), []);
});

test("no element of a page is hidden", { skip }, async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  await context.route("**", (route) => route.abort());
  const page = await context.newPage();
  let count = 0;
  for (const dist of sites()) {
    for (const file of (await files(dist)).filter((name) => name.endsWith(".html"))) {
      await page.setContent(await readFile(path.join(dist, file), "utf8"));
      const tokens = await page.evaluate(() => {
        const all = [...document.querySelectorAll("*")];
        return {
          ids: all.map(({ id }) => id).filter(Boolean),
          classes: all.flatMap(({ classList }) => [...classList]),
          hrefs: all.map((element) => element.getAttribute("href") ?? "").filter(Boolean),
        };
      });
      const hidden = await page.evaluate((text) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(text);
        return [...sheet.cssRules].flatMap((rule) => {
          const { selectorText } = /** @type {CSSStyleRule} */ (rule);
          return selectorText.split(/,\s*/).filter((selector) => document.querySelector(selector));
        });
      }, hiding(tokens));
      assert.deepEqual(hidden, [], file);
      count += 1;
    }
  }
  assert.ok(count > 30);
  await context.close();
});
