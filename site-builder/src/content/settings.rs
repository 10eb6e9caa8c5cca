//! `site.toml`: the operator's facts and what the site consists of, each fact once.
//!
//! [`read`] parses the file into [`Settings`] and checks each fact.

mod brand;
mod check;
mod fact;
mod fact_history;
mod facts;
mod formats;
mod operator;
mod policies;
mod regimes;
mod witnesses;

pub use brand::{Accent, Brand, BrandLink, FOLDER as BRAND_FOLDER};
pub use fact::Fact;
pub use fact_history::PastFacts;
pub use facts::{FactValue, Facts, Link, RegistrationFact};
pub use operator::{Authority, Officer, Operator, Registration, Representative, mistake};
pub use policies::{PolicyHistory, Retirement};
pub use witnesses::{Witness, Witnesses};

use crate::content::date::Day;
use crate::content::host::{self, Host};
use crate::content::localised::Localised;
use crate::content::toml_file;
use crate::report::diagnostic::{Diagnostic, FileId};
use crate::report::source::Sources;
use domain::{Locale, Place, Regime};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// The settings of a site.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the site is served from, in any script: `cap.kz`, `құжат.қаз`.
    #[schemars(with = "Host")]
    pub host: Spanned<Host>,
    /// Locales that the site has documents in, the default one first.
    #[schemars(with = "Vec<Locale>")]
    pub locales: Spanned<Vec<Locale>>,
    /// Further languages in which visitors are asked, and find the page of choices, but no documents.
    #[serde(default = "no_banner_locales")]
    #[schemars(with = "BannerLocales")]
    pub banner_locales: Spanned<BannerLocales>,
    /// The locale, one of `locales`, of visitors who have named only languages that the site lacks,
    /// and of texts that a language lacks; the default one if not given.
    #[schemars(with = "Option<Locale>")]
    pub fallback: Option<Spanned<Locale>>,
    /// Policies by their short address, in the order of the menu; retired ones, which it leaves out,
    /// too.
    #[schemars(with = "Vec<String>")]
    pub policies: Spanned<Vec<Spanned<String>>>,
    /// Former names and ends of policies, by their short address.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, PolicyHistory>")]
    pub policy: BTreeMap<String, Spanned<PolicyHistory>>,
    /// A folder of `themes/`.
    #[serde(default = "default_theme")]
    pub theme: String,
    /// A draft may lack facts, says so on every page and can't be deployed.
    #[serde(default = "no")]
    #[schemars(with = "bool")]
    pub draft: Spanned<bool>,
    /// How long a grant is in force, in days: at most 184, six months (CNIL, recommendation on
    /// cookies, deliberation 2020-092).
    #[serde(default = "default_choice_days")]
    #[schemars(with = "u32")]
    pub choice_days: Spanned<u32>,
    /// How long nobody is asked again after a refusal or a dismissal, in days: at least 184, six
    /// months (Garante, guidelines on cookies of 10 June 2021); at most 400, browsers cut the rest.
    #[serde(default = "default_refusal_days")]
    #[schemars(with = "u32")]
    pub refusal_days: Spanned<u32>,
    /// How long a consent record is kept, in days.
    #[serde(default = "default_retention_days")]
    #[schemars(with = "u32")]
    pub retention_days: Spanned<u32>,
    /// Rules that replace those of the law's table, by country (`US`, ISO 3166-1) or region of one
    /// (`US-CA`, ISO 3166-2), which comes first. Lighter ones need a reason.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Place, RegimeOverride>")]
    pub regimes: BTreeMap<String, Spanned<RegimeOverride>>,
    /// Whether people under age use the site: marketing is then neither offered nor loaded,
    /// whatever the register says.
    #[serde(default)]
    pub minors: bool,
    /// `Domain` of the consent cookie, when subdomains share the choice.
    #[schemars(with = "Option<Host>")]
    pub cookie_domain: Option<Spanned<Host>>,
    /// Further origins whose pages may ask and record consent here.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub origins: Vec<Spanned<String>>,
    /// Adds `includeSubDomains` to `Strict-Transport-Security`: for two years, browsers ask every
    /// host below `host` by https alone, which can't be revoked. All of them need certificates.
    #[serde(default)]
    pub hsts_subdomains: bool,
    /// Whether pages tell the service once, without any identifier, that they have shown the banner,
    /// so that `/admin/` can say how many stay unanswered.
    #[serde(default)]
    pub count_shown: bool,
    /// Others who cosign the log's checkpoints.
    pub witnesses: Option<Witnesses>,
    /// What makes it look like its owner.
    #[serde(default)]
    pub brand: Brand,
    /// Who runs the site.
    #[schemars(with = "Operator")]
    pub operator: Spanned<Operator>,
    /// Data protection officer, if there is one (GDPR Art. 13(1)(b), 37(7)).
    #[schemars(with = "Option<Officer>")]
    pub dpo: Option<Spanned<Officer>>,
    /// Representative in the European Union, if the operator needs one (GDPR Art. 13(1)(a), 27).
    #[schemars(with = "Option<Representative>")]
    pub representative: Option<Spanned<Representative>>,
    /// The body that receives complaints, where the law knows one (GDPR Art. 13(2)(d)).
    #[schemars(with = "Option<Authority>")]
    pub authority: Option<Spanned<Authority>>,
    /// Laws that texts cite.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Law>")]
    pub law: BTreeMap<String, Spanned<Law>>,
    /// Anything else that texts mention.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Fact>")]
    pub facts: BTreeMap<String, Spanned<Fact>>,
    /// Facts that held until a day, for editions replaced by then.
    #[serde(default, rename = "former")]
    pub past_facts: Vec<PastFacts>,
}

