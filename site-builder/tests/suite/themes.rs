//! What is read of a theme: folders as deep as they may be, and strings of the operator's page.

use crate::locales::with_arabic;
use crate::support::{Project, Report, SITE, script_data};
use serde_json::Value;
use site_builder::report::diagnostic::{Code, Diagnostic, Severity};
use std::fs;

const TEMPLATE: &str = "themes/tiny/templates/admin.html";
const ENGLISH: &str = "themes/tiny/strings/admin/en.toml";
const ARABIC: &str = "themes/tiny/strings/admin/ar.toml";

/// A site in English and Arabic with an operator's page.
fn with_admin() -> Project {
    let project = with_arabic();
    project.write(
        TEMPLATE,
        "{{ t.admin.title }}, {{ t.admin.by.days }}, {{ t.admin.records|plural(1) }}",
    );
    project.write(
        ENGLISH,
        "[admin]\ntitle = \"Figures\"\n[admin.by]\ndays = \"By day\"\n\
         [admin.records]\none = \"one record\"\nother = \"{n} records\"\n",
    );
    project
}

fn errors(report: &Report) -> Vec<&Diagnostic> {
    let errors = |report: &&Diagnostic| report.severity == Severity::Error;
    report.diagnostics.iter().filter(errors).collect()
}

fn admin_page(project: &Project, locale: &str) -> String {
    project.build();
    project.read(&format!("dist/example.kz/{locale}/admin/index.html"))
}

#[test]
fn english_stands_in_for_each_string_that_the_operators_page_lacks_in_a_language() {
    let project = with_admin();
    assert_eq!(admin_page(&project, "ar"), "Figures, By day, one record");
    project.write(ARABIC, "[admin]\ntitle = \"الأرقام\"\n");
    assert_eq!(admin_page(&project, "ar"), "الأرقام, By day, one record");
    assert_eq!(admin_page(&project, "en"), "Figures, By day, one record");
    // The forms of a plural belong to one language.
    project.write(ARABIC, "[admin.records]\nother = \"{n} سجل\"\n");
    assert_eq!(admin_page(&project, "ar"), "Figures, By day, 1 سجل");
}

#[test]
fn english_stands_in_on_a_site_that_is_not_in_english() {
    let project = with_admin();
    project.replace(
        &format!("{SITE}/site.toml"),
        "locales = [\"en\", \"ar\"]",
        "locales = [\"ar\"]",
    );
    fs::remove_dir_all(project.path().join(SITE).join("en")).unwrap();
    assert_eq!(admin_page(&project, "ar"), "Figures, By day, one record");
}

#[test]
fn strings_of_the_operators_page_have_no_part_in_the_revision() {
    let project = with_admin();
    let revision = |project: &Project| {
        project.build();
        let manifest = project.read("dist/example.kz/manifest.json");
        serde_json::from_str::<serde_json::Value>(&manifest).unwrap()["revision"].clone()
    };
    let before = revision(&project);
    let text = project.read(ENGLISH);
    project.write(
        ENGLISH,
        format!("{text}[banner]\nadmin = \"nothing a visitor sees\"\n"),
    );
    assert_eq!(revision(&project), before);
}

#[test]
fn the_glossary_holds_for_the_operators_page() {
    let project = with_admin();
    project.write(
        "content/glossary.toml",
        "[[term]]\nid = \"statistics\"\nen = \"statistics\"\navoid.en = [\"figures\"]\n",
    );
    let report = project.build();
    let avoided = report
        .diagnostics
        .iter()
        .find(|report| report.code == Code::AvoidedTerm);
    assert!(avoided.is_some(), "{}", report.text);
    assert!(report.text.contains(ENGLISH), "{}", report.text);
}

