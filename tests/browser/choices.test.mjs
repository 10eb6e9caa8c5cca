// The page of choices, with and without JavaScript: see, change, withdraw, take the receipt.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  banner,
  choice,
  cookie,
  LOCALES,
  NONE,
  newVisitor,
  waitForDecision,
} from "../support/browser.mjs";
import { withSite } from "../support/fixture.mjs";
import { startServerWithoutRegimes } from "../support/server.mjs";

const site = withSite(startServerWithoutRegimes);

/** The buttons and boxes of the page. @param {import("playwright-core").Page} page */
const form = (page) => ({
  accept: page.locator(".choices__button[value=accept_all]"),
  reject: page.locator(".choices__button[value=reject_all]"),
  save: page.locator(".choices__button[value=custom]"),
  withdraw: page.locator("form[data-choices=withdraw] button"),
  /** @param {string} category */
  box: (category) => page.locator(`.choices input[name=${category}]`),
  current: page.locator("[data-choices=current]"),
});

describe("without JavaScript", () => {
  for (const locale of LOCALES) {
    test(`${locale}: accept, choose, reject and withdraw work from the footer's link on`, async () => {
      const { context } = await newVisitor(site.browser, { javaScriptEnabled: false });
      try {
        const page = await context.newPage();
        await page.goto(`${site.server.origin("DE")}/${locale}/privacy/`);
        assert.ok(await page.locator("#cc-main").isHidden(), "no banner that could not answer");
        await page.locator("[data-choices=open]").click();
        await page.waitForURL(`**/${locale}/choices/`);
        const { accept, box, reject, save, withdraw } = form(page);

        for (const [button, granted, sign] of /** @type {const} */ ([
          [accept, "7", "#s-saved"],
          [reject, "0", "#s-saved"],
        ])) {
          await button.click();
          await page.waitForURL(`**/${locale}/choices/${sign}`);
          assert.ok(await page.locator(sign).isVisible());
          assert.equal((await cookie(context))?.granted, granted);
        }

        await box("functional").check();
        await box("marketing").check();
        await save.click();
        await page.waitForURL(`**/${locale}/choices/#s-saved`);
        assert.equal((await cookie(context))?.granted, "5");

        await withdraw.click();
        await page.waitForURL(`**/${locale}/choices/#s-withdrawn`);
        assert.ok(await page.locator("#s-withdrawn").isVisible());
        assert.ok(["0", undefined].includes((await cookie(context))?.granted));
      } finally {
        await context.close();
      }
    });
  }

  /** How a day is written on the policies too. @type {Record<string, RegExp>} */
  const DAYS = {
    kk: /^\d{4} ж\. \d{1,2} \p{L}+$/u,
    ru: /^\d{1,2} \p{L}+ \d{4} г\.$/u,
    en: /^\d{1,2} \p{L}+ \d{4}$/u,
  };
  for (const locale of LOCALES) {
    test(`${locale}: the page shows what is stored, and to save it again changes nothing`, async () => {
      const { context } = await newVisitor(site.browser, {
        javaScriptEnabled: false,
        extraHTTPHeaders: { "MF-CF-Blob": JSON.stringify({ country: "DE", isEUCountry: "1" }) },
      });
      try {
        const page = await context.newPage();
        // The test's own requests find no other host.
        const origin = site.server.origin();
        const address = `${origin}/${locale}/choices/`;
        const { box, current, save } = form(page);
        const receipt = page.locator("[data-choices=receipt]");
        const nothing = page.locator("[data-choices=nothing]");
        const state = async () => {
          const { choice, services } = await (
            await context.request.get(`${origin}/api/consent`)
          ).json();
          return { choice, services };
        };
        await page.goto(address);
        assert.equal(await page.locator("input[name=service]:visible").count(), 0);
        assert.deepEqual(
          [
            await box("analytics").isChecked(),
            await current.isVisible(),
            await receipt.isVisible(),
          ],
          [false, false, false],
        );
        assert.equal(await nothing.filter({ visible: true }).count(), 2);
        // The address of the receipt, where there is none yet.
        await page.goto(`${origin}/api/consent/records`);
        assert.match(page.url(), /\/choices\/#s-nothing$/);
        assert.ok(await page.locator("#s-nothing").isVisible());

        await page.goto(address);
        await box("analytics").check();
        await save.click();
        await page.waitForURL("**/#s-saved");
        assert.equal(await nothing.filter({ visible: true }).count(), 0);
        assert.ok(await receipt.isVisible());
        assert.match(await current.locator("b").innerText(), DAYS[locale]);

        // One service is switched where there is a script.
        const { revision } = await (await context.request.get(`${origin}/manifest.json`)).json();
        const posted = await context.request.post(`${origin}/api/consent`, {
          headers: { origin },
          data: {
            ...{ id: crypto.randomUUID(), revision, locale, surface: "choices" },
            ...{ action: "service", services: { "meta-pixel": true } },
          },
        });
        assert.equal(posted.status(), 201, await posted.text());
        const before = await state();
        assert.deepEqual(before, {
          choice: { ...NONE, analytics: true },
          services: { "meta-pixel": true },
        });
        await page.goto(address);
        for (const summary of await page.locator(".choices summary").all()) await summary.click();
        assert.equal(await page.locator(".services .tag:visible").count(), 1, "one differs");
        for (const category of /** @type {const} */ (["functional", "analytics", "marketing"]))
          assert.equal(
            await box(category).isChecked(),
            before.choice[category],
            "the boxes show what is stored",
          );
        await save.click();
        await page.waitForURL("**/#s-saved");
        assert.deepEqual(await state(), before);
      } finally {
        await context.close();
      }
    });
  }

  test("every policy can be read", async () => {
    const { context } = await newVisitor(site.browser, { javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${site.server.origin("DE")}/kk/cookies/`);
    assert.ok(await page.locator("#c-1-1").isVisible());
    assert.ok((await page.locator(".text").innerText()).length > 5000);
    await context.close();
  });
});

describe("with JavaScript", () => {
  for (const from of ["DE", "US-CA", "KZ"]) {
    test(`the banner does not cover the page that asks the same (${from})`, async () => {
      const { context, faults } = await newVisitor(site.browser);
      const page = await context.newPage();
      await page.goto(`${site.server.origin(from)}/kk/choices/`);
      await waitForDecision(page);
      assert.ok(await banner(page).dialog.isHidden());
      for (const category of ["functional", "analytics", "marketing"]) {
        assert.equal(
          await form(page).box(category).isChecked(),
          (await choice(page))[/** @type {keyof typeof NONE} */ (category)],
          "the boxes show what is in force",
        );
      }
      await page.locator(".footer__choices").click();
      await page.waitForURL("**/kk/choices/#s-form");
      assert.ok(await banner(page).dialog.isHidden(), "the link leads to the form");
      await page.keyboard.press("Tab");
      assert.ok(
        await page.evaluate(() => Boolean(document.activeElement?.closest(".choices"))),
        "and so does the keyboard",
      );
      await page.evaluate(() => /** @type {any} */ (window).kelisim.open());
      // The site's own scripts can still open it.
      await banner(page).dialog.waitFor();
      await page.goto(`${site.server.origin(from)}/kk/`);
      await waitForDecision(page);
      // Looking at the page was no answer.
      await banner(page).dialog.waitFor();
      assert.deepEqual(faults, []);
      await context.close();
    });
  }

  test("the page shows the present choice with its date and follows every change", async () => {
    const { context, faults } = await newVisitor(site.browser);
    const page = await context.newPage();
    await page.goto(`${site.server.origin("DE")}/en/choices/`);
    await waitForDecision(page);
    const { box, current, save } = form(page);
    assert.ok(await current.isHidden());
    await box("analytics").check();
    await save.click();
    await banner(page).status("saved").waitFor();
    assert.ok(await current.isVisible());
    const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" }).format(new Date());
    assert.match(await current.innerText(), new RegExp(`${day}, \\d\\d:\\d\\d`));
    await page.goto(`${site.server.origin("DE")}/kk/choices/`);
    await waitForDecision(page);
    assert.match(
      await current.innerText(),
      /\d{4} ж\. \d{1,2} \p{L}+, \d\d:\d\d/u,
      "in words, though the browser has none",
    );
    await page.goto(`${site.server.origin("DE")}/en/choices/`);
    await waitForDecision(page);
    assert.deepEqual(await choice(page), { ...NONE, analytics: true });

    await page.reload();
    await waitForDecision(page);
    assert.ok(await box("analytics").isChecked());
    assert.ok(!(await box("marketing").isChecked()));
    assert.deepEqual(faults, []);
    await context.close();
  });

  test("withdrawing stops what runs, is remembered, and does not bring the banner back", async () => {
    for (const from of ["DE", "US-CA"]) {
      const { context } = await newVisitor(site.browser);
      const page = await context.newPage();
      await page.goto(`${site.server.origin(from)}/ru/choices/`);
      await waitForDecision(page);
      await form(page).accept.click();
      await banner(page).status("saved").waitFor();
      await Promise.all([page.waitForEvent("load"), form(page).withdraw.click()]);
      await waitForDecision(page);
      assert.deepEqual(await choice(page), NONE, from);
      // The new page says that consent is withdrawn.
      await banner(page).status("withdrawn").waitFor();
      await page.goto(`${site.server.origin(from)}/ru/`);
      await waitForDecision(page);
      assert.deepEqual(await choice(page), NONE, `${from}: also on the next page`);
      assert.ok(await banner(page).dialog.isHidden(), `${from}: a withdrawal is an answer`);
      await context.close();
    }
  });

  test("the receipt holds the visitor's own records", async () => {
    const { context } = await newVisitor(site.browser);
    const page = await context.newPage();
    await page.goto(`${site.server.origin("DE")}/en/choices/`);
    await waitForDecision(page);
    assert.ok(await page.locator("[data-choices=receipt]").isHidden(), "there is none yet");
    await form(page).reject.click();
    await banner(page).status("saved").waitFor();
    assert.ok(await form(page).current.isVisible());
    assert.equal(await page.locator("[data-choices=nothing]:visible").count(), 0);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("[data-choices=receipt] a").first().click(),
    ]);
    assert.equal(download.suggestedFilename(), "records.json");
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    assert.match(Buffer.concat(chunks).toString(), /reject_all/);
    await context.close();
  });
});
