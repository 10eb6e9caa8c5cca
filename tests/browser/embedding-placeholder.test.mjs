// Gated markup on pages of others: what stands in its place, and how it is allowed once or always.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { banner, choice, NONE } from "../support/browser.mjs";
import { ALL, saved, withShop } from "../support/embedded-page.mjs";
import { PAGES, POLICIES } from "../support/embedding.mjs";

/** @typedef {import("playwright-core").Page} Page */

const { hosts, shop, visiting } = withShop();

describe("gated markup of the page", () => {
  const address = `${PAGES["a subdomain"]}?gated`;

  test("has a box in its place that says what is missing, and loads nothing", () =>
    visiting(async ({ page, go }) => {
      for (const [lang, words] of [
        ["en", "The course in two minutes. Categories: Marketing."],
        ["ru", "Категории: Маркетинговые."],
        ["kk", "Санаттар: Маркетингтік."],
      ]) {
        await go(`${address}&lang=${lang}`);
        const box = page.locator("kelisim-hold");
        assert.equal(await box.count(), 1, "a counter is missed by nobody");
        assert.match(String(await box.textContent()), new RegExp(words));
        assert.equal(await box.getAttribute("lang"), lang);
        for (const button of await box.locator("button").all())
          assert.ok(Number((await button.boundingBox())?.height) >= 44);
      }
      assert.deepEqual(hosts(), [POLICIES, "www.shop.kz"].sort());
    }));

  test("is shown once without a record, and asked about again on the next page", () =>
    visiting(async ({ page, context, go }) => {
      await go(address);
      await page.getByRole("button", { name: "Allow once" }).click();
      await page.frameLocator("iframe").locator("title").waitFor({ state: "attached" });
      assert.deepEqual(await context.cookies(), []);
      assert.equal(await page.locator("kelisim-hold").count(), 0);
      assert.equal(
        await page.evaluate(() => document.activeElement?.tagName),
        "IFRAME",
        "the focus goes on",
      );
      await go(address);
      assert.equal(await page.locator("kelisim-hold").count(), 1);
    }));

  const always = (/** @type {Page} */ page) => page.getByRole("button", { name: "Allow always" });
  /** The last record of the visitor. @param {import("playwright-core").BrowserContext} context */
  const lastRecord = async (context) => {
    const tab = await context.newPage();
    await tab.goto(`https://${POLICIES}/en/choices/`);
    const { entries } = await tab.evaluate(async () =>
      (await fetch("/api/consent/records")).json(),
    );
    await tab.close();
    return entries.at(-1).record;
  };

  test("is allowed always by one press, which answers for its category alone", () =>
    visiting(async ({ page, context, go }) => {
      await go(address);
      await always(page).click();
      await saved(page);
      await page.frameLocator("iframe").locator("title").waitFor({ state: "attached" });
      assert.deepEqual(await choice(page), { ...NONE, marketing: true });
      assert.ok(!hosts().includes("images.example"), "another category stays shut");
      assert.ok(await banner(page).dialog.isVisible(), "and the banner goes on asking about it");
      const record = await lastRecord(context);
      assert.deepEqual(
        [record.action, record.surface, record.choice],
        ["allow", "placeholder", { ...NONE, marketing: true }],
      );
      const index = await (
        await fetch(`http://localhost:${shop().port()}/archive/index.json`)
      ).json();
      const shown = index.find((/** @type {any} */ text) => text.sha256 === record.text);
      assert.deepEqual(
        [shown?.kind, shown?.locale],
        ["placeholder", "en"],
        "what was shown can be produced",
      );

      await go(address);
      assert.equal(await page.locator("kelisim-hold").count(), 0);
      assert.ok(await page.locator("iframe").isVisible());
      assert.deepEqual(await choice(page), { ...NONE, marketing: true });
      assert.ok(await banner(page).dialog.isVisible());
      await banner(page).reject.click();
      await Promise.all([page.waitForEvent("load"), saved(page)]);
      assert.deepEqual(await choice(page), NONE, "a no takes it back");
      assert.equal(await page.locator("kelisim-hold").count(), 1);
    }));

  test("is allowed always beside what was chosen before", () =>
    visiting(async ({ page, go }) => {
      await go(PAGES["a subdomain"]);
      await banner(page).choose.click();
      await banner(page).box("analytics").check();
      await banner(page).save.click();
      await saved(page);
      // Later: a choice of this moment is still being reported.
      await page.clock.install({ time: Date.now() + 3_600_000 });
      await go(address);
      await always(page).click();
      await page.frameLocator("iframe").locator("title").waitFor({ state: "attached" });
      assert.deepEqual(await choice(page), ALL);
      assert.ok(await banner(page).dialog.isHidden(), "everything is answered");
      await go(address);
      assert.ok(await banner(page).dialog.isHidden());
      assert.deepEqual(await choice(page), ALL);
    }));

  for (const isScripted of [true, false]) {
    test(`offers "always" only where the browser's signal lets it work (a signal that ${isScripted ? "the script" : "only the server"} sees)`, async () => {
      shop().network.sendsSignal = true;
      try {
        await visiting(
          async ({ page, go }) => {
            await go(address);
            assert.ok(await always(page).isHidden());
            await page.getByRole("button", { name: "Allow once" }).click();
            await page.frameLocator("iframe").locator("title").waitFor({ state: "attached" });
            assert.deepEqual(await choice(page), NONE);
            await page.evaluate(() => {
              const template = document.createElement("template");
              template.dataset.consent = "analytics";
              template.dataset.label = "A counter";
              document.querySelector("main")?.append(template);
            });
            // By the keyboard: a click right after scrolling goes to the frame that was there.
            await always(page).focus();
            await page.keyboard.press("Enter");
            await saved(page);
            assert.deepEqual(await choice(page), { ...NONE, analytics: true });
          },
          (context) =>
            context.addInitScript(
              (value) => Object.defineProperty(navigator, "globalPrivacyControl", { value }),
              isScripted,
            ),
        );
      } finally {
        shop().network.sendsSignal = false;
      }
    });
  }

  test("is not allowed at the cost of a no that could not be saved yet", () =>
    visiting(async ({ page, context, go }) => {
      await go(address);
      await banner(page).accept.click();
      await saved(page);
      let isDown = true;
      await context.route("**/api/consent", (route) =>
        isDown && route.request().method() === "POST"
          ? route.fulfill({ status: 503 })
          : route.continue(),
      );
      await page.getByText("Your privacy choices").last().click();
      await banner(page).reject.click();
      await banner(page).status("unsaved").waitFor();
      await page.evaluate(() => {
        const template = document.createElement("template");
        template.dataset.consent = "marketing";
        template.dataset.label = "Another film";
        document.querySelector("main")?.append(template);
      });
      const press = async () => {
        await always(page).focus();
        await page.keyboard.press("Enter");
      };
      await press();
      await banner(page).status("unsaved").waitFor();
      assert.deepEqual(await choice(page), NONE);
      isDown = false;
      await Promise.all([page.waitForEvent("load"), press()]);
      await page.waitForFunction(() => "isDecided" in window);
      assert.deepEqual(
        await choice(page),
        { ...NONE, marketing: true },
        "first the no, then what was allowed after it",
      );
    }));

  test('offers "always" only for what the site asks about', async () => {
    await shop().publish({ categories: ["analytics"] });
    try {
      await visiting(async ({ page, go }) => {
        await go(address);
        assert.equal(await page.locator("kelisim-hold").count(), 1);
        assert.ok(await always(page).isHidden());
        await page.getByRole("button", { name: "Allow once" }).click();
        await page.frameLocator("iframe").locator("title").waitFor({ state: "attached" });
      });
    } finally {
      await shop().publish();
    }
  });

  test("that is added later is held and released like the rest, images too", () =>
    visiting(async ({ page, go }) => {
      await go(PAGES["a subdomain"]);
      await page.evaluate(() => {
        const template = document.createElement("template");
        template.dataset.consent = "analytics marketing";
        template.dataset.label = "A picture";
        const image = template.content.appendChild(document.createElement("img"));
        image.src = "https://images.example/later.gif";
        document.querySelector("main")?.append(template);
      });
      await page.locator("kelisim-hold").waitFor();
      assert.match(
        String(await page.locator("kelisim-hold").textContent()),
        /A picture. Categories: Analytics, Marketing/,
      );
      assert.ok(!hosts().includes("images.example"));
      await banner(page).accept.click();
      await page.locator("main img").waitFor({ state: "attached" });
      await saved(page);
      assert.equal(await page.locator("kelisim-hold").count(), 0);
      assert.ok(hosts().includes("images.example"));
    }));
});
