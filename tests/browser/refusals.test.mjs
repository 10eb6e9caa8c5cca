// A no holds: when its time is over, when the site asks about something else, and after an erasure.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  ALL,
  banner,
  choice,
  cookie,
  NONE,
  waitForDecision,
  waitForIdle,
} from "../support/browser.mjs";
import { signed, signedBefore, watchRuns, withVisits } from "../support/visits.mjs";

const { manifest, visiting } = withVisits();

/** @typedef {import("playwright-core").BrowserContext} Context */
/** The subject of another browser. */
const SOMEBODY = `${"B".repeat(21)}A`;
/** @param {Context} context @param {string} url @param {string} value */
const plant = (context, url, value) =>
  context.addCookies([{ name: "kelisim_cc_cookie", value, url }]);

describe("a refusal holds where services run until somebody objects", () => {
  for (const [what, age, isOld, isAsked] of /** @type {[string, number, boolean, boolean][]} */ ([
    ["of yesterday", 1, false, false],
    ["of 184 days ago", 184, false, false],
    ["of 365 days ago", 365, false, false],
    ["of 366 days ago", 366, false, true],
    ["of 399 days ago", 399, false, true],
    ["of version 1 and another revision", 1, true, false],
    ["of version 1, of 300 days ago", 300, true, false],
  ])) {
    test(`a refusal ${what}`, () =>
      visiting(async ({ page, context, at, go }) => {
        const runs = await watchRuns(context);
        const value = isOld
          ? signedBefore("00000000", "0", age)
          : signed(await manifest(), "0", { days: age });
        await plant(context, at("/"), value);
        await go("/en/cookies/");
        await waitForIdle(page);
        assert.equal(await banner(page).dialog.isVisible(), isAsked);
        if (isAsked) await banner(page).close.click();
        await go("/en/privacy/");
        await waitForIdle(page);
        assert.ok(await banner(page).dialog.isHidden());
        assert.deepEqual(
          runs.filter((run) => JSON.stringify(run) !== JSON.stringify(NONE)),
          [],
          "nothing has run",
        );
        const kept = await cookie(context);
        assert.deepEqual([kept?.version, kept?.granted, kept?.refused], ["2", "0", "7"]);
        if (isOld || age > 30)
          assert.ok(
            Number(kept?.expires) > Date.now() / 1000 + 399 * 86_400,
            "and the browser keeps it for as long again",
          );
      }));
  }

  for (const [age, isAsked] of /** @type {const} */ ([
    [183, false],
    [184, true],
  ])) {
    test(`elsewhere a refusal of ${age} days is ${isAsked ? "" : "not "}asked about again`, () =>
      visiting(
        async ({ page, context, at, go }) => {
          await plant(context, at("/"), signed(await manifest(), "0", { days: age }));
          await go("/en/cookies/");
          await waitForIdle(page);
          assert.equal(await banner(page).dialog.isVisible(), isAsked);
          assert.deepEqual(await choice(page), NONE);
        },
        { from: "DE" },
      ));
  }

  test("a cookie of a month ago begins its life anew, by one question a visit", () =>
    visiting(async ({ page, context, at }) => {
      const value = signed(await manifest(), "0", { days: 31 });
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
      const kept = await cookie(context);
      assert.equal(kept?.value, value);
      assert.ok(Number(kept?.expires) > Date.now() / 1000 + 399 * 86_400);
      assert.deepEqual(asked, [at("/api/consent?renew=1")]);
      await page.locator(".menu__link").first().click();
      await page.waitForURL((address) => !address.pathname.startsWith("/en/cookies"));
      await waitForIdle(page);
      assert.equal(asked.length, 1, "not on each page");
      assert.ok(await banner(page).dialog.isHidden());
    }));

  test("what was allowed in part stays allowed in part", () =>
    visiting(async ({ page, context, at, go }) => {
      await plant(context, at("/"), signedBefore("00000000", "2", 300));
      await go("/en/cookies/");
      await banner(page).dialog.waitFor();
      assert.deepEqual(await choice(page), { ...NONE, analytics: true });
    }));

  test("a yes whose time is over is asked for again, and ends where nothing runs unasked", () =>
    visiting(
      async ({ page, context, at, go }) => {
        await plant(context, at("/"), signed(await manifest(), "7", { days: 181 }));
        await go("/en/cookies/");
        await banner(page).dialog.waitFor();
        assert.deepEqual(await choice(page), NONE);
      },
      { from: "DE" },
    ));

  test("a yes of version 1 counts only when the server has answered", () =>
    visiting(
      async ({ page, context, at, go }) => {
        const { revision, scopes } = await manifest();
        await plant(context, at("/"), signedBefore(revision, "2", 1));
        await context.route("**/api/consent*", (route) => route.abort());
        await go("/en/cookies/");
        assert.deepEqual(await choice(page), NONE);
        await context.unroute("**/api/consent*");
        await go("/en/privacy/");
        await waitForIdle(page);
        assert.equal((await cookie(context))?.version, "2");
        assert.deepEqual(await choice(page), { ...NONE, analytics: true });
        assert.equal((await cookie(context))?.scopes, scopes.analytics[0]);
        assert.ok(await banner(page).dialog.isHidden());
      },
      { from: "DE" },
    ));
});

