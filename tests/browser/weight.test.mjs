// What a reader of a policy has to wait for: one style sheet, one script, no font, few bytes, and
// nothing but the style sheet before the first paint.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { LOCALES, newVisitor } from "../support/browser.mjs";
import { withSite } from "../support/fixture.mjs";

const dist = fileURLToPath(new URL("../../dist/cap.kz", import.meta.url));
const POLICIES = ["privacy", "personal-data", "cookies"];
/**
 * A page of 2,000 words in English, whole. Kazakh and Russian words alone weigh half as much again:
 * for them the part that is ours counts.
 */
const BUDGET = { words: 2000, whole: 18_500, frame: 13_000 };

const site = withSite();

/** @param {string} text */
const weight = (text) =>
  brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    },
  }).length;

/** What a policy page weighs with all it loads. @param {string} address */
const weigh = async (address) => {
  const page = await readFile(path.join(dist, address, "index.html"), "utf8");
  const styles = [...page.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map(
    ([, found]) => found,
  );
  const scripts = [...page.matchAll(/<script\b[^>]*\bsrc="([^"]+)"/g)].map(([, found]) => found);
  const files = await Promise.all(
    [...styles, ...scripts].map((file) => readFile(path.join(dist, file), "utf8")),
  );
  const plain = page.slice(page.indexOf("<main"), page.indexOf("</main>")).replace(/<[^>]+>/g, " ");
  const whole = [page, ...files].reduce((sum, text) => sum + weight(text), 0);
  return {
    styles,
    scripts,
    files,
    words: plain.match(/\p{L}[\p{L}\p{N}’'-]*/gu)?.length ?? 0,
    whole,
    frame: whole - weight(plain),
  };
};

test("a policy page has one style sheet, one script, no font, and at most 18.5 kB for 2,000 words", async () => {
  let measured = 0;
  for (const locale of LOCALES) {
    for (const policy of POLICIES) {
      const { styles, scripts, files, words, whole, frame } = await weigh(`${locale}/${policy}`);
      console.log(
        `${locale}/${policy}: ${words} words, ${whole} bytes (brotli), ${frame} of them not the words`,
      );
      assert.equal(styles.length, 1);
      assert.equal(scripts.length, 1);
      for (const file of files) assert.doesNotMatch(file, /@font-face|@import|\burl\(/);
      assert.ok(frame <= BUDGET.frame, `${locale}/${policy}: ${frame} bytes`);
      if (locale === "en" && words >= BUDGET.words) {
        measured += 1;
        assert.ok(whole <= BUDGET.whole, `${policy}: ${whole} bytes`);
      }
    }
  }
  assert.ok(measured > 0, "a page is long enough");
});

test("the first paint waits for the page and its style sheet, and for no script and no answer", async () => {
  const { context } = await newVisitor(site.browser, { viewport: { width: 412, height: 823 } });
  try {
    await context.addInitScript(() =>
      new PerformanceObserver(() => Object.assign(window, { isPainted: true })).observe({
        type: "largest-contentful-paint",
        buffered: true,
      }),
    );
    for (const locale of LOCALES) {
      const page = await context.newPage();
      // Nobody answers.
      await page.route(/\.js$|\/api\//, () => {});
      await page.goto(`${site.server.origin("DE")}/${locale}/privacy/`, { waitUntil: "commit" });
      await page.waitForFunction(() => "isPainted" in window);
      const blocking = await page.evaluate(() =>
        /** @type {any[]} */ (performance.getEntriesByType("resource"))
          .filter((entry) => entry.renderBlockingStatus === "blocking")
          .map((entry) => new URL(entry.name).pathname),
      );
      assert.deepEqual(blocking, (await weigh(`${locale}/privacy`)).styles, locale);
      await page.close();
    }
  } finally {
    await context.close();
  }
});
