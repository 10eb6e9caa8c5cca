/**
 * Google's consent mode, version 2: seven signals, denied first, then what the visitor granted. All
 * of Google's services on a page share it, and one script
 * (https://developers.google.com/tag-platform/security/guides/consent).
 *
 * Until one of Google's scripts has run, `dataLayer` is a plain list, which may hold commands of
 * the page. The signals stand in front of them and are kept current there, so that a script begins
 * with what is granted when it runs.
 */
import { command, page, release, remove, request, word } from "./vendor.js";

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

/** Each id's command `config`. @type {Map<string, unknown>} */
const configs = new Map();
/** Whether Google's command `js` stands in the queue. */
let isBegun = false;

/**
 * Puts commands into the queue: at a place of the list, or, once a script works it off, at its end.
 * @param {number} place @param {unknown[]} commands
 */
const insert = (place, ...commands) => {
  if (page.google_tag_manager) page.dataLayer.push(...commands);
  else page.dataLayer.splice(place, 0, ...commands);
};

/** @param {Partial<Choice>} choice */
const signals = (choice) =>
  Object.fromEntries(
    SIGNALS.map(([name, category]) => [name, word(!category || choice[category])]),
  );

/** Tells Google's scripts what is granted. @param {Choice} choice */
export const signal = (choice) => {
  const now = signals(choice);
  // The command in front of the page's that tells what is granted. `bridges.js` may have put it
  // there, in a bundle of its own.
  const update = page.kelisimSignals;
  if (!update) {
    page.dataLayer ??= [];
    page.kelisimSignals = command("consent", "update", now);
    insert(
      0,
      command("consent", "default", { ...signals({}), wait_for_update: 500 }),
      command("set", "ads_data_redaction", true),
      command("set", "url_passthrough", false),
      page.kelisimSignals,
    );
    return;
  }
  const isNew = JSON.stringify(now) !== JSON.stringify(update[2]);
  update[2] = now;
  if (isNew && page.google_tag_manager) page.dataLayer.push(command("consent", "update", now));
};

/** The address of a script with an id. @param {string} script @param {string} id */
export const withId = (script, id) => `${script}${script.includes("?") ? "&" : "?"}id=${id}`;

/**
 * Configures one of Google's ids, before the page's first event: events go to the ids that are
 * configured by then. What the page has `set` stays before it. The first id's script serves all.
 * @param {import("./vendor.js").Settings} settings
 * @param {string[]} further origins whose scripts Google's script loads in turn; Google's own
 *   Trusted Types policy can be made only once a page
 * @param {object} [more] further fields of the configuration
 */
export const configure = (settings, further, more) => {
  const { id, options = {} } = settings;
  const { script = "https://www.googletagmanager.com/gtag/js", linker, ...fields } = options;
  if (linker) fields.linker = { domains: linker };
  const config = command("config", id, { ...more, ...fields });
  configs.set(id, config);
  const commands = isBegun ? [config] : [command("js", new Date()), config];
  isBegun = true;
  const at = page.dataLayer.findIndex(
    (/** @type {any} */ entry) => entry.event || entry[0] === "event",
  );
  insert(at < 0 ? Infinity : at, ...commands);
  request(withId(script, id), settings, further, "gtag");
};

/**
 * Takes an id back while Google's script has not run.
 * @param {import("./vendor.js").Settings} settings
 * @returns {boolean} whether that was so
 */
export const cancel = (settings) => {
  const isCancelled = release("gtag", settings);
  if (isCancelled && !page.google_tag_manager) remove(page.dataLayer, configs.get(settings.id));
  return isCancelled;
};
