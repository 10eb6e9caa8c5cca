// Pages that use another consent tool, with the shims alone: a test sets what they are told.

import path from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { launch, newVisitor } from "./browser.mjs";

const theme = fileURLToPath(new URL("../../themes/default/js", import.meta.url));
const HOST = "http://shop.localhost";

/** Services of the register, as the site builder describes them. */
const SERVICES = [
  { id: "matomo", category: "analytics", name: "Matomo", hosts: ["stats.example"] },
  { id: "video", category: "marketing", name: "Video site", hosts: ["*.video.example"] },
];

/** What the banner's script tells the shims, as a page's script that runs before the test's steps. */
const STATE = `{
  const told = { choice: { functional: false, analytics: false, marketing: false }, services: {}, gpc: false };
  let isAnswered = false;
  let regime = "opt_in";
  window.opened = 0;
  window.begin = () => {
    const { update } = kelisimShims.begin({
      current: () => told,
      isAnswered: () => isAnswered,
      regime: () => regime,
      open: () => (window.opened += 1),
      services: ${JSON.stringify(SERVICES)},
    });
    window.decide = (choice, changes = {}) => {
      if (choice) isAnswered = true;
      Object.assign(told.choice, choice);
      told.services = { matomo: told.choice.analytics, video: told.choice.marketing, ...changes.services };
      if (changes.gpc) told.gpc = true;
      update();
    };
  };
}`;

/** The bundle of a module of the theme. @param {string} name @param {"iife" | "esm"} format */
const bundle = async (name, format) => {
  const { outputFiles } = await build({
    entryPoints: [path.join(theme, name)],
    bundle: true,
    format,
    write: false,
    tsconfigRaw: {},
  });
  return outputFiles[0].text;
};

/** For the tests of one file. */
export const withShims = () => {
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {string} */
  let shims;
  before(async () => {
    [browser, shims] = await Promise.all([launch(), bundle("shims.js", "iife")]);
  });
  after(() => browser?.close());

  /**
   * Opens a page whose first script is that of the shims.
   * @param {{tools?: string, map?: string, head?: string, body?: string}} markup
   * @param {(page: import("playwright-core").Page, seen: {faults: string[], requests: string[]}) =>
   *   Promise<void>} check
   */
  return async ({ tools = "", map = "", head = "", body = "" }, check) => {
    const { context, faults, requests } = await newVisitor(browser);
    try {
      await context.route("**/*", (route) => {
        const { pathname, host } = new URL(route.request().url());
        if (host !== new URL(HOST).host) return route.fulfill({ status: 204, body: "" });
        if (pathname === "/shims.js")
          return route.fulfill({ contentType: "text/javascript", body: shims + STATE });
        if (pathname === "/embed.js")
          return route.fulfill({ contentType: "text/javascript", body: "" });
        return route.fulfill({
          contentType: "text/html; charset=utf-8",
          body: `<!doctype html><html lang="en"><head><title>Shop</title>
<script src="/shims.js" data-shims="${tools}" data-map="${map}"></script>${head}</head><body>${body}</body></html>`,
        });
      });
      const page = await context.newPage();
      await page.goto(`${HOST}/`);
      await check(page, { faults, requests });
    } finally {
      await context.close();
    }
  };
};
