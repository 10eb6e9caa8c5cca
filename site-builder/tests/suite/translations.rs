//! The words of the default theme in all its languages, beside their back-translations and the
//! glossary.

use crate::support::{Project, SITE, read, repository};
use std::collections::BTreeMap;
use std::fs;

/// The values of a file by dotted key.
fn values(text: &str) -> BTreeMap<String, String> {
    fn collect(table: &toml::Table, prefix: &str, values: &mut BTreeMap<String, String>) {
        for (name, value) in table {
            match value {
                toml::Value::Table(inner) => collect(inner, &format!("{prefix}{name}."), values),
                toml::Value::String(words) => {
                    _ = values.insert(format!("{prefix}{name}"), words.clone());
                }
                other => panic!("{prefix}{name} is {other}"),
            }
        }
    }
    let mut all = BTreeMap::new();
    collect(&text.parse().unwrap(), "", &mut all);
    all
}

/// The files of a folder below the strings of the theme, by locale.
fn files(folder: &str) -> BTreeMap<String, String> {
    let folder = repository().join("themes/default/strings").join(folder);
    let mut files = BTreeMap::new();
    for path in folder.read_dir_utf8().unwrap() {
        let path = path.unwrap().into_path();
        files.insert(path.file_stem().unwrap().to_owned(), read(&path));
    }
    files
}

#[test]
fn every_translation_has_a_back_translation_of_all_its_strings() {
    let translations = files("visitor");
    let back = files("back-translations");
    assert!(translations.len() >= 36, "{}", translations.len());
    for (locale, text) in &translations {
        if locale == "en" {
            continue;
        }
        let back = back
            .get(locale)
            .unwrap_or_else(|| panic!("{locale} has none"));
        let keys = |text| values(text).into_keys().collect::<Vec<_>>();
        assert_eq!(keys(text), keys(back), "{locale}");
        assert!(text.contains("No native lawyer has read this"), "{locale}");
    }
}

/// Terms that must not be told in other words, because they are those of the law.
#[test]
fn consent_and_withdrawal_are_told_in_the_words_of_the_glossary() {
    let glossary = read(&repository().join("themes/default/strings/glossary.toml"));
    let glossary: toml::Table = glossary.parse().unwrap();
    let translations = files("visitor");
    let english = values(translations.get("en").unwrap());
    for (locale, text) in &translations {
        let own = values(text);
        let stems = |name: &str| -> Vec<String> {
            let stems = glossary[locale][name].as_array().unwrap().iter();
            stems
                .map(|stem| stem.as_str().unwrap().to_owned())
                .collect()
        };
        for (original, stems) in [
            ("consent", stems("consent_stems")),
            ("withdr", stems("withdraw_stems")),
        ] {
            for (key, words) in &english {
                // `plural` has other keys in other languages, and none of these words.
                let told = words.to_lowercase().contains(original);
                let Some(translated) = own.get(key).filter(|_| told) else {
                    continue;
                };
                let translated = translated.to_lowercase();
                let holds = stems.iter().any(|stem| translated.contains(stem));
                assert!(holds, "{locale}, {key}: {translated}");
            }
        }
    }
}

/// A file that no language uses any more would be taken for one that is checked.
#[test]
fn back_translations_and_glossary_are_of_languages_that_are_there() {
    let translations = files("visitor");
    for locale in files("back-translations").keys() {
        assert!(translations.contains_key(locale), "{locale}");
    }
    let glossary = fs::read_to_string(repository().join("themes/default/strings/glossary.toml"));
    for locale in glossary.unwrap().parse::<toml::Table>().unwrap().keys() {
        assert!(translations.contains_key(locale), "{locale}");
    }
}

/// The good site in the default theme, whose visitors are asked in all its languages.
fn in_all_languages() -> Project {
    let project = Project::in_default_theme();
    let settings = format!("{SITE}/site.toml");
    let all = "locales = [\"en\"]\nbanner_locales = \"all\"";
    project.replace(&settings, "locales = [\"en\"]", all);
    project
}

#[test]
fn a_site_in_all_languages_is_told_nothing_about_their_words() {
    let project = in_all_languages();
    let report = project.build();
    assert!(!report.text.contains("strings/visitor"), "{}", report.text);
    // A word that is left in English is told.
    let german = "themes/default/strings/visitor/de.toml";
    let line = read(&repository().join("themes/default/strings/visitor/de.toml"));
    let line = line.lines().find(|line| line.starts_with("accept_all = "));
    project.replace(german, line.unwrap(), "accept_all = \"Accept all\"");
    assert!(project.build().text.contains("untranslated-string"));
}

#[test]
fn pages_join_words_as_their_language_does() {
    let project = in_all_languages();
    project.build();
    let strings = files("visitor");
    for (locale, colon) in [("en", ": "), ("fr", "\u{a0}: "), ("zh-hans", "：")] {
        let page = project.read(&format!("dist/example.kz/{locale}/choices/index.html"));
        let label = &values(&strings[locale])["register.lifetime"];
        assert!(page.contains(&format!("{label}{colon}")), "{locale}");
    }
}

/// A template that writes a comma or a colon itself writes it in every language.
#[test]
fn templates_take_punctuation_from_the_language() {
    let folder = repository().join("themes/default/templates");
    let folders = [folder.join("partials"), folder];
    let files = folders.iter().flat_map(|folder| folder.read_dir_utf8());
    for file in files.flatten() {
        let path = file.unwrap().into_path();
        // The operator's page is in few languages, with words of its own.
        if path.is_dir() || path.file_name() == Some("admin.html") {
            continue;
        }
        let text = read(&path);
        for before in ["}}", "%}", "</ins>", ")"] {
            for mark in [": ", ", ", "; ", ". ", "."] {
                for after in ["{{", "{%", "<"] {
                    let written = [before, mark, after].concat();
                    assert!(!text.contains(&written), "{path}: {written}");
                }
            }
        }
        assert!(
            !text.contains("join(\", \")") && !text.contains("join(\"; \")"),
            "{path}"
        );
    }
}
