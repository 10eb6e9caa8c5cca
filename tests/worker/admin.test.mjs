// Auditors and operators: tokens, export, statistics, the trail they leave, and what they can
// prove.

import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { after, before, test } from "node:test";
import { exported, publicKeys, verifyExport, verifyReceipt } from "./export.mjs";
import { acceptAll, cookieOf, post, RECEIPT_KEYS, startSite, TOKENS } from "./site.mjs";
import { readReceipt } from "./tree.mjs";

/** @type {import("./site.mjs").Site} */
let site;
/** @type {any[]} */
const receipts = [];
before(async () => {
  site = await startSite();
  for (let number = 0; number < 7; number += 1) {
    const words =
      number % 2
        ? acceptAll()
        : acceptAll({ action: "custom", choice: { analytics: true }, locale: "ru" });
    receipts.push(
      await (await post(site, words, { cf: { country: "DE", isEUCountry: "1" } })).json(),
    );
  }
});
after(() => site.stop());

/** @param {string} path @param {string} [token] */
const asAdmin = (path, token = TOKENS[0]) =>
  site.ask(path, { headers: { authorization: `Bearer ${token}` } });

test("each token opens, nothing else does", async () => {
  for (const token of TOKENS)
    assert.equal((await asAdmin("/api/consent/stats", token)).status, 200);
  for (const path of ["export", "stats", "audit", "record?index=1"]) {
    for (const token of ["", "x", TOKENS.join(","), TOKENS[0].slice(1), `${TOKENS[0]}0`]) {
      const refused = await asAdmin(`/api/consent/${path}`, token);
      assert.equal(refused.status, 401);
      assert.match(refused.headers.get("www-authenticate") ?? "", /^Bearer /);
      assert.equal(refused.headers.get("content-type"), "application/problem+json");
      assert.equal((await refused.json()).code, "admin_only");
    }
    assert.equal((await site.ask(`/api/consent/${path}`)).status, 401);
  }
});

test("a whole export verifies and holds every acknowledged event", async () => {
  const { entries, head, checkpoint } = await verifyExport(site, await exported(site));
  assert.deepEqual(
    entries.map(({ record, index }) => [record.id, index]),
    receipts.map(({ record, index }) => [record.id, index]),
  );
  assert.deepEqual([head.first, head.end, checkpoint.size], [1, 8, 8]);
  const age = Date.now() / 1000 - checkpoint.cosigned[0];
  assert.ok(age >= -1 && age < 60, `the log ended there ${age} s ago`);
});

test("pages joined are the export", async () => {
  const text = await exported(site, "?limit=3");
  const { entries } = await verifyExport(site, text);
  assert.deepEqual(
    entries.map(({ index }) => index),
    [1, 2, 3, 4, 5, 6, 7],
  );
  const page = await asAdmin("/api/consent/export?limit=3");
  assert.equal((await page.text()).split("\n").length, 5);
  await assert.rejects(verifyExport(site, text.split("\n").slice(0, 5).join("\n")), "cut short");
});

test("days are cut out where they begin and end", async () => {
  const day = receipts[0].record.time.slice(0, 10);
  const all = await verifyExport(site, await exported(site, `?from=${day}`));
  assert.equal(all.entries.length, 7);
  for (const [query, first] of [
    ["?from=2999-01-01", 8],
    ["?from=2999-01-01&to=2001-01-01", 8],
    ["?to=2001-01-01", 1],
    [`?to=${day}`, 1],
  ]) {
    const none = await verifyExport(site, await exported(site, String(query)));
    assert.deepEqual(
      [none.entries, none.head.first, none.head.end],
      [[], first, first],
      `${query}`,
    );
  }
});

test("a change in one byte is noticed", async () => {
  const text = await exported(site);
  await assert.rejects(verifyExport(site, text.replace('"marketing":true', '"marketing":false')));
  await assert.rejects(verifyExport(site, text.split("\n").toSpliced(3, 1).join("\n")));
  await assert.rejects(verifyExport(site, text.split("\n").toSpliced(-2, 1).join("\n")));
  await assert.rejects(verifyExport(site, text.replace(/"end":8/, '"end":7')));
});

