// Services wait: Google Analytics 4 with an id is not asked for, told or loaded before it is
// granted, and is gone after a withdrawal. Google's hosts are answered by a stand-in that does what
// the real script does to a visitor: sets cookies and sends a hit.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  ALL,
  banner,
  choice,
  NONE,
  newVisitor,
  storage,
  waitForDecision,
  waitForIdle,
} from "../support/browser.mjs";
import { withSite } from "../support/fixture.mjs";
import { startServerWithoutRegimes } from "../support/server.mjs";
import { until } from "../support/until.mjs";

const ID = "G-TEST012345";

/**
 * What Google's script does, as far as a visitor is concerned. The domain above the present one is
 * where it keeps its cookies.
 */
const STAND_IN = `
  window.google_tag_manager = {};
  const domain = location.hostname.split(".").slice(-2).join(".");
  document.cookie = "_ga=GA1.1.1.1; Path=/; Max-Age=34128000; Domain=" + domain;
  document.cookie = "_ga_TEST012345=GS2.1.1; Path=/; Max-Age=34128000";
  fetch("https://region1.google-analytics.com/g/collect?tid=${ID}", { method: "POST", mode: "no-cors", body: "" });
`;

const site = withSite(() =>
  startServerWithoutRegimes({
    "services.toml": (register) =>
      register.replace(/(id = "google-analytics-4"[\s\S]*?\ntag = )""/, `$1"${ID}"`),
  }),
);

/**
 * @typedef {object} Visit
 * @property {import("playwright-core").Page} page
 * @property {import("playwright-core").BrowserContext} context
 * @property {() => string[]} vendor requests to anybody but the site itself
 * @property {string} origin
 */

/**
 * Opens a page as a new visitor.
 * @param {{from?: string, gpc?: boolean, host?: string}} visit
 * @param {(visit: Visit) => Promise<void>} check
 */
