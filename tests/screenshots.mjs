// Makes the pictures of docs/screenshots and the table of docs/languages.md anew: `cargo xtask
// screenshots`. They show the sites as visitors see them, on the real worker. An argument, such as
// `languages`, makes only one part of them.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { banner, launch, newVisitor, waitForDecision } from "./support/browser.mjs";
import { startServerIn, startServerInEveryLanguage } from "./support/every-language.mjs";
import { exampleFigures } from "./support/example-figures.mjs";
import { hasFaceFor } from "./support/faces.mjs";
import { writeLanguageTable } from "./support/language-table.mjs";
import { exampleLog, exampleRecord } from "./support/receipts.mjs";
import { startServer } from "./support/server.mjs";
import { builder, buildWith, inTheme, withBrand } from "./support/site.mjs";

/** @typedef {import("playwright-core").Page} Page */
/**
 * @typedef {object} Picture
 * @property {string} name of the file
 * @property {string} path of the page
 * @property {string} [from] the visitor's country
 * @property {[number, number]} [size]
 * @property {boolean} [isDark]
 * @property {(page: Page) => Promise<unknown>} [expect] what is done before the page is there
 * @property {(page: Page) => Promise<unknown>} [prepare] what the visitor does first
 */

const root = fileURLToPath(new URL("../", import.meta.url));
const pictures = path.join(root, "docs/screenshots");

/** The README loads them: none may be heavier. */
const MOST_BYTES = 200_000;

/** @param {Page} page */
const answered = async (page) => {
  await banner(page).reject.click();
  await banner(page).dialog.waitFor({ state: "hidden" });
  await page.evaluate(() => {
    for (const element of document.querySelectorAll("[data-status]"))
      element.setAttribute("hidden", "");
  });
};

/**
 * The banner, which names the site's own host instead of that of the tests' server.
 * @param {Page} page
 */
const asked = async (page) => {
  await banner(page).dialog.waitFor();
  await page.evaluate(() => {
    const { href } = /** @type {HTMLLinkElement} */ (document.querySelector("link[rel=canonical]"));
    for (const place of document.querySelectorAll("#cc-main [data-host]"))
      place.textContent = new URL(href).host;
  });
};

/** A sheet at 96 dots per inch. @type {[number, number]} */
const A4 = [794, 1123];

/** @param {Page} page */
const onPaper = async (page) => {
  await page.emulateMedia({ media: "print" });
  // The margins of the sheet, which no window has.
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("html { padding: 20mm 18mm }");
    document.adoptedStyleSheets.push(sheet);
  });
};

/** The day of the operator's page: its figures are an imagined month. */
const TODAY = new Date("2026-11-20T12:00:00Z");

/** @param {Page} page */
const signIn = async (page) => {
  await page.locator("[data-admin=token]").fill("in-a-picture-no-service-is-asked-at-all");
  await page.locator("[data-admin=sign] button").click();
  await page.locator("[data-admin=open]").waitFor();
};

/** Where the focus is put, for those who hear the page. @param {Page} page */
const blur = (page) =>
  page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());

/** The log of a picture holds nothing: its figures and its record are made up. @param {Page} page */
const imagineLog = async (page) => {
  const index = JSON.parse(
    await readFile(path.join(root, "dist/cap.kz/archive/index.json"), "utf8"),
  );
  const { sha256 } = index.find(
    (/** @type {any} */ { kind, locale }) => kind === "banner" && locale === "kk",
  );
  const record = exampleRecord({ text: sha256 });
  const log = exampleLog(record);
  await page.clock.setFixedTime(TODAY);
  await page.route("**/api/consent/stats?*", (route) =>
    route.fulfill({ json: exampleFigures(30, TODAY, { isCounting: true }) }),
  );
  await page.route("**/log/policy", (route) => route.fulfill({ body: log.policy }));
  await page.route("**/api/consent/record?*", (route) =>
    route.fulfill({ json: { record: JSON.parse(record), index: 3, receipt: log.receipt() } }),
  );
};

/** @type {Picture[]} */
const OF_CAP = [
  { name: "banner-kk", path: "/kk/cookies/", prepare: asked },
  {
    name: "settings-ru",
    path: "/ru/cookies/",
    prepare: async (page) => {
      await banner(page).unfold();
      const analytics = page.locator("#cc-main [data-category=analytics]");
      await analytics.locator("summary").click();
      await analytics.evaluate((element) => element.scrollIntoView());
      await page.mouse.move(0, 0);
    },
  },
  {
    name: "policy-phone-dark-kk",
    path: "/kk/privacy/",
    size: [390, 780],
    isDark: true,
    prepare: answered,
  },
  {
    name: "banner-phone-dark-kk",
    path: "/kk/cookies/",
    size: [390, 780],
    isDark: true,
    prepare: asked,
  },
  { name: "choices-en", path: "/en/choices/", size: [1100, 900] },
  {
    name: "admin-ru",
    path: "/ru/admin/",
    size: [1200, 1240],
    expect: imagineLog,
    prepare: async (page) => {
      await signIn(page);
      await blur(page);
    },
  },
  {
    name: "admin-record-en",
    path: "/en/admin/",
    size: [1200, 900],
    expect: imagineLog,
    prepare: async (page) => {
      await signIn(page);
      await page.locator("[data-admin=receipt]").fill("3");
      await page.locator("[data-admin=lookup] [type=submit]").click();
      await page.locator("[data-verdict]").waitFor();
      await blur(page);
      await page.locator("#s-lookup").evaluate((element) => element.scrollIntoView());
    },
  },
  { name: "print-ru", path: "/ru/privacy/", size: A4, prepare: onPaper },
];

