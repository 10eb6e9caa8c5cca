// A real browser for the end-to-end tests, and helpers that read the state of a page.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContext} Context */
/** @typedef {{functional: boolean, analytics: boolean, marketing: boolean}} Choice */

export const LOCALES = ["kk", "ru", "en"];
export const NONE = { functional: false, analytics: false, marketing: false };
export const ALL = { functional: true, analytics: true, marketing: true };

/**
 * No foreign host can be resolved: a test that needs one intercepts its requests (`Context.route`).
 */
const ARGUMENTS =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE *.localhost , EXCLUDE localhost , EXCLUDE 127.0.0.1";

/** How to start the browser. */
export const launchOptions = {
  executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
  args: ARGUMENTS.split(/ (?=--)/),
};

/** Starts the browser. */
export const launch = () => chromium.launch(launchOptions);

/**
 * A new browser context without any storage. Uncaught errors of its pages and violations of the
 * content security policy or Trusted Types are collected in `faults`.
 * @param {import("playwright-core").Browser} browser
 * @param {import("playwright-core").BrowserContextOptions} [settings]
 */
export const newVisitor = async (browser, settings) => {
  const context = await browser.newContext({ locale: "en", reducedMotion: "reduce", ...settings });
  return { context, ...(await collectFaults(context)) };
};

/** The longest wait for a context to be closed, in milliseconds. */
const CLOSING_LIMIT = 10_000;

/**
 * Chromium sometimes never answers that a context is closed when a page of it is being loaded anew.
 * Nothing depends on it: the browser is closed at the end of the file.
 * @param {Context} context
 */
const boundClosing = (context) => {
  const close = context.close.bind(context);
  context.close = async (options) => {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const limit = new Promise((resolve) => (timer = setTimeout(resolve, CLOSING_LIMIT)));
    try {
      await Promise.race([close(options), limit]);
    } finally {
      clearTimeout(timer);
    }
  };
};

/** Collects requests and errors of all pages of a context. @param {Context} context */
export const collectFaults = async (context) => {
  boundClosing(context);
  context.setDefaultTimeout(10_000);
  await context.addInitScript(() =>
    document.addEventListener("consent:change", () => Object.assign(window, { isDecided: true })),
  );
  /** @type {string[]} */
  const faults = [];
  /** @type {string[]} */
  const requests = [];
  context.on("weberror", (error) => faults.push(String(error.error())));
  context.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text()))
      faults.push(message.text());
  });
  context.on("request", (request) => requests.push(`${request.method()} ${request.url()}`));
  return { faults, requests };
};

/** Waits until the script has decided what the visit starts with. @param {Page} page */
export const waitForDecision = async (page) => {
  await page.waitForLoadState("load");
  await page.waitForFunction(() => "isDecided" in window);
};

/**
 * Waits until all requests that follow from the decision would have been sent: five sequential
 * requests take longer than loading the list of services, a service and its vendor's script.
 * (Playwright's `networkidle` never comes after a `fetch` with `keepalive`.)
 * @param {Page} page
 */
export const waitForIdle = async (page) => {
  await waitForDecision(page);
  await page.evaluate(async () => {
    for (let turn = 0; turn < 5; turn += 1)
      await (await fetch("/robots.txt", { cache: "no-store" })).text();
  });
};

/**
 * The cumulative layout shift of the page since it was loaded.
 * @param {Page} page
 * @returns {Promise<number>}
 */
export const layoutShift = (page) =>
  page.evaluate(async () => {
    let sum = 0;
    const add = (/** @type {PerformanceEntryList} */ entries) => {
      for (const entry of entries) sum += /** @type {any} */ (entry).value;
    };
    const observer = new PerformanceObserver((list) => add(list.getEntries()));
    observer.observe({ type: "layout-shift", buffered: true });
    // The shifts of a frame are reported after the frame.
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    add(observer.takeRecords());
    return sum;
  });

/** @param {Page} page @returns {Promise<Choice>} */
export const choice = (page) => page.evaluate(() => /** @type {any} */ (window).kelisim.choice());

/**
 * The consent cookie and its fields, of which categories are digits of three bits; undefined if
 * there is none.
 * @param {Context} context
 */
export const cookie = async (context) => {
  const found = (await context.cookies()).filter(({ name }) => name === "kelisim_cc_cookie");
  assert.ok(found.length < 2, "there is one consent cookie");
  if (found.length === 0) return undefined;
  const [version, subject, state, scopes, exceptions, , , issued] = found[0].value.split(".");
  const [granted, refused, dismissed] = state;
  return { ...found[0], version, subject, granted, refused, dismissed, scopes, exceptions, issued };
};

/** All that a site can leave in a browser. @param {Page} page */
export const storage = (page) =>
  page.evaluate(async () => ({
    cookie: document.cookie,
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }));

export const NOTHING_STORED = {
  cookie: "",
  local: 0,
  session: 0,
  databases: 0,
  caches: 0,
  workers: 0,
};

/** The parts of the banner. @param {Page} page */
export const banner = (page) => ({
  dialog: page.locator("#cc-main .cm"),
  accept: page.locator("#cc-main [data-role=all]"),
  reject: page.locator("#cc-main [data-role=necessary]"),
  choose: page.locator("#cc-main [data-role=show]"),
  /** Opens the settings, which are fetched then. */
  unfold: async () => {
    await page.locator("#cc-main [data-role=show]").click();
    await page.locator("#cc-main [data-role=save]").waitFor();
  },
  save: page.locator("#cc-main [data-role=save]"),
  close: page.locator("#cc-main [data-role=close]"),
  /** @param {string} category */
  box: (category) => page.locator(`#cc-main input[name=${category}]`),
  /** @param {string} name */
  status: (name) => page.locator(`[data-status=${name}]`),
  reopen: page.locator("[data-choices=open]"),
});

/** Names of the regimes whose sentence is shown. @param {Page} page */
export const shownRegimes = (page) =>
  page
    .locator("[data-regime]:visible")
    .evaluateAll((sentences) =>
      sentences.map((sentence) => /** @type {HTMLElement} */ (sentence).dataset.regime),
    );
