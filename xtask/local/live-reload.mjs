// What a page gets from the local proxy while somebody works on it: it loads again when the site
// was built anew, and shows why when it could not be. It is added on the way to the browser;
// nothing of it is ever in dist/.

import { readFileSync } from "node:fs";

/**
 * Addresses of the proxy itself. No page of a site begins with two underscores: policies are named
 * by letters, digits and dashes.
 */
const EVENTS = "/__dev/events";
const SCRIPT = "/__dev/page.js";

/**
 * Goes into every page, as the first script. The pages' own policy allows scripts of their own host
 * and nothing inline.
 */
const TAG = `<script src="${SCRIPT}" defer></script>\n`;

/** How often a connection shows that it is alive. */
const PULSE_MS = 15_000;

/**
 * @typedef {object} LiveReload
 * @property {(request: import("node:http").IncomingMessage, response:
 *   import("node:http").ServerResponse) => boolean} answer answers what is asked of the proxy
 *   itself; false when it is meant for the site
 * @property {(html: string) => string} inject adds the script to a page
 * @property {() => void} built the site was built: pages load again, an error goes away
 * @property {(report: string) => void} failed the site could not be built: pages say why
 * @property {() => void} close ends all connections
 */

/** @returns {LiveReload} */
export const createLiveReload = () => {
  /** @type {Set<import("node:http").ServerResponse>} */
  const pages = new Set();
  let failure = "";

  /** @param {string} event @param {string} data */
  const message = (event, data) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  /** @param {string} text */
  const broadcast = (text) => {
    for (const page of pages) page.write(text);
  };
  const heartbeat = setInterval(() => broadcast(": \n\n"), PULSE_MS);
  heartbeat.unref();

  return {
    answer: (request, response) => {
      const [address] = (request.url ?? "").split("?");
      if (address === SCRIPT) {
        response.writeHead(200, {
          "content-type": "text/javascript; charset=utf-8",
          "cache-control": "no-store",
        });
        response.end(readFileSync(new URL("page.js", import.meta.url)));
        return true;
      }
      if (address !== EVENTS) return false;
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      // A page that comes later is told of an error too.
      response.write(failure === "" ? ": \n\n" : message("failed", failure));
      pages.add(response);
      response.on("close", () => pages.delete(response));
      return true;
    },
    inject: (html) => html.replace(/<\/head>/i, (end) => TAG + end),
    built: () => {
      failure = "";
      broadcast(message("built", ""));
    },
    failed: (report) => {
      failure = report;
      broadcast(message("failed", report));
    },
    close: () => {
      clearInterval(heartbeat);
      for (const page of pages) page.end();
    },
  };
};
