//! Facts that held until a day. An edition that was replaced by then goes on saying what it said.

use super::{Fact, Facts, Settings, in_locale};
use crate::content::date::{self, Day};
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
pub struct Former {
    /// The day from which other facts hold.
    #[schemars(with = "Day")]
    pub until: Spanned<toml::value::Datetime>,
    /// Facts by the names that texts use: `operator.address`.
    #[schemars(with = "BTreeMap<String, Fact>")]
    pub facts: BTreeMap<String, Spanned<Fact>>,
}

impl Former {
    fn until(&self) -> Option<NaiveDate> {
        date::from_toml(self.until.get_ref())
    }
}

/// The facts of an edition that was replaced on a day: today's, but for those that changed on that day or later.
pub(super) fn facts_on(
    today: &Facts,
    settings: &Settings,
    replaced: NaiveDate,
    locale: &Locale,
) -> Facts {
    let mut changes: Vec<(NaiveDate, &Former)> = settings
        .former
        .iter()
        .filter_map(|former| former.until().map(|until| (until, former)))
        .filter(|(until, _)| *until >= replaced)
        .collect();
    // From the latest change back to the first one after the edition: its facts are the ones that held.
    changes.sort_by_key(|(until, _)| std::cmp::Reverse(*until));
    let mut facts = today.clone();
    for (name, fact) in changes.iter().flat_map(|(_, former)| &former.facts) {
        let text = match fact.get_ref() {
            Fact::Text(text) => text.as_str(),
            // A locale without one has been told of; any language says more than none.
            Fact::Localised(texts) => in_locale(texts, locale, settings.locales.get_ref()).0,
        };
        facts.replace(name, text);
    }
    facts
}

/// Whatever is wrong with the `[[former]]` tables.
pub(super) fn check(settings: &Settings, file: FileId) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let locales = settings.locales.get_ref();
    // A site without locales has been told so.
    let Some(locale) = locales.first() else {
        return diagnostics;
    };
    let known = Facts::new(settings, locale);
    for former in &settings.former {
        let mut refuse = |code, span, message: String, help: &str| {
            diagnostics.push(Diagnostic::at(code, file, span, message, help));
        };
        if former.until().is_none() {
            refuse(
                Code::InvalidFact,
                former.until.span(),
                "`until` is no day".to_owned(),
                "write for example `until = 2026-03-01`",
            );
        }
        for (name, fact) in &former.facts {
            if known.get(name).is_none() {
                refuse(
                    Code::UnknownVariable,
                    fact.span(),
                    format!("there is no fact `{name}` that could have been another"),
                    "write the name that texts use, in quotes: `\"operator.address\" = …`",
                );
            }
            let missing = locales.iter().find(|locale| match fact.get_ref() {
                Fact::Text(text) => text.is_empty(),
                Fact::Localised(texts) => texts.get(locale.as_str()).is_none_or(String::is_empty),
            });
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

#[cfg(test)]
mod tests {
    use crate::report::diagnostic::Code;
    use crate::report::source::Sources;

    const SITE: &str =
        include_str!("../../../tests/fixtures/editions/content/policies.example/site.toml");

    fn check(former: &str) -> Vec<(Code, String)> {
        let mut sources = Sources::default();
        let file = sources.add("site.toml", format!("{SITE}\n[[former]]\n{former}"));
        let (_, diagnostics) = super::super::read(&sources, file, "policies.example").unwrap();
        let told = diagnostics
            .into_iter()
            .map(|diagnostic| (diagnostic.code, diagnostic.message));
        told.collect()
    }

    #[test]
    fn former_facts_are_facts_of_every_locale_until_a_day() {
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
