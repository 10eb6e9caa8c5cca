//! The consent log: one Durable Object per site with an SQLite database. It is the only writer, so
//! adding each record to the tree has no race.
//!
//! The worker calls [`object::ConsentLog::answer`] with the messages of [`tree_messages`]; nobody
//! else can reach it. [`Log`] answers them over any [`rows::Storage`].

mod append;
mod archive;
mod audit;
mod counts;
mod entries;
mod error;
mod export;
mod meta;
mod migration;
pub(crate) mod object;
mod purge;
mod records;
mod rows;
mod schema;
mod scrub;
mod seeds;
mod state;
#[cfg(test)]
pub(crate) mod tests;
mod tree;
pub(crate) mod tree_messages;
mod witnesses;

use domain::{Action, Timestamp};
pub(crate) use error::LogError;
use rows::{Database, Storage};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use tree::{StoredTiles, Tail};
use tree_messages::{
    APPEND, ARCHIVABLE, ARCHIVED, AUDIT, Appended, CONSISTENCY, COUNTS, CountRequest, ENTRIES,
    ERASE, EXPIRED, EXPORT, FLOOD, HEAD, HEALTH, Health, LogCounts, NotLogged, PROOF, PUBLISH,
    PURGE, RECORDS, REMOVED, RESTORE, SHOWN, TIDY, TILE, WITNESSES,
};

/// The requests that change nothing. They need no transaction.
const READING: [&str; 9] = [
    RECORDS,
    HEAD,
    TILE,
    AUDIT,
    HEALTH,
    ARCHIVABLE,
    EXPIRED,
    WITNESSES,
    CONSISTENCY,
];

/// Where appends stop, in bytes, unless the deployment says that it is earlier: the platform's limit
/// is 10 GB.
const MAX_LIMIT: u64 = 9_500_000_000;

/// A request, and when it came.
pub(crate) struct Call<'a> {
    pub(crate) path: &'a str,
    /// The host whose log it is.
    pub(crate) site: &'a str,
    /// By the worker's clock.
    pub(crate) sent: Timestamp,
    /// By the log's clock.
    pub(crate) now: Timestamp,
    pub(crate) random: [u8; 32],
    pub(crate) request: &'a [u8],
}

/// A log, as long as its object lives.
pub(crate) struct Log {
    /// See [`Tail`]; absent after a failure.
    tail: RefCell<Option<Rc<Tail>>>,
    /// What is damaged, and whether that is stored.
    damage: RefCell<Option<(String, bool)>>,
    stage: Cell<Stage>,
    /// The request has made a reason to be called later.
    needs_alarm: Cell<bool>,
    limit: u64,
}

/// How far the database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Unknown,
    Migrating,
    Ready,
}

impl Log {
    /// `limit`: see [`MAX_LIMIT`].
    pub(crate) fn new(limit: Option<u64>) -> Self {
        Self {
            tail: RefCell::default(),
            damage: RefCell::default(),
            stage: Cell::new(Stage::Unknown),
            needs_alarm: Cell::new(false),
            limit: limit.map_or(MAX_LIMIT, |limit| limit.min(MAX_LIMIT)),
        }
    }

    /// Answers a request.
    ///
    /// # Errors
    /// The request fails, and nothing is written but a note that the database is damaged.
    pub(crate) fn answer(
        &self,
        storage: &dyn Storage,
        call: &Call<'_>,
    ) -> Result<Vec<u8>, LogError> {
        let outcome = self.try_answer(storage, call);
        self.finish(storage, outcome)
    }

    /// What [`Storage::set_alarm`] asks for: goes on with a migration, or deletes seeds.
    ///
    /// # Errors
    /// The database fails. The platform calls again.
    pub(crate) fn alarm(&self, storage: &dyn Storage, now: Timestamp) -> Result<(), LogError> {
        let outcome = self.try_alarm(storage, now);
        self.finish(storage, outcome.map(|()| Vec::new()))?;
        Ok(())
    }

    fn try_alarm(&self, storage: &dyn Storage, now: Timestamp) -> Result<(), LogError> {
        // The site is needed for an empty database alone, which has set no alarm.
        self.set_up(storage, "", now)?;
        seeds::delete_old(storage, now)?;
        self.needs_alarm.set(true);
        Ok(())
    }

