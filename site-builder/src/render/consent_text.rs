//! What visitors are asked with, as texts that can be archived and proved.

use super::context::{Frame, Shared};
use crate::archive::{Kind, Snapshot, snapshot};

/// Every text that visitors see when they are asked.
pub fn shown(shared: &Shared, frames: &[Frame]) -> Vec<Snapshot> {
    let mut all = vec![snapshot(
        Kind::Revision,
        None,
        &shared.consent_text,
        &shared.revision,
    )];
    for frame in frames {
        let mut add = |kind, text: &str| {
            all.push(snapshot(kind, Some(&frame.locale), text, &shared.revision));
        };
        add(Kind::Banner, &frame.banner_html);
        add(Kind::Choices, &frame.choices_html);
        if let Some(words) = &frame.placeholder {
            add(Kind::Placeholder, &words.to_string());
        }
    }
    all
}
