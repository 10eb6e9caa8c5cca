// How large a log is, and how long it takes to take it home and check it:
//
//     cargo build --release --package verifier
//     node tests/bench/scale.mjs <folder> [events, 1000000 if not given]
//
// 1. The worker makes the tables of an empty log in the folder.
// 2. The events are written into them as the log would, by SQLite alone: entries, links, tiles,
//    counts and days. So the tree is real, and the worker goes on with it.
// 3. The worker exports the log, and `verifier` checks the export, with time and memory measured.
// 4. In a copy, the texts of all full bundles leave the tables, as when they go to the archive.
//
// Prints one JSON object. The folder stays, for looking at.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { checkpointOf } from "../worker/export.mjs";
import { MANIFEST, REVISION, SHOWN, startSite } from "../worker/site.mjs";
import { leafHash, sha256, Tree } from "../worker/tree.mjs";

const [folder, wanted = "1000000"] = process.argv.slice(2);
const EVENTS = Number(wanted);
const VERIFIER = path.join(import.meta.dirname, "../../target/release/verifier");
const WIDTH = 256;
const DAY_MS = 86_400_000;
/** Over how many days the events are spread; the last is yesterday. */
const DAYS = 100;
/** A transaction of the filling, which is not measured. */
const BATCH = 20_000;

const CHOICES = [
  ["accept_all", { analytics: true, functional: true, marketing: true }],
  ["reject_all", { analytics: false, functional: false, marketing: false }],
  ["custom", { analytics: true, functional: true, marketing: false }],
];
const COUNTRIES = ["KZ", "DE", "RU", "FR", "US", "KG", "UZ", "TR"];

/** @param {number} index @param {Buffer} subject */
const recordOf = (index, subject) => {
  const id = randomUUID();
  const [action, choice] = CHOICES[index % CHOICES.length];
  const locale = /** @type {const} */ (["kk", "ru", "en"])[index % 3];
  const begin = Math.floor(Date.now() / DAY_MS - DAYS - 1) * DAY_MS;
  return {
    action,
    choice,
    commitment: sha256(subject, id).toString("hex"),
    country: COUNTRIES[index % COUNTRIES.length],
    gpc: false,
    id,
    locale,
    regime: "opt_in",
    retention: `P${MANIFEST.retention_days}D`,
    revision: REVISION,
    schema: "kelisim.consent/2",
    services: {},
    site: MANIFEST.site,
    surface: "banner",
    text: SHOWN[locale].banner,
    time: new Date(begin + Math.floor((index / (EVENTS + 1)) * DAYS * DAY_MS)).toISOString(),
    validity: `P${MANIFEST.choice_days}D`,
    withdraws: null,
  };
};

/** @param {DatabaseSync} database */
const fill = (database) => {
  const insert = {
    entry: database.prepare("INSERT INTO entry VALUES (?, ?, ?, ?)"),
    link: database.prepare("INSERT INTO link VALUES (?, ?)"),
    tile: database.prepare(`INSERT INTO tile VALUES (?, ?) ON CONFLICT DO UPDATE
      SET hashes = CAST(hashes || excluded.hashes AS BLOB)`),
    count: database.prepare(`INSERT INTO count VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)
      ON CONFLICT DO UPDATE SET number = number + 1`),
    day: database.prepare("INSERT OR IGNORE INTO day VALUES (?, ?)"),
  };
  /** Trees of the tiles that are growing, by level. @type {Tree[]} */
  const growing = [];
  /** @type {Buffer[]} */
  let open = [];
  /** @param {number} level @param {number} number @param {Buffer} hash */
  const grow = (level, number, hash) => {
    growing[level] ??= new Tree();
    if (level > 0) insert.tile.run(level * 2 ** 48 + Math.floor(number / WIDTH), hash);
    growing[level].push(hash);
    if (growing[level].size < WIDTH) return;
    if (level === 0) {
      insert.tile.run(Math.floor(number / WIDTH), Buffer.concat(open));
      open = [];
    }
    const root = growing[level].root();
    growing[level] = new Tree();
    grow(level + 1, Math.floor(number / WIDTH), root);
  };
  const first = /** @type {any} */ (database.prepare("SELECT leaf FROM entry").get());
  open.push(Buffer.from(first.leaf));
  grow(0, 0, open[0]);
  const tree = Tree.from(1, [open[0]]);
  for (let index = 1; index <= EVENTS; index += 1) {
    if (index % BATCH === 1) database.exec("BEGIN");
    const subject = randomBytes(16);
    const record = recordOf(index, subject);
    const body = JSON.stringify(record);
    const leaf = leafHash(body);
    insert.entry.run(index, Buffer.from(record.id.replaceAll("-", ""), "hex"), body, leaf);
    insert.link.run(sha256("kelisim.link/1\n", subject).subarray(0, 16), index);
    const { action, choice, regime, locale, country, surface, revision, time } = record;
    const { functional, analytics, marketing } = /** @type {any} */ (choice);
    const granted = Number(functional) + 2 * Number(analytics) + 4 * Number(marketing);
    const day = time.slice(0, 10);
    insert.count.run(day, regime, String(action), granted, locale, country, surface, revision);
    insert.day.run(day, index);
    open.push(leaf);
    grow(0, index, leaf);
    tree.push(leaf);
    if (index % BATCH === 0 || index === EVENTS) database.exec("COMMIT");
  }
  return tree;
};

