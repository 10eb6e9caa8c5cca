// What the version before has written: its database becomes a tree when this version opens it, and
// nobody who was in it loses anything.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { until } from "../support/until.mjs";
import { exported, verifyExport, verifyReceipt, verifyTiles } from "./export.mjs";
import { chainLog, restore, SITE } from "./fixtures/chain-log/logs.mjs";
import { acceptAll, cookieOf, post, startSite } from "./site.mjs";
import { leafHash } from "./tree.mjs";

/** @typedef {import("./site.mjs").Site} Site */

/**
 * @param {"filled" | "emptied" | "unused"} name
 * @param {(site: Site, log: import("./fixtures/chain-log/logs.mjs").ChainLog) => Promise<void>} check
 */
const withLog = async (name, check) => {
  const kept = await mkdtemp(path.join(os.tmpdir(), "kelisim-chain-"));
  const file = await restore(name, kept);
  const { manifest, secrets } = SITE;
  const site = await startSite({ kept, manifest, secrets, keys: secrets.CONSENT_KEYS });
  try {
    await check(site, await chainLog(name));
    const database = new DatabaseSync(file, { readOnly: true });
    const left = database.prepare("SELECT name FROM sqlite_master WHERE name LIKE 'chain_%'").all();
    database.close();
    assert.deepEqual(left, []);
  } finally {
    await site.stop();
    await rm(kept, { recursive: true, force: true });
  }
};

/** Posts as a page does, which tries again while the log is being migrated. @param {Site} site */
const posted = async (site) => {
  const words = acceptAll();
  /** @type {Response | undefined} */
  let answer;
  await until(async () => {
    answer = await post(site, words);
    return answer.status !== 503;
  }, "the migration has no end");
  assert.equal(answer?.status, 201);
  return /** @type {Response} */ (answer);
};

/** The records of a chain's export. @param {string} log */
const recordsOf = (log) =>
  log
    .split("\n")
    .filter((line) => line.startsWith('{"record":'))
    .map((line) => {
      const [, text, sequence] = /^\{"record":(.*),"sequence":(\d+),/.exec(line) ?? [];
      return { text, index: Number(sequence) };
    });

test("each record of a chain is the entry of its number, provable and whole", async () => {
  await withLog("filled", async (site, { log }) => {
    const records = recordsOf(log);
    const last = records.at(-1)?.index ?? 0;
    const answer = await (await posted(site)).json();
    assert.equal(answer.index, last + 1);
    await verifyReceipt(site, answer);
    const { entries, head } = await verifyExport(site, await exported(site));
    assert.deepEqual(
      entries.slice(0, -1).map(({ text, index }) => ({ text, index })),
      records,
    );
    const { from, to, checkpoint } = head.log.chain;
    assert.deepEqual([from.sequence, to.sequence], [records[0].index - 1, last]);
    const lines = log.split("\n").filter((line) => line.startsWith('{"record":'));
    assert.deepEqual(
      [from.hash, to.hash],
      [JSON.parse(lines[0]).previous, JSON.parse(lines.at(-1) ?? "").hash],
    );
    assert.ok(checkpoint.sequence <= last && checkpoint.sequence > records[0].index);
    const { leaves } = await verifyTiles(site);
    for (let purged = 1; purged < records[0].index; purged += 1)
      assert.deepEqual(leaves[purged], leafHash(`{"purged":${purged}}`));
  });
});

test("every visitor of a chain has their records, and goes on with their cookie", async () => {
  await withLog("filled", async (site, { visitors }) => {
    await posted(site);
    for (const { who, cookie, records } of visitors) {
      const answer = await site.ask("/api/consent/records", { cookie });
      assert.equal(answer.status, 200, who);
      const { entries } = await answer.json();
      assert.deepEqual(
        entries.map((/** @type {any} */ { record, index }) => [index, record]),
        records.entries.map((/** @type {any} */ { record, sequence }) => [sequence, record]),
        who,
      );
      for (const entry of entries) await verifyReceipt(site, entry);
      const next = await post(site, acceptAll(), { cookie });
      assert.equal(next.status, 201, who);
      const own = await (await site.ask("/api/consent/records", { cookie: cookieOf(next) })).json();
      // Who was erased is somebody new.
      assert.equal(own.entries.length, entries.length + 1, who);
    }
  });
});

test("statistics of a chain's days are those of its records", async () => {
  await withLog("filled", async (site, { log }) => {
    await posted(site);
    const stats = await (await site.ask("/api/consent/stats", { headers: site.admin })).json();
    const records = recordsOf(log).map(({ text }) => JSON.parse(text));
    /** @type {Record<string, number>} */
    const actions = { accept_all: 1 };
    for (const { action } of records) actions[action] = (actions[action] ?? 0) + 1;
    assert.deepEqual(stats.actions, actions);
    assert.equal(stats.log.records, records.length + 1);
    assert.equal(stats.log.oldest, records[0].time);
  });
});

test("a chain without records left goes on at its number, one that never began as a new log", async () => {
  await withLog("emptied", async (site, { visitors }) => {
    const answer = await (await posted(site)).json();
    assert.equal(answer.index, 6);
    const { entries, head } = await verifyExport(site, await exported(site));
    assert.deepEqual([entries.length, head.log.chain.to.sequence], [1, 5]);
    const own = await site.ask("/api/consent/records", { cookie: visitors[0].cookie });
    assert.deepEqual((await own.json()).entries, []);
  });
  await withLog("unused", async (site) => {
    assert.equal((await (await posted(site)).json()).index, 1);
    assert.equal((await verifyExport(site, await exported(site))).head.log.chain, null);
  });
});
