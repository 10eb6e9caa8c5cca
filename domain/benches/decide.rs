//! What a decision about a visit takes: `cargo bench -p domain`.

#![expect(clippy::unwrap_used, reason = "what is measured is known to be right")]

use domain::{ConsentCookie, Country, Manifest, StoredConsent, Timestamp, VisitContext, decide};

fn main() {
    divan::main();
}

fn manifest() -> Manifest {
    serde_json::from_value(serde_json::json!({
        "site": "cap.kz",
        "locales": ["kk", "ru", "en"],
        "fallback": "kk",
        "ranges": {},
        "policies": ["privacy"],
        "categories": ["essential", "functional", "analytics", "marketing"],
        "revision": "aB3-_xYz",
        "scopes": {"functional": ["fun1"], "analytics": ["ana1"], "marketing": ["mar1"]},
        "revisions": {},
        "services": [],
        "shown": {},
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

fn visit(country: &str) -> VisitContext {
    VisitContext {
        country: Some(Country::try_from(country).unwrap()),
        is_eu: country == "DE",
        ..VisitContext::default()
    }
}

#[divan::bench(args = ["DE", "US", "KZ", "XX"])]
fn first_visit(bencher: divan::Bencher<'_, '_>, country: &str) {
    let (visit, manifest) = (visit(country), manifest());
    let now = Timestamp::from_seconds(2_000_000);
    // What is dropped is a part of what is measured.
    bencher.bench(|| drop(decide(&visit, &manifest, &StoredConsent::Missing, now)));
}

#[divan::bench]
fn stored_choice(bencher: divan::Bencher<'_, '_>) {
    let (visit, manifest) = (visit("DE"), manifest());
    let stored = StoredConsent::Found(ConsentCookie::refusal(Timestamp::from_seconds(1_000_000)));
    let now = Timestamp::from_seconds(2_000_000);
    bencher.bench(|| drop(decide(&visit, &manifest, &stored, now)));
}
