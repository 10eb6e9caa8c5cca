//! What is read of a theme: folders as deep as they may be, and strings of the operator's page.

use crate::folder::{Folder, SITE, Told};
use crate::locales::with_arabic;
use site_builder::report::diagnostic::{Code, Diagnostic, Severity};
use std::fs;

const TEMPLATE: &str = "themes/tiny/templates/admin.html";
const ENGLISH: &str = "themes/tiny/strings/admin/en.toml";
const ARABIC: &str = "themes/tiny/strings/admin/ar.toml";

/// A site in English and Arabic with an operator's page.
fn with_admin() -> Folder {
    let folder = with_arabic();
    folder.write(
        TEMPLATE,
        "{{ t.admin.title }}, {{ t.admin.by.days }}, {{ t.admin.records|plural(1) }}",
    );
    folder.write(
        ENGLISH,
        "[admin]\ntitle = \"Figures\"\n[admin.by]\ndays = \"By day\"\n\
         [admin.records]\none = \"one record\"\nother = \"{n} records\"\n",
    );
    folder
}

fn errors(told: &Told) -> Vec<&Diagnostic> {
    let errors = |told: &&Diagnostic| told.severity == Severity::Error;
    told.diagnostics.iter().filter(errors).collect()
}

fn admin_page(folder: &Folder, locale: &str) -> String {
    folder.build();
    folder.read(&format!("dist/example.kz/{locale}/admin/index.html"))
}

#[test]
fn english_stands_in_for_each_string_that_the_operators_page_lacks_in_a_language() {
    let folder = with_admin();
    assert_eq!(admin_page(&folder, "ar"), "Figures, By day, one record");
    folder.write(ARABIC, "[admin]\ntitle = \"الأرقام\"\n");
    assert_eq!(admin_page(&folder, "ar"), "الأرقام, By day, one record");
    assert_eq!(admin_page(&folder, "en"), "Figures, By day, one record");
    // The forms of a plural belong to one language.
    folder.write(ARABIC, "[admin.records]\nother = \"{n} سجل\"\n");
    assert_eq!(admin_page(&folder, "ar"), "Figures, By day, 1 سجل");
}

#[test]
fn english_stands_in_on_a_site_that_is_not_in_english() {
    let folder = with_admin();
    folder.replace(
        &format!("{SITE}/site.toml"),
        "locales = [\"en\", \"ar\"]",
        "locales = [\"ar\"]",
    );
    fs::remove_dir_all(folder.path().join(SITE).join("en")).unwrap();
    assert_eq!(admin_page(&folder, "ar"), "Figures, By day, one record");
}

#[test]
fn strings_of_the_operators_page_have_no_part_in_the_revision() {
    let folder = with_admin();
    let revision = |folder: &Folder| {
        folder.build();
        let manifest = folder.read("dist/example.kz/manifest.json");
        serde_json::from_str::<serde_json::Value>(&manifest).unwrap()["revision"].clone()
    };
    let before = revision(&folder);
    let text = folder.read(ENGLISH);
    folder.write(
        ENGLISH,
        format!("{text}[banner]\nadmin = \"nothing a visitor sees\"\n"),
    );
    assert_eq!(revision(&folder), before);
}

#[test]
fn the_glossary_holds_for_the_operators_page() {
    let folder = with_admin();
    folder.write(
        "content/glossary.toml",
        "[[term]]\nid = \"statistics\"\nen = \"statistics\"\navoid.en = [\"figures\"]\n",
    );
    let told = folder.build();
    let avoided = told
        .diagnostics
        .iter()
        .find(|told| told.code == Code::AvoidedTerm);
    assert!(avoided.is_some(), "{}", told.report);
    assert!(told.report.contains(ENGLISH), "{}", told.report);
}

#[test]
fn strings_of_the_operators_page_are_needed_where_a_theme_has_that_page() {
    let folder = with_admin();
    folder.write(ENGLISH, "no TOML");
    let told = folder.build();
    assert_eq!(errors(&told)[0].code, Code::InvalidToml, "{}", told.report);

    folder.write(ARABIC, "");
    fs::remove_file(folder.path().join(ENGLISH)).unwrap();
    let told = folder.build();
    assert_eq!(errors(&told)[0].code, Code::UnreadableFile);
    assert!(told.report.contains(ENGLISH), "{}", told.report);

    fs::remove_dir_all(folder.path().join("themes/tiny/strings/admin")).unwrap();
    let told = folder.build();
    assert_eq!(errors(&told)[0].code, Code::MissingFolder);

    fs::remove_file(folder.path().join(TEMPLATE)).unwrap();
    assert!(errors(&folder.build()).is_empty());
}

#[test]
fn a_folder_too_deep_in_a_theme_is_an_error() {
    let folder = Folder::good();
    for (parent, allowed) in [
        ("templates", "themes/tiny/templates/a/b/c/d/x.html"),
        ("assets", "themes/tiny/assets/a/b/c/d/x.svg"),
    ] {
        folder.write(allowed, "");
        assert!(errors(&folder.build()).is_empty());
        let deeper = format!("themes/tiny/{parent}/a/b/c/d/e");
        folder.write(&format!("{deeper}/x.html"), "");
        let told = folder.build();
        assert_eq!(errors(&told)[0].code, Code::UnreadableFile);
        let message = format!("`{deeper}` is more than 4 folders below `themes/tiny/{parent}`");
        assert!(told.report.contains(&message), "{}", told.report);
        fs::remove_dir_all(folder.path().join(deeper)).unwrap();
    }
}
