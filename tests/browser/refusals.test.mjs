// A no holds: when its time is over, when the site asks about something else, after an erasure, against a slower yes, and against a finger that
// presses twice.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { ALL, banner, choice, cookie, NONE, quiet, settled, visitor } from "../support/browser.mjs";
import { withSite } from "../support/fixture.mjs";
import { SECRETS } from "../support/log.mjs";
import { startServerByTable } from "../support/server.mjs";
import { startSlow } from "../support/slow.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContext} Context */

const site = withSite(() => startServerByTable({}, { secrets: SECRETS }));

/**
 * @param {(visit: {page: Page, context: Context, at: (path: string) => string, go: (path: string) => Promise<void>}) => Promise<void>} check
 * @param {{from?: string, gpc?: boolean, port?: number, settings?: import("playwright-core").BrowserContextOptions}} [visit]
 */
const visiting = async (check, { from = "US-CA", gpc = false, port, settings } = {}) => {
  const { context, faults } = await visitor(site.browser, settings);
  try {
    const origin = site.server.origin(from, { gpc }).replace(/\d+$/, (own) => String(port ?? own));
    const at = (/** @type {string} */ path) => origin + path;
    const page = await context.newPage();
    const go = async (/** @type {string} */ path) => {
      await page.goto(at(path));
      await settled(page);
    };
    await check({ page, context, at, go });
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
};

/** The site's revision. */
const revision = async () =>
  (await (await fetch(`http://localhost:${site.server.port}/manifest.json`)).json()).revision;

/** A cookie as the server signs it. @param {string} asked revision @param {string} granted @param {number} days its age @param {number} [now] in seconds */
const signed = (asked, granted, days, now = Math.floor(Date.now() / 1000)) => {
  const [id, key] = SECRETS.CONSENT_KEYS.split(",")[0].split(":");
  const issued = now - days * 86_400;
  const value = `1.${"A".repeat(22)}.${asked}.${granted}.${issued.toString(36)}.${id}`;
  const mac = createHmac("sha256", Buffer.from(key, "hex"))
    .update(`kelisim.cookie/1\ncap.kz\n${value}`)
    .digest();
  return `${value}.${mac.subarray(0, 16).toString("base64url")}`;
};

/** What ran on any page since the context was made: the page's script says it before anything starts. @param {Context} context */
const watchRuns = async (context) => {
  /** @type {object[]} */
  const runs = [];
  await context.exposeFunction("recordRun", (/** @type {object} */ allowed) => runs.push(allowed));
  await context.addInitScript(() =>
    document.addEventListener("consent:change", ({ detail }) =>
      /** @type {any} */ (window).recordRun({ ...detail }),
    ),
  );
  return runs;
};

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
        await quiet(page);
        const isAsked = isOld || age > 180;
        assert.equal(await banner(page).dialog.isVisible(), isAsked);
        if (isAsked) await banner(page).close.click();
        await go("/en/privacy/");
        await quiet(page);
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
      await quiet(page);
      const kept = (await context.cookies()).find(({ name }) => name === "kelisim_cc_cookie");
      assert.equal(kept?.value, value);
      assert.ok(Number(kept?.expires) > Date.now() / 1000 + 399 * 86_400);
      assert.equal(asked.length, 1);
      await page.locator(".menu__link").first().click();
      await page.waitForURL((address) => !address.pathname.startsWith("/en/cookies"));
      await quiet(page);
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
          await settled(page);
          for (const path of ["/en/", "/ru/privacy/"]) {
            await page.goto(at(path));
            await quiet(page);
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

describe("the last press wins", () => {
  /** How long the first answer is held back. */
  const HELD = 2500;

  /** @param {(method: string, nth: number) => number} delay @param {(visit: {page: Page, context: Context, go: (path: string) => Promise<void>, at: (path: string) => string, passed: import("../support/slow.mjs").Passed[]}) => Promise<void>} check @param {string} [from] */
  const slowly = async (delay, check, from = "DE") => {
    const slow = await startSlow(site.server.port, delay);
    try {
      await visiting((visit) => check({ ...visit, passed: slow.passed }), {
        from,
        port: slow.port,
      });
    } finally {
      await slow.stop();
    }
  };
  const first = (/** @type {string} */ _, /** @type {number} */ nth) => (nth === 1 ? HELD : 0);

  /** Waits for all answers and what they cause. @param {Page} page @param {import("../support/slow.mjs").Passed[]} passed @param {number} least */
  const answered = async (page, passed, least) => {
    for (let turn = 0; turn < 200; turn += 1) {
      if (passed.length >= least && passed.every((press) => press.answered > 0)) break;
      await page.waitForTimeout(50);
    }
    await quiet(page);
  };

  for (const from of ["DE", "US-CA"]) {
    test(`a no 0.4 s after a yes whose answer comes late (${from})`, () =>
      slowly(
        first,
        async ({ page, context, go, passed }) => {
          const runs = await watchRuns(context);
          await go("/en/cookies/");
          await banner(page).accept.click();
          await page.waitForTimeout(400);
          runs.length = 0;
          await banner(page).reject.click();
          await page.waitForFunction(
            () => !Object.values(/** @type {any} */ (window).kelisim.choice()).includes(true),
          );
          assert.ok(
            passed.every((press) => press.answered === 0),
            "the no acts before any answer",
          );
          await banner(page).status("saved").waitFor();
          await answered(page, passed, 2);
          assert.equal((await cookie(context))?.granted, "0");
          await go("/ru/privacy/");
          await quiet(page);
          assert.deepEqual(await choice(page), NONE);
          assert.deepEqual(
            runs.filter((run) => JSON.stringify(run) !== JSON.stringify(NONE)),
            [],
            "nothing has run since the no",
          );
          const records = await page.evaluate(async () =>
            (await fetch("/api/consent/records")).json(),
          );
          assert.deepEqual(
            records.entries.map((/** @type {any} */ entry) => entry.record.action),
            ["accept_all", "reject_all"],
            "two presses of one person, in their order",
          );
        },
        from,
      ));
  }

  test("a yes 0.4 s after a no whose answer comes late", () =>
    slowly(first, async ({ page, context, go, passed }) => {
      await go("/en/cookies/");
      await banner(page).reject.click();
      await page.waitForTimeout(400);
      await banner(page).accept.click();
      await answered(page, passed, 2);
      assert.equal((await cookie(context))?.granted, "7");
      assert.deepEqual(await choice(page), ALL);
    }));

  test("a yes that nobody has answered lets nothing run", () =>
    slowly(first, async ({ page, go, passed }) => {
      await go("/en/cookies/");
      await banner(page).accept.click();
      await page.waitForTimeout(400);
      assert.equal(passed[0]?.answered, 0);
      assert.deepEqual(await choice(page), NONE);
      await banner(page).status("saved").waitFor();
      assert.deepEqual(await choice(page), ALL);
    }));

  test("in two tabs: the later no counts in both", () =>
    slowly(first, async ({ page, context, go, at, passed }) => {
      await go("/en/cookies/");
      const other = await context.newPage();
      await other.goto(at("/ru/privacy/"));
      await settled(other);
      await banner(page).accept.click();
      await page.waitForTimeout(400);
      await banner(other).reject.click();
      await banner(other).status("saved").waitFor();
      await answered(page, passed, 2);
      assert.equal((await cookie(context))?.granted, "0");
      for (const tab of [page, other]) assert.deepEqual(await choice(tab), NONE);
      await go("/en/");
      assert.deepEqual(await choice(page), NONE);
    }));

  test("when the page is left before its answer comes", () =>
    slowly(first, async ({ page, context, go, passed }) => {
      await go("/en/cookies/");
      await banner(page).accept.click();
      await page.waitForTimeout(400);
      await banner(page).reject.click();
      await go("/ru/privacy/");
      assert.deepEqual(await choice(page), NONE);
      await page.waitForTimeout(HELD);
      await answered(page, passed, 2);
      assert.equal((await cookie(context))?.granted, "0");
      await go("/en/");
      assert.deepEqual(await choice(page), NONE);
      assert.ok(await banner(page).dialog.isHidden());
      assert.equal(await page.evaluate(() => localStorage.length), 0, "no note is left");
    }));

  for (const age of [0, 1]) {
    test(`an older yes that ${age ? "was made before" : "is of the same second and"} comes after the no, from a page that shares the cookie and no lock`, () =>
      visiting(
        async ({ page, context, at, go }) => {
          const asked = await revision();
          await go("/en/cookies/");
          await banner(page).reject.click();
          await banner(page).status("saved").waitFor();
          const no = (await cookie(context))?.value;
          const [, , , , issued] = String(no).split(".");
          const late = signed(asked, "7", age, parseInt(issued, 36));
          await context.addCookies([{ name: "kelisim_cc_cookie", value: late, url: at("/") }]);
          await page.waitForFunction((value) => document.cookie.includes(value), String(no));
          assert.deepEqual(await choice(page), NONE);
          await go("/en/");
          assert.deepEqual(await choice(page), NONE);
        },
        { from: "DE" },
      ));
  }

  test("a withdrawal on the page of choices, 0.4 s after a yes", () =>
    slowly(first, async ({ page, context, go, passed }) => {
      await go("/en/choices/");
      await page.locator(".choices__button[value=accept_all]").click();
      await page.waitForTimeout(400);
      await page.locator("form[data-choices=withdraw] button").click();
      await answered(page, passed, 2);
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
      assert.deepEqual(await choice(page), { ...ALL, marketing: false });
      assert.equal((await cookie(context))?.granted, "3");
      assert.equal(new Set(ids).size, 2, "another event");
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
          value: signed(await revision(), "0", 0, issued + 1),
          url: at("/"),
        },
      ]);
      isDown = false;
      await go("/ru/privacy/");
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
        assert.ok(await banner(page).dialog.isVisible(), "the question is open");
        assert.deepEqual(await choice(page), NONE);
        assert.equal(await cookie(context), undefined);
      },
      { from: "DE" },
    ));
});

describe("what appears under the pointer ignores the gesture that made it appear", () => {
  /** @param {Page} page */
  const recorded = async (page) => {
    await quiet(page);
    return page.evaluate(async () => (await fetch("/api/consent/records")).status);
  };

  for (const from of ["DE", "US-CA"]) {
    for (const presses of [2, 3]) {
      test(`pressing "choose" ${presses} times in one gesture opens the categories and saves nothing (${from})`, () =>
        visiting(
          async ({ page, context, go }) => {
            await go("/en/cookies/");
            await banner(page).choose.click({ clickCount: presses });
            assert.ok(await banner(page).save.isVisible());
            assert.equal(await recorded(page), 401, "nothing is recorded");
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
        for (let tap = 0; tap < 2; tap += 1)
          await page.touchscreen.tap(x + width / 2, y + height / 2);
        assert.ok(await banner(page).save.isVisible());
        assert.equal(await recorded(page), 401);
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
        assert.ok(await banner(page).dialog.isVisible());
        assert.equal(await recorded(page), 401);
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
        assert.ok(await banner(page).save.isVisible());
        await banner(page).box("analytics").focus();
        await page.keyboard.press("Enter");
        assert.equal(await recorded(page), 401);
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
