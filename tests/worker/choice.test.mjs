// A choice, from the press of a button to the log and back.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { publicKeys, verifyReceipt } from "./export.mjs";
import { acceptAll, consentCookieOf, cookieOf, post, SHOWN, startSite, submit } from "./site.mjs";
import { leafHash, readReceipt, Tree } from "./tree.mjs";

/** @type {import("./site.mjs").Site} */
let site;
before(async () => (site = await startSite()));
after(() => site.stop());

const ALL = { functional: true, analytics: true, marketing: true };
const NOTHING = { functional: false, analytics: false, marketing: false };

/** @param {string | undefined} cookie */
const state = async (cookie) => (await site.ask("/api/consent", { cookie })).json();

/** @param {string | undefined} cookie */
const records = async (cookie) => {
  const response = await site.ask("/api/consent/records", { cookie });
  assert.equal(response.status, 200);
  return response.json();
};

/** @param {...(string | Buffer)} parts */
const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/**
 * RFC 8785 for the values that records hold. Written here once more, from the standard, so that the
 * worker is not its own judge.
 * @param {any} value
 * @returns {string}
 */
const canonical = (value) => {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join(",")}}`;
};

/**
 * Checks a receipt, and that the record in it is canonical.
 * @param {any} entry
 */
const verifyEntry = async (entry) => {
  const proof = await verifyReceipt(site, entry);
  assert.equal(proof.record, canonical(entry.record));
  return proof;
};

test("a choice is stored, comes back, and survives a restart", async () => {
  const words = acceptAll();
  const posted = await post(site, words, { cf: { country: "DE", isEUCountry: "1" } });
  assert.equal(posted.status, 201);
  const receipt = await posted.json();
  assert.equal(receipt.record.id, words.id);
  assert.equal(receipt.record.country, "DE");
  assert.equal(receipt.record.regime, "opt_in");
  assert.equal(receipt.record.text, SHOWN.kk.banner);
  assert.deepEqual(receipt.record.choice, ALL);
  await verifyEntry(receipt);

  const cookie = cookieOf(posted);
  const told = await state(cookie);
  assert.deepEqual(told.choice, ALL);
  assert.equal(told.expires, receipt.cookie.expires);

  await site.restart();
  assert.deepEqual((await state(cookie)).choice, ALL);
  const kept = await records(cookie);
  assert.deepEqual(
    kept.entries.map((/** @type {any} */ entry) => entry.record),
    [receipt.record],
  );
});

test("the cookie is set by the server, small, and readable by the page", async () => {
  const posted = await post(
    site,
    acceptAll({
      action: "custom",
      choice: { functional: false, analytics: true, marketing: false },
    }),
  );
  const [line, companion] = posted.headers.getSetCookie();
  assert.match(line, /; Max-Age=34560000; Path=\/; Secure; SameSite=Lax$/);
  assert.match(
    companion,
    /^__Host-kelisim_subject=[\w-]{22}\.\d\.[\w-]{22}; Max-Age=34560000; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
  );
  const pair = line.split(";")[0];
  assert.ok(pair.length <= 200, `${pair.length} bytes`);
  const [version, , state, scopes, exceptions, granted, refused, issued] =
    consentCookieOf(posted).split(".");
  assert.deepEqual([version, state, scopes], ["2", "250", "ana1"]);
  assert.deepEqual([exceptions, granted, refused], ["", "", ""]);
  const age = Date.now() / 1000 - parseInt(issued, 36);
  assert.ok(age >= -1 && age < 60, `issued ${age} s ago`);
});

test("accepting and rejecting are remembered equally long", async () => {
  const rejected = await post(site, acceptAll({ action: "reject_all", choice: NOTHING }));
  assert.match(rejected.headers.getSetCookie()[0], /; Max-Age=34560000;/);
});

test("records are in the log in their order, and commitments open for their subject", async () => {
  const first = await post(site, acceptAll());
  const cookie = cookieOf(first);
  await post(site, acceptAll({ action: "reject_all", choice: NOTHING }), { cookie });
  await site.ask("/api/consent", { method: "DELETE", cookie, headers: { origin: site.origin } });
  const own = await records(cookie);
  assert.equal(own.entries.length, 3);
  const subject = Buffer.from(own.subject, "base64url");
  for (const { record } of own.entries) {
    assert.equal(record.commitment, sha256(subject, record.id).toString("hex"));
    assert.ok(!JSON.stringify(record).includes(own.subject));
  }
  const [one, two, three] = own.entries;
  for (const entry of own.entries) await verifyEntry(entry);
  assert.deepEqual([two.index, three.index], [one.index + 1, one.index + 2]);
  assert.equal(three.record.withdraws, two.record.id);
  assert.ok(one.record.time <= two.record.time && two.record.time <= three.record.time);
});

test("a log begins with whose it is, and its first record is number 1", async () => {
  const other = await startSite({ manifest: { site: "smartustaz.kz" } });
  try {
    const receipt = await (await post(other, acceptAll())).json();
    const keys = await publicKeys(other, "smartustaz.kz/log");
    const { index, checkpoint } = readReceipt(receipt.receipt, keys);
    const first = canonical({ chain: null, schema: "kelisim.log/1", site: "smartustaz.kz" });
    const tree = new Tree();
    for (const text of [first, canonical(receipt.record)]) tree.push(leafHash(text));
    assert.deepEqual([index, checkpoint.size, checkpoint.root], [1, 2, tree.root()]);
  } finally {
    await other.stop();
  }
});

test("a storm of retries makes one record and one answer", async () => {
  const words = acceptAll();
  const answers = await Promise.all(Array.from({ length: 30 }, () => post(site, words)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [201]);
  const receipts = await Promise.all(answers.map((answer) => answer.json()));
  for (const receipt of receipts) await verifyEntry(receipt);
  assert.equal(new Set(receipts.map(({ index }) => index)).size, 1);
  assert.equal(new Set(answers.map(cookieOf)).size, 1);
  assert.equal((await records(cookieOf(answers[0]))).entries.length, 1);
});

test("two presses before the first cookie are one visitor, and nobody else's", async () => {
  const secret = "AAAAAAAAAAAAAAAAAAAAAA";
  await post(site, acceptAll({ secret }));
  const second = await post(site, acceptAll({ secret, action: "reject_all", choice: NOTHING }));
  const own = await records(cookieOf(second));
  assert.deepEqual(
    own.entries.map((/** @type {any} */ entry) => entry.record.action),
    ["accept_all", "reject_all"],
  );
  const other = await post(site, acceptAll());
  assert.equal((await records(cookieOf(other))).entries.length, 1);
});

test("whoever reads an event's words in an export can't become its visitor", async () => {
  const words = acceptAll();
  const first = await post(site, words);
  for (const secret of [undefined, "BBBBBBBBBBBBBBBBBBBBBB"]) {
    const replay = await post(site, { ...words, secret });
    assert.equal(replay.status, 409);
    assert.equal(cookieOf(replay), undefined);
  }
  assert.equal((await records(cookieOf(first))).entries.length, 1);
});

test("a retry after a restart still reaches the same visitor", async () => {
  const words = acceptAll();
  const first = await post(site, words);
  await site.restart();
  const again = await post(site, words);
  assert.equal(again.status, 201);
  assert.deepEqual(await again.json(), await first.json());
  assert.equal(cookieOf(again), cookieOf(first));
});

test("the same id with other words is refused and sets nothing", async () => {
  const words = acceptAll();
  await post(site, words);
  const other = await post(site, { ...words, action: "reject_all", choice: NOTHING });
  assert.equal(other.status, 409);
  assert.equal((await other.json()).code, "event_reused");
  assert.deepEqual(other.headers.getSetCookie(), []);
});

test("two tabs at once are two records, and each visitor stays themselves", async () => {
  const start = await post(site, acceptAll());
  const cookie = cookieOf(start);
  const both = await Promise.all([
    post(site, acceptAll(), { cookie }),
    post(site, acceptAll({ action: "reject_all", choice: NOTHING }), { cookie }),
  ]);
  assert.deepEqual(
    both.map(({ status }) => status),
    [201, 201],
  );
  assert.equal((await records(cookie)).entries.length, 3);
});

test("strangers do not see each other's records", async () => {
  const one = cookieOf(await post(site, acceptAll()));
  const two = cookieOf(await post(site, acceptAll()));
  const [ofOne, ofTwo] = [await records(one), await records(two)];
  assert.notEqual(ofOne.subject, ofTwo.subject);
  assert.equal(ofOne.entries.length, 1);
  assert.notEqual(ofOne.entries[0].record.id, ofTwo.entries[0].record.id);
});

test("a withdrawal is one request, is remembered, and ends the register's cookies", async () => {
  const cookie = cookieOf(await post(site, acceptAll()));
  const withdrawn = await site.ask("/api/consent", {
    method: "DELETE",
    cookie: `${cookie}; _ga=GA1; _ga_ABC=GS1; other=1`,
    headers: { origin: site.origin, "content-type": "application/json" },
    body: JSON.stringify({ id: randomUUID(), locale: "ru", surface: "choices" }),
  });
  assert.equal(withdrawn.status, 200);
  const receipt = await withdrawn.json();
  assert.equal(receipt.record.action, "withdraw");
  assert.equal(receipt.record.text, SHOWN.ru.choices);
  const lines = withdrawn.headers.getSetCookie();
  assert.ok(lines.includes("_ga=; Max-Age=0; Path=/"));
  assert.ok(lines.includes("_ga_ABC=; Max-Age=0; Path=/"));
  assert.ok(!lines.some((line) => line.startsWith("other=")));
  assert.deepEqual((await state(cookieOf(withdrawn))).choice, NOTHING);
});

test("a late retry does not bring back what was withdrawn", async () => {
  const words = acceptAll();
  const cookie = cookieOf(await post(site, words));
  await site.ask("/api/consent", { method: "DELETE", cookie, headers: { origin: site.origin } });
  const retry = await post(site, words, { cookie });
  assert.equal(retry.status, 201);
  assert.deepEqual(retry.headers.getSetCookie(), []);
});

test("without a script a form does the same", async () => {
  const fields = {
    action: "custom",
    analytics: "true",
    revision: "aB3-_xYz",
    locale: "kk",
    surface: "choices",
    return: "/kk/choices/#s-saved",
  };
  const saved = await submit(site, "/api/consent", fields);
  assert.equal(saved.status, 303);
  assert.equal(saved.headers.get("location"), "/kk/choices/#s-saved");
  const cookie = cookieOf(saved);
  assert.deepEqual((await state(cookie)).choice, { ...NOTHING, analytics: true });

  const withdrawn = await submit(
    site,
    "/api/consent/withdraw",
    { locale: "kk", return: "/kk/choices/#s-withdrawn" },
    { cookie },
  );
  assert.equal(withdrawn.status, 303);
  assert.deepEqual((await state(cookieOf(withdrawn))).choice, NOTHING);
  const own = await records(cookie);
  assert.deepEqual(
    own.entries.map((/** @type {any} */ entry) => entry.record.action),
    ["custom", "withdraw"],
  );
});

test("the signal overrules an explicit yes, in record, cookie and answer", async () => {
  const posted = await post(site, acceptAll(), { headers: { "sec-gpc": "1" } });
  const { record } = await posted.json();
  assert.equal(record.gpc, true);
  assert.deepEqual(record.choice, { ...ALL, marketing: false });
  assert.deepEqual((await state(cookieOf(posted))).choice, { ...ALL, marketing: false });
});

test("the signal itself is recorded where it is an opt-out, and nowhere else", async () => {
  const words = () => acceptAll({ action: "gpc", choice: { marketing: false } });
  const signal = { "sec-gpc": "1" };
  const honoured = await post(site, words(), { cf: { country: "US" }, headers: signal });
  assert.equal(honoured.status, 201);
  const { action, choice } = (await honoured.json()).record;
  assert.deepEqual([action, choice], ["gpc", NOTHING], "a signal says yes to nothing");
  assert.equal((await post(site, words(), { cf: { country: "US" } })).status, 422);
  assert.equal((await post(site, words(), { cf: { country: "DE" }, headers: signal })).status, 422);
});

test("nothing personal is in the log's files or in what the worker prints", async () => {
  const marks = {
    "user-agent": "VeryPersonalBrowser/7",
    "cf-connecting-ip": "203.0.113.77",
    "x-forwarded-for": "203.0.113.77",
    "x-mail": "someone@example.kz",
  };
  const posted = await post(site, acceptAll(), { headers: marks });
  const cookie = cookieOf(posted) ?? "";
  await records(cookie);
  const files = await readdir(site.state, { recursive: true, withFileTypes: true });
  const stored = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map((file) => readFile(path.join(file.parentPath, file.name), "latin1")),
  );
  const { id } = (await posted.json()).record;
  assert.ok(
    stored.some((text) => text.includes(id)),
    "the files that are searched are those of the log",
  );
  const subject = consentCookieOf(posted).split(".")[1];
  for (const mark of [...Object.values(marks), "127.0.0.1", subject]) {
    assert.ok(!stored.some((text) => text.includes(mark)), `${mark} is in the log`);
  }
  for (const mark of [...Object.values(marks), subject, id]) {
    assert.ok(!site.printed().includes(mark), `${mark} was printed`);
  }
});
