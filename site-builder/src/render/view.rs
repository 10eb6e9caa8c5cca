//! What templates see. A template asks no questions of law: Rust decides, HTML shows.
//!
//! Every page template gets [`Page`] as its root; `policy.html` finds its document in `policy`, and
//! so on. Strings of the theme are in `t`, as nested tables.

mod changes;
mod page;
mod shared;

pub use changes::{ChangesView, ClauseChange, ComparisonView, EditionView};
pub use page::{Page, RevisionTracker};
pub use shared::Shared;

use domain::ShortHash;
use minijinja::Value;
use serde::Serialize;

/// Facts of the whole site.
#[derive(Debug, Serialize)]
pub struct SiteView {
    /// `cap.kz`
    pub host: String,
    /// `https://cap.kz`
    pub url: String,
    /// The site is a draft that must not be deployed: pages say so.
    pub draft: bool,
    /// Address of the style sheet, with its hash in the name.
    pub css: String,
    /// Address of the script, with its hash in the name.
    pub js: String,
    /// Address of the icon, with its hash in the name; empty: the theme has none.
    pub icon: String,
}

/// What the operator's page has that no other page has.
#[derive(Debug, Serialize)]
pub struct AdminView {
    /// Address of its style sheet, with its hash in the name.
    pub css: String,
    /// Address of its script, with its hash in the name.
    pub js: String,
    /// How long consent records are kept, in days.
    pub retention_days: u32,
}

/// A locale as pages name it.
#[derive(Debug, Clone, Serialize)]
pub struct LocaleView {
    /// BCP 47: `kk`.
    pub code: String,
    /// Its own name: `Қазақша`.
    pub name: String,
    /// `ltr` or `rtl`.
    pub dir: &'static str,
}

/// The same page in another locale.
#[derive(Debug, Clone, Serialize)]
pub struct Alternate {
    /// The locale of the page.
    pub locale: Shared<LocaleView>,
    /// `/ru/privacy/`
    pub path: String,
    /// `https://cap.kz/ru/privacy/`
    pub url: String,
    /// It is the page being shown.
    pub current: bool,
    /// The text is in that language: only such pages are announced by `hreflang`.
    pub translated: bool,
}

/// One line of the menu.
#[derive(Debug, Clone, Serialize)]
pub struct MenuItem {
    /// Short title of the policy.
    pub title: String,
    /// `/kk/privacy/`
    pub path: String,
    /// It is the page being shown.
    pub current: bool,
}

/// Operator facts in one locale; absent facts are empty.
#[derive(Debug, Default, Serialize)]
pub struct OperatorView {
    /// Bare name: `«…»`.
    pub name: String,
    /// Language of the bare name when it differs from the page's; empty otherwise.
    pub name_lang: String,
    /// Name with legal form, as safe HTML (the name may carry `lang`).
    pub legal_name_html: String,
    /// Business identification number, 12 digits.
    pub bin: String,
    /// Postal address.
    pub address: String,
    /// The same, as safe HTML (with `lang` where the locale has none of its own).
    pub address_html: String,
    /// E-mail address.
    pub email: String,
    /// Telephone in E.164: `+77273383993`.
    pub phone: String,
    /// Telephone for reading: `+7 727 338 39 93`.
    pub phone_text: String,
    /// Address of the data protection officer.
    pub dpo_email: String,
    /// The body that receives complaints, as safe HTML (with `lang` where the locale has no name of
    /// its own).
    pub authority_html: String,
}

