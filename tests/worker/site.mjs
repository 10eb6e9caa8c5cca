// A site as small as a site can be, in the real runtime, and the words a visitor's browser says to
// it.

import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { startServer } from "../support/server.mjs";

/** What a page of the site was built with. */
export const REVISION = "aB3-_xYz";

/** Name of the cookie that carries the choice. */
export const COOKIE = "kelisim_cc_cookie";

/** @param {string} digit */
const hash = (digit) => digit.repeat(64);

/** Hashes of what is shown, one per locale and surface. */
export const SHOWN = {
  kk: { banner: hash("a"), choices: hash("b") },
  ru: { banner: hash("c"), choices: hash("d") },
  en: { banner: hash("e"), choices: hash("f") },
};

/** What the builder would have written. */
export const MANIFEST = {
  site: "cap.kz",
  locales: ["kk", "ru", "en"],
  fallback: "kk",
  ranges: {},
  policies: ["privacy", "cookies"],
  categories: ["essential", "functional", "analytics", "marketing"],
  revision: REVISION,
  shown: SHOWN,
  choice_days: 180,
  refusal_days: 184,
  scopes: { functional: ["fun0"], analytics: ["ana1", "ana0"], marketing: ["mar0"] },
  revisions: { [REVISION]: { functional: "fun0", analytics: "ana1", marketing: "mar0" } },
  services: [],
  retention_days: 1095,
  regimes: [],
  cookie_domain: null,
  origins: ["https://www.cap.kz"],
  cookies: ["_ga", "_ga_*"],
  hsts_subdomains: false,
  count_shown: false,
  witnesses: { quorum: 0, list: [] },
};

/** Keys of the tests' servers: the second still verifies. */
export const KEYS = `2:${hash("2")},1:${hash("1")}`;

/** Keys of receipts: the second is published only. */
export const RECEIPT_KEYS = `2:${hash("5")},1:${hash("6")}`;

/** Admin tokens: both open. */
export const TOKENS = [hash("7"), hash("8")];

/**
 * @typedef {object} Site
 * @property {string} origin
 * @property {string} state folder of the consent log
 * @property {{ authorization: string }} admin headers of who may ask for everything
 * @property {(path: string, options?: Ask) => Promise<Response>} ask
 * @property {() => Promise<void>} restart
 * @property {() => Promise<void>} kill
 * @property {() => string} printed
 * @property {(manifest: object) => Promise<void>} publish builds the site again, so to speak:
 *   another manifest, the same log
 * @property {() => Promise<void>} stop
 */

/**
 * @typedef {object} Ask
 * @property {string} [method]
 * @property {Record<string, string>} [headers]
 * @property {BodyInit} [body]
 * @property {object} [cf] what the network knows about the visitor
 * @property {string} [cookie]
 * @property {AbortSignal} [signal] ends the request
 */

/**
 * Starts the site. `kept` is a folder with a log to go on with, which `stop` leaves; `bucket` gives it
 * an archive.
 * @param {{ keys?: string, secrets?: Record<string, string>, manifest?: object, main?: string,
 *   kept?: string, bucket?: boolean }} [options]
 * @returns {Promise<Site>}
 */
