/**
 * Starts what may run: markup in templates, services, and listeners. What may no longer run is
 * stopped as far as a page can: vendors are told, markup is put back into its template. Only loading
 * the page anew ends a script that has run.
 */
import { OPTIONAL } from "./choice.js";
import { services } from "./facts.js";
import { NOTHING } from "./permission.js";
import { offer, removeElement, substitute } from "./placeholder.js";

/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {import("./permission.js").Permission} Permission */
/**
 * @typedef {[{load: import("./vendor.js").Load}, keyof Choice, import("./vendor.js").Settings &
 *   {service: string}]} Tag loader, category, settings
 */
/**
 * @typedef {object} Markup Gated markup.
 * @property {string[]} needed its categories
 * @property {import("./facts.js").Service} [service] the service that it shows
 */

/** What may run now. @type {Permission} */
let permitted = NOTHING;
/** Whether that was decided before. */
let isDecided = false;
/** What has run since the page was loaded, with whether it may run now. @type {Map<string, () => boolean>} */
const started = new Map();
/** Markup that was revealed, by its template. @type {Map<HTMLTemplateElement, Markup & {nodes: ChildNode[]}>} */
const revealed = new Map();
/** @type {Promise<{default: Tag[]}> | undefined} */
let tags;

/** @returns {Permission} */
export const current = () => permitted;

/** @param {string} host */
const belongsTo =
  (host) =>
  /** @param {string} name a host, or `*.` and a host for all below it */
  (name) =>
    name === host || (name.startsWith("*.") && host.endsWith(name.slice(1)));

/**
 * The service that a template shows: the one that it or its frame names, else the one to which the
 * frame's host belongs.
 * @param {HTMLTemplateElement} template
 * @param {string[]} needed its categories
 */
const findService = ({ dataset, content }, needed) => {
  const frame = content.querySelector("iframe");
  const id = dataset.service ?? frame?.dataset.service;
  // A link parses an address without throwing.
  const { host } = Object.assign(document.createElement("a"), { href: frame?.src ?? "" });
  return services.find(
    (service) =>
      needed.includes(service.category) &&
      (id === undefined ? frame && service.hosts.some(belongsTo(host)) : id === service.id),
  );
};

/** @param {Markup} markup */
const isPermitted = ({ needed, service }) =>
  needed.every(
    (name) =>
      name === "essential" ||
      permitted.services[service?.category === name ? service.id : `*${name}`],
  );

/**
 * Whether a service may run for a category, which is another one than its own where several start
 * it.
 * @param {string} id
 * @param {keyof Choice} category
 */
const runs = (id, category) =>
  id in permitted.differing || services.some((own) => own.id === id && own.category === category)
    ? permitted.services[id]
    : permitted.services[`*${category}`] && !permitted.withheld.includes(id);

/** Replaces each permitted template by its content; scripts in it run in document order. */
const reveal = () => {
  for (const template of document.querySelectorAll("template")) {
    const needed = template.dataset.consent?.split(" ");
    if (!needed) continue;
    const service = findService(template, needed);
    const markup = { needed, service };
    if (isPermitted(markup)) {
      for (const script of template.content.querySelectorAll("script"))
        script.async = script.hasAttribute("async");
      revealed.set(template, { ...markup, nodes: [...template.content.childNodes] });
      if (service) started.set(service.id, () => permitted.services[service.id]);
      if (EMBEDDED) removeElement(template);
      template.replaceWith(template.content);
    } else if (EMBEDDED) substitute(template, markup, permitted);
  }
};

/** Puts back what may no longer be shown; its frames end. */
const conceal = () => {
  for (const [template, { nodes, ...markup }] of revealed) {
    if (isPermitted(markup)) continue;
    revealed.delete(template);
    const present = nodes.filter(({ isConnected }) => isConnected);
    present[0]?.before(template);
    template.content.append(...present);
  }
};

/**
 * Lets this run and nothing else.
 * @param {Permission} permission
 * @param {string} [address] of the list of tags
 * @returns {Promise<string[]>} once vendors are told: ids of the refused services, for which nothing
 *   is left to run
 */
export const apply = async (permission, address) => {
  if (isDecided && JSON.stringify(permission) === JSON.stringify(permitted)) return [];
  isDecided = true;
  permitted = permission;
  for (const name of OPTIONAL)
    if (permitted.choice[name]) started.set(`*${name}`, () => permitted.choice[name]);
  conceal();
  reveal();
  if (EMBEDDED) offer(permitted);
  document.dispatchEvent(new CustomEvent("consent:change", { detail: { ...permitted.choice } }));
  if (address && Object.values(permitted.services).includes(true)) tags ??= import(address);
  /** Ids of the services that some category starts. */
  const running = new Set();
  try {
    for (const [tag, category, settings] of (await tags)?.default ?? []) {
      const { service } = settings;
      const isGranted = runs(service, category);
      if (isGranted) {
        running.add(service);
        started.set(`${service}*${category}`, () => runs(service, category));
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

new MutationObserver(reveal).observe(document, { childList: true, subtree: true });
