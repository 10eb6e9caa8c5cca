// Pages of other hosts: what they may do and read with a visitor's cookie, what changes when a proxy
// of their own host passes the requests on, and pages under development.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { startServer } from "../support/server.mjs";
import {
  acceptAll,
  COOKIE,
  cookieOf,
  KEYS,
  MANIFEST,
  RECEIPT_KEYS,
  startSite,
  submit,
  TOKENS,
} from "./site.mjs";

const LISTED = "https://www.cap.kz";
const OTHER = "https://course.example";
const FOREIGN = "https://evil.example";
const GERMANY = { country: "DE", isEUCountry: "1" };

/** @type {import("./site.mjs").Site} */
let site;
before(
  async () =>
    (site = await startSite({ manifest: { origins: [LISTED, OTHER], cookie_domain: "cap.kz" } })),
);
after(() => site.stop());

/**
 * What a page's script asks the published site for.
 * @param {string} path
 * @param {Record<string, string>} headers
 * @param {import("./site.mjs").Ask} [options]
 */
const ask = (path, headers, options = {}) =>
  site.ask(path, {
    cf: GERMANY,
    ...options,
    headers: { "mf-original-url": `https://cap.kz${path}`, ...headers },
  });
/** Headers of a script on another host. @param {string} origin @param {string} [site] */
const from = (origin, site = "cross-site") => ({ origin, "sec-fetch-site": site });
/** @param {Record<string, string>} headers @param {object} [words] */
const choose = (headers, words) =>
  ask(
    "/api/consent",
    { "content-type": "application/json", ...headers },
    { method: "POST", body: JSON.stringify(acceptAll(words)) },
  );
/** @param {Response} answer */
const sharedWith = (answer) => [
  answer.headers.get("access-control-allow-origin"),
  answer.headers.get("access-control-allow-credentials"),
];
/** @param {Response} answer */
const consentLines = (answer) =>
  answer.headers.getSetCookie().filter((line) => line.startsWith(`${COOKIE}=`));

describe("a page of a listed origin", () => {
  test("reads its visitor's records and receipt, withdraws, erases", async () => {
    const headers = from(OTHER);
    const chosen = await choose(headers);
    assert.equal(chosen.status, 201);
    const cookie = cookieOf(chosen);
    const records = await ask("/api/consent/records", headers, { cookie });
    assert.deepEqual([records.status, ...sharedWith(records)], [200, OTHER, "true"]);
    assert.equal((await records.json()).entries.length, 1);
    const receipt = await ask("/api/consent/records?format=tlog-proof", headers, { cookie });
    assert.deepEqual([receipt.status, ...sharedWith(receipt)], [200, OTHER, "true"]);
    assert.match(await receipt.text(), /^c2sp\.org\/tlog-proof@v1\n/);
    const withdrawn = await ask("/api/consent", headers, { method: "DELETE", cookie });
    assert.deepEqual([withdrawn.status, ...sharedWith(withdrawn)], [200, OTHER, "true"]);
    const erased = await ask("/api/consent/erase", headers, { method: "POST", cookie });
    assert.deepEqual([erased.status, ...sharedWith(erased)], [200, OTHER, "true"]);
    assert.deepEqual(await erased.json(), { site: "cap.kz", records: 2 });
    const lines = erased.headers.getSetCookie().filter((line) => line.includes("kelisim_"));
    assert.ok(lines.length > 1);
    for (const line of lines)
      assert.match(line, /Max-Age=0.*SameSite=None; Partitioned$/, "only so a browser ends it");
  });

  test("learns that there is no record, and can say so", async () => {
    const answer = await ask("/api/consent/records", from(OTHER));
    assert.deepEqual([answer.status, ...sharedWith(answer)], [401, OTHER, "true"]);
  });

  test("asks first whether it may", async () => {
    for (const path of ["/api/consent", "/api/consent/erase", "/api/consent/records"]) {
      const listed = await ask(path, from(OTHER), { method: "OPTIONS" });
      assert.deepEqual([listed.status, ...sharedWith(listed)], [204, OTHER, "true"], path);
      const foreign = await ask(path, from(FOREIGN), { method: "OPTIONS" });
      assert.deepEqual([foreign.status, ...sharedWith(foreign)], [403, null, null], path);
    }
  });

  for (const origin of [FOREIGN, "null", "http://course.example", "https://course.example:8443"])
    test(`${origin} is none, whatever it asks for`, async () => {
      const cookie = cookieOf(await choose(from(OTHER)));
      for (const [method, path] of [
        ["GET", "/api/consent/records"],
        ["GET", "/api/consent/records?format=tlog-proof"],
        ["POST", "/api/consent/erase"],
        ["DELETE", "/api/consent"],
      ]) {
        const answer = await ask(path, from(origin), { method, cookie });
        assert.deepEqual([answer.status, ...sharedWith(answer)], [403, null, null], path);
      }
      const form = await submit(
        site,
        "/api/consent/erase",
        {},
        {
          cookie,
          headers: {
            "mf-original-url": "https://cap.kz/api/consent/erase",
            ...from(origin),
          },
        },
      );
      assert.equal(form.status, 403);
      const own = await ask("/api/consent/records", from(OTHER), { cookie });
      assert.equal((await own.json()).entries.length, 1, "nothing was withdrawn or erased");
    });
});

