//! What a decision about a visit takes: `cargo bench -p domain`.

#![expect(clippy::unwrap_used, reason = "what is measured is known to be right")]

use domain::{
    Choice, ConsentCookie, Country, Manifest, Source, SubjectId, Timestamp, VisitContext, decide,
};

fn main() {
    divan::main();
}

fn manifest() -> Manifest {
    serde_json::from_value(serde_json::json!({
        "site": "cap.kz",
        "locales": ["kk", "ru", "en"],
        "policies": ["privacy"],
        "categories": ["essential", "functional", "analytics", "marketing"],
        "revision": "aB3-_xYz",
        "shown": {},
        "choice_days": 180,
        "retention_days": 1095,
        "regimes": [],
        "cookie_domain": null,
        "origins": [],
        "cookies": [],
        "hsts_subdomains": false,
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
    bencher.bench(|| decide(&visit, &manifest, None, Timestamp::from_seconds(2_000_000)));
}

#[divan::bench]
fn stored_choice(bencher: divan::Bencher<'_, '_>) {
    let (visit, manifest) = (visit("DE"), manifest());
    let cookie = ConsentCookie {
        source: Some(Source {
            subject: SubjectId::from([7; 16]),
            revision: "aB3-_xYz".to_owned(),
        }),
        answered: Choice::ALL,
        choice: Choice::default(),
        issued: Timestamp::from_seconds(1_000_000),
    };
    bencher.bench(|| {
        decide(
            &visit,
            &manifest,
            Some(&cookie),
            Timestamp::from_seconds(2_000_000),
        )
    });
}
