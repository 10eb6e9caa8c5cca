// The three engines, driven alike: Chromium and a stock Firefox by Puppeteer, WebKit by WebDriver.

import { after, before } from "node:test";
import puppeteer from "puppeteer-core";
import { launchOptions } from "./browser.mjs";
import { startTunnel } from "./tunnel.mjs";
import { until } from "./until.mjs";
import { everyNameAt } from "./vendors.mjs";
import * as webkit from "./webkit.mjs";

/** @typedef {import("puppeteer-core").Browser} Browser */
/** @typedef {"light" | "dark"} Scheme */
/** @typedef {{width: number, height: number}} Size */
/** @typedef {{name: string, value: string, domain?: string}} Cookie */

/**
 * A page of a new visitor.
 * @typedef {object} Visitor
 * @property {(address: string) => Promise<unknown>} go loads an address
 * @property {(script: any, ...given: any[]) => Promise<any>} evaluate runs a function with what is
 *   given, or an expression, in the page
 * @property {(selector: string) => Promise<void>} click with the pointer, in the middle of the first
 *   element that matches
 * @property {() => Promise<void>} away moves the pointer into the page's corner
 * @property {(...keys: string[]) => Promise<void>} press keys together, such as "Shift", "Tab"
 * @property {(text: string) => Promise<void>} type
 * @property {() => Promise<Uint8Array>} screenshot as PNG
 * @property {() => Promise<Cookie[]>} cookies those for the page's address, also of `HttpOnly`
 * @property {() => string[]} faults errors on the console so far; WebKit's driver tells of none
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} Options
 * @property {Scheme} [scheme] the visitor's colour scheme
 * @property {number} [server] port of a local https server that answers for every host; without it
 *   only `*.localhost` is there
 * @property {boolean} [gpc] Firefox's own Global Privacy Control
 */

/** @typedef {{visit: (size: Size) => Promise<Visitor>, stop: () => Promise<void>}} Engine */

export const SCHEMES = /** @type {const} */ (["light", "dark"]);

/**
 * Messages that are no fault: something failed to load, which tests see elsewhere; the icon that
 * browsers ask for themselves; a cookie to delete that is not the page's (Firefox).
 */
const EXPECTED = /Failed to load resource|favicon|Cookie “.*” has been rejected/;

/**
 * A visitor to a page that Puppeteer drives.
 * @param {import("puppeteer-core").Page} page
 * @returns {Visitor}
 */
export const puppeteerVisitor = (page) => {
  /** @type {string[]} */
  const faults = [];
  const note = (/** @type {string} */ text) => !EXPECTED.test(text) && faults.push(text);
  page.on("pageerror", (error) => note(String(error)));
  page.on("console", (message) => message.type() === "error" && note(message.text()));
  return {
    go: (address) => page.goto(address),
    evaluate: (script, ...given) => page.evaluate(script, ...given),
    click: async (selector) => {
      // Buttons of the banner take no pointer for half a second after they have appeared.
      await page.waitForFunction(
        (wanted) => {
          const element = document.querySelector(wanted);
          return element === null || getComputedStyle(element).pointerEvents !== "none";
        },
        {},
        selector,
      );
      await page.click(selector);
    },
    away: () => page.mouse.move(1, 1),
    press: async (...keys) => {
      const names = /** @type {import("puppeteer-core").KeyInput[]} */ (keys);
      for (const key of names) await page.keyboard.down(key);
      for (const key of names.toReversed()) await page.keyboard.up(key);
    },
    type: (text) => page.keyboard.type(text),
    screenshot: () => page.screenshot(),
    cookies: () => page.cookies(),
    faults: () => faults,
    close: () => page.close(),
  };
};

/**
 * A new visitor in a browser that Puppeteer drives.
 * @param {Browser} browser
 * @param {Size} size
 * @param {(page: import("puppeteer-core").Page) => Promise<void>} prepare
 * @returns {Promise<Visitor>}
 */
const visit = async (browser, size, prepare) => {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport(size);
  await prepare(page);
  return { ...puppeteerVisitor(page), close: () => context.close() };
};

/** @param {Options} options @returns {Promise<Browser>} */
const launchChromium = ({ server }) => {
  const args = launchOptions.args.filter(
    (argument) => server === undefined || !argument.startsWith("--host-resolver-rules"),
  );
  return puppeteer.launch({
    browser: "chrome",
    executablePath: launchOptions.executablePath,
    args: server === undefined ? args : [...args, everyNameAt(server)],
    acceptInsecureCerts: server !== undefined,
  });
};

