//! The form of `tag`, which identifies a service to its vendor: an id, or an address.

use crate::content::host::is_host;
use serde::Deserialize;

/// The form of a service's `tag`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub enum Tag {
    /// No tag: nothing is loaded.
    None,
    /// The vendor's id: a fixed prefix, then characters of an alphabet.
    Id {
        /// The prefix, such as `G-`.
        start: String,
        /// The characters after the prefix.
        alphabet: Alphabet,
        /// The number of characters after the prefix that all ids of the vendor have at least.
        #[serde(default)]
        least: usize,
    },
    /// An https address.
    Address,
}

/// Characters of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Alphabet {
    /// `0` to `9`.
    Digits,
    /// Digits and capital letters.
    Capitals,
    /// Digits and small letters.
    Small,
}

impl Alphabet {
    const fn has(self, byte: u8) -> bool {
        byte.is_ascii_digit()
            || match self {
                Self::Digits => false,
                Self::Capitals => byte.is_ascii_uppercase(),
                Self::Small => byte.is_ascii_lowercase(),
            }
    }
}

/// Maximum number of characters after the prefix; no vendor's id has as many.
const MAX_ID_LENGTH: usize = 32;

impl Tag {
    /// Whether a text has this form.
    pub fn fits(&self, text: &str) -> bool {
        match self {
            Self::None => text.is_empty(),
            Self::Id {
                start, alphabet, ..
            } => text.strip_prefix(start.as_str()).is_some_and(|rest| {
                (1..=MAX_ID_LENGTH).contains(&rest.len())
                    && rest.bytes().all(|byte| alphabet.has(byte))
            }),
            Self::Address => is_address(text),
        }
    }

    /// Whether a text of this form is shorter than any id of the vendor: part of one, or an example.
    pub fn is_short(&self, text: &str) -> bool {
        match self {
            Self::None | Self::Address => false,
            Self::Id { start, least, .. } => text.len() < start.len() + least,
        }
    }

    /// Help on a tag that doesn't fit.
    pub fn help(&self) -> String {
        match self {
            Self::None => "leave `tag` empty: nothing is loaded for this kind".to_owned(),
            Self::Id {
                start, alphabet, ..
            } => {
                let rest = match alphabet {
                    Alphabet::Digits => "digits",
                    Alphabet::Capitals => "digits and capital letters",
                    Alphabet::Small => "digits and small letters",
                };
                let start = if start.is_empty() {
                    String::new()
                } else {
                    format!("`{start}` and ")
                };
                format!("the vendor's id is {start}{rest}")
            }
            Self::Address => {
                "write the whole address: it begins with `https://` and holds no spaces, quotes or `#`"
                    .to_owned()
            }
        }
    }
}

/// An https address without user, fragment and characters that would have to be escaped.
pub(super) fn is_address(text: &str) -> bool {
    let characters = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?&=%+,;@!*()[]|$".contains(&byte));
    characters && text.len() <= 2000 && origin(text).is_some()
}

/// `https://example.org` of `https://example.org/pixel.gif`.
pub fn origin(address: &str) -> Option<String> {
    let rest = address.strip_prefix("https://")?;
    let host = rest
        .split_once(['/', '?', '#'])
        .map_or(rest, |(host, _)| host);
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    let is_port = port.parse::<u16>().is_ok_and(|number| number > 0);
    (is_host(name) && is_port).then(|| format!("https://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::vendor::ServiceKind;
    use crate::content::vendor::of;

    #[test]
    fn an_id_is_its_start_and_its_alphabet() {
        let google = &of(ServiceKind::GoogleAnalytics4).tag;
        assert!(google.fits("G-ABC123"));
        for wrong in ["", "G-", "UA-1-1", "g-abc", "G-ABC/", "G-ABC\"", "G-abc"] {
            assert!(!google.fits(wrong), "{wrong}");
        }
        assert!(of(ServiceKind::YandexMetrica).tag.fits("12345678"));
        assert!(!of(ServiceKind::YandexMetrica).tag.fits("12a"));
        assert!(of(ServiceKind::MicrosoftClarity).tag.fits("abcdef1234"));
        assert!(
            !Tag::Id {
                start: String::new(),
                alphabet: Alphabet::Digits,
                least: 0,
            }
            .fits(&"1".repeat(MAX_ID_LENGTH + 1))
        );
    }

    #[test]
    fn an_address_is_https_on_a_public_host() {
        for right in [
            "https://partner.example/pixel.gif?id=1&kind=view",
            "https://partner.example:8443/",
            "https://partner.example",
        ] {
            assert!(Tag::Address.fits(right), "{right}");
        }
        for wrong in [
            "",
            "http://partner.example/",
            "//partner.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://",
            "https://localhost/",
            "https://user@partner.example/",
            "https://user:1@partner.example/",
            "https://partner.example:0/",
            "https://partner.example:99999/",
            "https://partner.example/#part",
            "https://partner.example/a b",
            "https://partner.example/\"",
            "https://partner.example;script-src/",
            "https://Partner.example/",
            "https://-partner.example/",
            "https://*.example/",
        ] {
            assert!(!Tag::Address.fits(wrong), "{wrong}");
        }
    }
}
