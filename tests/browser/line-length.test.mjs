// Lines of a policy have a length that can be read: at most 75 letters, blanks and marks included, on
// a screen with room for more.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LOCALES, newVisitor } from "../support/browser.mjs";
import { withSite } from "../support/fixture.mjs";

const MOST = 75;

const site = withSite();

/**
 * The characters of each line of running text. Runs in the page.
 * @returns {number[]}
 */
const linesInPage = () => {
  /** @type {number[]} */
  const lengths = [];
  for (const paragraph of document.querySelectorAll(".text p")) {
    /** @type {Map<number, number>} by the bottom of the line */
    const lines = new Map();
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      for (const { index, 0: letter } of (node.textContent ?? "").matchAll(/\S|\s(?=\S)/gu)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + letter.length);
        const [box] = range.getClientRects();
        // Marks of footnotes stand higher than the letters of their line.
        const near = [...lines.keys()].find((bottom) => box && Math.abs(bottom - box.bottom) < 9);
        const line = near ?? box?.bottom ?? 0;
        if (box?.width) lines.set(line, (lines.get(line) ?? 0) + 1);
      }
    lengths.push(...lines.values());
  }
  return lengths;
};

for (const locale of LOCALES)
  test(`a line in ${locale} has at most ${MOST} characters`, async () => {
    const { context } = await newVisitor(site.browser, {
      viewport: { width: 1600, height: 1000 },
    });
    try {
      const page = await context.newPage();
      await page.goto(`${site.server.origin()}/${locale}/privacy/`);
      const lengths = (await page.evaluate(linesInPage)).sort((one, other) => one - other);
      assert.ok(lengths.length > 50, `${lengths.length} lines`);
      const longest = lengths.at(-1) ?? 0;
      const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
      console.log(`${locale}: ${median} characters in a line, at most ${longest}`);
      assert.ok(longest <= MOST, `${longest} characters`);
      assert.ok(median >= 45, `${median} characters`);
    } finally {
      await context.close();
    }
  });
