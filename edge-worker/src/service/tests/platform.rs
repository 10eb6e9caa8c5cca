//! A site, a platform with a log in memory, and requests as a browser sends them.

use crate::auth::Tokens;
use crate::fixtures::manifest;
use crate::keys::{LogKeys, PublicKey, PublicKeys};
use crate::log::tree_messages::{
    Append, Appended, AuditEntry, CountRequest, Entries, EntriesRequest, ExportOutcome, ExportPage,
    ExportPart, ExportRequest, ExportStart, Head, Health, LogCounts, Logged, NotLogged, Page,
    PageRequest, ProvenEntry, Published, RecordRequest, Shown, Step, WitnessLog, WitnessState,
};
use crate::rate_limit::Budget;
use crate::request::{BodyFailure, ConsentRequest, MAX_BODY_BYTES};
use crate::response::{Body, Response};
use crate::route::Route;
use crate::service::{LogFailure, Platform, Recent, RequestInputs, Site, answer};
use domain::tlog::{
    Edge, FirstEntry, Resource, ResourceKind, Tiles, consistency_proof, edge, inclusion_proof,
    leaf_hash, write_bundle,
};
use domain::{Action, Digest, EventId, Keys, Record, SubjectId, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

pub(super) const KEYS: &str = "1:1111111111111111111111111111111111111111111111111111111111111111";
pub(super) const TOKEN: &str = "0123456789abcdef0123456789abcdef";
pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_795_167_000);

/// An entry of the log in memory.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) text: String,
    id: Option<EventId>,
    link: Option<Digest>,
}

/// The entries of a log, the first one included.
#[derive(Debug)]
pub(super) struct MemoryLog(pub(super) Vec<Stored>);

impl Default for MemoryLog {
    fn default() -> Self {
        Self(vec![Stored {
            text: FirstEntry::new("cap.kz", None).canonical().unwrap(),
            id: None,
            link: None,
        }])
    }
}

impl Tiles for MemoryLog {
    type Error = Infallible;

    fn tile(&self, level: u8, number: u64, width: u64) -> Result<Vec<Digest>, Infallible> {
        let below = 256_usize.pow(u32::from(level));
        let subtrees = self.0.chunks(below).skip(number as usize * 256);
        let roots = subtrees.map(|entries| {
            let mut subtree = Edge::empty();
            for entry in entries {
                subtree.push(leaf_hash(entry.text.as_bytes()));
            }
            subtree.root()
        });
        Ok(roots.take(width as usize).collect())
    }
}

impl MemoryLog {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    pub(super) fn root(&self, size: u64) -> Digest {
        edge(self, size).unwrap().root()
    }

    fn proven(&self, index: u64, size: u64) -> ProvenEntry {
        let text = &self.0[index as usize].text;
        ProvenEntry {
            index,
            record: Some(text.clone()),
            leaf: leaf_hash(text.as_bytes()),
            size,
            path: inclusion_proof(self, index, size).unwrap(),
        }
    }

    /// The last entry of a link.
    fn latest(&self, link: &Digest) -> Option<(u64, &Stored)> {
        let numbered = (0..).zip(&self.0);
        numbered
            .filter(|(_, entry)| entry.link.as_ref() == Some(link))
            .last()
    }

    fn append(&mut self, request: &Append) -> Option<(u64, SubjectId)> {
        let newcomer = SubjectId::from(*request.secret.as_bytes().first_chunk::<16>().unwrap());
        let draft = &request.draft;
        let known = self
            .0
            .iter()
            .position(|entry| entry.id.as_ref() == Some(draft.id()));
        if let Some(index) = known {
            let record: Record = serde_json::from_str(&self.0[index].text).unwrap();
            let candidates = request.subject.into_iter().chain([newcomer]);
            let owner = candidates
                .filter(|_| draft.is_same_event(&record))
                .find(|subject| subject.commitment(draft.id()) == record.commitment);
            return owner.map(|subject| (index as u64, subject));
        }
        let subject = request.subject.unwrap_or(newcomer);
        let link = subject.link();
        let latest = self.latest(&link).and_then(|(_, entry)| entry.id.clone());
        let latest = latest.filter(|_| draft.action() == Action::Withdraw);
        let record = draft.clone().complete(&subject, NOW, latest);
        self.0.push(Stored {
            text: record.canonical().unwrap(),
            id: Some(record.id),
            link: Some(link),
        });
        Some((self.size() - 1, subject))
    }
}

