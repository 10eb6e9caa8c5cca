/**
 * Tells the choice to what runs on the page apart from the register: WordPress, Shopify, Google's
 * containers that the page itself loads. Global Privacy Control is part of what may run, so it is
 * passed on with it. Nothing is told that the visitor has not answered, because each of these keeps
 * what it is told in a cookie; Google's signals are denied until then.
 */
import { signal } from "./google.js";
import * as visit from "./shims/visit.js";

const page = /** @type {any} */ (window);

/** @param {boolean} isAllowed */
const word = (isAllowed) => (isAllowed ? "allow" : "deny");

/** WP Consent API (https://github.com/WordPress/wp-consent-level-api): categories of the plugin. */
const WORDPRESS = {
  functional: "necessary",
  preferences: "functional",
  statistics: "analytics",
  "statistics-anonymous": "analytics",
  marketing: "marketing",
};

const tellWordPress = () => {
  if (!page.wp_set_consent) return;
  if (!page.wp_consent_type) {
    page.wp_consent_type = (visit.regime() ?? "opt_in") === "opt_in" ? "optin" : "optout";
    visit.dispatch(document, "wp_consent_type_defined");
  }
  if (!visit.isAnswered() && !visit.isDenied()) return;
  for (const [name, own] of Object.entries(WORDPRESS))
    page.wp_set_consent(name, word(visit.allows(own)));
};

/** Shopify (https://shopify.dev/docs/api/customer-privacy). */
const tellShopify = () => {
  if (!page.Shopify?.loadFeatures || (!visit.isAnswered() && !visit.isDenied())) return;
  const { functional, analytics, marketing } = visit.choice();
  const consent = {
    preferences: functional,
    analytics,
    marketing,
    sale_of_data: marketing && !visit.isDenied(),
  };
  const tell = () => page.Shopify.customerPrivacy?.setTrackingConsent(consent, () => {});
  if (page.Shopify.customerPrivacy) tell();
  else
    page.Shopify.loadFeatures(
      [{ name: "consent-tracking-api", version: "0.1" }],
      (/** @type {unknown} */ error) => {
        if (!error) tell();
      },
    );
};

/** Whether the page loads one of Google's containers, or has asked for its signals. */
let isGoogle = false;

/** Denies Google's signals before a container of the page runs. */
export const install = () => {
  isGoogle = true;
  signal(visit.choice());
};

let told = "";

/** Tells what may run now, if it differs from what was told. */
export const update = () => {
  const now = JSON.stringify([visit.choice(), visit.isAnswered(), visit.isDenied()]);
  if (now === told) return;
  told = now;
  tellWordPress();
  tellShopify();
  isGoogle ||= Array.isArray(page.dataLayer);
  if (isGoogle) signal(visit.choice());
};