describe("a proxy on the page's own host", () => {
  const proxied = (/** @type {string} */ origin) => from(origin, "same-origin");

  test("sets the cookie of that host, and doesn't lend the visitor its own place", async () => {
    for (const [origin, domain] of [
      [LISTED, "; Domain=cap.kz"],
      [OTHER, ""],
    ]) {
      const chosen = await ask(
        "/api/consent",
        { "content-type": "application/json", ...proxied(origin) },
        { method: "POST", body: JSON.stringify(acceptAll()), cf: { country: "KZ" } },
      );
      assert.equal(chosen.status, 201);
      const { record } = await chosen.clone().json();
      assert.deepEqual([record.country, record.regime], [null, "opt_in"]);
      assert.equal(chosen.headers.get("strict-transport-security"), null, "it is that host's own");
      const [line] = consentLines(chosen);
      assert.match(line, new RegExp(`Path=/${domain}; Secure; SameSite=Lax$`));
      const state = await ask(
        "/api/consent?renew=1",
        { "sec-fetch-site": "same-origin", referer: `${origin}/a` },
        { cf: { country: "KZ" }, cookie: cookieOf(chosen) },
      );
      assert.equal((await state.json()).regime, "opt_in");
      assert.match(consentLines(state)[0], new RegExp(`Path=/${domain}; Secure; SameSite=Lax$`));
    }
  });

  test("hides the place also where the page tells nothing of itself", async () => {
    const regime = async (/** @type {Record<string, string>} */ headers) =>
      (await (await ask("/api/consent", headers, { cf: { country: "US" } })).json()).regime;
    assert.equal(await regime({ "sec-fetch-site": "same-origin" }), "opt_in");
    const own = { "sec-fetch-site": "same-origin", referer: "https://cap.kz/en/" };
    assert.equal(await regime(own), "opt_out");
    assert.equal(await regime(from(OTHER)), "opt_out");
  });

  test("of a host that isn't listed passes nothing on", async () => {
    assert.equal((await choose(proxied(FOREIGN))).status, 403);
  });
});

/** Starts the site with `routes` in wrangler.toml, as docs/deploy.md shows them. */
const startWithRoutes = async () => {
  const root = path.join(import.meta.dirname, "../..");
  const folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-routes-"));
  const config = path.join(folder, "wrangler.toml");
  const main = `main = ${JSON.stringify(path.join(root, "edge-worker/entry.mjs"))}`;
  const routes =
    'routes = [{ pattern = "cap.kz", custom_domain = true }, { pattern = "www.cap.kz/api/consent*", zone_name = "cap.kz" }]';
  const text = await readFile(path.join(root, "wrangler.toml"), "utf8");
  await writeFile(config, text.replace(/^main = .*$/m, `${main}\n${routes}`));
  const dist = path.join(folder, "dist");
  await mkdir(dist);
  await writeFile(path.join(dist, "manifest.json"), JSON.stringify(MANIFEST));
  const secrets = { CONSENT_KEYS: KEYS, RECEIPT_KEYS, ADMIN_TOKEN: TOKENS.join(",") };
  const server = await startServer({ config, dist, secrets });
  return { server, stop: () => server.stop().then(() => rm(folder, { recursive: true })) };
};

describe("a page under development", () => {
  test("may ask a site whose routes stand in its settings", async () => {
    const { server, stop } = await startWithRoutes();
    try {
      const headers = { origin: "http://localhost:9001", "sec-fetch-site": "same-site" };
      const answer = await fetch(`${server.origin()}/api/consent`, { headers });
      assert.deepEqual([answer.status, ...sharedWith(answer)], [200, headers.origin, "true"]);
    } finally {
      await stop();
    }
  });

  const words = () => ({ method: "POST", body: JSON.stringify(acceptAll()) });
  const json = { "content-type": "application/json" };

  for (const origin of ["http://localhost:9001", "http://127.0.0.1:5173", "http://shop.test:3000"])
    test(`${origin} may ask the worker of this machine, and no deployment`, async () => {
      const local = await site.ask("/api/consent", {
        ...words(),
        headers: { ...json, ...from(origin, "same-site") },
      });
      assert.deepEqual([local.status, ...sharedWith(local)], [201, origin, "true"]);
      const published = await choose(from(origin));
      assert.deepEqual([published.status, ...sharedWith(published)], [403, null, null]);
    });
});
