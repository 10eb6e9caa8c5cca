//! Files of the repository agree with each other.

use crate::support::{self, repository};
use domain::Locale;
use site_builder::content::{registration, review};
use std::collections::{BTreeMap, BTreeSet};

fn read(path: &str) -> toml::Table {
    let text = support::read(&repository().join(path));
    text.parse()
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The assets of each environment of `wrangler.toml`, the unnamed one first.
fn environments() -> Vec<toml::Table> {
    let wrangler = read("wrangler.toml");
    let named = wrangler
        .get("env")
        .and_then(toml::Value::as_table)
        .cloned()
        .unwrap_or_default();
    std::iter::once(wrangler)
        .chain(
            named
                .into_iter()
                .map(|(_, environment)| environment.as_table().unwrap().clone()),
        )
        .collect()
}

#[test]
fn what_depends_on_the_visitor_reaches_the_worker() {
    for environment in environments() {
        let assets = environment["assets"].as_table().unwrap();
        let site = assets["directory"]
            .as_str()
            .unwrap()
            .trim_start_matches("dist/")
            .to_owned();
        let settings = read(&format!("content/{site}/site.toml"));
        let mut expected = ["/api/*", "/log/*", "/"].map(str::to_owned).to_vec();
        for policy in settings["policies"].as_array().unwrap() {
            let policy = policy.as_str().unwrap();
            expected.extend([format!("/{policy}"), format!("/{policy}/")]);
        }
        expected.push("/*/choices/".to_owned());
        let routes: Vec<&str> = assets["run_worker_first"]
            .as_array()
            .unwrap()
            .iter()
            .map(|route| route.as_str().unwrap())
            .collect();
        assert_eq!(routes, expected, "run_worker_first of {site}");
        let not_found = assets["not_found_handling"].as_str();
        assert_eq!(not_found, Some("none"), "{site}");
    }
}

#[test]
fn every_site_has_an_environment() {
    let mut deployed: Vec<String> = environments()
        .iter()
        .map(|environment| {
            environment["assets"]["directory"]
                .as_str()
                .unwrap()
                .trim_start_matches("dist/")
                .to_owned()
        })
        .collect();
    deployed.sort();
    let mut sites: Vec<String> = std::fs::read_dir(repository().join("content"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| !name.starts_with(['_', '.']))
        .collect();
    sites.sort();
    assert_eq!(deployed, sites);
}

/// The items of a review: each heading's id, and whether a deployment waits for it.
fn items(text: &str) -> Vec<(String, bool)> {
    let blocking: Vec<String> = review::blocking_boxes(text)
        .into_iter()
        .map(|found| {
            assert!(
                found.is_of_heading(),
                "{} under {}",
                found.id,
                found.heading
            );
            found.id
        })
        .collect();
    let headings = text.lines().filter_map(|line| line.strip_prefix("## "));
    headings
        .map(|heading| {
            let (id, _) = heading.split_once(". ").unwrap();
            (id.to_owned(), blocking.iter().any(|each| each == id))
        })
        .collect()
}

/// A lawyer reads one of the languages, and a tick in one counts for all.
#[test]
fn the_reviews_of_a_site_ask_the_same_in_every_language() {
    let mut count = 0;
    for entry in repository().join("content").read_dir_utf8().unwrap() {
        let entry = entry.unwrap();
        let site = entry.file_name();
        if !entry.path().join("site.toml").is_file() {
            continue;
        }
        count += 1;
        let settings = read(&format!("content/{site}/site.toml"));
        let mut first = None;
        for locale in settings["locales"].as_array().unwrap() {
            let locale = Locale::try_from(locale.as_str().unwrap()).unwrap();
            let path = format!("content/{site}/{}", review::file_name(&locale));
            let items = items(&support::read(&repository().join(&path)));
            let ids: BTreeSet<_> = items.iter().map(|(id, _)| id).collect();
            assert_eq!(ids.len(), items.len(), "{path} has an id twice");
            assert!(items.iter().any(|(_, is_blocking)| *is_blocking), "{path}");
            assert_eq!(*first.get_or_insert_with(|| items.clone()), items, "{path}");
        }
    }
    assert!(count >= 3, "only {count} sites were looked at");
}

/// Whoever makes a site would learn of it only in the country concerned.
#[test]
fn a_pack_proposes_to_every_country_what_is_known_there() {
    let mut count = 0;
    let mut packs_of: BTreeMap<String, String> = BTreeMap::new();
    for entry in repository().join("content").read_dir_utf8().unwrap() {
        let entry = entry.unwrap();
        let path = format!("content/{}/pack.toml", entry.file_name());
        if !repository().join(&path).is_file() {
            continue;
        }
        let pack = read(&path);
        let codes = |value: &toml::Value| -> Vec<String> { value.clone().try_into().unwrap() };
        let countries = codes(&pack["countries"]);
        let authorities = pack["authorities"].as_array().unwrap();
        for country in &countries {
            let is_of = |body: &&toml::Value| body["country"].as_str() == Some(country);
            assert!(
                authorities.iter().any(|body| is_of(&body)),
                "{path}: {country}"
            );
        }
        for body in authorities {
            let country = body["country"].as_str().unwrap().to_owned();
            let known = packs_of.entry(country).or_insert_with(|| path.clone());
            assert_eq!(*known, path, "two packs have an authority: {body}");
            let url = body.get("url").and_then(toml::Value::as_str);
            assert!(
                url.is_none_or(|url| url.starts_with("https://")),
                "{path}: {body}"
            );
        }
        for (country, kinds) in pack["registration"].as_table().unwrap() {
            for id in codes(kinds) {
                let kind = registration::kind(&id);
                let kind = kind.unwrap_or_else(|| panic!("{path}: {country} has `{id}`"));
                // What is proposed to all countries needn't exist in each of them.
                let is_known = country == "default" || kind.is_of(country);
                assert!(is_known, "{path}: `{id}` is none of {country}");
                count += 1;
            }
        }
    }
    assert!(count > 0);
}

/// ARCHITECTURE.md names the tests of each rule, SECURITY.md those of each defence, docs/evidence.md
/// those of each thing that nobody can do, as `file` › `name`.
#[test]
fn the_tests_that_documents_rely_on_are_there() {
    let named = regex::Regex::new("`([^`]+)` › `([^`]+)`").unwrap();
    for (page, at_least) in [
        ("ARCHITECTURE.md", 20),
        ("SECURITY.md", 30),
        ("docs/evidence.md", 30),
    ] {
        let text = support::read(&repository().join(page));
        let mut count = 0;
        for found in named.captures_iter(&text) {
            let (file, name) = (&found[1], &found[2]);
            let source = support::read(&repository().join(file));
            assert!(source.contains(name), "{page}: `{name}` is not in {file}");
            count += 1;
        }
        assert!(count > at_least, "{page} names only {count} tests");
    }
}

/// The owner of an action can move its tags, but not its commits.
#[test]
fn workflows_pin_actions_by_commit_and_ask_for_no_right_they_do_not_name() {
    let folder = repository().join(".github/workflows");
    let used = regex::Regex::new(r"(?m)^\s*- uses: (\S+)").unwrap();
    let pinned = regex::Regex::new(r"^[\w./-]+@[0-9a-f]{40}$").unwrap();
    let mut count = 0;
    for entry in folder.read_dir_utf8().unwrap() {
        let path = entry.unwrap().into_path();
        let text = support::read(&path);
        assert!(text.contains("\npermissions:"), "{path}");
        for found in used.captures_iter(&text) {
            assert!(pinned.is_match(&found[1]), "{} in {path}", &found[1]);
            count += 1;
        }
    }
    assert!(count >= 3, "only {count} actions are used");
}