/// Languages in which a site asks visitors without having documents in them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "`banner_locales` is `\"all\"` or a list of lower-case BCP 47 tags, such as `[\"pt\", \"zh-hans\"]`"
)]
pub enum BannerLocales {
    /// Every language that the theme has words in.
    All(AllLocales),
    /// These.
    Listed(Vec<Locale>),
}

/// The word that stands for every language of the theme.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AllLocales {
    /// `all`
    All,
}

/// Rules that replace those of the law's table for a place.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegimeOverride {
    /// `opt_in`, `notice` or `opt_out`, from the strictest to the lightest.
    pub regime: Regime,
    /// No banner is shown, only the link to the choices in the footer. Needs a reason; not under
    /// `opt_in`, and not in the European Economic Area.
    #[serde(default)]
    pub link_only: bool,
    /// Why it may be lighter than the table, or do without a banner.
    pub reason: Option<String>,
}

/// A law.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// `94-V`, if it has a number.
    #[schemars(with = "Option<String>")]
    pub number: Option<Spanned<String>>,
    /// The day it was passed, if texts cite it.
    #[schemars(with = "Option<Day>")]
    pub date: Option<Spanned<toml::value::Datetime>>,
    /// Its name per locale.
    #[schemars(with = "Localised")]
    pub title: Spanned<Localised>,
    /// Date and number as each locale writes them, if it has any.
    #[schemars(with = "Option<Localised>")]
    pub cite: Option<Spanned<Localised>>,
}

/// Days of the longest six months of a year, 1 March to 31 August and 1 July to 31 December.
const MAX_SIX_MONTHS: u32 = 184;

fn no() -> Spanned<bool> {
    Spanned::new(0..0, false)
}

/// None but those that have documents.
pub(crate) fn no_banner_locales() -> Spanned<BannerLocales> {
    Spanned::new(0..0, BannerLocales::Listed(Vec::new()))
}

fn default_theme() -> String {
    "default".to_owned()
}

fn default_choice_days() -> Spanned<u32> {
    Spanned::new(0..0, 180)
}

fn default_refusal_days() -> Spanned<u32> {
    Spanned::new(0..0, MAX_SIX_MONTHS)
}

fn default_retention_days() -> Spanned<u32> {
    Spanned::new(0..0, 3 * 365)
}

/// Help on a name that can't be the address of a policy.
const SLUG_HELP: &str = "use lower-case Latin letters, digits and hyphens; `choices`, `words`, `assets`, `changes`, `admin`, `api`, `log` and `languages` are taken";

/// Its file in the folder of a site.
pub const FILE: &str = "site.toml";

/// Help on errors in the keys of `site.toml`.
pub(crate) const HELP: &str = "`docs/schemas/site.json` describes every key; `site-builder upgrade` rewrites those of earlier versions";

/// The host of an origin such as `https://cap.kz`. `None` if it is none.
fn origin_host(origin: &str) -> Option<Host> {
    let host = origin.strip_prefix("https://")?;
    host::mistake(host)
        .is_none()
        .then(|| Host::from(host.to_owned()))
}

/// Reads and checks `site.toml` of the site in the folder of that name. `sites` are the hosts of all
/// sites of the operator, which may or may not contain its own.
///
/// # Errors
/// The diagnostic of a file that doesn't fit the type.
pub fn read(
    sources: &Sources,
    file: FileId,
    folder: &str,
    sites: &[String],
) -> Result<(Settings, Vec<Diagnostic>), Diagnostic> {
    let settings: Settings = toml_file::parse(sources, file, HELP)?;
    let mut diagnostics = check::check(&settings, file, folder, sites);
    diagnostics.extend(fact_history::check(&settings, file));
    Ok((settings, diagnostics))
}

impl Settings {
    /// The origin of the site: `https://cap.kz`.
    pub fn url(&self) -> String {
        format!("https://{}", self.host.get_ref().ascii())
    }

    /// The origins whose pages may ask here, as browsers name them.
    pub fn origins(&self) -> impl Iterator<Item = Host> {
        let hosts = self.origins.iter();
        // Anything else has been diagnosed.
        hosts.filter_map(|origin| origin_host(origin.get_ref()))
    }

    /// The default locale; `read` refuses a site without one.
    pub fn default_locale(&self) -> Option<&Locale> {
        self.locales.get_ref().first()
    }

    /// Whether readers have languages to choose from. A site in one opens in it at once.
    pub fn has_choice_of_language(&self) -> bool {
        self.locales.get_ref().len() > 1
    }

    /// The locale of visitors whose languages the site lacks; `read` refuses a site without one.
    pub fn fallback(&self) -> Option<&Locale> {
        let named = self.fallback.as_ref().map(Spanned::get_ref);
        named.or_else(|| self.default_locale())
    }

    /// The locales in the order in which readers get a text that theirs lacks: the fallback first.
    pub fn fallback_order(&self) -> Vec<Locale> {
        let fallback = self.fallback();
        let mut order: Vec<Locale> = self.locales.get_ref().clone();
        order.sort_by_key(|locale| Some(locale) != fallback);
        order
    }
}
