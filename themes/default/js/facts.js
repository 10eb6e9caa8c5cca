/** What the banner's markup says of the site. */
import { OPTIONAL } from "./choice.js";

/** @typedef {import("./choice.js").Service & {hosts: string[]}} Service with hosts of its frames */

export const banner = /** @type {HTMLElement} */ (document.getElementById("cc-main"));

/** @param {string | undefined} list */
const words = (list) => list?.split(" ") ?? [];

/** The element of a category. @param {string} name @returns {HTMLElement | null} */
const category = (name) => banner.querySelector(`[data-category=${name}]`);

/** The optional services. */
export const services = OPTIONAL.flatMap((name) =>
  [
    .../** @type {NodeListOf<HTMLInputElement>} */ (
      category(name)?.querySelectorAll("[name=service]") ?? []
    ),
  ].map(({ value, dataset }) => ({
    id: value,
    category: name,
    grants: words(dataset.grants),
    refusal: String(dataset.refusal),
    own: dataset.own !== undefined,
    notIn: words(dataset.notIn),
    hosts: words(dataset.hosts),
  })),
);

/** @type {import("./choice.js").Facts} */
export const facts = {
  days: Number(banner.dataset.days),
  refusalDays: Number(banner.dataset.refusalDays),
  scopes: Object.fromEntries(
    OPTIONAL.filter(category).map((name) => [name, words(category(name)?.dataset.scopes)]),
  ),
  services,
};
