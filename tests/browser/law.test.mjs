// What laws ask to be shown: who gets the data and for how long, what a consent has to say in
// Kazakhstan, California's icon and a way without cookies.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { banner, LOCALES, newVisitor, waitForDecision } from "../support/browser.mjs";
import { withSite } from "../support/fixture.mjs";
import { startServerWithoutRegimes } from "../support/server.mjs";

const site = withSite(startServerWithoutRegimes);
const BIN = "171240017760";
/** Providers of the register, in its order. */
const PROVIDERS = ["Google LLC", "YANDEX LLC (ООО «Яндекс»)", "Meta Platforms, Inc."];

/**
 * @param {string} from
 * @param {string} address
 * @param {(page: import("playwright-core").Page) => Promise<void>} check
 */
const visiting = async (from, address, check) => {
  const { context, faults } = await newVisitor(site.browser);
  try {
    const page = await context.newPage();
    await page.goto(site.server.origin(from) + address);
    await waitForDecision(page);
    await check(page);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
};

/** Checks what a consent has to say. @param {string} text @param {string} locale */
const checkConsent = (text, locale) => {
  const countries = { kk: "Ресей", ru: "Россия", en: "Russia" }[locale];
  for (const part of [BIN, ...PROVIDERS, countries, "180"]) assert.ok(text.includes(String(part)));
};

for (const locale of LOCALES)
  describe(locale, () => {
    test("in Kazakhstan the first layer has the content of the consent, folded", () =>
      visiting("KZ", `/${locale}/`, async (page) => {
        const law = page.locator(".cm__law");
        assert.ok(await law.isVisible());
        assert.ok(await law.locator("dl").isHidden());
        await law.locator("summary").click();
        await law.locator("dl").waitFor();
        checkConsent(await law.innerText(), locale);
      }));

    test("elsewhere the settings have it", () =>
      visiting("DE", `/${locale}/`, async (page) => {
        assert.ok(await page.locator(".cm__law").isHidden());
        await banner(page).unfold();
        const law = page.locator(".cm__settings details", { has: page.locator(".law") });
        await law.locator("summary").click();
        checkConsent(await law.innerText(), locale);
      }));

    test("the page of choices has it unfolded, and a way without cookies", () =>
      visiting("DE", `/${locale}/choices/`, async (page) => {
        checkConsent(await page.locator(".choices .law").innerText(), locale);
        const way = page.locator("[aria-labelledby=s-elsewhere]");
        assert.equal(await way.locator("a[href^='mailto:'], a[href^='tel:']").count(), 2);
      }));

    test("the × says that it refuses where it does", async () => {
      const label = (/** @type {import("playwright-core").Page} */ page) =>
        banner(page).close.getAttribute("aria-label");
      /** @type {(string | null)[]} */
      const labels = [];
      for (const from of ["DE", "KZ", "US-CA"])
        await visiting(from, `/${locale}/`, async (page) => {
          labels.push(await label(page));
          await banner(page).close.click();
          await page.locator(".footer__choices").click();
          await banner(page).dialog.waitFor();
          labels.push(await label(page));
        });
      const [refusing, closing] = labels;
      assert.notEqual(refusing, closing);
      assert.deepEqual(labels, [refusing, closing, closing, closing, closing, closing]);
    });

    test("the settings tell of each service what it is for, whose it is and what it keeps", () =>
      visiting("DE", `/${locale}/`, async (page) => {
        await banner(page).unfold();
        const analytics = page.locator("#cc-main [data-category=analytics]");
        await analytics.locator("summary").click();
        const service = analytics.locator("li", { has: page.locator("[value=yandex-metrica]") });
        assert.ok(await service.locator("input").isEnabled());
        assert.ok((await service.locator("p").first().innerText()).length > 20, "a purpose");
        assert.ok((await service.innerText()).includes(PROVIDERS[1]));
        assert.match(String(await service.locator("a").getAttribute("href")), /^https:/);
        assert.match(await service.locator("li").first().innerText(), /^_ym_uid, .*365/);
      }));
  });

test("the link to the choices has the icon, which is no word, where there is something to choose", () =>
  visiting("US-CA", "/en/privacy/", async (page) => {
    const link = page.locator(".footer__choices");
    assert.equal(await link.locator("svg[aria-hidden=true]").count(), 1);
    assert.equal(
      await page.getByRole("link", { name: "Your privacy choices", exact: true }).count(),
      1,
    );
    const { width = 0, height = 0 } = (await link.locator("svg").boundingBox()) ?? {};
    assert.deepEqual([width, height], [30, 14]);
  }));
