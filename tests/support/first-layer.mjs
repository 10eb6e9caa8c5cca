// The first layer of the banner on a page that shows it by the script, as a phone shows it.

import assert from "node:assert/strict";
import { banner, newVisitor } from "./browser.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContextOptions} Settings */

/** Where a visitor comes from, whether with Global Privacy Control, and the regime that applies. */
export const VISITORS = /** @type {const} */ ([
  ["DE", false, "opt_in"],
  ["KZ", false, "notice"],
  ["US-CA", false, "opt_out"],
  ["US-CA", true, "opt_out"],
]);

/** A small phone. */
export const PHONE = { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true };

/** Half of the phone's screen. */
export const HALF = 320;

/** A page of somebody else with the tag. @param {string} lang @param {string} head */
const blank = (lang, head) =>
  `<!doctype html><html lang="${lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><title>Shop</title>${head}<h1>Shop</h1>${"<p>Goods</p>".repeat(60)}<script src="/embed.js" defer></script></html>`;

/** Sizes, texts and looks of the first layer. @param {Page} page */
export const look = (page) =>
  page.evaluate(() => {
    const all = (/** @type {string} */ selector) =>
      /** @type {HTMLElement[]} */ ([...document.querySelectorAll(`#cc-main ${selector}`)]).filter(
        (element) => element.getClientRects().length > 0,
      );
    const box = (/** @type {Element} */ element) => {
      const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
      return { left, right, top, bottom, width, height };
    };
    const [dialog] = all(".cm");
    return {
      dialog: box(dialog),
      isScrolled: dialog.scrollHeight > dialog.clientHeight,
      overflow: [dialog, document.documentElement].some(
        ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
      ),
      text: dialog.innerText.replace(/\s+/g, " "),
      regimes: all("[data-regime]").map(({ dataset }) => dataset.regime),
      hasSignal: all("[data-gpc]").length > 0,
      link: all("a").map((link) => ({
        text: link.innerText,
        path: new URL(/** @type {HTMLAnchorElement} */ (link).href).pathname,
      })),
      close: box(all("[data-role=close]")[0]),
      closeLabel: all("[data-role=close]")[0].getAttribute("aria-label"),
      buttons: all(".cm__btn").map((button) => ({ role: button.dataset.role, ...box(button) })),
      faces: all(".cm__btn").map((button) => {
        const style = getComputedStyle(button);
        const { width, height } = button.getBoundingClientRect();
        const names = /** @type {const} */ ([
          "color",
          "backgroundColor",
          "borderColor",
          "borderWidth",
          "borderStyle",
          "borderRadius",
          "fontFamily",
          "fontSize",
          "fontWeight",
          "textDecoration",
          "opacity",
          "boxShadow",
        ]);
        return {
          width: Math.round(width),
          height: Math.round(height),
          ...Object.fromEntries(names.map((name) => [name, style[name]])),
        };
      }),
      /** Lines that run below the cross, of which some readers' colours make a box. */
      crossed: all(":is(h2, p, summary)").flatMap((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        const cross = box(all("[data-role=close]")[0]);
        return [...range.getClientRects()]
          .filter(
            ({ left, right, top, bottom }) =>
              left < cross.right && right > cross.left && top < cross.bottom && bottom > cross.top,
          )
          .map(() => element.innerText);
      }),
      /** Parts whose words stand out of them. */
      cut: all(":is(h2, .cm__text, button, a)")
        .filter(
          ({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
            clientWidth > 0 && (scrollWidth > clientWidth || scrollHeight > clientHeight),
        )
        .map((element) => element.innerText),
      smallest: Math.min(
        ...all(":is(h2, b, p, u, a, summary, button)").map((element) =>
          parseFloat(getComputedStyle(element).fontSize),
        ),
      ),
    };
  });

/**
 * @typedef {object} Visit
 * @property {import("./fixture.mjs").Server} server
 * @property {import("playwright-core").Browser} browser
 * @property {string} locale language of the page
 * @property {string} [from] country and region of the visitor
 * @property {boolean} [gpc] whether the browser sends Global Privacy Control
 * @property {Settings} [settings] by default a phone's
 * @property {string} [head] further markup of the page's head
 */

/**
 * Shows somebody the first layer.
 * @template Result
 * @param {(page: Page) => Promise<Result>} check called once the banner is seen
 * @param {Visit} visit
 * @returns {Promise<Result>} what `check` returns
 */
export const visitBanner = async (
  check,
  { server, browser, locale, from = "DE", gpc = false, settings = PHONE, head = "" },
) => {
  const { context, faults } = await newVisitor(browser, settings);
  try {
    const page = await context.newPage();
    await page.route("**/shop", (route) =>
      route.fulfill({ contentType: "text/html", body: blank(locale, head) }),
    );
    await page.goto(`${server.origin(from, { gpc })}/shop`);
    await banner(page).dialog.waitFor();
    const result = await check(page);
    assert.deepEqual(faults, []);
    return result;
  } finally {
    await context.close();
  }
};
