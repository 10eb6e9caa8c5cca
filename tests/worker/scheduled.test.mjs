// The hourly run on a log without an archive and without witnesses: purge and checkpoint.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  checkpointOf,
  exported,
  publicKeys,
  verifyExport,
  verifyReceipt,
  verifyTiles,
} from "./export.mjs";
import { consoleLines, DAY, logState, runHourly, trail } from "./hourly.mjs";
import { acceptAll, cookieOf, post, startSite } from "./site.mjs";
import { readCheckpoint } from "./tree.mjs";

/** @type {import("./site.mjs").Site} */
let site;
before(async () => (site = await startSite()));
after(() => site.stop());

/** Logs a number of events one after the other. @param {number} count */
const log = async (count) => {
  const answers = [];
  for (let number = 0; number < count; number += 1) {
    const answer = await post(site, acceptAll());
    assert.equal(answer.status, 201);
    answers.push({ ...(await answer.json()), cookie: cookieOf(answer) });
  }
  return answers;
};

/** The indexes that an export has, which is verified. */
const indexes = async () =>
  (await verifyExport(site, await exported(site))).entries.map(({ index }) => index);

test("an hour before the retention has passed deletes nothing and dates the end of the log", async () => {
  await log(3);
  await runHourly(site, Date.now() + 1094 * DAY);
  assert.deepEqual(await trail(site), []);
  const { checkpoint, purged, last_purge: last } = await logState(site);
  assert.ok(Date.now() - Date.parse(checkpoint) < 60_000);
  assert.deepEqual([purged, last], [0, null]);
  const newest = readCheckpoint(await checkpointOf(site), await publicKeys(site));
  assert.equal(newest.size, 4);
  for (const time of newest.cosigned) assert.ok(Math.abs(Date.now() / 1000 - time) < 60);
});

test("what is past its retention is gone, with its links, and the rest is proved as before", async () => {
  await site.publish({ retention_days: 10 });
  const [{ cookie, index, record, receipt }] = await log(1);
  await site.publish({});
  const kept = await log(3);
  const before = (await trail(site)).length;
  // The first three are kept for longer, and records are only ever deleted from the front.
  await runHourly(site, Date.now() + 12 * DAY);
  assert.equal((await indexes()).length, 7);
  await runHourly(site, Date.now() + 1096 * DAY);
  assert.deepEqual(await indexes(), []);
  await log(1);

  const [purge, none] = (await trail(site))
    .slice(before)
    .filter(({ action }) => action === "purge");
  assert.deepEqual([purge.detail.records, purge.detail.up_to, none], [7, kept[2].index, undefined]);
  const own = await (await site.ask("/api/consent/records", { cookie })).json();
  assert.deepEqual(own.entries, []);
  // A receipt from before proves what it proved, also against the tiles, which stay.
  const { checkpoint } = await verifyReceipt(site, { record, index, receipt });
  const { leaves } = await verifyTiles(site);
  assert.ok(leaves.length > checkpoint.size);
  const { minimum_index: first, purged, last_purge: last, records } = await logState(site);
  assert.deepEqual([first, purged, last, records], [8, 7, purge.time, 1]);
});

test("a shorter retention deletes what stands in front alone", async () => {
  await site.publish({ retention_days: 10 });
  const short = await log(2);
  await site.publish({});
  const long = await log(1);
  const all = await indexes();
  // One from the test before is in front.
  await runHourly(site, Date.now() + 12 * DAY);
  assert.deepEqual(await indexes(), all);
  await runHourly(site, Date.now() + 1096 * DAY);
  assert.deepEqual(await indexes(), []);
  assert.equal((await logState(site)).minimum_index, long[0].index + 1);
  assert.ok(short[1].index < long[0].index);
});

test("a record is due when the day of its end is over, at whatever hour", async () => {
  await site.publish({ retention_days: 10 });
  const [{ record, index }] = await log(1);
  await site.publish({});
  const end = Date.parse(record.time) + 10 * DAY;
  await runHourly(site, Math.floor(end / DAY) * DAY + DAY - 1);
  assert.deepEqual(await indexes(), [index]);
  await runHourly(site, Math.floor(end / DAY) * DAY + DAY);
  assert.deepEqual(await indexes(), []);
});

test("a log that is empty after a purge goes on where it was", async () => {
  const { minimum_index: end } = await logState(site);
  await site.restart();
  const [{ index }] = await log(1);
  assert.equal(index, end);
  assert.deepEqual(await indexes(), [end]);
  await verifyTiles(site);
});

test("what is too much for one step goes in several", { timeout: 120_000 }, async () => {
  const { purged: start, records } = await logState(site);
  for (let round = 0; round < 42; round += 1)
    await Promise.all(Array.from({ length: 50 }, () => post(site, acceptAll())));
  const before = (await trail(site)).length;
  await runHourly(site, Date.now() + 1096 * DAY);
  const purges = (await trail(site)).slice(before).filter(({ action }) => action === "purge");
  const total = 2100 + records;
  assert.deepEqual(
    purges.map(({ detail }) => [detail.records, detail.up_to - start]),
    [
      [2000, 2000],
      [total - 2000, total],
    ],
  );
  assert.equal((await logState(site)).records, 0);
});

test("each line that the worker writes is one JSON object, without a word about a visitor", async () => {
  const lines = consoleLines(site);
  assert.ok(lines.length > 3);
  for (const line of lines)
    assert.deepEqual(Object.keys(line), [
      "level",
      "place",
      "deleted",
      "archived",
      "size",
      "cosignatures",
    ]);
  assert.ok(lines.some(({ deleted }) => deleted > 2000));
});
