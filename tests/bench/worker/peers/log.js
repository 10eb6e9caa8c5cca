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
const STAMPS = ["time", "commitment", "withdraws"];

const sha256 = (...parts) =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

const newSubject = (seed, id) =>
  sha256("kelisim.subject/1\n", new Uint8Array(seed.bytes), id).subarray(0, 16);

const isSame = (draft, record) => JSON.stringify(draft, masked) === JSON.stringify(record, masked);
const masked = (name, value) => (STAMPS.includes(name) ? null : value);

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
  append(draft, subject) {
    return this.ctx.storage.transactionSync(() =>
      this.#append(draft, subject && Buffer.from(subject, "base64url")),
    );
  }

  #append(draft, given) {
    const known = this.sql
      .exec("SELECT sequence, body, previous, hash FROM record WHERE id = ?", draft.id)
      .toArray()[0];
    if (known !== undefined) return this.#retried(draft, given, known);
    const now = Date.now();
    const subject = given ?? newSubject(this.#seed(now), draft.id);
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
    this.sql.exec(
      "INSERT INTO link VALUES (?, ?)",
      sha256("kelisim.link/1\n", subject).toString("hex"),
      sequence,
    );
    return {
      entry: { record, sequence, previous: previous.toString("hex"), hash },
      subject: subject.toString("base64url"),
    };
  }

  #retried(draft, given, { sequence, body, previous, hash }) {
    const record = JSON.parse(body);
    if (!isSame(draft, record)) return null;
    const made = this.#seeds().map((seed) => newSubject(seed, draft.id));
    const owner = [given, ...made].find(
      (subject) => subject && sha256(subject, draft.id).toString("hex") === record.commitment,
    );
    return owner === undefined
      ? null
      : { entry: { record, sequence, previous, hash }, subject: owner.toString("base64url") };
  }

  #seeds() {
    return this.sql.exec("SELECT started, bytes FROM seed ORDER BY started DESC").toArray();
  }

  #seed(now) {
    const [newest] = this.#seeds();
    if (newest !== undefined && now - newest.started < SEED_MS) return newest;
    const seed = { started: now, bytes: randomBytes(32) };
    this.sql.exec("DELETE FROM seed WHERE started < ?", now - 2 * SEED_MS);
    this.sql.exec("INSERT OR REPLACE INTO seed VALUES (?, ?)", seed.started, seed.bytes);
    return seed;
  }
}
