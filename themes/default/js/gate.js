/**
 * Starts the services that may run, and tells listeners. What may no longer run is stopped as far as
 * a page can: vendors are told. Only loading the page anew ends a script that has run.
 */
import { OPTIONAL } from "./choice.js";
import { NOTHING } from "./permission.js";

/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {import("./permission.js").Permission} Permission */
/**
 * @typedef {[{load: import("./vendor.js").Load}, keyof Choice, import("./vendor.js").Settings &
 *   {service: string}]} Tag loader, category, settings
 */

/** What may run now. @type {Permission} */
let permitted = NOTHING;
/** Whether that was decided before. */
let isDecided = false;
/** What has run since the page was loaded, with whether it may run now. @type {Map<string, () => boolean>} */
const started = new Map();
/** @type {Promise<{default: Tag[]}> | undefined} */
let tags;

/** @returns {Permission} */
export const current = () => permitted;

/** What may run now; undefined before that was decided. */
export const decided = () => (isDecided ? permitted : undefined);

/**
 * Whether a service may run for a category, which is another one than its own where several start
 * it.
 * @param {import("./choice.js").Service[]} services
 * @param {string} id
 * @param {keyof Choice} category
 */
const runs = (services, id, category) =>
  id in permitted.differing || services.some((own) => own.id === id && own.category === category)
    ? permitted.services[id]
    : permitted.services[`*${category}`] && !permitted.withheld.includes(id);

/**
 * Lets this run and nothing else.
 * @param {Permission} permission
 * @param {import("./choice.js").Service[]} services
 * @param {string} [address] of the list of tags
 * @returns {Promise<string[]>} once vendors are told: ids of the refused services, for which nothing
 *   is left to run
 */
export const apply = async (permission, services, address) => {
  if (isDecided && JSON.stringify(permission) === JSON.stringify(permitted)) return [];
  isDecided = true;
  permitted = permission;
  for (const name of OPTIONAL)
    if (permitted.choice[name]) started.set(`*${name}`, () => permitted.choice[name]);
  document.dispatchEvent(new CustomEvent("consent:change", { detail: { ...permitted.choice } }));
  if (address && Object.values(permitted.services).includes(true)) tags ??= import(address);
  /** Ids of the services that some category starts. */
  const running = new Set();
  try {
    for (const [tag, category, settings] of (await tags)?.default ?? []) {
      const { service } = settings;
      const isGranted = runs(services, service, category);
      if (isGranted) {
        running.add(service);
        started.set(`${service}*${category}`, () => runs(services, service, category));
      }
      tag.load(settings, isGranted, permitted.choice);
    }
  } catch {
    // Blocked or unreachable: its services stay silent, which is what a visitor who blocks them
    // wants.
  }
  return permitted.refused.filter((id) => !running.has(id));
};

/** Whether something has run on this page that may no longer run. */
export const isOutdated = () => [...started.values()].some((mayRun) => !mayRun());
