// `count_shown`: a page on which the banner asks tells the service so, once, and nothing else.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, test } from "node:test";
import {
  banner,
  NOTHING_STORED,
  newVisitor,
  storage,
  waitForDecision,
  waitForIdle,
} from "../support/browser.mjs";
import { withSite } from "../support/fixture.mjs";
import { startServer } from "../support/server.mjs";
import { buildWith } from "../support/site.mjs";

/** @type {Awaited<ReturnType<typeof buildWith>>} */
let built;
const site = withSite(async () => {
  built = await buildWith({ "site.toml": (text) => `count_shown = true\n${text}` });
  return startServer({ dist: built.dist });
});
after(() => built?.remove());

/**
 * A visitor's page, and the bodies of what it has told the service of shown banners.
 * @param {(visit: {page: import("playwright-core").Page, go: (path: string) => Promise<void>,
 *   counted: (string | null)[]}) => Promise<void>} check
 */
const visiting = async (check) => {
  const { context, faults } = await newVisitor(site.browser);
  try {
    const page = await context.newPage();
    /** @type {(string | null)[]} */
    const counted = [];
    context.on("request", (request) => {
      if (!request.url().endsWith("/api/consent/shown")) return;
      assert.equal(request.method(), "POST");
      assert.match(request.headers()["content-type"], /^application\/x-www-form-urlencoded\b/);
      counted.push(request.postData());
    });
    const go = async (/** @type {string} */ path) => {
      await page.goto(site.server.origin("DE") + path);
      await waitForDecision(page);
      await waitForIdle(page);
    };
    await check({ page, go, counted });
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
};

test("a page on which the banner asks says so once, with its language and nothing else", () =>
  visiting(async ({ page, go, counted }) => {
    await go("/kk/cookies/");
    await banner(page).dialog.waitFor();
    assert.deepEqual(counted, ["locale=kk"]);
    assert.deepEqual(await storage(page), NOTHING_STORED);
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await waitForIdle(page);
    assert.equal(counted.length, 1, "the same page");
    await go("/ru/privacy/");
    assert.deepEqual(counted, ["locale=kk", "locale=ru"], "the next page asks too");
  }));

test("nothing is counted where nobody is asked", () =>
  visiting(async ({ page, go, counted }) => {
    await go("/en/choices/");
    assert.deepEqual(counted, [], "the page of choices shows its form, and no banner");
    await go("/en/cookies/");
    await banner(page).reject.click();
    await banner(page).dialog.waitFor({ state: "hidden" });
    await go("/en/privacy/");
    await page.locator("[data-choices=open]").first().click();
    await banner(page).dialog.waitFor();
    await waitForIdle(page);
    assert.deepEqual(counted, ["locale=en"], "opened by the visitor");
  }));

test("a site that has not asked for it counts nothing", async () => {
  const script = await readFile(path.resolve("dist/cap.kz/embed.js"), "utf8");
  assert.match(script, /"revision":/);
  assert.doesNotMatch(script, /"counted":/);
});
