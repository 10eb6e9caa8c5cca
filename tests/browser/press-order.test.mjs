// Of several presses the last one counts, however late the answers to the ones before it come: in
// one tab, in two, and after a page was left.

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
import { startHoldingProxy } from "../support/holding-proxy.mjs";
import { until } from "../support/until.mjs";
import { signed, watchRuns, withVisits } from "../support/visits.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContext} Context */

const { manifest, site, visiting } = withVisits();

describe("the last press wins", () => {
  /**
   * A visit whose first answer is held until the test releases it.
   * @param {(visit: {page: Page, context: Context, go: (path: string) => Promise<void>, at: (path:
   *   string) => string, proxy: Awaited<ReturnType<typeof startHoldingProxy>>}) => Promise<void>}
   *   check
   * @param {string} [from]
   * @param {"press" | "renewal"} [held]
   */
  const holding = async (check, from = "DE", held = "press") => {
    const proxy = await startHoldingProxy(site.server.port, held);
    try {
      await visiting((visit) => check({ ...visit, proxy }), { from, port: proxy.port });
    } finally {
      await proxy.stop();
    }
  };

  /** The actions that are recorded of the visitor, in their order. @param {Page} page */
  const recorded = (page) =>
    page.evaluate(async () =>
      (await (await fetch("/api/consent/records")).json()).entries.map(
        (/** @type {any} */ entry) => entry.record.action,
      ),
    );

  for (const from of ["DE", "US-CA"]) {
    test(`a no after a yes whose answer comes late (${from})`, () =>
      holding(async ({ page, context, go, proxy }) => {
        const runs = await watchRuns(context);
        await go("/en/cookies/");
        await banner(page).accept.click();
        await proxy.held();
        runs.length = 0;
        await banner(page).reject.click();
        await page.waitForFunction(
          () => !Object.values(/** @type {any} */ (window).kelisim.choice()).includes(true),
        );
        assert.ok(
          proxy.presses.every(({ isAnswered }) => !isAnswered),
          "the no acts before any answer",
        );
        proxy.release();
        await banner(page).status("saved").waitFor();
        await proxy.answered(2);
        await waitForIdle(page);
        assert.equal((await cookie(context))?.granted, "0");
        await go("/ru/privacy/");
        await waitForIdle(page);
        assert.deepEqual(await choice(page), NONE);
        assert.deepEqual(
          runs.filter((run) => JSON.stringify(run) !== JSON.stringify(NONE)),
          [],
          "nothing has run since the no",
        );
        assert.deepEqual(await recorded(page), ["accept_all", "reject_all"], "of one person");
      }, from));
  }

  test("a yes after a no whose answer comes late", () =>
    holding(async ({ page, context, go, proxy }) => {
      await go("/en/cookies/");
      await banner(page).reject.click();
      await proxy.held();
      await banner(page).accept.click();
      proxy.release();
      await proxy.answered(2);
      await waitForIdle(page);
      assert.equal((await cookie(context))?.granted, "7");
      assert.deepEqual(await choice(page), ALL);
    }));

  test("a yes that nobody has answered lets nothing run", () =>
    holding(async ({ page, go, proxy }) => {
      await go("/en/cookies/");
      await banner(page).accept.click();
      await proxy.held();
      assert.deepEqual(await choice(page), NONE);
      proxy.release();
      await banner(page).status("saved").waitFor();
      assert.deepEqual(await choice(page), ALL);
    }));

  test("in two tabs: the later no counts in both", () =>
    holding(async ({ page, context, go, at, proxy }) => {
      await go("/en/cookies/");
      const other = await context.newPage();
      await other.goto(at("/ru/privacy/"));
      await waitForDecision(other);
      await banner(page).accept.click();
      await proxy.held();
      await banner(other).reject.click();
      proxy.release();
      await banner(other).status("saved").waitFor();
      await proxy.answered(2);
      await waitForIdle(page);
      assert.equal((await cookie(context))?.granted, "0");
      for (const tab of [page, other]) assert.deepEqual(await choice(tab), NONE);
      assert.deepEqual(await recorded(page), ["accept_all", "reject_all"], "of one person");
      await go("/en/");
      assert.deepEqual(await choice(page), NONE);
    }));

  test("when the page is left before its answer comes", () =>
    holding(async ({ page, context, go, proxy }) => {
      await go("/en/cookies/");
      await banner(page).accept.click();
      await proxy.held();
      await banner(page).reject.click();
      await go("/ru/privacy/");
      assert.deepEqual(await choice(page), NONE);
      await until(() => proxy.presses[1]?.isAnswered, "the later press was not sent");
      proxy.release();
      await proxy.answered(2);
      await waitForIdle(page);
      assert.equal((await cookie(context))?.granted, "0");
      await go("/en/");
      assert.deepEqual(await choice(page), NONE);
      assert.ok(await banner(page).dialog.isHidden());
      assert.deepEqual(
        await page.evaluate(() => Object.keys(JSON.parse(String(localStorage.kelisim_press)))),
        ["id", "words", "time"],
        "what is noted of a no tells nobody who the visitor is",
      );
    }));

  for (const age of [0, 1]) {
    test(`an older yes that ${age ? "was made before" : "is of the same second and"} comes after the no, from a page that shares the cookie and no lock`, () =>
      visiting(
        async ({ page, context, at, go }) => {
          const asked = await manifest();
          await go("/en/cookies/");
          await banner(page).reject.click();
          await banner(page).status("saved").waitFor();
          const { value: no, issued, subject } = /** @type {any} */ (await cookie(context));
          const late = signed(asked, "7", { days: age, now: parseInt(issued, 36), subject });
          await context.addCookies([{ name: "kelisim_cc_cookie", value: late, url: at("/") }]);
          await page.waitForFunction((value) => document.cookie.includes(value), no);
          assert.deepEqual(await choice(page), NONE);
          await go("/en/");
          assert.deepEqual(await choice(page), NONE);
        },
        { from: "DE" },
      ));
  }

  test("an older yes that comes after the no, while no page is open that could notice", () =>
    visiting(
      async ({ page, context, at, go }) => {
        const runs = await watchRuns(context);
        await go("/en/cookies/");
        await banner(page).reject.click();
        await banner(page).status("saved").waitFor();
        const { value: no, issued, subject } = /** @type {any} */ (await cookie(context));
        await page.goto("about:blank");
        const late = signed(await manifest(), "7", { days: 1, now: parseInt(issued, 36), subject });
        await context.addCookies([{ name: "kelisim_cc_cookie", value: late, url: at("/") }]);
        await go("/en/");
        await waitForIdle(page);
        assert.equal((await cookie(context))?.value, no);
        assert.ok(runs.every((run) => JSON.stringify(run) === JSON.stringify(NONE)));
      },
      { from: "DE" },
    ));

  test("two answers of a newcomer are those of one person, also when the first one was lost", () =>
    holding(async ({ page, context, go, proxy }) => {
      await go("/en/cookies/");
      await banner(page).accept.click();
      await proxy.held();
      proxy.drop();
      await banner(page).status("unsaved").waitFor();
      assert.equal(await cookie(context), undefined);
      await go("/ru/privacy/");
      await banner(page).reject.click();
      await banner(page).status("saved").waitFor();
      assert.deepEqual(await recorded(page), ["accept_all", "reject_all"]);
      assert.ok(!(await page.evaluate(() => localStorage.kelisim_press)).includes("secret"));
    }));

  for (const isOther of [false, true])
    test(`a no does not wait for a renewal${isOther ? " of another tab" : ""}, and is not undone by its answer`, () =>
      holding(
        async ({ page, context, at, proxy }) => {
          const value = signed(await manifest(), "7", { days: 31 });
          await context.addCookies([{ name: "kelisim_cc_cookie", value, url: at("/") }]);
          await page.goto(at("/en/cookies/"));
          await waitForDecision(page);
          await proxy.held();
          const tab = isOther ? await context.newPage() : page;
          if (isOther) await tab.goto(at("/en/privacy/"));
          await waitForDecision(tab);
          await banner(tab).reopen.click();
          await Promise.all([tab.waitForEvent("load"), banner(tab).reject.click()]);
          proxy.release();
          await waitForIdle(tab);
          assert.equal((await cookie(context))?.granted, "0");
          await tab.goto(at("/en/"));
          await waitForIdle(tab);
          assert.deepEqual(await choice(tab), NONE);
        },
        "US-CA",
        "renewal",
      ));

  test("a withdrawal on the page of choices, after a yes that is not answered yet", () =>
    holding(async ({ page, context, go, proxy }) => {
      await go("/en/choices/");
      await page.locator(".choices__button[value=accept_all]").click();
      await proxy.held();
      await page.locator("form[data-choices=withdraw] button").click();
      proxy.release();
      await proxy.answered(2);
      await waitForIdle(page);
      assert.equal((await cookie(context))?.granted, "0");
      await go("/en/");
      assert.deepEqual(await choice(page), NONE);
    }));

  test("a no that could not be saved is sent again by the next page, and nothing runs meanwhile", () =>
    visiting(async ({ page, context, go }) => {
      await go("/en/cookies/");
      await banner(page).accept.click();
      await banner(page).status("saved").waitFor();
      let isDown = true;
      await context.route("**/api/consent", (route) =>
        isDown && route.request().method() === "POST"
          ? route.fulfill({ status: 503 })
          : route.continue(),
      );
      await banner(page).reopen.click();
      await banner(page).reject.click();
      await banner(page).status("unsaved").waitFor();
      await go("/ru/privacy/");
      assert.deepEqual(await choice(page), NONE);
      assert.equal((await cookie(context))?.granted, "7");
      isDown = false;
      await go("/en/");
      await waitForIdle(page);
      assert.deepEqual(await choice(page), NONE);
      assert.equal((await cookie(context))?.granted, "0");
    }));

  test("a no that the server refuses, because it knows the event or the page is outdated, holds until another event says it", () =>
    visiting(async ({ page, context, go }) => {
      await go("/en/cookies/");
      await banner(page).accept.click();
      await banner(page).status("saved").waitFor();
      /** @type {string[]} */
      const ids = [];
      await context.route("**/api/consent", (route) => {
        if (route.request().method() !== "POST") return route.continue();
        ids.push(route.request().postDataJSON().id);
        return ids.length === 1 ? route.fulfill({ status: 409 }) : route.continue();
      });
      await banner(page).reopen.click();
      await banner(page).box("marketing").uncheck();
      await banner(page).save.click();
      await banner(page).status("stale").waitFor();
      assert.deepEqual(await choice(page), { ...ALL, marketing: false });
      await go("/ru/privacy/");
      await waitForIdle(page);
      assert.deepEqual(await choice(page), { ...ALL, marketing: false });
      assert.equal((await cookie(context))?.granted, "3");
      assert.equal(new Set(ids).size, 2, "another event");
    }));

  test("a no of a page of an earlier edition is saved by the next page, which grants nothing new", () =>
    visiting(async ({ page, context, go }) => {
      await go("/en/cookies/");
      await banner(page).accept.click();
      await banner(page).status("saved").waitFor();
      await page
        .locator("#cc-main [name=revision]")
        .evaluate((/** @type {HTMLInputElement} */ field) => (field.value = "00000000"));
      await banner(page).reopen.click();
      await banner(page).box("marketing").uncheck();
      await banner(page).save.click();
      await banner(page).status("stale").waitFor();
      await go("/ru/privacy/");
      await waitForIdle(page);
      assert.deepEqual(await choice(page), { ...ALL, marketing: false });
      const kept = await cookie(context);
      assert.deepEqual([kept?.granted, kept?.refused], ["3", "4"]);
    }));

  test("a custom choice of a page that was left does not undo a later no of elsewhere", () =>
    visiting(async ({ page, context, at, go }) => {
      await go("/en/cookies/");
      await banner(page).accept.click();
      await banner(page).status("saved").waitFor();
      let isDown = true;
      await context.route("**/api/consent", (route) =>
        isDown && route.request().method() === "POST"
          ? route.fulfill({ status: 503 })
          : route.continue(),
      );
      await banner(page).reopen.click();
      await banner(page).box("marketing").uncheck();
      await banner(page).save.click();
      await banner(page).status("unsaved").waitFor();
      // As a page of another host would have it stored, which shares the cookie and not the note.
      const issued = parseInt(String((await cookie(context))?.issued), 36);
      await context.addCookies([
        {
          name: "kelisim_cc_cookie",
          value: signed(await manifest(), "0", { now: issued + 1 }),
          url: at("/"),
        },
      ]);
      isDown = false;
      await go("/ru/privacy/");
      await waitForIdle(page);
      assert.deepEqual(await choice(page), NONE);
      assert.equal((await cookie(context))?.granted, "0");
    }));

  test("a yes that could not be saved is not sent behind the visitor's back", () =>
    visiting(
      async ({ page, context, go }) => {
        await go("/en/cookies/");
        await context.route("**/api/consent", (route) =>
          route.request().method() === "POST" ? route.fulfill({ status: 503 }) : route.continue(),
        );
        await banner(page).accept.click();
        await banner(page).status("unsaved").waitFor();
        await context.unroute("**/api/consent");
        await go("/ru/privacy/");
        await banner(page).dialog.waitFor();
        assert.deepEqual(await choice(page), NONE);
        assert.equal(await cookie(context), undefined);
      },
      { from: "DE" },
    ));
});
