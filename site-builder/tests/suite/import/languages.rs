//! Documents in several languages, or in another one than the import says.

use super::{Site, is_written};
use crate::support::{repository, stderr, texts};
use scraper::{Html, Selector};

const SEQUENCE: &str = "# Правила продажи\n\n## 1. Общая часть\n\n1.1. Эти правила действуют для магазина.\n\n# Сату ережесі\n\n## 1. Жалпы бөлім\n\n1.1. Бұл ереже дүкенге қолданылады.\n\n# Rules of sale\n\n## 1. General part\n\n1.1. These rules apply to the shop.\n";

fn site() -> Site {
    let site = Site::with("ru", &["kk", "ru", "en"], &["privacy"]);
    site.project.write("old.md", SEQUENCE);
    site
}

/// Imports `old.md` as the edition of 2025-04-17, with these arguments.
fn import(site: &Site, arguments: &[&str]) -> std::process::Output {
    let edition = ["old.md", "--policy", "privacy", "--date", "2025-04-17"];
    site.run_import(&[&edition, arguments].concat())
}

#[test]
fn every_language_of_a_document_becomes_an_edition() {
    for arguments in [&[][..], &["--split", "kk,ru,en"]] {
        let site = site();
        let output = import(&site, arguments);
        let report = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{report}");
        let all = ["en", "kk", "ru"].map(|locale| format!("{locale}/privacy/2025-04-17.md"));
        assert_eq!(site.editions(), all);
        assert!(site.page().html().contains("id=\"c-1-1\""));
    }
}

/// A Word file with a language in each of three columns, whose numbers are Word's own.
#[test]
fn an_agreement_in_three_columns_has_the_same_clauses_in_each_language() {
    let site = Site::with("kk", &["kk", "ru", "en"], &["privacy"]);
    let file = repository().join("site-builder/tests/suite/import/files/agreement.docx");
    let edition = ["--policy", "privacy", "--date", "2025-04-17"];
    let output = site.run_import(&[&[file.as_str()], &edition[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let clauses = "c-1 c-1-1 c-1-2 c-2 c-2-1 c-2-1-p1 c-2-1-p2 c-2-1-p3 c-2-2 c-3 c-3-1 c-3-2";
    site.page();
    for (locale, title, reference) in [
        (
            "kk",
            "Онлайн-курсты пайдалану туралы келісім",
            "1.1-тармақта",
        ),
        (
            "ru",
            "Соглашение об использовании онлайн-курса",
            "пункте 1.1",
        ),
        (
            "en",
            "Agreement on the use of the online course",
            "clause 1.1",
        ),
    ] {
        let page = site
            .project
            .read(&format!("dist/example.kz/{locale}/privacy/index.html"));
        let page = Html::parse_document(&page);
        let ids = Selector::parse(".text [id]").unwrap();
        let ids: Vec<&str> = page
            .select(&ids)
            .filter_map(|one| one.value().id())
            .collect();
        assert_eq!(ids.join(" "), clauses, "{locale}");
        assert_eq!(texts(&page, "h1"), [title]);
        let links = texts(&page, ".text a[href='#c-1-1']:not(.clause__number)");
        assert_eq!(links, [reference]);
    }
}

#[test]
fn one_language_of_several_is_the_document_and_one_decision_tells_of_the_others() {
    let site = site();
    let output = import(&site, &["--locale", "ru"]);
    let report = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{report}");
    assert_eq!(report.matches("decide[").count(), 1, "{report}");
    for words in [
        "parts in `ru`, `kk` and `en`",
        "`kk` and `en` didn't",
        "`--split ru,kk,en`",
    ] {
        assert!(report.contains(words), "{report}");
    }
    assert_eq!(site.editions(), ["ru/privacy/2025-04-17.md"]);
}

#[test]
fn editions_of_one_document_are_compared_with_each_other() {
    let site = site();
    let uneven = SEQUENCE.replace(
        "1.1. These rules apply to the shop.",
        "1.1. These rules apply to the shop for 30 days.\n\n1.2. A clause that no other language has.",
    );
    site.project.write("old.md", uneven);
    let output = import(&site, &[]);
    let report = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{report}");
    assert!(report.contains("build[clause-mismatch]"), "{report}");
}

#[test]
fn a_language_that_document_or_site_lacks_is_told_before_anything_is_written() {
    let site = site();
    for (arguments, words) in [
        (
            &["--split", "kk,de"][..],
            "the site has no locale `de`; `locales` has `kk`, `ru`, `en`",
        ),
        (
            &["--locale", "de"],
            "add `de` to `locales` in `content/example.kz/site.toml`",
        ),
    ] {
        let output = import(&site, arguments);
        let report = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{report}");
        assert!(report.contains(words), "{report}");
    }
    let terms = [
        "old.md",
        "--policy",
        "terms",
        "--date",
        "2025-04-17",
        "--locale",
        "ru",
    ];
    let output = site.run_import(&terms);
    let report = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(
        report.contains("the site has no policy `terms`; `policies` has `privacy`"),
        "{report}"
    );
    site.project.write(
        "old.md",
        "# Политика\n\nЭта политика действует для сайта и всех его посетителей.\n",
    );
    let output = import(&site, &["--split", "kk,ru"]);
    assert!(
        stderr(&output).contains("the document is in one language, `ru`"),
        "{}",
        stderr(&output)
    );
    assert!(site.editions().is_empty());
}

#[test]
fn a_text_in_another_language_is_imported_by_force_alone() {
    let site = site();
    site.project.write(
        "old.md",
        "# Саясат\n\n## 1. Жалпы\n\n1.1. Бұл саясат сайтқа қолданылады, оператор заңды сақтайды.\n",
    );
    let wrong = import(&site, &["--locale", "ru"]);
    let report = stderr(&wrong);
    assert_eq!(wrong.status.code(), Some(1), "{report}");
    assert!(
        report.contains("the text looks like `kk`, not `ru`"),
        "{report}"
    );
    assert!(site.editions().is_empty());

    let forced = import(&site, &["--locale", "ru", "--force"]);
    assert!(is_written(&forced));
    assert!(
        stderr(&forced).contains("decide[language]"),
        "{}",
        stderr(&forced)
    );
    // Without a language it is recognised.
    assert_eq!(import(&site, &[]).status.code(), Some(0));
    assert!(
        site.editions()
            .contains(&"kk/privacy/2025-04-17.md".to_owned())
    );
}
