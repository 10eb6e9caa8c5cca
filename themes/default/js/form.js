/** The boxes of the banner and of the choices page: one for each category, one for each service. */
import { OPTIONAL } from "./choice.js";

/** @typedef {import("./pending.js").Submission} Submission */
/** @typedef {import("./choice.js").Service} Service */
/** @typedef {import("./permission.js").Permission} Permission */

/** @param {HTMLFormElement} form @param {string} selector @returns {HTMLInputElement[]} */
const boxes = (form, selector) => [
  .../** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(`input${selector}`)),
];

/**
 * The services that can be switched, by category.
 * @param {HTMLFormElement} form
 * @param {Service[]} services
 * @param {string} name
 */
const switches = (form, services, name) =>
  boxes(form, "[name=service]:enabled").filter(({ value }) =>
    services.some(({ id, category }) => id === value && category === name),
  );

/**
 * Marks the categories of which some services differ.
 * @param {HTMLFormElement} form
 * @param {Service[]} services
 */
const mark = (form, services) => {
  for (const name of OPTIONAL)
    for (const box of boxes(form, `[type=checkbox][name=${name}]`))
      box.indeterminate = switches(form, services, name).some(
        ({ checked }) => checked !== box.checked,
      );
};

/**
 * A category's box switches its services; a service's box leaves the category as it is.
 * @param {HTMLFormElement} form
 * @param {Service[]} services
 * @param {HTMLInputElement} changed
 */
export const follow = (form, services, { name, checked }) => {
  for (const box of switches(form, services, name)) box.checked = checked;
  mark(form, services);
};

/**
 * Sets the boxes to what may run, and shows those of services, which a form without a script does
 * not send.
 * @param {HTMLFormElement} form
 * @param {Service[]} services
 * @param {Permission} permitted
 */
export const reflect = (form, services, { choice, services: running, withheld, gpc }) => {
  for (const name of OPTIONAL)
    for (const box of boxes(form, `[type=checkbox][name=${name}]`)) {
      box.checked = choice[name];
      box.disabled = gpc && name === "marketing";
    }
  for (const { id, category } of services)
    for (const box of boxes(form, `[name=service][value="${id}"]`)) {
      box.hidden = false;
      box.checked = running[id];
      box.disabled = withheld.includes(id) || (gpc && category === "marketing");
    }
  mark(form, services);
};

/**
 * What a form says when one of its buttons is pressed.
 * @param {HTMLFormElement} form
 * @param {Service[]} services
 * @param {string} [action] without one consent is withdrawn
 * @returns {Submission}
 */
export const answer = (form, services, action) => {
  const fields = new FormData(form);
  const { revision, locale, surface } = /** @type {Record<string, string>} */ (
    Object.fromEntries(fields)
  );
  const words = { revision, locale, surface, action };
  if (action !== "custom") return words;
  const asked = OPTIONAL.filter((name) => form.elements.namedItem(name));
  const differing = asked.flatMap((name) =>
    switches(form, services, name).filter(({ checked }) => checked !== fields.has(name)),
  );
  return {
    ...words,
    choice: Object.fromEntries(asked.map((name) => [name, fields.has(name)])),
    services: Object.fromEntries(differing.map(({ value, checked }) => [value, checked])),
  };
};