    /// Stores what a request has found out, and sets the alarm that it needs.
    fn finish(
        &self,
        storage: &dyn Storage,
        outcome: Result<Vec<u8>, LogError>,
    ) -> Result<Vec<u8>, LogError> {
        if let Err(error) = &outcome {
            // What the failed transaction has put there isn't in the database.
            self.tail.take();
            if let Some(what) = error.damage() {
                self.note_damage(what);
            }
        }
        if let Some((what, is_stored @ false)) = &mut *self.damage.borrow_mut() {
            *is_stored = true;
            meta::set_text(storage, meta::DAMAGE, what)?;
        }
        if self.needs_alarm.take() {
            let next = match self.stage.get() {
                Stage::Migrating => Some(Timestamp::from_millis(0)),
                _ => seeds::next_end(storage)?,
            };
            if let Some(next) = next {
                storage.set_alarm(next)?;
            }
        }
        outcome
    }

    fn try_answer(&self, storage: &dyn Storage, call: &Call<'_>) -> Result<Vec<u8>, LogError> {
        let suspicion = self.damage.borrow().clone();
        if let Some((what, false)) = suspicion {
            // Nothing else may be done in the request that stores it: the next page that can't be
            // read would undo that.
            return refuse(call.path, NotLogged::Damaged, LogError::Damaged(what));
        }
        self.set_up(storage, call.site, call.now)?;
        if self.stage.get() == Stage::Migrating {
            return refuse(call.path, NotLogged::Migrating, LogError::Migrating);
        }
        if let (Some(what), APPEND | HEALTH) = (self.damage(), call.path) {
            return refuse(call.path, NotLogged::Damaged, LogError::Damaged(what));
        }
        if READING.contains(&call.path) {
            return self.read(storage, call);
        }
        storage.transaction(&mut |rows| self.write(rows, call))
    }

    /// Brings the database to the present schema. If a chain is being migrated, this is its next
    /// step.
    fn set_up(&self, storage: &dyn Storage, site: &str, now: Timestamp) -> Result<(), LogError> {
        if self.stage.get() == Stage::Unknown {
            migration::run(storage, site, now)?;
            let damage = meta::text(storage, meta::DAMAGE)?;
            *self.damage.borrow_mut() = damage.map(|what| (what, true));
            self.enter(storage)?;
        }
        if self.stage.get() == Stage::Migrating {
            storage.transaction(&mut |rows| {
                let mut tail = Rc::unwrap_or_clone(self.take_tail(rows)?);
                migration::step(rows, &mut tail)?;
                self.keep_tail(tail);
                Ok(Vec::new())
            })?;
            self.enter(storage)?;
        }
        Ok(())
    }

    fn enter(&self, rows: &dyn Database) -> Result<(), LogError> {
        self.stage.set(if migration::is_under_way(rows)? {
            Stage::Migrating
        } else {
            Stage::Ready
        });
        // Seeds of the version before have no alarm yet.
        self.needs_alarm.set(true);
        Ok(())
    }

    /// Answers a request that changes nothing.
    fn read(&self, rows: &dyn Database, call: &Call<'_>) -> Result<Vec<u8>, LogError> {
        let bytes = call.request;
        match call.path {
            RECORDS => write(&records::page(self, rows, &read(bytes)?)?),
            HEAD => write(&self.tail(rows)?.head(rows)?),
            TILE => {
                let tail = self.tail(rows)?;
                write(&StoredTiles::of(rows, &tail).bytes(&read(bytes)?)?)
            }
            AUDIT => write(&audit::entries(rows, read(bytes)?)?),
            HEALTH => write(&state::health(self, rows, call)?),
            ARCHIVABLE => {
                let tail = self.tail(rows)?;
                write(&archive::next(rows, &tail, read(bytes)?)?)
            }
            EXPIRED => write(&archive::expired(rows, read(bytes)?)?),
            WITNESSES => write(&witnesses::read(rows, &*self.tail(rows)?)?),
            CONSISTENCY => {
                let (old, new) = read(bytes)?;
                let tail = self.tail(rows)?;
                write(&witnesses::consistency(rows, &tail, old, new)?)
            }
            _ => Err(LogError::Path),
        }
    }

