// Pages of other consent tools, with our tag in place of theirs and nothing else changed: nothing is
// requested before consent, everything after it, and nothing again once it is withdrawn.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { banner, collectFaults } from "../support/browser.mjs";
import { PAGES, POLICIES, startShop } from "../support/embedding.mjs";
import { PEER_PAGES } from "../support/peer-pages.mjs";
import { until } from "../support/until.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContext} Context */

const SHOP = PAGES["a subdomain"];
const NAMES = Object.keys(PEER_PAGES);

/** The tag of pages whose own scripts call the tool. @param {string} name */
const callingTag = (name) => {
  const { tool, map } = PEER_PAGES[name];
  return `<script src="https://${POLICIES}/shims.js" data-shims="${tool}"${map ? ` data-map="${map}"` : ""}></script>`;
};
/** The usual tag. @param {string} [map] */
const usualTag = (map) =>
  `<script src="https://${POLICIES}/embed.js" async${map ? ` data-map="${map}"` : ""}></script>`;

/** What the page of a path holds: `?page=` names one, `&usual` gives it the usual tag. @param {string} path */
const markupOf = (path) => {
  const { searchParams } = new URL(path, SHOP);
  const name = searchParams.get("page") ?? "";
  const extra = searchParams.get("body");
  if (extra !== null)
    return `<!doctype html><html lang="en"><title>Shop</title>${usualTag(searchParams.get("map") ?? undefined)}<body>${extra}</body></html>`;
  return PEER_PAGES[name]?.markup.replace(
    "{tag}",
    searchParams.has("usual") ? usualTag(PEER_PAGES[name].map) : callingTag(name),
  );
};

/** @type {Awaited<ReturnType<typeof startShop>>} */
let shop;
before(async () => {
  shop = await startShop((host, path) => (host === "www.shop.kz" ? markupOf(path) : undefined), {
    policy: false,
  });
});
after(() => shop?.stop());

/** Where the register's own service sends something. */
const REGISTER = /^(www\.googletagmanager|region1\.google-analytics)\.com$/;

/** What the page has asked others for, sorted. */
const foreign = () =>
  [
    ...new Set(
      shop.asked
        .filter(({ host }) => ![POLICIES, "www.shop.kz"].includes(host) && !REGISTER.test(host))
        .map(({ host, path }) => host + path),
    ),
  ].sort();

/**
 * Visits a page as a new visitor.
 * @param {string} query
 * @param {(page: Page, faults: string[], open: () => Promise<void>) => Promise<void>} check
 */
const visiting = async (query, check) => {
  const context = await shop.browser.newContext({
    ignoreHTTPSErrors: true,
    reducedMotion: "reduce",
  });
  try {
    const { faults } = await collectFaults(context);
    await context.exposeFunction("recordCall", () => {});
    // Modules of other hosts need a header that the server doesn't send.
    await context.route("https://ads.example/module.js", (route) => {
      shop.asked.push({ host: "ads.example", path: "/module.js" });
      return route.fulfill({
        contentType: "text/javascript",
        headers: { "access-control-allow-origin": "*" },
        body: "",
      });
    });
    const page = await context.newPage();
    shop.asked.length = 0;
    const open = async () => {
      await page.goto(`${SHOP}?${query}`);
      await page.waitForFunction(() => "isDecided" in window);
    };
    await open();
    await check(page, faults, open);
  } finally {
    await context.close();
  }
};

/** @param {Page} page */
const calls = (page) => page.evaluate(() => /** @type {any} */ (window).calls);

/** Allows categories in the settings. @param {Page} page @param {string[]} categories */
const choose = async (page, categories) => {
  const { dialog } = banner(page);
  await page.locator("[data-choices=open]").click();
  for (const name of ["analytics", "marketing"])
    await dialog.locator(`input[name=${name}]`).setChecked(categories.includes(name));
  await dialog.locator("[data-role=save]").click();
  await banner(page).status("saved").waitFor();
};

