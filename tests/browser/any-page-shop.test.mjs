// The whole script on pages of the operator that replace their bodies, change their language, lie in
// frames of each other, or write themselves anew: asked once, answered once, changed from anywhere.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { banner, choice, cookie, NONE } from "../support/browser.mjs";
import { ALL, saved } from "../support/embedded-page.mjs";
import { POLICIES, startShop } from "../support/embedding.mjs";
import { until } from "../support/until.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Frame} Frame */

const SHOP = "https://www.shop.kz";
const COURSE = "https://course.example";
const FOREIGN = "https://widgets.example";

const TAG = `<script src="https://${POLICIES}/embed.js" async></script>`;
const LINK = `<a id="link" href="https://${POLICIES}/en/choices/" data-choices="open">Your privacy choices</a>`;

/** @param {string} content @param {string} [tag] */
const html = (content, tag = TAG) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>${tag}</head><body>${content}</body></html>`;

/** Markup of the pages, by path. @type {Record<string, string>} */
const PAGES = {
  "/": html(`<main>Shop</main>${LINK}`),
  "/frame": html(`<main>Frame</main>${LINK}`),
  "/outer": html('<iframe src="/frame"></iframe>'),
  "/nested": html('<iframe src="/outer-without"></iframe>'),
  "/outer-without": html('<iframe src="/frame"></iframe>', ""),
  "/late": html('<iframe src="/frame"></iframe>', "").replace(
    "</body>",
    `<script>addEventListener("DOMContentLoaded", () => setTimeout(() => { const script = document.createElement("script"); script.src = "https://${POLICIES}/embed.js"; document.head.append(script); }))</script></body>`,
  ),
  "/of-others": html(`<iframe src="${SHOP}/frame"></iframe>`, ""),
};

/** @type {Awaited<ReturnType<typeof startShop>>} */
let shop;
before(async () => {
  shop = await startShop((host, path) =>
    host === POLICIES ? undefined : PAGES[path.split("?")[0]],
  );
});
after(() => shop?.stop());

/**
 * @param {string} address
 * @param {(page: Page) => Promise<void>} check
 */
const visiting = async (address, check) => {
  const context = await shop.browser.newContext({
    ignoreHTTPSErrors: true,
    reducedMotion: "reduce",
    bypassCSP: true,
    locale: "en",
  });
  context.setDefaultTimeout(10_000);
  /** @type {string[]} */
  const faults = [];
  context.on("weberror", (error) => faults.push(String(error.error())));
  try {
    await context.exposeFunction("recordCall", () => {});
    const page = await context.newPage();
    shop.asked.length = 0;
    await page.goto(address);
    await check(page);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
};

/** What Turbo does on a visit. @param {Page} page */
const visit = (page) =>
  page.evaluate((link) => {
    const body = document.createElement("body");
    body.innerHTML = `<main>Another page</main>${link}`;
    document.documentElement.replaceChild(body, document.body);
    history.pushState({}, "", `/?${Math.random()}`);
  }, LINK);

/** Waits until the page's script has decided. @param {Page | Frame} page */
const decided = (page) => page.waitForFunction(() => "kelisim" in window);

/** The records that were posted. */
const posts = () => shop.asked.filter(({ path }) => path === "/api/consent").length;

/** @param {Page} page */
const records = (page) =>
  page.evaluate(
    async (host) =>
      (
        await (
          await fetch(`https://${host}/api/consent/records`, { credentials: "include" })
        ).json()
      ).entries ?? [],
    POLICIES,
  );

for (const origin of [SHOP, COURSE]) {
  describe(`a page of ${origin} that replaces its body`, () => {
    test("asks on, answers once, and lets everything be changed later", () =>
      visiting(`${origin}/`, async (page) => {
        await banner(page).dialog.waitFor();
        await visit(page);
        await banner(page).choose.click();
        await banner(page).box("analytics").check();
        await visit(page);
        assert.ok(await banner(page).box("analytics").isChecked(), "ticks stay");
        await banner(page).accept.click();
        await saved(page);
        await page.waitForFunction(() => document.cookie.includes("_ga="));
        await visit(page);
        await visit(page);
        assert.ok(await banner(page).dialog.isHidden());
        assert.deepEqual(await choice(page), ALL);
        await page.locator("#link").click();
        await Promise.all([page.waitForEvent("load"), banner(page).reject.click()]);
        await decided(page);
        assert.deepEqual(await choice(page), NONE);
      }));

    test("closed, stays closed on it and asks nothing again", () =>
      visiting(`${origin}/`, async (page) => {
        await banner(page).close.click();
        await banner(page).dialog.waitFor({ state: "hidden" });
        await until(() => cookie(page.context()), "the answer is saved");
        await page.evaluate(() => fetch("/", { cache: "no-store" }));
        const asked = posts();
        for (let time = 0; time < 3; time += 1) await visit(page);
        await page.evaluate(() => fetch("/", { cache: "no-store" }));
        assert.ok(await banner(page).dialog.isHidden());
        assert.equal(posts(), asked);
      }));

    test("and writes itself anew, still opens the choices by a link", () =>
      visiting(`${origin}/`, async (page) => {
        await banner(page).reject.click();
        await saved(page);
        await page.evaluate((link) => {
          document.open();
          document.write(`<!doctype html><html lang="en"><body>${link}</body></html>`);
          document.close();
        }, LINK);
        await page.locator("#link").click();
        await banner(page).accept.click();
        await saved(page);
        assert.deepEqual(await choice(page), ALL);
      }));
  });
}

