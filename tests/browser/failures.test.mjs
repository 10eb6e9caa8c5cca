// When something is missing or late: the worker, the cookie, the present state of the page. Never a
// banner loop, never a lost choice, never a claim that is not true.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { chromium } from "playwright-core";
import {
  ALL,
  banner,
  choice,
  collectFaults,
  cookie,
  launchOptions,
  NONE,
  newVisitor,
  waitForDecision,
  waitForIdle,
} from "../support/browser.mjs";
import { withSite } from "../support/fixture.mjs";
import { startServerWithoutRegimes } from "../support/server.mjs";

const site = withSite(startServerWithoutRegimes);

/**
 * A new visitor from Germany.
 * @param {(visit: {context: import("playwright-core").BrowserContext, load: (path?: string) =>
 *   Promise<import("playwright-core").Page>, open: (path?: string) =>
 *   Promise<import("playwright-core").Page>}) => Promise<void>} check
 * @param {string} [from]
 */
const visiting = async (check, from = "DE") => {
  const { context, faults } = await newVisitor(site.browser);
  try {
    const load = async (path = "/ru/cookies/") => {
      const page = await context.newPage();
      await page.goto(site.server.origin(from) + path);
      return page;
    };
    /** @param {string} [path] */
    const open = async (path) => {
      const page = await load(path);
      await waitForDecision(page);
      return page;
    };
    await check({ context, load, open });
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
};

/**
 * What another tab or the back/forward cache cause.
 * @param {import("playwright-core").Page} page
 */
const comeBack = (page) =>
  page.evaluate(() => void dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));

test("an unreachable worker means: nobody is asked, nothing runs", () =>
  visiting(async ({ context, open }) => {
    await context.route("**/api/consent", (route) => route.abort());
    const page = await open();
    assert.ok(await banner(page).dialog.isHidden());
    assert.deepEqual(await choice(page), NONE);
  }, "US-CA"));

test("an answer that is no answer means the same", () =>
  visiting(async ({ context, open }) => {
    await context.route("**/api/consent", (route) =>
      route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        body: '{"title":"x"}',
      }),
    );
    const page = await open();
    assert.ok(await banner(page).dialog.isHidden());
    assert.deepEqual(await choice(page), NONE);
  }, "US-CA"));

test("a choice that was not saved is not claimed to be, and pressing again repeats the same event", () =>
  visiting(async ({ context, open }) => {
    /** @type {any[]} */
    const sent = [];
    let isDown = true;
    await context.route("**/api/consent", (route) => {
      if (route.request().method() === "POST") {
        sent.push(route.request().postDataJSON());
        if (isDown) return route.fulfill({ status: 503 });
      }
      return route.continue();
    });
    const page = await open();
    const { accept, dialog, reject, status } = banner(page);
    await accept.click();
    await status("unsaved").waitFor();
    assert.ok(await dialog.isVisible());
    assert.ok(await status("saved").isHidden());
    assert.deepEqual(await choice(page), NONE, "nothing runs on a consent that nobody can prove");
    assert.equal(await cookie(context), undefined);

    for (const button of [accept, reject]) {
      const answer = page.waitForResponse((response) => response.request().method() === "POST");
      await button.click();
      await answer;
    }
    await status("unsaved").waitFor();
    isDown = false;
    await reject.click();
    await status("saved").waitFor();
    assert.equal(sent.length, 4);
    assert.equal(sent[1].id, sent[0].id, "the same press, the same event");
    assert.notEqual(sent[2].id, sent[0].id, "another answer is another event");
    assert.equal(sent[3].id, sent[2].id);
    assert.equal((await cookie(context))?.granted, "0");
    assert.deepEqual(await choice(page), NONE);
  }));

test("a stored choice survives an outage untouched", () =>
  visiting(async ({ context, open }) => {
    const first = await open();
    await banner(first).accept.click();
    await banner(first).status("saved").waitFor();
    const before = (await cookie(context))?.value;
    await context.route("**/api/**", (route) => route.abort());
    const page = await open("/en/");
    assert.deepEqual(await choice(page), ALL);
    assert.equal((await cookie(context))?.value, before);
  }));

test("what runs is stopped although the withdrawal could not be saved", () =>
  visiting(async ({ context, open }) => {
    const page = await open();
    await banner(page).accept.click();
    await banner(page).status("saved").waitFor();
    await context.route("**/api/consent", (route) => route.abort());
    await banner(page).reopen.click();
    await banner(page).reject.click();
    await banner(page).status("unsaved").waitFor();
    assert.deepEqual(await choice(page), NONE);
    assert.equal((await cookie(context))?.granted, "7", "nothing is claimed to be saved");
    await context.unroute("**/api/consent");
    await Promise.all([page.waitForEvent("load"), banner(page).reject.click()]);
    await waitForDecision(page);
    assert.equal((await cookie(context))?.granted, "0");
    assert.deepEqual(await choice(page), NONE);
  }));

test("a page of an earlier revision asks nothing", () =>
  visiting(async ({ context, open }) => {
    // The page and its script as an old cache would give them.
    const { port } = site.server;
    const [address] =
      /\/assets\/embed\.\w+\.js/.exec(
        await (await fetch(`http://localhost:${port}/ru/cookies/`)).text(),
      ) ?? [];
    const script = await (await fetch(`http://localhost:${port}${address}`)).text();
    await context.route(`**${address}`, (route) =>
      route.fulfill({
        contentType: "text/javascript",
        body: script.replace(/"revision":"[^"]+"/, '"revision":"00000000"'),
      }),
    );
    const page = await open();
    assert.ok(await banner(page).dialog.isHidden());
    assert.deepEqual(await choice(page), NONE);
  }, "US-CA"));

