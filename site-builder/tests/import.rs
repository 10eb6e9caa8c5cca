//! From a document as a company has it to the words of a page: nothing is lost, doubled or moved on the way.
//!
//! The five source documents are read where they are at hand; a small document of our own always is.
#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test lays out folders and fails by panicking"
)]

use regex::Regex;
use scraper::{Html, Selector};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A site of one policy in one language, made from the starter.
struct Site {
    root: TempDir,
    locale: &'static str,
}

impl Site {
    fn new(locale: &'static str) -> Self {
        let site = Self {
            root: TempDir::new().unwrap(),
            locale,
        };
        let starter = repository().join("content/_starter");
        let folder = site.root.path().join("content/example.kz");
        fs::create_dir_all(&folder).unwrap();
        let settings = fs::read_to_string(starter.join("site.toml")).unwrap();
        let locales = Regex::new("locales = .*").unwrap();
        let settings = locales.replace(&settings, format!("locales = [\"{locale}\"]"));
        fs::write(folder.join("site.toml"), settings.as_ref()).unwrap();
        fs::copy(starter.join("services.toml"), folder.join("services.toml")).unwrap();
        site
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_site-builder"))
            .args(arguments)
            .current_dir(self.root.path())
            .output()
            .unwrap()
    }

    fn import(&self, document: &str) -> String {
        fs::write(self.root.path().join("old.md"), document).unwrap();
        let arguments = [
            "import",
            "old.md",
            "--site",
            "example.kz",
            "--policy",
            "privacy",
            "--locale",
            self.locale,
            "--date",
            "2025-04-17",
        ];
        let output = self.run(&arguments);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{told}");
        told
    }

    /// The page of the policy after a build that found no error.
    fn page(&self) -> Html {
        let themes = repository().join("themes");
        let output = self.run(&[
            "build",
            "--today",
            "2026-11-20",
            "--themes",
            themes.to_str().unwrap(),
        ]);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let page = self.root.path().join(format!(
            "dist/example.kz/{}/privacy/index.html",
            self.locale
        ));
        Html::parse_document(&fs::read_to_string(page).unwrap())
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector)
        .map(|element| element.text().collect())
        .collect()
}

fn words(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The words of a source, with the facts that replace its placeholders and without what only Markdown needs.
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

/// Whether the page shows the words of the source, its title first, and nothing that exports leave behind.
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

/// Every numbered clause stands inside of the clause that its number says.
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
    let told = site.import("# Политика\n\n## 1. Общее\n\n1.1. Кроме случаев, указанных в пп. 5.2 и 5.4 Политики, и пункта 1.1.\n");
    assert_eq!(
        told.matches("decide[dangling-reference]").count(),
        2,
        "{told}"
    );
    for words in ["`5.2`", "`5.4`"] {
        assert_eq!(
            told.matches(&format!("]: {words} refers")).count(),
            1,
            "{told}"
        );
    }
    let links = texts(&site.page(), ".text a[href^='#c-1-1']:not(.clause__number)");
    assert_eq!(links, ["пункта 1.1"]);
}

#[test]
fn a_point_that_is_counted_through_the_chapters_is_no_chapter() {
    let site = Site::new("kk");
    let told = site.import(include_str!(
        "../../importer/tests/suite/defects/kk/points_through_chapters.md"
    ));
    assert!(told.contains("decide[points-across]"), "{told}");
    assert!(told.contains("]: `2-тармақта` refers"), "{told}");
    let page = site.page();
    assert_eq!(texts(&page, "#c-2").len(), 1);
    let links = texts(&page, ".text a[href^='#c-']:not(.clause__number)");
    assert_eq!(links, [""; 0]);
}

#[test]
fn an_edition_that_is_there_is_kept() {
    let site = Site::new("ru");
    site.import("# Политика\n\n## 1. Общее\n\n1.1. Первое.\n");
    fs::write(
        site.root.path().join("old.md"),
        "# Политика\n\n## 1. Общее\n\n1.1. Другое.\n",
    )
    .unwrap();
    let arguments = [
        "import",
        "old.md",
        "--site",
        "example.kz",
        "--policy",
        "privacy",
        "--locale",
        "ru",
        "--date",
        "2025-04-17",
    ];
    let output = site.run(&arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        site.run(&[&arguments[..], &["--force"]].concat())
            .status
            .success()
    );
    let outside = site.run(&[
        "import",
        "old.md",
        "--site",
        "../x",
        "--policy",
        "privacy",
        "--locale",
        "ru",
        "--date",
        "2025-04-17",
    ]);
    assert_eq!(outside.status.code(), Some(1));
}