export const startSite = async ({
  keys = KEYS,
  secrets = {},
  manifest = {},
  main,
  kept,
  bucket = false,
} = {}) => {
  const state = kept ?? (await mkdtemp(path.join(os.tmpdir(), "kelisim-state-")));
  const dist = await mkdtemp(path.join(os.tmpdir(), "kelisim-dist-"));
  await writeFile(path.join(dist, "index.html"), "<!doctype html><title>site</title>");
  await mkdir(path.join(dist, "kk"));
  await writeFile(path.join(dist, "kk/404.html"), "<!doctype html><title>nothing here</title>");
  /** @param {object} changes */
  const write = (changes) =>
    writeFile(
      path.join(dist, "manifest.json"),
      JSON.stringify({ ...MANIFEST, ...manifest, ...changes }),
    );
  await write({});
  const server = await startServer({
    config: bucket ? await withBucket(`${dist}.toml`) : undefined,
    main,
    dist,
    state,
    secrets: { RECEIPT_KEYS, ADMIN_TOKEN: TOKENS.join(","), CONSENT_KEYS: keys, ...secrets },
  });
  const origin = server.origin();
  return {
    origin,
    state,
    admin: { authorization: `Bearer ${TOKENS[0]}` },
    ask: (where, { method = "GET", headers = {}, body, cf, cookie, signal } = {}) =>
      fetch(new URL(where, origin), {
        method,
        body,
        redirect: "manual",
        signal,
        // A body that is a stream is sent in chunks, without a length.
        ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
        headers: {
          ...(cf === undefined ? {} : { "MF-CF-Blob": JSON.stringify(cf) }),
          ...(cookie === undefined ? {} : { cookie }),
          ...headers,
        },
      }),
    restart: server.restart,
    kill: server.kill,
    printed: server.printed,
    publish: async (changes) => {
      await write(changes);
      await server.restart();
    },
    stop: async () => {
      await server.stop();
      const made = [dist, `${dist}.toml`, ...(kept === undefined ? [state] : [])];
      for (const folder of made) await rm(folder, { recursive: true, force: true });
    },
  };
};

/**
 * Writes `wrangler.toml` with the binding that docs/deploy.md shows.
 * @param {string} config
 */
const withBucket = async (config) => {
  const root = path.join(import.meta.dirname, "../..");
  const text = await readFile(path.join(root, "wrangler.toml"), "utf8");
  const main = `main = ${JSON.stringify(path.join(root, "edge-worker/entry.mjs"))}`;
  const bucket = '[[r2_buckets]]\nbinding = "LOG_ARCHIVE"\nbucket_name = "kelisim-log"\n';
  await writeFile(config, `${text.replace(/^main = .*$/m, main)}\n${bucket}`);
  return config;
};

/**
 * What the banner sends when everything is accepted.
 * @param {object} [changes]
 */
export const acceptAll = (changes = {}) => ({
  id: randomUUID(),
  secret: randomBytes(16).toString("base64url"),
  revision: REVISION,
  locale: "kk",
  surface: "banner",
  action: "accept_all",
  choice: { functional: true, analytics: true, marketing: true },
  ...changes,
});

/**
 * Sends a choice as the page's script does.
 * @param {Site} site
 * @param {unknown} words
 * @param {Ask} [options]
 */
export const post = (site, words, { headers, ...options } = {}) =>
  site.ask("/api/consent", {
    method: "POST",
    body: typeof words === "string" ? words : JSON.stringify(words),
    ...options,
    headers: { origin: site.origin, "content-type": "application/json", ...headers },
  });

/**
 * Sends a form as a browser without a script does.
 * @param {Site} site
 * @param {string} where
 * @param {Record<string, string>} fields
 * @param {Ask} [options]
 */
export const submit = (site, where, fields, { headers, ...options } = {}) =>
  site.ask(where, {
    method: "POST",
    body: new URLSearchParams(fields).toString(),
    ...options,
    headers: {
      origin: site.origin,
      "sec-fetch-site": "same-origin",
      "content-type": "application/x-www-form-urlencoded",
      ...headers,
    },
  });

/**
 * The `Cookie` header that a browser sends after this answer: the consent cookie and its companion.
 * @param {Response} response
 */
export const cookieOf = (response) => {
  const pairs = response.headers.getSetCookie().map((line) => line.split(";")[0]);
  const own = pairs.filter((pair) => /^(kelisim_cc_cookie|__Host-kelisim_subject)=./.test(pair));
  return own.length > 0 ? own.join("; ") : undefined;
};

/**
 * The value of the consent cookie of an answer.
 * @param {Response} response
 */
export const consentCookieOf = (response) =>
  String(
    cookieOf(response)
      ?.split("; ")
      .find((pair) => pair.startsWith(`${COOKIE}=`)),
  ).slice(COOKIE.length + 1);
