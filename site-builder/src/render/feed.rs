//! `/{locale}/feed.xml`: an Atom feed (RFC 4287) of all editions, for readers who want to hear of changes.

use crate::content::settings::FactValue;
use crate::model::site::{self, Edition, EditionState, Policy, Site};
use crate::output::file::File;
use crate::render::context::{Frame, Shared};
use crate::render::theme::Theme;
use crate::render::view::DateView;
use crate::report::diagnostic::Diagnostic;
use chrono::NaiveDate;
use serde::Serialize;

/// What `feed.xml` of a theme sees.
#[derive(Debug, Serialize)]
struct FeedView {
    /// Language of the feed.
    locale: String,
    /// `cap.kz`
    host: String,
    /// Its own address, which is its id.
    url: String,
    /// The page it belongs to.
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
    /// Address of the edition's dated page, for ever the same: its id.
    url: String,
    /// Where it is compared with the one before.
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
    /// What changed; may be empty.
    summary: String,
}

/// Makes the feed of a locale.
///
/// # Errors
/// The diagnostic of a template that fails.
pub(super) fn file(
    site: &Site,
    theme: &Theme<'_>,
    shared: &Shared,
    frame: &Frame,
) -> Result<File, Diagnostic> {
    let view = feed(site, shared, frame);
    let text = theme.render("feed.xml", Some(&frame.locale), &view)?;
    Ok(File::text(&format!("{}/feed.xml", frame.locale), text))
}

fn feed(site: &Site, shared: &Shared, frame: &Frame) -> FeedView {
    let order = site.settings.locales.get_ref();
    let mut entries: Vec<EntryView> = Vec::new();
    for policy in &site.policies {
        let editions = policy.editions_or_fallback(&frame.locale, order);
        let made = editions.iter().map(|edition| {
            let state = site::state(edition, editions, shared.today);
            entry(shared, frame, policy, edition, state)
        });
        entries.extend(made);
    }
    entries.sort_by(|one, other| (&other.updated, &other.url).cmp(&(&one.updated, &one.url)));
    let author = site
        .facts
        .get(&frame.locale)
        .and_then(|facts| facts.get("operator.legal_name"))
        .map(FactValue::plain);
    let url = &shared.site.url;
    FeedView {
        locale: frame.locale.to_string(),
        host: shared.site.host.clone(),
        url: format!("{url}/{}/feed.xml", frame.locale),
        home: format!("{url}/{}/", frame.locale),
        updated: entries
            .first()
            .map_or_else(|| moment(shared.today), |newest| newest.updated.clone()),
        author: allowed(&author.unwrap_or_default()),
        author_url: format!("{url}/"),
        entries,
    }
}

fn entry(
    shared: &Shared,
    frame: &Frame,
    policy: &Policy,
    edition: &Edition,
    state: EditionState,
) -> EntryView {
    let front = &edition.front;
    let locale = &edition.locale;
    let url = &shared.site.url;
    let slug = &policy.slug;
    // Coming into force is news; a day that is still to come isn't.
    let updated = match state {
        EditionState::Future => front.published,
        EditionState::Current | EditionState::Past => front.published.max(edition.effective),
    };
    EntryView {
        url: format!("{url}/{locale}/{slug}/{}/", edition.effective),
        changes: format!(
            "{url}/{}/{slug}/changes/#s-{}",
            frame.locale, edition.effective
        ),
        locale: locale.to_string(),
        title: allowed(&front.title),
        effective: frame.dates.view(edition.effective),
        state: state.as_str(),
        published: moment(front.published),
        updated: moment(updated),
        summary: allowed(&front.summary),
    }
}

/// The beginning of a day in UTC: an edition has a day, no hour.
fn moment(day: NaiveDate) -> String {
    format!("{day}T00:00:00Z")
}

/// The characters that XML 1.0 allows: no others can be written, not even as references.
fn allowed(text: &str) -> String {
    let is_allowed = |character: &char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(is_allowed).collect()
}
