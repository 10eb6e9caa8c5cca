// A reverse proxy in front of the local runtime that adds the visitor's location to each request
// (see visitor.mjs and, for pages that embed the banner, tag.mjs). Everything else passes unchanged: method, path, headers with their duplicates,
// body as a stream, compressed or not. Only with `live` (development) pages get an additional
// script (see live-reload.mjs), and nothing comes from a cache.

import http from "node:http";
import { createTags } from "./tag.mjs";
import { cfOf } from "./visitor.mjs";

/** Hop-by-hop headers (RFC 9110, 7.6.1), which are not passed on. */
const CONNECTION_ONLY = new Set(["connection", "keep-alive", "proxy-connection", "upgrade"]);

/**
 * @param {string[]} rawHeaders name, value, name, value …
 * @param {(name: string) => boolean} keep
 * @returns {string[]}
 */
const filterHeaders = (rawHeaders, keep) => {
  const kept = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (keep(rawHeaders[at].toLowerCase())) kept.push(rawHeaders[at], rawHeaders[at + 1]);
  }
  return kept;
};

/**
 * The `MF-CF-Blob` header for the runtime; one that the client sent is kept. `clientAcceptEncoding`
 * is added, because without it the runtime compresses the response for any client.
 * @param {http.IncomingMessage} request
 * @param {import("./visitor.mjs").Visitor} visitor
 * @returns {string}
 */
const cfBlob = (request, visitor) => {
  const own = request.headers["mf-cf-blob"];
  const clientAcceptEncoding = request.headers["accept-encoding"] ?? "";
  if (own === undefined) return JSON.stringify({ clientAcceptEncoding, ...cfOf(visitor) });
  try {
    return JSON.stringify({ clientAcceptEncoding, ...JSON.parse(String(own)) });
  } catch {
    // Not JSON: passed on as it came, for the runtime to refuse.
    return String(own);
  }
};

/**
 * As `cfBlob`, for a response that must not be compressed.
 * @param {http.IncomingMessage} request
 * @param {import("./visitor.mjs").Visitor} visitor
 */
const plainBlob = (request, visitor) => {
  const blob = cfBlob(request, visitor);
  try {
    return JSON.stringify({ ...JSON.parse(blob), clientAcceptEncoding: "" });
  } catch {
    // The client sent one that is not JSON, see `cfBlob`.
    return blob;
  }
};

/**
 * @param {http.IncomingMessage} request
 * @param {import("./visitor.mjs").Visitor} visitor
 * @returns {string[]}
 */
const upstreamHeaders = (request, visitor) => {
  const headers = filterHeaders(
    request.rawHeaders,
    (name) => !CONNECTION_ONLY.has(name) && name !== "mf-cf-blob",
  );
  headers.push("MF-CF-Blob", cfBlob(request, visitor));
  if (visitor.gpc && request.headers["sec-gpc"] === undefined) headers.push("Sec-GPC", "1");
  return headers;
};

/**
 * While the runtime loads a new build, it may not answer, or answer 404 for a new file. The most
 * attempts of a request, and the pause between two.
 */
const ATTEMPTS = 60;
const PAUSE_MS = 50;

/** Request headers that could cause a 304 or a compressed response. */
const CACHING = new Set(["if-none-match", "if-modified-since", "accept-encoding"]);

/** Response headers that don't hold for a page with an inserted script. */
const REPLACED = new Set(["cache-control", "content-length", "etag", "transfer-encoding"]);

/** @param {http.IncomingMessage} request */
const isReading = (request) => request.method === "GET" && !request.url?.startsWith("/api/");

/** @param {http.IncomingMessage} answer */
const isPage = (answer) =>
  answer.headers["content-type"]?.startsWith("text/html") === true &&
  answer.headers["content-encoding"] === undefined;

/** @param {string | undefined} address */
const isAsset = (address) => address?.startsWith("/assets/") === true;

