//! Keys that sign cookies: HMAC-SHA-256, cut to its first 16 bytes. The MAC covers a context, a line
//! feed, the site's host, a line feed, and the value up to the dot before the MAC. The context keeps
//! one kind of value from passing for another, the host one site's cookie from another site that has
//! the same keys.

use crate::digest::from_hex;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

const MAC_BYTES: usize = 16;
/// Of base64url without padding.
const MAC_CHARACTERS: usize = 22;

/// The keys that sign cookies, the current one first.
pub struct Keys(Vec<Key>);

pub(crate) struct Key {
    pub(crate) id: String,
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

    /// The value with key number and MAC behind it: `<value>.<key>.<mac>`. `None` when there is no
    /// key.
    pub(crate) fn sign(&self, context: &str, site: &str, value: &str) -> Option<String> {
        let key = self.0.first()?;
        let signed = format!("{value}.{}", key.id);
        let mac = key.mac(context, site, &signed).finalize().into_bytes();
        let short = Base64UrlUnpadded::encode_string(mac.get(..MAC_BYTES)?);
        Some(format!("{signed}.{short}"))
    }

    /// What stands before key number and MAC, if one of the keys signed it for this site and
    /// context.
    pub(crate) fn verify<'v>(&self, context: &str, site: &str, value: &'v str) -> Option<&'v str> {
        let (signed, mac_text) = value.rsplit_once('.')?;
        let (content, id) = signed.rsplit_once('.')?;
        let key = self.0.iter().find(|key| key.id == id)?;
        if mac_text.len() != MAC_CHARACTERS {
            return None;
        }
        let Ok(given) = Base64UrlUnpadded::decode_vec(mac_text) else {
            return None;
        };
        // `verify_truncated_left` compares in constant time.
        let is_genuine = key
            .mac(context, site, signed)
            .verify_truncated_left(&given)
            .is_ok();
        is_genuine.then_some(content)
    }
}

impl Key {
    fn mac(&self, context: &str, site: &str, signed: &str) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        for part in [context, "\n", site, "\n", signed] {
            mac.update(part.as_bytes());
        }
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "1:1111111111111111111111111111111111111111111111111111111111111111";
    const NEW: &str = "2:2222222222222222222222222222222222222222222222222222222222222222";

    fn keys(text: &str) -> Keys {
        Keys::parse(text).unwrap()
    }

    #[test]
    fn malformed_keys_are_refused_and_never_printed() {
        let short = OLD.strip_suffix('1').unwrap();
        for bad in [
            "".to_owned(),
            "1".to_owned(),
            short.to_owned(),
            format!("{OLD},"),
            format!("{OLD},{OLD}"),
            format!("x{OLD}"),
            OLD.replace(':', ""),
            OLD.replacen('1', "", 1),
            OLD.replacen('1', "1000", 1),
        ] {
            assert!(Keys::parse(&bad).is_err(), "{bad}");
        }
        assert!(Keys::parse(&format!(" {NEW} ,\n{OLD}\n")).is_ok());
        assert_eq!(format!("{:?}", keys(OLD)), "Keys(1)");
    }

    #[test]
    fn keys_rotate_without_making_old_values_worthless() {
        let both = keys(&format!("{NEW},{OLD}"));
        let before = keys(OLD).sign("c", "cap.kz", "v").unwrap();
        assert_eq!(both.verify("c", "cap.kz", &before), Some("v"));
        let after = both.sign("c", "cap.kz", "v").unwrap();
        assert!(after.starts_with("v.2."), "the first key signs: {after}");
        assert_eq!(keys(OLD).verify("c", "cap.kz", &after), None);
        assert_eq!(keys(NEW).verify("c", "cap.kz", &before), None);
    }

    #[test]
    fn a_value_counts_for_its_site_and_context_only() {
        let value = keys(OLD).sign("c", "cap.kz", "v").unwrap();
        assert_eq!(keys(OLD).verify("c", "cap.kz", &value), Some("v"));
        assert_eq!(keys(OLD).verify("d", "cap.kz", &value), None);
        assert_eq!(keys(OLD).verify("c", "smartustaz.kz", &value), None);
        for cut in 1..=MAC_CHARACTERS {
            let forged = value.get(..value.len() - cut).unwrap();
            assert_eq!(keys(OLD).verify("c", "cap.kz", forged), None, "{forged}");
        }
    }
}
