/**
 * Google Ads with remarketing. Shares Google's script and signals with the other Google services of
 * the page.
 */
import { configure, signal } from "../consent-mode.js";
import { loader } from "../vendor.js";

/** Origins from which its script loads further scripts. */
const FURTHER = [
  "https://www.googletagmanager.com",
  "https://www.googleadservices.com",
  "https://googleads.g.doubleclick.net",
];

/** @type {import("../vendor.js").Step} */
const update = (_, choice) => signal(choice);

export const load = loader({
  start: ({ id, scripts = [] }, choice) => {
    signal(choice);
    configure(id, [...FURTHER, ...scripts]);
  },
  stop: update,
  resume: update,
  change: update,
});