/** The tests' site of four editions: the real sites have one each so far. @type {Picture[]} */
const OF_EDITIONS = [
  {
    name: "changes-ru",
    path: "/ru/privacy/changes/",
    size: [1000, 640],
    prepare: (page) =>
      page
        .locator("#s-2026-01-01 .edition__compared")
        .evaluate((element) => element.scrollIntoView()),
  },
];

/** A site with a brand of five lines. @type {Picture[]} */
const OF_BRAND = [
  { name: "brand-en", path: "/en/", size: [1000, 700], prepare: answered },
  {
    name: "brand-phone-dark-ru",
    path: "/ru/privacy/",
    size: [360, 640],
    isDark: true,
    prepare: answered,
  },
];

/** A site in a theme of five lines. @type {Picture[]} */
const OF_OVERLAY = [
  { name: "overlay-en", path: "/en/privacy/", size: [1000, 700], prepare: answered },
  { name: "overlay-phone-kk", path: "/kk/cookies/", size: [360, 640], prepare: asked },
];

/** Languages of several scripts, two of them written from right to left, on a small phone. */
const PICTURED = ["kk", "de", "el", "ka", "hy", "zh-hans", "ar", "he"];
const OF_LANGUAGES = PICTURED.map((locale) => ({
  name: `banner-phone-${locale}`,
  path: `/${locale}/cookies/`,
  size: /** @type {[number, number]} */ ([360, 640]),
  prepare: asked,
}));

/** Stops where the machine would measure and show empty boxes. */
const requireChinese = async () => {
  const page = await browser.newPage();
  if (!(await hasFaceFor(page, "政策")))
    throw new Error(
      "no face has Chinese letters: install one, such as Debian's fonts-wqy-microhei",
    );
  await page.close();
};

/**
 * Takes a picture as a new visitor.
 * @param {import("playwright-core").Browser} browser
 * @param {string} origin
 * @param {Picture} picture
 */
const take = async (
  browser,
  origin,
  { name, path: address, size = [1200, 800], isDark = false, expect, prepare },
) => {
  const [width, height] = size;
  const { context } = await newVisitor(browser, {
    viewport: { width, height },
    colorScheme: isDark ? "dark" : "light",
  });
  try {
    const page = await context.newPage();
    await expect?.(page);
    await page.goto(origin + address);
    // Without anything to ask there is neither a banner nor a script.
    if (await page.locator("#cc-main").count()) await waitForDecision(page);
    await prepare?.(page);
    const file = path.join(pictures, `${name}.png`);
    await page.screenshot({ path: file });
    const { size: bytes } = await stat(file);
    process.stdout.write(`docs/screenshots/${name}.png  ${Math.ceil(bytes / 1000)} kB\n`);
    if (bytes > MOST_BYTES)
      throw new Error(`${name}.png has more than ${MOST_BYTES / 1000} kB: show less of the page`);
  } finally {
    await context.close();
  }
};

/**
 * @param {Awaited<ReturnType<typeof startServer>>} server stopped at the end
 * @param {Picture[]} list
 */
const takeAll = async (server, list) => {
  try {
    for (const picture of list) await take(browser, server.origin(picture.from ?? "DE"), picture);
  } finally {
    await server.stop();
  }
};

const scratch = await mkdtemp(path.join(os.tmpdir(), "kelisim-pictures-"));
/** @type {Record<string, () => Promise<void>>} */
const PARTS = {
  site: async () => takeAll(await startServer(), OF_CAP),
  editions: async () => {
    const content = path.join(root, "site-builder/tests/fixtures/editions/content");
    const places = ["--content", content, "--themes", path.join(root, "themes"), "--out", scratch];
    await promisify(execFile)(builder(), ["build", "--site", "policies.example", ...places]);
    await takeAll(await startServer({ dist: path.join(scratch, "policies.example") }), OF_EDITIONS);
  },
  brand: async () => {
    const brand = await buildWith({ "site.toml": withBrand }, { hasPictures: true });
    await takeAll(await startServer({ dist: brand.dist }), OF_BRAND);
    await brand.remove();
    const overlay = await buildWith({ "site.toml": inTheme("rose") }, { overlay: "rose" });
    await takeAll(await startServer({ dist: overlay.dist }), OF_OVERLAY);
    await overlay.remove();
  },
  languages: async () => {
    await requireChinese();
    const server = await startServerInEveryLanguage();
    try {
      await writeLanguageTable(server, browser);
    } finally {
      await server.stop();
    }
    await takeAll(await startServerIn(PICTURED), OF_LANGUAGES);
  },
};
await mkdir(pictures, { recursive: true });
const browser = await launch();
try {
  const [only] = process.argv.slice(2);
  if (only && !(only in PARTS)) throw new Error(`parts are ${Object.keys(PARTS).join(", ")}`);
  for (const [name, make] of Object.entries(PARTS)) if (!only || name === only) await make();
} finally {
  await browser.close();
  await rm(scratch, { recursive: true, force: true });
}
