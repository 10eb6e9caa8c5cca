// Browsers of the last three years: features that not all of them have are taken from Chromium, one
// by one and all together, and a visitor answers, changes the answer and takes it back.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { NONE } from "../support/browser.mjs";
import { startShopServer } from "../support/embedding.mjs";
import {
  choice,
  click,
  FRAME,
  goAndBeAsked,
  markup,
  openSettings,
  policy,
  press,
  reloading,
  told,
} from "../support/engine-shop.mjs";
import { isShown, LAUNCHERS, puppeteerVisitor, waitFor } from "../support/engines.mjs";
import { until } from "../support/until.mjs";

/** Paths of what is removed from the global object. @type {Record<string, string[]>} */
const REMOVED = {
  // Firefox before 125, Safari before 17.
  popovers: ["showPopover", "hidePopover", "togglePopover", "popover"].map(
    (name) => `HTMLElement.prototype.${name}`,
  ),
  // Safari in its lockdown mode.
  "Web Locks": ["Navigator.prototype.locks"],
  // Chromium before 124 (as a whole), Firefox, Safari before 17.4.
  "newer signals": ["AbortSignal.timeout", "AbortSignal.any"],
  structuredClone: ["structuredClone"],
  // Firefox before 140, Safari before 18.4.
  "the cookie store": ["cookieStore", "CookieStore"],
  // Chromium before 119.
  "storage access": [
    "Document.prototype.hasStorageAccess",
    "Document.prototype.requestStorageAccess",
  ],
  "idle callbacks and tasks": ["requestIdleCallback", "cancelIdleCallback", "scheduler"],
  "newer methods": [
    "Element.prototype.checkVisibility",
    "Element.prototype.moveBefore",
    "Array.prototype.toSorted",
    "Array.prototype.toReversed",
    "Array.fromAsync",
    "Object.groupBy",
    "Map.groupBy",
    "Promise.try",
    "Promise.withResolvers",
    "Set.prototype.union",
    "Iterator",
    "URL.canParse",
    "URL.parse",
    "crypto.randomUUID",
  ],
};

/** Pseudo-classes that scripts can't use, because the browser doesn't know them. */
const UNKNOWN = { popovers: ":popover-open", ":has": ":has(" };

/** What is missing. @type {Record<string, {removed: string[], unknown: string[]}>} */
const CASES = Object.fromEntries(
  [...new Set([...Object.keys(REMOVED), ...Object.keys(UNKNOWN)])].map((name) => [
    name,
    {
      removed: REMOVED[name] ?? [],
      unknown: name in UNKNOWN ? [UNKNOWN[/** @type {keyof typeof UNKNOWN} */ (name)]] : [],
    },
  ]),
);
const ALL_AT_ONCE = {
  removed: Object.values(CASES).flatMap(({ removed }) => removed),
  unknown: Object.values(CASES).flatMap(({ unknown }) => unknown),
};

/** Takes the features away, in the page. @param {{removed: string[], unknown: string[]}} missing */
const remove = ({ removed, unknown }) => {
  const root = /** @type {any} */ (window);
  for (const path of removed) {
    const names = path.split(".");
    const name = /** @type {string} */ (names.pop());
    const owner = names.reduce((object, key) => object?.[key], root);
    if (owner && !delete owner[name]) throw new Error(`${path} is still there`);
  }
  for (const prototype of [Element.prototype, Document.prototype, DocumentFragment.prototype])
    for (const name of ["matches", "closest", "querySelector", "querySelectorAll"]) {
      const original = /** @type {any} */ (prototype)[name];
      if (original === undefined) continue;
      /** @type {any} */ (prototype)[name] = function (/** @type {string} */ selector) {
        if (unknown.some((part) => String(selector).includes(part)))
          throw new DOMException(`${selector} is not a valid selector`, "SyntaxError");
        return original.call(this, selector);
      };
    }
};

/** @type {Awaited<ReturnType<typeof startShopServer>>} */
let shop;
/** @type {import("puppeteer-core").Browser} */
let browser;
before(async () => {
  shop = await startShopServer((host, path) => {
    if (host === FRAME) return "<!doctype html><title>Video</title>";
    return host === "www.shop.kz" && !path.includes(".ico")
      ? markup(
          `<iframe id="frame" data-consent="analytics" data-src="https://${FRAME}/course" title="The course"></iframe>`,
        )
      : undefined;
  });
  browser = await LAUNCHERS.Chromium({ server: shop.server });
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

/**
 * Answers, changes the answer and takes it back.
 * @param {string} address
 * @param {{removed: string[], unknown: string[]}} missing
 */
const travel = async (address, missing) => {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.evaluateOnNewDocument(remove, missing);
    const visitor = puppeteerVisitor(page);
    await goAndBeAsked(visitor, address);
    await press(visitor, "show");
    await waitFor(visitor, "#cc-main .cm__settings");
    await click(visitor, "#cc-main input[name=analytics]");
    await press(visitor, "save");
    await told(visitor, "saved");
    const chosen = { ...NONE, analytics: true };
    assert.deepEqual(await choice(visitor), chosen);

    await visitor.go(address);
    await until(
      async () =>
        (await visitor.evaluate(() => "kelisim" in window)) &&
        isDeepStrictEqual(await choice(visitor), chosen),
      "what was chosen is allowed on the next page",
    );
    assert.ok(!(await isShown(visitor, "#cc-main .cm")), "nobody is asked again");

    await openSettings(visitor);
    await reloading(visitor, () => press(visitor, "necessary"));
    assert.deepEqual(await choice(visitor), NONE);
    assert.deepEqual(visitor.faults(), []);
  } finally {
    await context.close();
  }
};

describe("a visitor answers, changes and takes back", () => {
  for (const [name, missing] of Object.entries(CASES))
    test(`without ${name}`, () => travel("https://www.shop.kz/", missing));

  for (const [place, address] of Object.entries({
    "an embedding page": "https://www.shop.kz/",
    "a policy page": policy("/en/privacy/"),
  }))
    test(`without all of these, on ${place}`, () => travel(address, ALL_AT_ONCE));
});
