/**
 * tarteaucitron's object, its list of services and the page's own services
 * (https://tarteaucitron.io/en/free-installation-open-source/, tarteaucitronjs 1.34.0).
 */
import { complainOfService } from "../dialects/names.js";
import { isContainer } from "../dialects/containers.js";
import * as visit from "./visit.js";

const page = /** @type {any} */ (window);

/** Whether each service was told that it may run. @type {Map<string, boolean>} */
const running = new Map();
const nothing = () => {};
/** Whether the page's services can be started: what it defines follows `job.push`. */
let isBegun = false;

/** As tarteaucitron reads an attribute. @param {Element} element @param {string} name */
const getElemAttr = (element, name) =>
  element.getAttribute(`data-${name}`) ?? element.getAttribute(name) ?? "";

/**
 * Fills the page's containers of a service.
 * @param {string[]} classes
 * @param {string | ((element: Element) => string)} content
 * @param {boolean} [isCallAlone] whether the function fills it itself
 */
const fallback = (classes, content, isCallAlone) => {
  for (const element of document.querySelectorAll(classes.map((name) => `.${name}`).join(","))) {
    const text = typeof content === "function" ? content(element) : content;
    if (isCallAlone) continue;
    // Scripts in it don't run, as with tarteaucitron.
    const { body } = new DOMParser().parseFromString(text, "text/html");
    element.replaceChildren(...body.childNodes);
  }
};

/**
 * @param {string} address
 * @param {string} [id]
 * @param {() => void} [callback]
 * @param {boolean} [_execute]
 * @param {string} [name] of an attribute
 * @param {string} [value]
 */
const addScript = async (
  address,
  id = "",
  callback = nothing,
  _execute = true,
  name = "",
  value = "",
) => {
  const attributes = { ...(id && { id }), ...(name && { [name]: value }) };
  if (await visit.loadScript(address, attributes)) visit.call(callback);
};

/** @param {unknown} value */
const getStyleSize = (value) =>
  /^\d+(\.\d+)?$/.test(String(value)) ? `${value}px` : (value ?? "auto");

const object = {
  user: {},
  lang: {},
  services: /** @type {Record<string, any>} */ ({}),
  state: /** @type {Record<string, boolean>} */ ({}),
  added: {},
  launch: {},
  parameters: {},
  events: {},
  job: /** @type {string[]} */ ([]),
  init: (/** @type {object} */ parameters) => {
    object.parameters = parameters;
    visit.note("tarteaucitron.init shows nothing here: the banner is that of embed.js");
  },
  load: nothing,
  addService: (/** @type {string} */ name) => void object.job.push(name),
  triggerJobsAfterAjaxCall: nothing,
  setConsent: visit.open,
  fallback,
  addScript,
  addInternalScript: addScript,
  engage: () => "",
  getElemAttr,
  getElemWidth: (/** @type {HTMLElement} */ element) =>
    getElemAttr(element, "width") || element.clientWidth,
  getElemHeight: (/** @type {HTMLElement} */ element) =>
    getElemAttr(element, "height") || element.clientHeight,
  getStyleSize,
  getLanguage: () => document.documentElement.lang,
  sendEvent: (/** @type {string} */ name) => visit.dispatch(document, name),
  userInterface: {
    openPanel: visit.open,
    openAlert: visit.open,
    respondAll: visit.open,
    respond: visit.open,
    closePanel: nothing,
    closeAlert: nothing,
    css: nothing,
    addClass: nothing,
    removeClass: nothing,
    toggle: nothing,
  },
};

/**
 * Starts a service of the page's own, or tells it that it may not run. The services that
 * tarteaucitron brings along are run by the register.
 * @param {string} name
 */
const apply = (name) => {
  const service = object.services[name];
  const isAllowed = visit.allowsService(name, service ? [service.type] : []);
  if (isAllowed === undefined || (!service && !visit.isRegistered(name))) {
    if (!isContainer(name)) complainOfService(name);
    return;
  }
  if (!running.has(name)) object.sendEvent(`${name}_added`);
  if (running.get(name) === isAllowed) return;
  running.set(name, isAllowed);
  if (isAllowed || visit.isAnswered()) object.state[name] = isAllowed;
  visit.call(isAllowed ? service?.js : service?.fallback);
  if (isAllowed) object.sendEvent(`${name}_loaded`);
  if (visit.isAnswered()) object.sendEvent(`${name}_${isAllowed ? "allowed" : "disallowed"}`);
};

export const install = () => {
  page.tarteaucitron ??= object;
  // `(tarteaucitron.job = tarteaucitron.job || []).push("x")`, before and after the choice is known
  object.job.push = (...names) => {
    const length = Array.prototype.push.apply(object.job, names);
    if (isBegun) names.forEach(apply);
    return length;
  };
};

export const update = () => {
  isBegun = true;
  new Set(object.job).forEach(apply);
};
