// A site with documents in Kazakh and Russian that asks in other languages as well, on pages of others:
// whom it asks in which, and what is recorded.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { banner } from "../support/browser.mjs";
import { saved, withShop } from "../support/embedded-page.mjs";
import { PAGES, POLICIES } from "../support/embedding.mjs";

/** @typedef {import("playwright-core").Page} Page */

const SETTINGS = `locales = ["kk", "ru"]\nbanner_locales = ["pt", "ar", "de"]\nfallback = "ru"`;
const ADDRESS = PAGES["a subdomain"];
const { visiting } = withShop({
  change: (settings) => settings.replace(/^locales = .*$/m, SETTINGS),
});

/** @param {Page} page */
const language = (page) => page.locator("kelisim-banner").getAttribute("lang");
/** @param {Page} page */
const policy = (page) => page.locator("#cc-main .cm__policy");

describe("the banner", () => {
  for (const [pageLanguage, locale, expected] of [
    // The page's language, then the reader's, then the fallback.
    ["pt-BR", "de-CH", "pt"],
    ["pt_BR", "de-CH", "pt"],
    ["", "pt-BR", "pt"],
    ["fr", "de-CH", "de"],
    ["fr", "zh-HK", "ru"],
    ["", "ar-EG", "ar"],
    ["kk-Cyrl-KZ", "pt-BR", "kk"],
  ])
    test(`of a page in ${pageLanguage || "no language"} for a browser in ${locale} is in ${expected}`, () =>
      visiting(
        async ({ page, go }) => {
          await go(`${ADDRESS}?lang=${pageLanguage}`);
          assert.equal(await language(page), expected);
          const direction = expected === "ar" ? "rtl" : "ltr";
          assert.equal(await page.locator("kelisim-banner").getAttribute("dir"), direction);
          const documents = ["kk", "ru"].includes(expected) ? expected : "ru";
          const link = await policy(page).getAttribute("href");
          assert.equal(link, `https://${POLICIES}/${documents}/cookies/`);
        },
        undefined,
        { locale },
      ));
});

test("in Portuguese it says that the policy is in Russian, and the record and its text are in Portuguese", () =>
  visiting(
    async ({ page, go }) => {
      await go(`${ADDRESS}?lang=`);
      assert.equal(await policy(page).getAttribute("hreflang"), "ru");
      assert.match(await policy(page).innerText(), / \(russo\)$/);
      await banner(page).reject.click();
      await saved(page);

      await page.goto(`https://${POLICIES}/pt/choices/`);
      assert.equal(await page.locator("html").getAttribute("lang"), "pt");
      const { entries } = await page.evaluate(async () =>
        (await fetch("/api/consent/records")).json(),
      );
      const { record } = entries.at(-1);
      assert.deepEqual(
        [record.action, record.locale, record.surface],
        ["reject_all", "pt", "banner"],
      );
      const index = await page.evaluate(async () => (await fetch("/archive/index.json")).json());
      const shown = index.find((/** @type {any} */ text) => text.sha256 === record.text);
      assert.deepEqual([shown?.kind, shown?.locale], ["banner", "pt"]);

      // The form there is in the visitor's language too.
      await page.locator("form.choices button[value=accept_all]").click();
      await page.locator("[data-choices=current] b").waitFor();
      const after = await page.evaluate(async () => (await fetch("/api/consent/records")).json());
      const { record: next } = after.entries.at(-1);
      assert.deepEqual([next.action, next.locale, next.surface], ["accept_all", "pt", "choices"]);
      assert.equal(after.entries.length, 2);
    },
    undefined,
    { locale: "pt-BR" },
  ));

test("what stands for markup that waits is in the language of the page, from right to left too", () =>
  visiting(async ({ page, go }) => {
    for (const [lang, dir] of [
      ["ar", "rtl"],
      ["pt", "ltr"],
    ]) {
      await go(`${ADDRESS}?gated&lang=${lang}`);
      const box = page.frameLocator("main iframe").locator(".hold");
      await box.waitFor();
      assert.equal(await box.getAttribute("lang"), lang);
      assert.equal(await box.getAttribute("dir"), dir);
      const link = box.locator(".hold__link");
      assert.equal(await link.getAttribute("hreflang"), "ru");
      assert.match(await link.innerText(), /\(.+\)/);
    }
  }));
