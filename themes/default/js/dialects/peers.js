/**
 * Markup of other consent tools, which works here as it stands: vanilla-cookieconsent 2 and 3 with
 * iframemanager, Cookiebot, Klaro, CookieYes with its older WordPress plugin, and tarteaucitron.
 * docs/integrations/from-other-tools.md says what of each works.
 */
import {
  IFRAMEMANAGER,
  readIframemanager,
  readTarteaucitron,
  TARTEAUCITRON,
} from "./containers.js";
import {
  categoriesOfAll,
  complain,
  complainOfService,
  findService,
  purposesOf,
  resolve,
} from "./names.js";

/** @typedef {import("./names.js").Service} Service */
/** @typedef {import("./own.js").Dialect} Dialect */
/** @typedef {import("./own.js").Markup} Markup */
/** @typedef {typeof import("../release.js").deferred} Deferred */

/** Attributes that hold back an address, of all these tools, and the attribute that gets it. */
const ADDRESSES = Object.entries({
  "data-cookieblock-src": "src",
  "data-cookieblock-srcset": "srcset",
  "data-cli-src": "src",
  "data-src": "src",
  "data-srcset": "srcset",
  "data-href": "href",
});
/** After whose change an element is read anew. */
const ATTRIBUTES = [...ADDRESSES.map(([name]) => name), "data-type", "data-service", "type"];
/** What visitors miss. */
const SHOWN = "iframe, video, audio, embed, object";

const page = /** @type {any} */ (window);

/** @param {string | null | undefined} list */
const words = (list) => list?.split(/[\s,;|]+/).filter(Boolean) ?? [];

/** Whether browsers run a script of this type. @param {string} type */
const isRunnable = (type) => /^(|module|(text|application)\/(x-)?(java|ecma)script)$/i.test(type);

/** The addresses that an element waits for. @param {HTMLElement} element @returns {Record<string, string>} */
const waitingIn = (element) => {
  /** @type {Record<string, string>} */
  const found = {};
  for (const [name, target] of ADDRESSES) {
    const value = element.getAttribute(name);
    if (value) found[target] ??= value;
  }
  const { type } = element.dataset;
  // Browsers apply no style sheet of the type that holds it.
  if (element.localName === "link" && type) found.type = type;
  return found;
};

/**
 * The addresses of an element that waits.
 * @param {HTMLElement} element
 * @returns {Record<string, string> | undefined} undefined if it doesn't wait
 */
const readAddresses = (element) => {
  const found = waitingIn(element);
  if (element instanceof HTMLScriptElement) {
    if (isRunnable(element.type)) {
      complain(
        `a script runs before it is allowed; write type="text/plain": ${element.src || element.text.trim().slice(0, 60)}`,
      );
      return undefined;
    }
    // A script of an unknown type is not loaded by its own address either.
    const address = element.getAttribute("src");
    return address ? { src: address, ...found } : found;
  }
  if (Object.keys(found).length > 0) return found;
  const address = element.getAttribute("src");
  if (!address) return undefined;
  complain(
    `<${element.localName} src="${address}"> loads before it is allowed; write data-src instead of src`,
  );
  element.removeAttribute("src");
  element.dataset.src = address;
  return { src: address };
};

/**
 * @param {HTMLElement} element
 * @param {{needed: string[], service?: string}} found
 * @param {Deferred} deferred
 * @returns {Markup | undefined}
 */
const held = (element, { needed, service }, deferred) => {
  const addresses = readAddresses(element);
  if (!addresses) return undefined;
  const isScript = element.localName === "script";
  const { type } = element.dataset;
  return {
    element,
    needed,
    service,
    label: element.title || element.dataset.title,
    address: addresses.src ?? addresses.href,
    isFrame: element.localName === "iframe",
    isShown: element.matches(SHOWN),
    isLasting: isScript,
    ...deferred(element, addresses, isScript && type && isRunnable(type) ? type : undefined),
  };
};

/**
 * @param {Service[]} services of the register
 * @param {Deferred} deferred
 * @returns {Dialect[]}
 */
export const peers = (services, deferred) => {
  /**
   * A dialect whose markup names categories.
   * @param {string} attribute
   * @param {(element: HTMLElement) => string | undefined} names
   * @param {string} [selector]
   * @returns {Dialect}
   */
  const byCategory = (attribute, names, selector = `[${attribute}]`) => ({
    selector,
    attributes: [attribute, ...ATTRIBUTES],
    read: (element) => {
      const needed = categoriesOfAll(words(names(element)));
      if (!needed) return undefined;
      // Its own switch decides, if it is a service of that category.
      const { service: name } = element.dataset;
      const service = name ? findService(services, name) : undefined;
      const id = service && needed.includes(service.category) ? service.id : undefined;
      return held(element, { needed, service: id }, deferred);
    },
  });

  /** @type {Dialect} */
  const klaro = {
    selector: "script[data-name], [data-name][data-src], [data-name][data-href]",
    attributes: ["data-name", ...ATTRIBUTES],
    read: (element) => {
      const name = String(element.dataset.name);
      const address = element.dataset.src ?? element.dataset.href;
      const found = resolve(services, name, address, purposesOf(name));
      if (found) return held(element, found, deferred);
      // Its settings may come in a script that is still to run. Scripts that load images late use
      // the same attributes.
      if (/^(script|iframe)$/.test(element.localName) && document.readyState !== "loading")
        complainOfService(name);
      return undefined;
    },
  };

  /**
   * A dialect of containers, which gives each a frame with our own markup.
   * @param {string} selector
   * @param {(element: HTMLElement) => import("./containers.js").Container | undefined} read
   * @returns {Dialect}
   */
  const inContainers = (selector, read) => ({
    selector,
    attributes: [],
    read: (element) => {
      const container = read(element);
      if (!container || element.querySelector(":scope > iframe")) return undefined;
      const { name, kinds, address, attributes, style } = container;
      const found = resolve(services, name, address, kinds);
      if (!found) {
        complainOfService(name);
        return undefined;
      }
      const frame = document.createElement("iframe");
      for (const [key, value] of Object.entries(attributes)) frame.setAttribute(key, value);
      for (const [key, value] of Object.entries(style)) frame.style.setProperty(key, value);
      frame.dataset.consent = found.needed.join(" ");
      if (found.service) frame.dataset.service = found.service;
      if (container.preview) frame.dataset.preview = container.preview;
      frame.dataset.src = address;
      element.append(frame);
      return undefined;
    },
  });

  return [
    // A script of a negated category runs when that is withdrawn; `shims/vanilla.js` does that.
    byCategory(
      "data-category",
      ({ dataset }) => dataset.category,
      'script[data-category]:not([data-category^="!"])',
    ),
    byCategory(
      "data-cookiecategory",
      ({ dataset }) => dataset.cookiecategory,
      'script[data-cookiecategory]:not([data-cookiecategory^="!"])',
    ),
    byCategory(
      "data-cookieconsent",
      ({ dataset }) => dataset.cookieconsent,
      '[data-cookieconsent]:not([data-cookieconsent="ignore"]), [data-cookieblock-src]',
    ),
    byCategory("data-cookieyes", ({ dataset }) => dataset.cookieyes?.replaceAll("cookieyes-", "")),
    byCategory(
      "data-cli-category",
      ({ dataset }) => dataset.cliCategory ?? dataset.cliScriptType,
      "[data-cli-category], [data-cli-class=cli-blocker-script]",
    ),
    klaro,
    inContainers(IFRAMEMANAGER, (element) =>
      readIframemanager(element, page.iframemanager?.services),
    ),
    inContainers(TARTEAUCITRON, readTarteaucitron),
  ];
};