#[test]
fn a_dry_run_shows_the_difference_and_writes_nothing() {
    let site = Site::new("ru");
    fs::write(
        site.root.path().join("old.md"),
        "# Политика\n\n- 1.1.** Первое.\n",
    )
    .unwrap();
    let output = site.run(&[
        "import",
        "old.md",
        "--site",
        "example.kz",
        "--policy",
        "privacy",
        "--locale",
        "ru",
        "--date",
        "2025-04-17",
        "--dry-run",
    ]);
    assert!(output.status.success());
    let difference = String::from_utf8(output.stdout).unwrap();
    assert!(
        difference.contains("\n-- 1.1.** Первое.\n") && difference.contains("\n+1.1. Первое.\n"),
        "{difference}"
    );
    assert!(!site.root.path().join("content/example.kz/ru").exists());
}

/// The editions of the site, by their path in it.
fn editions(site: &Site) -> Vec<String> {
    let root = site.root.path().join("content/example.kz");
    let mut found = Vec::new();
    for locale in ["ru", "en"] {
        for policy in ["privacy", "cookies"] {
            let Ok(entries) = fs::read_dir(root.join(locale).join(policy)) else {
                continue;
            };
            let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            found.extend(names.map(|name| format!("{locale}/{policy}/{name}")));
        }
    }
    found.sort();
    found
}

