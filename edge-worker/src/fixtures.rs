//! Values that tests of several modules need.

use domain::{
    Action, Choice, Draft, Entry, EventId, Locale, LogHead, Manifest, Regime, SubjectId, Surface,
    Timestamp,
};
use serde_json::json;

pub(crate) fn manifest() -> Manifest {
    let hash = "0".repeat(64);
    serde_json::from_value(json!({
        "site": "cap.kz",
        "locales": ["kk", "ru", "en"],
        "policies": ["privacy", "cookies"],
        "categories": ["essential", "functional", "analytics", "marketing"],
        "revision": "aB3-_xYz",
        "shown": {
            "kk": {"banner": hash, "choices": hash, "placeholder": hash},
            "ru": {"banner": hash, "choices": hash, "placeholder": hash},
            "en": {"banner": hash, "choices": hash, "placeholder": hash},
        },
        "choice_days": 180,
        "retention_days": 1095,
        "regimes": [],
        "cookie_domain": null,
        "origins": ["https://www.cap.kz"],
        "cookies": ["_ga", "_ga_*"],
        "hsts_subdomains": false,
    }))
    .unwrap()
}

pub(crate) fn draft(number: u8) -> Draft {
    Draft {
        action: Action::AcceptAll,
        choice: Choice::ALL,
        country: None,
        gpc: false,
        id: EventId::from_random([number; 16]),
        locale: Some(Locale::try_from("kk").unwrap()),
        regime: Regime::OptIn,
        retention: "P1095D".to_owned(),
        revision: "aB3-_xYz".to_owned(),
        site: "cap.kz".to_owned(),
        surface: Some(Surface::Banner),
        text: None,
        validity: "P180D".to_owned(),
    }
}

/// The first entry of a log.
pub(crate) fn entry() -> Entry {
    LogHead::empty("cap.kz")
        .append(
            draft(1),
            &SubjectId::from([7; 16]),
            None,
            Timestamp::from_seconds(1_795_167_000),
        )
        .unwrap()
}
