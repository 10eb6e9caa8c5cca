//! The revision of a site: what its visitors are asked about, as a hash that fits into the consent
//! cookie.

use crate::{Digest, base64url};

/// The revision of the text with that hash: its first 48 bits as 8 characters of base64url.
pub fn revision_of(digest: &Digest) -> String {
    let [a, b, c, d, e, f, ..] = *digest.as_bytes();
    base64url(&[a, b, c, d, e, f])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_the_beginning_of_the_hash() {
        // ba7816bf8f01…
        assert_eq!(revision_of(&Digest::of(&[b"abc"])), "ungWv48B");
    }
}
