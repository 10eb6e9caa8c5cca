// Room for the banner: whatever gets the focus can be seen, and no page moves, grows or shrinks.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { dialogStyle } from "../../themes/default/bundle.mjs";
import { html, LONG, startPages, waitForBanner } from "../support/any-page.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

/** @type {Awaited<ReturnType<typeof startPages>>} */
let pages;
before(async () => {
  pages = await startPages();
});
after(() => pages?.stop());

const FIELDS = Array.from({ length: 30 }, (_, at) => `<p><input name="${at}"></p>`).join("");
const SHORT =
  '<p><a href="#a">One</a></p><footer style="position:absolute;bottom:4px"><a href="#b">Two</a></footer>';

/** Kinds of layout. @type {Record<string, string>} */
const LAYOUTS = {
  "a long page": html(LONG),
  "a long page whose root and body are as high as the screen": html(
    LONG,
    "<style>html,body{height:100%;margin:0}</style>",
  ),
  "an application of full height": html(
    `<div id="app"><nav>Menu</nav><footer><input><a href="#x">End</a></footer></div>`,
    "<style>*{box-sizing:border-box}html,body{height:100%;margin:0}#app{height:100%;display:flex;flex-direction:column;justify-content:space-between}</style>",
  ),
  "a part of the page that scrolls": html(
    `<div id="app">${LONG}</div>`,
    "<style>html,body{height:100%;margin:0;overflow:hidden}#app{height:100%;overflow-y:auto}</style>",
  ),
  "a short page": html(SHORT),
  "a page that scrolls smoothly": html(LONG, "<style>html{scroll-behavior:smooth}</style>"),
  "a page with a pseudo-element of its own": html(
    LONG,
    '<style>html::after{content:"";position:fixed;inset:0 0 auto;block-size:3px;background:red}</style>',
  ),
  "fields in an open shadow root": html(
    `<x-app></x-app><script>document.querySelector("x-app").attachShadow({mode:"open"}).innerHTML = ${JSON.stringify(FIELDS)}</script>`,
  ),
  "a page written from right to left": html(LONG, "", 'lang="ar" dir="rtl"'),
};

/** How large things are, and where. @param {Page} page */
const sizes = (page) =>
  page.evaluate(() => {
    const { scrollX, scrollY } = window;
    return {
      scrollX,
      scrollY,
      width: document.documentElement.scrollWidth,
      boxes: [
        ...document.querySelectorAll(":is(html, body, #app, footer, p):not(kelisim-banner *)"),
      ].map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return [element.localName, x, y, width, height].join(" ");
      }),
    };
  });

/**
 * What has the focus and can't be seen, although there is room for it, when the page has come to rest.
 * @param {Page} page
 */
const covered = (page) =>
  page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const isSmooth = getComputedStyle(document.documentElement).scrollBehavior === "smooth";
    for (let calm = 0, last = NaN; isSmooth && calm < 4; calm = scrollY === last ? calm + 1 : 0) {
      last = scrollY;
      await frame();
    }
    /** @type {Element | null} */
    let target = document.activeElement;
    while (target?.shadowRoot?.activeElement) target = target.shadowRoot.activeElement;
    if (!target || target === document.body || target.closest("kelisim-banner")) return null;
    const { top, bottom, left, right } = target.getBoundingClientRect();
    const own = /** @type {any} */ (window).banner.host
      .querySelector(".cm")
      .getBoundingClientRect();
    const isHidden =
      bottom > own.top + 1 && top < own.bottom - 1 && left < own.right && right > own.left;
    if (bottom - top > own.top) return null;
    const isOut = bottom <= 0 || top >= innerHeight;
    return isHidden || isOut
      ? `${target.outerHTML} ${top}–${bottom}, banner ${own.top}–${own.bottom}`
      : null;
  });

for (const engine of /** @type {const} */ (["Chromium", "Firefox"])) {
  describe(engine, () => {
    for (const [what, markup] of Object.entries(LAYOUTS)) {
      test(`${what} stays as it is, and the focus is never hidden`, async () => {
        const page = await pages.open(
          engine,
          markup.replace("<script src", "<script data-late src"),
        );
        const before = await sizes(page);
        await page.evaluate(() => /** @type {any} */ (window).banner.show());
        await waitForBanner(page);
        assert.deepEqual(await sizes(page), before);
        const stops = await page.evaluate(() => {
          const root = document.querySelector("x-app")?.shadowRoot ?? document;
          return [...root.querySelectorAll("a[href], input")].filter(
            (element) => !element.closest("kelisim-banner"),
          ).length;
        });
        assert.ok(stops > 1);
        const faults = [];
        for (const key of ["Tab", "Shift+Tab"])
          for (let stop = 0; stop < stops + 5; stop += 1) {
            if (key === "Tab") await page.keyboard.press("Tab");
            else {
              await page.keyboard.down("Shift");
              await page.keyboard.press("Tab");
              await page.keyboard.up("Shift");
            }
            faults.push(await covered(page));
          }
        assert.deepEqual(faults.filter(Boolean), []);
        await page.close();
      });
    }
  });
}

