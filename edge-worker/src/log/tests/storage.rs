//! A log in memory, for tests of this and other modules.

use crate::fixtures;
use crate::log::rows::{Database, Storage, Work};
use crate::log::tree_messages::{
    APPEND, Append, Appended, ENTRIES, ERASE, Entries, EntriesRequest, HEAD, HEALTH, Head, Health,
    Logged, NotLogged, PROOF, PURGE, Page, PageRequest, RECORDS, RecordRequest, Step,
};
use crate::log::{Call, Log, LogError};
use crate::runtime::sql::{Given, Value};
use domain::tlog::Resource;
use domain::{
    Answer, Digest, Draft, EventId, Record, SubjectId, Timestamp, VisitContext, Withdrawal,
    draft_withdrawal,
};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::Cell;

/// 2026-11-20T09:30:00Z, in milliseconds.
pub(crate) const START: i64 = 1_795_167_000_000;
pub(crate) const HOUR: i64 = 3_600_000;
pub(crate) const DAY: i64 = 24 * HOUR;
pub(crate) const SITE: &str = "cap.kz";

/// A database in memory, of which a statement can be made to fail.
pub(crate) struct TestStorage {
    pub(crate) connection: Connection,
    /// How many statements succeed before one fails.
    pub(crate) fails_after: Cell<Option<u32>>,
    /// What the failing statement says.
    pub(crate) failure: Cell<&'static str>,
    pub(crate) statements: Cell<u32>,
    pub(crate) alarm: Cell<Option<Timestamp>>,
}

impl TestStorage {
    pub(crate) fn new() -> Self {
        Self {
            connection: Connection::open_in_memory().unwrap(),
            fails_after: Cell::new(None),
            failure: Cell::new("the disk is full"),
            statements: Cell::new(0),
            alarm: Cell::new(None),
        }
    }

    /// The number that a query finds.
    pub(crate) fn count(&self, query: &str) -> u64 {
        let found = self
            .connection
            .query_row(query, (), |row| row.get::<_, i64>(0));
        u64::try_from(found.unwrap()).unwrap()
    }

    pub(crate) fn change(&self, statements: &str) {
        self.connection.execute_batch(statements).unwrap();
    }
}

fn refused(error: &rusqlite::Error) -> LogError {
    LogError::Runtime(error.to_string())
}

/// A value as a parameter.
struct Parameter<'a>(Given<'a>);

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Given::Null => ValueRef::Null,
            Given::Number(number) => ValueRef::Integer(number.cast_signed()),
            Given::Text(text) => ValueRef::Text(text.as_bytes()),
            Given::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn cell(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => panic!("{number} is no integer"),
        ValueRef::Text(text) => Value::String(String::from_utf8(text.to_vec()).unwrap()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    }
}

impl Database for TestStorage {
    fn run(&self, statement: &str, values: &[Given<'_>]) -> Result<Vec<Vec<Value>>, LogError> {
        self.statements.set(self.statements.get() + 1);
        match self.fails_after.get() {
            Some(0) => {
                self.fails_after.set(None);
                return Err(LogError::Runtime(self.failure.get().to_owned()));
            }
            left => self.fails_after.set(left.map(|left| left - 1)),
        }
        if values.is_empty() && statement.contains(';') {
            let done = self.connection.execute_batch(statement);
            return done.map(|()| Vec::new()).map_err(|error| refused(&error));
        }
        let run = || -> rusqlite::Result<Vec<Vec<Value>>> {
            let mut prepared = self.connection.prepare(statement)?;
            let columns = prepared.column_count();
            let parameters = rusqlite::params_from_iter(values.iter().copied().map(Parameter));
            let mut rows = prepared.query(parameters)?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let cells = (0..columns).map(|column| row.get_ref(column).map(cell));
                found.push(cells.collect::<rusqlite::Result<_>>()?);
            }
            Ok(found)
        };
        run().map_err(|error| refused(&error))
    }

    fn bytes(&self) -> u64 {
        self.count(
            "SELECT (page_count - freelist_count) * page_size
            FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
        )
    }
}

impl Storage for TestStorage {
    fn transaction(&self, work: Work<'_>) -> Result<Vec<u8>, LogError> {
        self.change("BEGIN");
        let outcome = work(self);
        self.change(if outcome.is_ok() {
            "COMMIT"
        } else {
            "ROLLBACK"
        });
        outcome
    }

    fn set_alarm(&self, time: Timestamp) -> Result<(), LogError> {
        self.alarm.set(Some(time));
        Ok(())
    }
}

/// A log whose clock is that of the worker.
pub(crate) struct TestLog {
    pub(crate) storage: TestStorage,
    pub(crate) log: Log,
    pub(crate) now: Cell<i64>,
    /// How far the log's own clock is ahead.
    pub(crate) ahead: Cell<i64>,
    requests: Cell<u64>,
}

