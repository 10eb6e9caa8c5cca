// While somebody works on a site, the local proxy has open pages load again, or say why there is no
// new one. The site itself knows nothing of it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createLiveReload } from "../xtask/local/live-reload.mjs";
import { startProxy } from "../xtask/local/proxy.mjs";
import { watchSite } from "../xtask/local/rebuild.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
/** A draft, whose texts may still change. */
const SITE = "smartustaz.kz";
const PAGE = "<!doctype html>\n<html><head><title>x</title>\n</head>\n<body></body></html>\n";

/** @type {http.Server} */
let runtime;
/** @type {Awaited<ReturnType<typeof startProxy>>} */
let proxy;
/** @type {http.IncomingHttpHeaders} */
let asked = {};
/** Answers that the runtime doesn't give yet. */
let missing = 0;
const live = createLiveReload();

before(async () => {
  runtime = http.createServer((request, response) => {
    asked = request.headers;
    if (request.url?.startsWith("/assets/") && missing > 0) {
      missing -= 1;
      response.writeHead(404).end();
      return;
    }
    const kind = request.url === "/kk/" ? "text/html; charset=utf-8" : "text/plain";
    response
      .writeHead(200, { "content-type": kind, etag: '"1"', "cache-control": "public, max-age=60" })
      .end(PAGE);
  });
  await once(runtime.listen(0, "127.0.0.1"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (runtime.address());
  proxy = await startProxy({ port: 0, upstream: () => port, live });
});
after(async () => {
  await proxy.close();
  runtime.closeAllConnections();
  runtime.close();
});

/** @param {string} address @param {RequestInit} [options] */
const ask = (address, options) => fetch(`http://127.0.0.1:${proxy.port}${address}`, options);

test("a page gets one script of its own host, never from a cache; nothing else is changed", async () => {
  const page = await ask("/kk/", { headers: { "If-None-Match": '"1"' } });
  const text = await page.text();
  assert.equal(text.replace('<script src="/__dev/page.js" defer></script>\n', ""), PAGE);
  assert.notEqual(text, PAGE);
  assert.equal(page.headers.get("cache-control"), "no-store");
  assert.equal(asked["if-none-match"], undefined);
  assert.equal(await (await ask("/robots.txt")).text(), PAGE);
  assert.equal(await (await ask("/api/consent")).text(), PAGE);
  const script = await ask("/__dev/page.js");
  assert.match(script.headers.get("content-type") ?? "", /^text\/javascript/);
});

test("a new file that the runtime does not know yet is asked for again", async () => {
  missing = 3;
  assert.equal((await ask("/assets/site.css")).status, 200);
  assert.equal(missing, 0);
});

test("open pages hear of each build, and one that is opened later hears of the last error", async () => {
  /** @param {ReadableStreamDefaultReader<Uint8Array>} reader @param {RegExp} wanted */
  const hear = async (reader, wanted) => {
    let heard = "";
    while (!wanted.test(heard)) heard += new TextDecoder().decode((await reader.read()).value);
    return heard;
  };
  const first = (await ask("/__dev/events")).body?.getReader();
  assert.ok(first);
  live.failed("error: no such clause\nline 2");
  assert.match(
    await hear(first, /line 2"/),
    /event: failed\ndata: "error: no such clause\\nline 2"\n\n/,
  );
  const second = (await ask("/__dev/events")).body?.getReader();
  assert.ok(second);
  await hear(second, /no such clause/);
  live.built();
  await Promise.all([hear(first, /event: built/), hear(second, /event: built/)]);
  await Promise.all([first.cancel(), second.cancel()]);
});

test("the site builder watches: a change is written, a mistake is told and writes nothing, and no page knows of it", async () => {
  const cwd = mkdtempSync(path.join(os.tmpdir(), "kelisim-watch-"));
  cpSync(path.join(ROOT, "content"), path.join(cwd, "content"), { recursive: true });
  cpSync(path.join(ROOT, "themes"), path.join(cwd, "themes"), { recursive: true });
  /** @type {import("../xtask/local/rebuild.mjs").Event[]} */
  const events = [];
  let wake = () => {};
  const builder = watchSite({
    site: SITE,
    cwd,
    onBuild: (event) => {
      events.push(event);
      wake();
    },
  });
  const next = async () => {
    while (events.length === 0) await new Promise((resolve) => (wake = () => resolve(undefined)));
    return /** @type {import("../xtask/local/rebuild.mjs").Event} */ (events.shift());
  };
  try {
    assert.equal((await next()).event, "built");
    const folder = path.join(cwd, "content", SITE, "en/privacy");
    const file = path.join(folder, readdirSync(folder)[0]);
    const text = readFileSync(file, "utf8");
    const page = path.join(cwd, "dist", SITE, "en/privacy/index.html");

    writeFileSync(file, `${text}\nA sentence that nobody has written before.\n`);
    assert.equal((await next()).event, "built");
    assert.match(readFileSync(page, "utf8"), /A sentence that nobody has written before\./);

    writeFileSync(file, `${text}\nSee clause 99.99.\n`);
    const failed = await next();
    assert.equal(failed.event, "failed");
    assert.match(failed.report, /error\[dangling-reference\].*99\.99/);
    assert.match(readFileSync(page, "utf8"), /A sentence that nobody has written before\./);

    writeFileSync(file, text);
    assert.equal((await next()).event, "built");
    const names = readdirSync(path.join(cwd, "dist"), { recursive: true, encoding: "utf8" });
    const files = names.filter((name) => /\.(html|js|json)$/.test(name));
    assert.ok(files.length > 20);
    for (const name of files)
      assert.doesNotMatch(readFileSync(path.join(cwd, "dist", name), "utf8"), /__dev/, name);
  } finally {
    builder.stop();
    rmSync(cwd, { recursive: true, force: true });
  }
});
