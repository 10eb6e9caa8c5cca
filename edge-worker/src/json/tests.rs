use super::*;
use crate::fixtures::{entry, manifest};
use domain::{Manifest, Record};
use proptest::prelude::*;
use std::fmt::Debug;

/// serde_json's own reading is the judge.
fn agrees<T: DeserializeOwned + PartialEq + Debug>(text: &str) {
    let judge = serde_json::from_str::<T>(text).map_err(|_| InvalidJson);
    assert_eq!(read::<T>(text.as_bytes()), judge, "{text}");
}

fn record() -> String {
    entry().record.canonical().unwrap()
}

#[test]
fn what_the_worker_reads_is_read_as_serde_json_reads_it() {
    agrees::<Record>(&record());
    agrees::<Manifest>(&serde_json::to_string(&manifest()).unwrap());
    assert!(read::<Record>(record().as_bytes()).is_ok());
    assert!(read::<Manifest>(&serde_json::to_vec(&manifest()).unwrap()).is_ok());
}

#[test]
fn what_is_unknown_doubled_or_of_another_type_is_refused() {
    let record = record();
    for (from, to) in [
        ("{\"action\"", "{\"extra\":1,\"action\""),
        ("\"gpc\":false", "\"gpc\":false,\"gpc\":false"),
        ("\"gpc\":false", "\"gpc\":null"),
        ("\"gpc\":false", "\"gpc\":0"),
        ("\"gpc\":false,", ""),
        ("\"accept_all\"", "\"accept\""),
        ("\"accept_all\"", "{\"accept_all\":null}"),
        ("\"analytics\":true", "\"analytics\":1.0"),
        ("\"analytics\":true,", ""),
    ] {
        let bad = record.replace(from, to);
        assert_ne!(bad, record, "{from}");
        assert_eq!(read::<Record>(bad.as_bytes()), Err(InvalidJson), "{bad}");
    }
    for text in ["", "{", "[]", "null", "{}x", "-1", "1e2", "\"\\ud800\""] {
        assert_eq!(read::<Record>(text.as_bytes()), Err(InvalidJson), "{text}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(parse(deep.as_bytes()), Err(InvalidJson));
}

proptest! {
    /// One byte of a record is another one, or a piece of it is missing or doubled.
    #[test]
    fn a_corrupted_record_is_read_as_serde_json_reads_it(
        at in any::<prop::sample::Index>(),
        length in 0_usize..40,
        piece in prop::sample::select(vec!["", "null", "true", "\"kk\"", "{}", "[]", "0", ",", ":", "\"action\":", "1.5", "\\u0000"]),
    ) {
        let record = record();
        let at = at.index(record.len());
        let end = record.len().min(at + length);
        let corrupted = format!("{}{piece}{}", record.get(..at).unwrap(), record.get(end..).unwrap());
        crate::fuzzed::record(corrupted.as_bytes());
    }

    #[test]
    fn any_text_is_read_back(text in ".{0,200}") {
        if parse(text.as_bytes()).is_ok() {
            prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
        }
        let json = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(parse(json.as_bytes()), Ok(Json::String(text)));
    }
}
