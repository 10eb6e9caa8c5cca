//! Facts that held until a day. Editions replaced by then keep them.

use super::{Fact, FactValue, Facts, Settings, mistake};
use crate::content::date::{self, Day};
use crate::content::localised::{in_locale, untranslated};
use crate::content::registration;
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use chrono::NaiveDate;
use domain::Locale;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A `[[former]]` table: what facts were until a day.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PastFacts {
    /// The day from which other facts hold.
    #[schemars(with = "Day")]
    pub until: Spanned<toml::value::Datetime>,
    /// Facts by the names that texts use: `operator.address`.
    #[schemars(with = "BTreeMap<String, Fact>")]
    pub facts: BTreeMap<String, Spanned<Fact>>,
}

impl PastFacts {
    fn until(&self) -> Option<NaiveDate> {
        date::from_toml(self.until.get_ref())
    }
}

impl Facts {
    /// The facts of an edition that was replaced on a day: today's, with every change undone that was
    /// made on that day or later.
    pub fn on(&self, settings: &Settings, replaced: NaiveDate, locale: &Locale) -> Self {
        let mut changes: Vec<(NaiveDate, &PastFacts)> = settings
            .past_facts
            .iter()
            .filter_map(|past| past.until().map(|until| (until, past)))
            .filter(|(until, _)| *until >= replaced)
            .collect();
        // Latest change first: the first change after the edition is undone last.
        changes.sort_by_key(|(until, _)| std::cmp::Reverse(*until));
        let order = settings.fallback_order();
        let mut facts = self.clone();
        for (name, fact) in changes.iter().flat_map(|(_, past)| &past.facts) {
            let text = match fact.get_ref() {
                Fact::Text(text) => text.as_str(),
                // `check` reports missing locales; another language is better than nothing.
                Fact::Localised(texts) => in_locale(texts, locale, &order).0,
            };
            facts.replace(name, text, settings.operator.get_ref().country.get_ref());
        }
        facts
    }
}

/// Checks the `[[former]]` tables.
pub(super) fn check(settings: &Settings, file: FileId) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let locales = settings.locales.get_ref();
    // The site has no locale, which `settings::check` reports.
    let Some(locale) = locales.first() else {
        return diagnostics;
    };
    let known = Facts::new(settings, locale);
    for past in &settings.past_facts {
        let mut refuse = |code, span, message: String, help: &str| {
            diagnostics.push(Diagnostic::at(code, file, span, message, help));
        };
        if past.until().is_none() {
            refuse(
                Code::InvalidFact,
                past.until.span(),
                "`until` is no day".to_owned(),
                "write for example `until = 2026-03-01`",
            );
        }
        for (name, fact) in &past.facts {
            let value = known.get(name);
            if value.is_none() || matches!(value, Some(FactValue::Registrations(_))) {
                refuse(
                    Code::UnknownVariable,
                    fact.span(),
                    format!("there is no fact `{name}` that could have been another"),
                    "write the name that texts use, in quotes: `\"operator.address\" = …`; a number of registration has the name of its kind, such as `\"operator.bin\"`",
                );
            }
            if let Fact::Text(text) = fact.get_ref()
                && let Some((message, help)) = mistake_of(name, text, settings)
            {
                refuse(Code::InvalidFact, fact.span(), message, &help);
            }
            let missing = match fact.get_ref() {
                Fact::Text(text) => text.is_empty().then_some(locale),
                Fact::Localised(texts) => untranslated(texts, locales).next(),
            };
            if let Some(locale) = missing {
                refuse(
                    Code::MissingTranslation,
                    fact.span(),
                    format!("the former `{name}` has no text in `{locale}`"),
                    "add it as it stood in the editions of that time",
                );
            }
        }
    }
    diagnostics
}

/// Message and help if a fact of the operator could never have been like that.
fn mistake_of(name: &str, text: &str, settings: &Settings) -> Option<(String, String)> {
    let operator = settings.operator.get_ref();
    let kind = name.strip_prefix("operator.").and_then(registration::kind);
    // A missing text is reported as one.
    if text.is_empty() {
        return None;
    }
    kind.map_or_else(
        || mistake(name, text, operator.country.get_ref()),
        |kind| kind.mistake(text),
    )
}

#[cfg(test)]
mod tests {
    use crate::report::diagnostic::Code;
    use crate::report::source::Sources;

    const SITE: &str =
        include_str!("../../../tests/fixtures/editions/content/policies.example/site.toml");

    fn check(table: &str) -> Vec<(Code, String)> {
        let mut sources = Sources::default();
        let file = sources.add("site.toml", format!("{SITE}\n[[former]]\n{table}"));
        let (_, diagnostics) = super::super::read(&sources, file, "policies.example", &[]).unwrap();
        let found = diagnostics.into_iter();
        found
            .map(|diagnostic| (diagnostic.code, diagnostic.message))
            .collect()
    }

    #[test]
    fn past_facts_are_facts_of_every_locale_until_a_day() {
        let good = "until = 2026-01-01\nfacts.\"operator.phone\" = \"+77270000002\"";
        assert_eq!(check(good), []);
        for (bad, code) in [
            ("until = 07:32:00\nfacts = {}", Code::InvalidFact),
            (
                "until = 2026-01-01\nfacts.\"operator.adress\" = \"x\"",
                Code::UnknownVariable,
            ),
            (
                "until = 2026-01-01\nfacts.\"operator.address\" = { ru = \"x\" }",
                Code::MissingTranslation,
            ),
            (
                "until = 2026-01-01\nfacts.\"operator.phone\" = \"\"",
                Code::MissingTranslation,
            ),
        ] {
            let codes: Vec<Code> = check(bad).into_iter().map(|(code, _)| code).collect();
            assert_eq!(codes, [code], "{bad}");
        }
    }
}
