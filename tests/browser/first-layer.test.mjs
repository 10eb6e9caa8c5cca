// The first layer of the banner on a page that shows it by the script: what it says, how much of a
// phone's screen it takes, that no button is more inviting than another, and that its words stay
// readable with large and spaced text, in small windows, beside cut-outs and in any colours.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";
import { chromium } from "playwright-core";
import { parse } from "smol-toml";
import { bannerStyle } from "../../themes/default/bundle.mjs";
import { banner, LOCALES, launchOptions, newVisitor } from "../support/browser.mjs";
import { HALF, look, PHONE, VISITORS, visitBanner } from "../support/first-layer.mjs";
import { withSite } from "../support/fixture.mjs";
import { coveredLines } from "../support/lines.mjs";
import { startServerWithoutRegimes } from "../support/server.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContextOptions} Settings */

const OPERATOR = {
  kk: "«Корпоративные образовательные платформы» ЖШС",
  ru: "ТОО «Корпоративные образовательные платформы»",
  en: "«Корпоративные образовательные платформы» LLP",
};
/** Those who are told most. */
const WORDIEST = [VISITORS[1], VISITORS[3]];
const LANDSCAPE = { ...PHONE, viewport: { width: 640, height: 360 } };
const DESKTOP = { viewport: { width: 1280, height: 800 } };
/** How much longer other languages are than English. */
const GROWTH = 1.3;

const site = withSite(startServerWithoutRegimes);
/** A browser whose reader has set text of double size. @type {import("playwright-core").Browser} */
let enlarged;
before(async () => {
  const args = [...launchOptions.args, "--blink-settings=defaultFontSize=32"];
  enlarged = await chromium.launch({ ...launchOptions, args });
});
after(() => enlarged?.close());

/** @param {string} text */
const weight = (text) =>
  brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    },
  }).length;

/**
 * @param {(page: Page) => Promise<void>} check called once the banner is seen
 * @param {Omit<import("../support/first-layer.mjs").Visit, "server" | "browser">
 *   & {browser?: import("playwright-core").Browser}} visit
 */
const visiting = (check, visit) => visitBanner(check, { ...site, ...visit });

/** Every language, regime and signal. */
const CASES = LOCALES.flatMap((locale) =>
  VISITORS.map(([from, gpc, regime]) => ({
    locale,
    from,
    gpc,
    regime,
    name: `${locale}, ${regime}${gpc ? " with GPC" : ""}`,
  })),
);

/**
 * Makes all words longer, save names, as other languages are than English. @param {Page} page
 */
const lengthen = (page) =>
  page.evaluate((growth) => {
    const dialog = /** @type {HTMLElement} */ (document.querySelector("#cc-main .cm"));
    const texts = document.createTreeWalker(dialog, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = /** @type {Text} */ (texts.currentNode);
      const host = text.parentElement?.closest("[data-host]");
      if (host) text.data = "cap.kz";
      else if (!text.parentElement?.closest("b") && text.data.trim().length > 1)
        text.data += text.data.trim().slice(0, Math.ceil(text.data.trim().length * (growth - 1)));
    }
  }, GROWTH);

