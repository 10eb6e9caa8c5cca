//! What an import says: whether the site builds, decisions and repairs by kind, for people and tools.

use super::Site;
use crate::support::{stderr, stdout};
use serde_json::Value;

/// The report for tools.
fn json(site: &Site, document: &str, more: &[&str]) -> Value {
    site.project.write("old.md", document);
    let output = site.import_with("old.md", &[&["--format", "json"], more].concat());
    serde_json::from_str(&stdout(&output)).unwrap()
}

fn first_line(report: &str) -> &str {
    report.lines().next().unwrap_or("")
}

#[test]
fn the_exit_status_tells_three_outcomes_apart() {
    let site = Site::new("ru");
    for (document, status, outcome) in [
        ("# Политика\n\n## 1. Общее\n\n1.1. Первое.\n", 0, "builds"),
        (
            "# Политика\n\n## 1. Общее\n\n1.1. Пишите [когда].\n",
            3,
            "to-do",
        ),
        ("{\\rtf1\\ansi}", 1, "refused"),
    ] {
        site.project.write("old.md", document);
        let output = site.import_with("old.md", &["--force", "--format", "json"]);
        assert_eq!(output.status.code(), Some(status), "{}", stdout(&output));
        let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!(report["outcome"], outcome);
        assert_eq!(report["written"], status != 1);
    }
}

#[test]
fn the_first_line_says_whether_the_site_builds() {
    let site = Site::new("ru");
    let good = site.import("# Политика\n\n## 1. Общее\n\n1.1. Первое.\n");
    assert_eq!(first_line(&good), "builds");

    site.project.write(
        "old.md",
        "# Политика\n\n## 1. Общее\n\n1.1. Пишите [когда] или [куда].\n",
    );
    let output = site.import_with("old.md", &["--force"]);
    let report = stderr(&output);
    let line = first_line(&report);
    assert!(line.starts_with("does not build, because "), "{report}");
    assert!(
        line.contains("content/example.kz/ru/privacy/2025-04-17.md:8"),
        "{report}"
    );
    assert!(report.contains("build[placeholder]"), "{report}");

    // A mistake elsewhere is no fault of the document.
    site.project.write(
        "content/example.kz/ru/privacy/2020-01-01.md",
        "no front matter\n",
    );
    site.project
        .write("old.md", "# Политика\n\n## 1. Общее\n\n1.1. Первое.\n");
    let report = stderr(&site.import_with("old.md", &["--force"]));
    assert!(
        first_line(&report).starts_with("does not build, because of what is wrong elsewhere"),
        "{report}"
    );
}

#[test]
fn a_report_of_many_kinds_fits_into_a_screen_and_says_each_kind_once() {
    let mut document = String::from("**ПОЛИТИКА**\n\n---\n\n![a](b.png)\n\n");
    for section in 1..=40 {
        document += &format!(
            "**{section}. ОБЩИЕ ПОЛОЖЕНИЯ**\n\n- {section}.1.** «Первое - второе [имя {section}].\n- \n- {section}.3 Пишите на [сайт](/x), {{{{ operator.fax }}}}\n\n\\* один;\n\\* два.\n\n---\n\n"
        );
    }
    let site = Site::new("ru");
    site.project.write("old.md", &document);
    let report = stderr(&site.import_with("old.md", &["--force"]));
    assert!(report.lines().count() <= 25, "{report}");
    for kind in [
        "decide[placeholder]",
        "decide[number-gap]",
        "repaired[dash]",
    ] {
        assert!(report.matches(kind).count() <= 1, "{report}");
    }
    assert!(
        report.contains("40 of kind decide[placeholder] lines "),
        "{report}"
    );

    let all = stderr(&site.import_with("old.md", &["--force", "--all"]));
    assert_eq!(all.matches("decide[placeholder]").count(), 40, "{all}");
    let report = json(&site, &document, &["--force"]);
    let decisions = report["documents"][0]["decisions"].as_array().unwrap();
    let placeholders = decisions
        .iter()
        .filter(|entry| entry["code"] == "placeholder");
    assert_eq!(placeholders.count(), 40);
}

#[test]
fn equal_placeholders_are_one_decision_with_all_lines() {
    let site = Site::new("en");
    let report = json(
        &site,
        "# Policy\n\n## 1. Contact\n\n1.1. Ask [name].\n\n1.2. Or [name], x[at]y[dot]com.\n",
        &[],
    );
    let decisions = report["documents"][0]["decisions"].as_array().unwrap();
    assert_eq!(decisions.len(), 1, "{decisions:?}");
    assert_eq!(decisions[0]["lines"], serde_json::json!([5, 7]));
}

#[test]
fn the_words_that_an_edition_lacks_are_for_tools() {
    let site = Site::new("ru");
    let report = json(
        &site,
        "# Политика\n\nПоследнее обновление: 17.04.2025\n\n## 1. Общее\n\n1.1. Первое.\n",
        &["--dry-run"],
    );
    let document = &report["documents"][0];
    let repairs = document["repairs"].as_array().unwrap();
    let date = repairs.iter().find(|entry| entry["code"] == "date");
    let lost = date.map(|entry| &entry["lost"]);
    assert_eq!(
        lost,
        Some(&serde_json::json!(["Последнее обновление: 17.04.2025"])),
        "{report}"
    );
    assert_eq!(report["written"], false);
    let difference = document["editions"][0]["difference"].as_str().unwrap();
    assert!(
        difference.contains("-Последнее обновление: 17.04.2025"),
        "{difference}"
    );
    assert!(site.editions().is_empty());
}
