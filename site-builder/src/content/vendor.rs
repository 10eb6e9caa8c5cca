//! Facts about each kind of service, from `vendors.toml`: the form of its id, the hosts it needs, the
//! cookies it sets, its options.
//!
//! The register is checked against them and the content security policy is derived from them;
//! `docs/services.md` has to agree (`tests/suite/services.rs`). The loaders are in the theme,
//! `js/services/<kind>.js`.

mod kind;
pub mod options;
mod tag;

pub use kind::ServiceKind;
use options::VendorOption;
pub use tag::{Alphabet, Tag, origin};

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use toml::Spanned;

/// Facts about a kind of service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Vendor {
    /// The required form of `tag`.
    pub tag: Tag,
    /// Whether it can be strictly necessary.
    #[serde(default)]
    pub may_be_essential: bool,
    /// Origins it needs.
    #[serde(default)]
    pub hosts: Hosts,
    /// Trusted Types policies that its scripts need.
    #[serde(default)]
    pub trusted: Vec<String>,
    /// Cookies it always sets on the site's own domain.
    #[serde(default)]
    pub cookies: Vec<VendorCookie>,
    /// Whether its vendor's tool opens pages in windows, which have to keep `window.opener`.
    #[serde(default)]
    pub needs_opener: bool,
    /// Its options by name.
    #[serde(default)]
    pub options: BTreeMap<String, VendorOption>,
}

/// Origins (`https://cdn.example.org`) by the directive of the content security policy that has to
/// allow them.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Hosts {
    /// Origins of scripts.
    #[schemars(with = "Vec<String>")]
    pub script: Vec<Spanned<String>>,
    /// Origins that scripts connect to.
    #[schemars(with = "Vec<String>")]
    pub connect: Vec<Spanned<String>>,
    /// Origins of images.
    #[schemars(with = "Vec<String>")]
    pub image: Vec<Spanned<String>>,
    /// Origins of embedded pages.
    #[schemars(with = "Vec<String>")]
    pub frame: Vec<Spanned<String>>,
}

/// A cookie that a vendor sets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorCookie {
    /// Its name, with `*` for any ending.
    pub name: String,
    /// Its lifetime in days if the vendor fixes it: the register has to state at least as many.
    /// `None` if the loader passes the register's lifetime to the vendor.
    pub days: Option<u32>,
}

#[expect(clippy::expect_used, reason = "a constant, which a test reads")]
static VENDORS: LazyLock<BTreeMap<ServiceKind, Vendor>> =
    LazyLock::new(|| toml::from_str(include_str!("vendors.toml")).expect("fits the type"));

/// The facts about a kind.
#[expect(clippy::expect_used, reason = "a test asks for every kind")]
pub fn of(kind: ServiceKind) -> &'static Vendor {
    VENDORS.get(&kind).expect("every kind is in the file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_in_the_file() {
        let schema = schemars::schema_for!(ServiceKind);
        let kinds = schema.get("oneOf").and_then(|kinds| kinds.as_array());
        let kinds = kinds.unwrap().len();
        assert_eq!((ServiceKind::ALL.len(), VENDORS.len()), (kinds, kinds));
        for kind in ServiceKind::ALL {
            assert_eq!(of(kind).tag != Tag::None, kind.is_loaded());
        }
    }

    #[test]
    fn the_record_of_the_choice_sets_the_consent_cookie_and_its_companion() {
        let names = of(ServiceKind::ConsentRecord).cookies.iter();
        let names: Vec<&str> = names.map(|cookie| cookie.name.as_str()).collect();
        assert_eq!(names, [domain::COOKIE_NAME, domain::SUBJECT_COOKIE_NAME]);
    }
}
