// A no holds: when its time is over, when the site asks about something else, and after an erasure.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ALL, banner, choice, NONE, waitForDecision, waitForIdle } from "../support/browser.mjs";
import { signed, watchRuns, withVisits } from "../support/visits.mjs";

const { revision, visiting } = withVisits();

describe("a refusal holds where services run until somebody objects", () => {
  for (const [what, age, isOld] of /** @type {[string, number, boolean][]} */ ([
    ["of yesterday", 1, false],
    ["of 179 days ago", 179, false],
    ["whose time is over", 181, false],
    ["of 399 days ago", 399, false],
    ["of another revision", 1, true],
    ["of another revision whose time is over", 300, true],
  ])) {
    test(`a refusal ${what}`, () =>
      visiting(async ({ page, context, at, go }) => {
        const runs = await watchRuns(context);
        const value = signed(isOld ? "00000000" : await revision(), "0", age);
        await context.addCookies([{ name: "kelisim_cc_cookie", value, url: at("/") }]);
        await go("/en/cookies/");
        await waitForIdle(page);
        const isAsked = isOld || age > 180;
        assert.equal(await banner(page).dialog.isVisible(), isAsked);
        if (isAsked) await banner(page).close.click();
        await go("/en/privacy/");
        await waitForIdle(page);
        assert.deepEqual(
          runs.filter((run) => JSON.stringify(run) !== JSON.stringify(NONE)),
          [],
          "nothing has run",
        );
        const kept = (await context.cookies()).find(({ name }) => name === "kelisim_cc_cookie");
        assert.equal(kept?.value, value, "nobody has said yes");
        if (age > 30)
          assert.ok(
            Number(kept?.expires) > Date.now() / 1000 + 399 * 86_400,
            "and the browser keeps it for as long again",
          );
      }));
  }

  test("a cookie of a month ago begins its life anew, by one question a visit", () =>
    visiting(async ({ page, context, at }) => {
      const value = signed(await revision(), "0", 31);
      await context.addCookies([
        { name: "kelisim_cc_cookie", value, url: at("/"), expires: Date.now() / 1000 + 86_400 },
      ]);
      /** @type {string[]} */
      const asked = [];
      context.on(
        "request",
        (request) => request.url().includes("/api/") && asked.push(request.url()),
      );
      await page.goto(at("/en/cookies/"));
      await waitForIdle(page);
      const kept = (await context.cookies()).find(({ name }) => name === "kelisim_cc_cookie");
      assert.equal(kept?.value, value);
      assert.ok(Number(kept?.expires) > Date.now() / 1000 + 399 * 86_400);
      assert.equal(asked.length, 1);
      await page.locator(".menu__link").first().click();
      await page.waitForURL((address) => !address.pathname.startsWith("/en/cookies"));
      await waitForIdle(page);
      assert.equal(asked.length, 1, "not on each page");
      assert.ok(await banner(page).dialog.isHidden());
    }));

  test("what was allowed in part stays allowed in part", () =>
    visiting(async ({ page, context, at, go }) => {
      await context.addCookies([
        { name: "kelisim_cc_cookie", value: signed("00000000", "2", 300), url: at("/") },
      ]);
      await go("/en/cookies/");
      assert.ok(await banner(page).dialog.isVisible());
      assert.deepEqual(await choice(page), { ...NONE, analytics: true });
    }));

  test("a yes whose time is over is asked for again, and ends where nothing runs unasked", () =>
    visiting(
      async ({ page, context, at, go }) => {
        await context.addCookies([
          { name: "kelisim_cc_cookie", value: signed(await revision(), "7", 181), url: at("/") },
        ]);
        await go("/en/cookies/");
        assert.ok(await banner(page).dialog.isVisible());
        assert.deepEqual(await choice(page), NONE);
      },
      { from: "DE" },
    ));

  for (const isScripted of [true, false]) {
    test(`erasing one's records ${isScripted ? "with" : "without"} JavaScript refuses everything, and leaves nothing that tells one browser from another`, () =>
      visiting(
        async ({ page, context, at }) => {
          await page.goto(at("/en/choices/"));
          await page.locator(".choices__button[value=accept_all]").click();
          if (isScripted) await banner(page).status("saved").waitFor();
          await page.waitForLoadState("load");
          const runs = isScripted ? await watchRuns(context) : [];
          await page.locator("form[action$=erase] button").click();
          await page.waitForURL("**/#s-erased");
          const left = (await context.cookies()).filter(({ name }) => name === "kelisim_cc_cookie");
          assert.equal(left.length, 1);
          assert.match(left[0].value, /^2\.-\.7\.[0-9a-z]+\.\d+\.[\w-]{22}$/);
          if (!isScripted) return;
          await waitForDecision(page);
          for (const path of ["/en/", "/ru/privacy/"]) {
            await page.goto(at(path));
            await waitForIdle(page);
            assert.ok(await banner(page).dialog.isHidden(), "a refusal is an answer");
          }
          assert.deepEqual(
            runs.filter((run) => JSON.stringify(run) !== JSON.stringify(NONE)),
            [],
          );
          await banner(page).reopen.click();
          await banner(page).accept.click();
          await banner(page).status("saved").waitFor();
          assert.deepEqual(await choice(page), ALL, "until the visitor says yes");
        },
        { settings: { javaScriptEnabled: isScripted } },
      ));
  }

  test("erasing where the visitor is asked first leaves nothing", () =>
    visiting(
      async ({ page, context, go }) => {
        await go("/en/choices/");
        await page.locator(".choices__button[value=accept_all]").click();
        await banner(page).status("saved").waitFor();
        await page.locator("form[action$=erase] button").click();
        await page.waitForURL("**/#s-erased");
        assert.deepEqual(await context.cookies(), []);
      },
      { from: "DE" },
    ));
});