/** @param {http.IncomingMessage} answer */
const textOf = async (answer) => {
  /** @type {Buffer[]} */
  const chunks = [];
  for await (const chunk of answer) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/**
 * Starts the proxy.
 * @param {{ port: number, upstream: () => number, live?: import("./live-reload.mjs").LiveReload }}
 *   options `port` 0 takes any free one; `upstream` returns the runtime's port at each request, so
 *   that the runtime may be restarted behind the same address; `live` enables live reload
 * @returns {Promise<{ port: number, close: () => Promise<void> }>}
 */
export const startProxy = async ({ port, upstream, live }) => {
  const agent = new http.Agent({ keepAlive: true });
  const tags = createTags();

  /** @param {http.IncomingMessage} answer @param {(name: string) => boolean} keep */
  const headersOf = (answer, keep = () => true) =>
    filterHeaders(answer.rawHeaders, (name) => !CONNECTION_ONLY.has(name) && keep(name));

  /**
   * @param {http.IncomingMessage} answer
   * @param {http.ServerResponse} response
   * @param {string[]} cookies further values of `Set-Cookie`
   */
  const passOn = (answer, response, cookies) => {
    response.sendDate = false;
    const headers = headersOf(answer).concat(cookies.flatMap((line) => ["Set-Cookie", line]));
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
    answer.pipe(response);
    answer.on("aborted", () => response.destroy());
  };

  /**
   * @param {http.IncomingMessage} answer
   * @param {http.ServerResponse} response
   * @param {import("./live-reload.mjs").LiveReload} live
   */
  const passPage = async (answer, response, live) => {
    const body = live.inject(await textOf(answer));
    const headers = headersOf(answer, (name) => !REPLACED.has(name));
    headers.push("Content-Length", String(Buffer.byteLength(body)), "Cache-Control", "no-store");
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
    response.end(body);
  };

  /**
   * @param {http.IncomingMessage} request
   * @param {http.ServerResponse} response
   * @param {number} attempts the most attempts
   */
  const send = (request, response, attempts) => {
    const isLive = live !== undefined && isReading(request);
    const again = () =>
      setTimeout(() => response.destroyed || send(request, response, attempts - 1), PAUSE_MS);
    const visitor = tags.visitor(request);
    let headers = upstreamHeaders(request, visitor);
    if (isLive)
      headers = filterHeaders(
        headers,
        (name) => !CACHING.has(name) && name !== "mf-cf-blob",
      ).concat("MF-CF-Blob", plainBlob(request, visitor));
    const onward = http.request({
      agent,
      host: "127.0.0.1",
      port: upstream(),
      method: request.method,
      path: request.url,
      headers: /** @type {any} */ (headers),
    });
    onward.on("response", (answer) => {
      if (isLive && attempts > 1 && answer.statusCode === 404 && isAsset(request.url)) {
        answer.resume();
        return again();
      }
      // If the runtime's response is cut off, the client's is too.
      if (isLive && isPage(answer))
        return passPage(answer, response, live).catch(() => response.destroy());
      passOn(answer, response, tags.cookies(request));
    });
    onward.on("error", (error) => {
      // The runtime has answered and stopped reading the request's body. A cut-off response is
      // handled above.
      if (response.headersSent) return void request.unpipe(onward);
      if (isLive && attempts > 1) return again();
      response.writeHead(502, {
        "content-type": "text/plain; charset=utf-8",
        "cache-control": "no-store",
      });
      response.end(`the local runtime did not answer: ${error.message}\n`);
    });
    response.on("close", () => {
      if (!response.writableFinished) onward.destroy();
    });
    if (isLive) onward.end();
    else request.pipe(onward);
  };

  /** @type {http.RequestListener} */
  const pass = (request, response) => {
    if (live?.answer(request, response)) return;
    send(request, response, ATTEMPTS);
  };

  /** @param {string} host @param {number} at @returns {Promise<http.Server>} */
  const listen = (host, at) =>
    new Promise((resolve, reject) => {
      const server = http.createServer(pass);
      server.once("error", reject);
      server.listen({ host, port: at }, () => resolve(server));
    });

  const four = await listen("127.0.0.1", port);
  const chosen = /** @type {import("node:net").AddressInfo} */ (four.address()).port;
  // Many clients resolve `localhost` to ::1 first; without IPv6 only 127.0.0.1 is served.
  const six = await listen("::1", chosen).catch((error) => {
    if (error.code !== "EADDRINUSE") return undefined;
    four.close();
    throw error;
  });

  return {
    port: chosen,
    close: async () => {
      live?.close();
      for (const server of [four, six]) {
        server?.close();
        server?.closeAllConnections();
      }
      agent.destroy();
    },
  };
};
