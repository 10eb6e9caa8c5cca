// A crowd of visitors, a log that fails now and then, and a power cut in the middle. Meanwhile the
// checkpoint is fetched again and again, as a stranger would. Afterwards the log must hold every
// event that was acknowledged, once and at the place that its receipt says; every checkpoint and
// every receipt must be of the same tree; and `site-builder verify` must agree.
// `cargo xtask load` runs it at full size and prints a table.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { builder } from "../support/site.mjs";
import {
  assertOneLog,
  checkpointOf,
  exported,
  publicKeys,
  verifyExport,
  verifyTiles,
} from "./export.mjs";
import { acceptAll, cookieOf, post, startSite } from "./site.mjs";
import { readCheckpoint, readReceipt } from "./tree.mjs";

/** A request to a runtime that has died may never end. */
const PATIENCE_MS = 10_000;

/** How often a visitor's page may try one event before that counts as refused for good. */
const MOST_TRIES = 60;

/** How often the checkpoint is fetched. */
const WATCH_MS = 1_000;

/**
 * @typedef {object} Crowd
 * @property {number} clients how many visit at once
 * @property {number} consents how many events they have to tell in all
 * @property {number} faults the share of events whose write meets a fault, 0.05 for every twentieth
 */

/**
 * @typedef {object} Outcome
 * @property {number} sent requests, retries among them
 * @property {Map<string, any>} receipts of acknowledged events, by event id
 * @property {Map<string, number>} refused how often, by kind
 * @property {number} retried requests after the first for an event
 * @property {number} abandoned events that were never acknowledged
 * @property {number[]} waits of acknowledged requests, in milliseconds, sorted
 * @property {number} seconds that it took in all
 * @property {number} outage seconds without a runtime
 * @property {number} injected faults
 * @property {Set<string>} checkpoints that were published meanwhile, each once
 */

/**
 * @typedef {object} Verdict
 * @property {number} records in the export
 * @property {number} lost acknowledged and not in the log, or there with other words
 * @property {number} doubled in the log more than once
 * @property {number} heads different trees, of checkpoints and receipts, that are of one log
 * @property {boolean} isVerified what `site-builder verify` says of the export
 */

