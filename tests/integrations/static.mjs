// A server of files: pages without their ending, and scripts of packages under names of their own.

import { readFile } from "node:fs/promises";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";

/** @type {Record<string, string>} */
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript" };

/**
 * Serves the pages of a folder.
 * @param {string} folder
 * @param {Record<string, string>} [scripts] files of npm packages, by their paths on the server
 * @returns {() => Promise<import("./harness.mjs").Server>}
 */
export const pagesOf =
  (folder, scripts = {}) =>
  () =>
    listen(async (request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      const page = pathname === "/" ? "/index.html" : `${pathname}.html`;
      const file = scripts[pathname]
        ? createRequire(import.meta.url).resolve(scripts[pathname])
        : path.join(folder, path.extname(pathname) ? pathname : page);
      try {
        const body = await readFile(file);
        response.writeHead(200, { "content-type": TYPES[path.extname(file)] }).end(body);
      } catch {
        response.writeHead(404).end();
      }
    });

/**
 * Starts a server in this process.
 * @param {http.RequestListener} answer
 * @returns {Promise<import("./harness.mjs").Server>}
 */
export const listen = async (answer) => {
  const server = http.createServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
