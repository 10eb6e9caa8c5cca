/**
 * The calls and events of vanilla-cookieconsent 3 (https://cookieconsent.orestbida.com/reference/)
 * and of version 2, whose names differ, and iframemanager's.
 */
import * as visit from "./visit.js";

const page = /** @type {any} */ (window);
/** Categories of a page that has not set up its own. */
const USUAL = ["necessary", "functionality", "analytics", "marketing"];

/** What the page has given to `run`. @type {Record<string, any>} */
let settings = {};
/** The accepted categories that were told last. @type {string[]} */
let told = [];
/** Whether the functions of the page's settings for a service ran last for a yes. */
const running = new WeakMap();

/** Names of the page's categories. @returns {string[]} */
const names = () => {
  const own = Object.keys(settings.categories ?? {});
  return own.length > 0 ? own : USUAL;
};

/** @param {boolean} isAccepted */
const categories = (isAccepted) => names().filter((name) => visit.allows(name) === isAccepted);

/** Services of each category that are accepted, or not. @param {boolean} isAccepted */
const services = (isAccepted) =>
  Object.fromEntries(
    names().map((category) => [
      category,
      Object.keys(settings.categories?.[category]?.services ?? {}).filter(
        (name) => acceptedService(name, category) === isAccepted,
      ),
    ]),
  );

/** @param {string} name @param {string} category */
const acceptedService = (name, category) =>
  visit.allowsService(name, [category]) ?? visit.allows(category);

const acceptType = () => {
  if (categories(false).length === 0) return "all";
  return categories(true).every((name) => name === "necessary") ? "necessary" : "custom";
};

/** Their cookie, as far as it says something here. @param {string} [field] */
const getCookie = (field) => {
  const cookie = {
    categories: visit.isAnswered() ? categories(true) : [],
    services: visit.isAnswered() ? services(true) : {},
    level: categories(true),
    revision: 0,
    data: null,
    consentId: "",
    languageCode: document.documentElement.lang,
  };
  return field ? /** @type {any} */ (cookie)[field] : cookie;
};

const getUserPreferences = () => ({
  acceptType: acceptType(),
  acceptedCategories: categories(true),
  rejectedCategories: categories(false),
  acceptedServices: services(true),
  rejectedServices: services(false),
  accept_type: acceptType(),
  accepted_categories: categories(true),
  rejected_categories: categories(false),
});

/** @param {Record<string, any>} given */
const run = async (given) => {
  settings = given ?? {};
  visit.note("CookieConsent.run shows nothing here: the banner is that of embed.js");
  // The choice was told before the page had its functions.
  if (visit.isAnswered()) update({ isFirst: false, isConsent: true, isChange: false });
};

/**
 * @param {string} address
 * @param {Record<string, string> | (() => void)} [second] attributes, in version 2 a callback
 * @param {{name: string, value: string}[]} [third] attributes in version 2
 */
const loadScript = async (address, second, third) => {
  const isSecond = typeof second === "function";
  const attributes = isSecond
    ? Object.fromEntries((third ?? []).map(({ name, value }) => [name, value]))
    : second;
  const isLoaded = await visit.loadScript(address, attributes);
  if (isSecond) second();
  return isLoaded;
};

/** @param {string} name */
const validCookie = (name) =>
  document.cookie.split("; ").some((pair) => pair.startsWith(`${name}=`));

const nothing = () => {};

/** Members of both versions. */
export const api = {
  run,
  show: visit.open,
  showPreferences: visit.open,
  showSettings: visit.open,
  acceptCategory: visit.open,
  acceptService: visit.open,
  accept: visit.open,
  hide: nothing,
  hidePreferences: nothing,
  hideSettings: nothing,
  eraseCookies: nothing,
  updateScripts: nothing,
  reset: nothing,
  set: () => false,
  setCookieData: () => false,
  setLanguage: async () => false,
  updateLanguage: () => false,
  acceptedCategory: visit.allows,
  allowedCategory: visit.allows,
  acceptedService,
  validConsent: visit.isAnswered,
  validCookie,
  getCookie,
  get: getCookie,
  getUserPreferences,
  getConfig: (/** @type {string | undefined} */ field) => (field ? settings[field] : settings),
  loadScript,
};

/** iframemanager, whose services' addresses `dialects/containers.js` reads. */
const iframemanager = () => ({
  run: (/** @type {{services?: object}} */ given) => {
    Object.assign(page.iframemanager.services, given.services);
  },
  acceptService: nothing,
  rejectService: nothing,
  reset: nothing,
  observe: nothing,
  getConfig: () => page.iframemanager,
  getState: () => ({ services: new Map(), acceptedServices: [] }),
});

export const install = () => {
  page.initCookieConsent ??= () => api;
  page.iframemanager ??= Object.assign(iframemanager, { services: {} });
};

/** Calls what the page's settings have for services. */
const callServices = () => {
  for (const [category, { services = {} }] of Object.entries(settings.categories ?? {}))
    for (const [name, service] of Object.entries(/** @type {Record<string, any>} */ (services))) {
      const isAccepted = acceptedService(name, category);
      if (isAccepted === Boolean(running.get(service))) continue;
      running.set(service, isAccepted);
      visit.call(isAccepted ? service.onAccept : service.onReject);
    }
};

/**
 * Runs the page's scripts for a category that was withdrawn, as `data-category="!analytics"` says.
 * @param {string} name
 */
const runNegated = (name) => {
  for (const attribute of ["data-category", "data-cookiecategory"])
    for (const script of document.querySelectorAll(`script[${attribute}="!${CSS.escape(name)}"]`)) {
      const { type = "", src } = /** @type {HTMLElement} */ (script).dataset;
      const fresh = document.createElement("script");
      fresh.type = type;
      if (src) fresh.src = src;
      else fresh.textContent = script.textContent;
      script.remove();
      document.head.append(fresh);
    }
};

/** @param {import("./visit.js").Change} change */
export const update = ({ isFirst, isConsent, isChange }) => {
  const accepted = categories(true);
  const changedCategories = names().filter(
    (name) => told.includes(name) !== accepted.includes(name),
  );
  for (const name of told) if (!accepted.includes(name)) runNegated(name);
  told = accepted;
  callServices();
  const cookie = getCookie();
  if (isFirst) {
    visit.call(settings.onFirstConsent, { cookie });
    visit.call(settings.onFirstAction, getUserPreferences(), cookie);
    visit.dispatch(page, "cc:onFirstConsent", { cookie });
  }
  if (isConsent) {
    visit.call(settings.onConsent, { cookie });
    visit.call(settings.onAccept, cookie);
    visit.dispatch(page, "cc:onConsent", { cookie });
  }
  if (isChange) {
    const detail = { cookie, changedCategories, changedServices: {} };
    // Version 2 passes two arguments.
    visit.call(settings.onChange, settings.categories ? detail : cookie, changedCategories);
    visit.dispatch(page, "cc:onChange", detail);
  }
};
