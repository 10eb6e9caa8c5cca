//! The texts that visitors decide on, as snapshots for the archive.

use super::context::{LocaleContext, SiteContext};
use crate::archive::Snapshot;
use domain::archive::TextKind;

/// The revision's text and its scopes, and of each locale the banner, its settings, the form of the
/// choices page and the words of placeholders.
pub fn consent_texts(
    site_context: &SiteContext,
    locale_contexts: &[LocaleContext],
) -> Vec<Snapshot> {
    let revision = &site_context.revision;
    let of_revision = |kind, text: &str| Snapshot::new(kind, None, text, revision);
    let mut all = vec![
        of_revision(TextKind::Revision, &site_context.revision_text),
        of_revision(TextKind::Scope, &site_context.scope_text),
    ];
    for context in locale_contexts {
        let mut add = |kind, text: &str| {
            all.push(Snapshot::new(kind, Some(&context.locale), text, revision));
        };
        add(TextKind::Banner, &context.banner_html);
        if let Some(html) = &context.settings_html {
            add(TextKind::Settings, html);
        }
        add(TextKind::Choices, &context.choices_html);
        if let Some(words) = &context.placeholder {
            add(TextKind::Placeholder, &words.to_string());
        }
    }
    all
}
