// A policy site and the operator's other pages, as docs/embedding.md describes them: one local
// https server answers for every host name.

import { readFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { launchOptions } from "./browser.mjs";
import { certificate } from "./certificate.mjs";
import { startServer } from "./server.mjs";
import { buildSite, SERVICES } from "./services.mjs";
import { standIn } from "./stand-ins.mjs";
import { everyNameAt } from "./vendors.mjs";

/** Where the policies are. */
export const POLICIES = "policies.shop.kz";
/** Embedding pages, by their relation to the policy site's origin. */
export const PAGES = {
  "the same origin": `https://${POLICIES}/shop/`,
  "a subdomain": "https://www.shop.kz/",
  "another domain": "https://course.example/",
};

/** The code that the documentation shows, by its language, in order. */
export const documented = async () => {
  const text = await readFile(
    fileURLToPath(new URL("../../docs/embedding.md", import.meta.url)),
    "utf8",
  );
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  /** @param {string} language */
  const of = (language) =>
    blocks.filter(([, found]) => found === language).map(([, , code]) => code);
  return {
    settings: of("toml")[0],
    tags: of("html")[0],
    gated: of("html")[1],
    development: String(of("html").find((code) => code.includes("http://localhost"))),
    header: of("http")[0].replace("Content-Security-Policy: ", "").trim(),
    script: of("js")[0],
  };
};

/**
 * The site of the documentation, with Google Analytics 4 and an external service, to which the
 * video's host belongs.
 * @param {Changes} [changes]
 */
const build = async ({
  categories = ["analytics", "marketing"],
  change = (toml) => toml,
  video = 'hosts = { frame = ["https://video.example"] }',
} = {}) => {
  const { settings } = await documented();
  const services = SERVICES.filter(
    ({ kind }) => kind === "google-analytics-4" || kind === "google-ads",
  ).map((service) =>
    service.kind === "google-ads"
      ? { ...service, id: "video", tag: "", kind: "external", lines: video }
      : service,
  );
  return buildSite(
    services.filter(({ category }) => categories.includes(category)),
    (toml) => change(settings + toml.replace(/^host = .*\n/m, "")),
  );
};

/** @typedef {{host: string, path: string}} Asked */
/**
 * @typedef {{categories?: string[], change?: (settings: string) => string, video?: string, policy?: boolean}} Changes
 *   differences from the documentation's site: the categories that it asks about, its settings,
 *   lines of the external service, and whether its pages have a content security policy
 */

/**
 * What answers a request: markup with the content security policy of the documentation, a script,
 * or a server of this machine that speaks http.
 * @typedef {string | {script: string} | {port: number}} Answer
 */

/**
 * Starts a server that speaks https for every host.
 * @param {object} hosts
 * @param {string} hosts.policies the host of the policy site
 * @param {() => number} hosts.port of the policy site's runtime, which speaks http
 * @param {(host: string, path: string) => Answer | undefined} hosts.page who answers for the hosts
 *   that are not the policy site's
 * @param {http.OutgoingHttpHeaders} [hosts.headers] of pages that are markup
 */
export const serveHosts = async ({ policies, port: runtime, page, headers = {} }) => {
  /** @type {Asked[]} */
  const asked = [];
  const network = {
    passesCookies: true,
    sendsSignal: false,
    visitor: /** @type {object} */ ({ country: "DE", isEUCountry: "1" }),
  };

  /**
   * @param {number} port
   * @param {http.IncomingMessage} request
   * @param {http.ServerResponse} response
   * @param {http.OutgoingHttpHeaders} [further]
   */
  const pass = (port, request, response, further) => {
    const headers = { ...request.headers, ...further };
    const onward = http.request(
      { host: "127.0.0.1", port, method: request.method, path: request.url, headers },
      (answer) => {
        const lines = answer.rawHeaders.flatMap((name, at, all) =>
          at % 2 === 0 && (network.passesCookies || name.toLowerCase() !== "set-cookie")
            ? [name, all[at + 1]]
            : [],
        );
        response.writeHead(answer.statusCode ?? 502, lines);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  };

  /** What the network tells the policy site of a request. @param {http.IncomingMessage} request */
  const told = (request) => ({
    ...(network.sendsSignal ? { "sec-gpc": "1" } : {}),
    "mf-cf-blob": JSON.stringify(network.visitor),
    host: policies,
    "mf-original-url": `https://${policies}${request.url}`,
  });

  const server = https.createServer(
    certificate(),
    (/** @type {http.IncomingMessage} */ request, /** @type {http.ServerResponse} */ response) => {
      const host = request.headers.host ?? "";
      const path = request.url ?? "/";
      asked.push({ host, path });
      const answer = page(host, path);
      const script =
        typeof answer === "object" && "script" in answer
          ? answer.script
          : standIn(host + path.split("?")[0]);
      if (typeof answer === "string")
        response
          .writeHead(200, {
            "content-type": "text/html; charset=utf-8",
            ...headers,
          })
          .end(answer);
      else if (answer && "port" in answer) pass(answer.port, request, response);
      // Other hosts pass calls of the consent service on, as docs/embedding.md shows.
      else if (host === policies || path.startsWith("/api/consent"))
        pass(runtime(), request, response, told(request));
      else if (script !== undefined)
        response.writeHead(200, { "content-type": "text/javascript" }).end(script);
      else response.writeHead(204).end();
    },
  );
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());

  return {
    /** The port of this server. */
    server: port,
    /** Host and path of each request; a test may empty it. */
    asked,
    /** Settings of the proxy between the browser and the site. */
    network,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/**
 * Starts the policy site of the documentation, and a server that speaks https for every host.
 * @param {(host: string, path: string) => Answer | undefined} page who answers for the hosts that
 *   are not the policy site's
 * @param {Changes} [changes]
 */
export const startShopServer = async (page, changes) => {
  let site = await build(changes);
  let runtime = await startServer({ dist: site.dist });
  const end = async () => {
    await runtime.stop();
    await site.remove();
  };
  const { header } = await documented();
  const hosts = await serveHosts({
    policies: POLICIES,
    port: () => runtime.port,
    page,
    headers: changes?.policy === false ? {} : { "content-security-policy": header },
  });

  return {
    ...hosts,
    /** The port of the policy site's runtime, which speaks http. */
    port: () => runtime.port,
    /** Publishes the site anew, with other settings. @param {Changes} [changes] */
    publish: async (changes) => {
      await end();
      site = await build(changes);
      runtime = await startServer({ dist: site.dist });
    },
    stop: async () => {
      await hosts.stop();
      await end();
    },
  };
};

/** Starts Chromium, which finds every host at a server. @param {number} server its port */
export const browseHosts = (server) =>
  chromium.launch({
    ...launchOptions,
    args: [
      ...launchOptions.args.filter((argument) => !argument.startsWith("--host-resolver-rules")),
      "--ignore-certificate-errors",
      everyNameAt(server),
    ],
  });

/**
 * Starts the server and Chromium.
 * @param {Parameters<typeof startShopServer>} given
 */
export const startShop = async (...given) => {
  const shop = await startShopServer(...given);
  const browser = await browseHosts(shop.server);

  return {
    ...shop,
    browser,
    stop: async () => {
      await browser.close();
      await shop.stop();
    },
  };
};
