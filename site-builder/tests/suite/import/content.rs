//! Nothing is lost, doubled or moved on the way from a document to a page.
//!
//! Checked with a small damaged document, and with those of a company where they are at hand.

use super::Site;
use crate::support::{read, repository, texts};
use regex::Regex;
use scraper::{Html, Selector};

fn words(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The words of a source without Markdown, with facts in place of placeholders.
fn words_of_source(source: &str) -> Vec<String> {
    let link = Regex::new(r"\[([^\]]*)\]\([^)]*\)").unwrap();
    let text = link.replace_all(source, "$1");
    let text = text
        .replace("[Сайт атауы]", "example.kz")
        .replace("[Компанияның заңды атауы]", "«Үлгі» ЖШС")
        .replace("[байланыс email]", "privacy@example.kz")
        .replace(
            "[ҚР-дағы компания мекен-жайы]",
            "Қазақстан Республикасы, Алматы қаласы, Үлгі көшесі, 1",
        );
    words(&text)
}

/// Checks that the page has the words of the source, its title first, and no leftover of an export.
fn check(source: &str, locale: &'static str) {
    let site = Site::new(locale);
    site.import(source);
    let page = site.page();
    let title = texts(&page, "h1").concat();
    let body = texts(&page, ".text").concat();
    let mut shown = words(&title);
    shown.extend(words(&body));
    let expected = words_of_source(source);
    let at = shown
        .iter()
        .zip(&expected)
        .position(|(shown, expected)| shown != expected)
        .unwrap_or(shown.len().min(expected.len()));
    let around = |words: &[String]| {
        words
            .get(at.saturating_sub(4)..(at + 6).min(words.len()))
            .map(|words| words.join(" "))
    };
    assert!(
        shown == expected,
        "word {at}: the page says {:?}, the source {:?}",
        around(&shown),
        around(&expected)
    );
    for left_behind in ["**", "\\*", "[", "{{"] {
        assert!(
            !body.contains(left_behind),
            "`{left_behind}` stands on the page"
        );
    }
    for item in texts(&page, ".text li") {
        assert!(!item.trim().is_empty(), "an empty item");
    }
    assert_tree(&page);
}

/// Checks that every clause is inside of the clause that its number names as the parent.
fn assert_tree(page: &Html) {
    let selector = Selector::parse(".text [id^='c-']").unwrap();
    for clause in page.select(&selector) {
        let id = clause.value().id().unwrap();
        let Some((parent, _)) = id.rsplit_once('-').filter(|(parent, _)| *parent != "c") else {
            continue;
        };
        let around = clause
            .ancestors()
            .filter_map(scraper::ElementRef::wrap)
            .find_map(|ancestor| ancestor.value().id().filter(|id| id.starts_with("c-")));
        assert_eq!(around, Some(parent), "clause {id}");
    }
}

#[test]
fn a_damaged_document_becomes_a_page_without_losing_a_word() {
    let source = "**САЯСАТ**  \n**Сайт:** <https://example.kz>\n\n---\n\n**1. Жалпы**\n\n- 1.1.** Бірінші тармақ\nжалғасы бар.\n- \n- 1.2. Мыналар:\n- бір;\n  - екі;\n\n#### 2. Екінші\n\n2.1 Нүктесіз нөмір, 1.2-тармаққа сілтеме.\n";
    check(source, "kk");
}

#[test]
fn a_reference_to_a_missing_clause_is_left_to_a_person() {
    let site = Site::new("ru");
    let report = site.import("# Политика\n\n## 1. Общее\n\n1.1. Кроме случаев, указанных в пп. 5.2 и 5.4 Политики, и пункта 1.1.\n");
    assert_eq!(
        report.matches("decide[dangling-reference]").count(),
        2,
        "{report}"
    );
    for words in ["`5.2`", "`5.4`"] {
        assert_eq!(
            report.matches(&format!("]: {words} refers")).count(),
            1,
            "{report}"
        );
    }
    let links = texts(&site.page(), ".text a[href^='#c-1-1']:not(.clause__number)");
    assert_eq!(links, ["пункта 1.1"]);
}

#[test]
fn a_point_that_is_counted_through_the_chapters_is_no_chapter() {
    let site = Site::new("kk");
    let report = site.import(include_str!(
        "../../../../importer/tests/suite/defects/kk/points_through_chapters.md"
    ));
    assert!(!report.contains("dangling-reference"), "{report}");
    let page = site.page();
    assert_eq!(texts(&page, "#p-2").len(), 1);
    let links = texts(&page, ".text a[href='#p-2']:not(.clause__number)");
    assert_eq!(links, ["2-тармақта"]);
}

#[test]
fn numbers_of_every_language_have_anchors() {
    let documents = repository().join("importer/tests/suite/documents");
    let mut anchors = String::new();
    for locale in [
        "ar", "de", "en", "es", "fr", "hu", "it", "kk", "pl", "ru", "tr", "zh-hans",
    ] {
        let site = Site::new(locale);
        let report = site.import(&read(&documents.join(locale).join("numbering.md")));
        assert!(!report.contains("decide[number"), "{locale}: {report}");
        let page = site.page();
        let selector = Selector::parse(".text [id]").unwrap();
        let ids = page.select(&selector).filter_map(|one| one.value().id());
        anchors.push_str(&format!(
            "{locale}: {}\n",
            ids.collect::<Vec<_>>().join(" ")
        ));
    }
    insta::assert_snapshot!("anchors_of_imported_numbers", anchors);
}

#[test]
fn the_source_documents_arrive_whole() {
    let folder = repository().join("../shared/seeds");
    let Ok(entries) = folder.read_dir_utf8() else {
        // They belong to a company, and are not in the repository.
        return;
    };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().into_path()).collect();
    paths.sort();
    for (path, locale) in paths.iter().zip(["kk", "kk", "ru", "kk", "kk"]) {
        // The importer repairs two words that mix Latin and Cyrillic letters.
        let source = read(path)
            .replace("СООКІЕ", "COOKIE")
            .replace("EO Regulation", "EU Regulation")
            // The day of publication moves to the front matter, and to the top of the page.
            .replace("Соңғы жаңарту: 17.04.2025", "");
        check(&source, locale);
    }
}

