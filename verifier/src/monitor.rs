//! `verifier monitor`: looks at a log again and again, remembers what it saw, and tells when the log
//! doesn't continue it.

use crate::check::{Options, read_trust};
use crate::error::InputError;
use crate::files;
use crate::finding::{Finding, FindingKind};
use crate::http::{Address, Client};
use crate::input;
use crate::kept::KeptHead;
use crate::report::Report;
use crate::state::State;
use crate::tree::{NoTile, SourceTiles, quorum_finding};
use crate::trust::{Policy, SignedHead, Trust};
use camino::Utf8PathBuf;
use clap::Args;
use domain::Timestamp;
use domain::tlog::{Note, TreeHead, consistency_proof, verify_consistency};
use serde::Deserialize;
use std::io;

/// Milliseconds of an hour.
const HOUR: i64 = 60 * 60 * 1000;

/// Milliseconds of a day.
const DAY: i64 = 24 * HOUR;

/// What to watch.
#[derive(Debug, Args)]
pub(crate) struct Monitor {
    /// Address of the site, such as `https://cap.kz`.
    address: String,
    /// The file that remembers what was seen. `--checkpoint` of a check reads it too.
    #[arg(long, value_name = "FILE")]
    state: Utf8PathBuf,
    /// Keys, witnesses and quorum [default: as the log published them when it was first seen].
    #[arg(long, value_name = "FILE")]
    policy: Option<Utf8PathBuf>,
    /// Hours after which the log must have signed its end anew.
    #[arg(long, value_name = "HOURS", default_value_t = 26)]
    stale: u32,
    /// Look once and end, for cron.
    #[arg(long)]
    pub(crate) once: bool,
    /// Minutes between two looks.
    #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) interval: u32,
}

/// How a checkpoint compares with what was seen before.
enum Compared {
    /// It doesn't continue it, or isn't shown to: what was seen before stays.
    Broken(Finding),
    /// It continues it; something else may be wrong.
    Continued(Option<Finding>),
}

/// What is used of `GET /log/info`.
#[derive(Deserialize)]
struct Info {
    minimum_index: u64,
    retention_days: u32,
}

impl Monitor {
    /// Looks at the log once, and remembers it unless something is wrong.
    ///
    /// # Errors
    /// The log can't be fetched, or the state not be read or written. What is wrong with the log is
    /// in the report.
    pub(crate) fn look(&self, now: Timestamp) -> Result<Report, InputError> {
        let client = Client::new(Address::expect(&self.address)?, None)?;
        let (published, published_policy) = client.policy()?;
        let mut state = match self.read_state()? {
            Some(state) => state,
            None => State::new(client.address().as_str(), &published),
        };
        if state.address != client.address().as_str() {
            let message = format!(
                "it is the state of `{}`; each log needs a file of its own",
                state.address
            );
            return Err(InputError::Invalid(self.state.clone(), message));
        }
        let mut report = Report {
            signatures_checked: true,
            ..Report::default()
        };
        let trust = self.trust(&state, published_policy)?;
        if self.policy.is_none() && state.policy != published {
            report.remarks.push("the log publishes another policy than when it was first seen; compare them, and begin a new state if the new one is right".to_owned());
        }
        let note = client.checkpoint()?;
        let text = String::from_utf8_lossy(&note);
        let compared = self.compare(&client, &trust, &state, &text, now, &mut report)?;
        report.finding = match compared {
            Compared::Broken(finding) => Some(finding),
            Compared::Continued(finding) => {
                state.add(text.into_owned(), now);
                let text = state.to_text().map_err(|error| self.unwritable(error))?;
                files::write(&self.state, text.as_bytes())?;
                finding
            }
        };
        Ok(report.conclude())
    }

    fn unwritable(&self, error: serde_json::Error) -> InputError {
        InputError::Unwritable(self.state.clone(), io::Error::other(error))
    }

