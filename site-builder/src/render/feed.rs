//! `/{locale}/feed.xml`: an Atom feed (RFC 4287) of all editions.

use crate::content::settings::FactValue;
use crate::model::site::{self, Edition, EditionState, Policy, Site};
use crate::output::file::File;
use crate::render::context::{LocaleContext, SiteContext};
use crate::render::theme::Theme;
use crate::render::view::DateView;
use crate::report::diagnostic::Diagnostic;
use chrono::NaiveDate;
use serde::Serialize;

/// The variables of a theme's template `feed.xml`.
#[derive(Debug, Serialize)]
struct FeedView {
    /// Language of the feed.
    locale: String,
    /// `cap.kz`
    host: String,
    /// Address of the feed, which is its id.
    url: String,
    /// The start page.
    home: String,
    /// RFC 3339, of the newest entry.
    updated: String,
    /// The operator.
    author: String,
    /// The operator's address on the web.
    author_url: String,
    /// The newest first.
    entries: Vec<EntryView>,
}

/// An edition in the feed.
#[derive(Debug, Serialize)]
struct EntryView {
    /// Address of the edition's dated page, which never changes: its id.
    url: String,
    /// Address of its comparison with the one before.
    changes: String,
    /// Language of the text.
    locale: String,
    /// Title of the policy.
    title: String,
    /// The day it comes into force.
    effective: DateView,
    /// `current`, `past` or `future`.
    state: &'static str,
    /// RFC 3339.
    published: String,
    /// RFC 3339: publication, then coming into force.
    updated: String,
    /// What changed, in the author's words; may be empty.
    summary: String,
}

/// Makes the feed of a locale.
///
/// # Errors
/// The diagnostic of a template that fails.
pub(super) fn file(
    site: &Site,
    theme: &Theme<'_>,
    site_context: &SiteContext,
    context: &LocaleContext,
) -> Result<File, Diagnostic> {
    let view = feed(site, site_context, context);
    let text = theme.render("feed.xml", Some(&context.locale), &view)?;
    Ok(File::text(&format!("{}/feed.xml", context.locale), text))
}

fn feed(site: &Site, site_context: &SiteContext, context: &LocaleContext) -> FeedView {
    let order = site.settings.locales.get_ref();
    let mut entries: Vec<EntryView> = Vec::new();
    for policy in &site.policies {
        let editions = policy.editions_or_fallback(&context.locale, order);
        let made = editions.iter().map(|edition| {
            let state = site::state(edition, editions, site_context.today);
            entry(site_context, context, policy, edition, state)
        });
        entries.extend(made);
    }
    entries.sort_by(|one, other| (&other.updated, &other.url).cmp(&(&one.updated, &one.url)));
    let author = site
        .facts
        .get(&context.locale)
        .and_then(|facts| facts.get("operator.legal_name"))
        .map_or_else(String::new, FactValue::plain);
    let url = &site_context.site.url;
    FeedView {
        locale: context.locale.to_string(),
        host: site_context.site.host.clone(),
        url: format!("{url}/{}/feed.xml", context.locale),
        home: format!("{url}/{}/", context.locale),
        updated: entries.first().map_or_else(
            || midnight_utc(site_context.today),
            |newest| newest.updated.clone(),
        ),
        author: xml_text(&author),
        author_url: format!("{url}/"),
        entries,
    }
}

fn entry(
    site_context: &SiteContext,
    context: &LocaleContext,
    policy: &Policy,
    edition: &Edition,
    state: EditionState,
) -> EntryView {
    let front = &edition.front;
    let locale = &edition.locale;
    let url = &site_context.site.url;
    let slug = &policy.slug;
    // An edition is updated when it comes into force, but not before that day has come.
    let updated = match state {
        EditionState::Future => front.published,
        EditionState::Current | EditionState::Past => front.published.max(edition.effective),
    };
    EntryView {
        url: format!("{url}/{locale}/{slug}/{}/", edition.effective),
        changes: format!(
            "{url}/{}/{slug}/changes/#s-{}",
            context.locale, edition.effective
        ),
        locale: locale.to_string(),
        title: xml_text(&front.title),
        effective: context.dates.view(edition.effective),
        state: state.as_str(),
        published: midnight_utc(front.published),
        updated: midnight_utc(updated),
        summary: xml_text(&front.summary),
    }
}

/// The beginning of a day as RFC 3339: editions have a day, no time.
fn midnight_utc(day: NaiveDate) -> String {
    format!("{day}T00:00:00Z")
}

/// Drops the characters that XML 1.0 forbids, which can't be written as references either.
fn xml_text(text: &str) -> String {
    let is_allowed = |character: &char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(is_allowed).collect()
}