impl TestLog {
    pub(crate) fn new() -> Self {
        Self::over(TestStorage::new(), None)
    }

    pub(crate) fn over(storage: TestStorage, limit: Option<u64>) -> Self {
        Self {
            storage,
            log: Log::new(limit),
            now: Cell::new(START),
            ahead: Cell::new(0),
            requests: Cell::new(0),
        }
    }

    /// The same database in another instance of the object.
    pub(crate) fn restarted(self) -> Self {
        Self {
            log: Log::new(None),
            ..self
        }
    }

    pub(crate) fn ask_raw(&self, path: &str, request: &[u8]) -> Result<Vec<u8>, LogError> {
        self.requests.set(self.requests.get() + 1);
        let call = Call {
            path,
            site: SITE,
            sent: Timestamp::from_millis(self.now.get()),
            now: Timestamp::from_millis(self.now.get() + self.ahead.get()),
            random: *Digest::of(&[&self.requests.get().to_be_bytes()]).as_bytes(),
            request,
        };
        self.log.answer(&self.storage, &call)
    }

    pub(crate) fn try_ask<A: DeserializeOwned>(
        &self,
        path: &str,
        request: &impl Serialize,
    ) -> Result<A, LogError> {
        let bytes = postcard::to_allocvec(request).unwrap();
        let answer = self.ask_raw(path, &bytes)?;
        Ok(postcard::from_bytes(&answer).unwrap())
    }

    pub(crate) fn ask<A: DeserializeOwned>(&self, path: &str, request: &impl Serialize) -> A {
        self.try_ask(path, request).unwrap()
    }

    pub(crate) fn append(&self, request: &Append) -> Appended {
        self.ask(APPEND, request)
    }

    /// Appends an event that is expected to be logged.
    pub(crate) fn logged(&self, request: &Append) -> Logged {
        match self.append(request) {
            Appended::Logged(logged) => logged,
            other => panic!("not logged: {other:?}"),
        }
    }

    /// Appends events of visitors of their own, with these numbers.
    pub(crate) fn fill(&self, numbers: std::ops::Range<u64>) {
        for number in numbers {
            self.logged(&event(number));
        }
    }

    pub(crate) fn head(&self) -> Head {
        self.ask(HEAD, &())
    }

    pub(crate) fn records(&self, subject: &SubjectId) -> Page {
        let request = PageRequest {
            link: subject.link(),
            after: 0,
            newest: false,
        };
        self.ask(RECORDS, &request)
    }

    pub(crate) fn record(&self, index: u64) -> Page {
        let request = RecordRequest {
            index,
            reader: "auditor".to_owned(),
        };
        self.ask(PROOF, &request)
    }

    pub(crate) fn entries(&self, path: &str) -> Entries {
        let request = EntriesRequest {
            resource: Resource::parse(path).unwrap(),
            reader: "auditor".to_owned(),
        };
        self.ask(ENTRIES, &request)
    }

    pub(crate) fn erase(&self, subject: &SubjectId) -> u64 {
        self.ask(ERASE, &subject.link())
    }

    pub(crate) fn refuses(&self) -> Option<NotLogged> {
        self.ask::<Health>(HEALTH, &()).refuses
    }

    /// Purges what is past its retention so many milliseconds after the start; returns how many
    /// records and in how many steps.
    pub(crate) fn purge(&self, millis: i64) -> (u64, u32) {
        let (mut records, mut steps) = (0, 0);
        loop {
            let step: Step = self.ask(PURGE, &Timestamp::from_millis(START + millis));
            records += step.records;
            steps += 1;
            if !step.has_more {
                return (records, steps);
            }
        }
    }
}

/// The event of that number, of a visitor without a cookie.
pub(crate) fn event(number: u64) -> Append {
    of(fixtures::draft_of(id(number), Answer::AcceptAll))
}

pub(crate) fn withdrawal(number: u64) -> Append {
    let withdrawal = Withdrawal {
        id: id(number),
        locale: None,
        surface: None,
    };
    let visit = VisitContext::default();
    of(draft_withdrawal(&withdrawal, &visit, &fixtures::manifest()))
}

/// The event of a page with a secret of its own.
pub(crate) fn of(draft: Draft) -> Append {
    Append {
        secret: Digest::of(&[draft.id().as_str().as_bytes()]),
        draft,
        subject: None,
        archived: None,
    }
}

pub(crate) fn id(number: u64) -> EventId {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    EventId::from_random(bytes)
}

pub(crate) fn record(text: Option<&String>) -> Record {
    serde_json::from_str(text.unwrap()).unwrap()
}
