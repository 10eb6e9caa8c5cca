//! What must hold of everything that strangers send, whatever it is. Property tests call it with
//! pieces of what means something, and the fuzzer in `fuzz/` with what it finds out.

use crate::fixtures::manifest;
use crate::query::Query;
use crate::route::Route;
use crate::submission::{
    empty_from_json, encoding, from_form, from_json, withdrawal_from_form, withdrawal_from_json,
};
use crate::{form, json, language};
use domain::{EventId, Purpose, Record};
use serde_json::Value;

fn id() -> EventId {
    EventId::from_random([9; 16])
}

/// The body of a request, read in every way.
pub fn body(body: &[u8]) {
    let manifest = manifest();
    let judge = serde_json::from_slice::<Value>(body);
    if let Ok(submission) = from_json(body, &manifest) {
        assert!(judge.is_ok());
        assert!(EventId::try_from(submission.submission.id.as_str()).is_ok());
    }
    for path in [
        from_form(body, id()).map(|form| form.return_path),
        withdrawal_from_form(body, id()).map(|form| form.return_path),
    ]
    .into_iter()
    .flatten()
    {
        assert!(path.starts_with('/') && !path.starts_with("//"), "{path}");
        assert!(
            path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\'),
            "{path}"
        );
    }
    if withdrawal_from_json(body, id()).is_ok() {
        assert!(body.is_empty() || judge.is_ok());
    }
    let is_empty = body.is_empty() || judge.is_ok_and(|value| value == serde_json::json!({}));
    assert_eq!(empty_from_json(body).is_ok(), is_empty);
    if let Some(fields) = form::read(body) {
        for (place, (name, _)) in fields.iter().enumerate() {
            assert!(
                fields
                    .iter()
                    .skip(place + 1)
                    .all(|(other, _)| other != name)
            );
        }
    }
}

/// A record as the log reads it back: serde_json is the judge.
pub fn record(bytes: &[u8]) {
    let judge = serde_json::from_slice::<Record>(bytes).map_err(|_| json::InvalidJson);
    assert_eq!(json::read::<Record>(bytes), judge);
    if json::parse(bytes).is_ok() {
        assert!(serde_json::from_slice::<Value>(bytes).is_ok());
    }
}

/// The path and the query of an address, and headers.
pub fn address(text: &str) {
    let manifest = manifest();
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    // A site's own page answers a path that is none of the API's.
    assert!(path.starts_with('/') || Route::of(path, &manifest) == Route::default());
    let known = ["from", "to", "cursor", "limit", "format", "end", "index"];
    drop(Query::read(query, &known));
    drop(encoding(Some(text)));
    for purpose in [Purpose::Document, Purpose::Consent] {
        let locale = language::preferred(Some(text), &manifest, purpose);
        assert!(locale.is_some_and(|locale| manifest.shown.get(locale).is_some()));
    }
}
