// Both engines, driven alike: Chromium and a stock Firefox (by WebDriver BiDi).

import puppeteer from "puppeteer-core";
import { launchOptions } from "./browser.mjs";

/** @typedef {import("puppeteer-core").Browser} Browser */
/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {"light" | "dark"} Scheme */

export const SCHEMES = /** @type {const} */ (["light", "dark"]);

/**
 * Firefox can't emulate media features such as `prefers-color-scheme` by command, only by
 * preferences.
 * @param {Scheme} scheme
 */
const preferences = (scheme) => ({
  "layout.css.prefers-color-scheme.content-override": scheme === "dark" ? 0 : 1,
  "ui.prefersReducedMotion": 1,
});

/**
 * Starts Firefox.
 * @param {Scheme} scheme
 * @param {Record<string, unknown>} [more] further settings
 * @returns {Promise<Browser>}
 */
export const launchFirefox = (scheme, more = {}) =>
  puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX_PATH ?? "/usr/bin/firefox-esr",
    extraPrefsFirefox: { ...preferences(scheme), ...more },
  });

/** @returns {Promise<Browser>} */
const launchChromium = () =>
  puppeteer.launch({
    browser: "chrome",
    executablePath: launchOptions.executablePath,
    args: launchOptions.args,
  });

/**
 * The engines by name; `start` is called once a scheme.
 * @type {Record<string, (scheme: Scheme) => Promise<Browser>>}
 */
export const ENGINES = { Chromium: launchChromium, Firefox: (scheme) => launchFirefox(scheme) };

/**
 * A page of a new visitor.
 * @param {Browser} browser
 * @param {Scheme} scheme
 * @param {{width: number, height: number}} [viewport]
 */
export const open = async (browser, scheme, viewport = { width: 1000, height: 720 }) => {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport(viewport);
  if ((await browser.version()).startsWith("Chrome")) {
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: scheme },
      { name: "prefers-reduced-motion", value: "reduce" },
    ]);
  }
  return { page, close: () => context.close() };
};

/**
 * Goes to an address and waits until the script has decided what the visit starts with.
 * @param {Page} page
 * @param {string} address
 */
export const go = async (page, address) => {
  await page.goto(address);
  await page.waitForFunction(
    () =>
      "kelisim" in window &&
      (document.cookie !== "" || document.querySelector("#cc-main:not([hidden])") !== null),
  );
};
