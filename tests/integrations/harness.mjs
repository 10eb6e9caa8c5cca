// Small apps made with what real sites are made with, with the banner's tag in them, visited in a
// real browser. Each is a shop with two pages, which docs/integrations/ describes:
//
// `/`        heading "Shop", a button `#count` that shows how often the app has counted a press
// `/course`  heading "The course", a frame and a script that wait for consent; in apps with
//            `@kelisim/embed` also a map, a component that is created when it is allowed
//
// Both have links to both, and the link to the choices at their end.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ALL, banner, choice, collectFaults, NONE } from "../support/browser.mjs";
import { PAGES, POLICIES, startShop } from "../support/embedding.mjs";
import { until } from "../support/until.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContext} Context */
/** @typedef {{port: number, stop: () => Promise<void>}} Server */
/**
 * @typedef {(check: (visit: Visit) => Promise<void>, order?: {afterBanner?: boolean}) =>
 *   Promise<void>} Visiting
 */

const ORIGIN = PAGES["a subdomain"].slice(0, -1);
/** What waits for consent on the page of the course. */
const FRAME = "video.example";
const SCRIPT = "counter.example";
const MAP = "map.example";
const COUNT = "window.counted = (window.counted ?? 0) + 1;";

/**
 * Tests an app.
 * @param {string} name
 * @param {object} app
 * @param {() => Promise<Server>} app.start starts its server
 * @param {boolean} [app.keepsWindow] whether its links change the page without loading another one
 * @param {boolean} [app.hasMap] whether it uses `@kelisim/embed`
 * @param {boolean} [app.hydratesLate] whether its scripts may run after the banner has come, which
 *   is when hydration is disturbed: they are `async`, so that the document does not wait for them
 * @param {(visiting: Visiting) => void} [further] tests of this app alone
 */
