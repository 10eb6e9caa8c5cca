// Stands in front of the local runtime and tells it where the visitor is from (see visitor.mjs).
// Everything else passes as it came: method, path, headers with their duplicates, body as a stream,
// compressed or not. Only while somebody works on the site (`live`), pages get a script more (see
// live-reload.mjs), and nothing comes from a cache.

import http from "node:http";
import { cfOf, visitorOf } from "./visitor.mjs";

/** Headers that belong to one connection and not to the message. */
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
 * The `MF-CF-Blob` to send on. A client's own is kept. The runtime compresses the answer unless
 * told what the client accepts.
 * @param {http.IncomingMessage} request
 * @returns {string}
 */
const cfBlob = (request) => {
  const own = request.headers["mf-cf-blob"];
  const clientAcceptEncoding = request.headers["accept-encoding"] ?? "";
  if (own === undefined)
    return JSON.stringify({ clientAcceptEncoding, ...cfOf(visitorOf(request.headers.host)) });
  try {
    return JSON.stringify({ clientAcceptEncoding, ...JSON.parse(String(own)) });
  } catch {
    // Not JSON: passed on as it came, for the runtime to refuse.
    return String(own);
  }
};

/**
 * The same, for an answer that must not be compressed.
 * @param {http.IncomingMessage} request
 */
const plainBlob = (request) => {
  const blob = cfBlob(request);
  try {
    return JSON.stringify({ ...JSON.parse(blob), clientAcceptEncoding: "" });
  } catch {
    // A client's own that is not JSON, see above.
    return blob;
  }
};

/**
 * @param {http.IncomingMessage} request
 * @returns {string[]}
 */
const upstreamHeaders = (request) => {
  const headers = filterHeaders(
    request.rawHeaders,
    (name) => !CONNECTION_ONLY.has(name) && name !== "mf-cf-blob",
  );
  headers.push("MF-CF-Blob", cfBlob(request));
  if (visitorOf(request.headers.host).gpc && request.headers["sec-gpc"] === undefined)
    headers.push("Sec-GPC", "1");
  return headers;
};

/**
 * While the runtime takes in a new build, it may not answer, or not know a new file yet: so often
 * it is asked again, and so long later.
 */
const ATTEMPTS = 60;
const PAUSE_MS = 50;

/** Request headers by which an answer could come from a cache, or compressed. */
const CACHING = new Set(["if-none-match", "if-modified-since", "accept-encoding"]);

/** Response headers that a page with a script more can't keep. */
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
 *   options `port` 0 takes any free one; `upstream` names the runtime's port at each request, so
 *   that the runtime may be restarted behind the same address; `live` while somebody works on the
 *   site
 * @returns {Promise<{ port: number, close: () => Promise<void> }>}
 */
export const startProxy = async ({ port, upstream, live }) => {
  const agent = new http.Agent({ keepAlive: true });

  /** @param {http.IncomingMessage} answer @param {(name: string) => boolean} keep */
  const headersOf = (answer, keep = () => true) =>
    filterHeaders(answer.rawHeaders, (name) => !CONNECTION_ONLY.has(name) && keep(name));

  /** @param {http.IncomingMessage} answer @param {http.ServerResponse} response */
  const passOn = (answer, response) => {
    response.sendDate = false;
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headersOf(answer));
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
   * @param {number} attempts how often it may be tried
   */
  const send = (request, response, attempts) => {
    const isLive = live !== undefined && isReading(request);
    const again = () =>
      setTimeout(() => response.destroyed || send(request, response, attempts - 1), PAUSE_MS);
    let headers = upstreamHeaders(request);
    if (isLive)
      headers = filterHeaders(
        headers,
        (name) => !CACHING.has(name) && name !== "mf-cf-blob",
      ).concat("MF-CF-Blob", plainBlob(request));
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
      // A page that breaks off on the way here breaks off for the client too.
      if (isLive && isPage(answer))
        return passPage(answer, response, live).catch(() => response.destroy());
      passOn(answer, response);
    });
    onward.on("error", (error) => {
      // It has answered, and no longer wants what the client is still sending. An answer that
      // breaks off is seen above.
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
  // `localhost` is ::1 first for many clients; a machine without IPv6 does without.
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
