// A panic of the worker's Rust code, or an exception of the platform that passes through it, stops
// the instance. What it was answering is refused with a 503, or asked for again if it is a GET, and
// the next request meets a new instance. The panics are real: the storage that the runtime hands
// over is taken away at random, and the code of the SDK unwraps it. What runs is what is deployed.

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { until } from "../support/until.mjs";
import { exported, verifyExport } from "./export.mjs";
import { acceptAll, cookieOf, post, startSite } from "./site.mjs";

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
/** How many instances are stopped. */
const STOPS = 30;
/** How often, of the chances that a choice gives: one to panic, and ten readings of the clock. */
const RATES = { panics: 0.05, exceptions: 0.01 };

for (const [fault, rate] of Object.entries(RATES)) {
  test(`under load ${fault} end what is being answered, and nothing after`, async () => {
    assert.equal((await post(site, acceptAll())).status, 201);
    const { stopped: before } = await breakLog(`${fault}=${rate}`);
    /** @type {Set<number>} */
    const statuses = new Set();
    const acknowledged = new Set();
    const client = async () => {
      let stopped = before;
      while (stopped < before + STOPS) {
        const words = acceptAll();
        const { status } = await post(site, words);
        statuses.add(status);
        if (status === 201) acknowledged.add(words.id);
        ({ stopped } = await breakLog(`${fault}=${rate}`));
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    await breakLog("");
    assert.deepEqual([...statuses].sort(), [201, 503]);
    assert.match(site.printed(), /"place":"panic"/);

    // Nothing that was kept shows that instances have stopped.
    for (let number = 0; number < 2 * CLIENTS; number++)
      assert.equal((await post(site, acceptAll())).status, 201);
    const { entries } = await verifyExport(site, await exported(site));
    const ids = entries.map(({ record }) => record.id);
    assert.equal(new Set(ids).size, ids.length);
    for (const id of acknowledged) assert.ok(ids.includes(id));
  });
}

test("a GET is asked of the next instance, once", async () => {
  const { stopped } = await breakLog("clock=1");
  assert.equal((await site.ask("/api/consent")).status, 200);
  assert.deepEqual((await breakLog("clock=2")).stopped, stopped + 1);
  assert.equal((await site.ask("/api/consent")).status, 503);
  assert.equal((await site.ask("/api/consent")).status, 200);
});

test("a GET that somebody else's request has ended is asked again", async () => {
  const cookie = cookieOf(await post(site, acceptAll()));
  await breakLog("hold=1");
  const asked = site.ask("/api/consent/records", { cookie });
  await until(async () => (await breakLog("hold=1")).waiting === 1, "the log holds it");
  const { stopped } = await breakLog("hold=1&clock=1");
  assert.equal((await post(site, acceptAll())).status, 503);
  // Of the first try nobody waits for the answer.
  await until(async () => (await breakLog("hold=1")).waiting === 2, "it is asked again");
  assert.equal((await breakLog("")).stopped, stopped + 1);
  const answer = await asked;
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).entries.length, 1);
});

test("a POST is not", async () => {
  const { stopped } = await breakLog("clock=1");
  const words = acceptAll();
  assert.equal((await post(site, words)).status, 503);
  assert.equal((await breakLog("")).stopped, stopped + 1);
  assert.equal((await post(site, words)).status, 201);
});

test("the refusal has the form of the worker's own", async () => {
  await breakLog("panics=1");
  const stopped = await post(site, acceptAll());
  await breakLog(`statement=${encodeURIComponent("INSERT INTO entry")}&times=2`);
  const failed = await post(site, acceptAll());
  assert.deepEqual([stopped.status, failed.status], [503, 503]);
  for (const header of [
    "cache-control",
    "content-security-policy",
    "content-type",
    "referrer-policy",
    "retry-after",
    "x-content-type-options",
    "x-frame-options",
  ])
    assert.equal(stopped.headers.get(header), failed.headers.get(header), header);
  const [{ detail, ...problem }, { detail: own, ...expected }] = [
    await stopped.json(),
    await failed.json(),
  ];
  assert.deepEqual(problem, expected);
  assert.equal(typeof detail, typeof own);
});
