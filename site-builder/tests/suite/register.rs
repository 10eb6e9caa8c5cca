//! What pages and `register.json` say of a service: what it keeps in the browser, countries, and
//! what allows transfers.

use crate::support::{EDITION, Project, SITE, texts};
use scraper::Html;
use serde_json::{Value, json};
use site_builder::report::diagnostic::Code;

const SERVICES: &str = r#"
[[service]]
id = "video"
kind = "external"
name = "Video"
category = "marketing"
provider = "Video FZ-LLC"
country = "AE"
transfer = ["scc", "consent"]
not_in = ["RU", "BY"]
privacy_url = "https://video.example/privacy"
data = { en = "x", ru = "x", kk = "x" }
purpose = { en = "x", ru = "x", kk = "x" }
[[service.cookie]]
name = "shop"
path = "/shop"
days = 1
purpose = { en = "x", ru = "x", kk = "x" }
[[service.storage]]
kind = "local_storage"
name = "video-*"
purpose = { en = "x", ru = "x", kk = "x" }

[[service]]
id = "forms"
kind = "external"
name = "Forms"
category = "functional"
transfer = "none"
cookies = "unknown"
data = { en = "x", ru = "x", kk = "x" }
purpose = { en = "x", ru = "x", kk = "x" }
"#;

fn site() -> Project {
    let project = Project::in_default_theme();
    let settings = format!("{SITE}/site.toml");
    project.replace(&settings, "[\"en\"]", "[\"en\", \"ru\", \"kk\"]");
    project.write(&format!("{SITE}/services.toml"), SERVICES);
    for locale in ["en", "ru", "kk"] {
        let edition = EDITION.replace("/en/", &format!("/{locale}/"));
        project.write_body(&edition, "{{ block.cookies }}\n\n{{ block.services }}\n");
    }
    project
}

#[test]
fn the_tables_say_in_every_language_where_data_go_and_where_a_service_is_not_used() {
    let project = site();
    project.build();
    for (locale, country, basis, not_in, storage, unknown) in [
        (
            "en",
            "United Arab Emirates",
            "EU: standard contractual clauses (SCC); Kazakhstan: consent of the User (Art. 16 of the Law)",
            "Not used for visitors from: Russia, Belarus",
            "video-* local storage",
            "not known yet",
        ),
        (
            "ru",
            "ОАЭ",
            "ЕС: стандартные договорные условия (SCC); Казахстан: согласие Пользователя (статья 16 Закона)",
            "Не применяется для посетителей из стран: Россия, Беларусь",
            "video-* локальное хранилище",
            "ещё не известны",
        ),
        (
            "kk",
            "Біріккен Араб Әмірліктері",
            "ЕО: стандартты шарттық ережелер (SCC); Қазақстан: Пайдаланушының келісімі (Заңның 16-бабы)",
            "Мына елдердің келушілері үшін қолданылмайды: Ресей, Беларусь",
            "video-* жергілікті қойма",
            "әлі анықталмаған",
        ),
    ] {
        let page = project.read(&format!("dist/example.kz/{locale}/privacy/index.html"));
        let rows = texts(&Html::parse_document(&page), "table.register tr").join("\n");
        for expected in [country, basis, not_in, storage, unknown] {
            assert!(rows.contains(expected), "{locale}: `{expected}` in\n{rows}");
        }
        let choices = project.read(&format!("dist/example.kz/{locale}/choices/index.html"));
        let form = texts(&Html::parse_document(&choices), "form.choices").join("\n");
        for expected in [country, basis, not_in, unknown] {
            assert!(form.contains(expected), "{locale}: `{expected}` in\n{form}");
        }
        let raw = |text: &String| text.contains("AE") || text.contains("BY");
        assert!(!texts(&Html::parse_document(&page), "td").iter().any(raw));
    }
}

#[test]
fn the_script_that_deletes_knows_every_name_with_its_storage_and_path() {
    let project = site();
    project.build();
    let files = project.snapshot("dist/example.kz");
    let (_, script) = files
        .iter()
        .find(|(path, _)| path.starts_with("assets/cleanup."))
        .unwrap();
    let script = String::from_utf8_lossy(script);
    let list = script
        .strip_prefix("const STORED=")
        .and_then(|rest| rest.split(";\n").next())
        .unwrap();
    let entries: Vec<Vec<String>> = serde_json::from_str(list).unwrap();
    let has = |expected: &[&str]| {
        let mut rest = entries.iter().filter_map(|entry| entry.get(1..));
        rest.any(|entry| entry == expected)
    };
    assert!(has(&["cookie", "shop", "/shop"]), "{list}");
    assert!(has(&["local_storage", "video-*"]), "{list}");
}

#[test]
fn the_register_for_machines_has_all_facts() {
    let project = site();
    project.build();
    let register: Value =
        serde_json::from_str(&project.read("dist/example.kz/register.json")).unwrap();
    let video = &register["services"][0];
    assert_eq!(video["transfer"], json!(["scc", "consent"]));
    assert_eq!(video["not_in"], json!(["RU", "BY"]));
    assert_eq!(video["cookies"][0]["path"], json!("/shop"));
    let words = json!({ "en": "x", "ru": "x", "kk": "x" });
    let storage =
        json!([{ "kind": "local_storage", "name": "video-*", "days": null, "purpose": words }]);
    assert_eq!(video["storage"], storage);
    let forms = &register["services"][1];
    assert_eq!(
        (&forms["transfer"], &forms["cookies"]),
        (&json!(["none"]), &Value::Null)
    );
}

#[test]
fn an_entry_of_the_catalogue_is_refused_by_its_name_before_its_keys_are_missed() {
    let project = site();
    let register = format!("{SITE}/services.toml");
    project.write(
        &register,
        "[[service]]\nuse = \"google-analytics-4\"\ntag = \"G-1\"\n",
    );
    let report = project.build();
    assert_eq!(
        report.diagnostics[0].code,
        Code::InvalidService,
        "{}",
        report.text
    );
    assert!(
        report
            .text
            .contains("there is no \"google-analytics-4\" in the catalogue")
    );
    assert!(
        report.text.contains("use = \"google-analytics-4\""),
        "{}",
        report.text
    );
}

#[test]
fn every_new_fact_of_a_service_is_in_the_revision() {
    let revision = |from: &str, to: &str| {
        let project = site();
        if !from.is_empty() {
            project.replace(&format!("{SITE}/services.toml"), from, to);
        }
        project.build();
        let manifest = project.read("dist/example.kz/manifest.json");
        serde_json::from_str::<Value>(&manifest).unwrap()["revision"].clone()
    };
    let before = revision("", "");
    for (from, to) in [
        ("[\"scc\", \"consent\"]", "[\"scc\"]"),
        ("not_in = [\"RU\", \"BY\"]", "not_in = [\"RU\"]"),
        ("path = \"/shop\"", "path = \"/\""),
        ("name = \"video-*\"", "name = \"video\""),
        ("kind = \"local_storage\"", "kind = \"indexed_db\""),
        ("cookies = \"unknown\"", "purposes = [\"answer\"]"),
    ] {
        assert_ne!(revision(from, to), before, "{from}");
    }
}
