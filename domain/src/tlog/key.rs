//! Public keys as c2sp.org/signed-note writes them: `<name>+<key id>+<base64 of type and key>`.

use super::text::{InvalidText, base64, from_base64};
use crate::Digest;
use crate::digest::{from_hex, to_hex};
use std::fmt;

/// What a key signs, the first byte of its encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Ed25519 over the text of a note: the log's own signature.
    Log,
    /// Ed25519 over the text of a checkpoint and a time, see [`super::cosigned_message`].
    Cosigner,
}

impl KeyKind {
    const fn byte(self) -> u8 {
        match self {
            Self::Log => 1,
            Self::Cosigner => 4,
        }
    }
}

/// An Ed25519 public key with its name. Whether the 32 bytes are a point of the curve is for the
/// library that checks signatures to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    /// Of a log its origin; of a witness a name of its own, such as a URL without scheme.
    pub name: String,
    /// What the key signs.
    pub kind: KeyKind,
    /// The public key, 32 bytes.
    pub key: [u8; 32],
}

impl VerifierKey {
    /// Reads a key.
    ///
    /// # Errors
    /// It has another form, is of another type than [`KeyKind`] has, or its id isn't that of name
    /// and key.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let form = InvalidText("a key is written as `<name>+<8 hexadecimal digits>+<base64>`");
        let (name, rest) = text.split_once('+').ok_or(form)?;
        // Base64 may have a `+`, the id has none.
        let (id, encoded) = rest.split_once('+').ok_or(form)?;
        if !is_name(name) {
            return Err(InvalidText("the name of a key has neither spaces nor `+`"));
        }
        let bytes = from_base64(encoded).ok_or(form)?;
        let (kind, key) = bytes.split_first().ok_or(form)?;
        let kind = match kind {
            1 => KeyKind::Log,
            4 => KeyKind::Cosigner,
            _ => {
                return Err(InvalidText(
                    "only Ed25519 keys, of types 1 and 4, are known",
                ));
            }
        };
        let Ok(key) = <[u8; 32]>::try_from(key) else {
            return Err(InvalidText("an Ed25519 key has 32 bytes"));
        };
        let read = Self {
            name: name.to_owned(),
            kind,
            key,
        };
        if from_hex(id) == Some(read.id()) {
            Ok(read)
        } else {
            Err(InvalidText(
                "the key's id isn't that of its name and bytes: was it copied whole?",
            ))
        }
    }

    /// The id by which signature lines name the key.
    pub fn id(&self) -> [u8; 4] {
        let name = self.name.as_bytes();
        let hash = Digest::of(&[name, b"\n", &[self.kind.byte()], &self.key]);
        let [first, second, third, fourth, ..] = *hash.as_bytes();
        [first, second, third, fourth]
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoded = base64(&[&[self.kind.byte()], self.key.as_slice()].concat());
        write!(formatter, "{}+{}+{encoded}", self.name, to_hex(&self.id()))
    }
}

/// Whether a text can name a key: not empty, without white space, control characters and `+`.
pub(super) fn is_name(text: &str) -> bool {
    let is_allowed = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    !text.is_empty() && text.chars().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written() {
        // The key of Go's checksum database, sum.golang.org.
        let text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
        let key = VerifierKey::parse(text).unwrap();
        assert_eq!(
            (key.name.as_str(), key.kind),
            ("sum.golang.org", KeyKind::Log)
        );
        assert_eq!(key.id(), [0x03, 0x3d, 0xe0, 0xae]);
        assert_eq!(key.to_string(), text);
    }

    #[test]
    fn a_key_that_was_not_copied_whole_is_refused() {
        let text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
        for bad in [
            "",
            "sum.golang.org",
            &text.replace("033d", "033e"),
            &text.replace("033d", "033D"),
            &text.replace("sum", "s um"),
            &text.replace("sum", ""),
            &text.replacen("Ac4", "Bs4", 1),
            &text.replacen("Ac4", "ec4", 1),
            text.strip_suffix('8').unwrap(),
            &format!("{text}="),
        ] {
            assert!(VerifierKey::parse(bad).is_err(), "{bad}");
        }
    }
}
