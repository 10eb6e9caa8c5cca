//! A site, a platform with a log in memory, and requests as a browser sends them.

use crate::auth::Tokens;
use crate::fixtures::manifest;
pub(super) use crate::fixtures::ready;
use crate::keys::{LogKeys, PublicKey, PublicKeys};
use crate::log::tests::storage::TestLog;
use crate::log::tree_messages::{
    APPEND, AUDIT, Append, Appended, AuditEntry, COUNTS, CountRequest, ENTRIES, ERASE, EXPORT,
    Entries, EntriesRequest, ExportOutcome, ExportRequest, FLOOD, HEALTH, Health, LogCounts,
    NotLogged, PROOF, Page, PageRequest, RECORDS, RecordRequest, SHOWN, Shown, TILE, WITNESSES,
    WitnessLog,
};
use crate::rate_limit::Budget;
use crate::request::{BodyFailure, ConsentRequest, MAX_BODY_BYTES};
use crate::response::{Body, Response};
use crate::route::Route;
use crate::service::{LogFailure, Platform, Promised, Recent, RequestInputs, Signer, Site, answer};
use domain::tlog::{Resource, write_bundle};
use domain::{Digest, Keys, Manifest, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::sync::LazyLock;

pub(super) const KEYS: &str = "1:1111111111111111111111111111111111111111111111111111111111111111";
pub(super) const TOKEN: &str = "0123456789abcdef0123456789abcdef";
pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_795_167_000);

/// A platform whose log can fail.
pub(super) struct TestPlatform {
    pub(super) body: Vec<u8>,
    pub(super) log: TestLog,
    pub(super) log_fails: Cell<bool>,
    pub(super) refuses: Cell<Option<NotLogged>>,
    /// The texts of all records are in the archive.
    pub(super) is_archived: Cell<bool>,
    pub(super) archive_fails: Cell<bool>,
    pub(super) archive_lies: Cell<bool>,
    /// Budgets that are used up, of the client and of the site.
    pub(super) client_over: Cell<Option<Budget>>,
    pub(super) site_over: Cell<Option<Budget>>,
    /// What requests were counted for.
    pub(super) counted: RefCell<Vec<Budget>>,
    pub(super) floods: Cell<u32>,
    pub(super) body_reads: Cell<u32>,
    pub(super) signed: Cell<u32>,
    /// How often the log was asked for what everybody may read.
    pub(super) public_calls: Cell<u32>,
    pub(super) cached: RefCell<Vec<(Resource, Vec<u8>)>>,
    pub(super) recent: RefCell<Recent>,
    /// Requests so far, from which random bytes are made.
    requests: Cell<u8>,
    /// Requests of auditors.
    pub(super) asked: RefCell<Vec<String>>,
}

impl TestPlatform {
    fn ask<A: DeserializeOwned>(
        &self,
        path: &str,
        request: &impl Serialize,
    ) -> Result<A, LogFailure> {
        if self.log_fails.get() {
            return Err(LogFailure);
        }
        self.log.try_ask(path, request).map_err(|_| LogFailure)
    }

    fn ask_publicly<A: DeserializeOwned>(
        &self,
        path: &str,
        request: &impl Serialize,
    ) -> Result<A, LogFailure> {
        self.public_calls.set(self.public_calls.get() + 1);
        self.ask(path, request)
    }

    /// Notes who asked for what.
    fn note(&self, request: &impl std::fmt::Debug) {
        self.asked.borrow_mut().push(format!("{request:?}"));
    }

    /// The texts of all entries.
    pub(super) fn texts(&self) -> Vec<String> {
        let statement = "SELECT body FROM entry ORDER BY [index]";
        let mut query = self.log.storage.connection.prepare(statement).unwrap();
        let texts = query.query_map((), |row| row.get(0)).unwrap();
        texts.map(Result::unwrap).collect()
    }

