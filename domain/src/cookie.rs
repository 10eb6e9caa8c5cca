//! The consent cookie: the visitor's choice, signed by the worker and readable by the page's
//! script.
//!
//! Name: `kelisim_cc_cookie`. Value: fields with a dot between them, in one of two forms. The first
//! holds what a visitor answered. The second is what an erasure leaves where services run by
//! default: everything is refused, and nothing identifies the browser.
//!
//! ```text
//! 1.<subject>.<revision>.<choice>.<issued>.<key>.<mac>
//! 2.-.<refused>.<issued>.<key>.<mac>
//! ```
//!
//! | field | form | meaning |
//! |---|---|---|
//! | `1`, `2` | the digit | version of this format |
//! | subject | 22 characters of base64url | 16 random bytes that identify the browser |
//! | revision | 8 characters of base64url | [`crate::Manifest::revision`] that was answered |
//! | choice | one digit, `0` to `7` | granted: bit 0 functional, bit 1 analytics, bit 2 marketing |
//! | | two digits | granted, then answered, where some categories are unanswered |
//! | refused | the digit `7` | which categories are refused, with the same bits |
//! | issued | base 36, lower case, no leading zero | time of the record, seconds since 1970 |
//! | key | 1 to 3 decimal digits | number of the key that signed |
//! | mac | 22 characters of base64url | HMAC-SHA-256 with that key, its first 16 bytes |
//!
//! The MAC covers `kelisim.cookie/1` (or `/2`), a line feed, the site's host, a line feed, and the
//! value up to the dot before the MAC. The host makes a cookie of one site invalid on another that
//! has the same keys.
//!
//! An answer is in force until issued + [`crate::Manifest::choice_days`]; then the visitor is asked
//! again. What was refused stays refused until the visitor says yes, so the cookie has the longest
//! lifetime that browsers allow: [`COOKIE_DAYS`].
//!
//! A page's script reads revision, choice and issued (`parseInt(field, 36)`), or that everything is
//! refused, without checking the MAC: a script that can write the page's cookies can also load the
//! services itself. No field holds a dot, a space, a quotation mark, a comma or a semicolon.

use crate::digest::{digit, from_hex};
use crate::{Choice, SubjectId, Timestamp};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::cmp::Reverse;
use std::fmt;

/// Name of the cookie. Tools that detect consent banners search for `cc_cookie=`, so the name ends
/// with it.
pub const COOKIE_NAME: &str = "kelisim_cc_cookie";

/// `Max-Age` of the cookie, in days: the most that browsers allow (RFC 6265bis).
pub const COOKIE_DAYS: u32 = 400;

/// The most cookies named [`COOKIE_NAME`] that one request verifies: each costs an HMAC.
const MAX_CANDIDATES: usize = 8;
const MAC_BYTES: usize = 16;
/// The most base 36 digits of `issued`: enough until the year 9999.
const MAX_TIME_DIGITS: usize = 8;

/// The content of the consent cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentCookie {
    /// `None` in the cookie that an erasure leaves.
    pub source: Option<Source>,
    /// What is granted.
    pub choice: Choice,
    /// Which categories are answered. What is answered and not granted is refused.
    pub answered: Choice,
    /// Time of the choice's record, in whole seconds.
    pub issued: Timestamp,
}

/// Which browser answered, and which revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The visitor's browser.
    pub subject: SubjectId,
    /// [`crate::Manifest::revision`] at the time of the answer.
    pub revision: String,
}

impl ConsentCookie {
    /// The cookie that an erasure leaves: everything is refused, and there is no subject.
    pub const fn refusal(issued: Timestamp) -> Self {
        Self {
            source: None,
            choice: Choice::NONE,
            answered: Choice::ALL,
            issued,
        }
    }

    /// The browser that answered; `None` after an erasure.
    pub fn subject(&self) -> Option<SubjectId> {
        self.source.as_ref().map(|source| source.subject)
    }

    /// What is answered and not granted.
    pub const fn refused(&self) -> Choice {
        self.answered.without(self.choice)
    }

