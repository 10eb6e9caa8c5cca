//! The texts that visitors decide on, as snapshots for the archive.

use super::context::{LocaleContext, SiteContext};
use crate::archive::Snapshot;
use domain::archive::TextKind;

/// The revision's text, and of each locale the banner, the form of the choices page and the words
/// of placeholders.
pub fn consent_texts(
    site_context: &SiteContext,
    locale_contexts: &[LocaleContext],
) -> Vec<Snapshot> {
    let mut all = vec![Snapshot::new(
        TextKind::Revision,
        None,
        &site_context.revision_text,
        &site_context.revision,
    )];
    for context in locale_contexts {
        let mut add = |kind, text: &str| {
            all.push(Snapshot::new(
                kind,
                Some(&context.locale),
                text,
                &site_context.revision,
            ));
        };
        add(TextKind::Banner, &context.banner_html);
        add(TextKind::Choices, &context.choices_html);
        if let Some(words) = &context.placeholder {
            add(TextKind::Placeholder, &words.to_string());
        }
    }
    all
}
