//! The tables of a log. A change is a new migration at the end of [`MIGRATIONS`]; those before it
//! have run in deployed logs.

/// Makes the table that lists the migrations that have run.
pub(crate) const VERSIONS: &str = "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, applied TEXT NOT NULL) STRICT";

/// In order; each runs once, in a transaction of its own.
pub(crate) const MIGRATIONS: [&str; 2] = [
    // record: `body` is the canonical text that was hashed. Three rows are written per event: the
    // record, the index of its id, the link. link: which records are one subject's. Deleting its
    // rows erases a person from the log and leaves the chain as it is. seed: see `ledger.rs`.
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
];