describe("a cookie that another host has planted", () => {
  /** A later yes of somebody else, in front of the visitor's cookie. */
  const plantYes = async (/** @type {Context} */ context, /** @type {string} */ url) => {
    const value = signed(await manifest(), "7", { subject: SOMEBODY, days: -1 });
    await plant(context, `${url}en/`, value);
  };

  for (const from of ["DE", "US-CA"])
    test(`does not replace a no (${from})`, () =>
      visiting(
        async ({ page, context, at, go }) => {
          await go("/en/cookies/");
          await banner(page).reject.click();
          await banner(page).status("saved").waitFor();
          const runs = await watchRuns(context);
          await plantYes(context, at("/"));
          await go("/en/privacy/");
          await waitForIdle(page);
          assert.ok(
            runs.length > 0 && runs.every((run) => JSON.stringify(run) === JSON.stringify(NONE)),
          );
          assert.ok(await banner(page).dialog.isHidden(), "the server knows whose cookie is whose");
        },
        { from },
      ));

  test("and one of which nobody knows whose it is: nothing runs, and the visitor is asked", () =>
    visiting(async ({ page, context, at, go }) => {
      await plant(context, at("/"), signed(await manifest(), "7"));
      const value = signed(await manifest(), "7", { subject: SOMEBODY, days: -1 });
      const domain = `.${new URL(at("/")).hostname}`;
      await context.addCookies([{ name: "kelisim_cc_cookie", value, domain, path: "/" }]);
      await go("/en/privacy/");
      await banner(page).dialog.waitFor();
      assert.deepEqual(await choice(page), NONE);
      await banner(page).reject.click();
      await banner(page).status("saved").waitFor();
      await go("/en/cookies/");
      await waitForIdle(page);
      assert.deepEqual(await choice(page), NONE);
      assert.ok(await banner(page).dialog.isHidden());
    }));
});

