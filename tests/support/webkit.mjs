// WebKit as Debian ships it: its driver speaks WebDriver, its small browser is shown on a screen that
// exists in memory alone (Xvfb).

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { Builder, Key } from "selenium-webdriver";
import { find, SCREEN, start, startScreen } from "./programs.mjs";
import { startTunnel } from "./tunnel.mjs";
import { until } from "./until.mjs";

/** @typedef {import("./engines.mjs").Visitor} Visitor */

/** How long the driver may take for a command, and it for a page or a script, in milliseconds. */
const COMMAND_LIMIT = 60_000;
const PAGE_LIMIT = 30_000;
/** How long a browser may take to start, and how often it is tried. */
const START_LIMIT = 20_000;
const ATTEMPTS = 3;

const DRIVER = "WebKitWebDriver";

/**
 * Why WebKit can't be started here, for `skip` of a test; undefined if it can. Where `cargo xtask
 * test` has found it, it must start, so that no run leaves these tests out unnoticed.
 */
export const absent =
  process.env.WEBKIT_DRIVER_PATH === undefined && ![DRIVER, SCREEN].every(find)
    ? "WebKit is not installed: `apt-get install webkit2gtk-driver xvfb`, or `cargo xtask setup`"
    : undefined;

/**
 * What a command of the driver resolves to. Selenium waits for an answer without end.
 * @template T
 * @param {string} what
 * @param {PromiseLike<T>} answer
 * @param {number} [longest] in milliseconds
 * @returns {Promise<T>}
 */
const bounded = async (what, answer, longest = COMMAND_LIMIT) => {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`WebKit did not answer: ${what}`)), longest);
  });
  try {
    return await Promise.race([answer, limit]);
  } finally {
    clearTimeout(timer);
  }
};

