//! Admin tokens, with which auditors and operators read the whole log.

use domain::Digest;

/// In bytes. Shorter tokens are ignored, because they could be guessed.
const MIN_TOKEN_LENGTH: usize = 32;

/// Digests of the admin tokens.
#[derive(Debug)]
pub(crate) struct Tokens(Vec<Digest>);

impl Tokens {
    /// Reads `token,token`. There may be several, so that one can be replaced while the other still
    /// works.
    pub(crate) fn parse(text: &str) -> Self {
        let tokens = text.split(',').map(str::trim);
        Self(
            tokens
                .filter(|token| token.len() >= MIN_TOKEN_LENGTH)
                .map(digest)
                .collect(),
        )
    }

    /// Authenticates a value of `Authorization`: the first 8 digits of the token's digest, which
    /// identify it in the audit trail and do not reveal it. Compares with every token in constant
    /// time.
    pub(crate) fn reader(&self, authorization: Option<&str>) -> Option<String> {
        let (scheme, token) = authorization?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let presented = digest(token.trim());
        let is_known = self.0.iter().fold(false, |known, token| {
            known | is_equal(token.as_bytes(), presented.as_bytes())
        });
        is_known.then(|| presented.to_string().chars().take(8).collect())
    }
}

fn digest(token: &str) -> Digest {
    Digest::of(&[b"kelisim.token/1\n", token.as_bytes()])
}

/// Constant-time comparison: no early exit, so the time does not depend on how much agrees. Should
/// a compiler add an exit, it would leak the start of a digest, which does not help to guess a
/// token.
fn is_equal(left: &[u8; 32], right: &[u8; 32]) -> bool {
    let difference = left.iter().zip(right).fold(0, |all, (a, b)| all | (a ^ b));
    difference == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "0123456789abcdef0123456789abcdef";
    const NEW: &str = "fedcba9876543210fedcba9876543210";

    #[test]
    fn every_token_of_the_list_opens_and_nothing_else_does() {
        let tokens = Tokens::parse(&format!("{NEW}, {OLD}"));
        let reader = |value: &str| tokens.reader(Some(value));
        let new = reader(&format!("Bearer {NEW}"));
        assert_eq!(new.as_ref().map(String::len), Some(8));
        assert!(!NEW.contains(&new.clone().unwrap()));
        assert_ne!(new, reader(&format!("bearer {OLD}")));
        for bad in [
            "",
            "Bearer",
            "Bearer ",
            NEW,
            &format!("Basic {NEW}"),
            &format!("Bearer {NEW}x"),
            &format!("Bearer {NEW},{OLD}"),
            &format!("Bearer {}", NEW.to_uppercase()),
        ] {
            assert_eq!(reader(bad), None, "{bad}");
        }
        assert_eq!(tokens.reader(None), None);
    }

    #[test]
    fn a_list_without_a_long_token_opens_for_nobody() {
        for list in ["", ",", "change-me", " , ,"] {
            let tokens = Tokens::parse(list);
            for token in list.split(',').chain(["", "undefined"]) {
                let value = format!("Bearer {token}");
                assert_eq!(tokens.reader(Some(&value)), None, "{list:?} {token:?}");
            }
        }
    }
}