#[test]
fn strings_of_the_operators_page_are_needed_where_a_theme_has_that_page() {
    let project = with_admin();
    project.write(ENGLISH, "no TOML");
    let report = project.build();
    assert_eq!(
        errors(&report)[0].code,
        Code::InvalidToml,
        "{}",
        report.text
    );

    project.write(ARABIC, "");
    fs::remove_file(project.path().join(ENGLISH)).unwrap();
    let report = project.build();
    assert_eq!(errors(&report)[0].code, Code::UnreadableFile);
    assert!(report.text.contains(ENGLISH), "{}", report.text);

    fs::remove_dir_all(project.path().join("themes/tiny/strings/admin")).unwrap();
    let report = project.build();
    assert_eq!(errors(&report)[0].code, Code::MissingFolder);

    fs::remove_file(project.path().join(TEMPLATE)).unwrap();
    assert!(errors(&project.build()).is_empty());
}

#[test]
fn a_folder_too_deep_in_a_theme_is_an_error() {
    let project = Project::good();
    for (parent, allowed) in [
        ("templates", "themes/tiny/templates/a/b/c/d/x.html"),
        ("assets", "themes/tiny/assets/a/b/c/d/x.svg"),
    ] {
        project.write(allowed, "");
        assert!(errors(&project.build()).is_empty());
        let deeper = format!("themes/tiny/{parent}/a/b/c/d/e");
        project.write(&format!("{deeper}/x.html"), "");
        let report = project.build();
        assert_eq!(errors(&report)[0].code, Code::UnreadableFile);
        let message = format!("`{deeper}` is more than 4 folders below `themes/tiny/{parent}`");
        assert!(report.text.contains(&message), "{}", report.text);
        fs::remove_dir_all(project.path().join(deeper)).unwrap();
    }
}

#[test]
fn a_theme_has_the_whole_script_or_none() {
    let project = Project::in_default_theme();
    let part = "themes/default/assets/question.js";
    fs::remove_file(project.path().join(part)).unwrap();
    let report = project.build();
    assert_eq!(errors(&report)[0].code, Code::UnreadableFile);
    assert!(report.text.contains(part), "{}", report.text);
}

#[test]
fn pages_name_the_new_script_when_only_a_part_of_it_has_changed() {
    let project = Project::in_default_theme();
    project.run(&["build"]);
    let part = "themes/default/assets/question.js";
    let text = project.read(part) + "//";
    project.write(part, &text);
    project.run(&["build"]);
    let page = project.read("dist/example.kz/en/privacy/index.html");
    let (_, after) = page.split_once("<script src=\"").unwrap();
    let (address, _) = after.split_once('"').unwrap();
    assert_eq!(
        project.read(&format!("dist/example.kz{address}")),
        project.read("dist/example.kz/embed.js")
    );
}

#[test]
fn pages_name_the_script_of_embedding_pages_under_a_name_of_its_bytes() {
    let project = Project::in_default_theme();
    project.build();
    let files = project.snapshot("dist/example.kz");
    let same: Vec<_> = files
        .iter()
        .filter(|(_, bytes)| *bytes == &files["embed.js"])
        .map(|(path, _)| path.as_str())
        .collect();
    let [copy, "embed.js"] = same[..] else {
        panic!("{same:?}");
    };
    let page = project.read("dist/example.kz/en/privacy/index.html");
    assert!(
        page.contains(&format!("<script src=\"/{copy}\" defer>")),
        "{page}"
    );
    // Every address that the scripts name is a file.
    let data = script_data(&project.read("dist/example.kz/embed.js"));
    let surroundings = data["parts"]["surroundings"].as_str().unwrap();
    let text = project.read(&format!("dist/example.kz{surroundings}"));
    let (first, _) = text.split_once(";\n").unwrap();
    let more: Value =
        serde_json::from_str(first.strip_prefix("const SURROUNDINGS=").unwrap()).unwrap();
    let banner = format!("{}en.txt", data["texts"].as_str().unwrap());
    let named = [&data["parts"], &more["parts"]];
    let addresses = named
        .iter()
        .flat_map(|all| all.as_object().unwrap().values())
        .map(|address| address.as_str().unwrap())
        .chain([banner.as_str()]);
    for address in addresses {
        let path = address.trim_start_matches('/');
        assert!(files.contains_key(path), "{path}");
    }
}
