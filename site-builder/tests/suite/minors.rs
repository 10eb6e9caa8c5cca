//! `minors = true`: marketing is neither offered nor loaded, and stays listed.

use crate::support::{EDITION, Project, SITE, script_data};
use serde_json::Value;
use std::collections::BTreeMap;

const MARK: &str = "switched off: minors use the site";

const SERVICES: &str = r#"
[[service]]
id = "partner"
kind = "pixel"
name = "Partner"
category = "marketing"
tag = "https://partner.example/a.gif"
transfer = "none"
data = { en = "pages opened" }
purpose = { en = "shows advertisements" }
[[service.cookie]]
name = "_partner"
days = 30
purpose = { en = "tells browsers apart" }

[[service]]
id = "counter"
kind = "pixel"
name = "Counter"
category = "analytics"
tag = "https://counter.example/a.gif"
transfer = "none"
data = { en = "pages opened" }
purpose = { en = "counts visits" }
cookies = "none"
"#;

/// Every file of the site as text, by its path.
fn built(settings: &str) -> BTreeMap<String, String> {
    let project = Project::in_default_theme();
    let theme = "theme = \"default\"";
    let file = format!("{SITE}/site.toml");
    project.replace(&file, theme, &format!("{theme}\n{settings}"));
    project.write(&format!("{SITE}/services.toml"), SERVICES);
    project.write_body(
        EDITION,
        "## 1. Services\n\n{{ block.services }}\n\n{{ block.cookies }}\n",
    );
    let report = project.build();
    assert!(report.diagnostics.is_empty(), "{}", report.text);
    project
        .snapshot("dist/example.kz")
        .into_iter()
        .filter_map(|(path, bytes)| match String::from_utf8(bytes) {
            Ok(text) => Some((path, text)),
            Err(_) => None,
        })
        .collect()
}

fn json(files: &BTreeMap<String, String>, name: &str) -> Value {
    serde_json::from_str(&files[name]).unwrap()
}

/// The list of loaders.
fn tags(files: &BTreeMap<String, String>) -> &str {
    let is_tags = |path: &&String| path.starts_with("assets/tags.");
    &files[files.keys().find(is_tags).unwrap()]
}

#[test]
fn marketing_is_neither_offered_nor_loaded_where_minors_use_the_site() {
    for (settings, is_on) in [
        ("", true),
        ("minors = false", true),
        ("minors = true", false),
    ] {
        let files = built(settings);
        let manifest = json(&files, "manifest.json");
        let categories = manifest["categories"].as_array().unwrap();
        assert_eq!(categories.contains(&"marketing".into()), is_on);
        assert!(categories.contains(&"analytics".into()));
        let asks = files["en/choices/index.html"].contains("name=\"marketing\"");
        assert_eq!(asks, is_on);
        let scopes = &script_data(&files["embed.js"])["scopes"];
        assert_eq!(scopes.get("marketing").is_some(), is_on);
        assert_eq!(tags(&files).contains("partner.example"), is_on);
        assert!(tags(&files).contains("counter.example"));
        assert_eq!(files["_headers"].contains("partner.example"), is_on);
        let register = json(&files, "register.json");
        assert_eq!(register["services"][0]["active"], is_on);
    }
}

#[test]
fn what_is_switched_off_because_of_minors_stays_listed_with_the_reason() {
    let page = |settings| built(settings)["en/privacy/index.html"].clone();
    let (on, off) = (page(""), page("minors = true"));
    assert!(!on.contains(MARK));
    // In the table of services and beside its cookie.
    assert_eq!(off.matches(MARK).count(), 2);
    assert!(off.contains("shows advertisements") && off.contains("<code>_partner</code>"));
}

#[test]
fn switching_off_asks_again_and_deletes_what_was_left() {
    let (on, off) = (built(""), built("minors = true"));
    let (on, off) = (json(&on, "manifest.json"), json(&off, "manifest.json"));
    assert_ne!(on["revision"], off["revision"]);
    assert_eq!(off["cookies"], serde_json::json!(["_partner"]));
}
