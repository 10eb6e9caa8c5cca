// Frames that wait for permission: what stands in their place, and that nothing moves.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allowed, boxIn, film, permit, withPages } from "../support/markup-visit.mjs";
import { until } from "../support/until.mjs";

const { pages, visiting } = withPages();
const FRAME =
  '<iframe data-consent="marketing" data-src="VENDOR/film" width="560" height="315" title="The course"></iframe>';
const buttons = (/** @type {import("playwright-core").Locator} */ box) =>
  box.getByRole("button").allTextContents();
describe("a frame that waits", () => {
  test("asks in its own document, says who gets what for what, and loads nothing", () =>
    visiting(FRAME, async ({ page }) => {
      await permit(page);
      const box = boxIn(page);
      await box.waitFor();
      const words = await box.innerText();
      for (const part of [
        "The course",
        "Video Site, Video Inc. (Ireland)",
        "Purpose: Shows films.",
        "Category: Marketing.",
      ])
        assert.ok(words.includes(part), `${part}: ${words}`);
      assert.deepEqual(await buttons(box), ["Allow once", "Allow always: Video Site"]);
      assert.equal(
        await box.getByRole("link", { name: "Cookie policy" }).getAttribute("href"),
        `${pages().origin}/en/cookies/`,
      );
      assert.deepEqual(pages().requests, []);
    }));

  test("keeps its size and place: nothing moves when it is drawn, allowed or taken back", () =>
    visiting(
      `<style>.ratio { position: relative; padding-top: 56.25%; max-width: 50% } .ratio iframe { position: absolute; inset: 0; width: 100%; height: 100% }</style>
       <div class="ratio">${FRAME}</div><p>a<template data-consent="marketing"><iframe src="VENDOR/film" style="width:60%;height:200px"></iframe></template>b</p>
       <template data-consent="marketing"><div class="ratio"><iframe src="VENDOR/film"></iframe></div></template><p id="end">End`,
      async ({ page }) => {
        const top = () => page.locator("#end").evaluate((end) => end.getBoundingClientRect().top);
        await permit(page);
        await boxIn(page, "[data-kelisim-hold] iframe").waitFor();
        const before = await top();
        await permit(page, ["marketing"]);
        await page.waitForFunction(() => document.querySelectorAll("iframe[src]").length === 3);
        assert.equal(await top(), before);
        await permit(page);
        await boxIn(page, "[data-kelisim-hold] iframe").waitFor();
        assert.equal(await top(), before);
      },
    ));

  test("is shown once, without a word to anybody, by mouse and by keyboard", () =>
    visiting(FRAME + FRAME.replace("<iframe", "<iframe id=second"), async ({ page }) => {
      await permit(page);
      const first = "iframe:not(#second)";
      await boxIn(page, first).getByRole("button", { name: "Allow once" }).click();
      await film(page, first);
      assert.deepEqual(pages().requests, ["video.localhost/film"], "the other frame still asks");
      await boxIn(page, "#second").getByRole("button", { name: "Allow once" }).press("Enter");
      await film(page, "#second");
      assert.deepEqual(await allowed(page), []);
      assert.equal(await page.evaluate(() => document.activeElement?.id), "second");
    }));

  test("asks again in its own document when it is refused while it loads, whatever arrives first", () =>
    visiting(FRAME, async ({ page }) => {
      // The browser may show what was on its way for a moment: not at every try.
      for (let turn = 1; turn <= 20; turn += 1) {
        await permit(page);
        await boxIn(page).waitFor();
        await permit(page, ["marketing"]);
        await until(() => pages().requests.length === turn, "the frame was not requested");
      }
      await permit(page);
      await boxIn(page).waitFor();
      assert.equal(await page.locator("[data-kelisim-hold]").count(), 0);
    }));

  test("is allowed always for its service alone, and appears when that is recorded", () =>
    visiting(FRAME, async ({ page }) => {
      await permit(page);
      await boxIn(page).getByRole("button", { name: "Allow always" }).click();
      assert.deepEqual(await allowed(page), ["video"]);
      await boxIn(page).waitFor();
      await permit(page, [], { services: { video: true } });
      await film(page);
    }));

  test("is emptied by a refusal and asks again, without an entry in the tab's history", () =>
    visiting(FRAME, async ({ page }) => {
      await permit(page, ["marketing"]);
      await film(page);
      const length = await page.evaluate(() => history.length);
      await permit(page, [], { refused: ["video", "*marketing"] });
      await boxIn(page).waitFor();
      assert.equal(await page.locator("iframe").getAttribute("src"), null);
      assert.equal(await page.evaluate(() => history.length), length);
      await permit(page, ["marketing"]);
      await film(page);
    }));

  test("that was allowed once is taken back by a later no, not by one that was there before", () =>
    visiting(FRAME, async ({ page }) => {
      await permit(page, [], { refused: ["video"] });
      await boxIn(page).getByRole("button", { name: "Allow once" }).click();
      await film(page);
      await permit(page, ["analytics"], { refused: ["video"] });
      await film(page);
      await permit(page, ["marketing"]);
      await permit(page, [], { refused: ["video"] });
      await boxIn(page).waitFor();
    }));

  test("offers only what can work, and says why not", () =>
    visiting(
      `${FRAME}<iframe id=none data-consent="marketing" data-src="http://nobody.localhost/x"></iframe>
       <iframe id=two data-consent="analytics marketing" data-service="video" data-src="VENDOR/film"></iframe>`,
      async ({ page }) => {
        const offered = async (/** @type {string} */ selector) => {
          await boxIn(page, selector).waitFor();
          return boxIn(page, selector).getByRole("button").allTextContents();
        };
        const first = "iframe[title='The course']";
        await permit(page);
        assert.deepEqual(await offered("#none"), ["Allow once"], "no service is known");
        assert.deepEqual(await offered("#two"), ["Allow once"], "one more category is missing");
        await permit(page, ["analytics"]);
        assert.deepEqual(await offered("#two"), ["Allow once", "Allow always"]);
        await permit(page, [], { gpc: true, refused: ["video", "*marketing"] });
        assert.deepEqual(await offered(first), ["Allow once"]);
        assert.match(await boxIn(page, first).innerText(), /Global Privacy Control/);
        await permit(page, [], { withheld: ["video"] });
        assert.deepEqual(await offered(first), []);
        assert.match(await boxIn(page, first).innerText(), /Not used in your country/);
      },
    ));

  test("works under the strictest policy of content and with Trusted Types", () =>
    visiting(
      FRAME,
      async ({ page }) => {
        await permit(page);
        const box = boxIn(page);
        await box.waitFor();
        assert.equal(
          await box
            .getByRole("button")
            .first()
            .evaluate((it) => getComputedStyle(it).cursor),
          "pointer",
          "its style applies",
        );
        await box.getByRole("button", { name: "Allow once" }).click();
        await film(page);
      },
      {
        csp: "default-src 'none'; script-src 'self'; connect-src 'self'; frame-src VENDOR; require-trusted-types-for 'script'; trusted-types 'none'",
      },
    ));

  test("in a sandbox asks in a frame beside it, of the same size", () =>
    visiting(
      `${FRAME.replace("<iframe", '<iframe sandbox="allow-scripts" id=closed')}
       ${FRAME.replace("<iframe", '<iframe sandbox="allow-same-origin" id=open')}<p id="end">End`,
      async ({ page }) => {
        await permit(page);
        const box = boxIn(page, "[data-kelisim-hold]");
        await box.waitFor();
        const size = (/** @type {string} */ selector) =>
          page.locator(selector).evaluate((frame) => {
            const { width, height } = frame.getBoundingClientRect();
            return [width, height];
          });
        assert.deepEqual(await size("[data-kelisim-hold]"), await size("#open"));
        await box.getByRole("button", { name: "Allow once" }).click();
        await film(page, "#closed");
        assert.equal(await page.locator("[data-kelisim-hold]").count(), 0);
        assert.equal(await page.locator("#closed").getAttribute("sandbox"), "allow-scripts");
        await boxIn(page, "#open").getByRole("button", { name: "Allow once" }).click();
        await film(page, "#open");
      },
    ));

  test("shows a picture of the page's own behind its words, and none of another site", () =>
    visiting(
      `<iframe data-consent="marketing" data-src="VENDOR/film" data-preview="/preview.gif"></iframe>
       <iframe id=foreign data-consent="marketing" data-src="VENDOR/film" data-preview="VENDOR/preview.gif"></iframe>`,
      async ({ page, told }) => {
        await permit(page);
        await boxIn(page, "iframe:not(#foreign)").locator("img").waitFor();
        await boxIn(page, "#foreign").waitFor();
        assert.equal(await boxIn(page, "#foreign").locator("img").count(), 0);
        assert.deepEqual(pages().requests, ["/preview.gif"]);
        assert.equal(told.filter((text) => /error: .*preview/.test(text)).length, 1);
      },
      { isFaulty: true },
    ));

  test("is usable when it is small, and nothing to press is where nobody sees it", () =>
    visiting(
      `<iframe id=small data-consent="marketing" data-src="VENDOR/film" width="300" height="150" scrolling="no"></iframe>
       <iframe id=pixel data-consent="marketing" data-src="VENDOR/film" width="1" height="1"></iframe>`,
      async ({ page }) => {
        await permit(page);
        const box = boxIn(page, "#small");
        await box.waitFor();
        const frame = await page.locator("#small").boundingBox();
        for (const button of await box.getByRole("button").all()) {
          const place = await button.boundingBox();
          assert.ok(
            frame &&
              place &&
              place.y >= frame.y &&
              place.y + place.height <= frame.y + frame.height,
          );
          assert.ok(place.height >= 24);
        }
        await boxIn(page, "#pixel").waitFor({ state: "attached" });
        assert.equal(await boxIn(page, "#pixel").getByRole("button").count(), 0);
      },
    ));

  test("has a name, a language and a direction, and follows when they change", () =>
    visiting(
      '<iframe data-consent="marketing" data-src="VENDOR/film"></iframe>',
      async ({ page }) => {
        await permit(page);
        await boxIn(page).waitFor();
        assert.equal(await page.locator("iframe").getAttribute("aria-label"), "Video Site");
        const language = () =>
          boxIn(page)
            .locator(".hold")
            .evaluate((box) => [box.getAttribute("lang"), getComputedStyle(box).direction]);
        assert.deepEqual(await language(), ["en", "ltr"]);
        await page.evaluate(() => {
          document.documentElement.lang = "ar";
        });
        await boxIn(page).getByText("مرة واحدة").waitFor();
        assert.deepEqual(await language(), ["ar", "rtl"]);
      },
    ));

  test("shown by a double click gets no click, and neither does what moves up", () =>
    visiting(
      `<template data-consent="marketing" data-label="first"><i>1</i></template>
       <template data-consent="marketing" data-label="second"><i>2</i></template>${FRAME}`,
      async ({ page }) => {
        await permit(page);
        const box = (/** @type {string} */ text) => page.locator("kelisim-hold", { hasText: text });
        await box("first").getByRole("button", { name: "Allow once" }).dblclick();
        assert.equal(await box("first").count(), 0);
        assert.equal(await box("second").count(), 1);
        await page.clock.install();
        await boxIn(page).getByRole("button", { name: "Allow once" }).press("Enter");
        const pointer = () => page.locator("iframe").evaluate((frame) => frame.style.pointerEvents);
        assert.equal(await pointer(), "none", "a click on a frame can't be seen by the page");
        await page.clock.runFor(500);
        assert.equal(await pointer(), "");
      },
    ));

  test("of an unknown category is held, and the console says which there are", () =>
    visiting(
      `<iframe id=typo data-consent="statistics" data-src="VENDOR/film"></iframe>
       <iframe id=empty data-consent data-src="http://nobody.localhost/x"></iframe>
       <iframe id=served data-consent data-src="VENDOR/film"></iframe>`,
      async ({ page, told }) => {
        await permit(page, ["functional", "analytics", "marketing"]);
        await film(page, "#served");
        await boxIn(page, "#typo").waitFor();
        assert.deepEqual(await buttons(boxIn(page, "#typo")), ["Allow once"]);
        const errors = told.filter((text) => text.startsWith("error: kelisim"));
        assert.equal(errors.length, 2);
        assert.match(errors[0], /“statistics”.*functional, analytics, marketing/);
        assert.deepEqual(pages().requests, ["video.localhost/film"]);
      },
      { isFaulty: true },
    ));

  test("that loads at once is told on the console with the cure", () =>
    visiting(
      `<iframe data-consent="marketing" src="VENDOR/film"></iframe><script data-consent="analytics" src="VENDOR/a.js"></script>`,
      async ({ page, told }) => {
        await permit(page);
        assert.equal(told.filter((text) => /write data-src instead of src/.test(text)).length, 1);
        assert.equal(told.filter((text) => /write type="text\/plain"/.test(text)).length, 1);
      },
      { isFaulty: true },
    ));
});
