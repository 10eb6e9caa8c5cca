//! Checkpoints that somebody kept: signed notes, the JSON of old chains, and the state of
//! `verifier monitor`. A file may hold any number of them, one after the other.

use crate::chain::Attestation;
use crate::finding::Finding;
use crate::state::State;
use crate::time::Dated;
use crate::trust::{Doubt, SignedHead, Trust};
use domain::tlog::{Note, TreeHead};
use domain::{SignedCheckpoint, Timestamp};

/// What a file holds.
#[derive(Debug)]
pub(crate) enum Kept {
    /// Of a chain.
    Chain(SignedCheckpoint),
    /// Of a tree, with the time at which a monitor saw it.
    Tree(Note, Option<Timestamp>),
}

/// A checkpoint of a tree from earlier.
#[derive(Debug, Clone)]
pub(crate) struct KeptHead {
    pub(crate) head: TreeHead,
    pub(crate) dated: Dated,
}

/// What was kept, with its signatures verified.
#[derive(Debug, Default)]
pub(crate) struct KeptCheckpoints {
    pub(crate) chain: Vec<Attestation>,
    pub(crate) heads: Vec<KeptHead>,
}

impl KeptHead {
    /// `seen` is when the verifier's own monitor saw it.
    pub(crate) fn new(signed: SignedHead, seen: Option<Timestamp>) -> Self {
        let size = signed.head.size;
        let by_log = signed.log_time;
        let time = by_log.or(seen);
        let time = time.map_or_else(String::new, |time| format!(" of {time}"));
        let by_others = seen.map(|seen| (seen, seen)).or_else(|| signed.witnessed());
        Self {
            head: signed.head,
            dated: Dated {
                size,
                by_log,
                by_others,
                as_part: None,
                name: format!("the checkpoint{time} over {size} entries"),
            },
        }
    }

    /// What it is, for people.
    pub(crate) fn name(&self) -> &str {
        &self.dated.name
    }
}

/// Reads the checkpoints of a file.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<Kept>, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("it is no text: {error}"))?;
    if let Some(state) = State::parse(text)? {
        let seen = state.checkpoints.into_iter();
        return seen
            .map(|seen| Ok(Kept::Tree(note(&seen.note)?, Some(seen.seen))))
            .collect();
    }
    let mut kept = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let length = if rest.starts_with('{') {
            let mut values = serde_json::Deserializer::from_str(rest).into_iter();
            let value = values.next().ok_or("it holds no checkpoint")?;
            kept.push(Kept::Chain(
                value.map_err(|error| format!("it is no checkpoint: {error}"))?,
            ));
            values.byte_offset()
        } else {
            let length = note_length(rest);
            let text = rest.get(..length).unwrap_or(rest);
            kept.push(Kept::Tree(note(text)?, None));
            length
        };
        rest = rest.get(length..).map_or("", str::trim_start);
    }
    if kept.is_empty() {
        return Err("it holds no checkpoint".to_owned());
    }
    Ok(kept)
}

fn note(text: &str) -> Result<Note, String> {
    Note::parse(text).map_err(|error| format!("it is no checkpoint: {error}"))
}

/// A note ends with the last of the signature lines that follow each other.
fn note_length(text: &str) -> usize {
    let mut length = 0_usize;
    let mut is_in_signatures = false;
    for line in text.split_inclusive('\n') {
        let is_signature = line.starts_with("— ");
        if is_in_signatures && !is_signature {
            break;
        }
        is_in_signatures = is_signature;
        length = length.saturating_add(line.len());
    }
    length
}

impl KeptCheckpoints {
    /// Verifies and adds a checkpoint.
    ///
    /// # Errors
    /// What is wrong with its signatures.
    pub(crate) fn add(&mut self, kept: &Kept, trust: &Trust) -> Result<(), Finding> {
        let (doubt, index): (Doubt, _) = match kept {
            Kept::Chain(signed) => match Attestation::from_checkpoint(signed, trust) {
                Ok(attestation) => {
                    self.chain.push(attestation);
                    return Ok(());
                }
                Err(doubt) => (doubt, Some(signed.checkpoint.sequence)),
            },
            Kept::Tree(note, seen) => match trust.verify_note(note, "a kept checkpoint") {
                Ok(signed) => {
                    self.heads.push(KeptHead::new(signed, *seen));
                    return Ok(());
                }
                Err(doubt) => (doubt, None),
            },
        };
        Err(Finding::without_line(doubt.0, index, doubt.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Digest;

    #[test]
    fn a_file_may_hold_several_checkpoints_of_both_forms() {
        let root = domain::tlog::base64(&[7; 32]);
        let note = format!("cap.kz/log\n5\n{root}\n\n— cap.kz/log {root}\n");
        let hash = Digest::from([0; 32]);
        let chain = format!(
            r#"{{"site":"cap.kz","sequence":0,"hash":"{hash}","time":"2026-11-20T09:30:00.000Z","signature":{{"kid":"1","ed25519":"x"}}}}"#
        );
        let text = format!("{chain}\n{note}\n{note}{chain}\n{chain}{note}");
        let kept = parse(text.as_bytes()).unwrap();
        let forms: Vec<_> = kept
            .iter()
            .map(|kept| matches!(kept, Kept::Tree(..)))
            .collect();
        assert_eq!(forms, [false, true, true, false, false, true]);
        for bad in ["", "\n", "{}", "cap.kz/log\n5\n", &format!("{note}x")] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
