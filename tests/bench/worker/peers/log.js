// The consent log in JavaScript: a Durable Object with the same tables, the same chain and the same
// care for retries as ours.

import { DurableObject } from "cloudflare:workers";
import { createHash, randomBytes } from "node:crypto";

const TABLES = `
  CREATE TABLE IF NOT EXISTS record (
    sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER IF NOT EXISTS record_is_append_only BEFORE UPDATE ON record
  BEGIN
    SELECT RAISE(ABORT, 'records are never changed');
  END;
  CREATE TABLE IF NOT EXISTS link (
    subject TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (subject, sequence)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS seed (started INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;`;
const SEED_MS = 600_000;
/** What a retry says again; the rest depends on when and where it is said. */
const SAME = ["id", "action", "choice", "locale", "surface", "revision", "services", "site"];

const sha256 = (...parts) =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

/** The subject of a page that has no cookie yet, but a secret. */
const newSubject = (seed, secret) =>
  sha256("kelisim.subject/2\n", new Uint8Array(seed.bytes), secret).subarray(0, 16);

/** Absolute: a clock that was set back does not prolong a seed's life. */
const ageOf = ({ started }, now) => Math.abs(now - started);

const linkOf = (subject) => sha256("kelisim.link/1\n", subject).toString("hex");

const isSame = (draft, record) =>
  SAME.every((name) => JSON.stringify(draft[name]) === JSON.stringify(record[name]));

export class Log extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec(TABLES);
  }

  /**
   * Logs an event, once. Null: its id is somebody else's. The runtime answers when the rows are on
   * disk.
   */
  append(draft, subject, secret) {
    return this.ctx.storage.transactionSync(() =>
      this.#append(draft, subject && Buffer.from(subject, "base64url"), secret),
    );
  }

  #append(draft, given, secret) {
    const known = this.sql
      .exec("SELECT sequence, body, previous, hash FROM record WHERE id = ?", draft.id)
      .toArray()[0];
    const now = Date.now();
    if (known !== undefined) return this.#retried(draft, given, secret, known, now);
    const subject = given ?? this.#newcomer(secret, now);
    const [tail] = this.sql
      .exec(
        "SELECT sequence, hash, body ->> '$.time' AS time FROM record ORDER BY sequence DESC LIMIT 1",
      )
      .toArray();
    const previous =
      tail === undefined ? sha256("kelisim.chain/1\n", draft.site) : Buffer.from(tail.hash, "hex");
    const sequence = (tail?.sequence ?? 0) + 1;
    const time = new Date(
      Math.max(now, tail === undefined ? 0 : Date.parse(tail.time)),
    ).toISOString();
    // The members stay in alphabetical order: this is the canonical text.
    const record = { ...draft, time, commitment: sha256(subject, draft.id).toString("hex") };
    const body = JSON.stringify(record);
    const hash = sha256(previous, body).toString("hex");
    this.sql.exec(
      "INSERT INTO record VALUES (?, ?, ?, ?, ?)",
      sequence,
      draft.id,
      body,
      previous.toString("hex"),
      hash,
    );
    this.sql.exec("INSERT INTO link VALUES (?, ?)", linkOf(subject), sequence);
    return {
      entry: { record, sequence, previous: previous.toString("hex"), hash },
      subject: subject.toString("base64url"),
      isLatest: true,
    };
  }

  #retried(draft, given, secret, { sequence, body, previous, hash }, now) {
    const record = JSON.parse(body);
    if (!isSame(draft, record)) return null;
    const made = this.#seeds(now).map((seed) => newSubject(seed, secret));
    const owner = [given, ...made].find(
      (subject) => subject && sha256(subject, draft.id).toString("hex") === record.commitment,
    );
    return owner === undefined
      ? null
      : {
          entry: { record, sequence, previous, hash },
          subject: owner.toString("base64url"),
          isLatest: this.#latest(owner) === sequence,
        };
  }

  /** The subject that an earlier event of the same page got, or a new one. */
  #newcomer(secret, now) {
    const seeds = this.#seeds(now);
    const known = seeds
      .map((seed) => newSubject(seed, secret))
      .find((subject) => this.#latest(subject) !== undefined);
    if (known !== undefined) return known;
    const [newest] = seeds;
    const isRecent = newest !== undefined && ageOf(newest, now) < SEED_MS;
    return newSubject(isRecent ? newest : this.#newSeed(now), secret);
  }

  /** The sequence of a subject's last event. */
  #latest(subject) {
    return this.sql
      .exec(
        "SELECT sequence FROM link WHERE subject = ? ORDER BY sequence DESC LIMIT 1",
        linkOf(subject),
      )
      .toArray()[0]?.sequence;
  }

  #seeds(now) {
    return this.sql
      .exec("SELECT started, bytes FROM seed ORDER BY started DESC")
      .toArray()
      .filter((seed) => ageOf(seed, now) < 2 * SEED_MS);
  }

  #newSeed(now) {
    const seed = { started: now, bytes: randomBytes(32) };
    this.sql.exec("DELETE FROM seed WHERE started < ?", now - 2 * SEED_MS);
    this.sql.exec("INSERT OR REPLACE INTO seed VALUES (?, ?)", seed.started, seed.bytes);
    return seed;
  }
}
