//! A hash that detects changed inputs.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// The first 128 bits of a SHA-256 over inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// The fingerprint of a sequence of texts.
    pub fn of(texts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for text in texts {
            // The lengths distinguish `ab`, `c` from `a`, `bc`.
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
        let bytes = hash.finalize().into_iter().take(16);
        Self(bytes.fold(0, |number, byte| number << 8 | u128::from(byte)))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_one_fingerprint_in_their_order() {
        let of = Fingerprint::of;
        assert_eq!(of(&["a", "b"]), of(&["a", "b"]));
        assert_ne!(of(&["a", "b"]), of(&["b", "a"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
    }
}
