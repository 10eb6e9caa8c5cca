// A site with documents in Kazakh and Russian that asks in Portuguese and Arabic as well, in the real
// runtime: which language a visitor gets, and what is recorded of it.

import assert from "node:assert/strict";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { get } from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { startServer } from "../support/server.mjs";
import { buildWith } from "../support/site.mjs";
import { COOKIE, KEYS, RECEIPT_KEYS, TOKENS } from "./site.mjs";

const SECRETS = { CONSENT_KEYS: KEYS, RECEIPT_KEYS, ADMIN_TOKEN: TOKENS.join(",") };

/** @type {Awaited<ReturnType<typeof buildWith>>} */
let site;
/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;
/** @type {any} */
let manifest;

before(async () => {
  const settings = `locales = ["kk", "ru"]\nbanner_locales = ["pt", "ar"]\nfallback = "ru"`;
  site = await buildWith({
    "site.toml": (text) => text.replace(/^locales = .*$/m, settings),
  });
  server = await startServer({ secrets: SECRETS, dist: site.dist });
  manifest = JSON.parse(await readFile(path.join(site.dist, "manifest.json"), "utf8"));
});
after(async () => {
  await server?.stop();
  await site?.remove();
});

/** @param {string} address @param {RequestInit} [init] */
const ask = (address, init) => fetch(server.origin() + address, { redirect: "manual", ...init });

/** @param {string} [languages] */
const speaking = (languages) => ({
  headers: /** @type {Record<string, string>} */ (
    languages ? { "accept-language": languages } : {}
  ),
});

/**
 * Where a link to the visitor's records leads: `fetch` says of itself that it follows none.
 * @param {Record<string, string>} headers
 * @returns {Promise<string | undefined>}
 */
const follow = (headers) =>
  new Promise((resolve, reject) => {
    const all = { ...headers, "sec-fetch-mode": "navigate" };
    get(`${server.origin()}/api/consent/records`, { headers: all }, (answer) => {
      answer.resume();
      resolve(answer.headers.location);
    }).on("error", reject);
  });

/** What `Accept-Language` says, and the language of documents for it. */
const VISITORS = /** @type {[string, string][]} */ ([
  ["pt-BR,pt;q=0.9", "ru"],
  ["kk-KZ,kk;q=0.9", "kk"],
  ["de, kk;q=0.5", "kk"],
  ["zh-Hant-HK", "ru"],
  ["i-klingon", "ru"],
  [`${"x".repeat(9_000)}`, "ru"],
  ["*", "kk"],
]);

for (const [languages, locale] of VISITORS)
  test(`who speaks ${languages.slice(0, 20)} reads ${locale}: start page, policy and what is not there`, async () => {
    for (const [address, to] of [
      ["/", `/${locale}/`],
      ["/privacy", `/${locale}/privacy/`],
      ["/cookies/", `/${locale}/cookies/`],
    ]) {
      const answer = await ask(address, speaking(languages));
      assert.equal(answer.status, 302, address);
      assert.equal(answer.headers.get("location"), to);
      assert.equal(answer.headers.get("vary"), "Accept-Language");
    }
    const missing = await ask("/nothing/here", speaking(languages));
    assert.equal(missing.status, 404);
    assert.equal(missing.headers.get("vary"), "Accept-Language");
    assert.equal(missing.headers.get("cache-control"), "no-store");
    assert.match(missing.headers.get("content-security-policy") ?? "", /default-src/);
    assert.match(await missing.text(), new RegExp(`<html lang="${locale}"`));
  });

test("below a language the page that says so is in that language, and has no state", async () => {
  for (const [address, locale] of [
    ["/kk/nothing", "kk"],
    ["/ru/privacy/nothing/", "ru"],
    ["/pt/nothing", "ru"],
    ["/pt/", "ru"],
  ]) {
    const answer = await ask(address, { ...speaking("pt"), method: "GET" });
    assert.equal(answer.status, 404, address);
    assert.match(await answer.text(), new RegExp(`<html lang="${locale}"`), address);
  }
  const head = await ask("/nothing", { ...speaking("ru"), method: "HEAD" });
  assert.equal(head.status, 404);
  assert.equal(await head.text(), "");
  assert.equal((await ask("/assets/nothing.js", speaking("ru"))).status, 404);
});

test("the page of all languages stays where crawlers and people find it", async () => {
  const page = await (await ask("/languages/")).text();
  for (const locale of ["kk", "ru"]) assert.ok(page.includes(`href="/${locale}/"`), locale);
  const start = await (await ask("/ru/")).text();
  assert.match(start, /hreflang="x-default" href="https:\/\/cap.kz\/languages\/"/);
  assert.match(start, /href="\/languages\/"/);
});

test("a record in a language without documents names it and the text in it", async () => {
  const page = await ask("/pt/choices/");
  assert.equal(page.status, 200);
  assert.equal(page.headers.get("cache-control"), "no-store");
  assert.match(await page.text(), /<html lang="pt"/);

  const texts = /"texts":"([^"]+)"/.exec(
    await readFile(path.join(site.dist, "embed.js"), "utf8"),
  )?.[1];
  const banner = await (await ask(`${texts}pt.txt`)).text();
  const hash = createHash("sha256").update(banner).digest("hex");
  assert.equal(hash, manifest.shown.pt.banner);
  // The link to the policy says in which language that is.
  assert.match(banner, /href="\/ru\/cookies\/" hreflang="ru">\s*<span>[^<]+ \(russo\)<\/span>/);
  assert.equal(await (await ask(`/archive/${hash}.txt`)).text(), banner);

  const answer = await ask("/api/consent", {
    method: "POST",
    headers: {
      origin: server.origin(),
      "content-type": "application/json",
      "sec-fetch-site": "same-origin",
    },
    body: JSON.stringify({
      id: randomUUID(),
      secret: randomBytes(16).toString("base64url"),
      revision: manifest.revision,
      locale: "pt",
      surface: "banner",
      action: "reject_all",
    }),
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  const { record } = await answer.json();
  assert.equal(record.locale, "pt");
  assert.equal(record.text, manifest.shown.pt.banner);

  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  assert.match(cookie, new RegExp(`${COOKIE}=`));
  const records = await (await ask("/api/consent/records", { headers: { cookie } })).json();
  assert.deepEqual(
    records.entries.map((/** @type {any} */ entry) => entry.record.locale),
    ["pt"],
  );
  const withdrawn = await ask("/api/consent/withdraw", {
    method: "POST",
    headers: { origin: server.origin(), "sec-fetch-site": "same-origin", cookie },
    body: new URLSearchParams({ surface: "choices", locale: "pt" }),
  });
  assert.equal(withdrawn.headers.get("location"), "/pt/choices/");
});

test("who has no record is led to the choices in the visitor's language, documents or not", async () => {
  for (const [languages, locale] of [
    ["pt-BR,pt;q=0.9", "pt"],
    ["ar-EG", "ar"],
    ["de", "ru"],
    ["", "kk"],
  ]) {
    const answer = await follow(speaking(languages).headers);
    assert.equal(answer, `/${locale}/choices/#s-nothing`, languages);
  }
  const from = await follow({
    "sec-fetch-site": "same-origin",
    referer: `${server.origin()}/ar/choices/`,
    "accept-language": "ru",
  });
  assert.equal(from, "/ar/choices/#s-nothing");
});