test("an export as a table has a row per entry", async () => {
  const table = await asAdmin("/api/consent/export?format=csv");
  assert.equal(table.headers.get("content-type"), "text/csv; charset=utf-8");
  const rows = (await table.text()).trimEnd().split("\r\n");
  assert.equal(rows.length, 8);
  assert.match(rows[0], /^index,time,id,action,/);
});

test("statistics add up, without a rate of a few people", async () => {
  const stats = await (await asAdmin("/api/consent/stats")).json();
  assert.equal(stats.events, 7);
  assert.deepEqual(stats.actions, { accept_all: 3, custom: 4 });
  assert.equal(stats.locales.ru.answers, 4);
  const all = {
    answers: 7,
    opted_in: 7,
    accept_all: 3,
    reject_all: 0,
    withdrawals: 0,
    dismissals: 0,
    shown: 0,
    unanswered: null,
    opted_in_percent: null,
    accept_all_percent: null,
    unanswered_percent: null,
  };
  assert.deepEqual([stats.total, stats.regimes.opt_in, stats.countries.DE], [all, all, all]);
  assert.deepEqual([stats.surfaces.banner, stats.revisions["aB3-_xYz"]], [all, all]);
  assert.deepEqual(stats.categories.analytics, { granted: 7, granted_percent: null });
  assert.deepEqual(Object.values(stats.days), [all]);
  assert.equal((await (await asAdmin("/api/consent/stats?to=2001-01-01")).json()).events, 0);
});

test("statistics tell the state of the log", async () => {
  const { log } = await (await asAdmin("/api/consent/stats?to=2001-01-01")).json();
  const { entries } = await verifyExport(site, await exported(site));
  const times = entries.map(({ record }) => record.time);
  assert.ok(log.bytes > 10_000, `${log.bytes} bytes`);
  assert.deepEqual(
    { ...log, bytes: 0 },
    {
      bytes: 0,
      records: 7,
      oldest: times[0],
      newest: times.at(-1),
      checkpoint: null,
      minimum_index: 1,
      purged: 0,
      last_purge: null,
      witnesses: [],
      archive: 0,
      archive_problem: null,
      full: false,
      damaged: null,
      flood: null,
    },
  );
});

test("export and statistics leave a trail", async () => {
  const rows = async () => {
    const text = await (await asAdmin("/api/consent/audit")).text();
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  };
  const before = await rows();
  await asAdmin("/api/consent/export?limit=2", TOKENS[1]);
  await asAdmin("/api/consent/stats?from=2026-01-01");
  await asAdmin("/api/consent/record?index=3");
  await asAdmin("/log/tile/entries/000.p/8");
  const added = (await rows()).slice(before.length);
  assert.deepEqual(
    added.map(({ action }) => action),
    ["export", "stats", "record", "entries"],
  );
  assert.equal(added[0].detail.entries, 2);
  assert.notEqual(added[0].detail.reader, added[1].detail.reader);
  assert.ok(!JSON.stringify(added).includes(TOKENS[1].slice(0, 9)));
  const after = await (await asAdmin(`/api/consent/audit?after=${before.length}`)).text();
  assert.equal(after.trimEnd().split("\n").length, 4);
});

test("what is not known is refused", async () => {
  for (const query of [
    "?form=x",
    "?from=yesterday",
    "?from=2026-11-20T09:30:00.000Z",
    "?limit=0",
    "?limit=8193",
    "?cursor=-1&end=1",
    "?cursor=1",
    "?format=xml",
    "?format=tlog-proof",
  ]) {
    const refused = await asAdmin(`/api/consent/export${query}`);
    assert.equal(refused.status, 400, query);
  }
  const posted = await site.ask("/api/consent/export", { method: "POST", headers: site.admin });
  assert.deepEqual([posted.status, posted.headers.get("allow")], [405, "GET"]);
});

