// Auditors and operators: tokens, export, statistics, the trail they leave, and what they can
// prove.

import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { after, before, test } from "node:test";
import { exported, isSigned, publicKeys, verifyExport } from "./export.mjs";
import { acceptAll, cookieOf, post, RECEIPT_KEYS, startSite, TOKENS } from "./site.mjs";

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
  for (const path of ["export", "stats", "audit"]) {
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
  const { entries, checkpoints } = await verifyExport(site, await exported(site));
  assert.deepEqual(
    entries.map(({ record }) => record.id),
    receipts.map(({ record }) => record.id),
  );
  assert.equal(checkpoints[0].sequence, 0);
  assert.equal(checkpoints.at(-1)?.hash, receipts.at(-1).hash);
});

test("pages joined are an export too", async () => {
  const text = await exported(site, "?limit=3");
  const { entries } = await verifyExport(site, text);
  assert.deepEqual(
    entries.map(({ sequence }) => sequence),
    [1, 2, 3, 4, 5, 6, 7],
  );
  const page = await asAdmin("/api/consent/export?limit=3");
  assert.equal((await page.text()).split("\n").length, 6);
});

test("a span of time is cut out where it begins and ends", async () => {
  const [from, to] = [receipts[2].record.time, receipts[5].record.time];
  const expected = receipts
    .filter(({ record: { time } }) => time >= from && time < to)
    .map(({ sequence }) => sequence);
  const query = `?${new URLSearchParams({ from, to })}`;
  const { entries, checkpoints } = await verifyExport(site, await exported(site, query));
  assert.deepEqual(
    entries.map(({ sequence }) => sequence),
    expected,
  );
  assert.equal(checkpoints[0].sequence, expected[0] - 1);
  const none = await verifyExport(site, await exported(site, "?from=2999-01-01"));
  assert.deepEqual([none.entries, none.checkpoints[0].sequence], [[], 7]);
  const backwards = await verifyExport(
    site,
    await exported(site, "?from=2999-01-01&to=2001-01-01"),
  );
  assert.deepEqual(backwards.entries, []);
  const past = await verifyExport(site, await exported(site, "?to=2001-01-01"));
  assert.deepEqual([past.entries, past.checkpoints[0].sequence], [[], 0]);
  const beyond = await verifyExport(site, await exported(site, "?cursor=100"));
  assert.deepEqual([beyond.entries, beyond.checkpoints[0].sequence], [[], 7]);
});

test("a change in one byte is noticed", async () => {
  const text = await exported(site);
  await assert.rejects(verifyExport(site, text.replace('"marketing":true', '"marketing":false')));
  await assert.rejects(verifyExport(site, text.split("\n").toSpliced(3, 1).join("\n")));
  await assert.rejects(verifyExport(site, text.split("\n").toSpliced(-2, 1).join("\n")));
});

test("an export as a table has a row per entry", async () => {
  const table = await asAdmin("/api/consent/export?format=csv");
  assert.equal(table.headers.get("content-type"), "text/csv; charset=utf-8");
  const rows = (await table.text()).trimEnd().split("\r\n");
  assert.equal(rows.length, 8);
  assert.match(rows[0], /^sequence,time,id,action,/);
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
    opted_in_percent: null,
    accept_all_percent: null,
  };
  assert.deepEqual([stats.total, stats.regimes.opt_in], [all, all]);
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
      purged: 0,
      last_purge: null,
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
  const added = (await rows()).slice(before.length);
  assert.deepEqual(
    added.map(({ action }) => action),
    ["export", "stats"],
  );
  assert.equal(added[0].detail.entries, 2);
  assert.notEqual(added[0].detail.reader, added[1].detail.reader);
  assert.ok(!JSON.stringify(added).includes(TOKENS[1].slice(0, 9)));
  const after = await (await asAdmin(`/api/consent/audit?after=${before.length}`)).text();
  assert.equal(after.trimEnd().split("\n").length, 2);
});

test("what is not known is refused", async () => {
  for (const query of [
    "?form=x",
    "?from=yesterday",
    "?limit=0",
    "?limit=501",
    "?cursor=-1",
    "?format=xml",
  ]) {
    const refused = await asAdmin(`/api/consent/export${query}`);
    assert.equal(refused.status, 400, query);
  }
  const posted = await site.ask("/api/consent/export", { method: "POST", headers: site.admin });
  assert.deepEqual([posted.status, posted.headers.get("allow")], [405, "GET"]);
});

test("receipts carry a signature that the published key checks", async () => {
  const keys = await publicKeys(site);
  assert.deepEqual([...keys.keys()], ["2", "1"]);
  const seed = Buffer.from(RECEIPT_KEYS.split(",")[0].split(":")[1], "hex");
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const expected = createPublicKey(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }));
  assert.ok(keys.get("2").equals(expected));

  const posted = await post(site, acceptAll());
  const cookie = cookieOf(posted);
  const receipt = await posted.json();
  const own = await (await site.ask("/api/consent/records", { cookie })).json();
  for (const { sequence, hash, signature } of [receipt, ...own.entries]) {
    assert.equal(signature.kid, "2");
    assert.ok(isSigned(keys, signature, ["kelisim.receipt/1", "cap.kz", sequence, hash]));
    assert.ok(!isSigned(keys, signature, ["kelisim.receipt/1", "smartustaz.kz", sequence, hash]));
    assert.ok(!isSigned(keys, signature, ["kelisim.receipt/1", "cap.kz", sequence + 1, hash]));
  }
  assert.equal(own.entries.length, 1);
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
    assert.equal((await (await post(other, acceptAll())).json()).signature.kid, "2");
  } finally {
    await other.stop();
  }
});

test("anyone can keep a checkpoint", async () => {
  const answer = await site.ask("/api/consent/checkpoint");
  assert.equal(answer.headers.get("cache-control"), "public, max-age=60");
  const { entries } = await verifyExport(site, await exported(site));
  const { sequence, hash, time, signature } = await answer.json();
  assert.deepEqual([sequence, hash], [entries.length, entries.at(-1)?.hash]);
  assert.ok(
    isSigned(await publicKeys(site), signature, [
      "kelisim.checkpoint/1",
      "cap.kz",
      sequence,
      hash,
      time,
    ]),
  );
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