/// A platform whose log can fail.
#[derive(Default)]
pub(super) struct TestPlatform {
    pub(super) body: Vec<u8>,
    pub(super) log: RefCell<MemoryLog>,
    pub(super) log_fails: Cell<bool>,
    pub(super) refuses: Cell<Option<NotLogged>>,
    /// The texts of all records are in the archive.
    pub(super) is_archived: Cell<bool>,
    pub(super) archive_fails: Cell<bool>,
    pub(super) archive_lies: Cell<bool>,
    pub(super) is_purged: Cell<bool>,
    pub(super) published: RefCell<Option<Published>>,
    /// Budgets that are used up, of the client and of the site.
    pub(super) client_over: Cell<Option<Budget>>,
    pub(super) site_over: Cell<Option<Budget>>,
    /// What the client's requests were counted for.
    pub(super) counted: RefCell<Vec<Budget>>,
    pub(super) floods: Cell<u32>,
    pub(super) body_reads: Cell<u32>,
    pub(super) signed: Cell<u32>,
    /// How often the log was asked for what everybody may read.
    pub(super) public_calls: Cell<u32>,
    pub(super) cached: RefCell<Vec<(Resource, Vec<u8>)>>,
    pub(super) shown: RefCell<Vec<Shown>>,
    pub(super) recent: RefCell<Recent>,
    /// Requests so far, from which random bytes are made.
    requests: Cell<u8>,
    /// Requests of auditors.
    pub(super) asked: RefCell<Vec<String>>,
}

impl TestPlatform {
    fn check(&self) -> Result<(), LogFailure> {
        if self.log_fails.get() {
            Err(LogFailure)
        } else {
            Ok(())
        }
    }

    pub(super) fn head(&self) -> Head {
        let log = self.log.borrow();
        Head {
            size: log.size(),
            root: log.root(log.size()),
            first: 1,
        }
    }

    fn page(&self, indices: &[u64]) -> Page {
        let (head, log) = (self.head(), self.log.borrow());
        let published = self.published.borrow().clone();
        let entries = indices.iter().map(|index| {
            let cosigned = published.as_ref().map(|published| published.size);
            let size = cosigned.filter(|size| index < size).unwrap_or(head.size);
            let mut entry = log.proven(*index, size);
            if self.is_archived.get() {
                entry.record = None;
            }
            entry
        });
        let entries = entries.collect();
        Page {
            head,
            published,
            entries,
            next: None,
        }
    }

    /// Notes who asked for what.
    fn note(&self, request: &impl std::fmt::Debug) {
        self.asked.borrow_mut().push(format!("{request:?}"));
    }
}

/// As on the way to the log or back.
fn sent<T: Serialize + DeserializeOwned>(message: &T) -> T {
    postcard::from_bytes(&postcard::to_allocvec(message).unwrap()).unwrap()
}

impl Platform for TestPlatform {
    async fn body(&self) -> Result<Vec<u8>, BodyFailure> {
        self.body_reads.set(self.body_reads.get() + 1);
        if self.body.len() > MAX_BODY_BYTES {
            return Err(BodyFailure::TooLarge);
        }
        Ok(self.body.clone())
    }

    async fn append(&self, request: &Append) -> Result<Appended, LogFailure> {
        self.check()?;
        let request = sent(request);
        if let Some(reason) = self.refuses.get() {
            return Ok(Appended::Refused(reason));
        }
        let mut log = self.log.borrow_mut();
        let before = log.size();
        let Some((index, subject)) = log.append(&request) else {
            return Ok(Appended::Taken);
        };
        let is_new = log.size() > before;
        if self.is_archived.get() && !is_new && request.archived.is_none() {
            return Ok(Appended::Archived(index));
        }
        let mut entry = log.proven(index, log.size());
        if self.is_archived.get() && !is_new {
            assert_eq!(entry.record, request.archived);
            entry.record = None;
        }
        Ok(sent(&Appended::Logged(Logged {
            root: log.root(log.size()),
            is_latest: log
                .latest(&subject.link())
                .is_some_and(|(last, _)| last == index),
            entry,
            subject,
        })))
    }

    async fn records(&self, request: &PageRequest) -> Result<Page, LogFailure> {
        self.check()?;
        let request: PageRequest = sent(request);
        let log = self.log.borrow();
        let numbered = (0..).zip(&log.0);
        let own = numbered.filter(|(_, entry)| entry.link == Some(request.link));
        let mut own: Vec<u64> = own.map(|(index, _)| index).collect();
        own.retain(|index| *index > request.after);
        if request.newest {
            own = own.last().copied().into_iter().collect();
        }
        drop(log);
        Ok(sent(&self.page(&own)))
    }

    async fn record(&self, request: &RecordRequest) -> Result<Page, LogFailure> {
        self.note(request);
        let is_there = request.index < self.log.borrow().size();
        let found: Vec<_> = is_there.then_some(request.index).into_iter().collect();
        Ok(sent(&self.page(&found)))
    }