describe("a page of another consent tool", () => {
  for (const name of NAMES) {
    const { asks, settings } = PEER_PAGES[name];
    const query = `page=${encodeURIComponent(name)}`;
    const all = [...asks.analytics, ...asks.marketing].sort();

    test(`${name}: asks nobody before consent, everybody after, nobody after withdrawal`, () =>
      visiting(query, async (page, faults, open) => {
        await banner(page).dialog.waitFor();
        assert.deepEqual(foreign(), []);
        await banner(page).accept.click();
        await banner(page).status("saved").waitFor();
        await until(
          () => foreign().length >= all.length,
          () => `all requests: ${foreign()}`,
        );
        assert.deepEqual(foreign(), all);

        // As a visitor who comes back.
        shop.asked.length = 0;
        await open();
        await until(
          () => foreign().length >= all.length,
          () => `all requests: ${foreign()}`,
        );
        assert.deepEqual(foreign(), all);

        shop.asked.length = 0;
        const isLoaded = page.waitForEvent("load");
        await choose(page, []);
        await isLoaded;
        shop.asked.length = 0;
        await open();
        assert.deepEqual(foreign(), []);
        assert.deepEqual(faults, []);
      }));

    test(`${name}: asks only for what is allowed`, () =>
      visiting(query, async (page, faults) => {
        await choose(page, ["analytics"]);
        await until(
          () => foreign().length >= asks.analytics.length,
          () => `all requests: ${foreign()}`,
        );
        assert.deepEqual(foreign(), [...asks.analytics].sort());
        assert.deepEqual(faults, []);
      }));

    test(`${name}: its own buttons open our settings`, () =>
      visiting(query, async (page, faults) => {
        await banner(page).reject.click();
        await banner(page).status("saved").waitFor();
        for (const selector of settings) {
          await page.locator(selector).first().click();
          await banner(page).dialog.locator("[data-role=save]").waitFor();
        }
        assert.deepEqual(foreign(), []);
        assert.deepEqual(faults, []);
      }));
  }

  test("hears of the first choice by its own calls", async () => {
    /** @type {Record<string, string[]>} */
    const heard = {};
    for (const name of NAMES)
      await visiting(`page=${encodeURIComponent(name)}`, async (page) => {
        await banner(page).accept.click();
        await banner(page).status("saved").waitFor();
        heard[name] = await calls(page);
      });
    const says = (/** @type {string} */ name, /** @type {string} */ call) =>
      assert.ok(heard[name].includes(call), `${name}: ${heard[name]}`);
    says("vanilla-cookieconsent 3", "ga");
    says("vanilla-cookieconsent 3", "consent all");
    says("vanilla-cookieconsent 2", "accept");
    says("Klaro", "matomo true");
    says("Cookiebot", "marketing");
    says("CookieYes", "accepted necessary,analytics,performance,advertisement");
    says("tarteaucitron", "fallback");
  });

  test("needs no more than the usual tag where its scripts call nothing while they are parsed", () =>
    visiting("page=Cookiebot&usual", async (page, faults) => {
      const { asks } = PEER_PAGES.Cookiebot;
      assert.deepEqual(foreign(), []);
      await banner(page).accept.click();
      await banner(page).status("saved").waitFor();
      const all = [...asks.analytics, ...asks.marketing].sort();
      await until(
        () => foreign().length >= all.length,
        () => `all requests: ${foreign()}`,
      );
      assert.deepEqual(foreign(), all);
      assert.deepEqual(await calls(page), ["marketing", "statistics"]);
      assert.equal(await page.evaluate("Cookiebot.consent.marketing"), true);
      assert.deepEqual(faults, []);
    }));
});

describe("what nobody can map", () => {
  for (const [markup, message] of /** @type {[string, RegExp][]} */ ([
    [
      '<script type="text/plain" data-category="social" data-src="https://ads.example/s.js"></script>',
      /"social" is no category here.*data-map="social=/,
    ],
    [
      '<iframe data-cookieconsent="stuff" data-cookieblock-src="https://ads.example/f"></iframe>',
      /"stuff" is no category here/,
    ],
    [
      '<script type="text/plain" data-name="tracker" data-src="https://ads.example/t.js"></script>',
      /"tracker" is no service of the register.*data-map="tracker=/,
    ],
    [
      '<div class="youtube_player" videoID="x"></div>',
      /"youtube" is no service of the register.*data-map="youtube=/,
    ],
  ]))
    test(`is held, and the console says what helps: ${markup}`, () =>
      visiting(`body=${encodeURIComponent(markup)}`, async (page, faults) => {
        await banner(page).accept.click();
        await banner(page).status("saved").waitFor();
        await page.evaluate(() => fetch("/robots.txt"));
        assert.deepEqual(foreign(), []);
        assert.equal(faults.length, 1, faults.join("\n"));
        assert.match(faults[0], message);
      }));

  test("runs when the tag maps it", () =>
    visiting(
      `body=${encodeURIComponent('<script type="text/plain" data-category="social" data-src="https://ads.example/s.js"></script>')}&map=social%3Dmarketing`,
      async (page, faults) => {
        await banner(page).accept.click();
        await until(() => foreign().length > 0, "a request");
        assert.deepEqual(foreign(), ["ads.example/s.js"]);
        assert.deepEqual(faults, []);
      },
    ));
});

test("a frame that has its address already is stopped, and the console says what to write", () =>
  visiting(
    `body=${encodeURIComponent('<iframe data-cookieyes="cookieyes-advertisement" src="https://video.example/live"></iframe>')}`,
    async (page, faults) => {
      await until(() => faults.length > 0, "a word on the console");
      assert.match(faults.join(), /loads before it is allowed; write data-src instead of src/);
      assert.equal(await page.locator("iframe").getAttribute("src"), null);
      await banner(page).accept.click();
      await page.locator('iframe[src="https://video.example/live"]').waitFor();
    },
  ));