/** @param {Options} options @returns {Promise<Engine>} */
const startChromium = async (options) => {
  const browser = await launchChromium(options);
  const { scheme = "light" } = options;
  return {
    visit: (size) =>
      visit(browser, size, (page) =>
        page.emulateMediaFeatures([
          { name: "prefers-color-scheme", value: scheme },
          { name: "prefers-reduced-motion", value: "reduce" },
        ]),
      ),
    stop: () => browser.close(),
  };
};

/**
 * Firefox can't emulate media features such as `prefers-color-scheme` by command, only by
 * preferences.
 * @param {Options & {tunnel?: number}} options `tunnel` is the port of a proxy to `server`
 * @returns {Promise<Browser>}
 */
const launchFirefox = ({ scheme = "light", gpc = false, tunnel }) =>
  puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX_PATH ?? "/usr/bin/firefox-esr",
    acceptInsecureCerts: tunnel !== undefined,
    extraPrefsFirefox: {
      "layout.css.prefers-color-scheme.content-override": scheme === "dark" ? 0 : 1,
      "ui.prefersReducedMotion": 1,
      "privacy.globalprivacycontrol.enabled": gpc,
      ...(tunnel && {
        "network.proxy.type": 1,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": tunnel,
      }),
    },
  });

/** @param {Options} options @returns {Promise<Engine>} */
const startFirefox = async (options) => {
  const tunnel = options.server === undefined ? undefined : await startTunnel(options.server);
  try {
    const browser = await launchFirefox({ ...options, tunnel: tunnel?.port });
    return {
      visit: (size) => visit(browser, size, (page) => page.bringToFront()),
      stop: async () => {
        await browser.close();
        await tunnel?.stop();
      },
    };
  } catch (error) {
    await tunnel?.stop();
    throw error;
  }
};

/**
 * Start the browsers of tests that need more of Puppeteer than a `Visitor` has.
 * @type {Record<string, (options: Options) => Promise<Browser>>}
 */
export const LAUNCHERS = { Chromium: launchChromium, Firefox: launchFirefox };

/**
 * The engines by name: how to start each, and why a test must skip it here.
 * @type {Record<string, {start: (options: Options) => Promise<Engine>, absent?: string}>}
 */
export const ENGINES = {
  Chromium: { start: startChromium },
  Firefox: { start: startFirefox },
  WebKit: { start: webkit.startWebKit, absent: webkit.absent },
};

/**
 * Starts an engine before the tests of a group and stops it after them.
 * @param {string} name of `ENGINES`
 * @param {() => Options} [options]
 */
export const withEngine = (name, options = () => ({})) => {
  /** @type {Engine | undefined} */
  let engine;
  before(async () => {
    if (ENGINES[name].absent === undefined) engine = await ENGINES[name].start(options());
  });
  after(() => engine?.stop());
  /**
   * Visits as a new visitor.
   * @param {(visitor: Visitor) => Promise<void>} check
   * @param {Size} [size] of the page
   */
  return async (check, size = { width: 1000, height: 720 }) => {
    if (engine === undefined) throw new Error(`${name} was not started`);
    const visitor = await engine.visit(size);
    try {
      await check(visitor);
    } finally {
      await visitor.close();
    }
  };
};

/**
 * Whether a visitor sees the first element that matches.
 * @param {Visitor} visitor
 * @param {string} selector
 * @returns {Promise<boolean>}
 */
export const isShown = (visitor, selector) =>
  visitor.evaluate((/** @type {string} */ wanted) => {
    const element = document.querySelector(wanted);
    return element !== null && element.getClientRects().length > 0;
  }, selector);

/**
 * Waits until a visitor sees the first element that matches, or no longer does.
 * @param {Visitor} visitor
 * @param {string} selector
 * @param {boolean} [shown]
 */
export const waitFor = (visitor, selector, shown = true) =>
  until(
    async () => (await isShown(visitor, selector)) === shown,
    `${selector} is ${shown ? "not shown" : "still shown"}`,
  );

/**
 * Goes to a page of the policy site and waits until the script has decided what the visit starts
 * with.
 * @param {Visitor} visitor
 * @param {string} address
 */
export const go = async (visitor, address) => {
  await visitor.go(address);
  await until(
    () =>
      visitor.evaluate(
        () =>
          "kelisim" in window &&
          (document.cookie !== "" || document.querySelector("#cc-main:not([hidden])") !== null),
      ),
    `nothing was decided on ${address}`,
  );
};
