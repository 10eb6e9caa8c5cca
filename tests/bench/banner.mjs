// The banner beside its peers: the same small page with each, on a slow phone. `cargo xtask bench
// banner` installs the peers and calls it:
//
//     node tests/bench/banner.mjs <folder with the peers> <rounds>
//
// 1. Each subject's page and files are made in memory, compressed as a network of servers would
//    (brotli 11).
// 2. Rounds go through the subjects in turn: a new browser context each, a slow network and a
//    processor slowed down four times.
// 3. Medians are printed as JSON, one object a subject.

import { readdir, readFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";
import { launch } from "../support/browser.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const [peers, rounds = "5"] = process.argv.slice(2);

/** A phone on a slow connection: Lighthouse's "slow 4G" and its processor. */
const NETWORK = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6 * 1024 * 1024) / 8,
  uploadThroughput: (750 * 1024) / 8,
};
const SLOWDOWN = 4;
/** How long after the banner scripts and shifts still count. */
const AFTER_MS = 1000;

/**
 * @typedef {object} Subject
 * @property {string} name
 * @property {string} version
 * @property {string} selector what is seen when the banner is seen
 * @property {string} [button] that refuses, to measure how soon a press is answered
 * @property {string} [head] markup of the page's head
 * @property {string} [foot] markup after it
 * @property {Record<string, string | Buffer>} files by address
 */

/**
 * @typedef {object} Figures
 * @property {number} bytes until the banner is seen
 * @property {number} requests the same
 * @property {number} shown milliseconds until then
 * @property {number} shift
 * @property {number} script milliseconds
 * @property {number} press milliseconds from a press to the next frame, in steps of 8
 */

const TEXT =
  "<h1>A page</h1>" +
  "<p>Words of a page that somebody came to read, a paragraph of them, and then more of the same kind.</p>".repeat(
    12,
  );

/** @param {string} file */
const peer = (file) => readFile(path.join(peers, "node_modules", file));
/** @param {string} name */
const version = async (name) => JSON.parse(String(await peer(`${name}/package.json`))).version;

/**
 * Our banner, by the tag of the site's own pages and by that for pages of others.
 * @returns {Promise<Subject[]>}
 */
const ours = async () => {
  const dist = path.join(root, "dist/cap.kz");
  const page = await readFile(path.join(dist, "en/index.html"), "utf8");
  const [own] = /<script src="\/assets\/embed\.[^>]*><\/script>/.exec(page) ?? [];
  const { revision } = JSON.parse(await readFile(path.join(dist, "manifest.json"), "utf8"));
  const answer = {
    regime: "opt_in",
    revision,
    gpc: false,
    choice: null,
    defaults: {},
    ask: true,
    services: {},
    withheld: [],
    expires: null,
  };
  /** @type {Record<string, string | Buffer>} */
  const files = {
    "/api/consent": JSON.stringify(answer),
    "/embed.js": await readFile(path.join(dist, "embed.js")),
  };
  for (const folder of ["assets", "archive"])
    for (const name of await readdir(path.join(dist, folder), { recursive: true }))
      if (/\.(?:js|txt)$/.test(name))
        files[`/${folder}/${name}`] = await readFile(path.join(dist, folder, name));
  const selector = "#cc-main:not([hidden]) .cm";
  const button = "#cc-main [data-role=necessary]";
  const subject = { version: "", selector, button, files };
  return [
    { ...subject, name: "Kelisim, on its own pages", head: String(own) },
    { ...subject, name: "Kelisim, by one tag", head: '<script src="/embed.js" async></script>' },
  ];
};

/**
 * As it comes, it shows everybody the same; which law a visitor has, it would have to ask as we do.
 * @param {boolean} asks
 * @returns {Promise<Subject>}
 */