/// The banner and the form of the choices page.
#[derive(Debug, Serialize)]
pub struct BannerView {
    /// See [`domain::Manifest::revision`].
    pub revision: String,
    /// Path of the choices page.
    pub choices_path: String,
    /// Path of the cookie policy, or of the first policy when there is none named `cookies`.
    pub policy_path: String,
    /// Title of that policy.
    pub policy_title: String,
    /// Categories that visitors are asked about, essential first.
    pub categories: Vec<CategoryView>,
    /// Providers of the optional services, each once, the operator left out.
    pub recipients: Vec<String>,
    /// Names of the countries to which optional services transfer data, each once.
    pub countries: Vec<String>,
    /// What the optional services learn, each once, as safe HTML (with `lang` where the locale has
    /// no text of its own).
    pub data_html: Vec<String>,
    /// How long a grant is in force, in days.
    pub choice_days: u32,
    /// How long nobody is asked again after a refusal or a dismissal, in days.
    pub refusal_days: u32,
    /// Whether pages tell the service that they have shown the banner.
    pub count_shown: bool,
    /// Address of the script with the banner's behaviour; empty when the theme has none.
    pub script: String,
    /// Address of the script that loads services once they are allowed; empty: there is none to
    /// load.
    pub tags: String,
    /// Names of cookies to delete on withdrawal, `*` at the end for any ending.
    pub deletable: Vec<String>,
}

/// A category with its services.
#[derive(Debug, Serialize)]
pub struct CategoryView {
    /// `analytics`
    pub id: &'static str,
    /// Essential: can't be switched off.
    pub locked: bool,
    /// Ids of the scopes that count as granted: the current one, then earlier ones that cover it.
    /// Empty for essential.
    pub scopes: Vec<ShortHash>,
    /// Services of the category.
    pub services: Vec<ServiceView>,
}

/// A service of the register in one locale.
#[derive(Debug, Serialize)]
pub struct ServiceView {
    /// Stable id.
    pub id: String,
    /// Proper name.
    pub name: String,
    /// Provider; the operator's bare name for own services.
    pub provider: String,
    /// The operator runs it.
    pub own: bool,
    /// Localised name of the country, or empty.
    pub country: String,
    /// What allows the transfer under each law that knows one of its bases; empty: no transfer.
    pub transfers: Vec<TransferView>,
    /// Countries whose visitors never get it.
    pub not_in: Vec<CountryView>,
    /// Keys of a yes to it in the consent cookie: of its current scope, then of earlier ones that
    /// cover it. Empty for essential services.
    pub grants: Vec<ShortHash>,
    /// The key of a no to it in the consent cookie; none for essential services.
    pub refusal: Option<ShortHash>,
    /// Hosts of its frames, by which the placeholder of a frame finds it; `*.` at the beginning for
    /// every host below a name.
    pub hosts: Vec<String>,
    /// The provider's privacy page, or empty.
    pub privacy_url: String,
    /// What it is for, as safe HTML (with `lang` where the locale has no text of its own).
    pub purpose_html: String,
    /// What it learns, as safe HTML likewise.
    pub data_html: String,
    /// It is known to set no cookies. Without this, and without any cookie, they are not known yet.
    pub no_cookies: bool,
    /// Pages never load it, because minors use the site (`minors` in `site.toml`). Only tables list
    /// such a service.
    pub switched_off: bool,
    /// Cookies it sets.
    pub cookies: Vec<CookieView>,
    /// What it keeps in other storage of the browser.
    pub storage: Vec<StorageView>,
}

/// What allows a transfer under one law, as keys of `t.transfer`.
#[derive(Debug, Serialize)]
pub struct TransferView {
    /// The law: `eu`, `kz`.
    pub law: &'static str,
    /// The basis, a key of its own below that of the law: `adequacy`, `scc`, `consent`.
    pub basis: &'static str,
}

/// A country in one locale.
#[derive(Debug, Serialize)]
pub struct CountryView {
    /// ISO 3166-1 alpha-2: `RU`.
    pub code: String,
    /// Its name in the locale.
    pub name: String,
}

/// Something in other storage than cookies, in one locale.
#[derive(Debug, Serialize)]
pub struct StorageView {
    /// A key of `t.register.storage`: `local_storage`, `session_storage`, `indexed_db`,
    /// `cache_storage`.
    pub kind: &'static str,
    /// Name or pattern, `amplitude_*`.
    pub name: String,
    /// What it is for, as safe HTML (with `lang` where the locale has no text of its own).
    pub purpose_html: String,
    /// How long it stays, in words: `395 days`, `until it is deleted`.
    pub lifetime: String,
}

