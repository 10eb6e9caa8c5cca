//! Signed notes (c2sp.org/signed-note): a text, an empty line, and lines of signatures; and the
//! cosignatures among them (c2sp.org/tlog-cosignature).

use super::key::is_name;
use super::text::{InvalidText, base64, from_base64};
use std::fmt;

/// The most signatures that are read, several times what the specification asks for.
const MAX_SIGNATURES: usize = 100;

/// A text with signatures, none of which is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What is signed, with the line feed at its end.
    pub text: String,
    /// In the order in which they stand.
    pub signatures: Vec<NoteSignature>,
}

/// A line of a note: `— <name> <base64 of key id and signature>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// Name of the key.
    pub name: String,
    /// [`super::VerifierKey::id`]
    pub key_id: [u8; 4],
    /// 64 bytes of Ed25519; of a cosignature 8 bytes more, see [`Cosignature`]; of other types
    /// anything.
    pub bytes: Vec<u8>,
}

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    /// It has another form, a control character, no signature, or more than 100.
    pub fn parse(note: &str) -> Result<Self, InvalidText> {
        if note.chars().any(|c| c.is_control() && c != '\n') {
            return Err(InvalidText("a note has no control characters"));
        }
        // The text may have empty lines, the signatures have none.
        let end = note.rfind("\n\n").ok_or(InvalidText(
            "a note has an empty line before its signatures",
        ))?;
        let (text, lines) = note.split_at(end.saturating_add(1));
        let lines = lines.strip_prefix('\n').unwrap_or(lines);
        let mut signatures = Vec::new();
        for line in lines.split_inclusive('\n') {
            if signatures.len() == MAX_SIGNATURES {
                return Err(InvalidText("a note has at most 100 signatures"));
            }
            signatures.push(NoteSignature::parse(line)?);
        }
        if signatures.is_empty() {
            return Err(InvalidText("a note has at least one signature"));
        }
        Ok(Self {
            text: text.to_owned(),
            signatures,
        })
    }
}

impl NoteSignature {
    /// Reads a line with the line feed at its end.
    ///
    /// # Errors
    /// It has another form.
    pub fn parse(line: &str) -> Result<Self, InvalidText> {
        let invalid = InvalidText("a signature is a line `— <name> <base64>`");
        let line = line.strip_suffix('\n').ok_or(invalid)?;
        let line = line.strip_prefix("— ").ok_or(invalid)?;
        let (name, encoded) = line.split_once(' ').ok_or(invalid)?;
        let bytes = from_base64(encoded).ok_or(invalid)?;
        let (key_id, bytes) = bytes.split_first_chunk::<4>().ok_or(invalid)?;
        if !is_name(name) || bytes.is_empty() {
            return Err(invalid);
        }
        Ok(Self {
            name: name.to_owned(),
            key_id: *key_id,
            bytes: bytes.to_vec(),
        })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)?;
        formatter.write_str("\n")?;
        self.signatures
            .iter()
            .try_for_each(|signature| signature.fmt(formatter))
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoded = base64(&[self.key_id.as_slice(), &self.bytes].concat());
        formatter.write_str("— ")?;
        formatter.write_str(&self.name)?;
        formatter.write_str(" ")?;
        formatter.write_str(&encoded)?;
        formatter.write_str("\n")
    }
}

/// The content of a cosignature: an Ed25519 signature over [`cosigned_message`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cosignature {
    /// When the cosigner saw that the checkpoint was the newest, in seconds since 1970.
    pub time: u64,
    /// The signature.
    pub ed25519: [u8; 64],
}

impl Cosignature {
    /// Reads [`NoteSignature::bytes`]; `None` when they have another length or the time is beyond
    /// 2^63 − 1.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (time, signature) = bytes.split_first_chunk::<8>()?;
        let time = u64::from_be_bytes(*time);
        match <[u8; 64]>::try_from(signature) {
            Ok(ed25519) if i64::try_from(time).is_ok() => Some(Self { time, ed25519 }),
            _ => None,
        }
    }

    /// The bytes of a [`NoteSignature`].
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.time.to_be_bytes().as_slice(), &self.ed25519].concat()
    }
}

/// What a cosigner signs: a time in seconds since 1970, and the text of a checkpoint.
pub fn cosigned_message(time: u64, checkpoint: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{checkpoint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTE: &str = "cap.kz/log\n1\nhash\n\n— cap.kz/log AAAAAQI=\n— w.example/1 AQIDBAUGBwg=\n";

    #[test]
    fn a_note_is_read_as_it_is_written() {
        let note = Note::parse(NOTE).unwrap();
        assert_eq!(note.text, "cap.kz/log\n1\nhash\n");
        let names: Vec<_> = note
            .signatures
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        assert_eq!(names, ["cap.kz/log", "w.example/1"]);
        assert_eq!(note.signatures.last().unwrap().key_id, [1, 2, 3, 4]);
        assert_eq!(note.to_string(), NOTE);
        let with_empty_line = NOTE.replace("1\n", "\n1\n");
        let read = Note::parse(&with_empty_line).unwrap();
        assert_eq!(read.to_string(), with_empty_line);
    }

    #[test]
    fn other_texts_are_no_notes() {
        let many = format!("text\n\n{}", "— name AAAAAQI=\n".repeat(MAX_SIGNATURES + 1));
        for bad in [
            "",
            "text\n",
            "text\n\n",
            "text\n\n— name AAAAAQI=",
            "text\n\n- name AAAAAQI=\n",
            "text\n\n— name AAAAAA\n",
            "text\n\n— name AAAAAQI\n",
            "text\n\n—  AAAAAQI=\n",
            "text\n\n— na+me AAAAAQI=\n",
            "text\n\n— name AAAAAQI= \n",
            "text\r\n\n— name AAAAAQI=\n",
            "te\u{1b}xt\n\n— name AAAAAQI=\n",
            &many,
        ] {
            assert!(Note::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_cosignature_is_a_time_and_a_signature() {
        let cosignature = Cosignature {
            time: 1_679_315_147,
            ed25519: [7; 64],
        };
        let bytes = cosignature.to_bytes();
        assert_eq!(Cosignature::from_bytes(&bytes), Some(cosignature));
        assert_eq!(Cosignature::from_bytes(bytes.get(1..).unwrap()), None);
        let mut late = bytes.clone();
        late.splice(..1, [0x80]);
        assert_eq!(Cosignature::from_bytes(&late), None);
        let message = cosigned_message(1_679_315_147, "example.com/behind-the-sofa\n2\nhash\n");
        let expected = "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n2\nhash\n";
        assert_eq!(message, expected);
    }
}
