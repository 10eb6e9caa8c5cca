//! The cookies of a service: a list, none, or unknown. The three are never confused.

use crate::support::{EDITION, Project, Purpose, SITE};
use serde_json::{Value, json};
use site_builder::report::diagnostic::{Code, Severity};

/// Services of the site's own, in one category.
const SERVICES: &str = r#"
[[service]]
id = "known"
kind = "external"
name = "Known"
category = "essential"
transfer = "none"
data = { en = "x" }
purpose = { en = "x" }
[[service.cookie]]
name = "basket"
days = 0
purpose = { en = "x" }

[[service]]
id = "none"
kind = "external"
name = "Clean"
category = "essential"
transfer = "none"
data = { en = "x" }
purpose = { en = "x" }
cookies = "none"

[[service]]
id = "unknown"
kind = "external"
name = "Unlooked"
category = "essential"
transfer = "none"
data = { en = "x" }
purpose = { en = "x" }
"#;

fn site() -> Project {
    let project = Project::in_default_theme();
    let settings = format!("{SITE}/site.toml");
    project.replace(&settings, "[\"en\"]", "[\"en\", \"ru\", \"kk\"]");
    project.write(&format!("{SITE}/services.toml"), SERVICES);
    for locale in ["en", "ru", "kk"] {
        let edition = EDITION.replace("/en/", &format!("/{locale}/"));
        project.write_body(&edition, "{{ block.cookies }}\n");
    }
    project
}

/// The piece of a page from a service's name on, or before it, up to a tag.
fn row<'p>(page: &'p str, name: &str) -> &'p str {
    let rows = page.split("<tr>");
    rows.into_iter()
        .find(|row| row.contains(&format!("<td>{name}</td>")))
        .unwrap_or_else(|| panic!("no row of {name}:\n{page}"))
}

#[test]
fn the_table_says_of_each_service_what_is_known_of_its_cookies() {
    let project = site();
    let report = project.build();
    let is_error = |severity| severity == Severity::Error;
    assert!(
        !report
            .diagnostics
            .iter()
            .any(|diagnostic| is_error(diagnostic.severity)),
        "{}",
        report.text
    );
    for (locale, none, unknown) in [
        ("en", "sets no cookies", "not known yet"),
        ("ru", "файлов cookie нет", "ещё не известны"),
        ("kk", "cookie файлдары жоқ", "әлі анықталмаған"),
    ] {
        let page = project.read(&format!("dist/example.kz/{locale}/privacy/index.html"));
        for (name, says, says_not) in [
            ("Known", "<code>basket</code>", [none, unknown]),
            ("Clean", none, ["<code>", unknown]),
            ("Unlooked", unknown, ["<code>", none]),
        ] {
            let row = row(&page, name);
            assert!(row.contains(says), "{locale}: {row}");
            assert!(
                says_not.iter().all(|words| !row.contains(words)),
                "{locale}: {row}"
            );
        }
        let choices = project.read(&format!("dist/example.kz/{locale}/choices/index.html"));
        let (_, form) = choices.split_once("data-choices=\"form\"").unwrap();
        let items: Vec<&str> = form.split("<dt>").collect();
        let item = |name: &str| *items.iter().find(|item| item.starts_with(name)).unwrap();
        assert!(
            item("Unlooked").contains(unknown),
            "{locale}: {}",
            item("Unlooked")
        );
        assert!(!item("Known").contains(unknown) && !item("Clean").contains(unknown));
    }
}

#[test]
fn the_json_register_distinguishes_none_from_unknown() {
    let project = site();
    project.build();
    let register: Value =
        serde_json::from_str(&project.read("dist/example.kz/register.json")).unwrap();
    let cookies: Vec<&Value> = register["services"]
        .as_array()
        .unwrap()
        .iter()
        .map(|service| &service["cookies"])
        .collect();
    assert_eq!(cookies[0][0]["name"], json!("basket"));
    assert_eq!(cookies[1..], [&json!([]), &Value::Null]);
}

#[test]
fn a_site_with_unknown_cookies_may_be_looked_at_and_not_be_deployed() {
    for purpose in [Purpose::Preview, Purpose::Deploy] {
        let report = site().build_for(purpose);
        let found: Vec<_> = report
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.code == Code::UnknownCookies)
            .collect();
        assert_eq!(found.len(), 1, "{}", report.text);
        assert!(found[0].message.starts_with("`unknown` "), "{:?}", found[0]);
        for cure in [
            "[[service.cookie]]",
            "cookies = \"none\"",
            "a browser that has used it",
        ] {
            assert!(found[0].help.contains(cure), "{:?}", found[0]);
        }
        let expected = match purpose {
            Purpose::Preview => Severity::Warning,
            Purpose::Deploy => Severity::Error,
        };
        assert_eq!(found[0].severity, expected);
    }
}
