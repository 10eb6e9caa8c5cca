// Live reload: a script that the local proxy inserts into pages during development. A page reloads
// when the site was rebuilt, and shows the error when the build failed. Nothing of it is written to
// dist/.

import { readFileSync } from "node:fs";

/**
 * Paths that the proxy serves itself. No page's path begins with two underscores: policies are
 * named by letters, digits and dashes.
 */
const EVENTS = "/__dev/events";
const SCRIPT = "/__dev/page.js";

/**
 * Inserted into every page at the end of its head. A separate file, because the pages' content
 * security policy allows no inline scripts.
 */
const TAG = `<script src="${SCRIPT}" defer></script>\n`;

/** Interval of the keep-alive comments on an event stream. */
const PULSE_MS = 15_000;

/**
 * @typedef {object} LiveReload
 * @property {(request: import("node:http").IncomingMessage, response:
 *   import("node:http").ServerResponse) => boolean} answer answers requests to the proxy itself;
 *   returns false for requests to the site
 * @property {(html: string) => string} inject adds the script to a page
 * @property {() => void} built to be called after a build: pages reload, an error is removed
 * @property {(report: string) => void} failed to be called after a failed build: pages show the
 *   report
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
      // A page that connects after the failure gets it too.
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