export const integration = (
  name,
  { start, keepsWindow = true, hasMap = false, hydratesLate = false },
  further = () => {},
) =>
  describe(name, () => {
    /** @type {Server} */
    let app;
    /** @type {Awaited<ReturnType<typeof startShop>>} */
    let shop;
    before(async () => {
      app = await start();
      shop = await startShop((host) => {
        if (host === new URL(ORIGIN).host) return { port: app.port };
        if (host === FRAME) return "<!doctype html><title>Video</title><h1>Video</h1>";
        if (host === MAP) return "<!doctype html><title>Map</title><h1>Map</h1>";
        return host === SCRIPT ? { script: COUNT } : undefined;
      });
    });
    after(async () => {
      await shop?.stop();
      await app?.stop();
    });

    const none = { frame: 0, script: 0, map: 0 };
    const once = { frame: 1, script: 1, map: hasMap ? 1 : 0 };
    /** Waits until the page has loaded what waits for consent. @param {Page} page */
    const runs = async (page) => {
      for (const [frame, title] of [
        ["iframe[data-consent]", "Video"],
        ...(hasMap ? [["#map", "Map"]] : []),
      ]) {
        await page.frameLocator(frame).getByRole("heading", { name: title }).waitFor();
      }
      await page.waitForFunction(() => "counted" in window);
    };

    /**
     * Visits the app as a new visitor. Fails if the page has written an error or a warning.
     * @type {Visiting} with `afterBanner` the app's scripts wait for the banner
     */
    const visiting = async (check, { afterBanner = false } = {}) => {
      const context = await shop.browser.newContext({
        ignoreHTTPSErrors: true,
        reducedMotion: "reduce",
      });
      try {
        const { faults } = await collectFaults(context);
        context.on("console", (message) => {
          if (message.type() === "warning") faults.push(message.text());
        });
        await context.exposeFunction("recordCall", () => {});
        const page = await context.newPage();
        if (afterBanner)
          await context.route(
            (address) => address.origin === ORIGIN && /\.m?js$/.test(address.pathname),
            async (route) => {
              await banner(page).dialog.waitFor();
              await route.continue();
            },
          );
        shop.asked.length = 0;
        await check(visit(page, shop.asked));
        assert.deepEqual(faults, []);
      } finally {
        await context.close();
      }
    };

    const orders = hydratesLate ? [false, true] : [false];
    for (const afterBanner of orders) {
      const when = afterBanner ? ", when the app's scripts come after the banner" : "";

      test(`asks, and goes on asking after navigation there and back${when}`, () =>
        visiting(
          async ({ page, open, follow, counts }) => {
            await open("/");
            await banner(page).dialog.waitFor();
            await counts();
            await page.evaluate(() => Object.assign(window, { isFirst: true }));
            await follow("The course");
            await banner(page).dialog.waitFor();
            assert.equal(await page.evaluate(() => "isFirst" in window), keepsWindow);
            await page.goBack();
            await page.getByRole("heading", { name: "Shop", exact: true }).waitFor();
            await banner(page).dialog.waitFor();
            assert.equal(await page.locator("kelisim-banner").count(), 1);
            await counts();
          },
          { afterBanner },
        ));

      test(`holds frame and script of a page that is opened until yes is said${when}`, () =>
        visiting(
          async ({ page, open, follow, counts, asked }) => {
            await open("/course");
            await banner(page).dialog.waitFor();
            await follow("Shop");
            await counts();
            await follow("The course");
            await holds(page);
            assert.deepEqual(asked(), none);
            await banner(page).accept.click();
            await runs(page);
            assert.deepEqual(asked(), once);
          },
          { afterBanner },
        ));
    }

    test("holds frame and script of a page that was navigated to until yes is said", () =>
      visiting(async ({ page, open, follow, asked }) => {
        await open("/");
        await banner(page).dialog.waitFor();
        await follow("The course");
        await holds(page);
        assert.deepEqual(asked(), none);
        await banner(page).accept.click();
        await runs(page);
        assert.deepEqual(asked(), once);
        assert.deepEqual(await choice(page), { ...ALL, functional: false });
      }));

    test("lets frame and script run on a page that is navigated to after yes was said", () =>
      visiting(async ({ page, open, follow, asked }) => {
        await open("/");
        await banner(page).accept.click();
        await banner(page).status("saved").waitFor();
        await follow("The course");
        await runs(page);
        assert.deepEqual(asked(), once);
      }));

    test("opens the settings by the page's link after navigation, and takes back what was allowed", () =>
      visiting(async ({ page, open, follow, asked }) => {
        await open("/");
        await banner(page).accept.click();
        await banner(page).status("saved").waitFor();
        await follow("The course");
        await runs(page);
        await page.getByRole("link", { name: "Your privacy choices" }).last().click();
        await banner(page).save.waitFor();
        // What a script has done ends when the page is loaded anew.
        await Promise.all([page.waitForEvent("load"), banner(page).reject.click()]);
        await holds(page);
        assert.deepEqual(await choice(page), NONE);
        const before = asked();
        await follow("Shop");
        await follow("The course");
        await holds(page);
        assert.deepEqual(asked(), before, "nothing is asked for again");
        assert.ok(await banner(page).dialog.isHidden(), "and nobody asks again");
      }));

    test("loads nothing again when a page comes back from a library's cache after a withdrawal elsewhere", () =>
      visiting(async ({ page, open, follow, asked }) => {
        await open("/course");
        await banner(page).accept.click();
        await runs(page);
        await follow("Shop");
        await page.getByRole("link", { name: "Your privacy choices" }).last().click();
        await banner(page).save.waitFor();
        await Promise.all([page.waitForEvent("load"), banner(page).reject.click()]);
        await banner(page).status("saved").waitFor();
        const before = asked();
        await page.goBack();
        await page.getByRole("heading", { name: "The course", exact: true }).waitFor();
        await holds(page);
        assert.deepEqual(asked(), before);
      }));

    further(visiting);
  });

/**
 * What a test does on a visit.
 * @typedef {ReturnType<typeof visit>} Visit
 */

/** @param {Page} page @param {import("../support/embedding.mjs").Asked[]} requests */
const visit = (page, requests) => ({
  page,
  /** Loads a page. @param {string} path */
  open: async (path) => {
    await page.goto(ORIGIN + path, { waitUntil: "commit" });
    await page.waitForFunction(() => "isDecided" in window);
  },
  /** Follows a link to a page. @param {string} heading its link's name, and its heading */
  follow: async (heading) => {
    await page.getByRole("link", { name: heading, exact: true }).first().click();
    await page.getByRole("heading", { name: heading, exact: true }).waitFor();
  },
  /** Waits until the app answers to a press, which it does once its scripts have run. */
  counts: () =>
    until(async () => {
      await page.locator("#count").click();
      return Number(await page.locator("#count").textContent()) > 0;
    }, "the app never counted a press"),
  /** How often each was requested. */
  asked: () => ({
    frame: requests.filter(({ host }) => host === FRAME).length,
    script: requests.filter(({ host }) => host === SCRIPT).length,
    map: requests.filter(({ host }) => host === MAP).length,
  }),
});

/**
 * Waits until the page's frame shows that it is held, and until requests that were under way have
 * arrived.
 * @param {Page} page
 */
const holds = async (page) => {
  await page
    .frameLocator("iframe[data-consent]")
    .getByRole("button", { name: "Allow once" })
    .or(page.getByRole("button", { name: "Allow once" }))
    .waitFor();
  assert.equal(await page.locator("#map").count(), 0);
  await page.evaluate(
    (host) => fetch(`https://${host}/robots.txt`, { mode: "no-cors", cache: "no-store" }),
    POLICIES,
  );
};
