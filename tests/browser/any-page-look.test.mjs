// How the banner looks and is announced on any page: light or dark as the page is, with the page's
// own accent, radius and typeface, and told to screen readers without taking the reader's place.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { html, startPages, waitForBanner } from "../support/any-page.mjs";
import { until } from "../support/until.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

/** @type {Awaited<ReturnType<typeof startPages>>} */
let pages;
before(async () => {
  pages = await startPages();
});
after(() => pages?.stop());

const LIGHT = "rgb(255, 255, 255)";
const DARK = "rgb(29, 35, 39)";

/** @param {Page} page @param {string} [selector] @param {string} [property] */
const look = (page, selector = ".cm", property = "background-color") =>
  page.evaluate(
    (selector, property) =>
      getComputedStyle(
        /** @type {any} */ (window).banner.host.querySelector(selector),
      ).getPropertyValue(property),
    selector,
    property,
  );

/** Pages and what the banner is on them; the system is light. @type {Record<string, [string, string]>} */
const SCHEMES = {
  "a page that says nothing": ["", LIGHT],
  "a dark scheme on the root": ["<style>:root{color-scheme:dark}</style>", DARK],
  "a light scheme on the root": [
    "<style>:root{color-scheme:only light;background:#000}</style>",
    LIGHT,
  ],
  "a scheme that follows the system": ["<style>:root{color-scheme:light dark}</style>", LIGHT],
  "a scheme in the head": ['<meta name="color-scheme" content="dark">', DARK],
  "a dark background of the body": ["<style>body{background:#16181d}</style>", DARK],
  "a dark background of the root": ["<style>html{background:rgb(20 20 60)}</style>", DARK],
  "a dark background in oklch": ["<style>body{background:oklch(0.21 0.03 264)}</style>", DARK],
  "a dark background in lab": ["<style>body{background:lab(12% 0 0)}</style>", DARK],
  "a light background in oklch": ["<style>body{background:oklch(0.98 0 0)}</style>", LIGHT],
  "a light root behind a transparent body": [
    "<style>html{background:#fff}body{background:rgb(0 0 0 / 0)}</style>",
    LIGHT,
  ],
};

for (const engine of /** @type {const} */ (["Chromium", "Firefox"])) {
  describe(engine, () => {
    for (const [what, [head, expected]] of Object.entries(SCHEMES))
      test(`${what}: the banner is ${expected === DARK ? "dark" : "light"}`, async () => {
        const page = await pages.open(engine, html("<p>Page</p>", head));
        await waitForBanner(page);
        assert.equal(await look(page), expected);
        await page.close();
      });

    test("it follows a page that becomes dark", async () => {
      const page = await pages.open(
        engine,
        html(
          "<p>Page</p>",
          "<style>.dark{color-scheme:dark}body.night{background:#111;transition:background 50ms}</style>",
        ),
      );
      await waitForBanner(page);
      for (const [target, name] of [
        ["documentElement", "dark"],
        ["body", "night"],
      ]) {
        for (const expected of [DARK, LIGHT]) {
          await page.evaluate(
            (target, name) => {
              /** @type {any} */ (document)[target].classList.toggle(name);
            },
            target,
            name,
          );
          await until(async () => (await look(page)) === expected, `${name} is ${expected}`);
        }
      }
      await page.close();
    });

    test("the page sets accent, radius and typeface", async () => {
      const page = await pages.open(
        engine,
        html(
          "<p>Page</p>",
          "<style>:root{--kelisim-accent:rgb(120 0 60);--kelisim-radius:3px;--kelisim-font:monospace}</style>",
        ),
      );
      await waitForBanner(page);
      assert.equal(await look(page, "button", "color"), "rgb(120, 0, 60)");
      assert.equal(await look(page, "button", "border-top-left-radius"), "3px");
      assert.equal(await look(page, "h2", "font-family"), "monospace");
      await page.close();
    });
  });
}

test("a page that follows the system gets the banner of the system", async () => {
  const page = await pages.open(
    "Chromium",
    html("<p>Page</p>", "<style>:root{color-scheme:light dark}</style>"),
    (page) => page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]),
  );
  await waitForBanner(page);
  assert.equal(await look(page), DARK);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
  await until(async () => (await look(page)) === LIGHT, "it becomes light");
  await page.close();
});

test("a light page under a dark system has a light banner", async () => {
  const page = await pages.open("Chromium", html("<p>Page</p>"), (page) =>
    page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]),
  );
  await waitForBanner(page);
  assert.equal(await look(page), LIGHT);
  await page.close();
});

