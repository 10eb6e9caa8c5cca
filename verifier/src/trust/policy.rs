//! A trust policy (c2sp.org/tlog-policy): the logs that are accepted, the witnesses that are known,
//! and which of them must have cosigned a checkpoint.

use domain::tlog::{KeyKind, VerifierKey};
use ed25519_dalek::VerifyingKey;
use std::str;

/// Most lines that say something, several times the 96 that the specification asks for.
const MAX_LINES: usize = 1000;

/// A policy.
#[derive(Debug)]
pub(crate) struct Policy {
    logs: Vec<(String, VerifyingKey)>,
    /// Everything that has a name, in the order in which it is defined: members come before their
    /// group.
    parties: Vec<Party>,
    /// Place of what the quorum demands among `parties`; `None` for `quorum none`.
    quorum: Option<usize>,
}

/// What has a name in a policy.
#[derive(Debug)]
struct Party {
    /// Bytes, because a policy need not be UTF-8.
    name: Vec<u8>,
    rule: Rule,
}

#[derive(Debug)]
enum Rule {
    Witness(VerifierKey),
    Group {
        threshold: usize,
        /// Places among the parties.
        members: Vec<usize>,
    },
}

/// A policy while its lines are read.
#[derive(Default)]
struct Reader {
    logs: Vec<(String, VerifyingKey)>,
    parties: Vec<Party>,
    /// Which parties are a member already.
    is_member: Vec<bool>,
    quorum: Option<Option<usize>>,
}

/// An Ed25519 public key; `None` for bytes that are none, and for a point of small order, for which
/// one signature can be valid for many messages.
pub(crate) fn point(bytes: &[u8; 32]) -> Option<VerifyingKey> {
    match VerifyingKey::from_bytes(bytes) {
        Ok(point) if !point.is_weak() => Some(point),
        _ => None,
    }
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// A sentence that names the line and what is wrong with it.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let is_allowed = |byte: &u8| matches!(byte, b'\t' | b'\n' | 0x20..=0x7e | 0x80..);
        if !bytes.iter().all(is_allowed) {
            return Err("a policy has no control characters; is it a text file?".to_owned());
        }
        let mut reader = Reader::default();
        let mut count = 0_usize;
        for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let mut words = line
                .split(|byte| matches!(byte, b' ' | b'\t'))
                .filter(|word| !word.is_empty());
            let Some(keyword) = words.next().filter(|word| !word.starts_with(b"#")) else {
                continue;
            };
            count = count.saturating_add(1);
            let rest: Vec<&[u8]> = words.collect();
            let read = if count > MAX_LINES {
                Err(format!("a policy has at most {MAX_LINES} lines"))
            } else {
                reader.line(keyword, &rest)
            };
            read.map_err(|error| format!("line {}: {error}", index.saturating_add(1)))?;
        }
        let quorum = reader
            .quorum
            .ok_or("there is no line `quorum`; `quorum none` demands no witness")?;
        Ok(Self {
            logs: reader.logs,
            parties: reader.parties,
            quorum,
        })
    }

    /// The keys that may sign for a log.
    pub(super) fn log_keys(&self, origin: &str) -> impl Iterator<Item = &VerifyingKey> {
        let keys = self.logs.iter().filter(move |(name, _)| name == origin);
        keys.map(|(_, key)| key)
    }

    /// The keys of the witnesses.
    pub(super) fn witnesses(&self) -> impl Iterator<Item = &VerifierKey> {
        self.parties.iter().filter_map(|party| match &party.rule {
            Rule::Witness(key) => Some(key),
            Rule::Group { .. } => None,
        })
    }

    /// Whether these witnesses, named as their keys are, suffice.
    pub(super) fn is_met_by(&self, cosigners: &[&str]) -> bool {
        let mut is_met = Vec::with_capacity(self.parties.len());
        for party in &self.parties {
            is_met.push(match &party.rule {
                Rule::Witness(key) => cosigners.contains(&key.name.as_str()),
                Rule::Group { threshold, members } => {
                    let met = members
                        .iter()
                        .filter(|member| is_met.get(**member) == Some(&true));
                    met.count() >= *threshold
                }
            });
        }
        self.quorum
            .is_none_or(|place| is_met.get(place) == Some(&true))
    }

    /// What the quorum is, for people: `group-name` or `none`.
    pub(crate) fn quorum_name(&self) -> String {
        let party = self.quorum.and_then(|place| self.parties.get(place));
        party.map_or_else(
            || "none".to_owned(),
            |party| String::from_utf8_lossy(&party.name).into_owned(),
        )
    }
}

