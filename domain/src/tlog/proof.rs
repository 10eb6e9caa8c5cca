//! Proofs as texts: that an entry is in a log (c2sp.org/tlog-proof), and that a checkpoint continues
//! an earlier one (the body of `add-checkpoint`, c2sp.org/tlog-witness).

use super::note::Note;
use super::text::{InvalidText, base64, decimal, from_base64, hashes, line, write_hashes};
use crate::Digest;
use std::fmt;

/// The first line of a [`Proof`].
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// That an entry is in a log: a receipt, as it stands in a file `*.tlog-proof`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// In a receipt the entry itself, the record's canonical text. Hashing it gives the leaf, so it
    /// is as genuine as the proof.
    pub extra: Option<Vec<u8>>,
    /// The entry's place in the tree.
    pub index: u64,
    /// The inclusion proof.
    pub path: Vec<Digest>,
    /// The checkpoint of the tree.
    pub checkpoint: Note,
}

impl Proof {
    /// Reads a proof.
    ///
    /// # Errors
    /// It has another form.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let cut = InvalidText("the proof is cut off");
        let (header, rest) = line(text).ok_or(cut)?;
        if header != HEADER {
            return Err(InvalidText("a proof begins with `c2sp.org/tlog-proof@v1`"));
        }
        let (mut index, mut rest) = line(rest).ok_or(cut)?;
        let mut extra = None;
        if let Some(encoded) = index.strip_prefix("extra ") {
            let decoded = from_base64(encoded);
            extra = Some(decoded.ok_or(InvalidText("what follows `extra` isn't base64"))?);
            (index, rest) = line(rest).ok_or(cut)?;
        }
        let index = index.strip_prefix("index ").and_then(decimal);
        let index = index.ok_or(InvalidText("a proof has a line `index <number>`"))?;
        let (path, checkpoint) = hashes(rest)?;
        Ok(Self {
            extra,
            index,
            path,
            checkpoint: Note::parse(checkpoint)?,
        })
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("{HEADER}\n");
        if let Some(extra) = &self.extra {
            text.push_str("extra ");
            text.push_str(&base64(extra));
            text.push('\n');
        }
        text.push_str(&format!("index {}\n", self.index));
        write_hashes(&mut text, &self.path);
        text.push('\n');
        formatter.write_str(&text)?;
        self.checkpoint.fmt(formatter)
    }
}

/// What a log sends to a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Size of the tree that the witness cosigned last, 0 if none.
    pub old: u64,
    /// The consistency proof from there.
    pub proof: Vec<Digest>,
    /// The checkpoint to be cosigned.
    pub checkpoint: Note,
}

impl AddCheckpoint {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// It has another form.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let invalid = InvalidText("the body begins with a line `old <size>`");
        let (old, rest) = line(text).ok_or(invalid)?;
        let old = old.strip_prefix("old ").and_then(decimal).ok_or(invalid)?;
        let (proof, checkpoint) = hashes(rest)?;
        Ok(Self {
            old,
            proof,
            checkpoint: Note::parse(checkpoint)?,
        })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("old {}\n", self.old);
        write_hashes(&mut text, &self.proof);
        text.push('\n');
        formatter.write_str(&text)?;
        self.checkpoint.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    const NOTE: &str = "cap.kz/log\n3\nhash\n\n— cap.kz/log AAAAAQI=\n";

    #[test]
    fn a_proof_is_read_as_it_is_written() {
        for text in [
            format!("{HEADER}\nextra e30=\nindex 2\n{HASH}\n{HASH}\n\n{NOTE}"),
            format!("{HEADER}\nindex 0\n\n{NOTE}"),
        ] {
            let proof = Proof::parse(&text).unwrap();
            assert_eq!(proof.to_string(), text);
        }
    }

    #[test]
    fn other_texts_are_no_proofs() {
        let text = format!("{HEADER}\nextra e30=\nindex 2\n{HASH}\n\n{NOTE}");
        let long = text.replace(HASH, &vec![HASH; 64].join("\n"));
        for bad in [
            "".to_owned(),
            HEADER.to_owned(),
            text.replace("@v1", "@v2"),
            text.replace("extra e30=", "extra e30"),
            text.replace("extra e30=", "extra"),
            text.replace("index 2\n", ""),
            text.replace("index 2", "index 02"),
            text.replace("2I=\n\n", "2I=\n"),
            text.replace("CsUY", ""),
            text.replace("index", "Index"),
            long,
        ] {
            assert!(Proof::parse(&bad).is_err(), "{bad}");
        }
        let cut = (0..text.len()).filter(|end| text.is_char_boundary(*end));
        for end in cut {
            assert!(
                Proof::parse(text.get(..end).unwrap()).is_err(),
                "cut at {end}"
            );
        }
    }

    #[test]
    fn a_submission_is_read_as_it_is_written() {
        for text in [
            format!("old 20852014\n{HASH}\n{HASH}\n\n{NOTE}"),
            format!("old 0\n\n{NOTE}"),
        ] {
            assert_eq!(AddCheckpoint::parse(&text).unwrap().to_string(), text);
        }
        for bad in ["", "old\n\n", "old 00\n\n", "new 1\n\n", "old 1\n"] {
            assert!(
                AddCheckpoint::parse(&format!("{bad}{NOTE}")).is_err(),
                "{bad}"
            );
        }
    }
}
