// Visits in which tests make choices, and signed consent cookies of earlier choices.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { newVisitor, waitForDecision } from "./browser.mjs";
import { SECRETS } from "./filled-log.mjs";
import { withSite } from "./fixture.mjs";
import { startServerWithoutRegimes } from "./server.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContext} Context */

/** Starts the site and a browser for the tests of one file. */
export const withVisits = () => {
  const site = withSite(() => startServerWithoutRegimes({}, { secrets: SECRETS }));

  /**
   * @param {(visit: {page: Page, context: Context, at: (path: string) => string, go: (path: string)
   *   => Promise<void>}) => Promise<void>} check
   * @param {{from?: string, gpc?: boolean, port?: number, settings?:
   *   import("playwright-core").BrowserContextOptions}} [visit]
   */
  const visiting = async (check, { from = "US-CA", gpc = false, port, settings } = {}) => {
    const { context, faults } = await newVisitor(site.browser, settings);
    try {
      const origin = site.server
        .origin(from, { gpc })
        .replace(/\d+$/, (own) => String(port ?? own));
      const at = (/** @type {string} */ path) => origin + path;
      const page = await context.newPage();
      const go = async (/** @type {string} */ path) => {
        await page.goto(at(path));
        await waitForDecision(page);
      };
      await check({ page, context, at, go });
      assert.deepEqual(faults, []);
    } finally {
      await context.close();
    }
  };

  /** The site's revision. */
  const revision = async () =>
    (await (await fetch(`http://localhost:${site.server.port}/manifest.json`)).json()).revision;

  return { site, visiting, revision };
};

/**
 * The value of a consent cookie, signed as the server does.
 * @param {string} asked revision
 * @param {string} granted
 * @param {number} days its age
 * @param {number} [now] in seconds
 */
export const signed = (asked, granted, days, now = Math.floor(Date.now() / 1000)) => {
  const [id, key] = SECRETS.CONSENT_KEYS.split(",")[0].split(":");
  const issued = now - days * 86_400;
  const value = `1.${"A".repeat(22)}.${asked}.${granted}.${issued.toString(36)}.${id}`;
  const mac = createHmac("sha256", Buffer.from(key, "hex"))
    .update(`kelisim.cookie/1\ncap.kz\n${value}`)
    .digest();
  return `${value}.${mac.subarray(0, 16).toString("base64url")}`;
};

/**
 * Records the permitted categories of every page of the context, from the event that the page's
 * script dispatches before it starts any service.
 * @param {Context} context
 */
export const watchRuns = async (context) => {
  /** @type {object[]} */
  const runs = [];
  await context.exposeFunction("recordRun", (/** @type {object} */ allowed) => runs.push(allowed));
  await context.addInitScript(() =>
    document.addEventListener("consent:change", ({ detail }) =>
      /** @type {any} */ (window).recordRun({ ...detail }),
    ),
  );
  return runs;
};
