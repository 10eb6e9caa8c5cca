// The server and the browser that most browser tests start before their first test and stop after
// their last one.

import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { startServer } from "./server.mjs";

/** @typedef {Awaited<ReturnType<typeof startServer>>} Server */

/**
 * A served site and a browser, for the tests of one file. Both properties are set before the first
 * test runs.
 * @param {() => Promise<Server>} [start] starts the server; by default of the site that was built
 *   last
 * @returns {{server: Server, browser: import("playwright-core").Browser}}
 */
export const withSite = (start = () => startServer()) => {
  /** @type {any} */
  const site = {};
  before(async () => {
    // Each is stored even if the other one fails, because `after` must stop it: otherwise the test
    // process would not end.
    const setUp = [
      start().then((server) => Object.assign(site, { server })),
      launch().then((browser) => Object.assign(site, { browser })),
    ];
    await Promise.allSettled(setUp);
    await Promise.all(setUp);
  });
  after(async () => {
    await site.browser?.close();
    await site.server?.stop();
  });
  return site;
};
