// Stands in front of the local runtime and tells it where the visitor is from (see visitor.mjs).
// Everything else passes as it came: method, path, headers with their duplicates, body as a stream, compressed or not.

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
 * The `MF-CF-Blob` to send on. A client's own is kept. The runtime compresses the answer unless told what the client accepts.
 * @param {http.IncomingMessage} request
 * @returns {string}
 */
const cfBlob = (request) => {
  const own = request.headers["mf-cf-blob"];
  const clientAcceptEncoding = request.headers["accept-encoding"] ?? "";
  if (own === undefined) return JSON.stringify({ clientAcceptEncoding, ...cfOf(visitorOf(request.headers.host)) });
  try {
    return JSON.stringify({ clientAcceptEncoding, ...JSON.parse(String(own)) });
  } catch {
    return String(own);
  }
};

/**
 * @param {http.IncomingMessage} request
 * @returns {string[]}
 */
const upstreamHeaders = (request) => {
  const headers = filterHeaders(request.rawHeaders, (name) => !CONNECTION_ONLY.has(name) && name !== "mf-cf-blob");
  headers.push("MF-CF-Blob", cfBlob(request));
  if (visitorOf(request.headers.host).gpc && request.headers["sec-gpc"] === undefined) headers.push("Sec-GPC", "1");
  return headers;
};

/**
 * Starts the proxy.
 * @param {{ port: number, upstream: () => number }} options `port` 0 takes any free one; `upstream` names the runtime's port at each
 *   request, so that the runtime may be restarted behind the same address
 * @returns {Promise<{ port: number, close: () => Promise<void> }>}
 */
export const startProxy = async ({ port, upstream }) => {
  const agent = new http.Agent({ keepAlive: true });

  /** @type {http.RequestListener} */
  const pass = (request, response) => {
    const onward = http.request({
      agent,
      host: "127.0.0.1",
      port: upstream(),
      method: request.method,
      path: request.url,
      headers: /** @type {any} */ (upstreamHeaders(request)),
    });
    onward.on("response", (answer) => {
      response.sendDate = false;
      response.writeHead(
        answer.statusCode ?? 502,
        answer.statusMessage,
        filterHeaders(answer.rawHeaders, (name) => !CONNECTION_ONLY.has(name)),
      );
      answer.pipe(response);
      answer.on("aborted", () => response.destroy());
    });
    onward.on("error", (error) => {
      // It has answered, and no longer wants what the client is still sending. An answer that breaks off is seen above.
      if (response.headersSent) return void request.unpipe(onward);
      response.writeHead(502, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
      response.end(`the local runtime did not answer: ${error.message}\n`);
    });
    response.on("close", () => {
      if (!response.writableFinished) onward.destroy();
    });
    request.pipe(onward);
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
      for (const server of [four, six]) {
        server?.close();
        server?.closeAllConnections();
      }
      agent.destroy();
    },
  };
};
