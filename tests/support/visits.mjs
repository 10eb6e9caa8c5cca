// Visits in which tests make choices, and signed consent cookies of earlier choices.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { OPTIONAL } from "../../themes/default/js/choice.js";
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

  /** The site's manifest. */
  const manifest = async () =>
    (await fetch(`http://localhost:${site.server.port}/manifest.json`)).json();

  return { site, visiting, manifest };
};

/** @param {number} seconds since 1970 */
const base36 = (seconds) => seconds.toString(36);
const SECONDS_A_DAY = 86_400;

/**
 * The value of a consent cookie, signed as the server does.
 * @param {number} version
 * @param {string} fields
 */
const sign = (version, fields) => {
  const [id, key] = SECRETS.CONSENT_KEYS.split(",")[0].split(":");
  const value = `${version}.${fields}.${id}`;
  const mac = createHmac("sha256", Buffer.from(key, "hex"))
    .update(`kelisim.cookie/${version}\ncap.kz\n${value}`)
    .digest();
  return `${value}.${mac.subarray(0, 16).toString("base64url")}`;
};

/**
 * The value of a consent cookie, which answers every category.
 * @param {any} manifest whose scopes were granted
 * @param {string} granted a digit
 * @param {object} [fields]
 * @param {number} [fields.days] its age
 * @param {number} [fields.now] in seconds
 * @param {string} [fields.subject]
 * @param {string} [fields.exceptions]
 */
export const signed = (
  { scopes },
  granted,
  { days = 0, now = Math.floor(Date.now() / 1000), subject = "A".repeat(22), exceptions = "" } = {},
) => {
  const names = OPTIONAL.filter((_, bit) => (Number(granted) >> bit) & 1);
  const known = names.map((name) => scopes[name][0]).join("");
  const state = `${granted}${7 & ~Number(granted)}0`;
  const issued = base36(now - days * SECONDS_A_DAY);
  return sign(2, `${subject}.${state}.${known}.${exceptions}...${issued}`);
};

/**
 * The value of a consent cookie of version 1.
 * @param {string} revision
 * @param {string} choice one or two digits
 * @param {number} days its age
 */
export const signedBefore = (revision, choice, days) => {
  const issued = base36(Math.floor(Date.now() / 1000) - days * SECONDS_A_DAY);
  return sign(1, `${"A".repeat(22)}.${revision}.${choice}.${issued}`);
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
