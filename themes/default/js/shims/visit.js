/**
 * What the shims know of the visit: nothing, and nothing is allowed, until the banner's script has
 * read the visitor's choice.
 */
import { categoriesOf, resolve } from "../dialects/names.js";

/** @typedef {import("../permission.js").Permission} Permission */
/**
 * @typedef {object} State
 * @property {() => Permission} current what may run now
 * @property {() => boolean} isAnswered whether the visitor has answered about every category in use
 * @property {() => string | undefined} regime of the law of the place, where the server was asked
 * @property {() => unknown} open shows the settings
 * @property {import("../dialects/names.js").Service[]} services of the register
 */

/**
 * @typedef {object} Change What has happened since the tools were told last.
 * @property {boolean} isFirst the visitor has answered on this page, for the first time
 * @property {boolean} isConsent it is known on this page that the visitor has answered
 * @property {boolean} isChange the visitor has changed an answer
 */

/** @type {State | undefined} */
let state;
/** Whether the page has asked for the settings too early. */
let wasAsked = false;
/** Notes that the console has shown. @type {Set<string>} */
const noted = new Set();

/** @param {State} given by the banner's script */
export const begin = (given) => {
  state = given;
  if (wasAsked) state.open();
};

/** Says once on the console what a call of another tool does here. @param {string} text */
export const note = (text) => {
  if (noted.has(text)) return;
  noted.add(text);
  console.info(`kelisim: ${text}`);
};

/**
 * Shows the settings, for whatever would show another tool's. A script of the page can't answer for
 * the visitor, so what would answer opens them too.
 */
export const open = () => {
  wasAsked = !state;
  state?.open();
  return false;
};

export const isAnswered = () => state?.isAnswered() ?? false;
export const regime = () => state?.regime();
export const isDenied = () => state?.current().gpc ?? false;
export const choice = () =>
  state?.current().choice ?? { functional: false, analytics: false, marketing: false };

/** What may run of the register's services, by id. */
export const services = () => state?.current().services ?? {};

/** @param {string[] | undefined} categories */
const allowsAll = (categories) =>
  categories?.every(
    (name) => name === "essential" || choice()[/** @type {"analytics"} */ (name)],
  ) ?? false;

/** Whether a category is allowed that another tool calls so. @param {string} name */
export const allows = (name) => allowsAll(categoriesOf(name));

/**
 * Whether a service is allowed that another tool calls so.
 * @param {string} name
 * @param {string[]} [further] what else it is known by
 * @returns {boolean | undefined} undefined if it is not known
 */
export const allowsService = (name, further) => {
  const found = resolve(state?.services ?? [], name, undefined, further);
  if (!found) return undefined;
  return found.service
    ? Boolean(state?.current().services[found.service])
    : allowsAll(found.needed);
};

/** The register's service of that name. @param {string} name */
export const isRegistered = (name) => Boolean(resolve(state?.services ?? [], name)?.service);

/**
 * Loads a script, as the tools' own helpers do for pages that have asked whether they may.
 * @param {string} address
 * @param {Record<string, string>} [attributes]
 * @returns {Promise<boolean>} whether it ran
 */
export const loadScript = (address, attributes = {}) =>
  new Promise((resolve) => {
    const script = document.createElement("script");
    for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
    script.onload = () => resolve(true);
    script.onerror = () => resolve(false);
    script.src = address;
    document.head.append(script);
  });

/** @param {EventTarget} target @param {string} name @param {unknown} [detail] */
export const dispatch = (target, name, detail) =>
  target.dispatchEvent(new CustomEvent(name, { detail }));

/** Calls what may be a function of the page. @param {unknown} callback @param {unknown[]} given */
export const call = (callback, ...given) => {
  if (typeof callback === "function") callback(...given);
};
