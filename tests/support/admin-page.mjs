// The operator's page, on a site whose log contains answers.

import { newVisitor } from "./browser.mjs";
import { fillLog, SECRETS, TOKEN } from "./filled-log.mjs";
import { withSite } from "./fixture.mjs";
import { startServer } from "./server.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** Starts the site and a browser for the tests of one file. */
export const withAdminPage = () => {
  /** @type {any} */
  let stats;
  /** @type {any[]} */
  let receipts;
  const site = withSite(async () => {
    const server = await startServer({ secrets: SECRETS });
    receipts = await fillLog(server.origin());
    const headers = { authorization: `Bearer ${TOKEN}` };
    stats = await (await fetch(`${server.origin()}/api/consent/stats`, { headers })).json();
    return server;
  });

  /**
   * @param {string} locale
   * @param {(page: Page, faults: string[], requests: string[]) => Promise<void>} check
   * @param {import("playwright-core").BrowserContextOptions} [settings]
   */
  const visiting = async (locale, check, settings) => {
    const { context, faults, requests } = await newVisitor(site.browser, settings);
    try {
      const page = await context.newPage();
      await page.goto(`${site.server.origin()}/${locale}/admin/`);
      await check(page, faults, requests);
    } finally {
      await context.close();
    }
  };

  return {
    site,
    visiting,
    /** The statistics that the service answers with. */
    statistics: () => stats,
    /** What the visitors were answered, in the order of the log. */
    receipts: () => receipts,
  };
};

/** @param {Page} page @param {string} [token] */
export const signIn = async (page, token = TOKEN) => {
  await page.locator("[data-admin=token]").fill(token);
  await page.locator("[data-admin=sign] button").click();
};

/** @param {Page} page @param {string} [token] */
export const enter = async (page, token) => {
  await signIn(page, token);
  await page.locator("[data-admin=open]").waitFor();
};

/** Looks up a record's number or a receipt. @param {Page} page @param {string} text */
export const lookUp = async (page, text) => {
  await page.locator("[data-admin=receipt]").fill(text);
  await page.locator("[data-admin=lookup] [type=submit]").click();
};
