//! The world around a call, for tests: a site, a log in memory that can fail, and a browser's habits.

use crate::answer::Answer;
use crate::call::Call;
use crate::log::ledger::tests::MemoryRows;
use crate::log::ledger::{self, Append, Logged, PAGE, Page};
use crate::route::place;
use crate::service::{BodyFailure, Circumstances, LogFailure, MOST_BYTES, Site, World, answer};
use domain::{Digest, Keys, Manifest, Moment};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

pub(super) const KEYS: &str = "1:1111111111111111111111111111111111111111111111111111111111111111";
pub(super) const NOW: Moment = Moment::from_seconds(1_795_167_000);

pub(crate) fn manifest() -> Manifest {
    let hash = "0".repeat(64);
    serde_json::from_value(json!({
        "site": "cap.kz",
        "locales": ["kk", "ru", "en"],
        "policies": ["privacy", "cookies"],
        "categories": ["essential", "functional", "analytics", "marketing"],
        "revision": "aB3-_xYz",
        "shown": {
            "kk": {"banner": hash, "choices": hash},
            "ru": {"banner": hash, "choices": hash},
            "en": {"banner": hash, "choices": hash},
        },
        "choice_days": 180,
        "retention_days": 1095,
        "cookie_domain": null,
        "origins": ["https://www.cap.kz"],
        "cookies": ["_ga", "_ga_*"],
    }))
    .unwrap()
}

/// A world with a log in memory, which can fail.
#[derive(Default)]
pub(super) struct TestWorld {
    pub(super) body: Vec<u8>,
    pub(super) rows: MemoryRows,
    pub(super) log_fails: Cell<bool>,
    pub(super) body_reads: Cell<u32>,
}

impl World for TestWorld {
    async fn body(&self) -> Result<Vec<u8>, BodyFailure> {
        self.body_reads.set(self.body_reads.get() + 1);
        if self.body.len() > MOST_BYTES {
            return Err(BodyFailure::TooLarge);
        }
        Ok(self.body.clone())
    }

    async fn append(&self, request: &Append) -> Result<Option<Logged>, LogFailure> {
        if self.log_fails.get() {
            return Err(LogFailure);
        }
        ledger::append(&self.rows, request.clone(), NOW, [3; 32]).map_err(|_| LogFailure)
    }

    async fn records(&self, link: &Digest, after: u64) -> Result<Page, LogFailure> {
        let entries: Vec<_> = self
            .rows
            .entries
            .borrow()
            .iter()
            .filter(|(entry, of)| of == link && entry.sequence > after)
            .map(|(entry, _)| entry.clone())
            .take(PAGE)
            .collect();
        Ok(Page {
            entries: to_raw_value(&entries).unwrap(),
            next: None,
        })
    }

    async fn is_log_reachable(&self) -> bool {
        !self.log_fails.get()
    }
}

/// Nothing in a test waits, so one poll is enough.
pub(super) fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the test world never waits"),
    }
}

pub(super) static SITE: LazyLock<Site> = LazyLock::new(|| Site {
    manifest: manifest(),
    keys: Keys::parse(KEYS).unwrap(),
});

pub(super) fn call(method: &str, path: &str) -> Call<'static> {
    let place = place(path, &SITE.manifest);
    Call::new(method.to_owned(), place, "https://cap.kz")
}

pub(super) fn post() -> Call<'static> {
    Call {
        origin: Some("https://cap.kz".to_owned()),
        content_type: Some("application/json".to_owned()),
        ..call("POST", "/api/consent")
    }
}

pub(super) fn form(path: &str) -> Call<'static> {
    Call {
        place: place(path, &SITE.manifest),
        content_type: Some("application/x-www-form-urlencoded".to_owned()),
        ..post()
    }
}

pub(super) fn accept() -> Value {
    json!({
        "id": "01890a5d-ac96-774b-bcce-b302099a8057",
        "revision": "aB3-_xYz",
        "locale": "kk",
        "surface": "banner",
        "action": "accept_all",
        "choice": {"functional": true, "analytics": true, "marketing": true},
    })
}

pub(super) fn world(body: impl ToString) -> TestWorld {
    TestWorld {
        body: body.to_string().into_bytes(),
        ..TestWorld::default()
    }
}

pub(super) fn ask(call: &Call<'_>, world: &TestWorld) -> Answer {
    let circumstances = Circumstances {
        now: NOW,
        random: [1; 16],
    };
    ready(answer(call, &SITE, world, circumstances))
}

pub(super) fn header<'a>(answer: &'a Answer, name: &str) -> Vec<&'a str> {
    let matching = answer.headers.iter().filter(|(known, _)| *known == name);
    matching.map(|(_, value)| value.as_str()).collect()
}

pub(super) fn body(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

/// The `Cookie` header that a browser sends after the answer.
pub(super) fn cookie(answer: &Answer) -> Option<String> {
    let line = *header(answer, "Set-Cookie").first()?;
    Some(line.split(';').next()?.to_owned())
}
