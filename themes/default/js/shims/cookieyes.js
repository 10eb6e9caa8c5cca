/**
 * CookieYes' functions and events
 * (https://www.cookieyes.com/documentation/retrieving-consent-data-using-api-getckyconsent/,
 * https://www.cookieyes.com/documentation/events-on-cookie-banner-load/).
 */
import * as visit from "./visit.js";

const page = /** @type {any} */ (window);
const CATEGORIES = ["necessary", "functional", "analytics", "performance", "advertisement"];

const getCkyConsent = () => ({
  activeLaw: visit.regime() === "opt_in" ? "gdpr" : "",
  categories: Object.fromEntries(CATEGORIES.map((name) => [name, visit.allows(name)])),
  isUserActionCompleted: visit.isAnswered(),
  consentID: "",
  languageCode: document.documentElement.lang,
});

export const install = () => {
  page.getCkyConsent ??= getCkyConsent;
  page.revisitCkyConsent ??= visit.open;
  page.performBannerAction ??= visit.open;
};

/** Whether the page was told that the banner has come. */
let isLoaded = false;

/** @param {import("./visit.js").Change} change */
export const update = ({ isFirst, isChange }) => {
  if (!isLoaded) visit.dispatch(document, "cookieyes_banner_load", getCkyConsent());
  isLoaded = true;
  if (!isFirst && !isChange) return;
  const accepted = CATEGORIES.filter(visit.allows);
  const rejected = CATEGORIES.filter((name) => !visit.allows(name));
  visit.dispatch(document, "cookieyes_consent_update", { accepted, rejected });
};
