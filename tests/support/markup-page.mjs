// Pages with gated markup, and the piece of the theme that gates it, without a banner: tests say
// what may run. Everything comes from one local server; other hosts are names below `localhost`.

import http from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { holdStyle } from "../../themes/default/bundle.mjs";

const theme = new URL("../../themes/default/", import.meta.url);

/** Words of boxes, by language. */
const WORDS = {
  en: {
    text: "Provided by {recipient}. Loaded only after you allow it.",
    unnamed: "Loaded only after you allow it.",
    once: "Allow once",
    always: "Allow always",
    purpose: "Purpose",
    category: "Category",
    gpc: "Global Privacy Control: marketing is off.",
    withheld: "Not used in your country.",
    list: ", ",
    comma: ", ",
    colon: ": ",
    stop: ".",
    categories: { functional: "Functional", analytics: "Analytics", marketing: "Marketing" },
    policy: { title: "Cookie policy", path: "/en/cookies/" },
    services: {
      video: {
        name: "Video Site",
        provider: "Video Inc.",
        country: "Ireland",
        purpose: "Shows films.",
        lang: null,
      },
    },
  },
};
const RTL = { ...WORDS.en, once: "مرة واحدة", always: "دائما", text: "من {recipient}." };

/** The piece as a page's script: `piece` is what it returns, `allowed` what was allowed always. */
const SCRIPT = `
  import { begin } from "./js/markup.js";
  const { port } = location;
  const locale = (code, dir) => ({ code, dir, hold: new URL("/words/" + code + ".json", location.href).href });
  window.allowed = [];
  window.begin = () => {
    window.piece = begin({
      services: [{ id: "video", category: "marketing", hosts: ["video.localhost:" + port] },
        { id: "counter", category: "analytics" }],
      categories: ["analytics", "marketing"],
      locale: () => document.documentElement.lang === "ar" ? locale("ar", "rtl") : locale("en", "ltr"),
      allow: (id) => window.allowed.push(id),
    });
  };
  const NAMES = ["functional", "analytics", "marketing"];
  window.permission = (granted = [], { services = {}, withheld = [], gpc = false, refused } = {}) => {
    const all = Object.fromEntries(NAMES.map((name) => ["*" + name, granted.includes(name)]));
    const running = { ...all, video: all["*marketing"], counter: all["*analytics"], ...services };
    for (const id of withheld) running[id] = false;
    return {
      choice: Object.fromEntries(NAMES.map((name) => [name, granted.includes(name)])),
      services: running, differing: {}, withheld, gpc,
      refused: refused ?? [],
    };
  };
  window.let = (...what) => window.piece.apply(window.permission(...what));
  if (!document.currentScript.hasAttribute("data-wait")) window.begin();
`;

const script = async () => {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: fileURLToPath(theme) },
    bundle: true,
    write: false,
    format: "iife",
    define: { STYLE: JSON.stringify(await holdStyle()) },
    tsconfigRaw: {},
  });
  return outputFiles[0].text;
};

/** A picture of one pixel. */
const PIXEL = Buffer.from("R0lGODlhAQABAAAAACwAAAAAAQABAAA=", "base64");

/** @param {string} path @returns {[type: string, body: string | Buffer]} */
const vendorFile = (path) => {
  if (path.endsWith(".js"))
    return [
      "text/javascript",
      `(window.ran ??= []).push(${JSON.stringify(path)});
       (window.scripts ??= {})[${JSON.stringify(path)}] = document.currentScript?.parentNode?.nodeName;`,
    ];
  if (path.endsWith(".gif")) return ["image/gif", PIXEL];
  if (path.endsWith(".css")) return ["text/css", ":root { --styled: yes }"];
  return ["text/html", "<!doctype html><title>Film</title><p>Film"];
};

/** Starts the server. */
export const startPages = async () => {
  const bundle = await script();
  /** @type {{html: string, headers: Record<string, string>}} */
  let current = { html: "", headers: {} };
  /** @type {string[]} */
  const requests = [];
  /** Answers that wait, by path. @type {Map<string, Promise<unknown>>} */
  const delays = new Map();
  const server = http.createServer(async (request, response) => {
    const { host = "" } = request.headers;
    const path = String(request.url);
    const send = (/** @type {string} */ type, /** @type {string | Buffer} */ body, headers = {}) =>
      response.writeHead(200, { "content-type": type, ...headers }).end(body);
    const [name] = host.split(":");
    if (name !== "localhost") {
      requests.push(`${name}${path}`);
      await delays.get(path);
      return send(...vendorFile(path));
    }
    if (path === "/piece.js") return send("text/javascript", bundle);
    const words = /^\/words\/(\w+)\.json$/.exec(path)?.[1];
    if (words) return send("application/json", JSON.stringify(words === "ar" ? RTL : WORDS.en));
    if (/\.(js|gif|css)$/.test(path)) {
      requests.push(path);
      await delays.get(path);
      return send(...vendorFile(path));
    }
    if (path === "/favicon.ico") return response.writeHead(204).end();
    send("text/html; charset=utf-8", current.html, current.headers);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    origin: `http://localhost:${port}`,
    /** @param {string} path */
    vendor: (path) => `http://video.localhost:${port}${path}`,
    /** Requests to other hosts, and of the page's own files that markup loads. */
    requests,
    delays,
    /**
     * What the page is from now on.
     * @param {string} body markup, in which `VENDOR` is the other host
     * @param {{csp?: string, script?: string, head?: string}} [more]
     */
    serve: (body, { csp, script = '<script src="/piece.js"></script>', head = "" } = {}) => {
      const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title>${head}</head><body>${body}${script}</body></html>`;
      current = {
        html: html.replaceAll("VENDOR", `http://video.localhost:${port}`),
        headers: csp
          ? {
              "content-security-policy": csp.replaceAll("VENDOR", `http://video.localhost:${port}`),
            }
          : /** @type {Record<string, string>} */ ({}),
      };
      requests.length = 0;
      delays.clear();
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
