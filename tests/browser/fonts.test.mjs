// All letters of a word are of one face, on pages and in the banner, with the faces that systems
// have: the browser itself says which it used.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { banner, launch, newVisitor } from "../support/browser.mjs";
import { startServerInEveryLanguage } from "../support/every-language.mjs";
import { facesOfWords, hasFaceFor, launchWithFaces } from "../support/faces.mjs";

/** Languages with a script or letters that many faces lack, and two of their letters. */
const LANGUAGES = {
  kk: "әү",
  ru: "дж",
  az: "əğ",
  el: "λξ",
  ka: "აბ",
  hy: "աբ",
  ar: "عد",
  he: "אש",
  "zh-hans": "政策",
};

const EUROPEAN = /[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Common}\p{sc=Inherited}]/u;
const ARABIC = /[\p{scx=Arabic}\p{sc=Common}]/u;
const HEBREW = /[\p{scx=Hebrew}\p{sc=Common}]/u;
const ARMENIAN = /[\p{scx=Armenian}\p{sc=Common}]/u;
const GEORGIAN = /[\p{scx=Georgian}\p{sc=Common}]/u;
const CHINESE = /[\p{sc=Han}\p{sc=Latin}\p{sc=Common}]/u;
/** @param {RegExp[]} parts */
const any = (...parts) => new RegExp(parts.map(({ source }) => source).join("|"), "u");
const ALL_BUT_CHINESE = any(EUROPEAN, ARABIC, HEBREW, ARMENIAN, GEORGIAN);

/** Liberation 1.07 and 2.1: the letters of Kazakh, Kyrgyz and Azerbaijani are not among them. */
const LIBERATION =
  /[\p{sc=Common}\p{sc=Inherited}\u0020-\u017f\u0218-\u021b\u0370-\u045f\u0490\u0491]/u;
/** PT Serif: of Greek it has what stands in formulas. */
const PT_SERIF = /[\p{sc=Common}\u0020-\u0131\u0139-\u017f\u0218-\u021bΔΩμπ\u0400-\u04ff]/u;
/** What fontconfig gives for Cambria, where it is installed. */
const CALADEA = /[\p{sc=Common}\u0020-\u017f\u0218-\u021b]/u;

/**
 * Systems and those of their faces that matter here. On Linux and Android by the tables of the faces
 * themselves, elsewhere by what the vendors' pages say of them.
 * @type {Record<string, import("../support/faces.mjs").Machine>}
 */
const MACHINES = {
  "Linux without Noto": {
    faces: {
      "Liberation Sans": LIBERATION,
      "Liberation Serif": LIBERATION,
      Caladea: CALADEA,
      "DejaVu Sans": ALL_BUT_CHINESE,
      "DejaVu Serif": any(EUROPEAN, ARMENIAN, GEORGIAN),
      "WenQuanYi Micro Hei": any(CHINESE, EUROPEAN),
    },
    aliases: {
      Arial: "Liberation Sans",
      "sans-serif": "Liberation Sans",
      "Times New Roman": "Liberation Serif",
      serif: "Liberation Serif",
      Cambria: "Caladea",
    },
  },
  "Linux with Noto": {
    faces: {
      "Liberation Sans": LIBERATION,
      "Liberation Serif": LIBERATION,
      Caladea: CALADEA,
      "Noto Sans": EUROPEAN,
      "Noto Serif": EUROPEAN,
      "Noto Sans Arabic": ARABIC,
      "Noto Sans Hebrew": HEBREW,
      "Noto Sans Armenian": ARMENIAN,
      "Noto Serif Armenian": ARMENIAN,
      "Noto Sans Georgian": GEORGIAN,
      "Noto Sans CJK SC": CHINESE,
    },
    aliases: {
      Arial: "Liberation Sans",
      "sans-serif": "Liberation Sans",
      "Times New Roman": "Liberation Serif",
      serif: "Liberation Serif",
      Cambria: "Caladea",
    },
  },
  Windows: {
    faces: {
      "Segoe UI": ALL_BUT_CHINESE,
      Arial: any(EUROPEAN, ARABIC, HEBREW),
      Cambria: EUROPEAN,
      "Times New Roman": any(EUROPEAN, ARABIC, HEBREW),
      Sylfaen: any(EUROPEAN, ARMENIAN, GEORGIAN),
      "Microsoft YaHei": any(CHINESE, EUROPEAN),
    },
    aliases: { "sans-serif": "Arial", serif: "Times New Roman" },
  },
  "macOS, where `ui-serif` is unknown": {
    faces: {
      "-apple-system": ALL_BUT_CHINESE,
      Helvetica: /[\p{sc=Common}\u0020-\u017f\u0400-\u045f]/u,
      Times: /[\p{sc=Common}\u0020-\u017f]/u,
      "PT Serif": PT_SERIF,
      "Times New Roman": any(EUROPEAN, ARABIC, HEBREW),
      "PingFang SC": CHINESE,
    },
    aliases: { "sans-serif": "Helvetica", serif: "Times" },
  },
  Android: {
    faces: {
      Roboto: EUROPEAN,
      "Noto Serif": EUROPEAN,
      "Noto Naskh Arabic UI": ARABIC,
      "Noto Sans Hebrew": HEBREW,
      "Noto Sans Armenian": ARMENIAN,
      "Noto Sans Georgian": GEORGIAN,
      "Noto Sans CJK SC": CHINESE,
    },
    aliases: { "sans-serif": "Roboto", serif: "Noto Serif" },
  },
};

/** @type {Awaited<ReturnType<typeof startServerInEveryLanguage>>} */
let server;
before(async () => {
  server = await startServerInEveryLanguage();
});
after(() => server?.stop());

/**
 * Words of a page with its banner whose letters are of several faces.
 * @param {import("playwright-core").Page} page
 * @param {string} locale
 */
const mixedWords = async (page, locale) => {
  await page.goto(`${server.origin("KZ")}/${locale}/cookies/`);
  await banner(page).dialog.waitFor();
  const words = await facesOfWords(page, "main, h1, h2, #cc-main");
  assert.ok(words.length > 50, `${locale}: ${words.length} words`);
  return words
    .filter(({ families }) => families.length !== 1)
    .map(({ word, families }) => `${locale}: ${word}: ${families.join(", ")}`);
};

describe("letters of a word are of one face", () => {
  for (const [name, machine] of Object.entries(MACHINES))
    test(name, {
      skip: process.platform !== "linux" && "faces are not found by fontconfig",
    }, async () => {
      const browser = await launchWithFaces(machine);
      const { context } = await newVisitor(browser);
      try {
        const page = await context.newPage();
        /** @type {string[]} */
        const mixed = [];
        for (const locale of Object.keys(LANGUAGES))
          mixed.push(...(await mixedWords(page, locale)));
        assert.deepEqual([...new Set(mixed)], []);
      } finally {
        await browser.close();
      }
    });

  test("with the faces of this machine", async (t) => {
    const browser = await launch();
    const { context } = await newVisitor(browser);
    try {
      const page = await context.newPage();
      for (const [locale, letters] of Object.entries(LANGUAGES))
        if (await hasFaceFor(page, letters)) assert.deepEqual(await mixedWords(page, locale), []);
        else t.diagnostic(`${locale} is left out: no face here has its letters`);
    } finally {
      await browser.close();
    }
  });
});
