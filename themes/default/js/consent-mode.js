/**
 * Google's consent mode, version 2: seven signals, denied first, then what the visitor granted. All
 * of Google's services on a page share it, and one script.
 */
import { loadScript, page, permit, word } from "./vendor.js";

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

/**
 * Google's command queue. Google's script recognises commands by the type `Arguments`; it would
 * ignore an array.
 * @type {(...command: unknown[]) => void}
 */
export const gtag = function () {
  // biome-ignore lint/complexity/noArguments: the vendor checks the type
  // biome-ignore lint/suspicious/noAssignInExpressions: the vendor's own form
  (page.dataLayer ??= []).push(arguments);
};

const begin = () => {
  page.kelisimSignals = Object.fromEntries(
    SIGNALS.map(([name, category]) => [name, word(!category)]),
  );
  gtag("consent", "default", { ...page.kelisimSignals, wait_for_update: 500 });
  gtag("set", "ads_data_redaction", true);
  gtag("set", "url_passthrough", false);
};

/**
 * The signals that differ from those that Google received last.
 * @param {Choice} choice
 * @returns {Record<string, string>}
 */
const changes = (choice) => {
  const signals = SIGNALS.map(([name, category]) => [name, word(!category || choice[category])]);
  return Object.fromEntries(signals.filter(([name, value]) => page.kelisimSignals[name] !== value));
};

/**
 * Tells Google's scripts what has changed; the first call begins with everything denied.
 * @param {Choice} choice
 * @returns {boolean} whether anything has
 */
export const signal = (choice) => {
  if (!page.kelisimSignals) begin();
  let changed = changes(choice);
  // A script that is still loading would process commands that were queued while it was allowed, so
  // the queue is emptied.
  if (Object.values(changed).includes("denied") && !page.google_tag_manager) {
    page.dataLayer.length = 0;
    begin();
    changed = changes(choice);
  }
  const isChanged = Object.keys(changed).length > 0;
  if (isChanged) gtag("consent", "update", changed);
  Object.assign(page.kelisimSignals, changed);
  return isChanged;
};

/**
 * Configures one of Google's ids. The first one's script serves them all.
 * @param {string} id
 * @param {string[]} further origins whose scripts that script loads in turn; Google's own Trusted
 *   Types policy can be made only once a page
 * @param {object[]} options
 */
export const configure = (id, further, ...options) => {
  permit(further);
  if (!page.kelisimGtag) gtag("js", new Date());
  gtag("config", id, ...options);
  if (!page.kelisimGtag)
    loadScript(`https://www.googletagmanager.com/gtag/js?id=${encodeURIComponent(id)}`);
  page.kelisimGtag = true;
};
