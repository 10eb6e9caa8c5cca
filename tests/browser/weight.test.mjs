// What a reader of a policy has to wait for: one style sheet, one script, no font, few bytes, and one round trip after the page itself.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { LOCALES, visitor } from "../support/browser.mjs";
import { withSite } from "../support/fixture.mjs";

const dist = fileURLToPath(new URL("../../dist/cap.kz", import.meta.url));
const POLICIES = ["privacy", "personal-data", "cookies"];
/** A page of 2,000 words in English, whole. Kazakh and Russian words alone weigh half as much again: for them the part that is ours counts. */
const BUDGET = { words: 2000, whole: 15_000, frame: 9_200 };
const LATENCY_MS = 400;

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

test("a policy page has one style sheet, one script, no font, and at most 15 kB for 2,000 words", async () => {
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

test("the largest paint comes one round trip after the page, and waits for no script and no answer", async () => {
  const { context } = await visitor(site.browser, { viewport: { width: 412, height: 823 } });
  try {
    for (const locale of LOCALES) {
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send("Network.enable");
      await session.send("Network.emulateNetworkConditions", {
        offline: false,
        latency: LATENCY_MS,
        downloadThroughput: -1,
        uploadThroughput: -1,
      });
      await page.route("**/*.js", () => {});
      await page.goto(`${site.server.origin("DE")}/${locale}/privacy/`, { waitUntil: "commit" });
      const { painted, arrived } = await page.evaluate(
        () =>
          new Promise((resolve) => {
            new PerformanceObserver((list) => {
              const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (
                performance.getEntriesByType("navigation")
              );
              resolve({
                painted: list.getEntries().at(-1)?.startTime,
                arrived: navigation.responseEnd,
              });
            }).observe({ type: "largest-contentful-paint", buffered: true });
          }),
      );
      assert.ok(
        arrived > 0 && painted - arrived < 2 * LATENCY_MS,
        `${locale}: ${Math.round(painted - arrived)} ms after the page`,
      );
      await page.close();
    }
  } finally {
    await context.close();
  }
});