    /// The cookie's value, signed with the current key. `None` when there is no key, when the
    /// revision is malformed, or when something is granted that is not answered.
    pub fn sign(&self, site: &str, keys: &Keys) -> Option<String> {
        let key = keys.0.first()?;
        let issued = to_base36(self.issued.seconds());
        let mut value = match &self.source {
            Some(Source { subject, revision }) if is_revision(revision) => {
                let choice = self.written_choice()?;
                format!("1.{subject}.{revision}.{choice}.{issued}.{}", key.id)
            }
            Some(_) => return None,
            None => {
                let refused = to_digit(self.refused());
                format!("2.-.{refused}.{issued}.{}", key.id)
            }
        };
        let mac = mac(key, site, &value)?.finalize().into_bytes();
        let short = mac.get(..MAC_BYTES)?;
        value.push('.');
        value.push_str(&Base64UrlUnpadded::encode_string(short));
        Some(value)
    }

    /// Reads a value, if one of the keys signed it for this site. Expiry and revision are not
    /// checked.
    pub fn verify(value: &str, site: &str, keys: &Keys) -> Option<Self> {
        let (signed, mac_text) = value.rsplit_once('.')?;
        let fields: Vec<&str> = signed.splitn(7, '.').collect();
        let (cookie, key) = match *fields.as_slice() {
            ["1", subject, revision, choice, issued, key] if is_revision(revision) => {
                let (choice, answered) = read_choice(choice)?;
                let Ok(subject) = SubjectId::try_from(subject) else {
                    return None;
                };
                let source = Source {
                    subject,
                    revision: revision.to_owned(),
                };
                let issued = Timestamp::from_seconds(from_base36(issued)?);
                let cookie = Self {
                    source: Some(source),
                    choice,
                    answered,
                    issued,
                };
                (cookie, key)
            }
            ["2", "-", "7", issued, key] => {
                let issued = Timestamp::from_seconds(from_base36(issued)?);
                (Self::refusal(issued), key)
            }
            _ => return None,
        };
        if mac_text.len() != 22 {
            return None;
        }
        let Ok(given) = Base64UrlUnpadded::decode_vec(mac_text) else {
            return None;
        };
        let expected = mac(keys.find(key)?, site, signed)?;
        // `verify_truncated_left` compares in constant time.
        let is_genuine = expected.verify_truncated_left(&given).is_ok();
        is_genuine.then_some(cookie)
    }

    /// The consent cookie of a `Cookie` header. Where several are valid (one set for the host, one
    /// for its parent, because the site's `cookie_domain` was changed), the one issued last counts;
    /// of two of the same second the one that grants less.
    pub fn find(header: &str, site: &str, keys: &Keys) -> Option<Self> {
        values(header)
            .take(MAX_CANDIDATES)
            .filter_map(|value| Self::verify(value, site, keys))
            .max_by_key(|cookie| (cookie.issued, Reverse(to_digit(cookie.choice))))
    }

    /// The field `choice`; `None` when something is granted that is not answered.
    fn written_choice(&self) -> Option<String> {
        let Self {
            choice, answered, ..
        } = *self;
        if choice.without(answered) != Choice::NONE {
            return None;
        }
        Some(if answered == Choice::ALL {
            to_digit(choice).to_string()
        } else {
            format!("{}{}", to_digit(choice), to_digit(answered))
        })
    }
}

/// The keys that sign cookies, the current one first.
pub struct Keys(Vec<Key>);

struct Key {
    id: String,
    secret: [u8; 32],
    /// HMAC state that has already processed the key, which is half of the cost of a short message.
    mac: Hmac<Sha256>,
}

/// The text is not a list of keys. The error does not repeat it, because it is a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("keys are a list such as `2:<64 hexadecimal digits>,1:<64 hexadecimal digits>`")]
pub struct InvalidKeys;

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.0.iter().map(|key| key.id.as_str()).collect();
        write!(formatter, "Keys({})", ids.join(", "))
    }
}

