// What must hold in every engine, language and colour scheme: axe finds nothing, the keyboard gets
// everywhere and is seen doing so, and no button is more inviting than another. And what only
// Firefox can show: its own Global Privacy Control.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { violations } from "../support/axe.mjs";
import { ALL, LOCALES } from "../support/browser.mjs";
import { ENGINES, go, launchFirefox, open, SCHEMES } from "../support/engines.mjs";
import { startServerWithoutRegimes } from "../support/server.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

/** @type {Awaited<ReturnType<typeof startServerWithoutRegimes>>} */
let server;
before(async () => {
  server = await startServerWithoutRegimes();
});
after(() => server?.stop());

/** How the buttons of the banner look that are shown. @param {Page} page */
const looks = (page) =>
  page.$$eval("#cc-main .cm__btn", (buttons) =>
    buttons
      .filter((button) => button.getClientRects().length > 0)
      .map((button) => {
        const { width, height } = button.getBoundingClientRect();
        const style = getComputedStyle(button);
        const names = /** @type {const} */ ([
          "color",
          "backgroundColor",
          "borderColor",
          "borderWidth",
          "borderStyle",
          "fontSize",
          "fontWeight",
          "opacity",
          "boxShadow",
          "textTransform",
        ]);
        return {
          width: Math.round(width),
          height: Math.round(height),
          ...Object.fromEntries(names.map((name) => [name, style[name]])),
        };
      }),
  );

/** Accepting, rejecting and choosing must not differ. @param {Page} page @param {string} state */
const checkProminence = async (page, state) => {
  const [first, ...others] = await looks(page);
  assert.equal(others.length, 2, `${state}: three buttons`);
  for (const other of others) assert.deepEqual(other, first, state);
  assert.ok(first.height >= 44, `${state}: fingers hit it`);
};

/** Where the focus is, and what is wrong with how it is seen. @param {Page} page */
const focused = (page) =>
  page.evaluate(() => {
    const element = /** @type {HTMLElement} */ (document.activeElement);
    const { left, right, top, bottom } =
      element.getClientRects()[0] ?? element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const middle = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    const isCovered =
      element !== document.body && !element.contains(middle) && !middle?.contains(element);
    const isMarked =
      element.matches("body, :not(:focus-visible)") ||
      (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
    const name =
      element.dataset.role ?? (element.getAttribute("name") || element.tagName.toLowerCase());
    return {
      place: element.closest("#cc-main") ? "banner" : "page",
      name,
      faults: [
        isCovered ? `covered by ${middle?.outerHTML.slice(0, 80)}` : "",
        isMarked ? "" : "not marked",
      ]
        .filter(Boolean)
        .map((fault) => `${element.outerHTML.slice(0, 80)}: ${fault}`),
    };
  });

/**
 * Presses Tab so often and says what it met in the banner, in order, and how often it was outside.
 * @param {Page} page
 * @param {number} presses
 */
const walk = async (page, presses) => {
  await page.evaluate(() => {
    // The link before the banner.
    /** @type {HTMLElement} */ (document.querySelector(".skip")).focus();
    scrollTo(0, 0);
  });
  const met = { banner: /** @type {string[]} */ ([]), page: 0 };
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press("Tab");
    const { place, name, faults } = await focused(page);
    assert.deepEqual(faults, []);
    if (place === "banner") met.banner.push(name);
    else met.page += 1;
  }
  return met;
};

for (const [engine, start] of Object.entries(ENGINES)) {
  for (const scheme of SCHEMES) {
    describe(`${engine}, ${scheme}`, () => {
      /** @type {import("puppeteer-core").Browser} */
      let browser;
      before(async () => {
        browser = await start(scheme);
      });
      after(() => browser?.close());

      for (const locale of LOCALES) {
        test(`${locale}: banner, settings and closed page pass axe, the keyboard walk and the comparison of buttons`, async () => {
          const { page, close } = await open(browser, scheme);
          await go(page, `${server.origin("DE")}/${locale}/cookies/`);
          assert.equal(
            await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches),
            scheme === "dark",
          );

          assert.deepEqual(await violations(page), [], "banner");
          await checkProminence(page, "banner");
          const first = await walk(page, 14);
          assert.deepEqual(first.banner, ["close", "a", "all", "necessary", "show"]);
          assert.ok(first.page >= 9, "the banner is no trap");

          await page.click("#cc-main [data-role=show]");
          // A button under the pointer looks different, as it should.
          await page.mouse.move(1, 1);
          assert.deepEqual(await violations(page), [], "settings");
          await checkProminence(page, "settings");
          const second = await walk(page, 22);
          assert.deepEqual(
            second.banner.filter((name) => name !== "div"),
            [
              "close",
              "a",
              "summary",
              ...["functional", "analytics", "marketing"].flatMap((name) => [name, "summary"]),
              // What a consent has to say by law.
              "summary",
              "all",
              "necessary",
              "save",
            ],
          );
          assert.ok(second.page >= 5, "the settings are no trap");

          await page.focus("#cc-main [data-role=close]");
          await page.keyboard.press("Escape");
          assert.deepEqual(await violations(page), [], "closed");
          const third = await walk(page, 12);
          assert.deepEqual(third, { banner: [], page: 12 });
          await close();
        });
      }

      test("the page of choices passes axe, with every service unfolded", async () => {
        const { page, close } = await open(browser, scheme);
        for (const locale of LOCALES) {
          await page.goto(`${server.origin("DE")}/${locale}/choices/`);
          await page.waitForFunction(() => "kelisim" in window);
          await page.$$eval("details", (all) => {
            for (const details of all) details.open = true;
          });
          assert.deepEqual(await violations(page), [], locale);
        }
        await close();
      });
    });
  }
}

test("on a small screen nothing that sticks covers what has the focus", async () => {
  const browser = await ENGINES.Chromium("light");
  try {
    for (const viewport of [
      { width: 360, height: 640 },
      { width: 800, height: 400 },
      { width: 1280, height: 600 },
    ]) {
      const { page, close } = await open(browser, "light", viewport);
      await go(page, `${server.origin("DE")}/kk/privacy/`);
      await walk(page, 30);
      await page.click("#cc-main [data-role=show]");
      await walk(page, 40);
      await close();
    }
  } finally {
    await browser.close();
  }
});

test("Firefox's own Global Privacy Control turns marketing off, also after accepting everything, and the record says so", async () => {
  const browser = await launchFirefox("light", { "privacy.globalprivacycontrol.enabled": true });
  try {
    const { page } = await open(browser, "light");
    await go(page, `${server.origin("US-CA")}/en/cookies/`);
    const expected = { ...ALL, marketing: false };
    const chosen = () => page.evaluate(() => /** @type {any} */ (window).kelisim.choice());
    assert.deepEqual(await chosen(), expected, "also where services run until objected to");
    assert.ok(
      await page.$eval(
        "#cc-main [data-gpc]",
        (sentence) => !(/** @type {HTMLElement} */ (sentence).hidden),
      ),
    );
    await page.click("#cc-main [data-role=all]");
    await page.waitForSelector("[data-status=saved_gpc]:not([hidden])");
    assert.deepEqual(await chosen(), expected);
    const records = await page.evaluate(async () => (await fetch("/api/consent/records")).json());
    assert.equal(records.entries[0].record.gpc, true);
    assert.deepEqual(records.entries[0].record.choice, expected);
  } finally {
    await browser.close();
  }
});
