/** Klaro's object, managers and the functions of its settings (https://klaro.org/docs/api/js_api). */
import { klaroSettings, purposesOf } from "../dialects/names.js";
import * as visit from "./visit.js";

const page = /** @type {any} */ (window);

/** @typedef {Record<string, any>} Settings */

const services = () => {
  const { services, apps } = klaroSettings() ?? {};
  return /** @type {Settings[]} */ (services ?? apps ?? []);
};

/** @param {string} name */
const getConsent = (name) => visit.allowsService(name, purposesOf(name)) ?? false;

const consents = () => Object.fromEntries(services().map(({ name }) => [name, getConsent(name)]));

/** What the services were told last, by their settings. @type {WeakMap<Settings, boolean>} */
const running = new WeakMap();
/** @type {Set<{update: (manager: object, name: string, data: unknown) => void}>} */
const watchers = new Set();
const nothing = () => {};

const manager = Object.defineProperties(
  {
    getConsent,
    getService: (/** @type {string} */ wanted) => services().find(({ name }) => name === wanted),
    watch: (/** @type {any} */ watcher) => watchers.add(watcher),
    unwatch: (/** @type {any} */ watcher) => watchers.delete(watcher),
    loadConsents: consents,
    changeAll: visit.open,
    updateConsent: visit.open,
    resetConsents: visit.open,
    saveConsents: nothing,
    applyConsents: nothing,
    saveAndApplyConsents: nothing,
  },
  {
    config: { get: () => klaroSettings() },
    consents: { get: consents },
    savedConsents: { get: consents },
    confirmed: { get: visit.isAnswered },
  },
);

/** Klaro's own start, with the settings of the page. @param {Settings} [given] */
const start = (given) => {
  visit.note("klaro.setup and klaro.render show nothing here: the banner is that of embed.js");
  if (!given) return;
  page.klaroConfig ??= given;
  if (visit.isAnswered()) callServices();
};

export const install = () => {
  page.klaro ??= {
    show: visit.open,
    setup: start,
    render: start,
    getManager: (/** @type {Settings | undefined} */ given) => {
      if (given) page.klaroConfig ??= given;
      return manager;
    },
    addEventListener: nothing,
    resetManagers: nothing,
    renderContextualConsentNotices: nothing,
    version: () => "0.7",
  };
};

/** Calls what the page's settings have for services whose consent differs from before. */
const callServices = () => {
  for (const service of services()) {
    const isAllowed = getConsent(service.name);
    if (running.get(service) === isAllowed) continue;
    if (!running.has(service)) visit.call(service.onInit, { service });
    running.set(service, isAllowed);
    const given = { service, config: klaroSettings(), vars: service.vars ?? {} };
    visit.call(isAllowed ? service.onAccept : service.onDecline, given);
    visit.call(service.callback, isAllowed, service);
    visit.call(klaroSettings()?.callback, isAllowed, service);
  }
};

/** @param {import("./visit.js").Change} change */
export const update = ({ isConsent, isChange }) => {
  if (visit.isAnswered()) callServices();
  if (!isConsent && !isChange) return;
  const now = consents();
  for (const watcher of watchers) {
    watcher.update(manager, "consents", now);
    watcher.update(manager, "saveConsents", { consents: now, changes: now, type: "save" });
    watcher.update(manager, "applyConsents", Object.keys(now).length);
  }
};
