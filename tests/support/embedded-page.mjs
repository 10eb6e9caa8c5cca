// Tests of the banner on pages that the builder did not make: the policy site of the documentation,
// the operator's page with its tags, and visits to it.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { banner, collectFaults, NONE } from "./browser.mjs";
import { documented, POLICIES, startShop } from "./embedding.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContext} Context */

const { tags, gated } = await documented();
/** Everything that can be allowed: the register has no functional service. */
export const ALL = { ...NONE, analytics: true, marketing: true };
export const FRAME = "video.example";

/** The operator's page in a language. @param {string} path */
const markup = (path) => {
  const address = new URL(path, "https://x.example");
  const lang = address.searchParams.get("lang") ?? "en";
  const body = address.searchParams.has("plain") ? "" : tags;
  return `<!doctype html>
<html${lang && ` lang="${lang}"`}><head><meta charset="utf-8"><title>Shop</title></head>
<body><header class="dock"><h1 class="cm__title">Shop</h1><p data-status="open" data-category="analytics"><code>_own</code></p>
<button class="cm__btn" data-role="close" type="button">Close</button><a class="cm" href="#">Link</a></header>
<main><p>${"Words of the page. ".repeat(200)}</p>
${address.searchParams.has("gated") ? gated : ""}
<form><input type="checkbox" name="analytics"></form></main>
<footer>${body}</footer></body></html>`;
};

/** @param {string} host @param {string} path */
const isPage = (host, path) =>
  host === "www.shop.kz" ||
  host === "course.example" ||
  (host === POLICIES && path.startsWith("/shop/"));

/**
 * Starts the shop before the tests of one file and stops it after them.
 * @param {import("./embedding.mjs").Changes} [changes]
 */
export const withShop = (changes) => {
  /** @type {Awaited<ReturnType<typeof startShop>>} */
  let shop;
  before(async () => {
    shop = await startShop((host, path) => {
      if (host === FRAME) return "<!doctype html><title>Video</title>";
      return isPage(host, path) && !path.includes(".ico") ? markup(path) : undefined;
    }, changes);
  });
  after(() => shop?.stop());

  /**
   * Visits the shop as a new visitor. Fails if the content security policy or Trusted Types have
   * refused something.
   * @param {(visit: {page: Page, context: Context, go: (address: string) => Promise<void>}) =>
   *   Promise<void>} check
   * @param {(context: Context) => Promise<unknown>} [prepare]
   * @param {import("playwright-core").BrowserContextOptions} [settings]
   */
  const visiting = async (check, prepare, settings) => {
    const context = await shop.browser.newContext({
      ignoreHTTPSErrors: true,
      reducedMotion: "reduce",
      ...settings,
    });
    try {
      const { faults } = await collectFaults(context);
      await context.exposeFunction("recordCall", () => {});
      await prepare?.(context);
      const page = await context.newPage();
      shop.asked.length = 0;
      await check({
        page,
        context,
        go: async (address) => {
          await page.goto(address);
          await page.waitForFunction(() => "isDecided" in window);
        },
      });
      assert.deepEqual(
        faults,
        [],
        "neither the content security policy nor Trusted Types had to refuse anything",
      );
    } finally {
      await context.close();
    }
  };

  return {
    /** What `startShop` returned. */
    shop: () => shop,
    visiting,
    /** The hosts that received requests, sorted, without duplicates. */
    hosts: () => [...new Set(shop.asked.map(({ host }) => host))].sort(),
  };
};

/** Waits until the page reports that the choice was saved. @param {Page} page */
export const saved = (page) => banner(page).status("saved").waitFor();

/** @param {Context} context @param {string} name */
export const cookiesNamed = async (context, name) =>
  (await context.cookies()).filter((cookie) => cookie.name === name);
