// What a site is sent with, by the real asset layer and the real worker: what is kept for ever, and
// the one word on encryption.

import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { startServer } from "../support/server.mjs";
import { buildSite, SERVICES } from "../support/services.mjs";
import { KEYS, RECEIPT_KEYS, TOKENS } from "./site.mjs";

const SECRETS = { CONSENT_KEYS: KEYS, RECEIPT_KEYS, ADMIN_TOKEN: TOKENS.join(",") };
const FOREVER = "public, max-age=31536000, immutable";
/** What asks: a reader, a module, a script of the page. */
const MODES = ["navigate", "cors", "no-cors"];

/** A worker that gives itself away. */
const LOUD = `
  import { DurableObject } from "cloudflare:workers";
  export class ConsentLog extends DurableObject {}
  export default { fetch: () => new Response("the worker has run", { status: 418 }) };
`;

/** @type {Awaited<ReturnType<typeof buildSite>>} */
let site;
/**
 * The same site with the worker, and with one that gives itself away.
 * @type {Awaited<ReturnType<typeof startServer>>[]}
 */
let servers;
before(async () => {
  site = await buildSite(SERVICES);
  const main = path.join(path.dirname(site.dist), "loud.mjs");
  await writeFile(main, LOUD);
  servers = [
    await startServer({ dist: site.dist, secrets: SECRETS }),
    await startServer({ dist: site.dist, secrets: SECRETS, main }),
  ];
});
after(async () => {
  for (const server of servers ?? []) await server.stop();
  await site?.remove();
});

/** @param {string} address @param {string} [mode] @param {number} [of] which server */
const get = (address, mode = "no-cors", of = 0) =>
  fetch(servers[of].origin() + address, {
    redirect: "manual",
    headers: { "sec-fetch-mode": mode },
  });

/** Addresses of all files below a folder of the site. @param {string} folder */
const files = async (folder) => {
  const names = await readdir(path.join(site.dist, folder), {
    recursive: true,
    withFileTypes: true,
  });
  return names
    .filter((name) => name.isFile())
    .map((name) => `/${path.relative(site.dist, path.join(name.parentPath, name.name))}`);
};