/// Templates ask for the number by the name that their country has for it.
#[test]
fn the_operators_registration_is_recognised_by_its_name_in_any_language() {
    const BIN: &str = "registration = { kind = \"bin\", number = \"250440000004\" }";
    let settings = "content/example.kz/site.toml";
    for (country, registration, names, variable) in [
        ("KZ", BIN, &["БИН", "BIN", "бсн", "\\[BIN\\]"][..], "bin"),
        (
            "DE",
            "registration = { kind = \"commercial-register\", number = \"HRB 12345, Amtsgericht Charlottenburg\" }",
            &["Handelsregister", "commercial_register"],
            "commercial-register",
        ),
        // One that the operator has not named yet, but its country has.
        ("DE", "", &["USt-IdNr.", "USt-IdNr"], "vat"),
        (
            "FR",
            "registration = [{ kind = \"siren\", number = \"123 456 782\" }, { kind = \"rcs\", number = \"Paris B 123 456 782\" }]",
            &["SIREN", "SIREN-Nummer"],
            "siren",
        ),
        (
            "UZ",
            "registration = { kind = \"tax-number\", number = \"123\" }",
            &["tax number"],
            "tax-number",
        ),
    ] {
        for name in names {
            let site = Site::new("ru");
            site.project.replace(settings, BIN, registration);
            let home = format!("country = \"{country}\"");
            if country != "KZ" {
                site.project.replace(settings, "country = \"KZ\"", &home);
            }
            let name = if name.starts_with('\\') {
                (*name).to_owned()
            } else {
                format!("[{name}]")
            };
            let told = site.import(&format!(
                "# Политика\n\n## 1. Общее\n\n1.1. Номер: {name}.\n"
            ));
            let edition = site
                .project
                .read("content/example.kz/ru/privacy/2025-04-17.md");
            let expected = format!("Номер: {{{{ operator.{variable} }}}}.");
            assert!(edition.contains(&expected), "{name}: {edition}\n{told}");
            assert!(!told.contains("decide[unknown-variable]"), "{told}");
            // What the operator lacks, the report names.
            let is_lacking = told.contains("add `{ kind = \"vat\", number");
            assert_eq!(is_lacking, variable == "vat", "{told}");
        }
    }
    // Of another country it may be a word: `[ein]` in a German text.
    let site = Site::new("ru");
    site.import("# Политика\n\n## 1. Общее\n\n1.1. Номер: [EIN].\n");
    let edition = site
        .project
        .read("content/example.kz/ru/privacy/2025-04-17.md");
    assert!(edition.contains("[EIN]"), "{edition}");
}
