//! A site, a platform with a log in memory, and requests as a browser sends them.

use crate::auth::Tokens;
use crate::fixtures::manifest;
pub(super) use crate::fixtures::ready;
use crate::keys::{PublicKey, PublicKeys};
use crate::log::ledger::Rows as _;
use crate::log::ledger::tests::MemoryRows;
use crate::log::ledger::{self, Append, Logged, PAGE, Page};
use crate::log::messages::{
    AuditEntry, CountRequest, ExportPage, ExportRequest, LogCounts, Position, PurgeRequest,
    RawEntry,
};
use crate::request::{BodyFailure, ConsentRequest, MAX_BODY_BYTES};
use crate::response::Response;
use crate::route::Route;
use crate::service::{LogFailure, Platform, RequestInputs, Site, answer};
use domain::{Digest, Keys, LogHead, Signature, SignedCheckpoint, Timestamp};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::sync::LazyLock;

pub(super) const KEYS: &str = "1:1111111111111111111111111111111111111111111111111111111111111111";
pub(super) const TOKEN: &str = "0123456789abcdef0123456789abcdef";
pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_795_167_000);

/// A platform whose log can fail.
#[derive(Default)]
pub(super) struct TestPlatform {
    pub(super) body: Vec<u8>,
    pub(super) rows: MemoryRows,
    pub(super) log_fails: Cell<bool>,
    pub(super) is_rate_limited: Cell<bool>,
    pub(super) body_reads: Cell<u32>,
    /// Requests so far, from which random bytes are made.
    requests: Cell<u8>,
    /// Requests of auditors and stored checkpoints.
    pub(super) asked: RefCell<Vec<String>>,
}

impl Platform for TestPlatform {
    async fn body(&self) -> Result<Vec<u8>, BodyFailure> {
        self.body_reads.set(self.body_reads.get() + 1);
        if self.body.len() > MAX_BODY_BYTES {
            return Err(BodyFailure::TooLarge);
        }
        Ok(self.body.clone())
    }

    async fn append(&self, request: &Append) -> Result<Option<Logged>, LogFailure> {
        if self.log_fails.get() {
            return Err(LogFailure);
        }
        // As on the way to the log and back.
        let request = postcard::to_allocvec(request).unwrap();
        let request = postcard::from_bytes(&request).unwrap();
        let logged = ledger::append(&self.rows, request, NOW, [3; 32]).map_err(|_| LogFailure)?;
        Ok(postcard::from_bytes(&postcard::to_allocvec(&logged).unwrap()).unwrap())
    }

    async fn records(&self, link: &Digest, after: u64) -> Result<Page, LogFailure> {
        let entries: Vec<_> = self
            .rows
            .entries
            .borrow()
            .iter()
            .filter(|(entry, of)| of == link && entry.sequence > after)
            .map(|(entry, _)| RawEntry::new(entry).unwrap())
            .take(PAGE)
            .collect();
        Ok(Page {
            entries,
            next: None,
        })
    }

    async fn erase(&self, link: &Digest) -> Result<u64, LogFailure> {
        if self.log_fails.get() {
            return Err(LogFailure);
        }
        let mut erased = 0;
        for (_, of) in self.rows.entries.borrow_mut().iter_mut() {
            if of == link {
                *of = Digest::from([0; 32]);
                erased += 1;
            }
        }
        Ok(erased)
    }

    async fn export(&self, request: &ExportRequest) -> Result<ExportPage, LogFailure> {
        self.asked.borrow_mut().push(format!("{request:?}"));
        let start = self.head(&request.site).await?;
        Ok(ExportPage {
            start,
            entries: Vec::new(),
            checkpoints: Vec::new(),
            next: Some(7),
        })
    }

    async fn counts(&self, request: &CountRequest) -> Result<LogCounts, LogFailure> {
        self.asked.borrow_mut().push(format!("{request:?}"));
        Ok(LogCounts {
            counts: Vec::new(),
            log: r#"{"records":0}"#.to_owned(),
        })
    }

    async fn audit(&self, _after: u64) -> Result<Vec<AuditEntry>, LogFailure> {
        Ok(Vec::new())
    }

    async fn head(&self, site: &str) -> Result<Position, LogFailure> {
        let head = self.rows.head().map_err(|_| LogFailure)?;
        let head = head.unwrap_or_else(|| LogHead::empty(site));
        Ok(Position {
            sequence: head.sequence,
            hash: head.hash,
        })
    }

    async fn sign(&self, message: &str) -> Result<Signature, LogFailure> {
        Ok(Signature {
            kid: "1".to_owned(),
            ed25519: format!("signed {message}"),
        })
    }

    async fn purge_point(&self, _past: Timestamp) -> Result<Option<Position>, LogFailure> {
        Ok(None)
    }

    async fn purge(&self, _purge: &PurgeRequest) -> Result<u64, LogFailure> {
        Ok(0)
    }

    async fn store_checkpoint(&self, checkpoint: &SignedCheckpoint) -> Result<(), LogFailure> {
        self.asked
            .borrow_mut()
            .push(checkpoint.checkpoint.message());
        Ok(())
    }

    async fn is_rate_limited(&self) -> bool {
        self.is_rate_limited.get()
    }

    async fn is_log_reachable(&self) -> bool {
        !self.log_fails.get()
    }
}

pub(super) static SITE: LazyLock<Site> = LazyLock::new(|| Site {
    manifest: manifest(),
    keys: Keys::parse(KEYS).unwrap(),
    tokens: Tokens::parse(TOKEN),
    public_keys: PublicKeys {
        keys: vec![PublicKey::new("1", "x".to_owned())],
    },
});

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
    platform.requests.set(platform.requests.get() + 1);
    let inputs = RequestInputs {
        now: NOW,
        random: [platform.requests.get(); 16],
    };
    ready(answer(request, &SITE, platform, inputs))
}

pub(super) fn header<'a>(answer: &'a Response, name: &str) -> Vec<&'a str> {
    let matching = answer.headers.iter().filter(|(known, _)| *known == name);
    matching.map(|(_, value)| value.as_ref()).collect()
}

pub(super) fn body(answer: &Response) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

/// The `Cookie` header that a browser sends after the answer: the consent cookie and its companion.
pub(super) fn cookie(answer: &Response) -> Option<String> {
    let lines = header(answer, "Set-Cookie");
    let pairs = lines.iter().filter_map(|line| line.split(';').next());
    let own = pairs.filter(|pair| pair.contains("kelisim_") && !pair.ends_with('='));
    let sent = own.collect::<Vec<_>>().join("; ");
    (!sent.is_empty()).then_some(sent)
}
