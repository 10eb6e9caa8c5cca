//! Words that the repairs recognise, in all languages (crate `language`), and homoglyphs.

use language::Language;
use std::collections::BTreeMap;

/// The words of one list in all languages.
pub(crate) fn words(
    list: fn(&'static Language) -> &'static [String],
) -> impl Iterator<Item = &'static str> {
    Language::all().flat_map(list).map(String::as_str)
}

/// The value of a word in one table, searched in all languages.
pub(crate) fn meaning<T>(
    table: fn(&'static Language) -> &'static BTreeMap<String, T>,
    word: &str,
) -> Option<&'static T> {
    let mut tables = Language::all().map(table);
    tables.find_map(|table| table.get(word))
}

/// The variable of a placeholder, which a language or whoever imports knows.
pub(crate) fn variable<'v>(further: &'v BTreeMap<String, String>, name: &str) -> Option<&'v str> {
    let plain = plain(name);
    let known = meaning(|language| &language.placeholders, &plain);
    known.or_else(|| further.get(&plain)).map(String::as_str)
}

/// A placeholder's name as the lists have it: small letters, single blanks, and no point behind an
/// abbreviation.
pub(crate) fn plain(name: &str) -> String {
    let spaced = name.to_lowercase().replace(['-', '_', '‑'], " ");
    let words = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    words.trim_end_matches('.').to_owned()
}

/// Variables of the content form, besides `law.…` and `facts.…`, whose names a site defines.
pub(crate) const VARIABLES: &[&str] = &[
    "site.host",
    "site.url",
    "site.choice_days",
    "site.refusal_days",
    "site.record_years",
    "operator.name",
    "operator.legal_name",
    "operator.form",
    "operator.registration",
    "operator.country",
    "operator.address",
    "operator.email",
    "operator.phone",
    "dpo.name",
    "dpo.address",
    "dpo.email",
    "dpo.phone",
    "representative.name",
    "representative.address",
    "representative.email",
    "authority.name",
    "authority.address",
    "authority.url",
    "block.operator",
    "block.authority",
    "block.cookies",
    "block.services",
    "block.choices",
];

/// Latin words that are typed with Cyrillic homoglyphs.
pub(crate) const LATIN_WORDS: &[&str] = &[
    "COOKIE", "COOKIES", "IP", "HTTP", "HTTPS", "CRM", "PIXEL", "MAC", "EMAIL", "SCC", "ISO",
    "HTML", "CMS",
];

/// Cyrillic letters and, in the same order, the Latin ones that look like them.
pub(crate) const CYRILLIC_HOMOGLYPHS: &str = "АВЕКМНОРСТХІЅЈУҺаеорсхуіѕјһ";
pub(crate) const LATIN_HOMOGLYPHS: &str = "ABEKMHOPCTXISJYHaeopcxyisjh";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cyrillic_homoglyph_has_a_latin_one() {
        let count = |letters: &str| letters.chars().count();
        assert_eq!(count(CYRILLIC_HOMOGLYPHS), count(LATIN_HOMOGLYPHS));
        assert!(LATIN_HOMOGLYPHS.is_ascii());
    }

    #[test]
    fn each_language_fills_placeholders_with_variables() {
        for language in Language::all() {
            for variable in language.placeholders.values() {
                assert!(VARIABLES.contains(&variable.as_str()), "{variable}");
            }
            for name in language.placeholders.keys() {
                assert_eq!(plain(name), *name, "no document is found to have it");
            }
        }
    }
}
