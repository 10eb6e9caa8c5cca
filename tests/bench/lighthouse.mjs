// Lighthouse on every kind of page, on its own "slow 4G" and slow processor. `cargo xtask bench
// lighthouse` installs it and calls this:
//
//     node tests/bench/lighthouse.mjs <folder with lighthouse> [--quick]
//
// Each page is visited three times and the visit least disturbed counts: other programs of the
// machine can make a page slower, never faster. Prints one JSON object a page: its kind, address,
// four scores of 100, the largest paint in milliseconds, and what falls short.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { launchOptions } from "../support/browser.mjs";
import { startServer } from "../support/server.mjs";
import { buildWith, inTheme, withBrand } from "../support/site.mjs";

const [folder, quick] = process.argv.slice(2);
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const entry = path.join(folder, "node_modules/lighthouse/core/index.js");
const { default: lighthouse } = await import(pathToFileURL(entry).href);

/** Kinds of pages, one address each. */
const PAGES = [
  ["language choice", "/languages/"],
  ["index", "/kk/"],
  ["policy", "/kk/privacy/"],
  ["policy with tables", "/ru/cookies/"],
  [
    "dated edition",
    `/en/privacy/${JSON.parse(await readFile("dist/cap.kz/policies.json", "utf8")).editions[0].effective}/`,
  ],
  ["editions and changes", "/ru/privacy/changes/"],
  ["choices", "/en/choices/"],
  ["not found", "/kk/404"],
];

/** Of the site in its owner's colours: what visitors see most, and where the pictures are. */
const OWN = PAGES.filter(([kind]) => ["index", "policy", "choices"].includes(kind ?? ""));

/** Sites by what their pages are called: as built, and in the colours of an owner. */
const SITES = [
  { name: "", pages: PAGES, build: undefined },
  {
    name: ", with a brand",
    pages: OWN,
    build: () => buildWith({ "site.toml": withBrand }, { hasPictures: true }),
  },
  {
    name: ", in an overlay",
    pages: OWN,
    build: () => buildWith({ "site.toml": inTheme("rose") }, { overlay: "rose" }),
  },
];

/** A browser that Lighthouse finds by its port. */
const startBrowser = async () => {
  const profile = await mkdtemp(path.join(os.tmpdir(), "kelisim-lighthouse-"));
  const child = spawn(
    launchOptions.executablePath,
    [
      "--headless=new",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      ...launchOptions.args,
      "about:blank",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const port = await new Promise((resolve, reject) => {
    let printed = "";
    child.stderr.on("data", (chunk) => {
      printed += chunk;
      const found = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(printed);
      if (found) resolve(Number(found[1]));
    });
    child.on("exit", () => reject(new Error(`the browser has ended: ${printed}`)));
  });
  return {
    port,
    stop: async () => {
      const ended = new Promise((resolve) => child.on("exit", resolve));
      child.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/**
 * Visits a page, and prints what Lighthouse says of it.
 * @param {string} kind @param {string} address @param {string} url @param {number} port
 */
const judge = async (kind, address, url, port) => {
  /** @type {any[]} */
  const visits = [];
  while (
    visits.length < (quick ? 1 : 3) &&
    visits.every(({ categories }) => categories.performance.score < 1)
  ) {
    visits.push(
      (
        await lighthouse(url, {
          port,
          onlyCategories: CATEGORIES,
          logLevel: "silent",
        })
      ).lhr,
    );
  }
  const [lhr] = visits.sort(
    (one, other) => other.categories.performance.score - one.categories.performance.score,
  );
  const scores = CATEGORIES.map((name) => Math.round((lhr.categories[name]?.score ?? 0) * 100));
  const weighed = new Set(
    CATEGORIES.flatMap((name) =>
      lhr.categories[name].auditRefs
        .filter((/** @type {any} */ ref) => ref.weight > 0)
        .map((/** @type {any} */ ref) => ref.id),
    ),
  );
  const short = Object.values(lhr.audits).filter(
    (/** @type {any} */ audit) =>
      weighed.has(audit.id) && audit.score !== null && audit.score < 0.9,
  );
  const paint = lhr.audits["largest-contentful-paint"].numericValue;
  console.log(
    JSON.stringify({
      kind,
      address,
      scores,
      paint,
      version: lhr.lighthouseVersion,
      short: short.map((/** @type {any} */ audit) => audit.title),
    }),
  );
};

const browser = await startBrowser();
try {
  for (const { name, pages, build } of quick ? SITES.slice(0, 1) : SITES) {
    const site = await build?.();
    const server = await startServer(site && { dist: site.dist });
    try {
      for (const [kind, address] of quick ? pages.slice(0, 3) : pages)
        await judge(kind + name, address ?? "", server.origin("DE") + address, browser.port);
    } finally {
      await server.stop();
      await site?.remove();
    }
  }
} finally {
  await browser.stop();
}