const freePort = async () => {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** The settings of GTK, from which WebKit takes that the visitor prefers no motion. */
const SETTINGS = "[Settings]\ngtk-enable-animations=false\n";

/**
 * Starts the screen; each visit starts a driver and its browser.
 * @param {{scheme?: "light" | "dark", server?: number}} [options] the visitor's colour scheme, and
 *   the port of a local https server that answers for every host
 */
export const startWebKit = async ({ scheme = "light", server } = {}) => {
  /** What has been started, in order. @type {(() => Promise<void>)[]} */
  const started = [];
  const stop = async () => {
    for (const end of started.splice(0).reverse()) await end();
  };
  try {
    const home = await mkdtemp(path.join(os.tmpdir(), "kelisim-webkit-"));
    started.push(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
    await mkdir(path.join(home, "gtk-3.0"));
    await writeFile(path.join(home, "gtk-3.0/settings.ini"), SETTINGS);
    const screen = await startScreen();
    started.push(screen.stop);
    const tunnel = server === undefined ? undefined : await startTunnel(server);
    if (tunnel !== undefined) started.push(tunnel.stop);
    const proxy = tunnel === undefined ? [] : [`--proxy=http://127.0.0.1:${tunnel.port}`];
    const environment = {
      PATH: process.env.PATH,
      HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_DATA_HOME: home,
      XDG_CACHE_HOME: home,
      LC_ALL: "en_US.UTF-8",
      GTK_THEME: scheme === "dark" ? "Adwaita:dark" : "Adwaita",
      GSETTINGS_BACKEND: "memory",
      DISPLAY: screen.display,
      // Without it the first picture is blank where there is no graphics card.
      WEBKIT_SKIA_ENABLE_CPU_RENDERING: "1",
    };
    return { visit: (/** @type {Size} */ size) => visit(environment, proxy, size), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/**
 * Starts the driver.
 * @param {NodeJS.ProcessEnv} env
 */
const startDriver = async (env) => {
  const port = await freePort();
  const words = [`--port=${port}`, "--host=127.0.0.1"];
  const file = process.env.WEBKIT_DRIVER_PATH ?? DRIVER;
  const driver = start(file, words, { stdio: "ignore", env });
  const address = `http://127.0.0.1:${port}`;
  try {
    await until(() => {
      driver.check();
      return fetch(`${address}/status`).then(
        (response) => response.ok,
        () => false,
      );
    }, "WebKitWebDriver does not answer");
  } catch (error) {
    await driver.stop();
    throw error;
  }
  return { address, stop: driver.stop };
};

/**
 * Starts a driver, and by it a browser that keeps nothing.
 * @param {NodeJS.ProcessEnv} environment
 * @param {string[]} words further words of the browser's command line
 * @returns {Promise<{driver: import("selenium-webdriver").WebDriver, stop: () => Promise<void>}>}
 */
const startBrowser = async (environment, words) => {
  const capabilities = {
    browserName: "MiniBrowser",
    acceptInsecureCerts: true,
    timeouts: { pageLoad: PAGE_LIMIT, script: PAGE_LIMIT },
    "webkitgtk:browserOptions": { args: ["--automation", ...words] },
  };
  for (let attempt = 1; ; attempt += 1) {
    const { address, stop } = await startDriver(environment);
    const builder = new Builder().usingServer(address).withCapabilities(capabilities);
    try {
      return { driver: await bounded("start", builder.build(), START_LIMIT), stop };
    } catch (error) {
      await stop();
      // On a busy machine the browser sometimes never connects to its driver.
      if (attempt === ATTEMPTS) throw error;
    }
  }
};

/** @typedef {{width: number, height: number}} Size */

/**
 * A new visitor, with a browser of their own.
 * @param {NodeJS.ProcessEnv} environment
 * @param {string[]} words further words of the browser's command line
 * @param {Size} size
 * @returns {Promise<Visitor>}
 */
const visit = async (environment, words, size) => {
  const { driver, stop } = await startBrowser(environment, words);
  const actions = () => driver.actions();
  /** @type {Visitor["evaluate"]} */
  const evaluate = async (script, ...given) => {
    if (typeof script === "string") return bounded("a script", driver.executeScript(script));
    const call = `(${script})(...given)`;
    const [error, value] = /** @type {[string | null, any]} */ (
      await bounded(
        call.slice(0, 80),
        driver.executeAsyncScript(
          `const given = [...arguments], done = given.pop();
          (async () => ${call})().then((value) => done([null, value]), (error) => done([String(error)]));`,
          ...given,
        ),
      )
    );
    if (error !== null) throw new Error(error);
    return value ?? undefined;
  };
  try {
    await resize(driver, evaluate, size);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    go: (to) => bounded(to, driver.get(to)),
    evaluate,
    click: (selector) =>
      bounded(`click ${selector}`, driver.findElement({ css: selector }).click()),
    away: () => bounded("move", actions().move({ x: 1, y: 1 }).perform()),
    press: (...keys) => {
      const codes = keys.map(codeOf);
      const sequence = actions();
      for (const code of codes) sequence.keyDown(code);
      for (const code of codes.toReversed()) sequence.keyUp(code);
      return bounded(`press ${keys}`, sequence.perform());
    },
    type: (text) => bounded(`type ${text}`, actions().sendKeys(text).perform()),
    screenshot: async () =>
      Buffer.from(await bounded("screenshot", driver.takeScreenshot()), "base64"),
    cookies: () => bounded("cookies", driver.manage().getCookies()),
    faults: () => [],
    close: stop,
  };
};

/** Selenium's code of a key, which it calls by other names: `ARROW_DOWN`. @param {string} key */
const codeOf = (key) =>
  /** @type {Record<string, any>} */ (Key)[
    key.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()
  ] ?? key;

/**
 * Gives the page, not the window, this size.
 * @param {import("selenium-webdriver").WebDriver} driver
 * @param {Visitor["evaluate"]} evaluate
 * @param {Size} size
 */
const resize = async (driver, evaluate, { width, height }) => {
  const window = driver.manage().window();
  const [innerWidth, innerHeight] = await evaluate(() => [innerWidth, innerHeight]);
  const outer = await bounded("size", window.getRect());
  const rest = { width: outer.width - innerWidth, height: outer.height - innerHeight };
  await bounded(
    "resize",
    window.setRect({ ...outer, width: width + rest.width, height: height + rest.height }),
  );
};