fn write(site: &Site, file: &str, text: &str) {
    let path = site.root.path().join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn a_folder_is_imported_as_a_whole() {
    let site = Site::new("ru");
    write(
        &site,
        "old/ru/privacy/2024-01-31.md",
        "# Политика\n\n1.1. Первое.\n",
    );
    write(
        &site,
        "old/ru/privacy/2025-04-17.txt",
        "# Политика\n\n1.1. Второе.\n",
    );
    write(
        &site,
        "old/en/cookies/2025-04-17.html",
        "<h1>Cookies</h1><p>1.1. First.</p>",
    );
    let output = site.run(&["import", "old", "--site", "example.kz"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    let all = [
        "en/cookies/2025-04-17.md",
        "ru/privacy/2024-01-31.md",
        "ru/privacy/2025-04-17.md",
    ];
    assert_eq!(editions(&site), all);
    assert_eq!(told.matches("; written").count(), 3, "{told}");

    // One that can't go to its place holds all others back.
    write(
        &site,
        "old/ru/privacy/2024-01-31.md",
        "# Политика\n\n1.1. Иное.\n",
    );
    write(
        &site,
        "old/ru/privacy/2026-01-01.md",
        "# Политика\n\n1.1. Новое.\n",
    );
    let output = site.run(&["import", "old", "--site", "example.kz"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(editions(&site), all);
}

#[test]
fn whatever_has_no_place_in_a_folder_is_told_at_once() {
    let site = Site::new("ru");
    for file in [
        "old/readme.md",
        "old/Russian/privacy/2025-01-01.md",
        "old/ru/2025-01-01.md",
        "old/ru/privacy/last.md",
        "old/ru/privacy/2025-01-02.html",
        "old/ru/privacy/2025/01.md",
        "old/ru/privacy/2025-01-02.md",
    ] {
        write(&site, file, "# Политика\n\n1.1. Первое.\n");
    }
    let output = site.run(&["import", "old", "--site", "example.kz"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap());
    assert!(editions(&site).is_empty());

    let output = site.run(&["import", "old", "--site", "example.kz", "--locale", "ru"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("are for a single document"), "{told}");
    let output = site.run(&[
        "import",
        "old/readme.md",
        "--site",
        "example.kz",
        "--locale",
        "ru",
    ]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("a single document needs"), "{told}");
}

#[test]
fn the_source_documents_arrive_whole() {
    let folder = repository().join("../shared/seeds");
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("skipped: {} isn't there", folder.display());
        return;
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for (path, locale) in paths.iter().zip(["kk", "kk", "ru", "kk", "kk"]) {
        // Two words of the sources are written with letters of the other alphabet; the importer mends them.
        let source = fs::read_to_string(path)
            .unwrap()
            .replace("СООКІЕ", "COOKIE")
            .replace("EO Regulation", "EU Regulation")
            // The day of publication moves to the front matter, and to the top of the page.
            .replace("Соңғы жаңарту: 17.04.2025", "");
        check(&source, locale);
    }
}

/// Imports a file, and gives what was told and whether it was written.
fn import_file(site: &Site, name: &str, bytes: &[u8]) -> (String, bool) {
    fs::write(site.root.path().join(name), bytes).unwrap();
    let output = site.run(&[
        "import",
        name,
        "--site",
        "example.kz",
        "--policy",
        "privacy",
        "--locale",
        site.locale,
        "--date",
        "2025-04-17",
    ]);
    let written = site
        .root
        .path()
        .join(format!(
            "content/example.kz/{}/privacy/2025-04-17.md",
            site.locale
        ))
        .exists();
    assert_eq!(output.status.success(), written);
    (String::from_utf8(output.stderr).unwrap(), written)
}

#[test]
fn a_file_that_is_no_text_is_refused_with_what_to_do_whatever_its_name() {
    let rich = b"{\\rtf1\\ansi\\ansicpg1251 {\\pard 1. \\u1054?\\u1073?\\par}}";
    let site = Site::new("ru");
    for name in ["old.rtf", "old.md", "old.html", "old"] {
        let (told, written) = import_file(&site, name, rich);
        assert!(!written, "{told}");
        assert!(
            told.contains("the file is a Rich Text file (.rtf), not a text"),
            "{told}"
        );
        assert!(
            told.contains("Word: File > Save As > Web Page, Filtered"),
            "{told}"
        );
    }
    let (told, written) = import_file(&site, "old.docx", b"PK\x03\x04\x14\0");
    assert!(
        !written && told.contains("a ZIP file, such as a .docx"),
        "{told}"
    );
    // In a folder, too; none of it is written.
    fs::create_dir_all(site.root.path().join("folder/ru/privacy")).unwrap();
    for (name, bytes) in [
        ("2025-01-01.docx", &b"PK\x03\x04"[..]),
        ("2025-01-02.md", b"# A\n\n1.1. B.\n"),
    ] {
        fs::write(site.root.path().join("folder/ru/privacy").join(name), bytes).unwrap();
    }
    let output = site.run(&["import", "folder", "--site", "example.kz"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && told.contains("a ZIP file, such as a .docx"),
        "{told}"
    );
    assert!(editions(&site).is_empty());
}

#[test]
fn a_text_is_imported_whatever_its_name() {
    let site = Site::new("ru");
    let (told, written) = import_file(&site, "old.docx", "# Политика\n\n1.1. Первое.\n".as_bytes());
    assert!(written, "{told}");
    write(
        &site,
        "folder/ru/privacy/2025-01-01.text",
        "# Политика\n\n1.1. Первое.\n",
    );
    let output = site.run(&["import", "folder", "--site", "example.kz"]);
    assert!(output.status.success());
    assert!(editions(&site).contains(&"ru/privacy/2025-01-01.md".to_owned()));
}

#[test]
fn a_page_in_another_encoding_is_read_and_shown_as_it_says() {
    let site = Site::new("kk");
    let page = include_bytes!("../../importer/tests/suite/defects/kk/windows_1251.html");
    fs::write(site.root.path().join("old.html"), page).unwrap();
    let output = site.run(&[
        "import",
        "old.html",
        "--site",
        "example.kz",
        "--policy",
        "privacy",
        "--locale",
        "kk",
        "--date",
        "2025-04-17",
        "--dry-run",
    ]);
    let difference = String::from_utf8(output.stdout).unwrap();
    assert!(
        difference.contains("-<p class=MsoNormal><b>1. Жалпы ережелер</b></p>"),
        "{difference}"
    );
    let (told, written) = import_file(&site, "old.html", page);
    assert!(
        written
            && told
                .contains("old.html:1: repaired[encoding]: read as windows-1251, as the page says"),
        "{told}"
    );
    assert_eq!(texts(&site.page(), "#c-1-1").len(), 1);
}
