//! Dates as CLDR writes them are found in every language.

use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::YMD;
use icu_locale::Locale;
use language::Language;

/// The day, month and year of each date that is found in a text.
fn found(language: &Language, text: &str) -> Vec<(String, Option<u32>, String)> {
    let dates = &language.dates;
    let matches = dates
        .patterns()
        .iter()
        .flat_map(|one| one.captures_iter(text));
    matches
        .map(|captures| {
            let month = dates.month(&captures["month"].to_lowercase());
            (
                captures["day"].to_owned(),
                month,
                captures["year"].to_owned(),
            )
        })
        .collect()
}

#[test]
fn every_long_date_of_cldr_is_found_with_its_month() {
    let mut failed = Vec::new();
    for (locale, language) in Language::named() {
        let tag = language.cldr_locale.as_deref().unwrap_or(locale);
        let tag: Locale = tag.parse().unwrap();
        let formatter =
            FixedCalendarDateTimeFormatter::<Gregorian, _>::try_new(tag.into(), YMD::long())
                .unwrap();
        for month in 1..=12 {
            let date = Date::try_new_gregorian(2025, month, 17).unwrap();
            let written = formatter.format(&date).to_string();
            let expected = ("17".to_owned(), Some(u32::from(month)), "2025".to_owned());
            // Greek capitals have no accents.
            let capitals = written.to_uppercase().replace(['\u{301}', '\u{308}'], "");
            for text in [written, capitals] {
                if found(language, &format!("{text};")) != [expected.clone()] {
                    failed.push(format!("{locale}: {text}: {:?}", found(language, &text)));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn dates_are_found_as_people_write_them() {
    for (locale, text, month) in [
        ("ar", "17 نيسان 2025", 4),
        ("ar", "17 كانون الثاني 2025", 1),
        ("az", "2025-ci il 17 aprel", 4),
        ("cs", "17. července 2025", 7),
        ("cs", "17. června 2025", 6),
        ("de", "17. Jänner 2025", 1),
        ("el", "17η Μαΐου 2025", 5),
        ("en", "April 17, 2025", 4),
        ("en", "17th of April 2025", 4),
        ("es", "17 de setiembre del 2025", 9),
        ("fr", "17 août 2025", 8),
        ("ga", "17 Meán Fómhair 2025", 9),
        ("hu", "2025. április 17-én", 4),
        ("hy", "2025 թ. ապրիլի 17-ին", 4),
        ("ka", "2025 წლის 17 აპრილს", 4),
        ("ky", "2025-жылдын 17-апрели", 4),
        ("lt", "2025 metų balandžio 17 d.", 4),
        ("mt", "17 ta' April, 2025", 4),
        ("pl", "17 maja 2025", 5),
        ("pl", "17 marca 2025", 3),
        ("tr", "17 NİSAN 2025", 4),
        ("uz", "2025-yil 17-aprel", 4),
        ("zh-hans", "2025 年 4 月 17 日", 4),
        ("zh-hans", "2025年12月17日", 12),
        ("zh-hans", "2025年04月17日", 4),
    ] {
        let language = Language::of(locale).unwrap();
        let expected = ("17".to_owned(), Some(month), "2025".to_owned());
        assert_eq!(found(language, text), [expected], "{text}");
    }
}

#[test]
fn names_of_months_are_known_as_they_stand_alone() {
    for (locale, name, month) in [
        ("cs", "červen", 6),
        ("cs", "červenec", 7),
        ("el", "μάρτιος", 3),
        ("el", "μάιος", 5),
        ("el", "ιούνιος", 6),
        ("fi", "tammikuu", 1),
        ("hr", "veljača", 2),
        ("lt", "rugpjūtis", 8),
        ("pl", "wrzesień", 9),
        ("sk", "marec", 3),
        ("uk", "лютий", 2),
    ] {
        let dates = &Language::of(locale).unwrap().dates;
        assert_eq!(dates.month(name), Some(month), "{name}");
    }
}