describe("the banner closed without an answer", () => {
  for (const [from, key] of /** @type {[string, boolean][]} */ ([
    ["DE", false],
    ["US-CA", false],
    ["KZ", true],
  ])) {
    test(`by ${key ? "Escape" : "its cross"} stays closed (${from})`, () =>
      visiting(
        async ({ page, context, go }) => {
          const runs = await watchRuns(context);
          await go("/en/cookies/");
          await banner(page).dialog.waitFor();
          const before = await choice(page);
          const answer = page.waitForResponse((response) => response.request().method() === "POST");
          // Elsewhere the key belongs to the page.
          if (key) await banner(page).accept.press("Escape");
          else await banner(page).close.click();
          assert.ok(await banner(page).dialog.isHidden(), "at once");
          assert.equal((await answer).request().postDataJSON().action, "dismiss");
          await waitForIdle(page);
          assert.deepEqual(await choice(page), before, "what ran goes on");
          const { granted, refused, dismissed } = /** @type {any} */ (await cookie(context));
          const asked = { DE: ["0", "7", "0"], KZ: ["0", "0", "1"] }[from] ?? ["0", "0", "2"];
          assert.deepEqual([granted, refused, dismissed], asked);
          await go("/ru/privacy/");
          await waitForIdle(page);
          assert.ok(await banner(page).dialog.isHidden(), "nobody asks again");
          assert.equal(await page.locator("[data-status]:visible").count(), 0, "nor says anything");
          assert.deepEqual(await choice(page), before);
          assert.ok(runs.every((run) => JSON.stringify(run) === JSON.stringify(before)));
        },
        { from },
      ));
  }

  test("is not closed for good when the visitor had opened it", () =>
    visiting(
      async ({ page, context, go }) => {
        await go("/en/cookies/");
        await banner(page).reopen.click();
        await banner(page).close.click();
        await page.keyboard.press("Escape");
        await go("/en/privacy/");
        await banner(page).dialog.waitFor();
        assert.equal(await cookie(context), undefined);
      },
      { from: "DE" },
    ));

  test("does not replace a no that is still on its way", () =>
    visiting(async ({ page, context, go }) => {
      await context.route("**/api/consent", (route) =>
        route.request().method() === "POST" ? route.fulfill({ status: 503 }) : route.continue(),
      );
      await go("/en/cookies/");
      await banner(page).reject.click();
      await banner(page).status("unsaved").waitFor();
      await banner(page).close.click();
      await context.unroute("**/api/consent");
      await go("/en/privacy/");
      await waitForIdle(page);
      assert.equal((await cookie(context))?.refused, "7");
      assert.deepEqual(await choice(page), NONE);
    }));
});

describe("erasing one's records", () => {
  for (const isScripted of [true, false]) {
    test(`${isScripted ? "with" : "without"} JavaScript refuses everything, and leaves nothing that tells one browser from another`, () =>
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

  test("where the visitor is asked first leaves nothing", () =>
    visiting(
      async ({ page, context, go }) => {
        await go("/en/choices/");
        await page.locator(".choices__button[value=accept_all]").click();
        await banner(page).status("saved").waitFor();
        await page.locator("form[action$=erase] button").click();
        await page.waitForURL("**/#s-erased");
        assert.deepEqual(await context.cookies(), []);
        await waitForIdle(page);
        assert.equal(await page.evaluate(() => localStorage.length), 0);
      },
      { from: "DE" },
    ));
});

test("a yes of before the browser's signal, which only a header tells, loads no page for ever", () =>
  visiting(
    async ({ page, context, at, go }) => {
      const { scopes } = await manifest();
      const grown = { scopes: { ...scopes, analytics: ["zzzz"] } };
      await plant(context, at("/"), signed(grown, "7"));
      let loads = 0;
      page.on("load", () => (loads += 1));
      await go("/en/cookies/");
      await waitForIdle(page);
      assert.equal((await choice(page)).marketing, false);
      assert.equal(loads, 1);
    },
    { gpc: true },
  ));

test("an erasure is not reported as a choice", () =>
  visiting(async ({ page, go }) => {
    await go("/en/choices/");
    await page.locator("main [value=accept_all]").click();
    await banner(page).status("saved").waitFor();
    await page.locator("form[action$=erase] button").click();
    await page.waitForURL(/s-erased/);
    await waitForIdle(page);
    assert.ok(await page.locator("#s-erased").isVisible());
    assert.ok(await banner(page).status("saved").isHidden());
  }));