    /// Answers a request that changes something, in a transaction.
    fn write(&self, rows: &dyn Database, call: &Call<'_>) -> Result<Vec<u8>, LogError> {
        let (bytes, now) = (call.request, call.now);
        match call.path {
            APPEND => write(&append::append(self, rows, read(bytes)?, call)?),
            PROOF => write(&records::proof(self, rows, &read(bytes)?, now)?),
            ENTRIES => write(&records::bundle(self, rows, &read(bytes)?, now)?),
            EXPORT => write(&export::page(self, rows, &read(bytes)?, now)?),
            COUNTS => {
                let request: CountRequest = read(bytes)?;
                write(&LogCounts {
                    counts: counts::of_days(rows, &request, now)?,
                    log: state::json(self, rows, call)?,
                })
            }
            // Nobody is waiting for it: where events are refused, it is left out.
            SHOWN if append::refusal(self, rows, call, Action::AcceptAll).is_some() => write(&()),
            SHOWN => write(&counts::shown(rows, &read(bytes)?, now)?),
            ERASE => write(&records::erase(rows, &read(bytes)?, now)?),
            FLOOD => write(&audit::flood(rows, now)?),
            PURGE => {
                let tail = self.tail(rows)?;
                write(&purge::step(rows, &tail, read(bytes)?, now)?)
            }
            TIDY => {
                seeds::delete_old(rows, now)?;
                write(&scrub::step(self, rows)?)
            }
            ARCHIVED => write(&archive::leave(rows, &*self.tail(rows)?, &read(bytes)?)?),
            REMOVED => write(&archive::forget(rows, read(bytes)?)?),
            RESTORE => write(&archive::restore(rows, &*self.tail(rows)?, &read(bytes)?)?),
            PUBLISH => write(&witnesses::publish(rows, &read(bytes)?)?),
            _ => Err(LogError::Path),
        }
    }

    /// The end of the tree, from memory if it is that of the database.
    fn tail(&self, rows: &dyn Database) -> Result<Rc<Tail>, LogError> {
        let tail = self.take_tail(rows)?;
        self.tail.replace(Some(Rc::clone(&tail)));
        Ok(tail)
    }

    /// As [`Log::tail`], for a change: until [`Log::keep_tail`] the memory is empty.
    fn take_tail(&self, rows: &dyn Database) -> Result<Rc<Tail>, LogError> {
        let size = tree::size(rows)?;
        if let Some(tail) = self.tail.take().filter(|tail| tail.size() == size) {
            return Ok(tail);
        }
        let tail = tree::read_tail(rows, size)?;
        if let Some(published) = witnesses::published(rows)? {
            let is_same = published.size <= size
                && StoredTiles::of(rows, &tail).root(published.size)? == published.root;
            if !is_same {
                self.note_damage("the tree isn't the published one".to_owned());
            }
        }
        Ok(Rc::new(tail))
    }

    fn keep_tail(&self, tail: Tail) {
        self.tail.replace(Some(Rc::new(tail)));
    }

    /// Remembers what is damaged. From now on nothing is appended. After a page that can't be read the
    /// runtime ends the instance, and undoes what it has written: the next one must be told.
    pub(crate) fn note_damage(&self, what: String) {
        self.damage.borrow_mut().get_or_insert((what, false));
    }

    fn is_damaged(&self) -> bool {
        self.damage.borrow().is_some()
    }

    /// What is damaged.
    pub(crate) fn damage(&self) -> Option<String> {
        self.damage.borrow().as_ref().map(|(what, _)| what.clone())
    }

    /// The size of the database, in bytes, at which events of a kind are refused. Withdrawals have
    /// room of their own.
    const fn limit(&self, is_withdrawal: bool) -> u64 {
        let room = if is_withdrawal { self.limit / 50 } else { 0 };
        self.limit.saturating_add(room)
    }

    fn set_alarm_at_end(&self) {
        self.needs_alarm.set(true);
    }
}

/// The answer of a log that does nothing else.
fn refuse(path: &str, reason: NotLogged, error: LogError) -> Result<Vec<u8>, LogError> {
    match path {
        APPEND => write(&Appended::Refused(reason)),
        HEALTH => write(&Health {
            size: 0,
            refuses: Some(reason),
        }),
        _ => Err(error),
    }
}

fn write(response: &impl Serialize) -> Result<Vec<u8>, LogError> {
    Ok(postcard::to_allocvec(response)?)
}

fn read<R: DeserializeOwned>(request: &[u8]) -> Result<R, LogError> {
    Ok(postcard::from_bytes(request)?)
}
