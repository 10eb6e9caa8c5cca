// The page of choices as the worker sends it: the built page with what is stored for the visitor,
// kept by no cache.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { get } from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { startServer } from "../support/server.mjs";
import { COOKIE, KEYS, RECEIPT_KEYS, TOKENS } from "./site.mjs";

const SECRETS = { CONSENT_KEYS: KEYS, RECEIPT_KEYS, ADMIN_TOKEN: TOKENS.join(",") };
const dist = path.join(import.meta.dirname, "../../dist/cap.kz");
const LOCALES = ["kk", "ru", "en"];
/** What the worker may put in, and what it may take out. */
const MARKS =
  /<time [^>]*>[^<]*<\/time>|\s(?:checked|disabled|hidden|data-(?:on|if|unless)="[^"]*")|\s+(?=>)/g;

/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;
before(async () => {
  server = await startServer({ secrets: SECRETS });
});
after(() => server?.stop());

/** @param {string} address @param {RequestInit} [init] */
const ask = (address, init) => fetch(server.origin() + address, { redirect: "manual", ...init });

/** @param {string} locale */
const built = (locale) => readFile(path.join(dist, locale, "choices/index.html"), "utf8");

/**
 * Sends the page's form as a browser without a script does; the `Cookie` header after it.
 * @param {Record<string, string>} fields
 */
const choose = async (fields) => {
  const { revision } = JSON.parse(await readFile(path.join(dist, "manifest.json"), "utf8"));
  const answer = await ask("/api/consent", {
    method: "POST",
    headers: { origin: server.origin(), "sec-fetch-site": "same-origin" },
    body: new URLSearchParams({
      revision,
      locale: "kk",
      surface: "choices",
      action: "custom",
      return: "/kk/choices/#s-saved",
      ...fields,
    }),
  });
  assert.equal(answer.status, 303, await answer.text());
  const cookies = answer.headers.getSetCookie().map((line) => line.split(";")[0]);
  assert.ok(cookies.some((line) => line.startsWith(`${COOKIE}=`)));
  return cookies.join("; ");
};

test("only the marks differ from what was built, and no cache keeps the page", async () => {
  const cookie = await choose({ analytics: "on" });
  const plain = await ask("/kk/privacy/");
  const etag = String(plain.headers.get("etag"));
  for (const locale of LOCALES) {
    for (const headers of /** @type {Record<string, string>[]} */ ([
      {},
      { cookie },
      { cookie, "sec-gpc": "1" },
    ])) {
      const response = await ask(`/${locale}/choices/`, {
        headers: { ...headers, "if-none-match": `${etag}, *` },
      });
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.equal(response.headers.get("etag"), null);
      assert.match(response.headers.get("vary") ?? "", /Cookie.*Sec-GPC/);
      for (const name of [
        "content-type",
        "content-security-policy",
        "strict-transport-security",
        "x-frame-options",
      ])
        assert.equal(response.headers.get(name), plain.headers.get(name), name);
      const page = await response.text();
      const bare = (/** @type {string} */ text) => text.replace(MARKS, "");
      assert.equal(bare(page), bare(await built(locale)));
      assert.notEqual(page, await built(locale), "something is marked");
    }
  }
});

test("the boxes show what is stored, by the browser's signal too", async () => {
  const cookie = await choose({ analytics: "on", marketing: "on" });
  const box = async (/** @type {string} */ name, /** @type {Record<string, string>} */ headers) => {
    const page = await (await ask("/ru/choices/", { headers })).text();
    const form = page.slice(page.indexOf('class="choices"'));
    const found = new RegExp(`name="${name}"[^>]*`).exec(form)?.[0] ?? "";
    return { checked: / checked/.test(found), disabled: / disabled/.test(found) };
  };
  assert.deepEqual(await box("analytics", { cookie }), { checked: true, disabled: false });
  assert.deepEqual(await box("functional", { cookie }), { checked: false, disabled: false });
  assert.deepEqual(await box("marketing", { cookie }), { checked: true, disabled: false });
  assert.deepEqual(await box("marketing", { cookie, "sec-gpc": "1" }), {
    checked: false,
    disabled: true,
  });
  const planted = cookie.replace(/[\w-]{6}(?=;|$)/g, "forged");
  assert.deepEqual(await box("analytics", { cookie: planted }), {
    checked: false,
    disabled: false,
  });
});

test("other methods get what the assets say", async () => {
  const head = await ask("/en/choices/", { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get("cache-control"), "no-store");
  assert.equal(await head.text(), "");
  assert.equal((await ask("/en/choices/", { method: "POST" })).status, 405);
  assert.equal((await ask("/en/choices")).status, 307);
});

test("without keys the page is sent as it was built", async () => {
  const broken = await startServer({ secrets: { ...SECRETS, CONSENT_KEYS: "no keys" } });
  try {
    const response = await fetch(`${broken.origin()}/en/choices/`);
    assert.equal(response.status, 200);
    assert.equal(await response.text(), await built("en"));
  } finally {
    await broken.stop();
  }
});

/**
 * Where a browser that follows a link is sent; `fetch` has a `Sec-Fetch-Mode` of its own.
 * @param {Record<string, string>} headers
 * @returns {Promise<[number | undefined, string | undefined]>}
 */
const follow = (headers) =>
  new Promise((resolve, reject) =>
    get(`${server.origin()}/api/consent/records`, { headers }, (answer) => {
      answer.resume();
      resolve([answer.statusCode, answer.headers.location]);
    }).on("error", reject),
  );

test("who has no record and follows the link to it gets a page that says so", async () => {
  const referer = `${server.origin()}/ru/choices/`;
  assert.deepEqual(await follow({ "sec-fetch-mode": "navigate", referer }), [
    303,
    "/ru/choices/#s-nothing",
  ]);
  const old = { accept: "text/html,*/*;q=0.8", "accept-language": "en" };
  assert.deepEqual(await follow(old), [303, "/en/choices/#s-nothing"]);
  for (const script of [{ accept: "*/*" }, { ...old, "sec-fetch-mode": "cors" }])
    assert.deepEqual(await follow(script), [401, undefined]);
});
