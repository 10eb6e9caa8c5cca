//! Any change, wherever chance makes it.

use super::*;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_change_of_one_byte_is_found(place in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut bytes: Vec<u8> = whole(8).iter().flat_map(|line| format!("{line}\n").into_bytes()).collect();
        // The last line feed is nobody's word.
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
        let whole = whole(8);
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

proptest! {
    /// A file that claims to be a receipt, a list of them, checkpoints or keys: a receipt with a piece of it replaced, several times.
    #[test]
    fn whatever_claims_to_be_a_proof_is_refused_or_understood(
        harms in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, prop::sample::select(vec![
            "", "{", "}", "[", "]", "\"", ":", ",", "null", "-1", "1e999", "18446744073709551616", "\"entries\":", "\"record\":{}", "\\ud800", "\u{0}", "\n", "ғ",
        ])), 0..4),
    ) {
        let whole = entries(1, SITE).remove(0);
        let signature = r#"{"kid":"1","ed25519":"AAAA"}"#;
        let receipt = serde_json::to_string(&whole).unwrap().trim_end_matches('}').to_owned() + &format!(r#","signature":{signature}}}"#);
        let mut bytes = receipt.clone().into_bytes();
        for (at, length, piece) in harms {
            let at = at.index(bytes.len() + 1);
            let end = bytes.len().min(at + length);
            bytes.splice(at..end, piece.bytes());
        }
        if let Ok(read) = proof::receipts(&bytes) {
            // None of them was ever signed.
            for receipt in read {
                let keys = Keys::parse(key_set(&SEED, "1").as_bytes()).unwrap();
                prop_assert!(proof::testify(&receipt, &keys).is_err());
            }
        }
        let _ = proof::checkpoints(&bytes);
        let _ = Keys::parse(&bytes);
    }
}
