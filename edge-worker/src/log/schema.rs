//! The tables of a log. A change is a new entry at the end of [`MIGRATIONS`]; what stands there has
//! run somewhere and stays.

/// Remembers which migrations have run.
pub(crate) const VERSIONS: &str = "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, applied TEXT NOT NULL) STRICT";

/// Each runs once, in this order, in a transaction of its own.
pub(crate) const MIGRATIONS: [&str; 2] = [
    // record: `body` is the canonical text whose hash is chained. Three rows are written per event:
    // the record, the index of its id, the link. link: which records are one subject's. Deleting
    // rows here erases a person from the log without touching the chain. seed: see the ledger.
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
    // audit: what was done to the log as a whole. checkpoint: what was signed, one a day and one
    // wherever a purge has cut.
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
];
