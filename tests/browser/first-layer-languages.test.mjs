// The first layer of the banner in every language that the theme speaks: it has to leave half of a
// phone's screen to the page, whatever the language.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  EVERY_LANGUAGE,
  startServerInEveryLanguage,
  startServerWithBannerInEveryLanguage,
  visitorStrings,
} from "../support/every-language.mjs";
import { HALF, look, PHONE, VISITORS, visitBanner } from "../support/first-layer.mjs";
import { withSite } from "../support/fixture.mjs";
import { readLanguageTable } from "../support/language-table.mjs";
import { coveredLines } from "../support/lines.mjs";

const site = withSite(startServerInEveryLanguage);
/** Its policies are in English: the link to them says so in each language. */
const foreign = withSite(startServerWithBannerInEveryLanguage);

/**
 * Whether an element's first two characters stand from left to right.
 * @param {import("playwright-core").Locator} text
 */
const isLeftToRight = (text) =>
  text.evaluate((element) => {
    const node = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
    const [first, second] = [0, 1].map((start) => {
      const character = document.createRange();
      character.setStart(/** @type {Text} */ (node), start);
      character.setEnd(/** @type {Text} */ (node), start + 1);
      return character.getBoundingClientRect();
    });
    return first.right <= second.left + 1;
  });

describe("on a phone of 360 × 640 the first layer takes half of the screen, cuts nothing and has equal buttons", () => {
  for (const locale of EVERY_LANGUAGE)
    test(locale, async () => {
      const { banner } = await visitorStrings(locale);
      for (const [from, gpc, regime] of VISITORS)
        await visitBanner(
          async (page) => {
            const seen = await look(page);
            const where = `${regime}${gpc ? " with GPC" : ""}`;
            assert.equal(await page.locator("kelisim-banner").getAttribute("lang"), locale);
            assert.deepEqual([seen.regimes, seen.hasSignal], [[regime], gpc], where);
            assert.ok(seen.dialog.height <= HALF, `${where}: ${seen.dialog.height} px`);
            assert.ok(!seen.isScrolled && !seen.overflow, where);
            assert.deepEqual([seen.crossed, seen.cut], [[], []], where);
            assert.deepEqual(await coveredLines(page), [], where);
            for (const face of seen.faces) assert.deepEqual(face, seen.faces[0], where);

            const [accept, reject, choose] = seen.buttons;
            const isMirrored = (await page.locator("kelisim-banner[dir=rtl]").count()) > 0;
            const [first, second] = isMirrored ? [reject, accept] : [accept, reject];
            assert.equal(accept.top, reject.top, where);
            assert.ok(second.left > first.right && choose.top > accept.bottom, where);
            const middle = (seen.close.left + seen.close.right) / 2;
            assert.equal(middle < PHONE.viewport.width / 2, isMirrored, "the cross");
            assert.equal(seen.link[0].text, banner.policy, where);
            assert.ok(await isLeftToRight(page.locator("#cc-main .cm__text b")), "«Name»");
          },
          { ...site, locale, from, gpc },
        );
    });
});

test("where the policies are in another language, the link says so on the same half", async () => {
  const [from, gpc] = VISITORS[3];
  for (const locale of EVERY_LANGUAGE)
    await visitBanner(
      async (page) => {
        const { dialog, isScrolled, overflow, cut, link, faces } = await look(page);
        assert.ok(dialog.height <= HALF, `${locale}: ${dialog.height} px`);
        assert.deepEqual([isScrolled, overflow, cut], [false, false, []], locale);
        assert.equal(/\(.+\)|（.+）/.test(link[0].text), locale !== "en", link[0].text);
        for (const face of faces) assert.deepEqual(face, faces[0], locale);
      },
      { ...foreign, locale, from, gpc },
    );
});

test("docs/languages.md has the measures of every language", async () => {
  const table = await readLanguageTable();
  assert.deepEqual(
    table.map(({ locale }) => locale),
    EVERY_LANGUAGE,
    "`cargo xtask screenshots` measures anew",
  );
  for (const { locale, shares } of table) {
    assert.equal(shares.length, VISITORS.length, locale);
    for (const share of shares) assert.ok(share <= 50, `${locale}: ${share} %`);
  }
});