impl Keys {
    /// Reads `2:<64 hexadecimal digits>,1:<64 hexadecimal digits>`. The first key signs, all of
    /// them verify: to rotate, put a new one in front; take the old one away when the last cookie
    /// it signed has expired.
    ///
    /// # Errors
    /// The list is empty, an entry has another form, or two entries have the same number.
    pub fn parse(text: &str) -> Result<Self, InvalidKeys> {
        let mut keys: Vec<Key> = Vec::new();
        for entry in text.split(',') {
            let (id, secret) = entry.trim().split_once(':').ok_or(InvalidKeys)?;
            let is_number = matches!(id.len(), 1..=3) && id.bytes().all(|b| b.is_ascii_digit());
            if !is_number || keys.iter().any(|key| key.id == id) {
                return Err(InvalidKeys);
            }
            let secret: [u8; 32] = from_hex(&secret.to_ascii_lowercase()).ok_or(InvalidKeys)?;
            let mac = Hmac::new_from_slice(&secret).map_err(|_| InvalidKeys)?;
            keys.push(Key {
                id: id.to_owned(),
                secret,
                mac,
            });
        }
        // An empty text has one empty entry and has failed above.
        Ok(Self(keys))
    }

    /// The numbers and secrets, the current one first.
    pub fn secrets(&self) -> impl Iterator<Item = (&str, [u8; 32])> {
        self.0.iter().map(|key| (key.id.as_str(), key.secret))
    }

    fn find(&self, id: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.id == id)
    }
}

/// Whether a `Cookie` header has consent cookies and all of them are signed for this site. Another
/// site below the same domain may have set some.
pub fn has_only_own_cookies(header: &str, site: &str, keys: &Keys) -> bool {
    let mut count = 0_usize;
    let are_own = values(header).all(|value| {
        count = count.saturating_add(1);
        count <= MAX_CANDIDATES && ConsentCookie::verify(value, site, keys).is_some()
    });
    are_own && count > 0
}

/// The values of a header's consent cookies.
fn values(header: &str) -> impl Iterator<Item = &str> {
    header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == COOKIE_NAME)
        .map(|(_, value)| value)
}

fn mac(key: &Key, site: &str, signed: &str) -> Option<Hmac<Sha256>> {
    let (version, _) = signed.split_once('.')?;
    let mut mac = key.mac.clone();
    for part in ["kelisim.cookie/", version, "\n", site, "\n", signed] {
        mac.update(part.as_bytes());
    }
    Some(mac)
}

fn is_revision(text: &str) -> bool {
    text.len() == 8
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// What is granted and what is answered. Each pair has one spelling.
fn read_choice(field: &str) -> Option<(Choice, Choice)> {
    let (choice, answered) = match *field.as_bytes() {
        [granted] => (from_digit(granted)?, Choice::ALL),
        [granted, answered] => (from_digit(granted)?, from_digit(answered)?),
        _ => return None,
    };
    let is_one = field.len() == 1 || answered != Choice::ALL;
    (is_one && choice.without(answered) == Choice::NONE).then_some((choice, answered))
}

fn to_digit(choice: Choice) -> u8 {
    u8::from(choice.functional)
        | (u8::from(choice.analytics) << 1)
        | (u8::from(choice.marketing) << 2)
}

fn from_digit(digit: u8) -> Option<Choice> {
    if !matches!(digit, b'0'..=b'7') {
        return None;
    }
    let bits = digit - b'0';
    Some(Choice {
        functional: bits & 1 != 0,
        analytics: bits & 2 != 0,
        marketing: bits & 4 != 0,
    })
}

fn to_base36(mut number: i64) -> String {
    let mut text = String::new();
    loop {
        // A remainder below 36 fits into a byte.
        text.insert(0, digit(number.rem_euclid(36) as u8));
        number = number.div_euclid(36);
        if number <= 0 {
            return text;
        }
    }
}

fn from_base36(text: &str) -> Option<i64> {
    if text.len() > MAX_TIME_DIGITS {
        return None;
    }
    let Ok(number) = i64::from_str_radix(text, 36) else {
        return None;
    };
    // Only the canonical form is valid: no sign, no capital, no leading zero.
    (to_base36(number) == text).then_some(number)
}

#[cfg(test)]
mod tests;