for (const engine of /** @type {const} */ (["Chromium", "Firefox"]))
  test(`${engine}: the last line of a page can be scrolled above the banner, also when the page has grown`, async () => {
    const page = await pages.open(engine, html(LONG));
    await waitForBanner(page);
    const isAbove = () =>
      page.evaluate(() => {
        scrollTo(0, 1e6);
        const last = [...document.querySelectorAll("body > p")].at(-1);
        const { host } = /** @type {any} */ (window).banner;
        return Number(last?.getBoundingClientRect().bottom) <= host.getBoundingClientRect().top;
      });
    assert.ok(await isAbove());
    await page.evaluate((more) => document.body.insertAdjacentHTML("beforeend", more), LONG);
    await page.waitForFunction(
      () => document.documentElement.scrollHeight > document.body.scrollHeight + 100,
    );
    assert.ok(await isAbove());
    // The page doesn't jump when it is measured at its end.
    const [before, after] = await page.evaluate(async () => {
      const before = scrollY;
      /** @type {any} */ (window).banner.host
        .querySelector(".cm p")
        .append(" More words.".repeat(30));
      for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
      return [before, scrollY];
    });
    assert.equal(after, before);
    await page.evaluate(() => /** @type {any} */ (window).banner.hide());
    assert.equal(
      await page.evaluate(
        () => document.documentElement.scrollHeight > document.body.scrollHeight + 100,
      ),
      false,
      "it goes with the banner",
    );
    await page.close();
  });

test("a page that starts to scroll while the banner is open gets its room", async () => {
  const page = await pages.open("Chromium", html(SHORT));
  await waitForBanner(page);
  await page.evaluate((more) => document.body.insertAdjacentHTML("beforeend", more), LONG);
  await page.waitForFunction(
    () => document.documentElement.scrollHeight > document.body.scrollHeight + 100,
  );
  await page.close();
});

test("in print neither the banner nor its room is there", async () => {
  // What is printed fills one sheet.
  const page = await pages.open(
    "Chromium",
    html(
      '<div style="block-size:1100px">Page</div>',
      "<style>@page{size:1000px 1110px;margin:0}body{margin:0}</style>",
    ),
  );
  await waitForBanner(page);
  await page.waitForFunction(() => document.documentElement.scrollHeight > 1200);
  const sheets = Buffer.from(await page.pdf({ preferCSSPageSize: true }))
    .toString("latin1")
    .match(/\/Type \/Page\b/g);
  assert.equal(sheets?.length, 1);
  await page.emulateMediaType("print");
  assert.equal(
    await page.evaluate(() => /** @type {any} */ (window).banner.host.getClientRects().length),
    0,
  );
  await page.close();
});

test("when it comes, nothing of the page is styled or laid out anew", async () => {
  const elements = 1200;
  const markup = html(
    `<p>A <b>line</b> of the page.</p>`.repeat(elements / 2),
    "<style>p { margin: 0 }</style>",
  );
  const page = await pages.open("Chromium", markup.replace("<script src", "<script data-late src"));
  await page.waitForFunction(() => "banner" in window);
  await page.tracing.start({ categories: ["devtools.timeline"] });
  await page.evaluate(() => /** @type {any} */ (window).banner.show());
  await waitForBanner(page);
  await page.evaluate(
    (rules) => /** @type {any} */ (window).banner.addStyle(rules),
    await dialogStyle(),
  );
  // What its arrival has made dirty is laid out in the next frame.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  const trace = JSON.parse(new TextDecoder().decode(await page.tracing.stop()));
  /** @param {string} name @param {(args: any) => number | undefined} count */
  const most = (name, count) => {
    const events = trace.traceEvents.filter((/** @type {any} */ event) => event.name === name);
    return Math.max(...events.map((/** @type {any} */ { args }) => count(args) ?? 0));
  };
  const styled = most("UpdateLayoutTree", (args) => args.elementCount);
  const laidOut = most("Layout", (args) => args.beginData?.dirtyObjects);
  assert.ok(styled > 10 && styled < elements / 4, `${styled} elements styled`);
  assert.ok(laidOut > 10 && laidOut < elements / 4, `${laidOut} objects laid out`);
  await page.close();
});
