//! Options of a kind of service: `[service.options]` of the register. Which there are, and what
//! each needs, is data in `vendors.toml`; loaders get their values under the same names.

use super::tag::is_address;
use super::{Hosts, ServiceKind, VendorCookie, of, origin};
use crate::content::host::{self, is_host};
use domain::Category;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::{Spanned, Value};

/// Options of a service by their names.
pub type Options = BTreeMap<Spanned<String>, Spanned<Value>>;

/// Maximum number of entries of a list.
const MAX_ENTRIES: usize = 50;

/// Maximum number of characters of a name.
const MAX_NAME_LENGTH: usize = 64;

/// An option that a kind of service has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VendorOption {
    /// The form of its value.
    #[serde(rename = "type")]
    pub form: OptionForm,
    /// Directives of the content security policy that have to allow the host of its value.
    #[serde(default)]
    pub allow: Vec<Directive>,
    /// Origins that the service needs in addition while the option is on.
    #[serde(default)]
    pub hosts: Hosts,
    /// Cookies that the service sets in addition while the option is on.
    #[serde(default)]
    pub cookies: Vec<VendorCookie>,
}

/// The form of an option's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptionForm {
    /// `true` or `false`.
    Boolean,
    /// The name of a variable of the page.
    Name,
    /// A host name.
    Host,
    /// Several host names.
    Hosts,
    /// An https address.
    Address,
    /// Categories besides the service's own: it runs while one of them is granted. Not a setting of
    /// the vendor's: the list of loaders names the service under each.
    Categories,
}

/// A directive of the content security policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Directive {
    /// `script-src`.
    Script,
    /// `connect-src`.
    Connect,
    /// `img-src`.
    Image,
    /// `frame-src`.
    Frame,
}

impl OptionForm {
    /// Whether a value has this form.
    pub fn fits(self, value: &Value) -> bool {
        match self {
            Self::Boolean => value.is_bool(),
            Self::Name => value.as_str().is_some_and(is_name),
            Self::Host => value.as_str().is_some_and(is_host),
            Self::Address => value.as_str().is_some_and(is_address),
            Self::Hosts => is_list(value, is_host),
            Self::Categories => is_list(value, |name| optional_category(name).is_some()),
        }
    }

    /// Help on a value that doesn't fit.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Boolean => "write `true` or `false`, without quotes",
            Self::Name => "write the name of a variable of the page, such as `\"dataLayer\"`",
            Self::Host => "write a host name, such as `\"shop.example\"`",
            Self::Hosts => {
                "write a list of host names, each once, such as `[\"shop.example\", \"pay.example\"]`"
            }
            Self::Address => {
                "write the whole address: it begins with `https://` and holds no spaces, quotes or `#`"
            }
            Self::Categories => {
                "write a list of categories that visitors are asked about, each once: `[\"functional\", \"analytics\", \"marketing\"]`"
            }
        }
    }
}

impl VendorOption {
    /// The origin of its value, if the value is an address that pages need.
    pub fn origin(&self, value: &Value) -> Option<String> {
        if self.allow.is_empty() {
            return None;
        }
        origin(value.as_str()?)
    }
}

/// A list of at least one and not too many texts, each once.
fn is_list(value: &Value, fits: impl Fn(&str) -> bool) -> bool {
    let Some(entries) = value.as_array() else {
        return false;
    };
    let mut seen = BTreeSet::new();
    (1..=MAX_ENTRIES).contains(&entries.len())
        && entries.iter().all(|entry| {
            entry
                .as_str()
                .is_some_and(|text| fits(text) && seen.insert(text))
        })
}

fn is_name(text: &str) -> bool {
    text.len() <= MAX_NAME_LENGTH
        && !text.is_empty()
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_$".contains(&byte))
}

fn optional_category(name: &str) -> Option<Category> {
    Category::ALL
        .into_iter()
        .find(|category| *category != Category::Essential && category.as_str() == name)
}

