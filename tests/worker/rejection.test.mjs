// What is refused, how, and that a refusal changes nothing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { acceptAll, consentCookieOf, cookieOf, KEYS, post, startSite, submit } from "./site.mjs";

/** @type {import("./site.mjs").Site} */
let site;
before(async () => (site = await startSite()));
after(() => site.stop());

/**
 * @param {Response} response
 * @param {number} status
 * @param {string} code
 */
const isRefused = async (response, status, code) => {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.deepEqual(response.headers.getSetCookie(), []);
  const problem = await response.json();
  assert.equal(problem.status, status);
  assert.equal(problem.code, code);
};

/** @type {[string, unknown, number, string][]} */
const BODIES = [
  ["no JSON", "{", 400, "malformed"],
  ["nothing", "", 400, "malformed"],
  ["an unknown field", acceptAll({ comment: "free text" }), 400, "malformed"],
  ["a country of the visitor's choosing", acceptAll({ country: "US" }), 400, "malformed"],
  [
    "a time of the visitor's choosing",
    acceptAll({ time: "2020-01-01T00:00:00.000Z" }),
    400,
    "malformed",
  ],
  ["an id that is no UUID", acceptAll({ id: "1" }), 400, "malformed"],
  ["an action that is no button", acceptAll({ action: "withdraw" }), 400, "malformed"],
  [
    "a field that stands twice",
    JSON.stringify(acceptAll()).replace("{", '{"locale":"ru",'),
    400,
    "malformed",
  ],
  [
    "a name of the prototype",
    JSON.stringify(acceptAll()).replace("{", '{"__proto__":{},'),
    400,
    "malformed",
  ],
  ["a lone surrogate", JSON.stringify(acceptAll()).replace('"kk"', '"\\ud800"'), 400, "malformed"],
  ["deep nesting", "[".repeat(4000), 400, "malformed"],
  ["an earlier revision", acceptAll({ revision: "00000000" }), 409, "stale_revision"],
  ["a locale of another site", acceptAll({ locale: "fr" }), 422, "unprocessable"],
  [
    "essential denied",
    acceptAll({ choice: { essential: false, functional: true, analytics: true, marketing: true } }),
    422,
    "unprocessable",
  ],
  [
    "an unknown category",
    acceptAll({ choice: { functional: true, analytics: true, marketing: true, telemetry: true } }),
    422,
    "unprocessable",
  ],
  [
    "a button that says yes and boxes that say no",
    acceptAll({ choice: { functional: true, analytics: false, marketing: true } }),
    422,
    "unprocessable",
  ],
];

for (const [name, body, status, code] of BODIES) {
  test(`${name} is refused with ${status}`, async () =>
    isRefused(await post(site, body), status, code));
}

test("invalid UTF-8 is refused", async () => {
  const bytes = Buffer.from(
    JSON.stringify(acceptAll({ locale: "\u0001" })).replace("\\u0001", "\u00ff"),
    "latin1",
  );
  await isRefused(
    await site.ask("/api/consent", {
      method: "POST",
      body: bytes,
      headers: { origin: site.origin, "content-type": "application/json" },
    }),
    400,
    "malformed",
  );
});

test("a body over 4 KiB is refused, announced or not", async () => {
  const large = JSON.stringify(acceptAll({ locale: "k".repeat(5000) }));
  await isRefused(await post(site, large), 413, "too_large");
  const chunks = new ReadableStream({
    start: (controller) => {
      for (let sent = 0; sent < 8; sent += 1)
        controller.enqueue(new TextEncoder().encode("x".repeat(1024)));
      controller.close();
    },
  });
  const headers = { origin: site.origin, "content-type": "application/json" };
  await isRefused(
    await site.ask("/api/consent", { method: "POST", body: chunks, headers }),
    413,
    "too_large",
  );
  // Whoever is still sending when the refusal comes gets to read it too.
  for (const kilobytes of [5, 64, 200, 200, 200]) {
    const stream = new ReadableStream({
      start: (controller) => {
        for (let sent = 0; sent < kilobytes; sent += 1)
          controller.enqueue(new TextEncoder().encode("x".repeat(1024)));
        controller.close();
      },
    });
    await isRefused(
      await site.ask("/api/consent", { method: "POST", body: stream, headers }),
      413,
      "too_large",
    );
  }
});