describe("below /assets/ and /archive/", () => {
  test("what is there is kept for ever, and no worker runs for it", async () => {
    const all = [...(await files("assets")), ...(await files("archive"))].filter(
      (address) => address !== "/archive/index.json",
    );
    assert.ok(all.length > 20, String(all));
    for (const address of all) {
      for (const mode of MODES) {
        const response = await get(address, mode, 1);
        await response.arrayBuffer();
        assert.equal(response.status, 200, address);
        assert.equal(response.headers.get("cache-control"), FOREVER, address);
        assert.equal(response.headers.get("access-control-allow-origin"), "*", address);
      }
    }
  });

  test("what is missing is the page of what is missing, and nobody keeps it", async () => {
    const [script] = await files("assets/services");
    const [text] = await files("archive");
    const words = (await files("assets")).find((address) => address.includes("/texts."));
    const older = script.replace(/\.\w{10}\./, ".0123456789.");
    assert.notEqual(older, script);
    const missing = [
      older,
      // Where a rule is for all files of a folder.
      String(words).replace(/\w+\.txt$/, "xx.txt"),
      String(words).replace(/\.\w{10}\//, ".0123456789/"),
      `${script}x`,
      `${script}/`,
      "/assets/tags.0123456789.js",
      "/assets/gone-abc123.js",
      "/assets/",
      "/assets/a/b/c",
      `/archive/${"0".repeat(64)}.txt`,
      `${text}/x`,
      "/archive/x",
    ];
    for (const address of missing) {
      for (const mode of MODES) {
        const response = await get(address, mode);
        assert.equal(response.status, 404, `${address} ${mode}`);
        assert.equal(response.headers.get("cache-control"), "no-store", `${address} ${mode}`);
        assert.match(
          response.headers.get("content-security-policy") ?? "",
          /^default-src 'none'; script-src 'self'/,
          address,
        );
        assert.equal(
          await response.text(),
          await readFile(path.join(site.dist, "kk/404.html"), "utf8"),
          address,
        );
      }
    }
    const elsewhere = await get("/ru/nothing/here", "navigate");
    assert.equal(elsewhere.status, 404);
    assert.equal(
      await elsewhere.text(),
      await readFile(path.join(site.dist, "ru/404.html"), "utf8"),
    );
  });

  test("an address that is only written otherwise leads to the file, and nobody keeps the way", async () => {
    const [script] = await files("assets/services");
    const response = await get(script.replace(/\.js$/, "%2Ejs"));
    assert.ok(response.status >= 300 && response.status < 400, String(response.status));
    assert.equal(response.headers.get("location"), script);
    assert.doesNotMatch(response.headers.get("cache-control") ?? "", /max-age=[1-9]|immutable/);
  });
});

describe("Strict-Transport-Security", () => {
  /**
   * Every kind of answer: JSON, text, redirects, refusals, and what the worker doesn't know.
   * @type {[string, string, Record<string, string>?][]}
   */
  const CALLS = [
    ["GET", "/api/consent"],
    ["HEAD", "/api/consent"],
    ["OPTIONS", "/api/consent", { origin: "https://www.example.kz" }],
    ["POST", "/api/consent"],
    ["DELETE", "/api/consent"],
    ["PUT", "/api/consent"],
    ["POST", "/api/consent/withdraw", { "content-type": "application/x-www-form-urlencoded" }],
    ["GET", "/api/consent/records"],
    ["GET", "/api/consent/health"],
    ["GET", "/api/consent/keys"],
    ["GET", "/api/consent/record"],
    ["GET", "/log/checkpoint"],
    ["GET", "/log/info"],
    ["GET", "/log/policy"],
    ["GET", "/log/tile/0/000.p/1"],
    ["GET", "/log/tile/0/000"],
    ["GET", "/log/tile/entries/000.p/1", { authorization: `Bearer ${TOKENS[0]}` }],
    ["GET", "/log/nothing"],
    ["GET", "/api/consent/export"],
    ["GET", "/api/consent/export", { authorization: `Bearer ${TOKENS[0]}` }],
    ["GET", "/api/consent/stats", { authorization: `Bearer ${TOKENS[0]}` }],
    ["GET", "/api/consent/nothing"],
    ["GET", "/api/nothing"],
    ["GET", "/privacy"],
    ["POST", "/privacy"],
    ["GET", "/"],
    ["GET", "/en/privacy/"],
    ["GET", "/en/admin/"],
    ["GET", "/embed.js"],
    ["GET", "/manifest.json"],
    ["GET", "/nothing"],
    ["GET", "/assets/nothing.js"],
  ];

  for (const [line, expected] of [
    ["", "max-age=63072000"],
    ["hsts_subdomains = true\n", "max-age=63072000; includeSubDomains"],
  ]) {
    test(`pages and every answer of the worker say ${expected}`, async () => {
      const built = await buildSite(SERVICES, (settings) => line + settings);
      const header = /Strict-Transport-Security: (.*)/.exec(
        await readFile(path.join(built.dist, "_headers"), "utf8"),
      );
      assert.equal(header?.[1], expected);
      try {
        for (const secrets of [SECRETS, { ...SECRETS, CONSENT_KEYS: "no keys" }]) {
          const server = await startServer({ dist: built.dist, secrets });
          try {
            const health = await fetch(`${server.origin()}/api/consent/health`);
            assert.equal(health.status, secrets === SECRETS ? 200 : 503, await health.text());
            for (const [method, address, headers] of CALLS) {
              const response = await fetch(server.origin() + address, {
                method,
                headers: { origin: server.origin(), ...headers },
                redirect: "manual",
              });
              await response.arrayBuffer();
              assert.equal(
                response.headers.get("strict-transport-security"),
                expected,
                `${method} ${address}: ${response.status}`,
              );
            }
          } finally {
            await server.stop();
          }
        }
      } finally {
        await built.remove();
      }
    });
  }
});
