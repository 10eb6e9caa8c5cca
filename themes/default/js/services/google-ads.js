/**
 * Google Ads with remarketing. Shares Google's script and signals with the other Google services of
 * the page.
 */
import { cancel, configure, signal } from "../google.js";
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
  start: (settings, choice) => {
    signal(choice);
    configure(settings, FURTHER);
  },
  stop: (settings, choice) => {
    signal(choice);
    return cancel(settings);
  },
  resume: update,
  change: update,
});
