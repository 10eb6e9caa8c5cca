//! Whom to believe: the keys of logs and witnesses, and how many of the witnesses are demanded.

mod policy;
mod web_keys;

pub(crate) use policy::{Policy, point};
pub(crate) use web_keys::WebKeys;

use crate::finding::FindingKind;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use domain::tlog::{
    Cosignature, KeyKind, Note, NoteSignature, TreeHead, VerifierKey, cosigned_message,
};
use domain::{Signature, Timestamp};
use ed25519_dalek::VerifyingKey;

/// Why something is not believed: a kind, and a sentence.
pub(crate) type Doubt = (FindingKind, String);

/// The keys that were given. Without any nothing is proved, but contradictions are found all the
/// same.
#[derive(Debug, Default)]
pub(crate) struct Trust {
    pub(crate) policy: Option<Policy>,
    pub(crate) keys: Option<WebKeys>,
}

/// A checkpoint whose signatures were verified with the keys there are.
#[derive(Debug, Clone)]
pub(crate) struct SignedHead {
    pub(crate) head: TreeHead,
    /// When the log dated it, if it did: its own timestamped cosignature.
    pub(crate) log_time: Option<Timestamp>,
    /// The witnesses of the policy that cosigned it, and when.
    pub(crate) witnesses: Vec<(String, Timestamp)>,
    /// Whether the policy's quorum is met; also when there is no policy to demand one.
    pub(crate) has_quorum: bool,
}

/// A log's key.
#[derive(Debug)]
struct LogKey {
    origin: String,
    point: VerifyingKey,
}

impl LogKey {
    /// The id by which its signatures of that kind name the key.
    fn id(&self, kind: KeyKind) -> [u8; 4] {
        let key = VerifierKey {
            name: self.origin.clone(),
            kind,
            key: self.point.to_bytes(),
        };
        key.id()
    }
}

impl Trust {
    /// Whether no key was given, so that no signature is verified.
    pub(crate) const fn is_empty(&self) -> bool {
        self.policy.is_none() && self.keys.is_none()
    }

    /// The points that may sign for a log.
    fn points(&self, origin: &str) -> Vec<VerifyingKey> {
        let of_policy = self
            .policy
            .iter()
            .flat_map(|policy| policy.log_keys(origin));
        let of_set = self.keys.iter().flat_map(WebKeys::points);
        of_policy.chain(of_set).copied().collect()
    }

    /// Verifies a signature of the old chain's form. Without keys every signature passes. `what`
    /// names the signed object in the error.
    ///
    /// # Errors
    /// The signature isn't the site's.
    pub(crate) fn verify_chain_signature(
        &self,
        site: &str,
        message: &str,
        signature: &Signature,
        what: &str,
    ) -> Result<(), Doubt> {
        if self.is_empty() {
            return Ok(());
        }
        let kid = &signature.kid;
        let by_number = self.keys.as_ref().and_then(|keys| keys.get(kid));
        let candidates = match (by_number, &self.policy) {
            (Some(key), _) => vec![*key],
            // A policy doesn't number keys.
            (None, Some(policy)) => policy
                .log_keys(&TreeHead::origin_of(site))
                .copied()
                .collect(),
            (None, None) => Vec::new(),
        };
        if candidates.is_empty() {
            return Err((
                FindingKind::UnknownKey,
                format!(
                    "{what} is signed with key `{kid}` of `{site}`, which is not among the given keys"
                ),
            ));
        }
        let is_genuine = decode(&signature.ed25519).is_some_and(|bytes| {
            let mut keys = candidates.iter();
            keys.any(|key| is_signed(key, message, &bytes))
        });
        if is_genuine {
            return Ok(());
        }
        Err((
            FindingKind::BadSignature,
            format!(
                "the signature of {what} wasn't made with key `{kid}` over these words: it was altered or forged"
            ),
        ))
    }

    /// Verifies the signatures of a checkpoint. `what` names it in the error.
    ///
    /// # Errors
    /// It is no checkpoint; a given key's signature is false; or the log's own is missing. Too few
    /// cosignatures are no error: [`SignedHead::has_quorum`].
    pub(crate) fn verify_note(&self, note: &Note, what: &str) -> Result<SignedHead, Doubt> {
        let head = TreeHead::parse(&note.text).map_err(|error| {
            (
                FindingKind::Unreadable,
                format!("{what} can't be read: {error}"),
            )
        })?;
        let mut signed = SignedHead {
            head,
            log_time: None,
            witnesses: Vec::new(),
            has_quorum: true,
        };
        if self.is_empty() {
            return Ok(signed);
        }
        self.verify_log_signatures(note, &mut signed, what)?;
        if let Some(policy) = &self.policy {
            self.verify_cosignatures(policy, note, &mut signed, what)?;
            let names = signed.witnesses.iter().map(|(name, _)| name.as_str());
            signed.has_quorum = policy.is_met_by(&names.collect::<Vec<_>>());
        }
        Ok(signed)
    }

