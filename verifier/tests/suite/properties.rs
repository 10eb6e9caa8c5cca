//! Properties: any change at a random place is found.

use crate::support::*;
use crate::tree::*;
use camino::Utf8Path;
use proptest::prelude::*;
use std::fs;
use tempfile::TempDir;
use verifier::{InputError, Options, verify};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_change_of_one_byte_is_found(place in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut bytes: Vec<u8> = log_of(8).iter().flat_map(|line| format!("{line}\n").into_bytes()).collect();
        // The last line feed belongs to no line.
        let index = place.index(bytes.len() - 1);
        let lines = bytes[..index].iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        bytes[index] ^= flip;
        let report = check_bytes(Some(&bytes), &with_keys());
        prop_assert!(!report.verified);
        let finding = report.finding.unwrap();
        // Named where it is, or where what follows shows it.
        let line = finding.line.unwrap_or(lines);
        prop_assert!(line.abs_diff(lines) <= 1, "line {line}, not {lines}: {}", finding.message);
    }

    #[test]
    fn any_line_dropped_doubled_or_moved_is_found(from in 0_usize..11, to in 0_usize..11, way in 0..3) {
        let whole = log_of(8);
        let mut lines = whole.clone();
        match way {
            0 => { lines.remove(from); }
            1 => { let line = lines[from].clone(); lines.insert(to, line); }
            _ => lines.swap(from, to),
        }
        // A checkpoint twice at its place, or left out between records, says nothing new.
        let records = |lines: &[String]| -> Vec<String> {
            lines.iter().filter(|line| line.starts_with("{\"record\"")).cloned().collect()
        };
        let is_same = records(&lines) == records(&whole);
        let report = check(&lines, &with_keys());
        prop_assert!(!report.verified || is_same, "{lines:#?}");
    }
}

/// Whatever is in a file, it is refused or proves nothing: it was never signed.
fn check_unsigned(options: &Options) -> Result<(), TestCaseError> {
    match verify(options, NOW, &mut |_, _| {}) {
        Ok(report) => prop_assert!(!report.verified),
        Err(error) => prop_assert!(matches!(error, InputError::Invalid(..)), "{error}"),
    }
    Ok(())
}

proptest! {
    /// A file that claims to be a receipt, checkpoints or keys: a receipt with a piece of it
    /// replaced, several times.
    #[test]
    fn whatever_claims_to_be_a_proof_is_refused_or_understood(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, prop::sample::select(vec![
            "", "{", "}", "[", "]", "\"", ":", ",", "null", "-1", "1e999", "18446744073709551616", "\"entries\":", "\"record\":{}", "\\ud800", "\u{0}", "\n", "ғ",
        ])), 0..4),
    ) {
        let entry = entries(1, SITE).remove(0);
        let signature = r#"{"kid":"1","ed25519":"AAAA"}"#;
        let receipt = serde_json::to_string(&entry).unwrap().trim_end_matches('}').to_owned() + &format!(r#","signature":{signature}}}"#);
        let mut bytes = receipt.into_bytes();
        for (start, length, piece) in changes {
            let start = start.index(bytes.len() + 1);
            let end = bytes.len().min(start + length);
            bytes.splice(start..end, piece.bytes());
        }
        let folder = TempDir::new().unwrap();
        let path = |name: &str| Utf8Path::from_path(folder.path()).unwrap().join(name);
        fs::write(path("file"), bytes).unwrap();
        fs::write(path("keys.json"), key_set(&SEED, "1")).unwrap();
        let with_keys = Options { keys: Some(path("keys.json")), ..Options::default() };
        check_unsigned(&Options { receipts: vec![path("file")], ..with_keys.clone() })?;
        check_unsigned(&Options { checkpoints: vec![path("file")], ..with_keys })?;
        check_unsigned(&Options { keys: Some(path("file")), ..Options::default() })?;
    }

    /// The same for what belongs to trees, which a stranger's key signed.
    #[test]
    fn whatever_claims_to_be_of_a_tree_is_refused_or_understood(
        which in 0_usize..6,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, prop::sample::select(vec![
            "", "\n", "\n\n", "— ", "=", "+", "/", " ", "0", "18446744073709551615", "18446744073709551616", "\"", "[", "]", "{", "}", ",", ":", "index ", "extra ", "quorum none", "group x all ", "ғ", "\u{0}", "\r",
        ])), 0..4),
    ) {
        let log = Log::new(3);
        let note = sign_head(&log.head(4), &OTHER_SEED, &Signers::default());
        let receipt = {
            let own = log.receipt(2, 4, &Signers::default());
            own.replace(&log.note(4, &Signers::default()).to_string(), &note.to_string())
        };
        let answer = format!(
            r#"{{"record":{},"index":2,"receipt":{}}}"#,
            log.entries[2],
            serde_json::to_string(&receipt).unwrap()
        );
        let state = format!(
            r#"{{"schema":"kelisim.monitor/1","address":"https://cap.kz","policy":"","checkpoints":[{{"note":{},"seen":"2026-11-26T09:00:00.000Z"}}]}}"#,
            serde_json::to_string(&note.to_string()).unwrap()
        );
        let texts = [
            receipt,
            answer,
            note.to_string(),
            state,
            joined(&log.export_of(1, 4, &note)),
            witnessed_policy(1),
        ];
        let mut bytes = texts[which].clone().into_bytes();
        for (start, length, piece) in changes {
            let start = start.index(bytes.len() + 1);
            let end = bytes.len().min(start + length);
            bytes.splice(start..end, piece.bytes());
        }
        let bench = Bench::new();
        let file = bench.write("file", &bytes);
        let thing = Some(bench.write("receipt", texts[0].as_bytes()));
        let options = match which {
            5 => Options { thing, policy: Some(file), ..Options::default() },
            3 => Options { thing, checkpoints: vec![file], ..bench.options.clone() },
            _ => Options { thing: Some(file), ..bench.options.clone() },
        };
        check_unsigned(&options)?;
    }
}
