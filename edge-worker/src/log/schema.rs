//! The tables of a log. A change is a new migration at the end of [`MIGRATIONS`]; those before it
//! have run in deployed logs.

/// Makes the table that lists the migrations that have run.
pub(crate) const VERSIONS: &str = "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, applied TEXT NOT NULL) STRICT";

/// In order; each runs once, in a transaction of its own.
pub(crate) const MIGRATIONS: [&str; 3] = [
    // record: `body` is the canonical text that was hashed. Three rows are written per event: the
    // record, the index of its id, the link. link: which records are one subject's. Deleting its
    // rows erases a person from the log and leaves the chain as it is. seed: see `seeds.rs`.
    "CREATE TABLE record (
        sequence INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        body TEXT NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER record_is_append_only BEFORE UPDATE ON record
    BEGIN
        SELECT RAISE(ABORT, 'records are never changed');
    END;
    CREATE TABLE link (
        subject TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        PRIMARY KEY (subject, sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE seed (
        started INTEGER PRIMARY KEY,
        bytes BLOB NOT NULL
    ) STRICT;",
    // audit: what was done to the log as a whole. checkpoint: what was signed, one every night and
    // one for each purge.
    "CREATE TABLE audit (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        time TEXT NOT NULL,
        action TEXT NOT NULL,
        detail TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
    BEGIN
        SELECT RAISE(ABORT, 'the audit trail is never changed');
    END;
    CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
    BEGIN
        SELECT RAISE(ABORT, 'the audit trail is never deleted');
    END;
    CREATE TABLE checkpoint (
        sequence INTEGER NOT NULL,
        time TEXT NOT NULL,
        hash TEXT NOT NULL,
        kid TEXT NOT NULL,
        signature TEXT NOT NULL,
        PRIMARY KEY (sequence, time)
    ) STRICT, WITHOUT ROWID;",
    // The chain becomes a tree; `migration.rs` moves its rows. The columns are named otherwise than
    // the chain's, so that every statement of an instance of the version before fails.
    //
    // entry: the record of an index; `body` is its canonical text, `leaf` the hash of it. Entry 0 says
    // whose log it is and has no id. What was purged has neither id nor body, what is in the archive
    // no body. link: which records are one subject's, see `rows.rs`. Deleting its rows erases a person
    // from the log and leaves the tree as it is. tile: hashes of the tree, key = level * 2^48 + number;
    // at level 0 the full ones, above them all, which grow by a hash at a time. count: how many events
    // have these values; an absent one is empty, `granted` has a bit for each category. day: the first
    // index of each day of UTC. bundle: which entry bundles are in the archive, and when, in
    // milliseconds, the retention of their first record ends; `restored`: its records are back, but
    // the archive may still have it. meta: see `meta.rs`.
    "ALTER TABLE record RENAME TO chain_record;
    ALTER TABLE link RENAME TO chain_link;
    ALTER TABLE checkpoint RENAME TO chain_checkpoint;
    CREATE TABLE entry (
        [index] INTEGER PRIMARY KEY,
        id BLOB UNIQUE,
        body TEXT,
        leaf BLOB
    ) STRICT;
    CREATE TRIGGER entry_is_append_only BEFORE UPDATE ON entry
        WHEN NEW.[index] IS NOT OLD.[index]
            OR (NEW.id IS NOT NULL AND NEW.id IS NOT OLD.id)
            OR (NEW.body IS NOT NULL AND OLD.body IS NOT NULL)
            OR (NEW.leaf IS NOT NULL AND NEW.leaf IS NOT OLD.leaf)
            OR OLD.[index] = 0
    BEGIN
        SELECT RAISE(ABORT, 'entries are never changed');
    END;
    CREATE TABLE link (
        subject BLOB NOT NULL,
        [index] INTEGER NOT NULL,
        PRIMARY KEY (subject, [index])
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tile (
        key INTEGER PRIMARY KEY,
        hashes BLOB NOT NULL
    ) STRICT;
    CREATE TABLE count (
        day TEXT NOT NULL,
        regime TEXT NOT NULL,
        action TEXT NOT NULL,
        granted INTEGER NOT NULL,
        locale TEXT NOT NULL,
        country TEXT NOT NULL,
        surface TEXT NOT NULL,
        revision TEXT NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (day, regime, action, granted, locale, country, surface, revision)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE day (
        day TEXT PRIMARY KEY,
        first INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE bundle (
        number INTEGER PRIMARY KEY,
        sha256 BLOB NOT NULL,
        expires INTEGER NOT NULL,
        restored INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE meta (
        key TEXT PRIMARY KEY,
        value ANY NOT NULL
    ) STRICT, WITHOUT ROWID;",
];