    /// Cosignatures of witnesses that the policy doesn't know are skipped.
    fn verify_cosignatures(
        &self,
        policy: &Policy,
        note: &Note,
        signed: &mut SignedHead,
        what: &str,
    ) -> Result<(), Doubt> {
        let own = self.points(&signed.head.origin);
        for key in policy.witnesses() {
            // A witness with a key of the log is the log.
            if own.iter().any(|own| *own.as_bytes() == key.key) {
                continue;
            }
            for line in lines_of(note, &key.name, key.id()) {
                let time = policy::point(&key.key)
                    .and_then(|point| cosigned_at(&point, note, line))
                    .ok_or_else(|| forged(what, &key.name))?;
                signed.witnesses.push((key.name.clone(), time));
            }
        }
        Ok(())
    }

    fn verify_log_signatures(
        &self,
        note: &Note,
        signed: &mut SignedHead,
        what: &str,
    ) -> Result<(), Doubt> {
        let origin = &signed.head.origin;
        let mut is_signed_by_log = false;
        for point in self.points(origin) {
            let key = LogKey {
                origin: origin.clone(),
                point,
            };
            for line in lines_of(note, origin, key.id(KeyKind::Log)) {
                let is_genuine = <[u8; 64]>::try_from(line.bytes.as_slice())
                    .is_ok_and(|bytes| is_signed(&point, &note.text, &bytes));
                if !is_genuine {
                    return Err(forged(what, origin));
                }
                is_signed_by_log = true;
            }
            for line in lines_of(note, origin, key.id(KeyKind::Cosigner)) {
                let time = cosigned_at(&point, note, line).ok_or_else(|| forged(what, origin))?;
                // Of two, the earlier: the end of the log was there by then.
                signed.log_time = Some(signed.log_time.map_or(time, |other| other.min(time)));
            }
        }
        if is_signed_by_log {
            return Ok(());
        }
        Err((
            FindingKind::UnknownKey,
            format!("{what} isn't signed with any of the given keys of `{origin}`"),
        ))
    }
}

impl SignedHead {
    /// When the witnesses that the policy demands saw it: from the first to the last cosignature.
    /// `None` if too few did, or none is demanded and none did.
    pub(crate) fn witnessed(&self) -> Option<(Timestamp, Timestamp)> {
        let times = || self.witnesses.iter().map(|(_, time)| *time);
        let span = times().min().zip(times().max());
        span.filter(|_| self.has_quorum)
    }
}

/// The signature lines of a key.
fn lines_of<'n>(
    note: &'n Note,
    name: &str,
    id: [u8; 4],
) -> impl Iterator<Item = &'n NoteSignature> {
    let lines = note.signatures.iter();
    lines.filter(move |line| line.name == name && line.key_id == id)
}

/// The time of a cosignature; `None` when the key didn't make it.
fn cosigned_at(point: &VerifyingKey, note: &Note, line: &NoteSignature) -> Option<Timestamp> {
    let cosignature = Cosignature::from_bytes(&line.bytes)?;
    let message = cosigned_message(cosignature.time, &note.text);
    let seconds = i64::try_from(cosignature.time).unwrap_or(i64::MAX);
    is_signed(point, &message, &cosignature.ed25519).then(|| Timestamp::from_seconds(seconds))
}

fn is_signed(key: &VerifyingKey, message: &str, signature: &[u8; 64]) -> bool {
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    key.verify_strict(message.as_bytes(), &signature).is_ok()
}

fn forged(what: &str, name: &str) -> Doubt {
    (
        FindingKind::BadSignature,
        format!(
            "the signature of `{name}` on {what} wasn't made over these words: it was altered or forged"
        ),
    )
}

/// Exactly `N` bytes from base64url without padding.
fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut buffer = [0; N];
    match Base64UrlUnpadded::decode(text, &mut buffer) {
        Ok(bytes) if bytes.len() == N => Some(buffer),
        _ => None,
    }
}