const vanilla = async (asks) => ({
  name: "vanilla-cookieconsent",
  version: `${await version("vanilla-cookieconsent")}${asks ? ", asking for the country" : ""}`,
  selector: "#cc-main .cm",
  button: "#cc-main .cm__btn[data-role=necessary]",
  head: '<link rel="stylesheet" href="/cookieconsent.css"><script src="/cookieconsent.umd.js" defer></script><script src="/init.js" defer></script>',
  files: {
    "/cookieconsent.css": await peer("vanilla-cookieconsent/dist/cookieconsent.css"),
    "/cookieconsent.umd.js": await peer("vanilla-cookieconsent/dist/cookieconsent.umd.js"),
    ...(asks && { "/api/consent": '{"regime":"opt_in"}' }),
    "/init.js": `${asks ? 'fetch("/api/consent").then((answer) => answer.json()).then(() => ' : "("}CookieConsent.run({ hideFromBots: false, categories: { necessary: { enabled: true, readOnly: true }, functional: {}, analytics: {}, marketing: {} },
      language: { default: "en", translations: { en: {
        consentModal: { title: "Cookies", description: "We use cookies.", acceptAllBtn: "Accept all", acceptNecessaryBtn: "Reject all", showPreferencesBtn: "Choose" },
        preferencesModal: { title: "Choices", acceptAllBtn: "Accept all", acceptNecessaryBtn: "Reject all", savePreferencesBtn: "Save",
          sections: ["necessary", "functional", "analytics", "marketing"].map((linkedCategory) => ({ title: linkedCategory, linkedCategory })) } } } } }));`,
  },
});

/** @returns {Promise<Subject>} */
const klaro = async () => ({
  name: "klaro",
  version: await version("klaro"),
  selector: ".klaro .cookie-notice, .klaro .cookie-modal",
  head: '<script src="/config.js" defer></script><script src="/klaro.js" data-config="klaroConfig" defer></script>',
  files: {
    "/klaro.js": await peer("klaro/dist/klaro.js"),
    "/config.js": `window.klaroConfig = { lang: "en", privacyPolicy: "/privacy", services: ["functional", "analytics", "marketing"].map((name) => ({ name, title: name, purposes: [name] })) };`,
  },
});

/** @returns {Promise<Subject>} */
const tarteaucitron = async () => {
  const folder = "tarteaucitronjs";
  /** @type {Record<string, Buffer>} */
  const files = {};
  for (const name of [
    "tarteaucitron.min.js",
    "tarteaucitron.services.min.js",
    "lang/tarteaucitron.en.min.js",
    "css/tarteaucitron.min.css",
  ])
    files[`/tac/${name}`] = await peer(`${folder}/${name}`);
  return {
    name: "tarteaucitron",
    version: await version(folder),
    selector: "#tarteaucitronAlertBig",
    head: '<script src="/tac/tarteaucitron.min.js" defer></script><script src="/init.js" defer></script>',
    files: {
      ...files,
      "/init.js": `var tarteaucitronForceLanguage = "en"; tarteaucitron.init({ privacyUrl: "/privacy", orientation: "bottom", showIcon: false, highPrivacy: true, DenyAllCta: true, AcceptAllCta: true });
        tarteaucitron.user.gtagUa = "G-TEST1"; (tarteaucitron.job = tarteaucitron.job || []).push("gtag");`,
    },
  };
};

