// What must hold in every engine, language and colour scheme: axe finds nothing, the keyboard gets
// everywhere and is seen doing so, and no button is more inviting than another. And what only
// Firefox can show: its own Global Privacy Control.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { violations } from "../support/axe.mjs";
import { ALL, LOCALES } from "../support/browser.mjs";
import { ENGINES, go, SCHEMES, waitFor, withEngine } from "../support/engines.mjs";
import { startServerWithoutRegimes } from "../support/server.mjs";
import { until } from "../support/until.mjs";

/** @typedef {import("../support/engines.mjs").Visitor} Visitor */

/** @type {Awaited<ReturnType<typeof startServerWithoutRegimes>>} */
let server;
before(async () => {
  server = await startServerWithoutRegimes();
});
after(() => server?.stop());

/** How the buttons of the banner look that are shown. @param {Visitor} page */
const looks = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("#cc-main .cm__btns .cm__btn")]
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

/** Accepting, rejecting and choosing must not differ. @param {Visitor} page @param {string} state */
const checkProminence = async (page, state) => {
  const [first, ...others] = await looks(page);
  assert.equal(others.length, 2, `${state}: three buttons`);
  for (const other of others) assert.deepEqual(other, first, state);
  assert.ok(first.height >= 44, `${state}: fingers hit it`);
};

/** Where the focus is, and what is wrong with how it is seen. @param {Visitor} page */
const focused = (page) =>
  page.evaluate(() => {
    const element = /** @type {HTMLElement} */ (document.activeElement);
    const { left, right, top, bottom } =
      element.getClientRects()[0] ?? element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const middle = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    const isCovered =
      // Firefox goes on from the last element by its own bar, and then draws no focus in the page.
      !element.matches("body, .skip:not(:focus)") &&
      !element.contains(middle) &&
      !middle?.contains(element);
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

/** How many links before the banner the walk begins. */
const BEFORE = 6;

/**
 * Presses Tab so often, from one of the page's last links on, and says what it met in the banner, in order,
 * and how often it was outside.
 * @param {Visitor} page
 * @param {number} presses
 */
const walk = async (page, presses) => {
  // The part that makes room is loaded once the banner is seen.
  await until(
    () =>
      page.evaluate(() => {
        const banner = document.querySelector("#cc-main .cm")?.getBoundingClientRect();
        const room = parseFloat(getComputedStyle(document.documentElement).scrollPaddingBlockEnd);
        return !banner?.height || room >= banner.height;
      }),
    "the page has no room for the banner",
  );
  await page.evaluate((/** @type {number} */ before) => {
    const links = document.querySelectorAll(":is(main, body > footer) a");
    /** @type {HTMLElement} */ ([...links].at(-before)).focus();
  }, BEFORE);
  const met = { banner: /** @type {string[]} */ ([]), page: 0 };
  for (let press = 0; press < presses; press += 1) {
    await page.press("Tab");
    const { place, name, faults } = await focused(page);
    assert.deepEqual(faults, []);
    if (place === "banner") met.banner.push(name);
    else met.page += 1;
  }
  return met;
};

/** The languages in which each colour scheme is walked through: no rule of style knows both. */
const SPOKEN = { light: ["kk", "en"], dark: ["ru"] };

for (const engine of Object.keys(ENGINES)) {
  for (const scheme of SCHEMES) {
    describe(`${engine}, ${scheme}`, { skip: ENGINES[engine].absent }, () => {
      const visiting = withEngine(engine, () => ({ scheme }));

      for (const locale of SPOKEN[scheme]) {
        test(`${locale}: banner, settings and closed page pass axe, the keyboard walk and the comparison of buttons`, () =>
          visiting(async (page) => {
            await go(page, `${server.origin("DE")}/${locale}/cookies/`);
            assert.equal(
              await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches),
              scheme === "dark",
            );

            assert.deepEqual(await violations(page), [], "banner");
            await checkProminence(page, "banner");
            const first = await walk(page, 14);
            assert.deepEqual(first.banner, ["close", "all", "necessary", "show", "a"]);
            assert.ok(first.page >= 9, "the banner is no trap");

            await page.click("#cc-main [data-role=show]");
            await waitFor(page, "#cc-main .cm__settings");
            // A button under the pointer looks different, as it should.
            await page.away();
            assert.deepEqual(await violations(page), [], "settings");
            await checkProminence(page, "settings");
            const second = await walk(page, 28);
            assert.deepEqual(
              // While Firefox's own bar has the focus, the last link seems to keep it.
              second.banner.filter(
                (name, at, all) => name !== "div" && !(name === "a" && all[at - 1] === "a"),
              ),
              [
                "close",
                "summary",
                ...["functional", "analytics", "marketing"].flatMap((name) => [name, "summary"]),
                // What a consent has to say by law.
                "summary",
                // Withdrawal, and below the folded ones records and their end.
                "withdraw",
                "summary",
                "summary",
                "all",
                "necessary",
                "save",
                "a",
              ],
            );
            assert.ok(second.page >= 5, "the settings are no trap");

            await page.evaluate(() =>
              /** @type {HTMLElement} */ (
                document.querySelector("#cc-main [data-role=close]")
              ).focus(),
            );
            await page.press("Escape");
            assert.deepEqual(await violations(page), [], "closed");
            const third = await walk(page, 12);
            assert.deepEqual(third, { banner: [], page: 12 });
          }));
      }

      test("the page of choices passes axe, with every service unfolded", () =>
        visiting(async (page) => {
          for (const locale of LOCALES) {
            await page.go(`${server.origin("DE")}/${locale}/choices/`);
            await until(() => page.evaluate(() => "kelisim" in window), "the script did not start");
            await page.evaluate(() => {
              for (const details of document.querySelectorAll("details")) details.open = true;
            });
            assert.deepEqual(await violations(page), [], locale);
          }
        }));
    });
  }
}

describe("on a small screen", () => {
  const visiting = withEngine("Chromium");
  for (const size of [
    { width: 360, height: 640 },
    { width: 800, height: 400 },
    { width: 1280, height: 600 },
  ]) {
    test(`of ${size.width} x ${size.height} nothing that sticks covers what has the focus`, () =>
      visiting(async (page) => {
        await go(page, `${server.origin("DE")}/kk/privacy/`);
        await walk(page, 30);
        await page.click("#cc-main [data-role=show]");
        await waitFor(page, "#cc-main .cm__settings");
        await walk(page, 40);
      }, size));
  }
});

describe("Firefox's own Global Privacy Control", () => {
  const visiting = withEngine("Firefox", () => ({ gpc: true }));
  test("turns marketing off, also after accepting everything, and the record says so", () =>
    visiting(async (page) => {
      await go(page, `${server.origin("US-CA")}/en/cookies/`);
      const expected = { ...ALL, marketing: false };
      const chosen = () => page.evaluate(() => /** @type {any} */ (window).kelisim.choice());
      assert.deepEqual(await chosen(), expected, "also where services run until objected to");
      await waitFor(page, "#cc-main [data-gpc]");
      await page.click("#cc-main [data-role=all]");
      await waitFor(page, "[data-status=saved_gpc]");
      assert.deepEqual(await chosen(), expected);
      const records = await page.evaluate(async () => (await fetch("/api/consent/records")).json());
      assert.equal(records.entries[0].record.gpc, true);
      assert.deepEqual(records.entries[0].record.choice, expected);
    }));
});
