//! The facts about a site that the worker needs: `manifest.json`, written by the builder beside the
//! pages.
//!
//! It is served to everyone and holds nothing that isn't on the pages already.

use crate::{Category, Country, Locale, RegimeOverride, ShortHash, VecMap};
use serde::{Deserialize, Serialize};

/// The contract between a built site and the worker that answers for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The host the site is served from, `cap.kz`. Also the name of its consent log.
    pub site: String,
    /// The locales that the site has documents in, the default one first.
    pub locales: Vec<Locale>,
    /// The one of `locales` that visitors get who have named only languages that the site lacks.
    pub fallback: Locale,
    /// The language ranges that a locale of `shown` answers besides its own tag, in lower case: other
    /// names of the language (`iw` of `he`), and scripts and regions where the site has the language
    /// more than once (`zh-tw` of `zh-hant`). See [`Manifest::locale_for`].
    #[cfg_attr(
        feature = "schema",
        schemars(with = "std::collections::BTreeMap<Locale, Vec<String>>")
    )]
    pub ranges: VecMap<Locale, Vec<String>>,
    /// Policies by their short address (`privacy` answers at `/privacy`), in the order of the menu.
    pub policies: Vec<String>,
    /// Categories that the register uses, in the order of the banner. Essential is always there.
    pub categories: Vec<Category>,
    /// What visitors are asked about, as a content hash of register, banner text and material
    /// policy text: 8 characters of unpadded base64url (48 bits of a SHA-256). It proves what was
    /// shown; `scopes` decides who is asked again.
    pub revision: String,
    /// The scopes under which a grant of an optional category in use counts: the present one first,
    /// then those of archived revisions that cover it.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "std::collections::BTreeMap<Category, Vec<ShortHash>>")
    )]
    pub scopes: VecMap<Category, Vec<ShortHash>>,
    /// The scope of each category in each archived revision.
    #[cfg_attr(
        feature = "schema",
        schemars(
            with = "std::collections::BTreeMap<String, std::collections::BTreeMap<Category, ShortHash>>"
        )
    )]
    pub revisions: VecMap<String, VecMap<Category, ShortHash>>,
    /// The optional services in use, in the order of the register.
    pub services: Vec<ManifestService>,
    /// Hashes of the shown texts, for each locale in which visitors are asked. It may have no
    /// documents: then it isn't one of `locales`.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "std::collections::BTreeMap<Locale, ShownText>")
    )]
    pub shown: VecMap<Locale, ShownText>,
    /// How long a grant is in force, in days.
    pub choice_days: u32,
    /// How long nobody is asked again after a refusal or a dismissal, in days: at least 184, six
    /// months (Garante, guidelines on cookies of 10 June 2021). Where a law asks for more, that counts.
    pub refusal_days: u32,
    /// How long a consent record is kept, in days.
    pub retention_days: u32,
    /// Places for which the site overrides the default regime.
    pub regimes: Vec<RegimeOverride>,
    /// The `Domain` attribute of the consent cookie, when subdomains share the choice.
    pub cookie_domain: Option<String>,
    /// Further origins (`https://www.example.kz`) whose pages may ask and record consent here.
    pub origins: Vec<String>,
    /// Cookies to expire on withdrawal, as name patterns: `_ga`, `_ga_*`.
    pub cookies: Vec<String>,
    /// Whether browsers shall ask hosts below the site's by https alone, too.
    pub hsts_subdomains: bool,
    /// Whether shown banners are counted (`POST /api/consent/shown`): how often, in which language,
    /// regime and country, and nothing of who was shown one.
    pub count_shown: bool,
    /// Who cosigns the checkpoints of the log.
    #[serde(default)]
    pub witnesses: WitnessPolicy,
}

/// Witnesses of a log (c2sp.org/tlog-witness), and how many of them have to cosign a checkpoint
/// before others rely on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WitnessPolicy {
    /// How many cosignatures are needed: 0 without witnesses, else at least 1 and at most all.
    pub quorum: u32,
    /// In the order of `site.toml`.
    pub list: Vec<Witness>,
}

/// A program of somebody else that signs a checkpoint when the tree contains every earlier one that
/// it has signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Witness {
    /// What the site calls it.
    pub name: String,
    /// Its public key, a [`crate::tlog::VerifierKey`] that cosigns:
    /// `witness.example/w1+eb762cc2+BNda…`.
    pub key: String,
    /// The address that `add-checkpoint` is appended to: `https://witness.example/`.
    pub address: String,
}

/// A service that a visitor can switch by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ManifestService {
    /// Its id in the register.
    pub id: String,
    /// What it is for.
    pub category: Category,
    /// Hashes of its id with its scope under which a grant counts: the present one first.
    pub grants: Vec<ShortHash>,
    /// Hash of its id alone: a refusal holds whatever the service becomes.
    pub refusal: ShortHash,
    /// Whether the operator runs it.
    pub own: bool,
    /// Countries in which it does not run.
    pub not_in: Vec<Country>,
    /// Hosts of its frames, by which the placeholder of a frame finds it; `*.` at the beginning
    /// stands for every host below a name.
    pub hosts: Vec<String>,
}

impl Manifest {
    /// The service of that id.
    pub fn service(&self, id: &str) -> Option<&ManifestService> {
        self.services.iter().find(|service| service.id == id)
    }

    /// The value of `Strict-Transport-Security` for this site.
    pub const fn strict_transport_security(&self) -> &'static str {
        strict_transport_security(self.hsts_subdomains)
    }
}

/// Whether a cookie with this `Domain` is one of the host (RFC 6265, 5.1.3).
pub fn is_in_domain(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The value of `Strict-Transport-Security`, for pages and API responses alike: a browser keeps the
/// policy of the last response (RFC 6797, 8.1), so both must send the same value.
pub const fn strict_transport_security(with_subdomains: bool) -> &'static str {
    if with_subdomains {
        "max-age=63072000; includeSubDomains"
    } else {
        "max-age=63072000"
    }
}

/// Hashes of what a visitor is shown in one locale: hexadecimal SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShownText {
    /// Of the banner's first layer, which names the hash of its settings.
    pub banner: String,
    /// Of the choices page's form.
    pub choices: String,
    /// Of the words of placeholders; none where the theme lacks them.
    pub placeholder: Option<String>,
}