/** @returns {Promise<Subject>} */
const c15t = async () => {
  const contents = `import { createElement as h } from "react"; import { createRoot } from "react-dom/client";
    import { ConsentBanner, ConsentDialog, ConsentManagerProvider } from "@c15t/react"; import "@c15t/react/styles.css";
    createRoot(document.getElementById("c15t")).render(h(ConsentManagerProvider, { options: { mode: "offline", consentCategories: ["necessary", "functionality", "measurement", "marketing"] } }, h(ConsentBanner), h(ConsentDialog)));`;
  const made = await build({
    stdin: { contents, resolveDir: peers },
    bundle: true,
    minify: true,
    write: false,
    outdir: "/",
    entryNames: "c15t",
    format: "iife",
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return {
    name: "c15t (React)",
    version: await version("@c15t/react"),
    selector: '[data-testid="consent-banner-card"], [data-testid="consent-banner-root"]',
    head: '<link rel="stylesheet" href="/c15t.css"><script src="/c15t.js" defer></script>',
    foot: '<div id="c15t"></div>',
    files: Object.fromEntries(
      made.outputFiles.map((file) => [`/${path.basename(file.path)}`, Buffer.from(file.contents)]),
    ),
  };
};

/** @type {Record<string, string>} */
const TYPES = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".txt": "text/plain; charset=utf-8",
  "": "application/json",
};

/**
 * Serves subjects below their number: `/0/`. A script's `/x` is looked up in the subject of the
 * page.
 * @param {Subject[]} subjects
 */
const serve = async (subjects) => {
  const compressed = subjects.map(({ files, head = "", foot = "" }) => {
    const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>A page</title>${head}</head><body><main>${TEXT}</main>${foot}</body></html>`;
    const all = Object.entries({ ...files, "/": page });
    return new Map(
      all.map(([address, content]) => [
        address,
        brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
      ]),
    );
  });
  const server = http.createServer((request, response) => {
    const at = Number(/^s(\d+)\./.exec(request.headers.host ?? "")?.[1]);
    const address = (request.url ?? "/").split("?")[0];
    const content = compressed[at]?.get(address);
    if (content === undefined) return response.writeHead(404).end();
    const type = address === "/" ? "text/html; charset=utf-8" : TYPES[path.extname(address)];
    return response
      .writeHead(200, {
        "content-type": type,
        "content-encoding": "br",
        "content-length": content.length,
      })
      .end(content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  return {
    port: /** @type {import("node:net").AddressInfo} */ (server.address()).port,
    close: () => server.close(),
  };
};

/**
 * What is noted in the page: when the banner is seen first, and what has moved.
 * @param {string} selector
 */
const observe = (selector) => {
  const noted = { shown: 0, shift: 0, press: 0 };
  Object.assign(window, { noted });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) noted.shift += /** @type {any} */ (entry).value;
  }).observe({ type: "layout-shift", buffered: true });
  for (const type of ["first-input", "event"])
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if (/** @type {any} */ (entry).interactionId)
          noted.press = Math.max(noted.press, entry.duration);
    }).observe(/** @type {any} */ ({ type, buffered: true, durationThreshold: 16 }));
  const look = () => {
    const element = document.querySelector(selector);
    const isSeen =
      element !== null &&
      element.getClientRects().length > 0 &&
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (isSeen) noted.shown = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
};

/**
 * @param {import("playwright-core").Browser} browser
 * @param {string} address
 * @param {Subject} subject
 * @returns {Promise<Figures>}
 */
const visit = async (browser, address, { selector, button }) => {
  const context = await browser.newContext({
    viewport: { width: 412, height: 823 },
    reducedMotion: "reduce",
  });
  try {
    const page = await context.newPage();
    await page.addInitScript(observe, selector);
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Performance.enable");
    await session.send("Network.emulateNetworkConditions", NETWORK);
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
    let [bytes, requests] = [0, 0];
    session.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
      requests += 1;
    });
    await page.goto(address, { waitUntil: "commit" });
    await page.waitForFunction(() => /** @type {any} */ (window).noted.shown > 0, undefined, {
      timeout: 30_000,
    });
    const loaded = { bytes, requests };
    await page.waitForTimeout(AFTER_MS);
    const { metrics } = await session.send("Performance.getMetrics");
    const script = (metrics.find(({ name }) => name === "ScriptDuration")?.value ?? 0) * 1000;
    const { shown, shift } = await page.evaluate(() => /** @type {any} */ (window).noted);
    if (button) {
      await page.locator(button).click();
      // The duration of a press is reported after its frame.
      await page.waitForFunction(() => /** @type {any} */ (window).noted.press > 0);
      await page.waitForTimeout(AFTER_MS);
    }
    const { press } = await page.evaluate(() => /** @type {any} */ (window).noted);
    return { ...loaded, shown, shift, script, press };
  } finally {
    await context.close();
  }
};

/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const subjects = [
  ...(await ours()),
  await vanilla(false),
  await vanilla(true),
  await klaro(),
  await tarteaucitron(),
  await c15t(),
];
const server = await serve(subjects);
const browser = await launch();
/** @type {Figures[][]} */
const measured = subjects.map(() => []);
try {
  // The first visit of a browser is slower than all others, whoever gets it.
  await visit(browser, `http://s0.localhost:${server.port}/`, subjects[0]);
  for (let round = 0; round < Number(rounds); round += 1) {
    for (const [at, subject] of subjects.entries())
      measured[at].push(await visit(browser, `http://s${at}.localhost:${server.port}/`, subject));
  }
} finally {
  await browser.close();
  server.close();
}
for (const [at, { name, version, button }] of subjects.entries()) {
  const of = (/** @type {keyof Figures} */ figure) =>
    median(measured[at].map((figures) => figures[figure]));
  console.log(
    JSON.stringify({
      name,
      version,
      bytes: of("bytes"),
      requests: of("requests"),
      shown: of("shown"),
      shift: of("shift"),
      script: of("script"),
      press: button ? of("press") : null,
    }),
  );
}
