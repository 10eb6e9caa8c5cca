// One local https server for every vendor's host and the site, and a browser that resolves all host
// names to it. The server records all requests to vendors, and fakes the consent API: it stores
// choices in the cookie only.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import https from "node:https";
import path from "node:path";
import { chromium } from "playwright-core";
import { certificate } from "./certificate.mjs";
import { standIn } from "./stand-ins.mjs";
import { until } from "./until.mjs";

const SITE = "policies.example";
/** Requested by the page in order to wait: other requests that are under way arrive meanwhile. */
const ECHO = "/robots.txt";
/** Finds the number of a visit in the `User-Agent` of its requests. */
const VISIT = /visit\/(\d+)/;
/**
 * Expected messages. With two of Google's scripts on one page the second can't create their Trusted
 * Types policy again, and does without.
 */
const EXPECTED = /Failed to load resource|TrustedTypePolicy named 'goog#html' .* already exists/;
const OPTIONAL = ["functional", "analytics", "marketing"];
/** @type {Record<string, string>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** Hosts that the browser itself contacts, whatever page it shows. */
const BROWSERS_OWN = [
  "accounts.google.com",
  "*.googleapis.com",
  "*.gvt1.com",
  "clients*.google.com",
  "android.clients.google.com",
];

/**
 * The browser's option that resolves every host name to this machine, except for those that the
 * browser contacts itself, which do not resolve.
 * @param {number} port
 */
export const everyNameAt = (port) =>
  `--host-resolver-rules=${BROWSERS_OWN.map((host) => `MAP ${host} ~NOTFOUND`).join(" , ")} , MAP * 127.0.0.1:${port}`;

/** @typedef {import("node:http").IncomingMessage} Request */
/** @typedef {import("node:http").ServerResponse} Response */
/** @typedef {{host: string, path: string}} Asked */

/** @param {Request} request @returns {Promise<any>} */
const body = async (request) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text === "" ? {} : JSON.parse(text);
};

/**
 * The consent API, as far as the page's script is concerned.
 * @param {Request} request
 * @param {Response} response
 * @param {{revision: string, scopes: Record<string, string[]>}} manifest
 */
const consent = async (request, response, { revision, scopes }) => {
  // `us.policies.example` is a visitor from the United States.
  const regime = request.headers.host?.startsWith("us.") ? "opt_out" : "opt_in";
  const json = { "content-type": "application/json", "cache-control": "no-store" };
  if (request.method === "GET") {
    const defaults = Object.fromEntries(OPTIONAL.map((name) => [name, regime === "opt_out"]));
    const open = { choice: null, expires: null, ask: true, services: {}, withheld: [] };
    response
      .writeHead(200, json)
      .end(JSON.stringify({ regime, revision, gpc: false, defaults, ...open }));
    return;
  }
  const { action, choice } = await body(request);
  const used = OPTIONAL.filter((name) => name in scopes);
  const granted = used.filter((name) => action === "accept_all" || choice?.[name]);
  const refused = used.filter((name) => !granted.includes(name));
  const bits = (/** @type {string[]} */ names) =>
    names.reduce((sum, name) => sum + (1 << OPTIONAL.indexOf(name)), 0);
  const seconds = Math.floor(Date.now() / 1000).toString(36);
  const value = [
    ...[2, "s".repeat(22), `${bits(granted)}${bits(refused)}0`],
    ...[granted.map((name) => scopes[name][0]).join(""), "", "", "", seconds, 1, "m".repeat(22)],
  ].join(".");
  const cookie = `kelisim_cc_cookie=${value}; Path=/; Max-Age=86400; Secure; SameSite=Lax`;
  response.writeHead(201, { ...json, "set-cookie": cookie }).end("{}");
};