describe("screen readers", () => {
  /** @param {Page} page @param {string} role */
  const nodes = async (page, role) => {
    const client = await page.createCDPSession();
    const { nodes } = await client.send("Accessibility.getFullAXTree");
    await client.detach();
    return nodes
      .filter((node) => !node.ignored && node.role?.value === role)
      .map((node) => String(node.name?.value ?? ""));
  };

  test("find a live region first, then its sentence; the banner is a region with a name; the focus stays", async () => {
    const page = await pages.open("Chromium", html('<input id="field" autofocus>'), (page) =>
      page.evaluateOnNewDocument(() => {
        /** When the live region came, and when its text did, in milliseconds. */
        const times = { region: 0, text: 0 };
        Object.assign(window, { times });
        new MutationObserver(() => {
          const region = document.querySelector("kelisim-banner [role=status]");
          times.region ||= region ? performance.now() : 0;
          const text = /** @type {HTMLElement | null} */ (
            region?.querySelector("[data-status]:not([hidden])")
          );
          times.text ||= text ? performance.now() : 0;
        }).observe(document, { childList: true, subtree: true, attributes: true });
      }),
    );
    await waitForBanner(page);
    const { region, text } = await until(
      () =>
        page.evaluate(() => {
          const { times } = /** @type {any} */ (window);
          return times.text ? times : undefined;
        }),
      "the sentence came",
    );
    assert.ok(text - region >= 200, `${text - region} ms`);
    assert.deepEqual(await nodes(page, "region"), ["Cookies"]);
    assert.equal((await nodes(page, "status")).length, 1);
    assert.ok((await nodes(page, "StaticText")).includes("A message has come."));
    assert.equal(await page.evaluate(() => document.activeElement?.id), "field");
    const box = await page.evaluate(() => {
      const { host } = /** @type {any} */ (window).banner;
      const { width, height } = host.querySelector("[data-status=arrived]").getBoundingClientRect();
      return width * height;
    });
    assert.equal(box, 1, "the sentence isn't seen");
    await page.close();
  });
});

describe("presses", () => {
  /** @param {Page} page */
  const presses = (page) => page.evaluate(() => /** @type {any} */ (window).presses.length);
  /** @param {Page} page */
  const shielded = (page) =>
    page.evaluate(() => {
      const { banner } = /** @type {any} */ (window);
      const button = banner.host.querySelector("[data-role=show]");
      const { left, top, width, height } = button.getBoundingClientRect();
      banner.shield();
      const found = document.elementFromPoint(left + width / 2, top + height / 2);
      button.click();
      return {
        isHit: found === button,
        isInside: banner.host.contains(found),
        x: left + width / 2,
        y: top + height / 2,
      };
    });

  for (const engine of /** @type {const} */ (["Chromium", "Firefox"]))
    test(`${engine}: what has just appeared takes keys and scripts at once, and pointers after a moment`, async () => {
      const page = await pages.open(engine, html("<p>Page</p>"));
      await waitForBanner(page);
      const { isHit, isInside, x, y } = await shielded(page);
      assert.equal(isHit, false);
      assert.ok(isInside, "nor does the page below get the press");
      assert.equal(await presses(page), 1, "of the script");
      await page.evaluate(() => /** @type {any} */ (window).banner.shield());
      await page.focus("[data-role=show]");
      await page.keyboard.press("Enter");
      assert.equal(await presses(page), 2, "of the key");
      await waitForBanner(page);
      await page.mouse.click(x, y);
      await until(async () => (await presses(page)) === 3, "the pointer's press");
      await page.close();
    });

  test("only the first press of a double click counts, on the banner and on what was below it", async () => {
    const page = await pages.open(
      "Chromium",
      html(
        '<button id="below" style="position:fixed;inset:0" onclick="below.dataset.pressed = (below.dataset.pressed ?? 0) - -1">Below</button>',
      ),
    );
    await waitForBanner(page);
    const { x, y } = await shielded(page);
    await waitForBanner(page);
    await page.mouse.click(x, y, { count: 2 });
    assert.equal(await presses(page), 2, "one by the script, one by the pointer");
    const pressed = () =>
      page.$eval("#below", (button) => Number(/** @type {any} */ (button).dataset.pressed ?? 0));
    await page.evaluate(() => {
      const { banner } = /** @type {any} */ (window);
      banner.on("click", () => banner.hide());
    });
    await page.mouse.click(x, y, { count: 2 });
    assert.equal(await pressed(), 0, "the second press was meant for the banner");
    await page.mouse.click(x, y);
    assert.equal(await pressed(), 1);
    await page.close();
  });
});
