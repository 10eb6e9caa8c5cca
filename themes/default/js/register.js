/** What the register says of markup: its service, and whether its categories exist. */
import { tell } from "./tell.js";
import { OPTIONAL } from "./choice.js";

/** @typedef {import("./dialects/own.js").Markup} Markup */
/**
 * @typedef {object} Service A service of the register.
 * @property {string} id
 * @property {string} category
 * @property {string[]} [hosts] of what shows it; `*.` and a host for all below it
 */
/**
 * @typedef {object} Need What markup needs.
 * @property {string[]} needed its categories
 * @property {Service} [service] that it shows
 */

/** @param {string} host */
const belongsTo =
  (host) =>
  /** @param {string} name */
  (name) =>
    name === host || (name.startsWith("*.") && host.endsWith(name.slice(1)));

/** The host of an address, which a link parses without throwing. @param {string} [address] */
export const hostOf = (address = "") =>
  Object.assign(document.createElement("a"), { href: address }).host;

/** @param {string[]} names */
const list = (names) => names.join(", ") || "none";

/**
 * Reads what markup needs, and tells whoever makes the page what can't work.
 * @param {Markup} markup
 * @param {Service[]} services the optional services
 * @param {string[]} categories the optional categories that visitors are asked about
 * @returns {Need}
 */
export const needOf = ({ element, needed, service: id, address }, services, categories) => {
  const fits = (/** @type {Service} */ { category }) => !needed.length || needed.includes(category);
  const host = hostOf(address);
  const service = services.find((one) =>
    id === undefined
      ? address !== undefined && fits(one) && one.hosts?.some(belongsTo(host))
      : one.id === id,
  );
  if (id !== undefined && !service)
    tell(
      element,
      "warn",
      `the register has no optional service “${id}”, only ${list(services.map((one) => one.id))}; this follows its categories`,
    );
  if (service && !fits(service))
    tell(
      element,
      "warn",
      `the service “${service.id}” is of the category “${service.category}”, which is not named here; this follows “${needed.join(" ")}”`,
    );
  const unknown = needed.filter(
    (name) => name !== "essential" && !OPTIONAL.some((category) => category === name),
  );
  const isNameless = !needed.length && !service;
  const unused = needed.filter(
    (name) => name !== "essential" && !unknown.includes(name) && !categories.includes(name),
  );
  if (unknown.length || isNameless)
    tell(
      element,
      "error",
      `${isNameless ? "no category is named" : `there is no category “${unknown.join(" ")}”`}, so visitors can't allow this for good; the categories are ${list([...OPTIONAL, "essential"])}`,
    );
  else if (unused.length)
    tell(
      element,
      "warn",
      `visitors are not asked about “${unused.join(" ")}”, of which the register has no service, so they can't allow this for good; they are asked about ${list(categories)}`,
    );
  return service && fits(service)
    ? { service, needed: needed.length ? needed : [service.category] }
    : { needed };
};