test("a choice made on an earlier revision is refused with an offer to reload", () =>
  visiting(async ({ context, open }) => {
    const page = await open();
    await page.locator("#cc-main input[name=revision]").evaluate((field) => {
      /** @type {HTMLInputElement} */ (field).value = "00000000";
    });
    await banner(page).accept.click();
    await banner(page).status("stale").waitFor();
    assert.deepEqual(await choice(page), NONE);
    assert.equal(await cookie(context), undefined);
    await Promise.all([
      page.waitForEvent("load"),
      banner(page).status("stale").getByRole("button").click(),
    ]);
    await waitForDecision(page);
    await banner(page).dialog.waitFor();
  }));

test("a choice made in another tab is noticed in this one", () =>
  visiting(async ({ open }) => {
    const here = await open();
    const there = await open("/en/privacy/");
    await banner(there).accept.click();
    await banner(there).status("saved").waitFor();
    await comeBack(here);
    await banner(here).dialog.waitFor({ state: "hidden" });
    assert.deepEqual(await choice(here), ALL);

    await banner(there).reopen.click();
    // Each page is loaded anew, this one as soon as it learns of it.
    await Promise.all([
      here.waitForEvent("load"),
      there.waitForEvent("load"),
      banner(there).reject.click(),
    ]);
    await waitForDecision(here);
    assert.deepEqual(await choice(here), NONE);
  }));

test("coming back to a page that nothing has changed for does nothing", () =>
  visiting(async ({ open }) => {
    const page = await open();
    await banner(page).accept.click();
    await banner(page).status("saved").waitFor();
    await page.evaluate(() => {
      document.cookie = "unrelated=1";
      document.addEventListener("consent:change", () =>
        document.body.setAttribute("data-changed", ""),
      );
    });
    await comeBack(page);
    await waitForIdle(page);
    assert.equal(await page.locator("body[data-changed]").count(), 0);
  }));

test("the back/forward cache brings no page back that runs what was withdrawn meanwhile", async () => {
  const own = await chromium.launch({
    ...launchOptions,
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
  try {
    const { context, faults } = await newVisitor(own);
    await context.addInitScript(() =>
      addEventListener(
        "pageshow",
        ({ persisted }) => persisted && Object.assign(window, { isBack: true }),
      ),
    );
    const page = await context.newPage();
    const at = (/** @type {string} */ address) => site.server.origin("DE") + address;
    await page.goto(at("/ru/cookies/"));
    await banner(page).accept.click();
    await banner(page).status("saved").waitFor();
    await page.goto(at("/ru/privacy/"));
    await waitForDecision(page);
    // A page from the cache is not loaded again.
    await page.goBack({ waitUntil: "commit" });
    assert.ok(await page.evaluate(() => "isBack" in window), "this browser really has the cache");
    assert.deepEqual(await choice(page), ALL);

    await page.goForward({ waitUntil: "commit" });
    await banner(page).reopen.click();
    await Promise.all([page.waitForEvent("load"), banner(page).reject.click()]);
    await waitForDecision(page);
    await page.goBack({ waitUntil: "commit" });
    await page.waitForFunction(() => "kelisim" in window && !("isBack" in window));
    await waitForDecision(page);
    assert.deepEqual(await choice(page), NONE);
    assert.ok(await banner(page).dialog.isHidden());
    assert.deepEqual(faults, []);
  } finally {
    await own.close();
  }
});

test("a page that is prerendered asks when the visitor sees it, not before", () =>
  visiting(async ({ context, load }) => {
    await context.addInitScript(() =>
      Object.defineProperty(document, "prerendering", { value: true, configurable: true }),
    );
    /** @type {string[]} */
    const asked = [];
    context.on(
      "request",
      (request) => request.url().includes("/api/") && asked.push(request.url()),
    );
    const page = await load();
    await page.evaluate(async () => void (await fetch("/robots.txt")));
    assert.deepEqual(asked, []);
    assert.ok(await banner(page).dialog.isHidden());
    await page.evaluate(() => {
      Object.defineProperty(document, "prerendering", { value: false });
      document.dispatchEvent(new Event("prerenderingchange"));
    });
    await waitForDecision(page);
    await banner(page).dialog.waitFor();
    assert.equal(asked.length, 1);
  }));

test("that a choice is saved is said once, not on every page from then on", () =>
  visiting(async ({ context, open }) => {
    const page = await open();
    await banner(page).accept.click();
    await banner(page).status("saved").waitFor();
    await context.clock.install({ time: Date.now() + 60_000 });
    const later = await open("/ru/");
    assert.deepEqual(await choice(later), ALL);
    assert.ok(await banner(later).status("saved").isHidden());
  }));

test("a browser that keeps no cookies is not asked on every page", async () => {
  const profile = await mkdtemp(path.join(os.tmpdir(), "kelisim-profile-"));
  await mkdir(path.join(profile, "Default"));
  await writeFile(
    path.join(profile, "Default/Preferences"),
    JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }),
  );
  const context = await chromium.launchPersistentContext(profile, launchOptions);
  await collectFaults(context);
  try {
    const page = await context.newPage();
    await page.goto(`${site.server.origin("US-CA")}/en/cookies/`);
    await waitForDecision(page);
    assert.equal(
      await page.evaluate(() => {
        document.cookie = "a=1";
        return document.cookie;
      }),
      "",
      "this browser really keeps none",
    );
    assert.ok(await banner(page).dialog.isHidden());
    assert.deepEqual(await choice(page), NONE, "who can't refuse for good is not followed");
    await banner(page).reopen.click();
    await banner(page).accept.click();
    await banner(page).status("unkept").waitFor();
    assert.deepEqual(await choice(page), NONE);
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
});
