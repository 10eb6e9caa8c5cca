//! Short forms of hashes that fit into the consent cookie: of all that visitors are shown (the
//! revision), and of what they are asked about (scopes, and keys of services).

use crate::{Digest, base64url};

/// The revision of the text with that hash: its first 48 bits as 8 characters of base64url.
pub fn revision_of(digest: &Digest) -> String {
    let [a, b, c, d, e, f, ..] = *digest.as_bytes();
    base64url(&[a, b, c, d, e, f])
}

/// The scope with that hash: its first 24 bits as 4 characters of base64url. The scope of a category
/// is what a visitor agrees to when they grant it: its services with their providers, countries,
/// purposes and lifetimes.
pub fn scope_id(digest: &Digest) -> String {
    let [a, b, c, ..] = *digest.as_bytes();
    base64url(&[a, b, c])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_and_scopes_are_the_beginning_of_the_hash() {
        // ba7816bf8f01…
        let digest = Digest::of(&[b"abc"]);
        assert_eq!(revision_of(&digest), "ungWv48B");
        assert_eq!(scope_id(&digest), "ungW");
    }
}
