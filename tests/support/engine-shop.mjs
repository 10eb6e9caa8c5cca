// The shop of docs/embedding.md in every engine: its server, a page of its hosts, and visits to it.

import { after, before, describe } from "node:test";
import { documented, POLICIES, startShopServer } from "./embedding.mjs";
import { ENGINES, waitFor, withEngine } from "./engines.mjs";
import { until } from "./until.mjs";

/** @typedef {import("./engines.mjs").Visitor} Visitor */
/** @typedef {Awaited<ReturnType<typeof startShopServer>>} Shop */

const { tags } = await documented();
export const HOSTS = ["www.shop.kz", "course.example"];
export const FRAME = "video.example";

/** The operator's page. @param {string} main @param {string} [lang] */
export const markup = (main, lang = "en") => `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>Shop</title></head>
<body><main><h1>Shop</h1><a id="first" href="#first">First</a>${main}</main><footer>${tags}</footer></body></html>`;

/**
 * Runs a group of tests in each engine. The shop's server is started before all of them.
 * @param {(path: string) => string} body markup of the page's `main`, by its path
 * @param {(given: {name: string, shop: () => Shop, visiting: ReturnType<typeof withEngine>}) =>
 *   void} group
 * @param {Parameters<typeof startShopServer>[1]} [changes]
 */
export const inEveryEngine = (body, group, changes) => {
  /** @type {Shop} */
  let shop;
  before(async () => {
    shop = await startShopServer((host, path) => {
      if (host === FRAME) return "<!doctype html><title>Video</title>";
      return HOSTS.includes(host) && !path.includes(".ico") ? markup(body(path)) : undefined;
    }, changes);
  });
  after(() => shop?.stop());
  for (const [name, { absent }] of Object.entries(ENGINES))
    describe(name, { skip: absent }, () =>
      group({
        name,
        shop: () => shop,
        visiting: withEngine(name, () => ({ server: shop.server })),
      }),
    );
};

/** The address of a page of the policy site. @param {string} path */
export const policy = (path) => `https://${POLICIES}${path}`;

/**
 * Goes to a page and waits until the script has decided what the visit starts with.
 * @param {Visitor} visitor
 * @param {string} address
 */
export const go = async (visitor, address) => {
  await visitor.go(address);
  await until(
    () => visitor.evaluate(() => "kelisim" in window),
    `nothing was decided on ${address}`,
  );
};

/** Goes to a page on which the visitor is asked. @param {Visitor} visitor @param {string} address */
export const goAndBeAsked = async (visitor, address) => {
  await go(visitor, address);
  await waitFor(visitor, "#cc-main .cm");
};

/**
 * Presses with the pointer, once it is let through: what has just appeared takes no press.
 * @param {Visitor} visitor
 * @param {string} selector
 */
export const click = async (visitor, selector) => {
  await waitFor(visitor, selector);
  await until(
    () =>
      visitor.evaluate((/** @type {string} */ wanted) => {
        const element = /** @type {Element} */ (document.querySelector(wanted));
        return getComputedStyle(element).pointerEvents !== "none";
      }, selector),
    `${selector} takes no press`,
  );
  await visitor.click(selector);
};

/** Presses a button of the banner. @param {Visitor} visitor @param {string} role */
export const press = (visitor, role) => click(visitor, `#cc-main [data-role=${role}]`);

/** The categories that are allowed. @param {Visitor} visitor @returns {Promise<object>} */
export const choice = (visitor) =>
  visitor.evaluate(() => /** @type {any} */ (window).kelisim.choice());

/** Waits for a message of the banner. @param {Visitor} visitor @param {string} name */
export const told = (visitor, name) => waitFor(visitor, `[data-status=${name}]`);

/**
 * Opens the settings by the page's link, from the keyboard: a message may lie over the link.
 * @param {Visitor} visitor
 */
export const openSettings = async (visitor) => {
  await visitor.evaluate(() =>
    /** @type {HTMLElement} */ (document.querySelector("footer [data-choices=open]")).focus(),
  );
  await visitor.press("Enter");
  await waitFor(visitor, "#cc-main .cm__settings");
};

/**
 * Does what makes the script load the page anew, and waits for the new page.
 * @param {Visitor} visitor
 * @param {() => Promise<void>} act
 */
export const reloading = async (visitor, act) => {
  await visitor.evaluate(() => void Object.assign(window, { isBefore: true }));
  await act();
  await until(
    () =>
      visitor
        .evaluate(() => !("isBefore" in window) && "kelisim" in window)
        // The page that was asked is gone.
        .catch(() => false),
    "the page was not loaded anew",
  );
};