describe("frames", () => {
  /** @param {Page} page */
  const inner = async (page) => {
    const frame = await until(
      () => page.frames().find((frame) => frame.url() === `${SHOP}/frame`),
      "the frame is there",
    );
    await decided(frame);
    return frame;
  };

  for (const path of ["/outer", "/late"])
    test(`${path}: the page in the frame is asked for by the one around it, and follows its choice`, () =>
      visiting(`${SHOP}${path}`, async (page) => {
        await banner(page).dialog.waitFor();
        const frame = await inner(page);
        assert.equal(await frame.locator("kelisim-banner").count(), 0);
        await banner(page).accept.click();
        await saved(page);
        await frame.waitForFunction(() => /** @type {any} */ (window).kelisim.choice().analytics);
        await frame.waitForFunction(() => "google_tag_manager" in window);
        assert.equal(await frame.locator("kelisim-banner").count(), 0);
        assert.equal((await records(page)).length, 1, "one record");
        // Its link opens the one banner.
        await frame.locator("#link").click();
        await banner(page).dialog.waitFor();
        assert.equal(await frame.locator("kelisim-banner").count(), 0);
      }));

  test("that lie deeper are asked for by the next page with the tag", () =>
    visiting(`${SHOP}/nested`, async (page) => {
      await banner(page).dialog.waitFor();
      const frame = await inner(page);
      assert.equal(await frame.locator("kelisim-banner").count(), 0);
    }));

  test("in pages of the same origin without the tag ask themselves", () =>
    visiting(`${SHOP}/outer-without`, async (page) => {
      const frame = await inner(page);
      await frame.locator("#cc-main .cm").waitFor();
    }));

  test("in pages of others don't ask, and nothing runs", () =>
    visiting(`${FOREIGN}/of-others`, async (page) => {
      const frame = await inner(page);
      await frame.evaluate(() => fetch("/", { cache: "no-store" }));
      assert.equal(await frame.locator("kelisim-banner").count(), 0);
      assert.ok(!shop.asked.some(({ host }) => host.includes("google")));
    }));
});

describe("a page that changes its language", () => {
  /** @param {Page} page @param {string} lang */
  const change = async (page, lang) => {
    await page.evaluate((lang) => {
      document.documentElement.lang = lang;
    }, lang);
    await page.locator(`kelisim-banner[lang=${lang.split("-")[0]}]`).waitFor();
  };

  test("has the open banner in it; ticks, focus and what is unfolded stay, and the record says so", () =>
    visiting(`${SHOP}/`, async (page) => {
      // Screen readers are told of the banner a moment after it has come.
      await banner(page).status("arrived").waitFor();
      await banner(page).choose.click();
      await banner(page).box("analytics").check();
      await page.locator("#cc-main .cm__settings summary").first().click();
      const before = await page.locator("#cc-main").innerText();
      await banner(page).save.focus();
      await change(page, "ru-KZ");
      assert.equal(await banner(page).save.innerText(), "Сохранить выбор");
      assert.ok(await banner(page).box("analytics").isChecked());
      assert.ok(
        await page
          .locator("#cc-main .cm__settings details")
          .first()
          .evaluate((details) => /** @type {any} */ (details).open),
      );
      assert.equal(
        await page.evaluate(() => /** @type {any} */ (document.activeElement).dataset.role),
        "save",
      );
      const text = await page.locator("#cc-main").innerText();
      assert.equal(text.split("\n").length, before.split("\n").length);
      assert.match(text, /www\.shop\.kz/);
      assert.doesNotMatch(text.replaceAll(/Google|Analytics|cookie|GPC/gi, ""), /\b(the|of|and)\b/);
      assert.equal(
        await page.locator("#cc-main .cm__policy").getAttribute("href"),
        `https://${POLICIES}/ru/cookies/`,
      );
      await change(page, "kk");
      await change(page, "ru");
      await banner(page).save.click();
      await saved(page);
      const [{ record }] = await records(page);
      assert.equal(record.locale, "ru");
      assert.equal(record.choice.analytics, true);
    }));

  test("opens the banner in it later", () =>
    visiting(`${SHOP}/`, async (page) => {
      await banner(page).reject.click();
      await saved(page);
      await page.evaluate(() => {
        document.documentElement.lang = "kk";
      });
      await page.locator("#link").click();
      await page.locator("kelisim-banner[lang=kk]").waitFor();
      assert.equal(await banner(page).save.innerText(), "Таңдауды сақтау");
    }));
});

test("Escape closes the banner only from inside", () =>
  visiting(`${SHOP}/`, async (page) => {
    await banner(page).dialog.waitFor();
    await page.keyboard.press("Escape");
    assert.ok(await banner(page).dialog.isVisible());
    await banner(page).choose.focus();
    await page.keyboard.press("Escape");
    await banner(page).dialog.waitFor({ state: "hidden" });
  }));

test("who comes back to the page five times finds it as it was, and no script is told anything", () =>
  visiting(`${SHOP}/`, async (page) => {
    await banner(page).choose.click();
    await banner(page).box("analytics").check();
    await page.evaluate(() => {
      Object.assign(window, { changes: 0 });
      document.addEventListener("consent:change", () => {
        /** @type {any} */ (window).changes += 1;
      });
    });
    for (let time = 0; time < 5; time += 1)
      await page.evaluate(() => void document.dispatchEvent(new Event("visibilitychange")));
    await page.evaluate(() => fetch("/", { cache: "no-store" }));
    assert.equal(await page.evaluate(() => /** @type {any} */ (window).changes), 0);
    assert.ok(await banner(page).box("analytics").isChecked());
    assert.ok(await banner(page).save.isVisible());
    assert.equal(await cookie(page.context()), undefined);
  }));