const visiting = async ({ from = "DE", gpc = false, host }, check) => {
  const { context, faults, requests } = await newVisitor(site.browser);
  try {
    await context.route("https://www.googletagmanager.com/**", (route) =>
      route.fulfill({ contentType: "text/javascript", body: STAND_IN }),
    );
    await context.route("https://*.google-analytics.com/**", (route) =>
      route.fulfill({ status: 204 }),
    );
    const origin = host ? `http://${host}:${site.server.port}` : site.server.origin(from, { gpc });
    const page = await context.newPage();
    await page.goto(`${origin}/en/cookies/`);
    await waitForDecision(page);
    await check({
      page,
      context,
      origin,
      vendor: () => requests.filter((request) => !request.includes(origin)),
    });
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
};

/** Google's queue, commands as lists. @param {import("playwright-core").Page} page */
const queue = (page) =>
  page.evaluate(() => {
    const { dataLayer = [] } = /** @type {any} */ (window);
    return dataLayer.map((/** @type {any} */ command) => [
      Object.prototype.toString.call(command),
      ...command,
    ]);
  });

/** @param {import("playwright-core").BrowserContext} context */
const vendorCookies = async (context) =>
  (await context.cookies()).map(({ name }) => name).filter((name) => name.startsWith("_ga"));

describe("before and without consent", () => {
  test("nobody is asked, told or given anything", () =>
    visiting({}, async ({ page, vendor }) => {
      await page.mouse.wheel(0, 3000);
      await banner(page).unfold();
      await waitForIdle(page);
      assert.deepEqual(vendor(), []);
      assert.deepEqual(await queue(page), []);
      assert.equal((await storage(page)).cookie, "");
    }));

  for (const [
    name,
    press,
  ] of /** @type {[string, (parts: ReturnType<typeof banner>) => Promise<void>][]} */ ([
    ["rejecting everything", ({ reject }) => reject.click()],
    [
      "allowing other categories",
      async ({ unfold, box, save }) => {
        await unfold();
        await box("functional").check();
        await box("marketing").check();
        await save.click();
      },
    ],
  ])) {
    test(`${name} keeps it that way on this and the next page`, () =>
      visiting({}, async ({ page, context, origin, vendor }) => {
        await press(banner(page));
        await banner(page).status("saved").waitFor();
        await waitForIdle(page);
        await page.goto(`${origin}/en/`);
        await waitForIdle(page);
        assert.deepEqual(vendor(), []);
        assert.deepEqual(await vendorCookies(context), []);
      }));
  }
});

describe("with consent", () => {
  test("the signals come in Google's order, then the script, on every page", () =>
    visiting({}, async ({ page, context, origin, vendor }) => {
      const { unfold, box, save, status } = banner(page);
      await unfold();
      await box("analytics").check();
      await save.click();
      await status("saved").waitFor();
      for (const path of ["/en/cookies/", "/ru/privacy/"]) {
        if (path !== "/en/cookies/") await page.goto(origin + path);
        await page.waitForFunction(() => document.cookie.includes("_ga="));
        await waitForIdle(page);
        const [first, ...others] = await queue(page);
        assert.deepEqual(first, [
          "[object Arguments]",
          "consent",
          "default",
          {
            ad_storage: "denied",
            ad_user_data: "denied",
            ad_personalization: "denied",
            analytics_storage: "denied",
            functionality_storage: "denied",
            personalization_storage: "denied",
            security_storage: "granted",
            wait_for_update: 500,
          },
        ]);
        const commands = others.map((/** @type {any[]} */ command) =>
          command.slice(1, 3).filter((word) => typeof word === "string"),
        );
        assert.deepEqual(commands, [
          ["set", "ads_data_redaction"],
          ["set", "url_passthrough"],
          ["consent", "update"],
          ["js"],
          ["config", ID],
        ]);
        assert.deepEqual(
          Object.keys(others[2][3]).filter((name) => others[2][3][name] === "granted"),
          ["analytics_storage", "security_storage"],
          "what was granted and nothing else",
        );
        assert.deepEqual(
          others[4][3],
          { cookie_expires: 395 * 86_400 },
          "the period that the policy names",
        );
      }
      assert.deepEqual(
        vendor().filter((request) => request.includes("gtag/js")),
        Array(2).fill(`GET https://www.googletagmanager.com/gtag/js?id=${ID}`),
      );
      assert.equal((await vendorCookies(context)).length, 2);
    }));

  test("accepting more later tells Google what is new, and loads nothing twice", () =>
    visiting({}, async ({ page, vendor }) => {
      const { accept, unfold, box, save, status, reopen } = banner(page);
      await unfold();
      await box("analytics").check();
      await save.click();
      await page.waitForFunction(() => document.cookie.includes("_ga="));
      await reopen.click();
      await accept.click();
      await status("saved").waitFor();
      await page.waitForFunction(() => /** @type {any} */ (window).dataLayer.length > 6);
      assert.deepEqual((await queue(page)).at(-1).slice(1), [
        "consent",
        "update",
        {
          ad_storage: "granted",
          ad_user_data: "granted",
          ad_personalization: "granted",
          analytics_storage: "granted",
          functionality_storage: "granted",
          personalization_storage: "granted",
          security_storage: "granted",
        },
      ]);
      assert.equal(vendor().filter((request) => request.includes("gtag/js")).length, 1);
    }));

  test("in the United States it runs until the visitor objects; the browser's signal keeps advertising off", async () => {
    for (const gpc of [false, true]) {
      await visiting({ from: "US-CA", gpc }, async ({ page, vendor }) => {
        await page.waitForFunction(() => document.cookie.includes("_ga="));
        assert.ok(vendor().some((request) => request.includes("gtag/js")));
        const update = (await queue(page)).find(
          (/** @type {any[]} */ command) => command[2] === "update",
        );
        assert.equal(update[3].ad_storage, gpc ? "denied" : "granted");
        assert.equal(update[3].analytics_storage, "granted");
      });
    }
  });
});

describe("after a withdrawal", () => {
  test("the vendor's cookies are gone from this host and the one above, others stay, and nothing is asked for again", () =>
    visiting({ host: "www.de.localhost" }, async ({ page, context, origin, vendor }) => {
      const { accept, dialog, reject, reopen } = banner(page);
      await accept.click();
      await banner(page).status("saved").waitFor();
      await page.waitForFunction(() => document.cookie.includes("_ga_"));
      const domains = (await context.cookies())
        .filter(({ name }) => name === "_ga")
        .map(({ domain }) => domain);
      assert.deepEqual(
        domains,
        [".de.localhost"],
        "the stand-in keeps it on the parent domain, as Google does",
      );
      await page.evaluate(() => (document.cookie = "own=1; Path=/"));
      assert.deepEqual(await choice(page), ALL);

      await dialog.waitFor({ state: "hidden" });
      await reopen.click();
      const asked = vendor().length;
      await Promise.all([page.waitForEvent("load"), reject.click()]);
      await waitForIdle(page);
      assert.deepEqual(await vendorCookies(context), []);
      assert.ok((await context.cookies()).some(({ name }) => name === "own"));
      assert.deepEqual(await choice(page), NONE);
      await page.goto(`${origin}/kk/`);
      await waitForIdle(page);
      assert.equal(vendor().length, asked);
      assert.deepEqual(await queue(page), []);
    }));

  test("a tab that still ran the service cleans up after it", () =>
    visiting({ host: "www.de.localhost" }, async ({ page, context, origin }) => {
      await banner(page).accept.click();
      await banner(page).status("saved").waitFor();
      await page.waitForFunction(() => document.cookie.includes("_ga_"));
      /** Which of its tabs a browser without windows shows. @param {boolean} isHidden */
      const hide = (isHidden) =>
        page.evaluate(
          (value) => Object.defineProperty(document, "hidden", { value, configurable: true }),
          isHidden,
        );
      await hide(true);
      const other = await context.newPage();
      await other.goto(`${origin}/en/choices/`);
      await waitForDecision(other);
      await Promise.all([
        other.waitForEvent("load"),
        other.locator("form[data-choices=withdraw] button").click(),
      ]);
      await waitForDecision(other);
      await until(
        async () => (await vendorCookies(context)).length === 0,
        "the other tab has deleted the cookies",
      );
      // Both tabs delete what they find, the other one again on its new page.
      for (const tab of [page, other]) await waitForIdle(tab);
      await page.evaluate(`(() => {${STAND_IN}})()`);
      assert.equal(
        (await vendorCookies(context)).length,
        2,
        "the script of the first tab has set them again",
      );
      assert.deepEqual(await choice(page), NONE, "it was told, and has stopped what it could");
      await hide(false);
      await Promise.all([
        page.waitForEvent("load"),
        page.evaluate(
          () => void dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })),
        ),
      ]);
      await waitForDecision(page);
      // No event says that the loaded page has cleaned up.
      const isClean = async () => (await vendorCookies(context)).length === 0;
      await until(isClean, "the vendor's cookies stay");
    }));
});