test("a record is looked up by its number, with a receipt", async () => {
  for (const { record, index } of receipts.slice(2, 4)) {
    const found = await (await asAdmin(`/api/consent/record?index=${index}`)).json();
    assert.deepEqual([found.record, found.index], [record, index]);
    await verifyReceipt(site, found);
  }
  const first = await (await asAdmin("/api/consent/record?index=0")).json();
  assert.deepEqual(first.record, { chain: null, schema: "kelisim.log/1", site: "cap.kz" });
  await verifyReceipt(site, first);
  assert.equal((await asAdmin("/api/consent/record?index=99")).status, 404);
});

test("receipts carry a signature that the published key checks", async () => {
  const { keys } = await (await site.ask("/api/consent/keys")).json();
  assert.deepEqual(
    keys.map((/** @type {any} */ { kid }) => kid),
    ["2", "1"],
  );
  const seed = Buffer.from(RECEIPT_KEYS.split(",")[0].split(":")[1], "hex");
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const expected = createPublicKey(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }));
  assert.deepEqual(keys[0].x, expected.export({ format: "jwk" }).x);

  const posted = await post(site, acceptAll());
  const cookie = cookieOf(posted);
  const receipt = await posted.json();
  const own = await (await site.ask("/api/consent/records", { cookie })).json();
  assert.equal(own.entries.length, 1);
  const known = await publicKeys(site);
  for (const entry of [receipt, ...own.entries]) {
    await verifyReceipt(site, entry);
    assert.equal(entry.receipt.match(/^— /gm).length, 1, "one signature");
    readReceipt(entry.receipt, known.slice(0, 1));
    assert.throws(() => readReceipt(entry.receipt, known.slice(1)), "of the current key");
    const other = entry.receipt.replace(/^index \d+$/m, "index 1");
    assert.throws(() => readReceipt(other, known));
  }
});

test("a receipt is downloaded as a file", async () => {
  const cookie = cookieOf(await post(site, acceptAll()));
  await post(site, acceptAll({ action: "reject_all", choice: {} }), { cookie });
  const own = await (await site.ask("/api/consent/records", { cookie })).json();
  const [first, newest] = own.entries;
  for (const [query, { index, receipt }] of /** @type {[string, any][]} */ ([
    ["", newest],
    [`&index=${newest.index}`, newest],
    [`&index=${first.index}`, first],
  ])) {
    const file = await site.ask(`/api/consent/records?format=tlog-proof${query}`, { cookie });
    assert.equal(file.headers.get("content-type"), "text/plain; charset=utf-8");
    const name = `attachment; filename="cap.kz-${index}.tlog-proof"`;
    assert.equal(file.headers.get("content-disposition"), name);
    assert.equal(await file.text(), receipt);
  }
  // Somebody else's record.
  const foreign = await site.ask("/api/consent/records?format=tlog-proof&index=1", { cookie });
  assert.equal(foreign.status, 404);
});

test("a retired key stays published without its seed, and what it signed stays valid", async () => {
  const { keys: before } = await (await site.ask("/api/consent/keys")).json();
  const [signing] = RECEIPT_KEYS.split(",");
  const other = await startSite({
    secrets: { RECEIPT_KEYS: `${signing},1:public:${before[1].x}` },
  });
  try {
    const { keys } = await (await other.ask("/api/consent/keys")).json();
    assert.deepEqual(keys, before);
    const policy = await (await other.ask("/log/policy")).text();
    assert.equal(policy, await (await site.ask("/log/policy")).text());
    await verifyReceipt(other, await (await post(other, acceptAll())).json());
  } finally {
    await other.stop();
  }
});

test("without keys for receipts the service says that it is not set up", async () => {
  const other = await startSite({ secrets: { RECEIPT_KEYS: "none" } });
  try {
    const refused = await post(other, acceptAll());
    assert.deepEqual([refused.status, refused.headers.getSetCookie()], [503, []]);
    assert.equal((await other.ask("/")).status, 200);
  } finally {
    await other.stop();
  }
});
