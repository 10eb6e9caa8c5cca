// The consent log in JavaScript: a Durable Object with the same tables, the same tree and the same
// care for retries, clocks and erased visitors as ours.

import { DurableObject } from "cloudflare:workers";
import { randomBytes } from "node:crypto";
import { leafHash, sha256, Tree, WIDTH } from "./tree.js";

const TABLES = `
  CREATE TABLE IF NOT EXISTS entry (
    [index] INTEGER PRIMARY KEY, id BLOB UNIQUE, body TEXT, leaf BLOB
  ) STRICT;
  CREATE TRIGGER IF NOT EXISTS entry_is_append_only BEFORE UPDATE ON entry
  WHEN NEW.body IS NOT NULL OR NEW.leaf IS NOT OLD.leaf
  BEGIN
    SELECT RAISE(ABORT, 'entries are never changed');
  END;
  CREATE TABLE IF NOT EXISTS link (
    subject BLOB NOT NULL, [index] INTEGER NOT NULL, PRIMARY KEY (subject, [index])
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS tile (key INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS count (
    day TEXT NOT NULL, regime TEXT NOT NULL, action TEXT NOT NULL, granted INTEGER NOT NULL,
    locale TEXT NOT NULL, country TEXT NOT NULL, surface TEXT NOT NULL, revision TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (day, regime, action, granted, locale, country, surface, revision)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS day (day TEXT PRIMARY KEY, first INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS seed (started INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;`;
const SEED_MS = 600_000;
/** How far this object's clock may be ahead of the worker's. */
const AHEAD_MS = 3_600_000;
/** How large the database may become. */
const MOST_BYTES = 9_500_000_000;
/** What a retry says again; the rest depends on when and where it is said. */
const SAME = ["id", "action", "choice", "locale", "surface", "revision", "services", "site"];
const LEVEL = 2 ** 48;

/** The subject of a page that has no cookie yet, but a secret. */
const newSubject = (seed, secret) =>
  sha256("kelisim.subject/2\n", new Uint8Array(seed.bytes), secret).subarray(0, 16);

const linkOf = (subject) => sha256("kelisim.link/1\n", subject).subarray(0, 16);

const bytesOf = (id) => Buffer.from(id.replaceAll("-", ""), "hex");

const isSame = (draft, record) =>
  SAME.every((name) => JSON.stringify(draft[name]) === JSON.stringify(record[name]));

/** The hashes of a row. */
const split = (bytes) =>
  Array.from({ length: bytes.byteLength / 32 }, (_, at) => Buffer.from(bytes, 32 * at, 32));

export class Log extends DurableObject {
  /** The end of the tree: it follows from the rows, and is read anew when they have another size. */
  #tail;

  constructor(ctx, env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec(TABLES);
    if (this.#size() > 0) return;
    const text = JSON.stringify({ chain: null, schema: "kelisim.log/1", site: env.SITE });
    this.sql.exec("INSERT INTO entry VALUES (0, NULL, ?, ?)", text, leafHash(text));
  }

  /** Deletes seeds when their time is over, though nobody comes. */
  alarm() {
    this.#deleteSeeds(Date.now());
  }

  /**
   * Logs an event, once. Null: its id is somebody else's. The runtime answers when the rows are on
   * disk.
   */
  append(draft, subject, secret, sent) {
    try {
      return this.ctx.storage.transactionSync(() =>
        this.#append(draft, subject && Buffer.from(subject, "base64url"), secret, sent),
      );
    } catch (error) {
      this.#tail = undefined;
      throw error;
    }
  }

  #append(draft, given, secret, sent) {
    const id = bytesOf(draft.id);
    const known = this.sql.exec("SELECT [index], body FROM entry WHERE id = ?", id).toArray()[0];
    const now = Date.now();
    if (known !== undefined) return this.#retried(draft, given, secret, known);
    if (now - sent > AHEAD_MS || this.sql.databaseSize >= MOST_BYTES)
      throw new Error("the log takes no events");
    this.#deleteSeeds(now);
    const isKnown = given !== undefined && this.#latest(given) !== undefined;
    const subject = isKnown ? given : this.#newcomer(secret, now);
    const tail = this.#readTail();
    const { tree } = tail;
    const index = tree.size;
    const time = new Date(Math.max(now, tail.time)).toISOString();
    // The members stay in alphabetical order: this is the canonical text.
    const record = { ...draft, time, commitment: sha256(subject, draft.id).toString("hex") };
    const text = JSON.stringify(record);
    const leaf = leafHash(text);
    this.sql.exec("INSERT INTO entry VALUES (?, ?, ?, ?)", index, id, text, leaf);
    this.sql.exec("INSERT INTO link VALUES (?, ?)", linkOf(subject), index);
    this.#count(record);
    if (new Date(tail.time).toISOString().slice(0, 10) !== time.slice(0, 10))
      this.sql.exec("INSERT OR IGNORE INTO day VALUES (?, ?)", time.slice(0, 10), index);
    const path = tree.edge.toReversed();
    this.#push(tail, leaf);
    tail.time = Date.parse(time);
    return {
      record,
      index,
      size: tree.size,
      root: tree.root(),
      path,
      subject: subject.toString("base64url"),
      isLatest: true,
    };
  }