describe("markup in a template", () => {
  /** Adds what an operator's page may hold. @param {import("playwright-core").Page} page */
  const addTemplates = (page) =>
    page.evaluate(() => {
      for (const needed of ["analytics", "marketing", "analytics marketing"]) {
        const template = document.createElement("template");
        template.dataset.consent = needed;
        const image = document.createElement("img");
        image.alt = needed;
        template.content.append(image);
        document.body.append(template);
      }
    });
  /** @param {import("playwright-core").Page} page */
  const shown = (page) =>
    page
      .locator("body > img")
      .evaluateAll((images) => images.map((image) => /** @type {HTMLImageElement} */ (image).alt));

  test("appears once all its categories are granted, also when it is added later", () =>
    visiting({}, async ({ page }) => {
      const { accept, unfold, box, save, status, reopen, dialog } = banner(page);
      await addTemplates(page);
      assert.deepEqual(await shown(page), []);
      await unfold();
      await box("analytics").check();
      await save.click();
      await status("saved").waitFor();
      assert.deepEqual(await shown(page), ["analytics"]);
      await addTemplates(page);
      assert.deepEqual(await shown(page), ["analytics", "analytics"]);
      await dialog.waitFor({ state: "hidden" });
      await reopen.click();
      await accept.click();
      await page.waitForFunction(() => document.querySelectorAll("body > img").length === 6);
    }));

  test("its scripts run, in their order, under Trusted Types", async () => {
    const { context, faults } = await newVisitor(site.browser);
    try {
      const secondCame = context.waitForEvent("requestfinished", (request) =>
        request.url().includes("own-b"),
      );
      await context.route("**/own-*.js", async (route) => {
        const name = /own-(\w+)/.exec(route.request().url())?.[1];
        // The first comes last: order must not depend on the network.
        if (name === "a") await secondCame;
        await route.fulfill({
          contentType: "text/javascript",
          body: `document.body.dataset.ran = (document.body.dataset.ran ?? "") + "${name}"`,
        });
      });
      // As the operator's page would have it in its HTML: the parser makes the template, no script
      // does.
      await context.route("**/en/privacy/", async (route) => {
        const local = route
          .request()
          .url()
          .replace(/\/\/[^/]*/, `//127.0.0.1:${site.server.port}`);
        const response = await route.fetch({ url: local });
        const template =
          '<template data-consent="analytics"><script src="/own-a.js"></script><script src="/own-b.js"></script></template></main>';
        await route.fulfill({
          response,
          body: (await response.text()).replace("</main>", template),
        });
      });
      const page = await context.newPage();
      await page.goto(`${site.server.origin("DE")}/en/privacy/`);
      await waitForDecision(page);
      assert.equal(await page.evaluate(() => document.body.dataset.ran), undefined);
      await banner(page).accept.click();
      await page.waitForFunction(() => document.body.dataset.ran?.length === 2);
      assert.equal(await page.evaluate(() => document.body.dataset.ran), "ab");
      assert.deepEqual(faults, []);
    } finally {
      await context.close();
    }
  });
});

test("a blocked loader of services leaves the page and its choices whole", () =>
  visiting({}, async ({ page, context, vendor }) => {
    await context.route("**/assets/tags.*.js", (route) => route.abort());
    const { accept, dialog, status } = banner(page);
    await accept.click();
    await status("saved").waitFor();
    assert.ok(await dialog.isHidden());
    assert.deepEqual(await choice(page), ALL);
    await waitForIdle(page);
    assert.deepEqual(vendor(), []);
  }));
