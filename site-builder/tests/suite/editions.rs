//! Editions by day: which one is in force, how the others are listed, and when the revision
//! changes.

use crate::support::{assert_no_error, copy, day, fixtures, read, repository, texts};
use camino::{Utf8Path, Utf8PathBuf};
use scraper::{Html, Selector};
use sha2::{Digest as _, Sha256};
use site_builder::build::{self, BuildOptions};
use std::collections::BTreeMap;
use std::fs;

const SITE: &str = "policies.example";
/// The first two editions are past then, the third is in force, the fourth announced.
const TODAY: &str = "2026-03-01";

/// A built site: its files by path.
struct Built(BTreeMap<String, String>);

impl Built {
    fn text(&self, path: &str) -> &str {
        match self.0.get(path) {
            Some(text) => text,
            None => panic!("there is no {path}"),
        }
    }

    fn html(&self, path: &str) -> Html {
        Html::parse_document(self.text(path))
    }

    fn json(&self, path: &str) -> serde_json::Value {
        serde_json::from_str(self.text(path)).unwrap()
    }

    fn revision(&self) -> String {
        self.json("manifest.json")["revision"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

fn content() -> Utf8PathBuf {
    fixtures().join("editions/content")
}

fn options(content: &Utf8Path, today: &str) -> BuildOptions {
    BuildOptions {
        content: content.to_owned(),
        themes: repository().join("themes"),
        out: Utf8PathBuf::new(),
        sites: vec![SITE.to_owned()],
        today: day(today),
    }
}

fn build(today: &str) -> Built {
    build_in(&content(), today)
}

fn build_in(content: &Utf8Path, today: &str) -> Built {
    let outcome = build::build(&options(content, today));
    assert_no_error(&outcome);
    let files = outcome.sites.into_iter().flat_map(|site| site.files);
    Built(
        files
            .map(|file| (file.path, String::from_utf8_lossy(&file.bytes).into_owned()))
            .collect(),
    )
}

/// Builds the site with some of its files replaced; an empty text removes a file.
fn build_with(changes: &[(&str, &str)], today: &str) -> Built {
    let folder = tempfile::tempdir().unwrap();
    let copied = Utf8Path::from_path(folder.path()).unwrap();
    copy(&content(), copied);
    for (path, text) in changes {
        let path = copied.join(SITE).join(path);
        if text.is_empty() {
            fs::remove_file(&path).unwrap();
        } else {
            fs::write(&path, text).unwrap();
        }
    }
    build_in(copied, today)
}

fn fixture(path: &str) -> String {
    read(&content().join(SITE).join(path))
}

fn part(page: &Html, selector: &str) -> String {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).next().unwrap().html()
}

/// The text of the first element that a selector finds.
fn words(page: &Html, selector: &str) -> String {
    texts(page, selector).swap_remove(0)
}

#[test]
fn the_page_of_editions_says_what_changed() {
    let site = build(TODAY);
    insta::assert_snapshot!(part(&site.html("ru/privacy/changes/index.html"), "main"));
}

#[test]
fn every_link_of_a_comparison_leads_to_a_clause_that_is_there() {
    let site = build(TODAY);
    let page = site.html("ru/privacy/changes/index.html");
    let links = Selector::parse(".difference__head a").unwrap();
    let mut count = 0;
    for link in page.select(&links) {
        let (path, anchor) = link.attr("href").unwrap().split_once('#').unwrap();
        let target = site.html(&format!("{}index.html", path.trim_start_matches('/')));
        part(&target, &format!("#{anchor}"));
        count += 1;
    }
    assert!(count > 5, "{count}");
}

#[test]
fn a_comparison_in_another_language_says_so() {
    let terms = fixture("ru/terms/2025-01-01.md");
    let site = build_with(
        &[(
            "ru/terms/2026-01-01.md",
            &terms.replace("бесплатно", "за плату"),
        )],
        TODAY,
    );
    let language = |path: &str| {
        let page = site.html(path);
        let text = Selector::parse(".difference__text").unwrap();
        let lang = page.select(&text).next().unwrap().attr("lang");
        lang.map(str::to_owned)
    };
    assert_eq!(
        language("en/terms/changes/index.html").as_deref(),
        Some("ru")
    );
    assert_eq!(language("ru/terms/changes/index.html"), None);
}

#[test]
fn the_feed_has_an_entry_for_every_edition() {
    let site = build(TODAY);
    insta::assert_snapshot!("feed_ru", site.text("ru/feed.xml"));
    insta::assert_snapshot!("feed_en", site.text("en/feed.xml"));
}

#[test]
fn an_entry_of_the_feed_keeps_its_id_and_is_updated_when_its_edition_comes_into_force() {
    let entry = |today: &str| {
        let site = build(today);
        let feed = site.text("ru/feed.xml").to_owned();
        let id = "<id>https://policies.example/ru/privacy/2027-01-01/</id>";
        let (_, rest) = feed.split_once(id).expect("the announced edition");
        let (entry, _) = rest.split_once("</entry>").unwrap();
        entry.to_owned()
    };
    let (announced, in_force) = (entry(TODAY), entry("2027-01-01"));
    assert!(announced.contains("<updated>2026-02-10T00:00:00Z</updated>"));
    assert!(announced.contains("term=\"future\""));
    assert!(in_force.contains("<updated>2027-01-01T00:00:00Z</updated>"));
    assert!(in_force.contains("term=\"current\""));
}

fn json_ld(page: &Html) -> serde_json::Value {
    let text = words(page, "script[type='application/ld+json']");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn pages_of_policies_describe_themselves() {
    let site = build(TODAY);
    let pages = ["ru/privacy/index.html", "ru/privacy/2025-01-01/index.html"];
    let described: Vec<_> = pages.map(|path| json_ld(&site.html(path))).into();
    insta::assert_snapshot!(serde_json::to_string_pretty(&described).unwrap());
}

#[test]
fn no_title_ends_the_script_that_describes_a_page() {
    let site = build(TODAY);
    let page = site.html("en/privacy/index.html");
    assert_eq!(json_ld(&page)["name"], "Policy </script x>");
    assert_eq!(words(&page, "h1"), "Policy </script x>");
}

#[test]
fn hashes_of_texts_are_those_a_reader_computes() {
    let site = build(TODAY);
    let listed = site.json("policies.json");
    let editions = listed["editions"].as_array().unwrap();
    assert_eq!(editions.len(), 6);
    for edition in editions {
        let url = edition["url"].as_str().unwrap();
        let path = url.trim_start_matches("https://policies.example/");
        // The steps of docs/content.md, with another HTML parser.
        let text = words(&site.html(&format!("{path}index.html")), ".text");
        let words: Vec<&str> = text
            .split([' ', '\t', '\n', '\u{c}', '\r'])
            .filter(|word| !word.is_empty())
            .collect();
        let hash: String = Sha256::digest(words.join(" ").as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(edition["sha256"], hash.as_str(), "{url}");
    }
}

#[test]
fn an_announced_edition_has_its_page_and_comes_into_force_on_its_day() {
    let before = build("2026-12-31");
    let current = before.html("ru/privacy/index.html");
    assert!(words(&current, ".text").contains("60 календарных дней"));
    assert!(part(&current, ".notice").contains("/ru/privacy/2027-01-01/"));
    let announced = before.html("ru/privacy/2027-01-01/index.html");
    assert!(words(&announced, ".text").contains("90 календарных дней"));

    let on_the_day = build("2027-01-01");
    let current = on_the_day.html("ru/privacy/index.html");
    assert!(words(&current, ".text").contains("90 календарных дней"));
    assert!(
        !on_the_day
            .text("ru/privacy/index.html")
            .contains("class=\"notice\"")
    );
}

#[test]
fn past_editions_stay() {
    for today in [TODAY, "2027-01-01", "2099-01-01"] {
        let site = build(today);
        let first = site.html("ru/privacy/2025-01-01/index.html");
        assert!(
            words(&first, ".text").contains("предварительнаго"),
            "{today}"
        );
        assert!(part(&first, ".notice").contains("href=\"/ru/privacy/\""));
    }
}

#[test]
fn correcting_a_typo_leaves_the_revision() {
    // The edition of 2025-06-01 says `material = false`.
    assert_eq!(
        build("2025-05-31").revision(),
        build("2025-06-01").revision()
    );
}

#[test]
fn a_material_edition_is_another_revision_on_its_day_and_not_before() {
    assert_eq!(
        build("2025-12-31").revision(),
        build("2025-06-01").revision()
    );
    assert_ne!(
        build("2026-01-01").revision(),
        build("2025-12-31").revision()
    );
    assert_eq!(
        build("2026-12-31").revision(),
        build("2026-01-01").revision()
    );
    assert_ne!(
        build("2027-01-01").revision(),
        build("2026-12-31").revision()
    );
}

#[test]
fn announcing_a_material_edition_leaves_the_revision() {
    let without = build_with(&[("ru/privacy/2027-01-01.md", "")], TODAY);
    assert_eq!(without.revision(), build(TODAY).revision());
}

#[test]
fn a_new_service_and_a_new_purpose_are_another_revision() {
    let register = fixture("services.toml");
    let service = register
        .replace("choice-record", "sign-in")
        .replace("kelisim_cc_cookie", "session");
    let more = format!(
        "{register}\n{}",
        service.replace("consent-record", "external")
    );
    let other = register.replace("Помнит выбор.", "Помнит выбор и имя.");
    let before = build(TODAY).revision();
    assert_ne!(
        build_with(&[("services.toml", &more)], TODAY).revision(),
        before
    );
    assert_ne!(
        build_with(&[("services.toml", &other)], TODAY).revision(),
        before
    );
}

/// The operator moved on 2026-01-15, while the third edition was in force, and had moved on
/// 2025-03-01 before.
const MOVED: &str = r#"
[[former]]
until = 2026-01-15
[former.facts]
"operator.address" = { ru = "Алматы, улица Вторая, 2", en = "2 Second Street, Almaty" }
"operator.phone" = "+77270000002"

[[former]]
until = 2025-03-01
[former.facts]
"operator.address" = { ru = "Алматы, улица Первая, 1", en = "1 First Street, Almaty" }
"operator.name" = "«Прежнее»"
"#;

#[test]
fn a_past_edition_goes_on_saying_what_was_true_on_its_last_day() {
    let settings = format!("{}{MOVED}", fixture("site.toml"));
    let text = fixture("ru/privacy/2025-01-01.md") + "\n## 3. Сведения\n\n{{ block.operator }}\n";
    let fourth = fixture("ru/privacy/2026-01-01.md");
    let site = build_with(
        &[
            ("site.toml", &settings),
            // Each is in force until the next one.
            ("ru/privacy/2025-01-01.md", &text),
            ("ru/privacy/2025-02-01.md", &text),
            ("ru/privacy/2025-06-01.md", &text),
            ("ru/privacy/2026-01-01.md", &fourth),
        ],
        TODAY,
    );
    let said = |path: &str| words(&site.html(&format!("ru/privacy/{path}index.html")), ".text");
    let first = said("2025-01-01/");
    assert_eq!(first.matches("улица Первая, 1").count(), 2, "{first}");
    assert!(first.contains("ТОО «Прежнее»") && first.contains("+7 727 000 00 02"));
    for path in ["2025-02-01/", "2025-06-01/"] {
        let second = said(path);
        assert_eq!(second.matches("улица Вторая, 2").count(), 2, "{second}");
        assert!(second.contains("ТОО «Пример»"), "{second}");
    }
    for path in ["2026-01-01/", "2027-01-01/", ""] {
        assert!(said(path).contains("улица Сатпаева, 30/8"), "{path}");
    }
    // A changed fact is a changed text.
    let changes = words(&site.html("ru/privacy/changes/index.html"), "main");
    assert!(changes.contains("Первая, 1"), "{changes}");
}

#[test]
fn a_text_that_can_not_be_read_is_not_called_missing() {
    let folder = tempfile::tempdir().unwrap();
    let copied = Utf8Path::from_path(folder.path()).unwrap();
    copy(&content(), copied);
    let edition = copied.join(SITE).join("en/privacy/2026-01-01.md");
    fs::write(&edition, "no front matter").unwrap();
    let outcome = build::build(&options(copied, TODAY));
    let codes: Vec<&str> = outcome
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.message.contains("privacy"))
        .map(|diagnostic| diagnostic.code.as_str())
        .collect();
    assert!(!codes.contains(&"untranslated-policy"), "{codes:?}");
}