/** Contrast of texts and borders with what is behind them, by WCAG 2.2. @param {Page} page */
const contrasts = (page) =>
  page.evaluate(() => {
    const channels = (/** @type {string} */ colour) =>
      (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
    const luminance = (/** @type {string} */ colour) => {
      const [r, g, b] = channels(colour).map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (/** @type {string} */ one, /** @type {string} */ other) => {
      const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
      return (high + 0.05) / (low + 0.05);
    };
    const dialog = /** @type {HTMLElement} */ (document.querySelector("#cc-main .cm"));
    const behind = getComputedStyle(dialog).backgroundColor;
    return [...dialog.querySelectorAll(":is(h2, p, a, u, button)")]
      .filter((element) => element.getClientRects().length > 0)
      .flatMap((element) => {
        const { color, borderColor } = getComputedStyle(element);
        const isBoxed = element.classList.contains("cm__btn");
        return [contrast(color, behind), isBoxed ? contrast(borderColor, behind) : 21];
      });
  });

describe("on a phone of 360 × 640", () => {
  for (const { name, regime, ...visit } of CASES)
    test(`${name}: says all that it must on half of the screen, with equal buttons`, () =>
      visiting(async (page) => {
        const { locale, gpc } = visit;
        const strings = /** @type {any} */ (
          parse(
            await readFile(
              new URL(`../../themes/default/strings/visitor/${locale}.toml`, import.meta.url),
              "utf8",
            ),
          )
        );
        const seen = await look(page);

        assert.ok(seen.dialog.height <= HALF, `${seen.dialog.height} px`);
        assert.equal(seen.dialog.bottom, 640);
        assert.ok(!seen.isScrolled && !seen.overflow);
        assert.deepEqual(seen.crossed, []);
        assert.ok(seen.smallest >= 13, `${seen.smallest} px`);
        const { functional, analytics, marketing } = strings.category;
        for (const part of [
          new URL(page.url()).host,
          /** @type {Record<string, string>} */ (OPERATOR)[locale],
          ...[functional, analytics, marketing].map(({ short }) => short),
          strings.plural.providers[locale === "ru" ? "few" : "other"].replace("{n}", "3"),
          "180",
          strings.page.choices,
        ])
          assert.ok(seen.text.includes(part), part);
        for (const recipient of ["Google", "Meta", "YANDEX"])
          assert.ok(!seen.text.includes(recipient), "recipients are a number");
        assert.deepEqual(seen.regimes, [regime]);
        assert.equal(seen.hasSignal, gpc);
        assert.deepEqual(seen.link, [{ text: strings.banner.policy, path: `/${locale}/cookies/` }]);
        assert.equal(
          seen.closeLabel,
          strings.banner[regime === "opt_in" ? "close_refusing" : "close"],
        );
        assert.equal(/×\)/.test(seen.text), regime === "opt_in", "the text says it too");

        const [accept, reject, choose, ...others] = seen.buttons;
        assert.deepEqual(others, []);
        assert.deepEqual(
          [accept, reject, choose].map(({ role }) => role),
          ["all", "necessary", "show"],
        );
        assert.equal(accept.top, reject.top);
        assert.ok(reject.left > accept.right);
        assert.ok(choose.top > accept.bottom);
        assert.equal(choose.left, accept.left);
        for (const face of seen.faces) assert.deepEqual(face, seen.faces[0]);
        for (const target of [...seen.buttons, seen.close])
          assert.ok(target.height >= 44 && target.width >= 44, "fingers hit it");
        for (const contrast of await contrasts(page)) assert.ok(contrast >= 4.5, `${contrast}`);

        if (locale !== "en") return;
        await lengthen(page);
        const { height } = (await look(page)).dialog;
        assert.ok(height <= HALF, `other languages would take ${height} px`);
      }, visit));

  for (const locale of LOCALES)
    test(`${locale}: what the law of Kazakhstan asks of a consent unfolds and leaves the buttons in reach`, () =>
      visiting(
        async (page) => {
          const law = page.locator("#cc-main .cm__law:visible");
          assert.ok(await law.locator("dl").isHidden());
          await law.locator("summary").click();
          await law.locator("dl").waitFor();
          assert.match(await law.innerText(), /171240017760/);
          assert.deepEqual(await coveredLines(page), []);
          await banner(page).reject.click();
          await banner(page).status("saved").waitFor();
        },
        { locale, from: "KZ" },
      ));
});

describe("words stay readable", () => {
  /** The reader's own rules win over those of the page, of which the banner's are. @param {Page} page */
  const spaceOut = (page) =>
    page.locator("kelisim-banner *").evaluateAll((all) => {
      for (const { style, localName } of /** @type {HTMLElement[]} */ (all)) {
        style.setProperty("line-height", "1.5", "important");
        style.setProperty("letter-spacing", "0.12em", "important");
        style.setProperty("word-spacing", "0.16em", "important");
        if (localName === "p") style.setProperty("margin-block-end", "2em", "important");
      }
    });
  /** As a phone's browser enlarges text: without changing any length. @param {Page} page */
  const adjust = (page) =>
    page.locator("kelisim-banner *").evaluateAll((all) => {
      for (const { style } of /** @type {HTMLElement[]} */ (all))
        style.setProperty("text-size-adjust", "200%", "important");
    });
  const LARGE = "<style>html { font-size: 200% }</style>";
  /** @type {Record<string, {settings?: Settings, head?: string, isEnlarged?: boolean, change?: (page: Page) => Promise<void>}>} */
  const VARIANTS = {
    "as they are": {},
    "in a window of 320 pixels": { settings: { viewport: { width: 320, height: 640 } } },
    "on a phone in landscape": { settings: LANDSCAPE },
    "with text spacing": { change: spaceOut },
    "where the page's root has text of 200 %": { head: LARGE },
    "where the reader has set text of 200 %": { isEnlarged: true },
    "in landscape, where the reader has set text of 200 %": {
      settings: LANDSCAPE,
      isEnlarged: true,
    },
    "where the phone enlarges text to 200 %": { change: adjust },
  };

  for (const [variant, { settings, head, isEnlarged, change }] of Object.entries(VARIANTS))
    for (const locale of LOCALES)
      test(`${locale}: ${variant}, on both layers`, async () => {
        for (const [from, gpc] of WORDIEST)
          await visiting(
            async (page) => {
              await change?.(page);
              for (const layer of [1, 2]) {
                if (layer === 2) {
                  await banner(page).unfold();
                  await change?.(page);
                }
                const name = `${from}, layer ${layer}`;
                assert.deepEqual(await coveredLines(page), [], name);
                const { dialog, overflow } = await look(page);
                assert.ok(!overflow, `${name}: nothing stands out to the side`);
                assert.ok(dialog.top >= 0, `${name}: the banner is in the window`);
                const free = await page.locator("#cc-main .cm").evaluate((element) => {
                  element.scrollTop = 0;
                  const { top, bottom, width } = element.getBoundingClientRect();
                  const buttons = element.querySelector(".cm__btns")?.getBoundingClientRect();
                  const isBeside = Number(buttons?.width) < width / 2;
                  return isBeside ? 1 : (Number(buttons?.top) - top) / (bottom - top);
                });
                assert.ok(free >= 0.5, `${name}: buttons leave half to the text, not ${free}`);
              }
            },
            {
              locale,
              from,
              gpc,
              settings,
              head,
              browser: isEnlarged ? enlarged : site.browser,
            },
          );
      });

  for (const locale of LOCALES)
    test(`${locale}: a phone in landscape shows all of it without scrolling`, async () => {
      for (const [from, gpc] of WORDIEST)
        await visiting(
          async (page) => {
            const { isScrolled, dialog, buttons, crossed } = await look(page);
            assert.ok(!isScrolled && dialog.top >= 0);
            for (const { bottom } of buttons) assert.ok(bottom <= 360);
            assert.deepEqual(crossed, []);
          },
          { locale, from, gpc, settings: LANDSCAPE },
        );
    });
});

test("in Kazakh it weighs less than 3 kB with its style", async () => {
  const { context } = await newVisitor(site.browser);
  try {
    const page = await context.newPage();
    const answer = page.waitForResponse((response) =>
      /\/texts\.\w+\/kk\.txt$/.test(response.url()),
    );
    await page.goto(`${site.server.origin("KZ")}/kk/`);
    const markup = weight(await (await answer).text());
    const style = weight(await bannerStyle());
    console.log(`markup ${markup} + style ${style} bytes (brotli)`);
    assert.ok(markup + style <= 3000, `${markup + style} bytes`);
  } finally {
    await context.close();
  }
});

test("beside cut-outs of the screen", () =>
  visiting(
    async (page) => {
      const session = await page.context().newCDPSession(page);
      const insets = { left: 40, right: 30, top: 20, bottom: 24 };
      await session.send("Emulation.setSafeAreaInsetsOverride", { insets });
      for (const dir of ["ltr", "rtl"]) {
        await page
          .locator("kelisim-banner")
          .evaluate((host, value) => host.setAttribute("dir", value), dir);
        const { dialog, buttons, close } = await look(page);
        assert.equal(dialog.bottom, 640, "the surface goes to the edge");
        for (const { left, right, bottom } of [...buttons, close])
          assert.ok(left >= 40 && right <= 330 && bottom <= 616, dir);
        const text = await page.locator("#cc-main .cm__text").boundingBox();
        assert.ok(text && text.x >= 40 && text.x + text.width <= 330, dir);
      }
    },
    { locale: "en" },
  ));

test("a language that is written from right to left is mirrored", () =>
  visiting(
    async (page) => {
      await page.locator("kelisim-banner").evaluate((host) => host.setAttribute("dir", "rtl"));
      const { close, buttons, overflow, crossed } = await look(page);
      const [accept, reject] = buttons;
      assert.deepEqual(crossed, []);
      assert.ok(close.right < 180 && close.left >= 0);
      assert.ok(reject.right < accept.left);
      assert.ok(!overflow);
      assert.deepEqual(await coveredLines(page), []);
    },
    { locale: "en" },
  ));

test("a desktop has text and buttons beside each other, in the middle", async () => {
  const cases = LOCALES.flatMap((locale) =>
    WORDIEST.map(([from, gpc]) => ({ locale, from, gpc, name: `${locale}, ${from}` })),
  );
  for (const { name, ...visit } of cases)
    await visiting(
      async (page) => {
        const { dialog, buttons, faces, isScrolled, crossed } = await look(page);
        assert.deepEqual(crossed, [], name);
        assert.ok(Math.abs(dialog.left + dialog.right - 1280) <= 1, name);
        assert.ok(dialog.height <= 300 && dialog.width <= 736 && !isScrolled, name);
        const text = await page.locator("#cc-main .cm__text").boundingBox();
        for (const { left } of buttons) assert.ok(text && left >= text.x + text.width, name);
        for (const face of faces) assert.deepEqual(face, faces[0], name);
        assert.deepEqual(await coveredLines(page), [], name);
      },
      { ...visit, settings: DESKTOP },
    );
});

test("in the dark and in the reader's own colours texts and borders keep their contrast", async () => {
  for (const settings of /** @type {Settings[]} */ ([
    { colorScheme: "dark" },
    { forcedColors: "active" },
    { forcedColors: "active", colorScheme: "dark" },
  ]))
    await visiting(
      async (page) => {
        const found = await contrasts(page);
        assert.ok(found.length > 10);
        for (const contrast of found) assert.ok(contrast >= 4.5, JSON.stringify(settings));
        const { faces } = await look(page);
        for (const face of faces) assert.deepEqual(face, faces[0]);
      },
      {
        locale: "kk",
        from: "KZ",
        settings: { ...PHONE, ...settings },
        head: "<style>:root { color-scheme: light dark }</style>",
      },
    );
});

test("a page gives the banner its own accent, corners and typeface", () =>
  visiting(
    async (page) => {
      const { faces } = await look(page);
      for (const { color, borderColor, borderRadius, fontFamily } of /** @type {any[]} */ (faces))
        assert.deepEqual(
          [color, borderColor, borderRadius, fontFamily],
          ["rgb(120, 0, 80)", "rgb(120, 0, 80)", "0px", "monospace"],
        );
      const title = await page
        .locator("#cm-title")
        .evaluate((element) => getComputedStyle(element).fontFamily);
      assert.equal(title, "monospace");
    },
    {
      locale: "en",
      settings: DESKTOP,
      head: "<style>:root { --kelisim-accent: rgb(120 0 80); --kelisim-radius: 0px; --kelisim-font: monospace }</style>",
    },
  ));