/// A cookie of a service in one locale.
#[derive(Debug, Serialize)]
pub struct CookieView {
    /// Name or pattern, `_ga_*`.
    pub name: String,
    /// The vendor's domain, when the cookie is set there; empty: the site's own.
    pub domain: String,
    /// The path that it is set for: `/`.
    pub path: String,
    /// What it is for, as safe HTML (with `lang` where the locale has no text of its own).
    pub purpose_html: String,
    /// How long it lives, in words: `395 days`, `until the browser is closed`.
    pub lifetime: String,
}

/// A date for reading and for machines.
#[derive(Debug, Clone, Serialize)]
pub struct DateView {
    /// ISO 8601: `2026-11-20`.
    pub iso: String,
    /// As the locale writes it: `20 ноября 2026 г.`
    pub text: String,
}

/// A policy page.
#[derive(Debug, Serialize)]
pub struct PolicyView {
    /// Its short address: `privacy`.
    pub slug: String,
    /// The heading.
    pub title: String,
    /// Language of the text when it isn't the page's (the locale has no translation yet).
    pub other_language: Option<Shared<LocaleView>>,
    /// When this edition was published.
    pub published: DateView,
    /// When it came, or comes, into force.
    pub effective: DateView,
    /// `current`, `past` or `future`.
    pub state: &'static str,
    /// Path of the current edition (the policy's page).
    pub current_path: String,
    /// A later edition that is announced.
    pub upcoming: Option<EditionLink>,
    /// A slip that was corrected in its text.
    pub correction: Option<CorrectionView>,
    /// The end of the policy, if it has come. The edition then is past.
    pub retired: Option<RetiredView>,
    /// Path of the list of editions with their comparisons.
    pub changes_path: String,
    /// Table of contents, each line a [`TocItem`].
    pub toc: Value,
    /// The text, as safe HTML.
    pub body: Value,
}

/// A slip that was corrected in the text of an edition.
#[derive(Debug, Serialize)]
pub struct CorrectionView {
    /// What was corrected and when, in the author's words and the language of the text.
    pub text: String,
    /// Since when the corrected text stands there; `None` if the site has not archived the one before.
    pub date: Option<DateView>,
}

/// The end of a policy.
#[derive(Debug, Serialize)]
pub struct RetiredView {
    /// The first day on which it was in force no more.
    pub date: DateView,
    /// The policy that replaced it.
    pub successor: Option<SuccessorView>,
}

/// The policy that replaced another one.
#[derive(Debug, Serialize)]
pub struct SuccessorView {
    /// The heading.
    pub title: String,
    /// `/kk/privacy/`
    pub path: String,
    /// Language of the heading when it isn't the page's.
    pub other_language: Option<Shared<LocaleView>>,
}

/// A line of the table of contents.
#[derive(Debug, Clone, Serialize)]
pub struct TocItem {
    /// `3.1`, or empty.
    pub number: String,
    /// Title.
    pub title: String,
    /// `c-3-1`
    pub anchor: String,
    /// Deeper lines.
    pub children: Vec<TocItem>,
}

/// A policy in the list of the start page.
#[derive(Debug, Serialize)]
pub struct PolicyCard {
    /// The heading.
    pub title: String,
    /// One sentence.
    pub description: String,
    /// Path.
    pub path: String,
    /// When the current edition came into force.
    pub effective: DateView,
    /// The first day on which it was in force no more, of a retired policy.
    pub retired: Option<DateView>,
    /// Language of the text when it isn't the page's.
    pub other_language: Option<Shared<LocaleView>>,
}

/// A link to one edition.
#[derive(Debug, Clone, Serialize)]
pub struct EditionLink {
    /// `/kk/privacy/2026-11-20/`
    pub path: String,
    /// When it comes into force.
    pub effective: DateView,
}
