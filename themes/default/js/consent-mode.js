/** Google's consent mode, version 2: seven signals, denied first, then what the visitor granted. Shared by Google's services. */
import { loadScript, page } from "./vendor.js";
/** @typedef {import("./choice.js").Choice} Choice */

/** @type {[string, keyof Choice | undefined][]} */
const SIGNALS = [
  ["ad_storage", "marketing"],
  ["ad_user_data", "marketing"],
  ["ad_personalization", "marketing"],
  ["analytics_storage", "analytics"],
  ["functionality_storage", "functional"],
  ["personalization_storage", "functional"],
  ["security_storage", undefined],
];

/** Google's queue: it tells commands by the type of the `arguments` object, an array would be ignored. @type {(...command: unknown[]) => void} */
export const gtag = function () {
  (page.dataLayer ??= []).push(arguments);
};

/** Google's script serves all ids of a page and is loaded once. @param {string} id */
export const loadGtag = (id) => {
  if (page.kelisimGtag) return;
  page.kelisimGtag = true;
  loadScript(`https://www.googletagmanager.com/gtag/js?id=${encodeURIComponent(id)}`);
};

/** Tells Google's scripts what has changed; the first call begins with everything denied. @param {Choice} choice */
export const signal = (choice) => {
  if (!page.kelisimSignals) {
    page.kelisimSignals = Object.fromEntries(SIGNALS.map(([name, category]) => [name, category ? "denied" : "granted"]));
    gtag("consent", "default", { ...page.kelisimSignals, wait_for_update: 500 });
    gtag("set", "ads_data_redaction", true);
    gtag("set", "url_passthrough", false);
  }
  /** @type {Record<string, string>} */
  const changed = {};
  for (const [name, category] of SIGNALS) {
    const value = !category || choice[category] ? "granted" : "denied";
    if (page.kelisimSignals[name] !== value) changed[name] = page.kelisimSignals[name] = value;
  }
  if (Object.keys(changed).length > 0) gtag("consent", "update", changed);
};