/** @param {import("./site.mjs").Site} site @param {number} rate */
const setFaults = async (site, rate) => {
  const answer = await site.ask(`/api/break?rate=${rate}`, {
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return (await answer.json()).injected;
};

/**
 * Sends one event until it is acknowledged; always the same id, as the page does.
 * @param {import("./site.mjs").Site} site
 * @param {any} words
 * @param {string | undefined} cookie
 * @param {Outcome} outcome
 * @returns {Promise<string | undefined>} the cookie that was set
 */
const tell = async (site, words, cookie, outcome) => {
  for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
    outcome.sent += 1;
    if (attempt > 0) outcome.retried += 1;
    const started = performance.now();
    try {
      const posted = await post(site, words, {
        cookie,
        cf: { country: "DE" },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await posted.text();
      if (posted.status === 201) {
        outcome.waits.push(performance.now() - started);
        outcome.receipts.set(words.id, JSON.parse(text));
        return cookieOf(posted);
      }
      count(outcome.refused, `${posted.status}`);
    } catch (error) {
      count(
        outcome.refused,
        /** @type {Error} */ (error).name === "TimeoutError" ? "no answer" : "connection lost",
      );
    }
    // A crowd that tries again all at once would be a second fault.
    await delay(50 + Math.random() * Math.min(1000, 100 * (attempt + 1)));
  }
  outcome.abandoned += 1;
  return cookie;
};

/**
 * Fetches the checkpoint once a second, while there is a runtime.
 * @param {import("./site.mjs").Site} site
 * @param {Outcome} outcome
 * @param {AbortSignal} end
 */
const watch = async (site, outcome, end) => {
  while (!end.aborted) {
    try {
      const answer = await site.ask("/log/checkpoint", {
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (answer.status === 200) outcome.checkpoints.add(await answer.text());
    } catch {
      // The power is cut.
    }
    await delay(WATCH_MS, undefined, { signal: end }).catch(() => {});
  }
};

/** @param {Map<string, number>} counts @param {string} kind */
const count = (counts, kind) => counts.set(kind, (counts.get(kind) ?? 0) + 1);

/**
 * Lets the crowd in, and cuts the power when half of the events are acknowledged.
 * @param {import("./site.mjs").Site} site
 * @param {Crowd} crowd
 * @returns {Promise<Outcome>}
 */
export const rush = async (site, { clients, consents, faults }) => {
  /** @type {Outcome} */
  const outcome = {
    sent: 0,
    receipts: new Map(),
    refused: new Map(),
    retried: 0,
    abandoned: 0,
    waits: [],
    seconds: 0,
    outage: 0,
    injected: 0,
    checkpoints: new Set(),
  };
  const end = new AbortController();
  const watching = watch(site, outcome, end.signal);
  await setFaults(site, faults);
  const started = performance.now();
  let left = consents;
  const client = async () => {
    /** @type {string | undefined} */
    let cookie;
    while (left > 0) {
      left -= 1;
      // Every third event is of a visitor who has been here: their records are linked, and the
      // order among them counts.
      const again = left % 3 === 0 ? cookie : undefined;
      cookie = await tell(
        site,
        acceptAll({ locale: ["kk", "ru", "en"][left % 3] }),
        again,
        outcome,
      );
    }
  };
  const crowd = Promise.all(Array.from({ length: clients }, client));
  while (outcome.receipts.size < consents / 2 && left > 0) await delay(5);
  outcome.injected = await setFaults(site, faults);
  const cut = performance.now();
  await site.kill();
  outcome.outage = (performance.now() - cut) / 1000;
  await setFaults(site, faults);
  await crowd;
  outcome.seconds = (performance.now() - started) / 1000;
  outcome.injected += await setFaults(site, 0);
  end.abort();
  await watching;
  outcome.checkpoints.add(await checkpointOf(site));
  outcome.waits.sort((a, b) => a - b);
  return outcome;
};

/**
 * Compares what was acknowledged with what the log says.
 * @param {import("./site.mjs").Site} site
 * @param {Outcome} outcome
 * @returns {Promise<Verdict>}
 */
export const judge = async (site, outcome) => {
  const text = await exported(site);
  const { entries } = await verifyExport(site, text);
  /** @type {Map<string, number[]>} */
  const places = new Map();
  for (const { record, index } of entries)
    places.set(record.id, [...(places.get(record.id) ?? []), index]);
  const keys = await publicKeys(site);
  const receipts = [...outcome.receipts.values()].map(({ receipt }) => readReceipt(receipt, keys));
  const texts = new Map(entries.map(({ index, text }) => [index, text]));
  const lost = receipts.filter(({ record, index }) => texts.get(index) !== record).length;
  const doubled = [...places.values()].filter((all) => all.length > 1).length;
  // The checkpoint of the whole log, which may be newer than the published one.
  const { leaves } = await verifyTiles(
    site,
    JSON.parse(text.slice(0, text.indexOf("\n"))).checkpoint,
  );
  const heads = [
    ...[...outcome.checkpoints].map((note) => readCheckpoint(note, keys)),
    ...receipts.map(({ checkpoint }) => checkpoint),
  ];
  assertOneLog(leaves, heads);
  return {
    records: entries.length,
    lost,
    doubled,
    heads: new Set(heads.map(({ size }) => size)).size,
    isVerified: await isVerified(site, text),
  };
};

/** @param {import("./site.mjs").Site} site @param {string} text */
const isVerified = async (site, text) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-load-"));
  const log = path.join(folder, "log.ndjson");
  const keys = path.join(folder, "keys.json");
  await writeFile(log, text);
  await writeFile(keys, await (await site.ask("/api/consent/keys")).text());
  const { status, stdout, stderr } = spawnSync(
    builder(),
    ["verify", log, "--keys", keys, "--site", "cap.kz"],
    { encoding: "utf8" },
  );
  await rm(folder, { recursive: true, force: true });
  if (status !== 0) console.error(stdout, stderr);
  return status === 0;
};

/** @param {number[]} sorted @param {number} share */
const quantile = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

/**
 * @param {Crowd} crowd
 * @param {Outcome} outcome
 * @param {Verdict} verdict
 */
export const table = (crowd, outcome, verdict) => {
  const kinds = [...outcome.refused].sort().map(([kind, times]) => `${kind}: ${times}`);
  const millis = (/** @type {number} */ share) => `${quantile(outcome.waits, share).toFixed(1)} ms`;
  const rows = [
    ["clients at once", crowd.clients],
    ["consents", crowd.consents],
    ["requests sent", outcome.sent],
    ["acknowledged", outcome.receipts.size],
    ["never acknowledged", outcome.abandoned],
    ["refused, by kind", kinds.join(", ") || "none"],
    ["retried", outcome.retried],
    ["storage faults injected", outcome.injected],
    ["runtime killed and started again", `${outcome.outage.toFixed(1)} s`],
    ["records in the export", verdict.records],
    ["acknowledged and lost", verdict.lost],
    ["doubled", verdict.doubled],
    ["checkpoints published meanwhile", outcome.checkpoints.size],
    ["trees of receipts and checkpoints, consistent", verdict.heads],
    ["wait, p50 / p99", `${millis(0.5)} / ${millis(0.99)}`],
    [
      "writes per second, outage left out",
      Math.round(outcome.receipts.size / (outcome.seconds - outcome.outage)),
    ],
    ["verified by site-builder", verdict.isVerified ? "yes" : "NO"],
  ];
  return rows.map(([name, value]) => `| ${String(name).padEnd(45)} | ${value} |`).join("\n");
};

/**
 * The whole run, on a site of its own.
 * @param {Crowd} crowd
 */
export const run = async (crowd) => {
  const site = await startSite({ main: path.join(import.meta.dirname, "faulty-log.mjs") });
  try {
    const outcome = await rush(site, crowd);
    return { outcome, verdict: await judge(site, outcome) };
  } finally {
    await site.stop();
  }
};

/** @param {Crowd} crowd @param {Outcome} outcome @param {Verdict} verdict */
export const check = (crowd, outcome, verdict) => {
  assert.deepEqual([verdict.lost, verdict.doubled, verdict.isVerified], [0, 0, true]);
  assert.equal(outcome.abandoned, 0, "every visitor was served in the end");
  assert.equal(verdict.records, crowd.consents);
  assert.ok(verdict.heads > 1 && outcome.checkpoints.size > 0, "the log was watched");
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const crowd = { clients: 50, consents: Number(process.argv[2] ?? 10_000), faults: 0.05 };
  const { outcome, verdict } = await run(crowd);
  console.log(table(crowd, outcome, verdict));
  check(crowd, outcome, verdict);
}
