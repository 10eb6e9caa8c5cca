/** What shows that a page uses another consent tool, or something that is told the choice. */

/** Markup of other tools; the dialects of `shims.js` look closer at it. */
export const PEERS =
  "script[data-category], [data-cookiecategory], [data-cookieconsent], [data-cookieblock-src], [data-cookieyes], [data-cli-class], " +
  'script[data-name], [data-name][data-src], [data-name][data-href], [data-service][data-id], [data-cc], .cky-banner-element, [class*="cookieconsent-opt"], ' +
  '[class*="_player"], [class*="tac_"], [class*="googlemaps"], .openstreetmap, .geoportail, .tarteaucitronOpenPanel';

export const usesOtherTools = () => {
  /** @type {any} */
  const page = window;
  return (
    ["kelisimShims", "wp_set_consent", "Shopify"].some((name) => name in page) ||
    // Where the register's services have made it, they tell the choice themselves.
    ("dataLayer" in page && !page.kelisimSignals) ||
    document.querySelector("script[data-shims]") !== null
  );
};
