// Bundles of the log in a bucket: everything that is read of the log is the same with and without.

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { exported, verifyExport, verifyReceipt, verifyTiles } from "./export.mjs";
import { consoleLines, DAY, logState, runHourly } from "./hourly.mjs";
import { acceptAll, cookieOf, post, startSite, submit } from "./site.mjs";
import { readBundle } from "./tree.mjs";

const NAMES = [0, 1].map((number) => `cap.kz/log/tile/entries/00${number}`);
const RETENTION = 1095;

/** @type {import("./site.mjs").Site} */
let site;
/** What the first visitors sent, and what they were answered. @type {any[]} */
const visitors = [];

/** @param {number} count */
const fill = async (count) => {
  for (let left = count; left > 0; left -= 50) {
    const some = Array.from({ length: Math.min(50, left) }, () => post(site, acceptAll()));
    for (const answer of await Promise.all(some)) assert.equal(answer.status, 201);
  }
};

before(async () => {
  const main = path.join(import.meta.dirname, "bucket-worker.mjs");
  site = await startSite({ main, bucket: true });
  for (let number = 0; number < 3; number += 1) {
    const words = acceptAll();
    const answer = await post(site, words);
    visitors.push({ words, cookie: cookieOf(answer), answer: await answer.json() });
  }
  await fill(597);
});
after(() => site.stop());

/** @param {string} [query] @param {import("./site.mjs").Ask} [options] */
const bucket = async (query = "", options = {}) => {
  const answer = await site.ask(`/api/bucket${query}`, options);
  assert.equal(answer.status, 200);
  return Buffer.from(await answer.arrayBuffer());
};
const names = async () => JSON.parse(String(await bucket()));

/** What can be read of the log: what depends on the time of day is left out. */
const views = async () => {
  const { entries } = await verifyExport(site, await exported(site));
  const own = [];
  for (const { cookie } of visitors) {
    const records = await (await site.ask("/api/consent/records", { cookie })).json();
    for (const entry of records.entries) {
      await verifyReceipt(site, entry);
      own.push([entry.index, entry.record]);
    }
  }
  const { leaves } = await verifyTiles(site);
  const csv = await site.ask("/api/consent/export?format=csv", { headers: site.admin });
  const one = await site.ask("/api/consent/record?index=300", { headers: site.admin });
  return {
    texts: entries.map(({ text }) => text),
    own,
    leaves,
    csv: await csv.text(),
    one: (await one.json()).record,
  };
};

/** The alarms and failures since a number of lines. @param {number} before */
const errors = (before) =>
  consoleLines(site)
    .slice(before)
    .filter(({ level }) => level === "error")
    .map(({ problem }) => problem);

test("full bundles leave after two days, and what is read stays the same", async () => {
  const whole = await views();
  assert.equal(whole.texts.length, 600);
  await runHourly(site, Date.now() + DAY);
  assert.deepEqual(await names(), []);
  const { bytes } = await logState(site);
  await runHourly(site, Date.now() + 3 * DAY);
  assert.deepEqual(await names(), NAMES);
  assert.deepEqual(await views(), whole);
  const { archive, archive_problem: problem, records, bytes: less } = await logState(site);
  assert.deepEqual([archive, problem, records], [2, null, 600]);
  assert.ok(less <= bytes);
  // A bundle is that of c2sp.org/tlog-tiles, compressed.
  const bundle = readBundle(gunzipSync(await bucket(`?name=${NAMES[1]}`)));
  assert.deepEqual(bundle.map(String), whole.texts.slice(255, 511));
  // After a restart, too.
  await site.restart();
  assert.deepEqual(await views(), whole);
  assert.deepEqual(errors(0), []);
});

test("a retry of an archived event, a withdrawal and an erasure need no other words", async () => {
  const [{ words, cookie, answer }] = visitors;
  const again = await post(site, words, { cookie });
  assert.equal(again.status, 201);
  const { record, index } = await again.json();
  assert.deepEqual([record, index], [answer.record, answer.index]);
  const taken = await post(site, { ...words, locale: "ru" }, { cookie });
  assert.equal(taken.status, 409);

  const { cookie: leaving } = visitors.pop();
  const erased = await submit(site, "/api/consent/erase", {}, { cookie: leaving });
  assert.ok(erased.ok || erased.status === 303, String(erased.status));
  const left = await site.ask("/api/consent/records", { cookie: leaving });
  assert.deepEqual((await left.json()).entries, []);
  // The bundle has no link of anybody, so nothing of it changes.
  assert.deepEqual(await names(), NAMES);
});