/// The options of a service that its kind knows, except those that are switched off.
pub fn used(
    kind: ServiceKind,
    options: &Options,
) -> impl Iterator<Item = (&str, &'static VendorOption, &Value)> {
    options.iter().filter_map(move |(name, value)| {
        let name = name.get_ref().as_str();
        let value = value.get_ref();
        let option = of(kind).options.get(name)?;
        (value.as_bool() != Some(false)).then_some((name, option, value))
    })
}

/// Writes the hosts of values as programs compare them, whatever script they are given in.
pub fn write_hosts_in_ascii(kind: ServiceKind, options: &mut Options) {
    for (name, value) in options {
        let option = of(kind).options.get(name.get_ref());
        let form = option.map(|option| option.form);
        if !matches!(
            form,
            Some(OptionForm::Host | OptionForm::Hosts | OptionForm::Address)
        ) {
            continue;
        }
        let texts = match value.get_mut() {
            Value::Array(entries) => entries.as_mut_slice(),
            one => std::slice::from_mut(one),
        };
        for text in texts {
            if let Value::String(text) = text {
                *text = host::in_ascii(text);
            }
        }
    }
}

/// Categories besides its own that start a service.
pub fn further_categories(kind: ServiceKind, options: &Options) -> Vec<Category> {
    used(kind, options)
        .filter(|(_, option, _)| option.form == OptionForm::Categories)
        .filter_map(|(_, _, value)| value.as_array())
        .flatten()
        .filter_map(|name| optional_category(name.as_str()?))
        .collect()
}

/// The options that a loader passes on to the vendor, by name.
pub fn passed(kind: ServiceKind, options: &Options) -> BTreeMap<&str, &Value> {
    options
        .iter()
        .map(|(name, value)| (name.get_ref().as_str(), value.get_ref()))
        .filter(|(name, _)| {
            of(kind)
                .options
                .get(*name)
                .is_some_and(|option| option.form != OptionForm::Categories)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        let table: toml::Table = toml::from_str(&format!("x = {text}")).unwrap();
        table.get("x").unwrap().clone()
    }

    #[test]
    fn a_value_has_the_form_of_its_option_and_no_other() {
        for (form, right, wrong) in [
            (
                OptionForm::Boolean,
                vec!["true", "false"],
                vec!["\"true\"", "1", "[true]"],
            ),
            (
                OptionForm::Name,
                vec!["\"dataLayer\"", "\"_$1\""],
                vec!["\"\"", "\"1a\"", "\"a.b\"", "true", "\"a b\""],
            ),
            (
                OptionForm::Host,
                vec!["\"shop.example\""],
                vec!["\"https://shop.example\"", "\"shop\"", "[\"a.example\"]"],
            ),
            (
                OptionForm::Hosts,
                vec!["[\"a.example\"]", "[\"a.example\", \"b.example\"]"],
                vec![
                    "[]",
                    "\"a.example\"",
                    "[\"a.example\", \"a.example\"]",
                    "[1]",
                ],
            ),
            (
                OptionForm::Address,
                vec!["\"https://a.example/gtm.js?x=1\""],
                vec![
                    "\"http://a.example\"",
                    "\"//a.example\"",
                    "\"https://a.example/#x\"",
                    "1",
                ],
            ),
            (
                OptionForm::Categories,
                vec!["[\"marketing\"]", "[\"functional\", \"analytics\"]"],
                vec!["[\"essential\"]", "[\"Marketing\"]", "\"marketing\"", "[]"],
            ),
        ] {
            for text in right {
                assert!(form.fits(&value(text)), "{form:?} {text}");
            }
            for text in wrong {
                assert!(!form.fits(&value(text)), "{form:?} {text}");
            }
        }
        let many: Vec<String> = (0..=MAX_ENTRIES)
            .map(|number| format!("\"{number}.example\""))
            .collect();
        assert!(!OptionForm::Hosts.fits(&value(&format!("[{}]", many.join(", ")))));
    }

    #[test]
    fn only_values_that_are_addresses_name_hosts_for_the_policy() {
        for kind in ServiceKind::ALL {
            for (name, option) in &of(kind).options {
                assert_eq!(
                    option.form == OptionForm::Address,
                    !option.allow.is_empty(),
                    "{name} of {}",
                    kind.as_str()
                );
            }
        }
    }
}
