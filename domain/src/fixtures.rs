//! Values that tests of several modules need.

use crate::{
    Answer, Country, Digest, EventId, Keys, Locale, Manifest, Submission, Surface, VisitContext,
};

pub(crate) fn keys() -> Keys {
    Keys::parse(&format!("1:{}", "1".repeat(64))).unwrap()
}

/// A site with services of all categories: `map` is functional and of another provider, `look` the
/// operator's own; `pixel` doesn't run in Russia.
pub(crate) fn manifest() -> Manifest {
    let hash = |text: &str| Digest::of(&[text.as_bytes()]).to_string();
    let service = |id: &str, category: &str, own: bool, not_in: &[&str]| {
        let short: String = id.chars().chain("____".chars()).take(3).collect();
        serde_json::json!({
            "id": id, "category": category, "grants": [format!("{short}1")],
            "refusal": format!("{short}0"), "own": own, "not_in": not_in, "hosts": [],
        })
    };
    serde_json::from_value(serde_json::json!({
        "site": "cap.kz",
        "locales": ["kk", "ru"],
        "fallback": "kk",
        "ranges": {},
        "policies": ["privacy"],
        "categories": ["essential", "functional", "analytics", "marketing"],
        "revision": "aB3-_xYz",
        "scopes": {"functional": ["fun1"], "analytics": ["ana1"], "marketing": ["mar1"]},
        "revisions": {"aB3-_xYz": {"functional": "fun1", "analytics": "ana1", "marketing": "mar1"}},
        "services": [
            service("look", "functional", true, &[]),
            service("map", "functional", false, &[]),
            service("count", "analytics", false, &[]),
            service("pixel", "marketing", false, &["RU"]),
            service("video", "marketing", false, &[]),
        ],
        "shown": {
            "kk": {"banner": hash("kk banner"), "choices": hash("kk choices"), "placeholder": hash("kk placeholder")},
            "ru": {"banner": hash("ru banner"), "choices": hash("ru choices")},
        },
        "choice_days": 180,
        "refusal_days": 184,
        "retention_days": 1095,
        "regimes": [],
        "cookie_domain": null,
        "origins": [],
        "cookies": [],
        "hsts_subdomains": false,
        "count_shown": false,
    }))
    .unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is no country is an unknown one"
)]
pub(crate) fn visit(country: &str, gpc: bool) -> VisitContext {
    VisitContext {
        country: Country::try_from(country).ok(),
        gpc,
        ..VisitContext::default()
    }
}

pub(crate) fn submission(answer: Answer) -> Submission {
    Submission {
        id: EventId::from_random([1; 16]),
        revision: "aB3-_xYz".to_owned(),
        locale: Locale::try_from("kk").unwrap(),
        surface: match answer {
            Answer::Service(..) => Surface::Placeholder,
            _ => Surface::Banner,
        },
        answer,
    }
}
