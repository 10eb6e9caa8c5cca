//! Values that tests of several modules need.

#![expect(
    clippy::unwrap_used,
    reason = "what is fixed here is valid, or all tests fail"
)]

use domain::{
    Answer, Draft, Entry, EventId, Locale, LogHead, Manifest, SubjectId, Submission, Surface,
    Timestamp, VisitContext, draft_choice,
};
use serde_json::json;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

const NOW: Timestamp = Timestamp::from_seconds(1_795_167_000);

pub(crate) fn manifest() -> Manifest {
    let hash = "0".repeat(64);
    serde_json::from_value(json!({
        "site": "cap.kz",
        "locales": ["kk", "ru", "en"],
        "fallback": "kk",
        "ranges": {},
        "policies": ["privacy", "cookies"],
        "categories": ["essential", "functional", "analytics", "marketing"],
        "revision": "aB3-_xYz",
        "shown": {
            "kk": {"banner": hash, "choices": hash, "placeholder": hash},
            "ru": {"banner": hash, "choices": hash, "placeholder": hash},
            "en": {"banner": hash, "choices": hash, "placeholder": hash},
        },
        "choice_days": 180,
        "refusal_days": 184,
        "scopes": {"functional": ["fun0"], "analytics": ["ana1", "ana0"], "marketing": ["mar0"]},
        "revisions": {"aB3-_xYz": {"functional": "fun0", "analytics": "ana1", "marketing": "mar0"}},
        "services": [
            {"id": "chat", "category": "functional", "grants": ["chy0"], "refusal": "chn0", "own": true, "not_in": [], "hosts": []},
            {"id": "statistics", "category": "analytics", "grants": ["sty1", "sty0"], "refusal": "stn0", "own": false, "not_in": ["RU"], "hosts": []},
            {"id": "video", "category": "marketing", "grants": ["viy0"], "refusal": "vin0", "own": false, "not_in": [], "hosts": ["video.example"]},
        ],
        "retention_days": 1095,
        "regimes": [],
        "cookie_domain": null,
        "origins": ["https://www.cap.kz"],
        "cookies": ["_ga", "_ga_*"],
        "hsts_subdomains": false,
        "count_shown": false,
    }))
    .unwrap()
}

/// The event of that number, by which a visitor gives this answer.
pub(crate) fn draft(number: u8, answer: Answer) -> Draft {
    draft_of(EventId::from_random([number; 16]), answer)
}

/// The event of that id, by which a visitor gives this answer.
pub(crate) fn draft_of(id: EventId, answer: Answer) -> Draft {
    let submission = Submission {
        id,
        revision: "aB3-_xYz".to_owned(),
        locale: Locale::try_from("kk").unwrap(),
        surface: Surface::Banner,
        answer,
    };
    draft_choice(
        &submission,
        &VisitContext::default(),
        &manifest(),
        None,
        NOW,
    )
    .unwrap()
}

/// The first entry of a log.
pub(crate) fn entry() -> Entry {
    LogHead::empty("cap.kz")
        .append(
            draft(1, Answer::AcceptAll),
            &SubjectId::from([7; 16]),
            None,
            NOW,
        )
        .unwrap()
}

/// Nothing in a test waits, so one poll is enough.
#[expect(clippy::panic, reason = "a test that waits is a mistake of the test")]
pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the test platform never waits"),
    }
}
