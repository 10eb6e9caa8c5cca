//! Regimes and signals: the page that shows them, and what a site changes of them.

use crate::support::{Project, SITE, read, repository};
use domain::{Country, Place, Regime};
use serde_json::Value;
use site_builder::content::law::{Binding, REGIMES, Rule, SIGNALS, Signal, Source};
use std::fmt::Write as _;
use std::{env, fs};

const BEGIN: &str = "<!-- Made from `domain/src/regimes.toml` and `signals.toml` by `UPDATE_DOCS=1 cargo test -p site-builder`. -->\n";

#[test]
fn the_page_of_regimes_shows_the_tables() {
    let path = repository().join("docs/regimes.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, _) = page.split_once(BEGIN).unwrap();
    let made = format!("{before}{BEGIN}{}{}", regimes(), signals());
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, made).unwrap();
        return;
    }
    assert!(
        page == made,
        "docs/regimes.md is out of date: run `UPDATE_DOCS=1 cargo test -p site-builder`"
    );
}

fn regimes() -> String {
    let mut text = "\n## The table\n\n| visitors from | regime | asked again after a no | law | reviewed |\n|---|---|---|---|---|\n".to_owned();
    let usual = REGIMES.rules.iter().find(|rule| rule.countries.is_empty());
    for rule in &REGIMES.rules {
        let days = rule.refusal_days.or(usual.unwrap().refusal_days).unwrap();
        writeln!(
            text,
            "| {} | `{}`{} | {days} days | {}{} | {} |",
            countries(rule),
            rule.regime.as_str(),
            if rule.economic_area {
                ", whatever a site says"
            } else {
                ""
            },
            rule.sources
                .iter()
                .map(source)
                .collect::<Vec<_>>()
                .join("; "),
            if rule.note.is_empty() {
                String::new()
            } else {
                format!(". {}", rule.note)
            },
            rule.reviewed
        )
        .unwrap();
    }
    text
}

fn countries(rule: &Rule) -> String {
    if rule.countries.is_empty() {
        return "anywhere else, and places that the network doesn't know".to_owned();
    }
    let codes: Vec<String> = rule.countries.iter().map(Country::to_string).collect();
    codes.join(" ")
}

fn link(words: &str, url: &str) -> String {
    if url.is_empty() {
        words.to_owned()
    } else {
        format!("[{words}]({url})")
    }
}

fn source(source: &Source) -> String {
    let mark = if source.confirmed {
        ""
    } else {
        " (**not confirmed**)"
    };
    link(&source.law, &source.url) + mark
}

fn signals() -> String {
    let mut text = "\n## Signals of browsers\n\n| signal | header | property | binding | reviewed |\n|---|---|---|---|---|\n".to_owned();
    for signal in &SIGNALS.signals {
        let Signal {
            name,
            header,
            value,
            property,
            specification,
            reviewed,
            ..
        } = signal;
        let binding: Vec<String> = signal.binding.iter().map(binding).collect();
        writeln!(
            text,
            "| {} | `{header}: {value}` | `{property}` | {} | {reviewed} |",
            link(name, specification),
            binding.join("; ")
        )
        .unwrap();
    }
    text
}

fn binding(binding: &Binding) -> String {
    let places: Vec<String> = binding
        .places
        .iter()
        .map(|place| String::from(*place))
        .collect();
    let since = binding
        .since
        .map_or_else(String::new, |day| format!(" since {day}"));
    format!(
        "{}{since}: {}",
        places.join(" "),
        link(&binding.law, &binding.url)
    )
}

#[test]
fn the_themes_script_reads_every_signal() {
    let script = read(&repository().join("themes/default/js/page.js"));
    for signal in &SIGNALS.signals {
        let (object, property) = signal.property.split_once('.').unwrap();
        assert_eq!(object, "navigator");
        assert!(script.contains(&format!(".{property}")), "{property}");
    }
}

/// The good site, with these lines in its settings.
fn site(settings: &str) -> Project {
    let project = Project::good();
    let theme = "theme = \"tiny\"";
    project.replace(
        &format!("{SITE}/site.toml"),
        theme,
        &format!("{theme}\n{settings}"),
    );
    project
}

fn json(project: &Project, name: &str) -> Value {
    serde_json::from_slice(&project.snapshot("dist/example.kz")[name]).unwrap()
}

#[test]
fn rules_of_a_site_are_in_the_manifest_and_published_with_the_table() {
    let project = site(
        "regimes.US = { regime = \"opt_in\" }\n\
         regimes.US-TX = { regime = \"opt_out\", link_only = true, reason = \"advice of counsel\" }",
    );
    project.build();
    let manifest: domain::Manifest =
        serde_json::from_value(json(&project, "manifest.json")).unwrap();
    let own: Vec<_> = manifest
        .regimes
        .iter()
        .map(|own| (String::from(own.place), own.regime, own.link_only))
        .collect();
    assert_eq!(
        own,
        [
            ("US".to_owned(), Regime::OptIn, false),
            ("US-TX".to_owned(), Regime::OptOut, true)
        ]
    );
    let published = &json(&project, "policies.json")["regimes"];
    assert_eq!(published["own"][1]["place"], "US-TX");
    assert_eq!(published["own"][1]["reason"], "advice of counsel");
    assert_eq!(published["own"][0]["reason"], Value::Null);
    let table = published["table"].as_array().unwrap();
    let america = table
        .iter()
        .find(|rule| rule["countries"][0] == "US")
        .unwrap();
    assert_eq!(america["regime"], "opt_out");
    assert_eq!(america["refusal_days"], 366);
    assert_eq!(america["reviewed"], "2026-11-25");
    assert_eq!(america["sources"][0]["confirmed"], true);
    let [signal] = published["signals"].as_array().unwrap().as_slice() else {
        panic!("{published}");
    };
    assert_eq!(signal["header"], "Sec-GPC");
    let california = Place::try_from("US-CA".to_owned()).unwrap();
    assert_eq!(signal["binding"][0]["places"][0], String::from(california));
}
