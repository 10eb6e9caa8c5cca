//! Words that the repairs recognise, by language (`vocabulary/<locale>.toml`), and homoglyphs.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The words of one language, in lowercase where the comparison ignores case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Language {
    /// Whether it is written in Latin letters.
    pub(crate) is_latin: bool,
    /// Whether the dash between spaces is an em dash; otherwise an en dash.
    pub(crate) has_long_dash: bool,
    /// Letters, in lowercase, that the other languages here lack. A name without any of them may be
    /// a foreign one.
    pub(crate) own_letters: String,
    /// Endings of words by which a name in this language is recognised in a text of another one.
    pub(crate) name_endings: Vec<String>,
    /// Stems of words for a policy document; a heading with one of them is the title.
    pub(crate) title_stems: Vec<String>,
    /// Legal forms and labels that begin the line under a title. Up to five characters are compared
    /// as a whole word, longer ones as a prefix.
    pub(crate) subtitle_words: Vec<String>,
    /// Stems in the headings of sections that define terms.
    pub(crate) definition_stems: Vec<String>,
    /// Stems in a line that states the date of the document.
    pub(crate) date_stems: Vec<String>,
    /// Words beside a year: `2024 жылғы 5 қыркүйек`.
    pub(crate) year_words: Vec<String>,
    /// Words around page numbers: `Page 3 of 10`, `Стр. 3`.
    pub(crate) page_words: Vec<String>,
    /// Prefixes of month names, January first.
    pub(crate) months: Vec<String>,
    /// Words before a section number, and the unit that they name: `Article 5`.
    pub(crate) section_words: BTreeMap<String, String>,
    /// Suffixes of a section number, and the unit that they name: `1-бап`.
    pub(crate) section_suffixes: BTreeMap<String, String>,
    /// Placeholders of templates and the variables for them. Hyphens and underscores count as
    /// spaces.
    pub(crate) placeholders: BTreeMap<String, String>,
    /// Abbreviations typed with Latin homoglyphs, and the right ones in Cyrillic. They are replaced
    /// only in documents of this language.
    pub(crate) abbreviations: BTreeMap<String, String>,
}

static LANGUAGES: LazyLock<BTreeMap<&str, Language>> = LazyLock::new(|| {
    let files = [
        ("en", include_str!("vocabulary/en.toml")),
        ("kk", include_str!("vocabulary/kk.toml")),
        ("ru", include_str!("vocabulary/ru.toml")),
    ];
    #[expect(
        clippy::expect_used,
        reason = "a test reads the files, which are part of the program"
    )]
    let languages = files.map(|(locale, file)| {
        let language = toml::from_str(file).expect("a vocabulary has all lists and nothing else");
        (locale, language)
    });
    BTreeMap::from(languages)
});

pub(crate) fn language(locale: &str) -> Option<&'static Language> {
    LANGUAGES.get(locale)
}

/// All languages: a document may contain words of others than that of its locale.
pub(crate) fn languages() -> impl Iterator<Item = &'static Language> {
    LANGUAGES.values()
}

/// The words of one list in all languages.
pub(crate) fn words(
    list: fn(&'static Language) -> &'static [String],
) -> impl Iterator<Item = &'static str> {
    languages().flat_map(list).map(String::as_str)
}

/// The value of a word in one table, searched in all languages.
pub(crate) fn meaning(
    table: fn(&'static Language) -> &'static BTreeMap<String, String>,
    word: &str,
) -> Option<&'static str> {
    let mut tables = languages().map(table);
    tables.find_map(|table| table.get(word)).map(String::as_str)
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
    "operator.bin",
    "operator.address",
    "operator.email",
    "operator.phone",
    "dpo.email",
    "authority.name",
    "block.operator",
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

/// Kazakh letters and their homoglyphs of old fonts and keyboards, which no word in Latin letters
/// has.
pub(crate) const KAZAKH_HOMOGLYPHS: &[(char, char)] = &[
    ('Ә', '\u{018f}'),
    ('ә', '\u{0259}'),
    ('ә', '\u{01dd}'),
    ('Ө', '\u{019f}'),
    ('ө', '\u{0275}'),
];

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
    fn each_language_names_twelve_months_and_fills_placeholders_with_variables() {
        for language in languages() {
            assert_eq!(language.months.len(), 12, "{:?}", language.months);
            for variable in language.placeholders.values() {
                assert!(VARIABLES.contains(&variable.as_str()), "{variable}");
            }
        }
    }
}