    async fn erase(&self, link: &Digest) -> Result<u64, LogFailure> {
        self.check()?;
        let mut erased = 0;
        for entry in &mut self.log.borrow_mut().0 {
            if entry.link == Some(*link) {
                entry.link = None;
                erased += 1;
            }
        }
        Ok(erased)
    }

    async fn export(&self, request: &ExportRequest) -> Result<ExportOutcome, LogFailure> {
        self.note(request);
        if self.is_purged.get() {
            return Ok(ExportOutcome::Purged);
        }
        let (head, log) = (self.head(), self.log.borrow());
        let (first, end) = match request.part {
            ExportPart::First(_) => (1, head.size),
            ExportPart::Next { from, end } => (from, end),
        };
        let until = end.min(first + request.limit);
        let text = |index: u64| log.0[index as usize].text.clone();
        let is_archived = self.is_archived.get();
        let start = matches!(request.part, ExportPart::First(_)).then(|| ExportStart {
            edge: edge(&*log, first).unwrap().hashes().to_vec(),
            consistency: consistency_proof(&*log, end, head.size).unwrap(),
            log: text(0),
            log_proof: inclusion_proof(&*log, 0, head.size).unwrap(),
            published: self.published.borrow().clone(),
            head,
        });
        Ok(sent(&ExportOutcome::Page(ExportPage {
            start,
            first,
            end,
            records: (first..until)
                .map(|index| Some(text(index)).filter(|_| !is_archived))
                .collect(),
            next: Some(until).filter(|until| *until < end),
        })))
    }

    async fn counts(&self, request: &CountRequest) -> Result<LogCounts, LogFailure> {
        self.note(request);
        Ok(LogCounts {
            counts: Vec::new(),
            log: r#"{"records":0}"#.to_owned(),
        })
    }

    async fn count_shown(&self, shown: &Shown) -> Result<(), LogFailure> {
        self.shown.borrow_mut().push(sent(shown));
        Ok(())
    }

    async fn audit(&self, _after: u64) -> Result<Vec<AuditEntry>, LogFailure> {
        Ok(Vec::new())
    }

    async fn tile(&self, resource: &Resource) -> Result<Option<Vec<u8>>, LogFailure> {
        self.check()?;
        self.public_calls.set(self.public_calls.get() + 1);
        let Resource {
            kind,
            number,
            width,
        } = *resource;
        let ResourceKind::Tile(level) = kind else {
            panic!("entries are not asked for here");
        };
        let log = self.log.borrow();
        let full = log.size() >> (8 * level);
        let hashes = log.tile(level, number, width).unwrap();
        let is_there = full >= number * 256 + width;
        Ok(is_there.then(|| hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()))
    }

    async fn entries(&self, request: &EntriesRequest) -> Result<Entries, LogFailure> {
        self.note(request);
        if self.is_archived.get() {
            return Ok(Entries::Archived);
        }
        let bundle = self.archived_bundle(request.resource.number).await?;
        Ok(Entries::Bundle(bundle))
    }

    async fn witnesses(&self) -> Result<WitnessLog, LogFailure> {
        self.check()?;
        self.public_calls.set(self.public_calls.get() + 1);
        let state = |name: &str| WitnessState {
            name: name.to_owned(),
            size: 1,
            time: Some(NOW),
            problem: None,
        };
        Ok(sent(&WitnessLog {
            head: self.head(),
            witnesses: vec![state("auditor"), state("dismissed")],
            published: self.published.borrow().clone(),
        }))
    }

    async fn health(&self) -> Result<Health, LogFailure> {
        self.check()?;
        self.public_calls.set(self.public_calls.get() + 1);
        Ok(Health {
            size: self.head().size,
            refuses: self.refuses.get(),
        })
    }

    async fn note_flood(&self) {
        self.floods.set(self.floods.get() + 1);
    }

    async fn purge(&self, _past: Timestamp) -> Result<Step, LogFailure> {
        let asked = self.asked.borrow().len();
        self.note(&"purge");
        Ok(Step {
            records: 2000,
            has_more: asked < 2,
        })
    }

    async fn archived_bundle(&self, number: u64) -> Result<Vec<u8>, LogFailure> {
        if self.archive_fails.get() {
            return Err(LogFailure);
        }
        let log = self.log.borrow();
        let entries = log.0.iter().skip(number as usize * 256).take(256);
        let texts: Vec<_> = entries
            .map(|entry| match self.archive_lies.get() {
                true => entry.text.replace("accept_all", "reject_all"),
                false => entry.text.clone(),
            })
            .collect();
        Ok(write_bundle(texts.iter().map(String::as_bytes)).unwrap())
    }

    async fn sign(&self, key: usize, message: &str) -> Result<Vec<u8>, LogFailure> {
        self.signed.set(self.signed.get() + 1);
        Ok(signature(key, message))
    }

