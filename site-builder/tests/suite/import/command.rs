//! What the command accepts and refuses, where it writes, and what it reports.

use super::{Site, is_written};
use crate::support::{stderr, stdout, texts};

#[test]
fn an_edition_that_is_there_is_kept() {
    let site = Site::new("ru");
    site.import("# Политика\n\n## 1. Общее\n\n1.1. Первое.\n");
    let other = "# Политика\n\n## 1. Общее\n\n1.1. Другое.\n";
    site.project.write("old.md", other);
    let refused = site.import_with("old.md", &[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(is_written(&site.import_with("old.md", &["--force"])));
}

#[test]
fn the_name_of_a_site_leads_to_no_other_folder() {
    let site = Site::new("ru");
    site.project.write("old.md", "# Политика\n");
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
    assert!(stderr(&outside).contains("`../x` can't be the name of a folder"));
}

#[test]
fn a_dry_run_shows_the_difference_and_writes_nothing() {
    let site = Site::new("ru");
    let damaged = "# Политика\n\n- 1.1.** Первое.\n";
    site.project.write("old.md", damaged);
    let output = site.import_with("old.md", &["--dry-run"]);
    assert!(is_written(&output), "the status is that of an import");
    let difference = stdout(&output);
    assert!(
        difference.contains("\n-- 1.1.** Первое.\n") && difference.contains("\n+1.1. Первое.\n"),
        "{difference}"
    );
    assert!(site.editions().is_empty());
}

#[test]
fn a_folder_is_imported_as_a_whole() {
    let site = Site::with("ru", &["ru", "en"], &["privacy", "cookies"]);
    for (file, text) in [
        (
            "old/ru/privacy/2024-01-31.md",
            "# Политика\n\n1.1. Первое.\n",
        ),
        (
            "old/ru/privacy/2025-04-17.txt",
            "# Политика\n\n1.1. Второе.\n",
        ),
        (
            "old/en/cookies/2025-04-17.html",
            "<h1>Cookies</h1><p>1.1. First.</p>",
        ),
    ] {
        site.project.write(file, text);
    }
    let output = site.run_import(&["old"]);
    let report = stderr(&output);
    assert!(is_written(&output), "{report}");
    let all = [
        "en/cookies/2025-04-17.md",
        "ru/privacy/2024-01-31.md",
        "ru/privacy/2025-04-17.md",
    ];
    assert_eq!(site.editions(), all);
    assert_eq!(report.matches("; written").count(), 3, "{report}");

    // One edition that may not be written holds back all others.
    for (day, text) in [("2024-01-31", "Иное"), ("2026-01-01", "Новое")] {
        let text = format!("# Политика\n\n1.1. {text}.\n");
        let file = format!("old/ru/privacy/{day}.md");
        site.project.write(&file, text);
    }
    let output = site.run_import(&["old"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(site.editions(), all);
}

#[test]
fn whatever_has_no_place_in_a_folder_is_reported_at_once() {
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
        site.project.write(file, "# Политика\n\n1.1. Первое.\n");
    }
    let output = site.run_import(&["old"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(stderr(&output));
    assert!(site.editions().is_empty());
}

#[test]
fn options_of_a_document_are_none_of_a_folder_and_the_other_way_round() {
    let site = Site::new("ru");
    site.project.write("old/readme.md", "# Политика\n");
    let locale = ["--locale", "ru"];
    for (path, reason) in [
        ("old", "are for a single document"),
        ("old/readme.md", "a single document needs"),
    ] {
        let output = site.run_import(&[&[path], &locale[..]].concat());
        assert!(stderr(&output).contains(reason), "{}", stderr(&output));
    }
}

/// Imports a file. Returns the report and whether the edition was written.
fn import_file(site: &Site, name: &str, bytes: &[u8]) -> (String, bool) {
    site.project.write(name, bytes);
    let output = site.import_with(name, &["--all"]);
    let exists = site.edition().exists();
    assert_eq!(is_written(&output), exists);
    (stderr(&output), exists)
}

#[test]
fn a_file_that_is_no_text_is_refused_with_what_to_do_whatever_its_name() {
    let rich = b"{\\rtf1\\ansi\\ansicpg1251 {\\pard 1. \\u1054?\\u1073?\\par}}";
    let site = Site::new("ru");
    for name in ["old.rtf", "old.md", "old.html", "old"] {
        let (report, is_written) = import_file(&site, name, rich);
        assert!(!is_written, "{report}");
        for words in [
            "the file is a Rich Text file (.rtf), not a text",
            "Word and LibreOffice: File > Save As > Word Document (.docx)",
        ] {
            assert!(report.contains(words), "{report}");
        }
    }
    let (report, is_written) = import_file(&site, "old.docx", b"PK\x03\x04\x14\0");
    assert!(
        !is_written && report.contains("a ZIP file without a document of Word or LibreOffice"),
        "{report}"
    );
    // In a folder, too, and no other document of it is written.
    let folder = "folder/ru/privacy";
    site.project
        .write(&format!("{folder}/2025-01-01.docx"), b"PK\x03\x04");
    site.project
        .write(&format!("{folder}/2025-01-02.md"), "# A\n\n1.1. B.\n");
    let output = site.run_import(&["folder"]);
    let report = stderr(&output);
    assert!(
        !output.status.success()
            && report.contains("a ZIP file without a document of Word or LibreOffice"),
        "{report}"
    );
    assert!(site.editions().is_empty());
}

#[test]
fn a_text_is_imported_whatever_its_name() {
    let site = Site::new("ru");
    let text = "# Политика\n\n1.1. Первое.\n";
    let (report, is_written) = import_file(&site, "old.docx", text.as_bytes());
    assert!(is_written, "{report}");
    site.project
        .write("folder/ru/privacy/2025-01-01.text", text);
    let output = site.run_import(&["folder"]);
    assert!(super::is_written(&output));
    let editions = site.editions();
    assert!(editions.contains(&"ru/privacy/2025-01-01.md".to_owned()));
}

#[test]
fn a_page_in_another_encoding_is_read_and_shown_as_it_says() {
    let site = Site::new("kk");
    let page = include_bytes!("../../../../importer/tests/suite/defects/kk/windows_1251.html");
    site.project.write("old.html", page);
    let difference = stdout(&site.import_with("old.html", &["--dry-run"]));
    assert!(
        difference.contains("-<p class=MsoNormal><b>1. Жалпы ережелер</b></p>"),
        "{difference}"
    );
    let (report, is_written) = import_file(&site, "old.html", page);
    let repair = "old.html:1: repaired[encoding]: read as windows-1251, as the page says";
    assert!(is_written && report.contains(repair), "{report}");
    assert_eq!(texts(&site.page(), "#c-1-1").len(), 1);
}
