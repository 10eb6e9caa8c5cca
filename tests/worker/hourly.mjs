// The hourly run: the runtime is told that its timer has fired, at a time of the test's choice.

import assert from "node:assert/strict";

/** @typedef {import("./site.mjs").Site} Site */

export const DAY = 86_400_000;

/**
 * @param {Site} site
 * @param {number} [time]
 */
export const runHourly = async (site, time = Date.now()) => {
  const query = new URLSearchParams({ time: String(time), cron: "17 * * * *", format: "json" });
  const fired = await site.ask(`/cdn-cgi/handler/scheduled?${query}`);
  assert.equal(fired.status, 200, await fired.text());
};

/** The audit trail. @param {Site} site */
export const trail = async (site) => {
  const text = await (await site.ask("/api/consent/audit", { headers: site.admin })).text();
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
};

/** What statistics say of the log. @param {Site} site */
export const logState = async (site) =>
  (await (await site.ask("/api/consent/stats", { headers: site.admin })).json()).log;

/** The lines that the worker has written to the console. @param {Site} site */
export const consoleLines = (site) =>
  site
    .printed()
    .split("\n")
    .flatMap((line) => /\{.*"place".*\}/.exec(line) ?? [])
    .map((line) => JSON.parse(line));