    async fn cached(&self, resource: &Resource) -> Option<Vec<u8>> {
        let cached = self.cached.borrow();
        let found = cached.iter().find(|(known, _)| known == resource);
        found.map(|(_, tile)| tile.clone())
    }

    async fn cache(&self, resource: &Resource, tile: &[u8]) {
        self.cached.borrow_mut().push((*resource, tile.to_vec()));
    }

    async fn is_client_over(&self, budget: Budget) -> bool {
        self.counted.borrow_mut().push(budget);
        self.client_over.get() == Some(budget)
    }

    async fn is_site_over(&self, budget: Budget) -> bool {
        self.site_over.get() == Some(budget)
    }

    fn recent(&self) -> &RefCell<Recent> {
        &self.recent
    }
}

/// 64 bytes that stand for a signature of a key over a message.
pub(super) fn signature(key: usize, message: &str) -> Vec<u8> {
    let half = Digest::of(&[&key.to_be_bytes(), message.as_bytes()]);
    half.as_bytes().repeat(2)
}

/// Nothing in a test waits, so one poll is enough.
pub(super) fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the test platform never waits"),
    }
}

pub(super) static SITE: LazyLock<Site> = LazyLock::new(|| Site {
    manifest: manifest(),
    keys: Keys::parse(KEYS).unwrap(),
    tokens: Tokens::parse(TOKEN),
    log_keys: LogKeys::new("cap.kz", &public_keys(), 2).unwrap(),
    public_keys: public_keys(),
});

/// Two keys that sign, and one that did.
fn public_keys() -> PublicKeys {
    let point = |byte: u8| domain::base64url(&[byte; 32]);
    PublicKeys {
        keys: vec![
            PublicKey::new("3", point(3)),
            PublicKey::new("2", point(2)),
            PublicKey::new("1", point(1)),
        ],
    }
}

pub(super) fn request(method: &str, path: &str) -> ConsentRequest<'static> {
    let route = Route::of(path, &SITE.manifest);
    ConsentRequest::new(method.to_owned(), route, "https://cap.kz")
}

pub(super) fn post() -> ConsentRequest<'static> {
    ConsentRequest {
        origin: Some("https://cap.kz".to_owned()),
        content_type: Some("application/json".to_owned()),
        ..request("POST", "/api/consent")
    }
}

pub(super) fn form(path: &str) -> ConsentRequest<'static> {
    ConsentRequest {
        route: Route::of(path, &SITE.manifest),
        content_type: Some("application/x-www-form-urlencoded".to_owned()),
        ..post()
    }
}

pub(super) fn accept() -> Value {
    json!({
        "id": "01890a5d-ac96-774b-bcce-b302099a8057",
        "secret": "AAAAAAAAAAAAAAAAAAAAAA",
        "revision": "aB3-_xYz",
        "locale": "kk",
        "surface": "banner",
        "action": "accept_all",
        "choice": {"functional": true, "analytics": true, "marketing": true},
    })
}

pub(super) fn platform(body: impl ToString) -> TestPlatform {
    TestPlatform {
        body: body.to_string().into_bytes(),
        ..TestPlatform::default()
    }
}

pub(super) fn ask(request: &ConsentRequest<'_>, platform: &TestPlatform) -> Response {
    ask_at(request, &SITE, platform, NOW)
}

/// The same of another site, at another time.
pub(super) fn ask_at(
    request: &ConsentRequest<'_>,
    site: &Site,
    platform: &TestPlatform,
    now: Timestamp,
) -> Response {
    platform.requests.set(platform.requests.get() + 1);
    let inputs = RequestInputs {
        now,
        random: [platform.requests.get(); 16],
    };
    ready(answer(request, site, platform, inputs))
}

pub(super) fn header<'a>(answer: &'a Response, name: &str) -> Vec<&'a str> {
    let matching = answer.headers.iter().filter(|(known, _)| *known == name);
    matching.map(|(_, value)| value.as_ref()).collect()
}

pub(super) fn body(answer: &Response) -> Value {
    serde_json::from_str(text(answer)).unwrap()
}

pub(super) fn text(answer: &Response) -> &str {
    match &answer.body {
        Body::Text(text) => text,
        Body::Bytes(_) => panic!("the answer is bytes"),
    }
}

/// The `Cookie` header that a browser sends after the answer: the consent cookie and its companion.
pub(super) fn cookie(answer: &Response) -> Option<String> {
    let lines = header(answer, "Set-Cookie");
    let pairs = lines.iter().filter_map(|line| line.split(';').next());
    let own = pairs.filter(|pair| pair.contains("kelisim_") && !pair.ends_with('='));
    let sent = own.collect::<Vec<_>>().join("; ");
    (!sent.is_empty()).then_some(sent)
}
