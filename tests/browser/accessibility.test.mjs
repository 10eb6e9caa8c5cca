// WCAG 2.2 as far as a machine can see it: axe on every kind of page (with the banner in all its
// states: engines.test.mjs), reflow, text spacing, targets, names in the right language.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { violations } from "../support/axe.mjs";
import { banner, LOCALES, newVisitor, waitForDecision } from "../support/browser.mjs";
import { withSite } from "../support/fixture.mjs";

const site = withSite();

/**
 * @param {import("playwright-core").BrowserContextOptions} settings
 * @param {(page: import("playwright-core").Page) => Promise<void>} check
 */
const visiting = async (settings, check) => {
  const { context } = await newVisitor(site.browser, settings);
  try {
    await check(await context.newPage());
  } finally {
    await context.close();
  }
};

test("axe finds nothing on the other kinds of pages", () =>
  visiting({}, async (page) => {
    for (const path of [
      "/languages/",
      "/kk/",
      "/ru/privacy/",
      "/en/privacy/changes/",
      "/kk/404.html",
      "/en/personal-data/",
    ]) {
      await page.goto(site.server.origin("DE") + path);
      await page.waitForLoadState("networkidle");
      assert.deepEqual(await violations(page), [], path);
    }
  }));

describe("the page fits", () => {
  /** What stands out to the side. @param {import("playwright-core").Page} page */
  const overflow = (page) =>
    page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      const isScrolled = (/** @type {Element} */ element) =>
        element.closest(".table, .toc, .cm") !== null;
      const wide = [...document.body.querySelectorAll("*")].filter(
        (element) =>
          !isScrolled(element) &&
          element.getClientRects().length > 0 &&
          element.getBoundingClientRect().right > width + 1,
      );
      return [
        document.documentElement.scrollWidth > width ? "the page scrolls sideways" : "",
        ...wide.map((element) => element.outerHTML.slice(0, 120)),
      ].filter(Boolean);
    });

  for (const locale of LOCALES) {
    test(`${locale}: at 320 pixels, also with the settings open and with wide text spacing`, () =>
      visiting({ viewport: { width: 320, height: 640 } }, async (page) => {
        for (const path of ["", "cookies/", "privacy/", "choices/", "privacy/changes/"]) {
          await page.goto(`${site.server.origin("DE")}/${locale}/${path}`);
          await waitForDecision(page);
          assert.deepEqual(await overflow(page), [], path);
          // The page of choices asks by itself.
          if (path === "choices/")
            await page.evaluate(() => /** @type {any} */ (window).kelisim.open());
          else await banner(page).unfold();
          const inside = await page
            .locator(".cm")
            .evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth);
          assert.ok(inside <= 0, `${path}: the banner scrolls sideways`);
          await page.evaluate(() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(
              "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }",
            );
            document.adoptedStyleSheets = [sheet];
          });
          assert.deepEqual(await overflow(page), [], `${path} with text spacing`);
        }
      }));
  }
});

test("everything in the banner is a target of at least 44 pixels, save links in a sentence", () =>
  visiting({ viewport: { width: 390, height: 800 } }, async (page) => {
    await page.goto(`${site.server.origin("DE")}/kk/`);
    await waitForDecision(page);
    await banner(page).unfold();
    const small = await page
      .locator("#cc-main :is(button, label, summary)")
      .evaluateAll((targets) =>
        targets
          .filter(
            (target) =>
              target.getClientRects().length > 0 && target.getBoundingClientRect().height < 44,
          )
          .map((target) => target.outerHTML),
      );
    assert.deepEqual(small, []);
  }));

test("the banner speaks the language of its page and of the policy it leads to", () =>
  visiting({}, async (page) => {
    for (const locale of LOCALES) {
      await page.goto(`${site.server.origin("DE")}/${locale}/privacy/`);
      await waitForDecision(page);
      assert.equal(await page.evaluate(() => document.documentElement.lang), locale);
      assert.equal(await page.locator("#cc-main [lang]:not(b [lang], .law [lang])").count(), 0);
      assert.equal(
        await page
          .locator("#cc-main .cm__policy")
          .evaluate((link) => /** @type {HTMLAnchorElement} */ (link).pathname),
        `/${locale}/cookies/`,
      );
      assert.equal(await page.locator("#cc-main input[name=locale]").getAttribute("value"), locale);
    }
  }));

test("the print has the text and no banner", () =>
  visiting({}, async (page) => {
    await page.goto(`${site.server.origin("DE")}/ru/cookies/`);
    await waitForDecision(page);
    await page.emulateMedia({ media: "print" });
    for (const hidden of [".dock", ".toc--fold", ".toc--side", ".menu", ".languages"])
      assert.ok(await page.locator(hidden).isHidden(), hidden);
    assert.ok(await page.locator("#c-1-1").isVisible());
  }));
