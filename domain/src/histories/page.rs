//! The histories of the test of the page's script.

use super::events::events;
use super::world::World;
use crate::fixtures::keys;
use crate::{COOKIE_NAME, Category, ConsentCookie, Manifest, StoredConsent, VecMap};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

/// What the page's script must decide from the cookie alone, without knowing country and signal.
fn of_cookie_alone(world: &World, cookies: &str) -> serde_json::Value {
    let manifest = &world.manifest;
    let stored = ConsentCookie::find(cookies, manifest, &keys());
    let used = |category: &Category| manifest.categories.contains(category);
    let mut categories = serde_json::Map::new();
    let mut services = serde_json::Map::new();
    let is_conflict = matches!(stored, StoredConsent::Conflict(_));
    let mut must_ask = true;
    if let StoredConsent::Found(cookie) = &stored {
        let granted = crate::decide::granted(cookie, manifest, world.now);
        let old = cookie.refused_at.plus_days(manifest.refusal_days) <= world.now;
        must_ask = false;
        for category in Category::OPTIONAL.into_iter().filter(used) {
            let state = if granted.grants(category) {
                "yes"
            } else if cookie.refused.grants(category) {
                must_ask |= old;
                "no"
            } else {
                must_ask = true;
                "open"
            };
            categories.insert(category.as_str().to_owned(), state.into());
        }
        for service in manifest.services.iter().filter(|one| used(&one.category)) {
            let exception = crate::decide::exception(cookie, service, manifest, world.now);
            if let Some(runs) = exception {
                services.insert(service.id.clone(), runs.into());
            }
            // Only the server knows the country.
            let runs = exception.unwrap_or_else(|| granted.grants(service.category));
            must_ask |= runs && !service.not_in.is_empty();
        }
    } else {
        for category in Category::OPTIONAL.into_iter().filter(used) {
            categories.insert(category.as_str().to_owned(), "open".into());
        }
    }
    serde_json::json!({
        "categories": categories, "services": services, "conflict": is_conflict, "ask": must_ask,
    })
}

/// What a page knows from the banner's markup.
fn facts(manifest: &Manifest) -> serde_json::Value {
    let used = |category: &Category| manifest.categories.contains(category);
    let scopes = manifest
        .scopes
        .iter()
        .filter(|(category, _)| used(category));
    let services = manifest
        .services
        .iter()
        .filter(|service| used(&service.category));
    let services = services.map(|service| {
        serde_json::json!({
            "id": service.id, "category": service.category, "grants": service.grants,
            "refusal": service.refusal, "own": service.own, "notIn": service.not_in,
        })
    });
    serde_json::json!({
        "days": manifest.choice_days,
        "refusalDays": manifest.refusal_days,
        "scopes": VecMap::from_iter(scopes.cloned()),
        "services": services.collect::<Vec<_>>(),
    })
}

#[test]
fn the_test_of_the_pages_script_has_these_histories() {
    let mut runner = TestRunner::deterministic();
    let histories = prop::collection::vec(events(), 1..40);
    let mut lines = Vec::new();
    while lines.len() < 60 {
        let history = histories.new_tree(&mut runner).unwrap().current();
        let mut world = World::new();
        for event in &history {
            world.step(event);
        }
        let (own, other) = (&world.browser.cookie, &world.other.cookie);
        let sent = match (own, other) {
            (Some(own), Some(other)) if lines.len() % 4 == 0 => vec![own, other],
            (Some(own), _) => vec![own],
            // There is little to learn from a visitor without a cookie.
            (None, _) if lines.len() % 20 == 0 => Vec::new(),
            (None, _) => continue,
        };
        let cookies = sent.iter().map(|value| format!("{COOKIE_NAME}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        let case = serde_json::json!({
            "cookies": cookies,
            "facts": facts(&world.manifest),
            "now": world.now.millis(),
            "expected": of_cookie_alone(&world, &cookies),
        });
        lines.push(case.to_string());
    }
    let text = format!("[\n{}\n]\n", lines.join(",\n"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/theme/histories.json");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap();
    assert!(found == text, "run `UPDATE_DOCS=1 cargo test -p domain`");
}