impl Reader {
    fn line(&mut self, keyword: &[u8], words: &[&[u8]]) -> Result<(), String> {
        match (keyword, words) {
            (b"log", [key] | [key, _]) => self.log(key),
            (b"witness", [name, key] | [name, key, _]) => self.witness(name, key),
            (b"group", [name, threshold, members @ ..]) => self.group(name, threshold, members),
            (b"quorum", [name]) => self.set_quorum(name),
            _ => Err(format!(
                "`{}` is none of `log <key> [address]`, `witness <name> <key> [address]`, `group <name> <k|any|all> <member>…`, `quorum <name|none>`",
                String::from_utf8_lossy(keyword)
            )),
        }
    }

    fn log(&mut self, key: &[u8]) -> Result<(), String> {
        let (key, point) = read_key(key, KeyKind::Log)?;
        if self.logs.iter().any(|(_, other)| *other == point) {
            return Err("this key of a log is listed twice".to_owned());
        }
        self.logs.push((key.name, point));
        Ok(())
    }

    fn witness(&mut self, name: &[u8], key: &[u8]) -> Result<(), String> {
        let (key, _) = read_key(key, KeyKind::Cosigner)?;
        let is_same = |party: &Party| match &party.rule {
            Rule::Witness(other) => other.key == key.key || other.name == key.name,
            Rule::Group { .. } => false,
        };
        if self.parties.iter().any(is_same) {
            return Err("this witness is listed twice, by its key or by its key's name".to_owned());
        }
        self.define(name, Rule::Witness(key))
    }

    fn group(&mut self, name: &[u8], threshold: &[u8], words: &[&[u8]]) -> Result<(), String> {
        let mut members = Vec::new();
        for word in words {
            let place = self.place(word)?;
            match self.is_member.get_mut(place) {
                Some(is_member) if !*is_member => *is_member = true,
                _ => {
                    return Err(format!(
                        "`{}` is a member twice",
                        String::from_utf8_lossy(word)
                    ));
                }
            }
            members.push(place);
        }
        let threshold = match threshold {
            b"any" => Some(1),
            b"all" => Some(members.len()),
            digits => decimal(digits),
        };
        let threshold = threshold
            .filter(|threshold| (1..=members.len()).contains(threshold))
            .ok_or("a group demands `any`, `all` or 1 to as many as it has members")?;
        self.define(name, Rule::Group { threshold, members })
    }

    fn set_quorum(&mut self, name: &[u8]) -> Result<(), String> {
        let place = match name {
            b"none" => None,
            name => Some(self.place(name)?),
        };
        match self.quorum.replace(place) {
            None => Ok(()),
            Some(_) => Err("there is a second line `quorum`".to_owned()),
        }
    }

    fn define(&mut self, name: &[u8], rule: Rule) -> Result<(), String> {
        if name == b"none" || self.parties.iter().any(|party| party.name == name) {
            let name = String::from_utf8_lossy(name);
            return Err(format!("the name `{name}` is taken"));
        }
        self.parties.push(Party {
            name: name.to_owned(),
            rule,
        });
        self.is_member.push(false);
        Ok(())
    }

    fn place(&self, name: &[u8]) -> Result<usize, String> {
        let place = self.parties.iter().position(|party| party.name == name);
        place.ok_or_else(|| {
            let name = String::from_utf8_lossy(name);
            format!("no line above defines `{name}`")
        })
    }
}

fn read_key(text: &[u8], kind: KeyKind) -> Result<(VerifierKey, VerifyingKey), String> {
    let text = str::from_utf8(text).map_err(|_| "a key is written in ASCII".to_owned())?;
    let key = VerifierKey::parse(text).map_err(|error| error.to_string())?;
    if key.kind != kind {
        return Err("a log has a key of type 1, a witness one of type 4".to_owned());
    }
    let point = point(&key.key).ok_or("anybody can sign for this key: it is no usable point")?;
    Ok((key, point))
}

/// A decimal number without sign and leading zeros.
fn decimal(digits: &[u8]) -> Option<usize> {
    let is_plain = digits.iter().all(u8::is_ascii_digit) && !digits.starts_with(b"0");
    match str::from_utf8(digits).map(str::parse) {
        Ok(Ok(number)) if is_plain => Some(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
