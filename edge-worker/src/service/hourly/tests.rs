//! A platform whose log, archive and witnesses are in memory, and the order of an hour's work.

use super::{DAY, MAX_PURGES, run};
use crate::fixtures::ready;
use crate::log::tree_messages::{
    ARCHIVABLE, ARCHIVED, Archived, CONSISTENCY, EXPIRED, Expired, FullBundle, Head, PUBLISH,
    PURGE, Publication, Published, REMOVED, RESTORE, Step, TIDY, TILE, WITNESSES, WitnessLog,
    WitnessState,
};
use crate::service::hourly_platform::{HourlyPlatform, LogPlatform, Reply, Submission};
use crate::service::tests::platform::{SITE, signature};
use crate::service::{LogFailure, Promised, Signer};
use domain::tlog::{Resource, ResourceKind, TILE_WIDTH, leaf_hash, read_bundle, write_bundle};
use domain::{Digest, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::Display;

pub(in crate::service) const NOW: Timestamp = Timestamp::from_seconds(1_795_167_000);

/// The log's archive, and what the witnesses were told and say.
#[derive(Default)]
pub(in crate::service) struct Memory {
    /// Bundles of the log, by their number, whose bodies it has.
    pub(in crate::service) inside: RefCell<BTreeMap<u64, Vec<u8>>>,
    /// Hashes of bundles that have left the log, and whether they are back.
    pub(in crate::service) outside: RefCell<BTreeMap<u64, (Digest, bool)>>,
    /// Numbers of the bundles whose retention has ended.
    pub(in crate::service) expired: RefCell<Vec<u64>>,
    /// The times for which the log was asked about it.
    pub(in crate::service) due: RefCell<Vec<Timestamp>>,
    /// The bucket.
    pub(in crate::service) bucket: RefCell<BTreeMap<String, Vec<u8>>>,
    pub(in crate::service) has_no_archive: Cell<bool>,
    /// What the log knows of witnesses.
    pub(in crate::service) published: RefCell<Option<Published>>,
    pub(in crate::service) states: RefCell<Vec<WitnessState>>,
    pub(in crate::service) archive_problem: RefCell<Option<String>>,
    pub(in crate::service) size: Cell<u64>,
    /// Answers of witnesses, the next one last, and what they were sent.
    pub(in crate::service) replies: RefCell<Vec<Result<Reply, String>>>,
    pub(in crate::service) sent: RefCell<Vec<Submission>>,
    /// All calls, and the number of the one that fails.
    pub(in crate::service) calls: RefCell<Vec<String>>,
    pub(in crate::service) fails_at: Cell<Option<usize>>,
    pub(in crate::service) reports: RefCell<Vec<String>>,
}

/// A full bundle.
pub(in crate::service) fn full_bundle(number: u64) -> Vec<u8> {
    let entries = (0..TILE_WIDTH).map(|place| format!("{{\"entry\":{}}}", number * 256 + place));
    let entries: Vec<String> = entries.collect();
    write_bundle(entries.iter().map(String::as_bytes)).unwrap()
}

fn tile(bundle: &[u8]) -> Vec<u8> {
    let entries = read_bundle(bundle).unwrap().into_iter();
    entries
        .flat_map(|entry| *leaf_hash(entry).as_bytes())
        .collect()
}

fn read<T: DeserializeOwned>(request: &[u8]) -> T {
    postcard::from_bytes(request).unwrap()
}

fn write(answer: impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(&answer).unwrap()
}

impl Memory {
    /// Counts a call and says whether it fails.
    fn count(&self, call: String) -> Result<(), LogFailure> {
        let mut calls = self.calls.borrow_mut();
        calls.push(call);
        if self.fails_at.get() == Some(calls.len()) {
            return Err(LogFailure);
        }
        Ok(())
    }

    fn answer(&self, path: &str, request: &[u8]) -> Vec<u8> {
        match path {
            TIDY => Vec::new(),
            PURGE => {
                self.due.borrow_mut().push(read(request));
                write(self.purge())
            }
            ARCHIVABLE => {
                let inside = self.inside.borrow();
                let outside = self.outside.borrow();
                let mut free = inside.iter().filter(|(key, _)| !outside.contains_key(key));
                write(free.next().map(|(number, bytes)| FullBundle {
                    number: *number,
                    bytes: bytes.clone(),
                }))
            }
            ARCHIVED => {
                let Archived { number, sha256 } = read(request);
                let bytes = self.inside.borrow_mut().remove(&number).unwrap();
                assert_eq!(Digest::of(&[&bytes]), sha256);
                self.outside.borrow_mut().insert(number, (sha256, false));
                Vec::new()
            }
            EXPIRED => {
                self.due.borrow_mut().push(read(request));
                let expired = self.expired.borrow();
                let outside = self.outside.borrow();
                let mut found = outside.iter().filter(|(key, _)| expired.contains(key));
                write(found.next().map(|(number, (_, is_restored))| Expired {
                    number: *number,
                    is_restored: *is_restored,
                }))
            }
            RESTORE => {
                let FullBundle { number, bytes } = read(request);
                let mut outside = self.outside.borrow_mut();
                let (sha256, is_restored) = outside.get_mut(&number).unwrap();
                assert_eq!(Digest::of(&[&bytes]), *sha256);
                *is_restored = true;
                self.inside.borrow_mut().insert(number, bytes);
                Vec::new()
            }
            REMOVED => {
                let gone = self.outside.borrow_mut().remove(&read::<u64>(request));
                assert!(gone.unwrap().1, "the log has it");
                Vec::new()
            }
            TILE => {
                let Resource { kind, number, .. } = read(request);
                assert_eq!(kind, ResourceKind::Tile(0));
                write(Some(tile(&full_bundle(number))))
            }
            WITNESSES => write(WitnessLog {
                head: Head {
                    size: self.size.get(),
                    root: Digest::from([9; 32]),
                    first: 1,
                },
                witnesses: self.states.borrow().clone(),
                published: self.published.borrow().clone(),
            }),
            CONSISTENCY => {
                let (old, new): (u64, u64) = read(request);
                assert!(old <= new);
                let is_empty = old == 0 || old == new;
                write(vec![Digest::from([old as u8; 32]); usize::from(!is_empty)])
            }
            PUBLISH => {
                let Publication {
                    published,
                    witnesses,
                    archive_problem,
                } = read(request);
                if published.is_some() {
                    self.published.replace(published);
                }
                self.states.replace(witnesses);
                self.archive_problem.replace(archive_problem);
                Vec::new()
            }
            _ => panic!("{path}"),
        }
    }

    /// Deletes one expired bundle.
    fn purge(&self) -> Step {
        let mut expired = self.expired.borrow_mut();
        let mut inside = self.inside.borrow_mut();
        let found = expired
            .iter()
            .position(|number| inside.contains_key(number));
        let records = found.map_or(0, |place| {
            inside.remove(&expired.remove(place)).unwrap();
            TILE_WIDTH
        });
        Step {
            records,
            has_more: expired.iter().any(|number| inside.contains_key(number)),
        }
    }
}

impl LogPlatform for Memory {
    fn send(
        &self,
        path: &'static str,
        request: Result<Vec<u8>, LogFailure>,
    ) -> Promised<'_, Result<Vec<u8>, LogFailure>> {
        let counted = self.count(path.to_owned());
        promise(counted.map(|()| self.answer(path, &request.unwrap())))
    }

    fn bundle<'a>(&'a self, name: &'a str) -> Promised<'a, Result<Option<Vec<u8>>, LogFailure>> {
        let counted = self.count(format!("get {name}"));
        promise(counted.map(|()| self.bucket.borrow().get(name).cloned()))
    }

    fn report(&self, place: &str, problem: &dyn Display) {
        self.reports
            .borrow_mut()
            .push(format!("{place}: {problem}"));
    }
}

