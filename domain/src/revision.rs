//! Short hashes: the revision, which names everything that visitors were shown, and those of scopes
//! and services that fit into the consent cookie.

use crate::{Digest, base64url};
use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};

/// The revision of the text with that hash: its first 48 bits as 8 characters of base64url.
pub fn revision_of(digest: &Digest) -> String {
    let [a, b, c, d, e, f, ..] = *digest.as_bytes();
    base64url(&[a, b, c, d, e, f])
}

/// The first 24 bits of a SHA-256 as 4 characters of base64url: names a scope in the consent cookie,
/// where there is no room for more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("pattern" = "^[A-Za-z0-9_-]{4}$")))]
#[serde(try_from = "String", into = "String")]
pub struct ShortHash([u8; 4]);

/// The text is not 4 characters of base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a short hash is 4 characters of base64url")]
pub struct InvalidShortHash;

impl ShortHash {
    /// What stands in a cookie for a scope that is not known. It is no hash, so it equals none.
    pub(crate) const UNKNOWN: Self = Self(*b"~~~~");

    /// The first 24 bits of the SHA-256 of the parts, one after another.
    pub fn of(parts: &[&[u8]]) -> Self {
        let [a, b, c, ..] = *Digest::of(parts).as_bytes();
        let mut short = [0; 4];
        for (place, character) in short.iter_mut().zip(base64url(&[a, b, c]).bytes()) {
            *place = character;
        }
        Self(short)
    }
}

impl TryFrom<&str> for ShortHash {
    type Error = InvalidShortHash;

    fn try_from(text: &str) -> Result<Self, InvalidShortHash> {
        let Ok(bytes) = <[u8; 4]>::try_from(text.as_bytes()) else {
            return Err(InvalidShortHash);
        };
        let is_base64url = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if bytes.iter().all(is_base64url) {
            Ok(Self(bytes))
        } else {
            Err(InvalidShortHash)
        }
    }
}

impl TryFrom<String> for ShortHash {
    type Error = InvalidShortHash;

    fn try_from(text: String) -> Result<Self, InvalidShortHash> {
        Self::try_from(text.as_str())
    }
}

impl From<ShortHash> for String {
    fn from(hash: ShortHash) -> Self {
        hash.to_string()
    }
}

impl fmt::Display for ShortHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            formatter.write_char(char::from(byte))?;
        }
        Ok(())
    }
}

impl fmt::Debug for ShortHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ShortHash({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_shortened_to_their_beginning() {
        // ba7816bf8f01…
        assert_eq!(revision_of(&Digest::of(&[b"abc"])), "ungWv48B");
        assert_eq!(ShortHash::of(&[b"a", b"bc"]).to_string(), "ungW");
    }

    #[test]
    fn a_short_hash_is_four_characters_of_base64url() {
        for text in ["ungW", "-_09"] {
            assert_eq!(ShortHash::try_from(text).unwrap().to_string(), text);
        }
        for bad in ["", "ung", "ungWv", "un.W", "~~~~", "үү"] {
            assert!(ShortHash::try_from(bad).is_err(), "{bad}");
        }
    }
}