  #count({ time, regime, action, choice, locale, country, surface, revision }) {
    this.sql.exec(
      `INSERT INTO count VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)
      ON CONFLICT DO UPDATE SET number = number + 1`,
      time.slice(0, 10),
      regime,
      action,
      choice.functional + 2 * choice.analytics + 4 * choice.marketing,
      locale,
      country ?? "",
      surface,
      revision,
    );
  }

  #size() {
    return this.sql.exec("SELECT IFNULL(MAX([index]) + 1, 0) AS size FROM entry").one().size;
  }

  #readTail() {
    const size = this.#size();
    if (this.#tail?.tree.size === size) return this.#tail;
    const full = size - (size % WIDTH);
    const open = this.sql
      .exec("SELECT leaf FROM entry WHERE [index] >= ? ORDER BY [index]", full)
      .toArray()
      .map(({ leaf }) => Buffer.from(leaf));
    const tree = new Tree();
    for (let level = Math.floor(Math.log2(size) / 8); level > 0; level -= 1) {
      const unit = WIDTH ** level;
      const number = Math.floor(size / unit / WIDTH);
      const width = Math.floor(size / unit) % WIDTH;
      if (width > 0) tree.append(split(this.#tile(level, number)).slice(0, width), unit);
    }
    tree.append(open, 1);
    const [{ time }] = this.sql
      .exec("SELECT body ->> '$.time' AS time FROM entry WHERE [index] = ?", size - 1)
      .toArray();
    this.#tail = { tree, open, time: time === null ? 0 : Date.parse(time) };
    return this.#tail;
  }

  #tile(level, number) {
    return this.sql.exec("SELECT hashes FROM tile WHERE key = ?", level * LEVEL + number).one()
      .hashes;
  }

  /** Adds a leaf, and writes the tiles that it fills; those above level 0 grow by a hash. */
  #push({ tree, open }, leaf) {
    tree.push(leaf);
    open.push(leaf);
    if (open.length < WIDTH) return;
    let number = tree.size / WIDTH - 1;
    this.sql.exec("INSERT INTO tile VALUES (?, ?)", number, Buffer.concat(open));
    let root = Tree.of(open.splice(0)).root();
    for (let level = 1; ; level += 1) {
      const place = number % WIDTH;
      number = Math.floor(number / WIDTH);
      this.sql.exec(
        `INSERT INTO tile VALUES (?, ?) ON CONFLICT DO UPDATE
        SET hashes = CAST(hashes || excluded.hashes AS BLOB)`,
        level * LEVEL + number,
        root,
      );
      if (place < WIDTH - 1) return;
      root = Tree.of(split(this.#tile(level, number))).root();
    }
  }

  #retried(draft, given, secret, { index, body }) {
    const record = JSON.parse(body);
    if (!isSame(draft, record)) return null;
    const made = this.#seeds().map((seed) => newSubject(seed, secret));
    const owner = [given, ...made].find(
      (subject) => subject && sha256(subject, draft.id).toString("hex") === record.commitment,
    );
    if (owner === undefined) return null;
    const { tree } = this.#readTail();
    // Nothing of a retry is measured: its path is not made of tiles.
    const leaves = this.sql.exec("SELECT leaf FROM entry ORDER BY [index]").toArray();
    return {
      record,
      index,
      size: tree.size,
      root: tree.root(),
      path: Tree.path(
        index,
        leaves.map(({ leaf }) => Buffer.from(leaf)),
      ),
      subject: owner.toString("base64url"),
      isLatest: this.#latest(owner) === index,
    };
  }

  /** The subject that an earlier event of the same page got, or a new one. */
  #newcomer(secret, now) {
    const seeds = this.#seeds();
    const known = seeds
      .map((seed) => newSubject(seed, secret))
      .find((subject) => this.#latest(subject) !== undefined);
    if (known !== undefined) return known;
    const [newest] = seeds;
    const isRecent = newest !== undefined && now - newest.started < SEED_MS;
    return newSubject(isRecent ? newest : this.#newSeed(now), secret);
  }

  /** The index of a subject's last event. */
  #latest(subject) {
    return this.sql
      .exec(
        "SELECT [index] FROM link WHERE subject = ? ORDER BY [index] DESC LIMIT 1",
        linkOf(subject),
      )
      .toArray()[0]?.index;
  }

  #seeds() {
    return this.sql.exec("SELECT started, bytes FROM seed ORDER BY started DESC").toArray();
  }

  /** Those whose time is over, and those of the future, which a clock has made that was set back. */
  #deleteSeeds(now) {
    this.sql.exec("DELETE FROM seed WHERE started <= ? OR started > ?", now - 2 * SEED_MS, now);
  }

  #newSeed(now) {
    const seed = { started: now, bytes: randomBytes(32) };
    this.sql.exec("INSERT OR REPLACE INTO seed VALUES (?, ?)", seed.started, seed.bytes);
    this.ctx.storage.setAlarm(now + 2 * SEED_MS);
    return seed;
  }
}