    fn archived(&self, page: Page) -> Page {
        let mut page = page;
        for entry in &mut page.entries {
            entry.record.take_if(|_| self.is_archived.get());
        }
        page
    }
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
        if let Some(reason) = self.refuses.get() {
            return Ok(Appended::Refused(reason));
        }
        let before = self.log.head().size;
        let mut appended = self.ask(APPEND, request)?;
        if let Appended::Logged(logged) = &mut appended
            && self.is_archived.get()
            && self.log.head().size == before
        {
            let text = logged.entry.record.take();
            if request.archived.is_none() {
                return Ok(Appended::Archived(logged.entry.index));
            }
            assert_eq!(text, request.archived);
        }
        Ok(appended)
    }

    async fn records(&self, request: &PageRequest) -> Result<Page, LogFailure> {
        let page = self.ask(RECORDS, request)?;
        Ok(self.archived(page))
    }

    async fn record(&self, request: &RecordRequest) -> Result<Page, LogFailure> {
        self.note(request);
        let page = self.ask(PROOF, request)?;
        Ok(self.archived(page))
    }

    async fn erase(&self, link: &Digest) -> Result<u64, LogFailure> {
        self.ask(ERASE, link)
    }

    async fn export(&self, request: &ExportRequest) -> Result<ExportOutcome, LogFailure> {
        self.note(request);
        let mut outcome = self.ask(EXPORT, request)?;
        if let ExportOutcome::Page(page) = &mut outcome {
            for record in &mut page.records {
                record.take_if(|_| self.is_archived.get());
            }
        }
        Ok(outcome)
    }

    async fn counts(&self, request: &CountRequest) -> Result<LogCounts, LogFailure> {
        self.note(request);
        self.ask(COUNTS, request)
    }

    async fn count_shown(&self, shown: &Shown) -> Result<(), LogFailure> {
        self.ask(SHOWN, shown)
    }

    async fn audit(&self, after: u64) -> Result<Vec<AuditEntry>, LogFailure> {
        self.ask(AUDIT, &after)
    }

    async fn tile(&self, resource: &Resource) -> Result<Option<Vec<u8>>, LogFailure> {
        self.ask_publicly(TILE, resource)
    }

    async fn entries(&self, request: &EntriesRequest) -> Result<Entries, LogFailure> {
        self.note(request);
        if self.is_archived.get() {
            return Ok(Entries::Archived);
        }
        self.ask(ENTRIES, request)
    }

    async fn witnesses(&self) -> Result<WitnessLog, LogFailure> {
        self.ask_publicly(WITNESSES, &())
    }

    async fn health(&self) -> Result<Health, LogFailure> {
        let health: Health = self.ask_publicly(HEALTH, &())?;
        Ok(Health {
            refuses: health.refuses.or(self.refuses.get()),
            ..health
        })
    }

    async fn note_flood(&self) {
        self.floods.set(self.floods.get() + 1);
        assert_eq!(self.ask(FLOOD, &()), Ok(()));
    }

    async fn archived_bundle(&self, number: u64) -> Result<Vec<u8>, LogFailure> {
        if self.archive_fails.get() {
            return Err(LogFailure);
        }
        let mut texts = self.texts();
        if self.archive_lies.get() {
            for text in &mut texts {
                *text = text.replace("accept_all", "reject_all");
            }
        }
        let entries = texts.iter().skip(number as usize * 256).take(256);
        Ok(write_bundle(entries.map(String::as_bytes)).unwrap())
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

impl Signer for TestPlatform {
    fn sign<'a>(
        &'a self,
        key: usize,
        message: &'a str,
    ) -> Promised<'a, Result<Vec<u8>, LogFailure>> {
        self.signed.set(self.signed.get() + 1);
        Box::pin(std::future::ready(Ok(signature(key, message))))
    }
}

/// 64 bytes that stand for a signature of a key over a message.
pub(in crate::service) fn signature(key: usize, message: &str) -> Vec<u8> {
    let half = Digest::of(&[&key.to_be_bytes(), message.as_bytes()]);
    half.as_bytes().repeat(2)
}

pub(in crate::service) static SITE: LazyLock<Site> = LazyLock::new(|| site(manifest()));

/// A deployment of a built site.
pub(in crate::service) fn site(manifest: Manifest) -> Site {
    Site {
        manifest,
        keys: Keys::parse(KEYS).unwrap(),
        tokens: Tokens::parse(TOKEN),
        log_keys: LogKeys::new("cap.kz", &public_keys(), 2).unwrap(),
        public_keys: public_keys(),
    }
}

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
        log: TestLog::new(),
        log_fails: Cell::default(),
        refuses: Cell::default(),
        is_archived: Cell::default(),
        archive_fails: Cell::default(),
        archive_lies: Cell::default(),
        client_over: Cell::default(),
        site_over: Cell::default(),
        counted: RefCell::default(),
        floods: Cell::default(),
        body_reads: Cell::default(),
        signed: Cell::default(),
        public_calls: Cell::default(),
        cached: RefCell::default(),
        recent: RefCell::default(),
        requests: Cell::default(),
        asked: RefCell::default(),
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
    platform.log.now.set(now.millis());
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
