// Which language a page is answered in: the cases of `tests/locale-cases.json`, in which the worker's
// tests look up the language of a document, and these the language of the banner.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { chooseLocale } from "../../themes/default/js/locale.js";

/**
 * @typedef {object} Site
 * @property {string} script the languages as the builder hands them to the script
 * @property {string} fallback
 * @property {[wanted: string[], document: string, banner: string][]} cases
 */

/** @type {{ sites: Site[] }} */
const { sites } = JSON.parse(
  await readFile(new URL("../locale-cases.json", import.meta.url), "utf8"),
);

for (const { script, fallback, cases } of sites)
  for (const [wanted, , banner] of cases)
    test(`${JSON.stringify(wanted)} of ${script} is ${banner}`, () =>
      assert.equal(chooseLocale(wanted, script, fallback), banner));

test("a tag of ten thousand letters is cut and looked up", () => {
  assert.equal(chooseLocale([`kk-${"x".repeat(10_000)}`], "ru,kk", "ru"), "kk");
  assert.equal(chooseLocale(["x".repeat(10_000)], "ru,kk", "ru"), "ru");
  assert.equal(chooseLocale([`kk${"-abcdefgh".repeat(1000)}`], "ru,kk", "ru"), "kk");
});
