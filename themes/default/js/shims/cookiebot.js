/**
 * Cookiebot's object, events, callbacks and classes
 * (https://www.cookiebot.com/en/developer/,
 * https://support.cookiebot.com/hc/en-us/articles/4405978132242-Manual-Markup-Guide).
 */
import * as visit from "./visit.js";

const page = /** @type {any} */ (window);
const OPTIONAL = ["preferences", "statistics", "marketing"];

const hasConsented = () => visit.isAnswered() && OPTIONAL.some(visit.allows);

/** The one that shows and hides what depends on consent, once it is made. */
let sheet = /** @type {CSSStyleSheet | undefined} */ (undefined);

/** Shows and hides elements of the page whose classes name a category. */
const display = () => {
  const states = OPTIONAL.map((name) => [`-${name}`, visit.allows(name)]);
  const rules = [...states, ["", OPTIONAL.some(visit.allows)]].map(
    ([name, isAllowed]) =>
      `.cookieconsent-${isAllowed ? "optout" : "optin"}${name}{display:none!important}`,
  );
  if (!sheet) {
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  sheet.replaceSync(rules.join(""));
};

const consent = Object.defineProperties(
  { necessary: true },
  {
    ...Object.fromEntries(
      OPTIONAL.map((name) => [name, { enumerable: true, get: () => visit.allows(name) }]),
    ),
    method: { enumerable: true, get: () => (visit.isAnswered() ? "explicit" : null) },
  },
);

/** Members that are Cookiebot's alone. */
export const members = Object.defineProperties(
  {
    consent,
    doNotTrack: false,
    renew: visit.open,
    withdraw: visit.open,
    submitCustomConsent: visit.open,
    runScripts: () => {},
    getScript: async (
      /** @type {string} */ address,
      /** @type {unknown} */ _async,
      /** @type {unknown} */ callback,
    ) => {
      if (await visit.loadScript(address)) visit.call(callback);
    },
  },
  {
    consented: { enumerable: true, get: hasConsented },
    declined: { enumerable: true, get: () => visit.isAnswered() && !hasConsented() },
    hasResponse: { enumerable: true, get: visit.isAnswered },
  },
);

/** @param {string} name of an event, which has a callback of the page too */
const tell = (name) => {
  visit.call(page[`CookiebotCallback_${name}`]);
  visit.dispatch(page, `Cookiebot${name}`);
};

export const install = () => display();

/** @param {import("./visit.js").Change} change */
export const update = ({ isConsent, isChange }) => {
  display();
  if (!isConsent && !isChange) return;
  if (isConsent) tell("OnLoad");
  tell("OnConsentReady");
  tell(hasConsented() ? "OnAccept" : "OnDecline");
  tell("OnTagsExecuted");
};
