//! `/{locale}/feed.xml`: an Atom feed (RFC 4287) of all editions.

use crate::archive::history::EditionHistories;
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
    /// Address of the edition's dated page when it was published: its id, which never changes.
    id: String,
    /// Address of the edition's dated page.
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
    /// RFC 3339: publication, coming into force, correction, or end of the policy; the latest of
    /// these.
    updated: String,
    /// What changed, in the author's words; may be empty.
    summary: String,
    /// Which slip was corrected and when, in the author's words; may be empty.
    correction: String,
}

/// What the feeds of a site are made of.
pub(super) struct FeedInputs<'r> {
    pub(super) site: &'r Site,
    pub(super) theme: &'r Theme<'r>,
    pub(super) site_context: &'r SiteContext,
    /// Archived texts of editions.
    pub(super) histories: &'r EditionHistories,
}

/// Makes the feed of a locale.
///
/// # Errors
/// The diagnostic of a template that fails.
pub(super) fn file(inputs: &FeedInputs<'_>, context: &LocaleContext) -> Result<File, Diagnostic> {
    let view = feed(inputs, context);
    let text = inputs
        .theme
        .render("feed.xml", Some(&context.locale), &view)?;
    Ok(File::text(&format!("{}/feed.xml", context.locale), text))
}

fn feed(inputs: &FeedInputs<'_>, context: &LocaleContext) -> FeedView {
    let FeedInputs {
        site, site_context, ..
    } = inputs;
    let mut entries: Vec<EntryView> = Vec::new();
    for policy in &site.policies {
        let editions = policy.editions_or_fallback(&context.locale, &site.order);
        let made = editions
            .iter()
            .map(|edition| entry(inputs, context, policy, edition, editions));
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
    inputs: &FeedInputs<'_>,
    context: &LocaleContext,
    policy: &Policy,
    edition: &Edition,
    editions: &[Edition],
) -> EntryView {
    let site_context = inputs.site_context;
    let today = site_context.today;
    let front = &edition.front;
    let locale = &edition.locale;
    let url = &site_context.site.url;
    let slug = &policy.slug;
    // An edition is updated when it comes into force, but not before that day has come.
    let in_force = match site::state(edition, editions, today) {
        EditionState::Future => None,
        EditionState::Current | EditionState::Past => Some(edition.effective),
    };
    let corrected = inputs.histories.corrected_on(policy, edition, today);
    let is_newest = site::current(editions, today)
        .is_some_and(|current| current.effective == edition.effective);
    let retired = policy.retired(today).filter(|_| is_newest);
    let updates = [in_force, corrected, retired.map(|end| end.day)];
    let updated = updates
        .into_iter()
        .flatten()
        .fold(front.published, Ord::max);
    // The id is the first address: later names and days of the same edition don't change it.
    let announced = front.announced.first().unwrap_or(&edition.effective);
    EntryView {
        id: format!("{url}/{locale}/{}/{announced}/", policy.first_name()),
        url: format!("{url}/{locale}/{slug}/{}/", edition.effective),
        changes: format!(
            "{url}/{}/{slug}/changes/#s-{}",
            context.locale, edition.effective
        ),
        locale: locale.to_string(),
        title: xml_text(&front.title),
        effective: context.dates.view(edition.effective),
        state: policy.state(edition, editions, today).as_str(),
        published: midnight_utc(front.published),
        updated: midnight_utc(updated),
        summary: xml_text(&front.summary),
        correction: xml_text(&front.correction),
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
