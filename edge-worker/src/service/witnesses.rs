//! Has the site's witnesses cosign the newest checkpoint (c2sp.org/tlog-witness), and publishes it.
//!
//! A witness signs only if nothing was taken out of the tree or changed since the one that it signed
//! before, which a consistency proof shows it. What it signs is published, and with it everybody can
//! tell when the tree was at least as large. A witness that is down or refuses delays nothing but
//! the publication, and that only where fewer sign than the quorum.

mod reply;
#[cfg(test)]
mod tests;

use super::hourly_platform::{HourlyPlatform, Submission, decode, encode};
use super::{LogFailure, Site, proof};
use crate::log::tree_messages::{
    CONSISTENCY, Head, PUBLISH, Publication, Published, WITNESSES, WitnessLog, WitnessState,
};
use domain::tlog::{
    AddCheckpoint, Cosignature, Note, NoteSignature, VerifierKey, cosigned_message,
};
use domain::{Timestamp, Witness};
use reply::{Sent, Verdict, judge};

/// How far the clock of a witness may be ahead, in seconds.
const MAX_AHEAD: u64 = 300;

/// The checkpoint of the hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Round {
    /// How many entries it covers.
    pub(crate) size: u64,
    /// How many witnesses have cosigned it.
    pub(crate) cosignatures: u32,
    /// Whether it was published: not when there are too few of them and an earlier one has enough.
    pub(crate) is_published: bool,
}

/// Asks each witness whose cosignature the newest checkpoint lacks, and publishes it. What is wrong
/// with the archive is noted with it.
///
/// # Errors
/// The log fails or signing does. Witnesses that fail are noted in the log.
pub(crate) async fn run(
    site: &Site,
    platform: &dyn HourlyPlatform,
    now: Timestamp,
    archive_problem: Option<String>,
) -> Result<Round, LogFailure> {
    let policy = &site.manifest.witnesses;
    let known: WitnessLog = decode(platform.send(WITNESSES, encode(&())).await)?;
    let mut note = proof::published(site, platform, &known.head, now).await?;
    let own = &site.log_keys.signing;
    let mut plain = note.clone();
    plain
        .signatures
        .retain(|line| own.iter().any(|ids| ids.signature == line.key_id));
    let asked = ask_all(platform, &policy.list, &known, &plain, now).await?;
    let mut count = 0;
    let mut witnesses = Vec::new();
    for asked in asked {
        count += u32::from(asked.cosignature.is_some());
        note.signatures.extend(asked.cosignature);
        witnesses.push(asked.state);
    }
    let head = known.head;
    let has_enough = known
        .published
        .is_some_and(|published| published.cosignatures >= policy.quorum);
    let is_published = count >= policy.quorum || !has_enough;
    let publication = Publication {
        published: is_published.then(|| Published {
            size: head.size,
            root: head.root,
            note: note.to_string(),
            cosignatures: count,
            time: now,
        }),
        witnesses,
        archive_problem,
    };
    platform.send(PUBLISH, encode(&publication)).await?;
    Ok(Round {
        size: head.size,
        cosignatures: count,
        is_published,
    })
}

/// A witness in the course of an hour.
struct Asked<'w> {
    witness: &'w Witness,
    state: WitnessState,
    /// Of the newest checkpoint.
    cosignature: Option<NoteSignature>,
    /// Where the next proof begins; `None` when it isn't to be asked.
    prove_from: Option<u64>,
}

impl<'w> Asked<'w> {
    fn new(witness: &'w Witness, known: &WitnessLog, text: &str) -> Self {
        let of_name = |state: &&WitnessState| state.name == witness.name;
        let state = known.witnesses.iter().find(of_name).cloned();
        let state = state.unwrap_or_else(|| WitnessState {
            name: witness.name.clone(),
            size: 0,
            time: None,
            problem: None,
        });
        let cosignature = earlier_cosignature(witness, known, text);
        Self {
            prove_from: cosignature
                .is_none()
                .then_some(state.size.min(known.head.size)),
            witness,
            state,
            cosignature,
        }
    }

    fn fails(&mut self, platform: &dyn HourlyPlatform, problem: String, now: Timestamp) {
        platform.report("witness", &format!("{}: {problem}", self.state.name));
        self.prove_from = None;
        let since = self.state.problem.take().map_or(now, |(_, since)| since);
        self.state.problem = Some((problem, since));
    }

