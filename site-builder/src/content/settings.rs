//! `site.toml`: the operator's facts and what the site consists of, each fact once.
//!
//! [`read`] parses the file into [`Settings`] and checks each fact.

mod check;
mod fact_history;
mod facts;
mod formats;
mod policies;
mod regimes;
mod witnesses;

pub use check::mistake;
pub use fact_history::PastFacts;
pub use facts::{Fact, FactValue, Facts};
pub use policies::{PolicyHistory, Retirement};
pub use witnesses::{Witness, Witnesses};

use crate::content::date::Day;
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
    /// Where the site is served from: `cap.kz`.
    #[schemars(with = "String")]
    pub host: Spanned<String>,
    /// Locales, the default one first.
    #[schemars(with = "Vec<Locale>")]
    pub locales: Spanned<Vec<Locale>>,
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
    #[schemars(with = "Option<String>")]
    pub cookie_domain: Option<Spanned<String>>,
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
    /// Who runs the site.
    #[schemars(with = "Operator")]
    pub operator: Spanned<Operator>,
    /// Data protection officer (GDPR Art. 13(1)(b), 37(7)).
    #[schemars(with = "Officer")]
    pub dpo: Spanned<Officer>,
    /// The body that receives complaints (GDPR Art. 13(2)(d)).
    #[schemars(with = "Authority")]
    pub authority: Spanned<Authority>,
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

/// The controller.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// The bare name, the same in every locale.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// Language of the bare name.
    #[schemars(with = "Locale")]
    pub name_lang: Spanned<Locale>,
    /// Name with legal form per locale; `{name}` stands for the bare name.
    #[schemars(with = "Localised")]
    pub legal_name: Spanned<Localised>,
    /// Legal form in full, per locale.
    #[schemars(with = "Localised")]
    pub form: Spanned<Localised>,
    /// Business identification number of Kazakhstan: 12 digits with a check digit.
    #[schemars(with = "String")]
    pub bin: Spanned<String>,
    /// E-mail address.
    #[schemars(with = "String")]
    pub email: Spanned<String>,
    /// Telephone in E.164.
    #[schemars(with = "String")]
    pub phone: Spanned<String>,
    /// Postal address per locale.
    #[schemars(with = "Localised")]
    pub address: Spanned<Localised>,
}

/// The data protection officer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Officer {
    /// E-mail address.
    #[schemars(with = "String")]
    pub email: Spanned<String>,
}

/// The supervisory authority.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Its name per locale.
    #[schemars(with = "Localised")]
    pub name: Spanned<Localised>,
}

/// A law.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// `94-V`
    #[schemars(with = "String")]
    pub number: Spanned<String>,
    /// The day it was passed.
    #[schemars(with = "Day")]
    pub date: Spanned<toml::value::Datetime>,
    /// Its name per locale.
    #[schemars(with = "Localised")]
    pub title: Spanned<Localised>,
    /// Date and number as each locale writes them.
    #[schemars(with = "Localised")]
    pub cite: Spanned<Localised>,
}

/// Days of the longest six months of a year, 1 March to 31 August and 1 July to 31 December.
const MAX_SIX_MONTHS: u32 = 184;

fn no() -> Spanned<bool> {
    Spanned::new(0..0, false)
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
const SLUG_HELP: &str = "use lower-case Latin letters, digits and hyphens; `choices`, `words`, `assets`, `changes`, `admin`, `api` and `log` are taken";

/// Help on errors in the keys of `site.toml`.
pub(crate) const HELP: &str = "`content/_starter/site.toml` shows every key";

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
        format!("https://{}", self.host.get_ref())
    }

    /// The default locale; `read` refuses a site without one.
    pub fn default_locale(&self) -> Option<&Locale> {
        self.locales.get_ref().first()
    }
}