    fn read_state(&self) -> Result<Option<State>, InputError> {
        let bytes = match input::read(&self.state) {
            Ok(bytes) => bytes,
            Err(InputError::Unreadable(_, error)) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let invalid = |message| InputError::Invalid(self.state.clone(), message);
        let state = State::parse(&String::from_utf8_lossy(&bytes)).map_err(invalid)?;
        state
            .map(Some)
            .ok_or_else(|| invalid("it is no state of a monitor".to_owned()))
    }

    fn trust(&self, state: &State, published: Policy) -> Result<Trust, InputError> {
        let mut trust = read_trust(&Options {
            policy: self.policy.clone(),
            ..Options::default()
        })?;
        if trust.policy.is_none() {
            let first = Policy::parse(state.policy.as_bytes());
            let first =
                first.map_err(|message| InputError::Invalid(self.state.clone(), message))?;
            trust.policy = Some(if state.checkpoints.is_empty() {
                published
            } else {
                first
            });
        }
        Ok(trust)
    }

    /// Compares a checkpoint with what was seen before.
    fn compare(
        &self,
        client: &Client,
        trust: &Trust,
        state: &State,
        note: &str,
        now: Timestamp,
        report: &mut Report,
    ) -> Result<Compared, InputError> {
        let signed = match read_note(trust, note, "the checkpoint") {
            Ok(signed) => signed,
            Err(finding) => return Ok(Compared::Broken(finding)),
        };
        let origin = &signed.head.origin;
        report.site = origin.strip_suffix("/log").map(str::to_owned);
        if let Some(host) = client
            .address()
            .host()
            .filter(|host| TreeHead::origin_of(host) != *origin)
        {
            let message = format!("`{host}` serves the log `{origin}`");
            let finding = Finding::without_line(FindingKind::Foreign, None, message);
            return Ok(Compared::Broken(finding));
        }
        report.size = Some(signed.head.size);
        report.witnesses = signed.witnesses.clone();
        report.checkpoints = 1;
        if let Some(last) = state.checkpoints.last() {
            let kept = match read_note(trust, &last.note, "the checkpoint in the state") {
                Ok(kept) => KeptHead::new(kept, Some(last.seen)),
                Err(finding) => return Ok(Compared::Broken(finding)),
            };
            report.kept.push(kept.name().to_owned());
            if let Some(finding) = continues(client, &kept, &signed)? {
                return Ok(Compared::Broken(finding));
            }
            report.agreed.push(kept.name().to_owned());
        }
        let purged = purged_early(&info(client)?, trust, state, now);
        let doubt = purged
            .or_else(|| quorum_finding(trust, &signed))
            .or_else(|| self.stale(&signed, state, now));
        Ok(Compared::Continued(doubt))
    }

    /// The log's end was not signed anew for too long. Without a time in the checkpoint, how long
    /// it has been the same counts.
    fn stale(&self, signed: &SignedHead, state: &State, now: Timestamp) -> Option<Finding> {
        let witnessed = signed.witnesses.iter().map(|(_, time)| *time).max();
        let since = state.checkpoints.iter().rev().take_while(|seen| {
            let head = Note::parse(&seen.note).map(|note| TreeHead::parse(&note.text));
            matches!(head, Ok(Ok(head)) if head.size == signed.head.size)
        });
        let unchanged = since.last().map(|seen| seen.seen);
        let time = signed.log_time.max(witnessed).or(unchanged)?;
        let age = now.millis().saturating_sub(time.millis());
        (age > HOUR.saturating_mul(i64::from(self.stale))).then(|| {
            Finding::without_line(
                FindingKind::Stale,
                None,
                format!(
                    "the log stands still: nobody has signed its end since {time}, for more than {} hours",
                    self.stale
                ),
            )
        })
    }
}

/// Checks that a log continues what was kept of it.
fn continues(
    client: &Client,
    kept: &KeptHead,
    signed: &SignedHead,
) -> Result<Option<Finding>, InputError> {
    let (old, new) = (&kept.head, &signed.head);
    let wrong = |kind, message| Ok(Some(Finding::without_line(kind, None, message)));
    if old.origin != new.origin {
        let message = format!("the log is `{}` now, and was `{}`", new.origin, old.origin);
        return wrong(FindingKind::Foreign, message);
    }
    if new.size < old.size {
        let message = format!(
            "the log shrank: it has {} entries now, {} says that it had more",
            new.size,
            kept.name()
        );
        return wrong(FindingKind::Shrunk, message);
    }
    let tiles = SourceTiles::new(Box::new(client.clone()));
    let is_continued = match consistency_proof(&tiles, old.size, new.size) {
        Ok(proof) => verify_consistency(old.size, &old.root, new.size, &new.root, &proof),
        Err(NoTile::Input(error)) => return Err(error),
        // A log that keeps the proof to itself isn't known to continue what it was.
        Err(NoTile::Missing(resource)) => {
            let message = format!(
                "the log doesn't show that it continues {}: tile `{resource}` is missing or cut",
                kept.name()
            );
            return wrong(FindingKind::MissingTile, message);
        }
    };
    if is_continued {
        return Ok(None);
    }
    let message = format!(
        "the log was rewritten: its tree of {} entries doesn't begin with that of {}",
        new.size,
        kept.name()
    );
    wrong(FindingKind::Contradicted, message)
}

/// Whether records were deleted that were written within the retention: what was at the end of the
/// log when it was seen is no older than that.
fn purged_early(info: &Info, trust: &Trust, state: &State, now: Timestamp) -> Option<Finding> {
    let retention = DAY.saturating_mul(i64::from(info.retention_days));
    let is_early = state.checkpoints.iter().find(|seen| {
        let size = match read_note(trust, &seen.note, "a checkpoint in the state") {
            Ok(signed) => signed.head.size,
            Err(_) => return false,
        };
        let age = now.millis().saturating_sub(seen.seen.millis());
        size < info.minimum_index && age < retention.saturating_sub(DAY)
    })?;
    Some(Finding::without_line(
        FindingKind::PurgedEarly,
        Some(info.minimum_index.saturating_sub(1)),
        format!(
            "records up to {} were deleted, though the last of them were not written yet at {}, less than the retention of {} days ago",
            info.minimum_index.saturating_sub(1),
            is_early.seen,
            info.retention_days
        ),
    ))
}

fn info(client: &Client) -> Result<Info, InputError> {
    let path = "/log/info";
    let json = client.get(path, false)?;
    serde_json::from_slice(&json)
        .map_err(|error| InputError::Invalid(client.address().of(path).into(), error.to_string()))
}

fn read_note(trust: &Trust, text: &str, what: &str) -> Result<SignedHead, Finding> {
    let read = match Note::parse(text) {
        Ok(note) => trust.verify_note(&note, what),
        Err(error) => Err((
            FindingKind::Unreadable,
            format!("{what} can't be read: {error}"),
        )),
    };
    read.map_err(|(kind, message)| Finding::without_line(kind, None, message))
}