test("what was changed or lost in the bucket is an alarm, and not what the reader gets", async () => {
  const stored = await bucket(`?name=${NAMES[1]}`);
  const plain = gunzipSync(stored);
  const at = plain.indexOf("accept_all");
  const changed = Buffer.from(plain).fill("reject_all", at, at + 10);
  for (const [bytes, words] of /** @type {const} */ ([
    [gzipSync(changed), "is not what the log has"],
    [gzipSync(plain.subarray(0, -1)), "is not what the log has"],
    [gzipSync(Buffer.alloc(3 << 20)), "too long"],
    [Buffer.from("no gzip"), NAMES[1]],
    [undefined, "is not in the archive"],
  ])) {
    await bucket(`?name=${NAMES[1]}`, { method: bytes ? "PUT" : "DELETE", body: bytes });
    const before = consoleLines(site).length;
    for (const place of [
      "/api/consent/export",
      "/api/consent/record?index=300",
      "/log/tile/entries/001",
    ]) {
      const answer = await site.ask(place, { headers: site.admin });
      assert.equal(answer.status, 503, place);
    }
    assert.ok(
      errors(before).some((problem) => problem.includes(words)),
      errors(before).join(),
    );
    // What isn't in it can be read.
    const other = await site.ask("/log/tile/entries/000", { headers: site.admin });
    assert.equal(other.status, 200);
  }
  await bucket(`?name=${NAMES[1]}`, { method: "PUT", body: stored });
  assert.equal((await views()).texts.length, 600);
});

test("a bucket that fails, and a power cut, lose nothing, and the next hour goes on", async () => {
  await fill(256);
  // Nothing remembers the checkpoint of the last minute.
  await site.restart();
  const whole = await views();
  const third = "cap.kz/log/tile/entries/002";
  for (const method of ["put", "get"]) {
    await bucket(`?fails=${method}`, { method: "POST" });
    await runHourly(site, Date.now() + 3 * DAY);
    assert.match((await logState(site)).archive_problem, /fails/);
    assert.deepEqual(await views(), whole);
  }
  // It is there already, and is another one: nothing leaves.
  await bucket(`?name=${third}`, { method: "PUT", body: gzipSync("other") });
  await runHourly(site, Date.now() + 3 * DAY);
  assert.match((await logState(site)).archive_problem, /^ALARM: .*002 in the archive is not what/);
  assert.deepEqual(await views(), whole);
  await bucket(`?name=${third}`, { method: "DELETE" });
  const running = runHourly(site, Date.now() + 3 * DAY).catch(() => {});
  await site.kill();
  await running;
  assert.deepEqual(await views(), whole);
  await runHourly(site, Date.now() + 3 * DAY);
  const { archive, archive_problem: problem } = await logState(site);
  assert.deepEqual([archive, problem], [3, null]);
  assert.deepEqual(await names(), [...NAMES, third]);
  assert.deepEqual(await views(), whole);
});

test("what is past its retention comes back to be deleted, and leaves the bucket", async () => {
  await site.publish({ retention_days: RETENTION * 2 });
  await fill(200);
  const { entries } = await verifyExport(site, await exported(site));
  const kept = entries.filter(({ record }) => record.retention === `P${RETENTION * 2}D`);
  assert.equal(kept.length, 200);
  await bucket("?fails=delete", { method: "POST" });
  await runHourly(site, Date.now() + (RETENTION + 1) * DAY);
  assert.ok((await names()).length > 0, "the first hour is cut short");
  await runHourly(site, Date.now() + (RETENTION + 1) * DAY);
  const { archive, minimum_index: first, records } = await logState(site);
  assert.deepEqual([archive, first, records], [0, kept[0].index, 200]);
  assert.deepEqual(await names(), []);
  const left = await verifyExport(site, await exported(site));
  assert.deepEqual(
    left.entries.map(({ text }) => text),
    kept.map(({ text }) => text),
  );
  await verifyTiles(site);
  const { entries: own } = await (
    await site.ask("/api/consent/records", { cookie: visitors[0].cookie })
  ).json();
  assert.deepEqual(own, []);
});
