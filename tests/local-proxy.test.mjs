// The proxy in front of the local runtime says where the visitor is from and changes nothing else.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, test } from "node:test";
import { startProxy } from "../xtask/local/proxy.mjs";

/** @type {http.Server} */
let runtime;
/** @type {Awaited<ReturnType<typeof startProxy>>} */
let proxy;
let running = true;

/** @param {http.Server} server */
const portOf = (server) => /** @type {import("node:net").AddressInfo} */ (server.address()).port;

before(async () => {
  // Answers with what it was asked.
  runtime = http.createServer((request, response) => {
    const { method, url, rawHeaders } = request;
    /** @type {Buffer[]} */
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      response.writeHead(207, [
        "Set-Cookie",
        "a=1",
        "Set-Cookie",
        "b=2",
        "Content-Type",
        "application/json",
      ]);
      response.end(
        JSON.stringify({ method, url, rawHeaders, body: Buffer.concat(chunks).toString() }),
      );
    });
  });
  await once(runtime.listen(0, "127.0.0.1"), "listening");
  proxy = await startProxy({ port: 0, upstream: () => (running ? portOf(runtime) : 1) });
});
after(async () => {
  await proxy.close();
  runtime.closeAllConnections();
  runtime.close();
});

/**
 * Sends a request through the proxy.
 * @param {{ host?: string, method?: string, path?: string, headers?: Record<string, string>, body?:
 *   string }} options
 */
const ask = async ({ host = "localhost", method = "GET", path = "/", headers = {}, body }) => {
  const request = http.request({
    host: "127.0.0.1",
    port: proxy.port,
    method,
    path,
    headers: { Host: host, ...headers },
  });
  request.end(body);
  const [answer] = /** @type {[http.IncomingMessage]} */ (await once(request, "response"));
  let text = "";
  // A character may come in two pieces.
  answer.setEncoding("utf8");
  for await (const chunk of answer) text += chunk;
  return { status: answer.statusCode, headers: answer.headers, text };
};

/** @param {{ text: string }} answer @param {string} wanted */
const received = ({ text }, wanted) => {
  const { rawHeaders } = JSON.parse(text);
  return rawHeaders.filter(
    (/** @type {string} */ _, /** @type {number} */ at) =>
      at % 2 === 1 && rawHeaders[at - 1].toLowerCase() === wanted,
  );
};

test("the country of the address arrives in the header that the runtime reads", async () => {
  const answer = await ask({ host: "us-ca.localhost" });
  const [blob, ...more] = received(answer, "mf-cf-blob");
  assert.deepEqual(JSON.parse(blob), { clientAcceptEncoding: "", country: "US", regionCode: "CA" });
  assert.deepEqual(more, []);
  assert.deepEqual(received(answer, "sec-gpc"), []);
  assert.deepEqual(received(answer, "host"), ["us-ca.localhost"]);
});

test("a request that names its own country is taken at its word", async () => {
  const answer = await ask({
    host: "de.localhost",
    headers: { "MF-CF-Blob": '{"country":"NO"}', "Accept-Encoding": "br" },
  });
  const [blob, ...more] = received(answer, "mf-cf-blob");
  assert.deepEqual(JSON.parse(blob), { clientAcceptEncoding: "br", country: "NO" });
  assert.deepEqual(more, []);
});

test("`gpc-` in front sends Sec-GPC, once", async () => {
  assert.deepEqual(received(await ask({ host: "gpc-de.localhost" }), "sec-gpc"), ["1"]);
  assert.deepEqual(
    received(await ask({ host: "gpc-de.localhost", headers: { "Sec-GPC": "1" } }), "sec-gpc"),
    ["1"],
  );
});

test("the tag of a page says for which visitor that page's requests stand, until it says another", async () => {
  const countryOf = async (/** @type {object} */ options) => {
    const answer = await ask(options);
    return [
      JSON.parse(received(answer, "mf-cf-blob")[0]).country,
      received(answer, "sec-gpc").length,
    ];
  };
  const referer = "http://localhost:9001/shop/";
  const state = { path: "/api/consent", headers: { origin: "http://localhost:9001" } };
  const tag = (/** @type {string} */ words, headers = {}) =>
    countryOf({ path: `/embed.js${words}`, headers });
  assert.deepEqual(await tag("?country=US-CA&gpc", { referer }), ["US", 1]);
  assert.deepEqual(await countryOf(state), ["US", 1]);
  assert.deepEqual(await countryOf({ path: "/api/consent", headers: { referer } }), ["US", 1]);
  const other = { path: "/api/consent", headers: { origin: "http://localhost:9002" } };
  assert.deepEqual(await countryOf(other), ["KZ", 0], "other pages have visitors of their own");
  assert.deepEqual(await countryOf({ host: "fr.localhost" }), ["FR", 0]);
  assert.deepEqual(await tag("?gpc", { referer }), ["KZ", 1]);
  assert.deepEqual(await countryOf(state), ["KZ", 1]);
  assert.deepEqual(await tag("", { referer }), ["KZ", 0]);
  assert.deepEqual(await countryOf(state), ["KZ", 0]);
  assert.deepEqual(await tag("?country=de"), ["DE", 0]);
  assert.deepEqual(await countryOf(state), ["DE", 0], "a page that sends no referrer");
  assert.deepEqual(await tag(""), ["KZ", 0]);
  assert.deepEqual(await countryOf(state), ["KZ", 0]);
});

test("the tag of a page makes the browser forget its choice", async () => {
  const kept = async (/** @type {string} */ path) =>
    (await ask({ path })).headers["set-cookie"]?.slice(2);
  const lines = await kept("/embed.js?country=DE&reset");
  assert.deepEqual(
    lines?.map((line) => line.replace(/=; Max-Age=0; Path=\/; Secure; SameSite/, "")),
    [
      "kelisim_cc_cookie=Lax",
      "kelisim_cc_cookie=None; Partitioned",
      "__Host-kelisim_subject=Lax",
      "__Host-kelisim_subject=None; Partitioned",
    ],
  );
  assert.deepEqual(await kept("/embed.js?country=DE"), []);
  assert.deepEqual(await kept("/api/consent?reset"), []);
});

test("method, path and body arrive as they were sent", async () => {
  const { text } = await ask({
    method: "POST",
    path: "/api/%6B?x=1&x=2",
    body: "ә".repeat(100_000),
  });
  const { method, url, body } = JSON.parse(text);
  assert.deepEqual([method, url, body.length], ["POST", "/api/%6B?x=1&x=2", 100_000]);
});

test("status and repeated headers come back as they were sent", async () => {
  const { status, headers } = await ask({});
  assert.equal(status, 207);
  assert.deepEqual(headers["set-cookie"], ["a=1", "b=2"]);
});

test("a runtime that is down is a 502 that says so", async () => {
  running = false;
  const { status, text } = await ask({});
  running = true;
  assert.equal(status, 502);
  assert.match(text, /did not answer/);
});

test("a port that is taken is an error", async () => {
  await assert.rejects(startProxy({ port: proxy.port, upstream: () => 1 }), { code: "EADDRINUSE" });
});