test("a body in chunks within the limit is read", async () => {
  const text = JSON.stringify(acceptAll());
  const chunks = new ReadableStream({
    start: (controller) => {
      for (const part of [text.slice(0, 40), text.slice(40)])
        controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
  const headers = { origin: site.origin, "content-type": "application/json" };
  assert.equal(
    (await site.ask("/api/consent", { method: "POST", body: chunks, headers })).status,
    201,
  );
});

for (const type of ["text/plain", "multipart/form-data; boundary=x", "application/xml"]) {
  test(`${type} is refused`, async () => {
    await isRefused(
      await post(site, acceptAll(), { headers: { "content-type": type } }),
      415,
      "unsupported_type",
    );
  });
}

for (const headers of /** @type {Record<string, string>[]} */ ([
  { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
  { origin: "https://evil.example" },
  { origin: "null" },
  { origin: "https://localhost.evil.example" },
])) {
  test(`a page with ${JSON.stringify(headers)} can't choose, withdraw or read`, async () => {
    const cookie = cookieOf(await post(site, acceptAll()));
    await isRefused(await post(site, acceptAll(), { headers, cookie }), 403, "foreign_origin");
    await isRefused(
      await site.ask("/api/consent", { method: "DELETE", headers, cookie }),
      403,
      "foreign_origin",
    );
    await isRefused(
      await submit(
        site,
        "/api/consent/withdraw",
        {},
        { headers: { "sec-fetch-site": "cross-site", ...headers }, cookie },
      ),
      403,
      "foreign_origin",
    );
    await isRefused(
      await site.ask("/api/consent/records", { headers, cookie }),
      403,
      "foreign_origin",
    );
  });
}

test("a script that names no origin is refused", async () => {
  const headers = { "content-type": "application/json" };
  await isRefused(
    await site.ask("/api/consent", { method: "POST", body: JSON.stringify(acceptAll()), headers }),
    403,
    "foreign_origin",
  );
});

test("a listed origin may share, others not", async () => {
  const listed = await site.ask("/api/consent", {
    method: "OPTIONS",
    headers: { origin: "https://www.cap.kz", "access-control-request-method": "POST" },
  });
  assert.equal(listed.status, 204);
  assert.equal(listed.headers.get("access-control-allow-origin"), "https://www.cap.kz");
  assert.equal(listed.headers.get("access-control-allow-credentials"), "true");
  const shared = await post(site, acceptAll(), {
    headers: { origin: "https://www.cap.kz", "sec-fetch-site": "cross-site" },
  });
  assert.equal(shared.status, 201);
  assert.equal(shared.headers.get("access-control-allow-origin"), "https://www.cap.kz");
  const foreign = await site.ask("/api/consent", { headers: { origin: "https://evil.example" } });
  assert.equal(foreign.headers.get("access-control-allow-origin"), null);
});

for (const back of [
  "//evil.example",
  "/\\evil.example",
  "https://evil.example/",
  "/kk/\r\nSet-Cookie: a=b",
  "javascript:alert(1)",
]) {
  test(`a form does not lead to ${JSON.stringify(back)}`, async () => {
    const fields = {
      action: "accept_all",
      revision: "aB3-_xYz",
      locale: "kk",
      surface: "choices",
      return: back,
    };
    await isRefused(await submit(site, "/api/consent", fields), 422, "unprocessable");
    await isRefused(
      await submit(site, "/api/consent/withdraw", { return: back }),
      422,
      "unprocessable",
    );
  });
}

test("unknown methods are refused with what is allowed", async () => {
  for (const method of ["PUT", "PATCH", "PROPFIND"]) {
    const refused = await site.ask("/api/consent", { method });
    assert.equal(refused.headers.get("allow"), "GET, HEAD, POST, DELETE, OPTIONS");
    await isRefused(refused, 405, "method_not_allowed");
  }
  const refused = await site.ask("/api/consent/withdraw");
  assert.equal(refused.headers.get("allow"), "POST, OPTIONS");
});

test("HEAD is GET without a body", async () => {
  const head = await site.ask("/api/consent", { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get("content-type"), "application/json");
  assert.equal(await head.text(), "");
});

test("addresses near the API are not the API", async () => {
  await isRefused(await site.ask("/api/consent/x"), 404, "not_found");
  await isRefused(await site.ask("/api/consent/"), 404, "not_found");
  assert.match(await (await site.ask("/api/consents")).text(), /nothing here/);
});

test("a forged or foreign cookie is no choice and opens no records", async () => {
  const cookie = `kelisim_cc_cookie=${consentCookieOf(await post(site, acceptAll()))}`;
  const forged = [
    cookie.replace(/\.700\./, ".610."),
    `${cookie.slice(0, -1)}${cookie.endsWith("A") ? "Q" : "A"}`,
    cookie.slice(0, -4),
    cookie.replace(/\.[12]\.([^.]*)$/, ".9.$1"),
    "kelisim_cc_cookie=1",
    "kelisim_cc_cookie=......",
  ];
  for (const value of forged) {
    assert.equal(
      (await (await site.ask("/api/consent", { cookie: value })).json()).choice,
      null,
      value,
    );
    await isRefused(
      await site.ask("/api/consent/records", { cookie: value }),
      401,
      "unauthenticated",
    );
  }
});

test("short addresses lead to the visitor's language, at once and uncached", async () => {
  for (const [languages, locale] of [
    ["ru-KZ,ru;q=0.9,en;q=0.8", "ru"],
    ["de,en;q=0.5", "en"],
    ["", "kk"],
    ["de", "kk"],
  ]) {
    for (const where of ["/privacy", "/privacy/"]) {
      const short = await site.ask(where, { headers: { "accept-language": languages } });
      assert.equal(short.status, 302);
      assert.equal(short.headers.get("location"), `/${locale}/privacy/`);
      assert.equal(short.headers.get("vary"), "Accept-Language");
      assert.equal(short.headers.get("cache-control"), "no-store");
    }
  }
});

test("a worker without usable keys shows pages, saves nothing and says so", async () => {
  const broken = await startSite({ keys: `${KEYS}x` });
  try {
    assert.equal((await broken.ask("/")).status, 200);
    await isRefused(await broken.ask("/api/consent"), 503, "unavailable");
    await isRefused(await post(broken, acceptAll()), 503, "unavailable");
    assert.ok(!broken.printed().includes("2222"), "a key was printed");
  } finally {
    await broken.stop();
  }
});

test("a choice signed with a key that is being retired still counts", async () => {
  // The same site, once before and once after its keys were rotated.
  const before = await startSite({ keys: KEYS.split(",")[1] });
  const cookie = cookieOf(await post(before, acceptAll()));
  await before.stop();
  assert.notEqual((await (await site.ask("/api/consent", { cookie })).json()).choice, null);
});