/** What edge-worker/src/log/archive.rs does with each full bundle. @param {DatabaseSync} database */
const archive = (database) => {
  const select = database.prepare(
    "SELECT [index], id FROM entry WHERE [index] >= ? AND [index] < ?",
  );
  const remove = database.prepare("DELETE FROM entry WHERE [index] >= ? AND [index] < ?");
  const insert = database.prepare("INSERT INTO entry VALUES (?, ?, NULL, NULL)");
  for (let end = WIDTH; end <= EVENTS + 1; end += WIDTH) {
    database.exec("BEGIN");
    const range = [Math.max(1, end - WIDTH), end];
    const rows = select.all(...range);
    remove.run(...range);
    for (const { index, id } of rows) insert.run(index, id);
    database.exec("COMMIT");
  }
};

/** Bytes of the pages in use. @param {DatabaseSync} database */
const bytesOf = (database) => {
  const value = (/** @type {string} */ name) =>
    Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  return (value("page_count") - value("freelist_count")) * value("page_size");
};

/** @param {import("../worker/site.mjs").Site} site @param {string} file */
const download = async (site, file) => {
  const started = performance.now();
  const output = createWriteStream(file);
  /** @type {string | undefined} */
  let address = "/api/consent/export";
  let pages = 0;
  while (address !== undefined) {
    /** @type {Response} */
    const page = await site.ask(address, { headers: site.admin });
    assert.equal(page.status, 200, address);
    output.write(Buffer.from(await page.arrayBuffer()));
    pages += 1;
    address = /^<([^>]+)>; rel="next"$/.exec(page.headers.get("link") ?? "")?.[1];
  }
  await new Promise((resolve) => output.end(() => resolve(undefined)));
  return { seconds: (performance.now() - started) / 1000, pages };
};

/** Time and memory of a program, by GNU time. @param {string[]} words */
const measured = (...words) => {
  const { stdout, stderr, status } = spawnSync("/usr/bin/time", ["-f", "%e %M", ...words], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout + stderr);
  const [seconds, kibibytes] = String(stderr.trim().split("\n").at(-1)).split(" ").map(Number);
  return { seconds, mebibytes: kibibytes / 1024 };
};

await mkdir(folder, { recursive: true });
const state = path.join(folder, "state");
const empty = await startSite({ kept: state });
await checkpointOf(empty);
await empty.stop();
const files = await readdir(state, { recursive: true });
const file = files.find((name) => /ConsentLog\/[0-9a-f]{64}\.sqlite$/.test(name));
assert.ok(file, "the worker has made the database");
const database = new DatabaseSync(path.join(state, file));
const before = bytesOf(database);
const tree = fill(database);
const whole = bytesOf(database);
database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
database.close();

const site = await startSite({ kept: state });
const log = path.join(folder, "log.ndjson");
const keys = path.join(folder, "keys.json");
await writeFile(keys, await (await site.ask("/api/consent/keys")).text());
const checkpoint = await checkpointOf(site);
assert.equal(
  checkpoint.split("\n")[2],
  tree.root().toString("base64"),
  "the worker's tree is ours",
);
const exported = await download(site, log);
await site.stop();
const verified = measured(VERIFIER, log, "--keys", keys, "--site", "cap.kz");

const copy = path.join(folder, "archived.sqlite");
const source = new DatabaseSync(path.join(state, file));
source.exec(`VACUUM INTO '${copy}'`);
source.close();
const archived = new DatabaseSync(copy);
archive(archived);
const left = bytesOf(archived);
archived.close();

console.log(
  JSON.stringify({
    events: EVENTS,
    bytesAnEvent: (whole - before) / EVENTS,
    archivedBytesAnEvent: (left - before) / EVENTS,
    exported: { ...exported, bytes: (await stat(log)).size },
    verified,
  }),
);