    fn signs(&mut self, (line, time): (NoteSignature, Timestamp), size: u64) {
        self.prove_from = None;
        self.cosignature = Some(line);
        self.state.size = size;
        self.state.time = Some(time);
        self.state.problem = None;
    }
}

/// The cosignature of a witness that the published checkpoint has, if it is this one.
fn earlier_cosignature(witness: &Witness, known: &WitnessLog, text: &str) -> Option<NoteSignature> {
    let published = known.published.as_ref()?;
    let (Ok(note), Ok(key)) = (
        Note::parse(&published.note),
        VerifierKey::parse(&witness.key),
    ) else {
        return None;
    };
    let mut signatures = note.signatures.into_iter();
    let found = signatures.find(|line| is_of(line, &key));
    found.filter(|_| note.text == text)
}

fn is_of(line: &NoteSignature, key: &VerifierKey) -> bool {
    line.name == key.name && line.key_id == key.id()
}

/// Asks all witnesses at once, and those that stand elsewhere than the log thought once more.
async fn ask_all<'w>(
    platform: &dyn HourlyPlatform,
    witnesses: &'w [Witness],
    known: &WitnessLog,
    note: &Note,
    now: Timestamp,
) -> Result<Vec<Asked<'w>>, LogFailure> {
    let size = known.head.size;
    let begin = |witness| Asked::new(witness, known, &note.text);
    let mut all: Vec<Asked<'w>> = witnesses.iter().map(begin).collect();
    for is_last in [false, true] {
        let mut open: Vec<_> = all.iter_mut().collect();
        open.retain(|asked| asked.prove_from.is_some());
        let mut submissions = Vec::new();
        for asked in &open {
            submissions.push(submission(platform, asked, &known.head, note).await?);
        }
        if submissions.is_empty() {
            break;
        }
        let replies = platform.submit(&submissions).await;
        for (asked, reply) in open.into_iter().zip(replies) {
            let old = asked.prove_from.unwrap_or(0);
            let verdict = match &reply {
                Ok(reply) => judge(reply, Sent { old, size, is_last }),
                Err(problem) => Verdict::Problem(problem.clone()),
            };
            match verdict {
                Verdict::ProveFrom(size) => asked.prove_from = Some(size),
                Verdict::Problem(problem) => asked.fails(platform, problem, now),
                Verdict::Signed(lines) => {
                    match check(platform, asked.witness, &lines, &note.text, now).await? {
                        Ok(signed) => asked.signs(signed, size),
                        Err(problem) => asked.fails(platform, problem.to_owned(), now),
                    }
                }
            }
        }
    }
    Ok(all)
}

async fn submission(
    platform: &dyn HourlyPlatform,
    asked: &Asked<'_>,
    head: &Head,
    note: &Note,
) -> Result<Submission, LogFailure> {
    let old = asked.prove_from.unwrap_or(0);
    let body = AddCheckpoint {
        old,
        proof: decode(platform.send(CONSISTENCY, encode(&(old, head.size))).await)?,
        checkpoint: note.clone(),
    };
    Ok(Submission {
        address: format!("{}add-checkpoint", asked.witness.address),
        body: body.to_string(),
    })
}

/// The line by the witness's own key whose signature verifies, with its time; a sentence if there is
/// none.
async fn check(
    platform: &dyn HourlyPlatform,
    witness: &Witness,
    lines: &[NoteSignature],
    text: &str,
    now: Timestamp,
) -> Result<Result<(NoteSignature, Timestamp), &'static str>, LogFailure> {
    let Ok(key) = VerifierKey::parse(&witness.key) else {
        return Ok(Err("its key in manifest.json can't be read"));
    };
    let latest = now.seconds().unsigned_abs().saturating_add(MAX_AHEAD);
    let mut problem = "it doesn't sign with the key of site.toml";
    for line in lines.iter().filter(|line| is_of(line, &key)) {
        let Some(cosignature) = Cosignature::from_bytes(&line.bytes) else {
            problem = "its signature has no time";
            continue;
        };
        let Cosignature { time, ed25519 } = cosignature;
        let message = cosigned_message(time, text);
        if !platform.verifies(&key.key, &message, &ed25519).await? {
            problem = "its signature is wrong";
        } else if time > latest {
            problem = "its clock is more than five minutes ahead";
        } else {
            let seconds = i64::try_from(time).unwrap_or(i64::MAX);
            return Ok(Ok((line.clone(), Timestamp::from_seconds(seconds))));
        }
    }
    Ok(Err(problem))
}
