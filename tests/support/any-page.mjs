// Pages of any kind with the banner's element on them: the modules of the theme, bundled with a small
// entry, and markup like the banner's. A page is served as it is written, so that each test shows the
// whole of it.

import http from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bannerStyle } from "../../themes/default/bundle.mjs";
import { LAUNCHERS } from "./engines.mjs";
import { until } from "./until.mjs";

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {import("puppeteer-core").Browser} Browser */

const MARKUP = `<div class="dock"><div class="dock__status"><div role="status"><p data-status="arrived" class="dock__unseen" hidden>A message has come.</p><p data-status="saved" hidden>Saved.</p></div></div>
<div class="dock__banner" id="cc-main"><div class="cm-wrapper"><div class="cm" role="region" aria-labelledby="cm-title" tabindex="-1"><form class="cm__form"><div class="cm__body"><h2 class="cm__title" id="cm-title">Cookies</h2>
<p>${"Words of the banner. ".repeat(12)}</p><label><input type="checkbox" name="analytics"> Analytics</label><a href="#policy">Policy</a></div>
<div class="cm__btns"><button class="cm__btn" data-role="all" type="submit">Accept all</button><button class="cm__btn" data-role="show" type="button">Choose</button></div></form></div></div></div></div>`;

/** Shows the banner as the script does, and notes in `presses` what it is told. */
const ENTRY = `
import { harden, keep } from "./element.js";
import { makeRoom } from "./room.js";
import { noticed, say } from "./status.js";
const host = document.createElement("kelisim-banner");
host.innerHTML = MARKUP;
harden(host);
window.presses = [];
const { addStyle, show, hide, on, room, shield } = keep(host, STYLE);
room(makeRoom);
on("submit", (event) => event.preventDefault());
on("click", (event, target) => presses.push(target.dataset.role ?? target.localName));
on("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.preventDefault();
  presses.push("Escape");
});
window.banner = {
  addStyle,
  host,
  hide,
  on,
  shield,
  show: async () => {
    await show();
    await noticed();
    say(host, "arrived");
  },
};
if (!("late" in document.currentScript.dataset)) banner.show();
`;

const script = async () => {
  const result = await build({
    stdin: {
      contents: ENTRY,
      resolveDir: fileURLToPath(new URL("../../themes/default/js", import.meta.url)),
    },
    bundle: true,
    write: false,
    format: "iife",
    define: {
      MARKUP: JSON.stringify(MARKUP),
      STYLE: JSON.stringify(await bannerStyle()),
    },
    tsconfigRaw: {},
  });
  return result.outputFiles[0].text;
};

/** The tag that puts the banner into a page. */
export const TAG = '<script src="/banner.js" async></script>';

/**
 * A page with the tag in its head.
 * @param {string} body
 * @param {string} [head]
 * @param {string} [attributes] of the root
 */
export const html = (body, head = "", attributes = 'lang="en"') =>
  `<!doctype html><html ${attributes}><head><meta charset="utf-8"><title>Page</title>${TAG}${head}</head>${body.startsWith("<body") || body.startsWith("<frameset") ? body : `<body>${body}</body>`}</html>`;

/** A page longer than the screen, with a link in each line. */
export const LONG = Array.from(
  { length: 60 },
  (_, line) => `<p style="margin:0 0 20px"><a href="#${line}">Line ${line}</a></p>`,
).join("");

/** @typedef {(response: http.ServerResponse) => void} Handler writes and ends the response */

/**
 * Starts a server and, when first needed, the browsers.
 */
export const startPages = async () => {
  const bundle = await script();
  /** @type {Map<string, string | Handler>} */
  const pages = new Map();
  const server = http.createServer((request, response) => {
    const path = request.url ?? "/";
    const page = pages.get(path);
    if (path === "/banner.js") response.setHeader("content-type", "text/javascript").end(bundle);
    else if (typeof page === "function") page(response);
    else if (page === undefined) response.writeHead(404).end();
    else response.setHeader("content-type", "text/html; charset=utf-8").end(page);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  /** @type {Record<string, Promise<Browser>>} */
  const browsers = {};
  let served = 0;

  return {
    /**
     * Opens a page in a new window, without waiting for the banner.
     * @param {string} engine a name in `LAUNCHERS`
     * @param {string | Handler} markup
     * @param {(page: Page) => Promise<unknown>} [prepare]
     * @returns {Promise<Page & {faults: string[], address: string}>} `faults` are its uncaught errors
     */
    open: async (engine, markup, prepare) => {
      browsers[engine] ??= LAUNCHERS[engine]({});
      const page = await (await browsers[engine]).newPage();
      await page.setViewport({ width: 1000, height: 700 });
      /** @type {string[]} */
      const faults = [];
      page.on("pageerror", (error) => faults.push(String(error)));
      await prepare?.(page);
      served += 1;
      const path = `/${served}`;
      pages.set(path, markup);
      const address = `http://localhost:${port}${path}`;
      const arrival = page.goto(address);
      if (typeof markup === "string") await arrival;
      // The test decides when the page ends, and may close it before.
      else {
        arrival.catch(() => {});
        await page.waitForFunction(() => "banner" in window);
      }
      return Object.assign(page, { faults, address });
    },
    /** Serves a page for any browser. @param {string} markup @returns {string} its address */
    serve: (markup) => {
      served += 1;
      pages.set(`/${served}`, markup);
      return `http://localhost:${port}/${served}`;
    },
    stop: async () => {
      for (const browser of Object.values(browsers)) await (await browser).close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/**
 * Waits until the banner can be pressed at its place: it is seen, and nothing lies over it.
 * @param {Page} page
 */
export const waitForBanner = (page) =>
  until(
    () =>
      page.evaluate(() => {
        const { host } = /** @type {any} */ (window).banner ?? {};
        const button = host?.querySelector("[data-role=show]");
        const { left, top, width, height } = button?.getBoundingClientRect() ?? {};
        /** @type {Element | null} */
        let found = width ? document.elementFromPoint(left + width / 2, top + height / 2) : null;
        while (found?.shadowRoot?.elementFromPoint(left + width / 2, top + height / 2))
          found = found.shadowRoot.elementFromPoint(left + width / 2, top + height / 2);
        return found === button && width > 0 && !button.matches("[inert] *");
      }),
    "the banner can be pressed",
  );

/**
 * Presses a button of the banner as a visitor does. Fails if it doesn't get the press.
 * @param {Page} page
 */
export const press = async (page) => {
  await waitForBanner(page);
  const { x, y, before } = await page.evaluate(() => {
    const { banner, presses } = /** @type {any} */ (window);
    const box = banner.host.querySelector("[data-role=show]").getBoundingClientRect();
    return {
      x: box.left + box.width / 2,
      y: box.top + box.height / 2,
      before: presses.filter((/** @type {string} */ one) => one === "show").length,
    };
  });
  await page.mouse.click(x, y);
  await until(
    () =>
      page.evaluate(
        (count) =>
          /** @type {any} */ (window).presses.filter((/** @type {string} */ one) => one === "show")
            .length > count,
        before,
      ),
    "the banner got the press",
  );
};

/** Where the banner is: the name of its parent, and how many there are. @param {Page} page */
export const where = (page) =>
  page.evaluate(() => ({
    parent: /** @type {any} */ (window).banner.host.parentNode?.localName,
    count: document.querySelectorAll("kelisim-banner").length,
  }));
