// Visits to pages with gated markup (`markup-page.mjs`) in Chromium.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch, newVisitor } from "./browser.mjs";
import { startPages } from "./markup-page.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {Awaited<ReturnType<typeof startPages>>} Pages */

/** Starts the pages and a browser before the tests of one file and stops them after these. */
export const withPages = () => {
  /** @type {{pages: Pages, browser: import("playwright-core").Browser}} */
  const running = /** @type {any} */ ({});
  before(async () => {
    const [pages, browser] = await Promise.all([startPages(), launch()]);
    Object.assign(running, { pages, browser });
  });
  after(async () => {
    await running.browser?.close();
    await running.pages?.stop();
  });

  return {
    pages: () => running.pages,
    /**
     * Visits a page. Errors on the console and uncaught ones fail, unless they are expected.
     * @param {string} body
     * @param {(visit: {page: Page, told: string[]}) => Promise<void>} check
     * @param {Parameters<Pages["serve"]>[1] & {isFaulty?: boolean, prepare?: () => unknown}} [more]
     *   `prepare` is called before the page is requested
     */
    visiting: async (body, check, { isFaulty, prepare, ...more } = {}) => {
      running.pages.serve(body, more);
      prepare?.();
      const { context, faults } = await newVisitor(running.browser);
      try {
        const page = await context.newPage();
        /** @type {string[]} */
        const told = [];
        page.on("console", (message) => told.push(`${message.type()}: ${message.text()}`));
        await page.goto(running.pages.origin, { waitUntil: prepare ? "commit" : "load" });
        await page.waitForFunction(() => "piece" in window);
        await check({ page, told });
        if (!isFaulty) assert.deepEqual(faults, []);
      } finally {
        await context.close();
      }
    },
  };
};

/**
 * Says what may run.
 * @param {Page} page
 * @param {string[]} [granted] categories
 * @param {{services?: Record<string, boolean>, withheld?: string[], gpc?: boolean, refused?: string[]}} [more]
 */
export const permit = (page, granted, more) =>
  page.evaluate(
    ([granted, more]) => /** @type {any} */ (window).let(granted, more),
    [granted, more],
  );

/** The services that were allowed always. @param {Page} page @returns {Promise<string[]>} */
export const allowed = (page) => page.evaluate(() => /** @type {any} */ (window).allowed);

/** What has run. @param {Page} page @returns {Promise<string[]>} */
export const ran = (page) => page.evaluate(() => /** @type {any} */ (window).ran ?? []);

/** The box in a frame. @param {Page} page @param {string} [selector] */
export const boxIn = (page, selector = "iframe") =>
  page.frameLocator(selector).locator("kelisim-hold");

/** Waits until a frame shows what it loads. @param {Page} page @param {string} [selector] */
export const film = (page, selector = "iframe") =>
  page.frameLocator(selector).getByText("Film").waitFor();