impl Signer for Memory {
    fn sign<'a>(
        &'a self,
        key: usize,
        message: &'a str,
    ) -> Promised<'a, Result<Vec<u8>, LogFailure>> {
        promise(Ok(signature(key, message)))
    }
}

impl HourlyPlatform for Memory {
    fn has_archive(&self) -> bool {
        !self.has_no_archive.get()
    }

    fn add_bundle<'a>(
        &'a self,
        name: &'a str,
        bytes: &'a [u8],
    ) -> Promised<'a, Result<(), LogFailure>> {
        let counted = self.count(format!("add {name}"));
        promise(counted.map(|()| {
            let mut bucket = self.bucket.borrow_mut();
            let place = bucket.entry(name.to_owned());
            place.or_insert_with(|| bytes.to_vec());
        }))
    }

    fn remove_bundle<'a>(&'a self, name: &'a str) -> Promised<'a, Result<(), LogFailure>> {
        let counted = self.count(format!("remove {name}"));
        promise(counted.map(|()| {
            self.bucket.borrow_mut().remove(name);
        }))
    }

    /// Signatures that begin with the key's first byte are right.
    fn verifies<'a>(
        &'a self,
        key: &'a [u8; 32],
        message: &'a str,
        signature: &'a [u8; 64],
    ) -> Promised<'a, Result<bool, LogFailure>> {
        assert!(message.starts_with("cosignature/v1\ntime "));
        promise(Ok(signature.first() == key.first()))
    }

    fn submit<'a>(
        &'a self,
        submissions: &'a [Submission],
    ) -> Promised<'a, Vec<Result<Reply, String>>> {
        self.sent.borrow_mut().extend_from_slice(submissions);
        let mut replies = self.replies.borrow_mut();
        promise(submissions.iter().map(|_| replies.pop().unwrap()).collect())
    }
}

