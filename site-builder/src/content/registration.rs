//! Kinds of numbers under which operators are registered, from `registrations.toml`: where they are
//! given, what they are called, their form and their check digits.

mod check_digit;

use crate::content::similar_name::most_similar;
use check_digit::Check;
use domain::Locale;
use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A kind of number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// `bin`
    pub id: String,
    /// Countries that give such numbers (ISO 3166-1 alpha-2); none: any.
    pub countries: Vec<String>,
    /// What stands before the number, by language; always in English.
    labels: BTreeMap<String, String>,
    /// Forms of the number, the first that fits counts.
    forms: Vec<Form>,
    /// The law that has a consent state this number, a key of the theme's strings in `consent`.
    pub consent: Option<String>,
    /// Whether the names of those who have one stand in quotation marks after the legal form.
    #[serde(default, rename = "quoted-name")]
    pub has_quoted_name: bool,
    /// The property of an organization in schema.org that has this number: `taxID`.
    pub schema_org: Option<String>,
}

/// A form of a number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    /// A number of this form, in the usual way of writing.
    example: String,
    /// The whole number without separators, letters as capitals.
    #[serde(deserialize_with = "pattern")]
    pattern: Regex,
    /// All of them have to hold.
    #[serde(default)]
    checks: Vec<Check>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kinds {
    kind: Vec<Kind>,
}

fn pattern<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Regex, D::Error> {
    let text = String::deserialize(deserializer)?;
    Regex::new(&format!("^(?:{text})$")).map_err(serde::de::Error::custom)
}

#[expect(clippy::expect_used, reason = "a constant, which a test reads")]
static KINDS: LazyLock<Kinds> =
    LazyLock::new(|| toml::from_str(include_str!("registrations.toml")).expect("fits the type"));

/// Longer texts are no numbers.
const MAX_LENGTH: usize = 120;

/// All kinds, those of a country first.
pub fn kinds(country: &str) -> Vec<&'static Kind> {
    let mut kinds: Vec<&Kind> = KINDS.kind.iter().collect();
    kinds.sort_by_key(|kind| !kind.is_of(country));
    kinds
}

/// The kind of that id.
pub fn kind(id: &str) -> Option<&'static Kind> {
    KINDS.kind.iter().find(|kind| kind.id == id)
}

/// Names by which templates ask for numbers, with the variables of texts: the labels and ids of the
/// kinds in `own`, then of those of a country. Elsewhere they may be words: a German text has `[ein]`.
pub fn placeholders(own: &[String], country: &str) -> impl Iterator<Item = (String, String)> {
    let is_own = |kind: &&Kind| own.contains(&kind.id);
    let (mut named, others): (Vec<&Kind>, Vec<&Kind>) = KINDS.kind.iter().partition(is_own);
    named.extend(others.into_iter().filter(|kind| kind.is_of(country)));
    named.into_iter().flat_map(|kind| {
        let names = std::iter::once(&kind.id).chain(kind.labels.values());
        names.map(move |name| (name.clone(), format!("operator.{}", kind.id)))
    })
}

/// Message and help on an unknown kind. The help lists the kinds of a country first.
pub fn unknown_kind(id: &str, country: &str) -> (String, String) {
    let kinds = kinds(country);
    let names = |is_own: bool| {
        let listed = kinds.iter().filter(|kind| kind.is_of(country) == is_own);
        let names: Vec<&str> = listed.map(|kind| kind.id.as_str()).collect();
        names.join(", ")
    };
    let similar = most_similar(id, kinds.iter().map(|kind| kind.id.as_str()));
    let similar = similar.map_or_else(String::new, |name| format!("did you mean `{name}`? "));
    let (own, others) = (names(true), names(false));
    let own = if own.is_empty() {
        String::new()
    } else {
        format!("{country} has {own}; ")
    };
    (
        format!("there is no kind of registration `{id}`"),
        format!("{similar}{own}the others are {others}"),
    )
}

impl Kind {
    /// Whether a country gives such numbers.
    pub fn is_of(&self, country: &str) -> bool {
        self.countries.iter().any(|own| own == country)
    }

    /// An example of each form, with whether it has a check digit.
    pub fn examples(&self) -> impl Iterator<Item = (&str, bool)> {
        let forms = self.forms.iter();
        forms.map(|form| (form.example.as_str(), !form.checks.is_empty()))
    }

    /// What stands before the number, with the language it is in if that isn't the locale's.
    pub fn label(&self, locale: &Locale) -> (&str, Option<&'static str>) {
        let mut tag = locale.as_str();
        loop {
            if let Some(label) = self.labels.get(tag) {
                return (label, None);
            }
            // Lookup of RFC 4647, 3.4: `de-at` is served by `de`.
            match tag.rsplit_once('-') {
                Some((shorter, _)) => tag = shorter,
                None => break,
            }
        }
        let english = self.labels.get("en");
        (english.map_or("", String::as_str), Some("en"))
    }

    /// Message and help on a number that can't be one of this kind.
    pub fn mistake(&self, number: &str) -> Option<(String, String)> {
        let id = &self.id;
        let refuse = |what: &str| {
            let examples: Vec<String> = self
                .forms
                .iter()
                .map(|form| format!("`{}`", form.example))
                .collect();
            let examples = match examples.as_slice() {
                [many @ .., last] if many.len() > 4 => {
                    let first: Vec<String> = many.iter().take(3).cloned().collect();
                    format!("{} … {last}", first.join(", "))
                }
                few => few.join(" or "),
            };
            Some((
                format!("`{number}` can't be a number of the kind `{id}`: {what}"),
                format!(
                    "such a number looks like {examples}; compare it with the certificate of registration"
                ),
            ))
        };
        if number.len() > MAX_LENGTH || number.chars().any(char::is_control) {
            return refuse("it is too long, or not on one line");
        }
        let compact = compact(number);
        let Some(form) = self
            .forms
            .iter()
            .find(|form| form.pattern.is_match(&compact))
        else {
            return refuse("it has another form");
        };
        if !form.checks.iter().all(|check| check.holds(&compact)) {
            return refuse("its check digit doesn't fit the others");
        }
        None
    }
}

/// A number without the separators that people write in it, with capital letters.
fn compact(number: &str) -> String {
    number
        .chars()
        .filter(|character| !character.is_whitespace() && !"-‐‑–./".contains(*character))
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests;
