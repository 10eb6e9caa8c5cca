// What the clock does: the runtime is told that its timer has fired, at a time of the test's
// choice.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../support/until.mjs";
import { exported, verifyExport } from "./export.mjs";
import { acceptAll, cookieOf, post, startSite } from "./site.mjs";

const DAY = 86_400_000;

/** @type {import("./site.mjs").Site} */
let site;
before(async () => (site = await startSite()));
after(() => site.stop());

/** @param {number} time */
const runScheduled = async (time) => {
  const query = new URLSearchParams({ time: String(time), cron: "17 2 * * *", format: "json" });
  const fired = await site.ask(`/cdn-cgi/handler/scheduled?${query}`);
  assert.equal(fired.status, 200, await fired.text());
};

const trail = async () => {
  const text = await (await site.ask("/api/consent/audit", { headers: site.admin })).text();
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
};

/** What statistics say of the log. */
const state = async () =>
  (await (await site.ask("/api/consent/stats", { headers: site.admin })).json()).log;

test("a night before the retention has passed deletes nothing and keeps a checkpoint", async () => {
  for (let number = 0; number < 3; number += 1)
    assert.equal((await post(site, acceptAll())).status, 201);
  await runScheduled(Date.now() + 1094 * DAY);
  assert.deepEqual(await trail(), []);
  const { checkpoint, purged, last_purge: last } = await state();
  assert.ok(Date.now() - Date.parse(checkpoint) < 60_000);
  assert.deepEqual([purged, last], [0, null]);
  const { entries, checkpoints } = await verifyExport(site, await exported(site));
  assert.equal(entries.length, 3);
  // Of the beginning, of the night, of the end.
  assert.deepEqual(
    checkpoints.map(({ sequence }) => sequence),
    [0, 3, 3],
  );
});

test("what is past its retention is gone, with its links, and the rest verifies", async () => {
  const posted = await post(site, acceptAll());
  const cookie = cookieOf(posted);
  const { record } = await posted.json();
  await until(() => Date.now() > Date.parse(record.time), "the clock stands still");
  const kept = [];
  for (let number = 0; number < 3; number += 1)
    kept.push(await (await post(site, acceptAll())).json());
  assert.ok(record.time < kept[0].record.time);
  const before = (await trail()).length;
  await runScheduled(Date.parse(kept[0].record.time) + 1095 * DAY);

  const { entries, checkpoints } = await verifyExport(site, await exported(site));
  assert.deepEqual(
    entries.map(({ hash }) => hash),
    kept.map(({ hash }) => hash),
  );
  assert.deepEqual([checkpoints[0].sequence, checkpoints[0].hash], [4, kept[0].previous]);
  const own = await (await site.ask("/api/consent/records", { cookie })).json();
  assert.deepEqual(own.entries, []);
  const [purge] = (await trail()).slice(before).filter(({ action }) => action === "purge");
  assert.equal(purge.detail.records, 4);
  assert.equal(purge.detail.up_to, 4);
  const { records, oldest, purged, last_purge: last } = await state();
  assert.deepEqual([records, oldest, purged, last], [3, kept[0].record.time, 4, purge.time]);
});

test("a log that is empty after a purge goes on where it was cut", async () => {
  const last = (await verifyExport(site, await exported(site))).entries.at(-1);
  await runScheduled(Date.now() + 4000 * DAY);
  const empty = await verifyExport(site, await exported(site));
  assert.deepEqual([empty.entries.length, empty.checkpoints[0].hash], [0, last?.hash]);
  const next = await (await post(site, acceptAll())).json();
  assert.deepEqual([next.sequence, next.previous], [(last?.sequence ?? 0) + 1, last?.hash]);
  await site.restart();
  const { entries } = await verifyExport(site, await exported(site));
  assert.deepEqual(
    entries.map(({ sequence }) => sequence),
    [next.sequence],
  );
});

test("a record is kept as long as it says, whatever later manifests say", async () => {
  const long = await (await post(site, acceptAll())).json();
  assert.equal(long.record.retention, "P1095D");
  await site.publish({ retention_days: 10 });
  const short = await (await post(site, acceptAll())).json();
  assert.equal(short.record.retention, "P10D");
  // The shorter one is over, but stands behind one that isn't: a chain is only ever cut at its
  // front.
  await runScheduled(Date.parse(short.record.time) + 11 * DAY);
  const kept = (await verifyExport(site, await exported(site))).entries.map(
    ({ sequence }) => sequence,
  );
  assert.deepEqual(kept.slice(-2), [long.sequence, short.sequence]);
  await runScheduled(Date.parse(long.record.time) + 1095 * DAY + 1);
  assert.deepEqual((await verifyExport(site, await exported(site))).entries, []);
  await site.publish({});
});

test("what is too much for one part goes in several, each with its checkpoint", {
  timeout: 120_000,
}, async () => {
  const { purged: start } = await state();
  for (let round = 0; round < 42; round += 1)
    await Promise.all(Array.from({ length: 50 }, () => post(site, acceptAll())));
  const before = (await trail()).length;
  await runScheduled(Date.now() + 1096 * DAY);
  const purges = (await trail()).slice(before).filter(({ action }) => action === "purge");
  assert.deepEqual(
    purges.map(({ detail }) => [detail.records, detail.up_to - start]),
    [
      [2000, 2000],
      [100, 2100],
    ],
  );
  assert.equal((await state()).records, 0);
});

test("each line that the worker writes is one JSON object, without a word about a visitor", async () => {
  const lines = site
    .printed()
    .split("\n")
    .filter((line) => line.includes('"place"'))
    .map((line) => JSON.parse(line.slice(line.indexOf("{"))));
  assert.ok(lines.length > 3);
  for (const line of lines)
    assert.deepEqual(Object.keys(line), ["level", "place", "deleted", "checkpoint"]);
  assert.ok(lines.some(({ deleted }) => deleted === 2100));
});