fn promise<'a, T: 'a>(value: T) -> Promised<'a, T> {
    Box::pin(std::future::ready(value))
}

#[test]
fn each_task_has_its_turn_whatever_fails_before() {
    let memory = Memory::default();
    memory.size.set(300);
    memory.inside.borrow_mut().insert(0, full_bundle(0));
    let done = ready(run(&SITE, &memory, NOW, NOW));
    assert_eq!((done.archived, done.size), (1, 300));
    let calls = memory.calls.take();
    let order = [TIDY, EXPIRED, PURGE, ARCHIVABLE, WITNESSES, PUBLISH];
    let places = order.map(|path| calls.iter().position(|call| call == path).unwrap());
    assert!(places.is_sorted(), "{calls:?}");
    assert!(memory.reports.take().is_empty());

    for failing in 1..=calls.len() {
        let memory = Memory::default();
        memory.size.set(300);
        memory.inside.borrow_mut().insert(0, full_bundle(0));
        memory.fails_at.set(Some(failing));
        ready(run(&SITE, &memory, NOW, NOW));
        let made = memory.calls.take();
        let skipped: Vec<_> = [TIDY, EXPIRED, ARCHIVABLE, WITNESSES]
            .into_iter()
            .filter(|path| !made.iter().any(|call| call == path))
            .collect();
        assert!(skipped.is_empty(), "{failing}: {skipped:?}");
        assert_eq!(memory.reports.take().len(), 1, "{failing}");
    }
}

#[test]
fn what_is_wrong_with_the_archive_is_noted_with_the_checkpoint_until_it_is_right() {
    let memory = Memory::default();
    memory.size.set(300);
    memory.inside.borrow_mut().insert(0, full_bundle(0));
    let name = "cap.kz/log/tile/entries/000";
    memory
        .bucket
        .borrow_mut()
        .insert(name.to_owned(), b"other".to_vec());
    ready(run(&SITE, &memory, NOW, NOW));
    let problem = memory.archive_problem.take().unwrap();
    assert!(problem.starts_with("ALARM: ") && problem.contains(name));
    assert!(memory.inside.borrow().contains_key(&0), "nothing has left");
    memory.bucket.borrow_mut().clear();
    ready(run(&SITE, &memory, NOW, NOW));
    assert_eq!(memory.archive_problem.take(), None);
}

#[test]
fn what_is_due_since_the_day_began_is_deleted_wherever_it_is_and_in_bounded_steps() {
    let memory = Memory::default();
    for number in 0..3 {
        memory
            .inside
            .borrow_mut()
            .insert(number, full_bundle(number));
    }
    let done = ready(run(&SITE, &memory, NOW, NOW));
    assert_eq!((done.archived, done.deleted), (3, 0));
    memory.inside.borrow_mut().insert(3, full_bundle(3));
    memory.expired.borrow_mut().extend([0, 1, 3]);
    memory.due.take();
    let done = ready(run(&SITE, &memory, NOW, NOW));
    assert_eq!(done.deleted, 3 * TILE_WIDTH);
    let names: Vec<_> = memory.bucket.borrow().keys().cloned().collect();
    assert_eq!(names, ["cap.kz/log/tile/entries/002"]);
    let midnight = Timestamp::from_millis(NOW.day() * DAY);
    assert!(midnight < NOW && memory.due.take().iter().all(|due| *due == midnight));

    // More than one hour's work.
    let many = u64::from(MAX_PURGES) + 10;
    for number in 10..10 + many {
        memory
            .inside
            .borrow_mut()
            .insert(number, full_bundle(number));
        memory.expired.borrow_mut().push(number);
    }
    memory.has_no_archive.set(true);
    let first = ready(run(&SITE, &memory, NOW, NOW)).deleted;
    let second = ready(run(&SITE, &memory, NOW, NOW)).deleted;
    assert_eq!(first, u64::from(MAX_PURGES) * TILE_WIDTH);
    assert_eq!(first + second, many * TILE_WIDTH);
}
