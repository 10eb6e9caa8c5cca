//! The two identifiers of the consent log: of an event, made by the page or the worker that reports
//! it, and of a subject, stored only in the cookie of the subject's browser.

use crate::Digest;
use crate::digest::{from_hex, to_hex};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A UUID, written with hyphens in lower case. The same event reported twice is one event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("pattern" = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")))]
#[serde(try_from = "String", into = "String")]
pub struct EventId(String);

/// A visitor's browser: 16 bytes that nobody can predict and that hold no information about it.
/// Written as 22 characters of base64url.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubjectId([u8; 16]);

/// The text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event id is a UUID with hyphens, a subject id is 22 characters of base64url")]
pub struct InvalidId;

impl EventId {
    /// A random UUID (version 4) made of random bytes.
    pub fn from_random(random: [u8; 16]) -> Self {
        let mut bytes = random;
        // RFC 9562, 5.4: version in the seventh byte, variant in the ninth.
        let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
        *version = (*version & 0x0f) | 0x40;
        *variant = (*variant & 0x3f) | 0x80;
        Self::from_bytes(bytes)
    }

    /// The UUID of these bytes, of any version.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        let mut text = to_hex(&bytes);
        for hyphen in [8, 13, 18, 23] {
            text.insert(hyphen, '-');
        }
        Self(text)
    }

    /// Its 16 bytes.
    pub fn to_bytes(&self) -> [u8; 16] {
        // The constructors let nothing else in than 32 digits between hyphens.
        from_hex(&self.0.replace('-', "")).unwrap_or([0; 16])
    }

    /// The UUID.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EventId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        let is_uuid = text.len() == 36
            && text.bytes().enumerate().all(|(index, byte)| match index {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            });
        // Programs that do not set an id send the nil UUID.
        let is_nil = text.bytes().all(|byte| matches!(byte, b'0' | b'-'));
        if is_uuid && !is_nil {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(InvalidId)
        }
    }
}

impl TryFrom<&str> for EventId {
    type Error = InvalidId;

    fn try_from(text: &str) -> Result<Self, InvalidId> {
        Self::try_from(text.to_owned())
    }
}

impl From<EventId> for String {
    fn from(id: EventId) -> Self {
        id.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl SubjectId {
    /// The commitment that a record holds in place of the subject. Only someone who knows the
    /// subject can verify it: SHA-256 of the 16 bytes followed by the event id's 36 characters.
    pub fn commitment(&self, event: &EventId) -> Digest {
        Digest::of(&[&self.0, event.as_str().as_bytes()])
    }

    /// The key by which the log finds the subject's records, until an erasure deletes it there:
    /// SHA-256 of `kelisim.link/1`, a line feed and the 16 bytes.
    pub fn link(&self) -> Digest {
        Digest::of(&[b"kelisim.link/1\n", &self.0])
    }
}

impl From<[u8; 16]> for SubjectId {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl TryFrom<&str> for SubjectId {
    type Error = InvalidId;

    fn try_from(text: &str) -> Result<Self, InvalidId> {
        // The length is checked first, because the decoder allocates.
        if text.len() != 22 {
            return Err(InvalidId);
        }
        let bytes = Base64UrlUnpadded::decode_vec(text).map_err(|_| InvalidId)?;
        bytes.try_into().map(Self).map_err(|_| InvalidId)
    }
}

impl TryFrom<String> for SubjectId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        Self::try_from(text.as_str())
    }
}

impl From<SubjectId> for String {
    fn from(subject: SubjectId) -> Self {
        subject.to_string()
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&Base64UrlUnpadded::encode_string(&self.0))
    }
}

/// Hides the subject, so that none gets into a log line by accident.
impl fmt::Debug for SubjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SubjectId(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_id_has_one_spelling() {
        let id = EventId::try_from("01890A5D-AC96-774B-BCCE-B302099A8057").unwrap();
        assert_eq!(id.as_str(), "01890a5d-ac96-774b-bcce-b302099a8057");
        assert_eq!(EventId::from_bytes(id.to_bytes()), id);
        for bad in [
            "",
            "01890a5dac96774bbcceb302099a8057",
            "{01890a5d-ac96-774b-bcce-b302099a8057}",
            "01890a5d-ac96-774b-bcce-b302099a805",
            "01890a5d-ac96-774b-bcce-b302099a805g",
            "01890a5d-ac96-774b-bcce-b302099a80é",
            "00000000-0000-0000-0000-000000000000",
        ] {
            assert!(EventId::try_from(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_made_event_id_is_a_random_uuid() {
        let id = EventId::from_random([0xff; 16]);
        assert_eq!(id.as_str(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(EventId::try_from(id.as_str()), Ok(id));
    }

    #[test]
    fn a_subject_is_22_characters() {
        let subject = SubjectId::from([0xfb; 16]);
        let text = subject.to_string();
        assert_eq!(text, "-_v7-_v7-_v7-_v7-_v7-w");
        assert_eq!(SubjectId::try_from(text.as_str()), Ok(subject));
        // The last character has four bits to spare; another value of them would be a second
        // spelling.
        for bad in ["", "-_v7-_v7-_v7-_v7-_v7-x", "+/v7-_v7-_v7-_v7-_v7-w"] {
            assert!(SubjectId::try_from(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_commitment_opens_for_its_subject_and_event_only() {
        let event = EventId::from_random([1; 16]);
        let commitment = SubjectId::from([1; 16]).commitment(&event);
        assert_ne!(commitment, SubjectId::from([2; 16]).commitment(&event));
        assert_ne!(
            commitment,
            SubjectId::from([1; 16]).commitment(&EventId::from_random([2; 16]))
        );
        assert_ne!(commitment, SubjectId::from([1; 16]).link());
    }

    #[test]
    fn a_subject_does_not_print() {
        let printed = format!("{:?}", SubjectId::from([7; 16]));
        assert!(
            !printed.contains('7') && !printed.contains("BwcH"),
            "{printed}"
        );
    }
}
