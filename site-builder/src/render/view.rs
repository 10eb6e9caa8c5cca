//! What templates see. A template asks no questions of law: Rust decides, HTML shows.
//!
//! Every page template gets [`Page`] as its root; `policy.html` finds its document in `policy`, and
//! so on. Strings of the theme are in `t`, as nested tables.

mod brand;
mod changes;
mod language;
mod page;
mod shared;

pub use brand::{BrandLinkView, BrandView, IconView, PictureView, ThemeColour};
pub use changes::{ChangesView, ClauseChange, ComparisonView, EditionView};
pub use language::{LocaleView, OtherLanguage};
pub use page::{Page, RevisionTracker};
pub use shared::Shared;

use minijinja::Value;
use serde::Serialize;

/// Facts of the whole site.
#[derive(Debug, Serialize)]
pub struct SiteView {
    /// For readers: `cap.kz`, `құжат.қаз`.
    pub host: String,
    /// Its origin, the host in ASCII: `https://cap.kz`.
    pub url: String,
    /// The site is a draft that must not be deployed: pages say so.
    pub draft: bool,
    /// Address of the style sheet, with its hash in the name.
    pub css: String,
    /// The icon; absent: neither the owner nor the theme has one.
    pub icon: Option<IconView>,
    /// The accent, for the browser's own bars; absent: the theme has none.
    pub theme_colour: Option<ThemeColour>,
    /// The picture that is shown with links to pages; absent: the owner has none.
    pub share_image: Option<PictureView>,
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

/// Hosts whose pages have the banner, by whose choice it is.
#[derive(Debug, Serialize)]
pub struct HostsView {
    /// The site's own host first, then those below the cookie's domain: one choice for all.
    pub sharing: Vec<HostView>,
    /// Hosts of other domains. Browsers keep a choice for each, which only its own pages reach.
    pub apart: Vec<HostView>,
}

/// A host.
#[derive(Debug, Serialize)]
pub struct HostView {
    /// For readers: `құжат.қаз`.
    pub shown: String,
    /// In addresses.
    pub ascii: String,
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
    /// Language of the policy when it isn't the page's.
    pub other_language: Option<OtherLanguage>,
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
    /// Numbers under which it is registered.
    pub registrations: Vec<RegistrationView>,
    /// All of them with their labels, as safe HTML; empty: none.
    pub registration_html: String,
    /// The law that has a consent state these numbers, a key of `t.consent`; empty: none.
    pub consent_law: &'static str,
    /// Postal address.
    pub address: String,
    /// The same, as safe HTML (with `lang` where the locale has none of its own).
    pub address_html: String,
    /// E-mail address, its host in ASCII: for links.
    pub email: String,
    /// E-mail address for reading.
    pub email_text: String,
    /// Telephone in E.164: `+77273383993`.
    pub phone: String,
    /// Telephone for reading: `+7 727 338 39 93`.
    pub phone_text: String,
    /// The data protection officer.
    pub dpo: ContactView,
    /// The representative in the European Union.
    pub representative: ContactView,
    /// The body that receives complaints.
    pub authority: ContactView,
}

/// A number under which the operator is registered.
#[derive(Debug, Serialize)]
pub struct RegistrationView {
    /// A kind of `registrations.toml`: `bin`.
    pub kind: String,
    /// What stands before it, as safe HTML (with `lang` where there is none in the page's language).
    pub label_html: String,
    /// The number.
    pub number: String,
    /// The same, as safe HTML.
    pub number_html: String,
}

/// Somebody to turn to; absent facts are empty.
#[derive(Debug, Default, Serialize)]
pub struct ContactView {
    /// One of the others is there.
    pub exists: bool,
    /// Name, as safe HTML (with `lang` where the locale has none of its own).
    pub name_html: String,
    /// Postal address, as safe HTML likewise.
    pub address_html: String,
    /// E-mail address, its host in ASCII: for links.
    pub email: String,
    /// E-mail address for reading.
    pub email_text: String,
    /// Telephone in E.164.
    pub phone: String,
    /// Telephone for reading.
    pub phone_text: String,
    /// Web page.
    pub url: String,
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
    /// What links to that policy say: the theme's words for a cookie policy, in the page's language,
    /// or the short title of another one.
    pub policy_title: String,
    /// Language of that title when it isn't the page's; empty otherwise.
    pub policy_title_lang: String,
    /// Language of the policy when it isn't the page's. Links to it say so.
    pub policy_language: Option<OtherLanguage>,
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
}

/// A category with its services.
#[derive(Debug, Serialize)]
pub struct CategoryView {
    /// `analytics`
    pub id: &'static str,
    /// Essential: can't be switched off.
    pub locked: bool,
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
    pub other_language: Option<OtherLanguage>,
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
    pub other_language: Option<OtherLanguage>,
}

/// A line of the table of contents.
#[derive(Debug, Clone, Serialize)]
pub struct TocItem {
    /// The number as its author wrote it, `3.1.` or `Article 5.`, or empty.
    pub label: String,
    /// Whether a word is part of the label.
    pub worded: bool,
    /// Whether it is a chapter or an appendix, whose clauses stand below it.
    pub group: bool,
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
    pub other_language: Option<OtherLanguage>,
}

/// A link to one edition.
#[derive(Debug, Clone, Serialize)]
pub struct EditionLink {
    /// `/kk/privacy/2026-11-20/`
    pub path: String,
    /// When it comes into force.
    pub effective: DateView,
}
