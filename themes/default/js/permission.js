/** What may run, from the visitor's choice, the server's answer and what was pressed last. */
import { byCategory, OPTIONAL } from "./choice.js";
import { allows } from "./pending.js";

/** @typedef {import("./choice.js").Choice} Choice */
/**
 * @typedef {object} Permission
 * @property {Choice} choice
 * @property {Record<string, boolean>} services of every optional service whether it may run, by id;
 *   under `*analytics` and so on what names no service and may be of another provider
 * @property {Record<string, boolean>} differing services that differ from their category, by id
 * @property {string[]} refused ids of the services that the visitor or the browser's signal refuses
 * @property {string[]} withheld ids of the services that don't run in the visitor's country, or
 *   whose country is not known yet
 * @property {boolean} gpc whether the browser denies marketing
 */
/**
 * @typedef {object} Answer The state of consent as the server reports it.
 * @property {string} regime
 * @property {string} revision
 * @property {boolean} gpc
 * @property {Choice} defaults
 * @property {Choice | null} choice
 * @property {string | null} expires
 * @property {boolean} ask
 * @property {Record<string, boolean>} services
 * @property {string[]} withheld
 */

/** What a service that the page does not name has in common. */
const UNNAMED = { grants: [], refusal: "" };

/** @type {Permission} */
export const NOTHING = {
  choice: /* @__PURE__ */ byCategory(() => false),
  services: {},
  differing: {},
  refused: [],
  withheld: [],
  gpc: false,
};

/**
 * Decides what may run. What the visitor has not answered follows the server's answer; until there
 * is one, it stays as it was before.
 * @param {import("./choice.js").Decision} decision
 * @param {import("./choice.js").Service[]} services
 * @param {object} visit
 * @param {Permission} visit.before
 * @param {Answer} [visit.answer]
 * @param {boolean} visit.gpc
 * @param {import("./pending.js").Submission} [visit.words] a submission whose refusals hold already
 * @param {boolean} [visit.isNarrowing] whether nothing may begin to run
 * @returns {Permission}
 */
export const permit = (
  { categories, services: exceptions },
  services,
  { before, answer, gpc, words, isNarrowing },
) => {
  /** @param {keyof Choice} category */
  const isDenied = (category) => gpc && category === "marketing";
  const granted = byCategory((name) =>
    categories[name] === "open"
      ? (answer?.defaults ?? before.choice)[name]
      : categories[name] === "yes",
  );
  const differing = Object.fromEntries(
    services.flatMap(({ id, category }) => {
      const answered = categories[category] === "open" ? answer?.services[id] : undefined;
      const result = exceptions[id] ?? answered;
      return result === undefined ? [] : [[id, result]];
    }),
  );
  /** @param {import("./choice.js").Service} service @returns {boolean} */
  const isPermitted = ({ id, category, own }) => {
    if (id in differing) return differing[id];
    if (categories[category] !== "open") return granted[category];
    if (!answer) return before.services[id] ?? false;
    // Before an answer only the operator's own services run under `notice`.
    const isAllowed = own || answer.regime !== "notice" || answer.choice?.[category];
    return granted[category] && Boolean(isAllowed);
  };
  const all = [
    ...services,
    ...OPTIONAL.map((category) => ({ ...UNNAMED, id: `*${category}`, category })),
  ];
  const withheld = services
    .filter(({ id, notIn }) => notIn?.length && (!answer || answer.withheld.includes(id)))
    .map(({ id }) => id);
  const refused = all
    .filter(
      ({ id, category }) =>
        isDenied(category) ||
        !allows(words, category, id) ||
        !(differing[id] ?? categories[category] !== "no"),
    )
    .map(({ id }) => id);
  return {
    choice: byCategory(
      (name) =>
        granted[name] &&
        !isDenied(name) &&
        allows(words, name) &&
        (!isNarrowing || before.choice[name]),
    ),
    services: Object.fromEntries(
      all.map((service) => [
        service.id,
        isPermitted(service) &&
          ![...withheld, ...refused].includes(service.id) &&
          (!isNarrowing || before.services[service.id] === true),
      ]),
    ),
    differing,
    refused,
    withheld,
    gpc,
  };
};

/**
 * @typedef {object} Need What something needs to run.
 * @property {string[]} needed its categories
 * @property {{id: string, category: string}} [service] that it shows
 */

/**
 * What decides about each category of something: its service, or what holds for providers that
 * nobody names.
 * @param {Need} need
 */
export const keysOf = ({ needed, service }) =>
  needed.map((name) => (service?.category === name ? service.id : `*${name}`));

/** Whether something may run. @param {Need} need @param {Permission} permission */
export const mayRun = (need, { services }) =>
  need.needed.length > 0 && keysOf(need).every((key) => key === "*essential" || services[key]);