/** Starts the server and the browser. */
export const startVendors = async () => {
  /** @type {Asked[]} */
  const asked = [];
  /** Number of requests to any host, without those for `ECHO`. */
  let count = 0;
  /** How many visits have begun. */
  let visits = 0;
  let dist = "";
  /** @type {{revision: string, scopes: Record<string, string[]>}} */
  let manifest = { revision: "", scopes: {} };
  /** Headers of the site's pages. @type {Record<string, string>} */
  let headers = {};
  /** Vendors' responses wait for this promise. @type {Promise<void>} */
  let gate = Promise.resolve();
  /** Answers of the consent API wait for this promise. @type {Promise<void>} */
  let answers = Promise.resolve();
  /** Submissions to the consent API. */
  let presses = 0;

  /** @param {Response} response @param {string} address */
  const page = async (response, address) => {
    const file = path.join(dist, address.endsWith("/") ? `${address}index.html` : address);
    // A file that can't be read is answered with 404.
    const text = await readFile(file).catch(() => undefined);
    const type = TYPES[path.extname(file)] ?? "application/octet-stream";
    if (text === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": type, ...headers }).end(text);
  };

  /** @param {Request} request @param {Response} response */
  const answer = async (request, response) => {
    const host = request.headers.host ?? "";
    const { pathname, search } = new URL(`https://${host}${request.url}`);
    // A page of the previous visit may still send a request on unload.
    const marked = VISIT.exec(request.headers["user-agent"] ?? "")?.[1];
    if (marked !== undefined && Number(marked) !== visits)
      return void response.writeHead(204).end();
    if (pathname !== ECHO) count += 1;
    if (host === SITE || host.endsWith(`.${SITE}`)) {
      if (pathname !== "/api/consent") return page(response, pathname);
      if (request.method === "POST") {
        presses += 1;
        await answers;
      }
      return consent(request, response, manifest);
    }
    asked.push({ host, path: pathname + search });
    await gate;
    const script = standIn(host + pathname);
    if (script !== undefined)
      response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    // Scripts that a fake loads next are empty, and so is every other response.
    else if (/\.js$|viewthrough|signals\/config/.test(pathname))
      response.writeHead(200, { "content-type": "text/javascript" }).end("");
    else if (pathname === "/sync" || pathname === "/tool")
      response
        .writeHead(200, { "content-type": "text/html" })
        .end("<!doctype html><title>x</title>");
    else response.writeHead(204).end();
  };

  const server = https.createServer(
    certificate(),
    (/** @type {Request} */ request, /** @type {Response} */ response) => {
      answer(request, response).catch((error) => response.destroy(error));
    },
  );
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
    args: [
      everyNameAt(port),
      ...[
        "--ignore-certificate-errors",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-sync",
      ],
      ...["--disable-background-networking", "--disable-component-update"],
    ],
  });

  return {
    browser,
    /** Requests to vendors, in order. */
    asked,
    count: () => count,
    /**
     * Begins a visit: later requests of an earlier one are ignored.
     * @returns {string} the `User-Agent` of the visit
     */
    beginVisit: () => {
      asked.length = 0;
      visits += 1;
      return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/${browser.version()} visit/${visits}`;
    },
    /** Serves a built site from now on. @param {string} folder */
    serve: async (folder) => {
      dist = folder;
      manifest = JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8"));
      const rules = await readFile(path.join(folder, "_headers"), "utf8");
      const sent = ["Content-Security-Policy", "Cross-Origin-Opener-Policy"].map((name) => {
        const found = new RegExp(`^  ${name}: (.*)`, "m").exec(rules);
        if (found === null) throw new Error(`the site has no ${name}`);
        return [name, found[1]];
      });
      headers = Object.fromEntries(sent);
    },
    /** Holds back the answers of vendors until the returned function is called. */
    hold: () => {
      /** @type {() => void} */
      let open = () => {};
      gate = new Promise((resolve) => (open = () => resolve(undefined)));
      return () => open();
    },
    /** Holds back the answers to submissions until the returned `release` is called. */
    holdAnswers: () => {
      const before = presses;
      /** @type {() => void} */
      let open = () => {};
      answers = new Promise((resolve) => (open = () => resolve(undefined)));
      return {
        release: () => open(),
        /** Waits for a submission. */
        came: () => until(() => presses > before, "nothing was submitted"),
      };
    },
    stop: async () => {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** @typedef {Awaited<ReturnType<typeof startVendors>>} Vendors */

/**
 * Opens the site as a new visitor and records the commands that vendors' scripts receive.
 * @param {Vendors} vendors
 * @param {(visit: Awaited<ReturnType<typeof open>>) => Promise<void>} check
 * @param {string} [host]
 */
export const visiting = async (vendors, check, host = `www.${SITE}`) => {
  const visit = await open(vendors, host);
  try {
    await check(visit);
    assert.deepEqual(
      visit.faults,
      [],
      "neither the content security policy nor Trusted Types had to refuse anything",
    );
  } finally {
    await visit.context.close();
  }
};

/** @param {Vendors} vendors @param {string} host */
const open = async (vendors, host) => {
  const context = await vendors.browser.newContext({
    userAgent: vendors.beginVisit(),
    ignoreHTTPSErrors: true,
    locale: "en",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(15_000);
  /** @type {string[]} */
  const faults = [];
  /** Commands that vendors' scripts received: the vendor, then the command. @type {any[][]} */
  const calls = [];
  context.on("weberror", (error) => faults.push(String(error.error())));
  context.on("console", (message) => {
    if (message.type() === "error" && !EXPECTED.test(message.text())) faults.push(message.text());
  });
  await context.exposeFunction(
    "recordCall",
    (/** @type {any[]} */ ...call) => void calls.push(call),
  );
  /** Requests for scripts that have not finished. @type {Set<import("playwright-core").Request>} */
  const waiting = new Set();
  context.on("request", (request) => request.resourceType() === "script" && waiting.add(request));
  context.on("requestfinished", (request) => waiting.delete(request));
  context.on("requestfailed", (request) => waiting.delete(request));
  const page = await context.newPage();
  // Requests of the previous page may end without an event.
  page.on("framenavigated", (frame) => frame === page.mainFrame() && waiting.clear());

  /** @param {string} address */
  const go = async (address) => {
    await page.goto(`https://${host}${address}`);
    await settled();
  };
  const settled = async () => {
    await page.waitForFunction(() => "kelisim" in window);
    // Waits until every script has loaded and, during ten sequential requests for `ECHO`, there is
    // neither another request nor a command to a vendor.
    for (let before = -1, now = 0, turns = 0; before !== now || waiting.size > 0; turns += 1) {
      if (turns > 40)
        throw new Error(`never quiet, waiting for ${[...waiting].map((request) => request.url())}`);
      before = now;
      await page.evaluate(async (address) => {
        for (let trip = 0; trip < 10; trip += 1)
          await (await fetch(address, { cache: "no-store" })).text();
      }, ECHO);
      now = vendors.count() + calls.length;
    }
  };
  await go("/en/privacy/");

  return {
    context,
    page,
    faults,
    go,
    settled,
    /** The number of scripts that were requested and have not loaded. */
    pendingScripts: () => waiting.size,
    /** Commands that a vendor's script received since the last call. @param {string} vendor */
    takeCommands: (vendor) => {
      const found = calls.filter(([who]) => who === vendor).map(([, ...command]) => command);
      calls.splice(0, calls.length, ...calls.filter(([who]) => who !== vendor));
      return found;
    },
    /** All cookies but the consent cookie. */
    cookies: async () =>
      (await context.cookies()).filter(({ name }) => name !== "kelisim_cc_cookie"),
    /** Presses one of the banner's buttons. @param {"all" | "necessary"} role */
    press: async (role) => {
      if (!(await page.locator("#cc-main").isVisible()))
        await page.locator("[data-choices=open]").first().click();
      await page.locator(`#cc-main [data-role=${role}]`).click();
    },
    /** Chooses these categories and no other. @param {string[]} names */
    choose: async (names) => {
      if (!(await page.locator("#cc-main").isVisible()))
        await page.locator("[data-choices=open]").first().click();
      const show = page.locator("#cc-main [data-role=show]");
      const save = page.locator("#cc-main [data-role=save]");
      // The settings are fetched when they are opened.
      await show.or(save).filter({ visible: true }).waitFor();
      if (await show.isVisible()) await show.click();
      await save.waitFor();
      for (const name of OPTIONAL) {
        const box = page.locator(`#cc-main input[name=${name}]`);
        if ((await box.count()) > 0) await box.setChecked(names.includes(name));
      }
      await save.click();
    },
  };
};
