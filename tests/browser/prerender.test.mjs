// A page that the browser renders ahead, for real: until the visitor sees it nobody is asked and no
// service runs. Browsers don't render ahead while a test drives the page, so this one starts a
// browser by hand, lets a page of its own lead it on, and looks at what came of it afterwards.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { launchOptions } from "../support/browser.mjs";
import { startServerWithoutRegimes } from "../support/server.mjs";
import { until } from "../support/until.mjs";

const ID = "G-TEST012345";

/** @type {Awaited<ReturnType<typeof startServerWithoutRegimes>>} */
let server;
before(async () => {
  server = await startServerWithoutRegimes({
    "services.toml": (register) =>
      register.replace(/(id = "google-analytics-4"[\s\S]*?\ntag = )""/, `$1"${ID}"`),
  });
});
after(() => server?.stop());

/**
 * A page of the same origin that has the next one rendered ahead, and then goes there.
 * @param {boolean} accepts
 */
const leading = (accepts) => `<!doctype html><title>ahead</title><script>
  const go = async () => {
    if (${accepts}) {
      const { revision } = await (await fetch("/api/consent")).json();
      const words = { id: crypto.randomUUID(), revision, locale: "kk", surface: "banner", action: "accept_all" };
      await fetch("/api/consent", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(words) });
    }
    await fetch("/begins");
    const rules = document.createElement("script");
    rules.type = "speculationrules";
    rules.textContent = JSON.stringify({ prerender: [{ urls: ["/kk/"], eagerness: "immediate" }] });
    document.head.append(rules);
    await fetch("/rendered");
    await fetch("/goes");
    location.href = "/kk/";
  };
  go();
</script>`;

/**
 * Reports that the page ahead has been loaded, after whatever its own script has asked for by then.
 */
const REPORT = `addEventListener("load", async () => {
  for (let trip = 0; trip < 10; trip += 1) await (await fetch("/robots.txt", { cache: "no-store" })).text();
  fetch("/loaded");
});`;

/**
 * In front of the server: answers for the leading page, notes who is asked for what, and adds
 * `REPORT` to the page ahead.
 * @param {boolean} accepts
 */
const startFront = async (accepts) => {
  /** @type {string[]} */
  const noted = [];
  let loaded = () => {};
  const isLoaded = new Promise((resolve) => {
    loaded = () => resolve(undefined);
  });
  const front = http.createServer((request, response) => {
    const ahead = String(request.headers["sec-purpose"] ?? "").includes("prerender")
      ? " ahead"
      : "";
    noted.push(`${request.method} ${request.url}${ahead}`);
    if (request.url === "/leading")
      return response.writeHead(200, { "content-type": "text/html" }).end(leading(accepts));
    if (request.url === "/report.js")
      return response.writeHead(200, { "content-type": "text/javascript" }).end(REPORT);
    if (request.url === "/loaded") loaded();
    // The leading page goes on when the page ahead has been loaded.
    if (request.url === "/rendered") return isLoaded.then(() => response.writeHead(204).end());
    if (["/begins", "/loaded", "/goes"].includes(String(request.url)))
      return response.writeHead(204).end();
    const onward = http.request({
      host: "127.0.0.1",
      port: server.port,
      method: request.method,
      path: request.url,
      headers: {
        ...request.headers,
        "accept-encoding": "identity",
        "mf-cf-blob": '{"country":"DE","isEUCountry":"1"}',
      },
    });
    onward.on("response", async (answer) => {
      if (request.url !== "/kk/")
        return answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.rawHeaders));
      const { "content-length": _, ...headers } = answer.headers;
      const page = await text(answer);
      return response
        .writeHead(answer.statusCode ?? 502, headers)
        .end(page.replace("</head>", '<script src="/report.js"></script></head>'));
    });
    onward.on("error", () => response.destroy());
    return request.pipe(onward);
  });
  // Whoever asks Google gets no further than this.
  const vendor = net.createServer((socket) => {
    noted.push("Google");
    socket.destroy();
  });
  const ports = await Promise.all(
    [front, vendor].map(async (one) => {
      await once(one.listen(0, "127.0.0.1"), "listening");
      return /** @type {net.AddressInfo} */ (one.address()).port;
    }),
  );
  return {
    noted,
    origin: `http://de.localhost:${ports[0]}`,
    vendor: ports[1],
    stop: () => {
      front.close();
      front.closeAllConnections();
      vendor.close();
    },
  };
};

/**
 * Starts a browser on the leading page, and joins it once it has gone on.
 * @param {boolean} accepts
 */
const goAhead = async (accepts) => {
  const front = await startFront(accepts);
  const profile = await mkdtemp(path.join(os.tmpdir(), "kelisim-ahead-"));
  const own = launchOptions.args.filter(
    (argument) => !argument.startsWith("--host-resolver-rules"),
  );
  const rules = `--host-resolver-rules=MAP www.googletagmanager.com 127.0.0.1:${front.vendor} , MAP * ~NOTFOUND , EXCLUDE *.localhost , EXCLUDE 127.0.0.1`;
  const child = spawn(
    launchOptions.executablePath,
    [
      "--headless=new",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      ...own,
      rules,
      `${front.origin}/leading`,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let printed = "";
  child.stderr.on("data", (chunk) => (printed += chunk));
  const stop = async () => {
    const ended = once(child, "exit");
    child.kill();
    await ended;
    front.stop();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const state = (/** @type {string} */ what) => () =>
      `${what}: ${front.noted.join(", ")} ${printed}`;
    await until(() => front.noted.includes("GET /goes"), state("the leading page does not go on"));
    const ahead = front.noted.slice(
      front.noted.indexOf("GET /begins") + 1,
      front.noted.indexOf("GET /goes"),
    );
    const afterwards = () => front.noted.slice(front.noted.indexOf("GET /goes") + 1);
    await until(
      () => afterwards().includes(accepts ? "Google" : "GET /api/consent"),
      state("the page that is seen does not begin"),
    );
    const [, port] = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(printed) ?? [];
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const page = browser
      .contexts()[0]
      .pages()
      .find((one) => one.url().endsWith("/kk/"));
    assert.ok(page, "the visitor has arrived");
    const activated = await page.evaluate(
      () => /** @type {any} */ (performance.getEntriesByType("navigation")[0]).activationStart,
    );
    if (!accepts) await page.locator("#cc-main .cm").waitFor();
    const isShown = await page.locator("#cc-main .cm").isVisible();
    await browser.close();
    return {
      activated,
      isShown,
      ahead,
      afterwards: afterwards(),
    };
  } finally {
    await stop();
  }
};

test("a new visitor is asked when the page is seen, and not before", async () => {
  const { activated, isShown, ahead, afterwards } = await goAhead(false);
  assert.ok(activated > 0, "the browser has really rendered it ahead");
  assert.ok(ahead.includes("GET /kk/ ahead"));
  assert.deepEqual(
    ahead.filter((request) => request.includes("/api/")),
    [],
  );
  assert.deepEqual(
    afterwards.filter((request) => request.includes("/api/")),
    ["GET /api/consent"],
  );
  assert.ok(isShown);
});

test("services that are allowed run when the page is seen, and not before", async () => {
  const { activated, isShown, ahead, afterwards } = await goAhead(true);
  assert.ok(activated > 0, "the browser has really rendered it ahead");
  assert.ok(
    !ahead.includes("Google") && !ahead.some((request) => request.includes("tags.")),
    ahead.join(", "),
  );
  assert.ok(afterwards.includes("Google"), afterwards.join(", "));
  assert.ok(!isShown);
});
