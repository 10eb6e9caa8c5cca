// A gesture that was begun before the banner appeared presses none of its buttons: double clicks,
// double taps, a key that is held.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { banner, cookie, waitForIdle } from "../support/browser.mjs";
import { withVisits } from "../support/visits.mjs";

/** @typedef {import("playwright-core").Page} Page */

const { visiting } = withVisits();

describe("what appears under the pointer ignores the gesture that made it appear", () => {
  /** The actions that are recorded of the visitor. @param {Page} page @returns {Promise<string[]>} */
  const recorded = async (page) => {
    await waitForIdle(page);
    return page.evaluate(async () => {
      const { entries = [] } = await (await fetch("/api/consent/records")).json();
      return entries.map((/** @type {any} */ entry) => entry.record.action);
    });
  };

  for (const from of ["DE", "US-CA"]) {
    for (const presses of [2, 3]) {
      test(`pressing "choose" ${presses} times in one gesture opens the categories and saves nothing (${from})`, () =>
        visiting(
          async ({ page, context, go }) => {
            await go("/en/cookies/");
            await banner(page).choose.click({ clickCount: presses });
            await banner(page).save.waitFor();
            assert.deepEqual(await recorded(page), []);
            assert.equal(await cookie(context), undefined);
            await banner(page).box("analytics").check();
            await banner(page).save.click();
            await banner(page).status("saved").waitFor();
          },
          { from },
        ));
    }
  }

  test("tapping twice", () =>
    visiting(
      async ({ page, context, go }) => {
        await go("/en/cookies/");
        const { x, y, width, height } =
          /** @type {NonNullable<Awaited<ReturnType<import("playwright-core").Locator["boundingBox"]>>>} */ (
            await banner(page).choose.boundingBox()
          );
        const at = /** @type {const} */ ([x + width / 2, y + height / 2]);
        // What has just appeared takes no pointer.
        await page.waitForFunction(
          ([x, y]) => document.elementFromPoint(x, y)?.closest("[data-role=show]"),
          at,
        );
        for (let tap = 0; tap < 2; tap += 1) await page.touchscreen.tap(...at);
        await banner(page).save.waitFor();
        assert.deepEqual(await recorded(page), []);
        assert.equal(await cookie(context), undefined);
      },
      {
        from: "DE",
        settings: { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true },
      },
    ));

  test("a double click on the link that opens the banner presses none of its buttons", () =>
    visiting(
      async ({ page, go }) => {
        await go("/en/cookies/");
        const box = /** @type {{x: number, y: number, width: number, height: number}} */ (
          (await banner(page).save.boundingBox()) ?? (await banner(page).choose.boundingBox())
        );
        await banner(page).close.click();
        await page.evaluate((box) => {
          const link = /** @type {HTMLElement} */ (document.querySelector("[data-choices=open]"));
          // Where the banner's button was, and will be.
          link.style.cssText = `position: fixed; left: ${box.x}px; top: ${box.y}px; inline-size: ${box.width}px; block-size: ${box.height}px; background: white`;
        }, box);
        await banner(page).reopen.dblclick();
        await banner(page).dialog.waitFor();
        assert.deepEqual(await recorded(page), ["dismiss"]);
      },
      { from: "DE" },
    ));

  test("a key that is held, and Enter on a box, save nothing", () =>
    visiting(
      async ({ page, go }) => {
        await go("/en/cookies/");
        await banner(page).choose.focus();
        for (let press = 0; press < 5; press += 1) await page.keyboard.down("Enter");
        await page.keyboard.up("Enter");
        await banner(page).save.waitFor();
        await banner(page).box("analytics").focus();
        await page.keyboard.press("Enter");
        assert.deepEqual(await recorded(page), []);
      },
      { from: "DE" },
    ));

  test("without JavaScript, Enter on a box saves what is ticked and no more", () =>
    visiting(
      async ({ page, context, at }) => {
        await page.goto(at("/en/choices/"));
        await page.locator(".choices input[name=analytics]").check();
        await page.keyboard.press("Enter");
        await page.waitForURL("**/#s-saved");
        assert.equal((await cookie(context))?.granted, "2");
      },
      { from: "DE", settings: { javaScriptEnabled: false } },
    ));
});
