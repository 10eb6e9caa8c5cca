//! What visitors are asked with, as texts that can be archived and proved.

use super::context::{Frame, Shared};
use crate::archive::{Snapshot, TextKind};

/// Every text that visitors see when they are asked.
pub fn shown(shared: &Shared, frames: &[Frame]) -> Vec<Snapshot> {
    let mut all = vec![Snapshot::new(
        TextKind::Revision,
        None,
        &shared.consent_text,
        &shared.revision,
    )];
    for frame in frames {
        let mut add = |kind, text: &str| {
            all.push(Snapshot::new(
                kind,
                Some(&frame.locale),
                text,
                &shared.revision,
            ));
        };
        add(TextKind::Banner, &frame.banner_html);
        add(TextKind::Choices, &frame.choices_html);
        if let Some(words) = &frame.placeholder {
            add(TextKind::Placeholder, &words.to_string());
        }
    }
    all
}
