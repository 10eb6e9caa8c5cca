// Gated markup on pages of others: what stands in its place, and how it is allowed once or always.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { banner, choice, NONE } from "../support/browser.mjs";
import { ALL, saved, withShop } from "../support/embedded-page.mjs";
import { PAGES, POLICIES } from "../support/embedding.mjs";

/** @typedef {import("playwright-core").Page} Page */

const { hosts, shop, visiting } = withShop();

/** The box of the page's film, in the film's own frame. @param {Page} page */
const boxOf = (page) => page.frameLocator("main iframe").locator("kelisim-hold");
/** A button of that box. @param {Page} page @param {string} name */
const button = (page, name) => boxOf(page).getByRole("button", { name });
/** Waits until the film itself is there. @param {Page} page */
const film = (page) =>
  page.frameLocator("iframe[src]").locator("title").waitFor({ state: "attached" });

describe("gated markup of the page", () => {
  const address = `${PAGES["a subdomain"]}?gated`;

  test("has a box in its place that says what is missing, and loads nothing", () =>
    visiting(async ({ page, go }) => {
      for (const [lang, ...words] of [
        ["en", "The course in two minutes", "United States", "Category: Marketing."],
        ["ru", "Соединенные Штаты", "Категория: Маркетинговые."],
        ["kk", "Америка Құрама Штаттары", "Санаты: Маркетингтік."],
      ]) {
        await go(`${address}&lang=${lang}`);
        const box = boxOf(page);
        await box.waitFor();
        assert.equal(await page.locator("iframe").count(), 1, "a counter is missed by nobody");
        for (const part of words) assert.ok((await box.innerText()).includes(part), part);
        assert.equal(await box.locator(".hold").getAttribute("lang"), lang);
        for (const button of await box.locator("button").all())
          assert.ok(Number((await button.boundingBox())?.height) >= 44);
      }
      assert.deepEqual(hosts(), [POLICIES, "www.shop.kz"].sort());
    }));

  test("is shown once without a record, and asked about again on the next page", () =>
    visiting(async ({ page, context, go }) => {
      await go(address);
      await button(page, "Allow once").click();
      await film(page);
      assert.deepEqual(await context.cookies(), []);
      assert.equal(await boxOf(page).count(), 0);
      assert.equal(
        await page.evaluate(() => document.activeElement?.tagName),
        "IFRAME",
        "the focus goes on",
      );
      await go(address);
      await boxOf(page).waitFor();
    }));

  const always = (/** @type {Page} */ page) => button(page, "Allow always");
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

  test("is allowed always by one press, which allows one service and answers nothing else", () =>
    visiting(async ({ page, context, go }) => {
      await go(address);
      await always(page).press("Enter");
      await saved(page);
      await film(page);
      assert.deepEqual(await choice(page), NONE);
      assert.ok(!hosts().includes("images.example"), "another category stays shut");
      assert.ok(await banner(page).dialog.isVisible(), "and the banner goes on asking");
      const record = await lastRecord(context);
      assert.deepEqual(
        [record.action, record.surface, record.choice, record.services],
        ["service", "placeholder", NONE, { video: true }],
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
      await film(page);
      assert.equal(await boxOf(page).count(), 0);
      assert.deepEqual(await choice(page), NONE);
      await banner(page).dialog.waitFor();
      await banner(page).reject.click();
      await boxOf(page).waitFor();
      await saved(page);
      assert.deepEqual(await choice(page), NONE);
      assert.equal(await page.locator("iframe[src]").count(), 0, "a no takes it back");
    }));

  test("is allowed always beside what was chosen before", () =>
    visiting(async ({ page, go }) => {
      await go(PAGES["a subdomain"]);
      await banner(page).unfold();
      await banner(page).box("analytics").check();
      await banner(page).save.click();
      await saved(page);
      // Later: a choice of this moment is still being reported.
      await page.clock.install({ time: Date.now() + 3_600_000 });
      await go(address);
      await always(page).press("Enter");
      await film(page);
      const expected = { ...NONE, analytics: true };
      assert.deepEqual(await choice(page), expected);
      assert.ok(await banner(page).dialog.isHidden(), "everything is answered");
      await go(address);
      await film(page);
      assert.ok(await banner(page).dialog.isHidden());
      assert.deepEqual(await choice(page), expected);
    }));

  test("is found by `data-service` where its host is nobody's", () =>
    visiting(async ({ page, go }) => {
      await go(PAGES["a subdomain"]);
      await page.evaluate(() => {
        for (const service of ["video", "no-such-service", undefined]) {
          const template = document.createElement("template");
          template.dataset.consent = "marketing";
          template.dataset.label = service ?? "unnamed";
          if (service) template.dataset.service = service;
          template.content.append(document.createElement("p"));
          document.querySelector("main")?.append(template);
        }
      });
      const offered = async (/** @type {string} */ label) => {
        const place = page.locator("kelisim-hold", { hasText: label });
        await place.waitFor();
        return place.getByRole("button").allTextContents();
      };
      const [, named] = await offered("video");
      assert.match(named, /^Allow always: ./);
      assert.deepEqual(await offered("no-such-service"), ["Allow once"]);
      assert.deepEqual(await offered("unnamed"), ["Allow once"]);
    }));

  test("is not offered where its service is not used, and says why", async () => {
    await shop().publish({
      video: 'not_in = ["DE"]\nhosts = { frame = ["https://video.example"] }',
    });
    try {
      await visiting(async ({ page, go }) => {
        await go(address);
        const box = boxOf(page);
        await box.waitFor();
        assert.equal(await box.getByRole("button").count(), 0);
        assert.match(await box.innerText(), /not used in the country you are in/);
        await banner(page).accept.click();
        await saved(page);
        assert.deepEqual(await choice(page), ALL);
        assert.equal(await page.locator("iframe[src]").count(), 0, "also after a yes");
        assert.equal(await box.getByRole("button").count(), 0);
      });
    } finally {
      await shop().publish();
    }
  });

  for (const isScripted of [true, false]) {
    test(`offers "always" only where the browser's signal lets it work (a signal that ${isScripted ? "the script" : "only the server"} sees)`, async () => {
      shop().network.sendsSignal = true;
      try {
        await visiting(
          async ({ page, go }) => {
            await go(address);
            await boxOf(page).waitFor();
            assert.ok(await always(page).isHidden());
            assert.match(await boxOf(page).innerText(), /GPC/, "and says why");
            await button(page, "Allow once").click();
            await film(page);
            assert.deepEqual(await choice(page), NONE);
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
      await page.locator("footer").getByText("Your privacy choices").click();
      await banner(page).reject.click();
      await banner(page).status("unsaved").waitFor();
      await always(page).press("Enter");
      await banner(page).status("unsaved").waitFor();
      assert.deepEqual(await choice(page), NONE);
      isDown = false;
      await always(page).press("Enter");
      await film(page);
      assert.deepEqual(await choice(page), NONE, "first the no, then what was allowed after it");
    }));

  test('offers "always" only for what the site asks about', async () => {
    await shop().publish({ categories: ["analytics"] });
    try {
      await visiting(async ({ page, go }) => {
        await go(address);
        await boxOf(page).waitFor();
        assert.ok(await always(page).isHidden());
        await button(page, "Allow once").click();
        await film(page);
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
        String(await page.locator("kelisim-hold .hold").textContent()),
        /A picture.*Category: Analytics, Marketing/s,
      );
      assert.ok(!hosts().includes("images.example"));
      await banner(page).accept.click();
      await page.locator("main img").waitFor({ state: "attached" });
      await saved(page);
      assert.equal(await page.locator("kelisim-hold").count(), 0);
      assert.ok(hosts().includes("images.example"));
    }));
});
