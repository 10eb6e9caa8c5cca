//! What `verifier monitor` remembers of a log: the checkpoints that it saw, in a JSON file.

use domain::Timestamp;
use serde::{Deserialize, Serialize};

const SCHEMA: &str = "kelisim.monitor/1";

/// Checkpoints that are kept besides the first and the newest: one a day for more than ten years.
const MAX_CHECKPOINTS: usize = 4000;

/// The state of a monitor.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    schema: String,
    /// Address of the log: `https://cap.kz`.
    pub(crate) address: String,
    /// The policy, C2SP tlog-policy: the given one, or that which the log published at first.
    pub(crate) policy: String,
    /// The newest of each UTC day, in the order in which they were seen.
    pub(crate) checkpoints: Vec<SeenCheckpoint>,
}

/// A checkpoint with the time at which it was seen.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeenCheckpoint {
    /// The signed note.
    pub(crate) note: String,
    /// When it was first seen, by the monitor's own clock.
    pub(crate) seen: Timestamp,
}

impl State {
    /// The state before anything was seen.
    pub(crate) fn new(address: &str, policy: &str) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            address: address.to_owned(),
            policy: policy.to_owned(),
            checkpoints: Vec::new(),
        }
    }

    /// Reads a state; `None` when the text is something else.
    ///
    /// # Errors
    /// It is a state, but not one that this program understands.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, String> {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
        }
        match serde_json::from_str(text) {
            Ok(Head { schema }) if schema.starts_with("kelisim.monitor/") => {}
            _ => return Ok(None),
        }
        let state: Self = serde_json::from_str(text)
            .map_err(|error| format!("it is no state of this version's monitor: {error}"))?;
        if state.schema == SCHEMA {
            Ok(Some(state))
        } else {
            Err(format!(
                "it is a state of another version, `{}`",
                state.schema
            ))
        }
    }

    /// The text of the file.
    ///
    /// # Errors
    /// None in practice: every field has a JSON form.
    pub(crate) fn to_text(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Adds the newest checkpoint. The one before it goes if it is of the same day and not the
    /// first.
    pub(crate) fn add(&mut self, note: String, seen: Timestamp) {
        let is_same_day = |last: &mut SeenCheckpoint| last.seen.day() == seen.day();
        if self.checkpoints.len() > 1 {
            self.checkpoints.pop_if(is_same_day);
        }
        if self.checkpoints.len() > MAX_CHECKPOINTS {
            self.checkpoints.remove(1);
        }
        self.checkpoints.push(SeenCheckpoint { note, seen });
    }
}
