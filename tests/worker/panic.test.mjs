// A panic of the worker's Rust code ends the request that it happens in, and no other. The panics
// are real: the storage that the runtime hands over is taken away at random, and the code of the
// SDK unwraps it. What runs is what is deployed.

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { exported, verifyExport } from "./export.mjs";
import { acceptAll, post, startSite } from "./site.mjs";

/** @type {import("./site.mjs").Site} */
let site;
before(
  async () => (site = await startSite({ main: path.join(import.meta.dirname, "faulty-log.mjs") })),
);
after(() => site.stop());

/** @param {string} query */
const breakLog = async (query) => (await site.ask(`/api/break?${query}`)).json();

/**
 * Few enough that a busy machine answers each in time: a log that is too slow gives a 503 as well.
 */
const CLIENTS = 8;
/** How many panics make the test. */
const PANICS = 30;

test("under load panics end their own requests only", async () => {
  assert.equal((await post(site, acceptAll())).status, 201);
  await breakLog("panics=0.02");
  /** @type {Map<number, number>} */
  const statuses = new Map();
  const acknowledged = new Set();
  const client = async () => {
    let panicked = 0;
    while (panicked < PANICS) {
      const words = acceptAll();
      const posted = await post(site, words);
      statuses.set(posted.status, (statuses.get(posted.status) ?? 0) + 1);
      if (posted.status === 201) acknowledged.add(words.id);
      // These do not touch the log, so nothing may happen to them at all.
      assert.equal((await site.ask("/api/consent")).status, 200);
      ({ panicked } = await breakLog("panics=0.02"));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const { panicked } = await breakLog("");
  const failed = statuses.get(503) ?? 0;
  assert.deepEqual(
    [...statuses.keys()].sort(),
    failed > 0 ? [201, 503] : [201],
    "no request met anything but its own 503",
  );
  assert.match(site.printed(), /panicked|unwrap/i, "they were panics");
  // The worker asks the log twice, so a request that failed has met two panics of its own. Had one
  // panic ended others, more would have.
  assert.ok(2 * failed <= panicked, `${failed} requests failed by ${panicked} panics`);

  const { entries } = await verifyExport(site, await exported(site));
  const ids = entries.map(({ record }) => record.id);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of acknowledged) assert.ok(ids.includes(id));
});
