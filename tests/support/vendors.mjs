// Every vendor's host, and the site itself, on one local https server; a browser that finds all
// names there. The server keeps a record of who was asked for what, and answers for the worker: who
// has chosen what is kept in the cookie alone.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import https from "node:https";
import path from "node:path";
import { chromium } from "playwright-core";
import { certificate } from "./certificate.mjs";
import { standIn } from "./stand-ins.mjs";

const SITE = "policies.example";
/** What a page asks for to see whether anything else is under way. */
const ECHO = "/robots.txt";
/** Marks the requests of a visit, in the name of its browser. */
const VISIT = /visit\/(\d+)/;
/**
 * Two of Google's scripts on one page: the second can't make their policy again, and does without.
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

/** Whom the browser itself asks, whatever page it shows. */
const BROWSERS_OWN = [
  "accounts.google.com",
  "*.googleapis.com",
  "*.gvt1.com",
  "clients*.google.com",
  "android.clients.google.com",
];

/**
 * The browser's option by which every name is this machine, but for those that it asks by itself:
 * they are not found.
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
 * @param {string} revision
 */
const consent = async (request, response, revision) => {
  // `us.policies.example` is a visitor from the United States.
  const regime = request.headers.host?.startsWith("us.") ? "opt_out" : "opt_in";
  const json = { "content-type": "application/json", "cache-control": "no-store" };
  if (request.method === "GET") {
    const defaults = Object.fromEntries(OPTIONAL.map((name) => [name, regime === "opt_out"]));
    response
      .writeHead(200, json)
      .end(JSON.stringify({ regime, revision, gpc: false, choice: null, defaults }));
    return;
  }
  const { action, choice } = await body(request);
  const isGranted = (/** @type {string} */ name) =>
    action === "accept_all" || Boolean(choice?.[name]);
  const bits = OPTIONAL.reduce((sum, name, bit) => sum + (isGranted(name) ? 1 << bit : 0), 0);
  const seconds = Math.floor(Date.now() / 1000).toString(36);
  const cookie = `kelisim_cc_cookie=1.subject.${revision}.${bits}.${seconds}.1.signature; Path=/; Max-Age=86400; Secure; SameSite=Lax`;
  response.writeHead(201, { ...json, "set-cookie": cookie }).end("{}");
};

/** Starts the server and the browser. */
export const startVendors = async () => {
  /** @type {Asked[]} */
  const asked = [];
  /** Requests to anybody, without those for `ECHO`. */
  let count = 0;
  /** How many visits have begun. */
  let visits = 0;
  let dist = "";
  let revision = "";
  let policy = "";
  /** What holds back answers of vendors. @type {Promise<void>} */
  let gate = Promise.resolve();

  /** @param {Response} response @param {string} address */
  const page = async (response, address) => {
    const file = path.join(dist, address.endsWith("/") ? `${address}index.html` : address);
    // What can't be read is answered with 404.
    const text = await readFile(file).catch(() => undefined);
    const type = TYPES[path.extname(file)] ?? "application/octet-stream";
    if (text === undefined) response.writeHead(404).end();
    else
      response
        .writeHead(200, { "content-type": type, "content-security-policy": policy })
        .end(text);
  };

  /** @param {Request} request @param {Response} response */
  const answer = async (request, response) => {
    const host = request.headers.host ?? "";
    const { pathname, search } = new URL(`https://${host}${request.url}`);
    // A page of the visit before may say goodbye when this one has begun already.
    const marked = VISIT.exec(request.headers["user-agent"] ?? "")?.[1];
    if (marked !== undefined && Number(marked) !== visits)
      return void response.writeHead(204).end();
    if (pathname !== ECHO) count += 1;
    if (host === SITE || host.endsWith(`.${SITE}`)) {
      return pathname === "/api/consent"
        ? consent(request, response, revision)
        : page(response, pathname);
    }
    asked.push({ host, path: pathname + search });
    await gate;
    const script = standIn(host + pathname);
    if (script !== undefined)
      response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    // Whatever a stand-in loads next is a script without content; all else has none either.
    else if (/\.js$|viewthrough|signals\/config/.test(pathname))
      response.writeHead(200, { "content-type": "text/javascript" }).end("");
    else if (pathname === "/sync")
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
    /** Who was asked for what, in order, the site itself left out. */
    asked,
    count: () => count,
    /**
     * Begins a visit: what an earlier one still asks for counts no more.
     * @returns {string} the name of its browser
     */
    beginVisit: () => {
      asked.length = 0;
      visits += 1;
      return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/${browser.version()} visit/${visits}`;
    },
    /** Serves a built site from now on. @param {string} folder */
    serve: async (folder) => {
      dist = folder;
      revision = JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8")).revision;
      const found = /Content-Security-Policy: (.*)/.exec(
        await readFile(path.join(folder, "_headers"), "utf8"),
      );
      if (found === null) throw new Error("the site has no content security policy");
      policy = found[1];
    },
    /** Holds back the answers of vendors until the returned function is called. */
    hold: () => {
      /** @type {() => void} */
      let open = () => {};
      gate = new Promise((resolve) => (open = () => resolve(undefined)));
      return () => open();
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
 * Opens the site as a new visitor and records what vendors' scripts are told.
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
  /** What vendors' scripts were told: who, then the command. @type {any[][]} */
  const calls = [];
  context.on("weberror", (error) => faults.push(String(error.error())));
  context.on("console", (message) => {
    if (message.type() === "error" && !EXPECTED.test(message.text())) faults.push(message.text());
  });
  await context.exposeFunction(
    "recordCall",
    (/** @type {any[]} */ ...call) => void calls.push(call),
  );
  /** Scripts that have not come yet. @type {Set<import("playwright-core").Request>} */
  const waiting = new Set();
  context.on("request", (request) => request.resourceType() === "script" && waiting.add(request));
  context.on("requestfinished", (request) => waiting.delete(request));
  context.on("requestfailed", (request) => waiting.delete(request));
  const page = await context.newPage();
  // What the page before it has asked for gets no answer any more.
  page.on("framenavigated", (frame) => frame === page.mainFrame() && waiting.clear());

  /** @param {string} address */
  const go = async (address) => {
    await page.goto(`https://${host}${address}`);
    await settled();
  };
  const settled = async () => {
    await page.waitForFunction(() => "kelisim" in window);
    // Until every script has come, and while the page asks ten times for something else nobody asks
    // anybody for anything, and no vendor is told anything.
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
    /** How many scripts were asked for and have not come. */
    pendingScripts: () => waiting.size,
    /** What a vendor's script was told since the last time. @param {string} vendor */
    takeCommands: (vendor) => {
      const found = calls.filter(([who]) => who === vendor).map(([, ...command]) => command);
      calls.splice(0, calls.length, ...calls.filter(([who]) => who !== vendor));
      return found;
    },
    /** Names of all cookies but the site's own record. */
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
      if (await show.isVisible()) await show.click();
      for (const name of OPTIONAL) {
        const box = page.locator(`#cc-main input[name=${name}]`);
        if ((await box.count()) > 0) await box.setChecked(names.includes(name));
      }
      await page.locator("#cc-main [data-role=save]").click();
    },
  };
};
