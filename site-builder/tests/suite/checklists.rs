//! What the law asks of the texts of each pack, and where they say it: `checklist.toml` beside them.

use crate::support::{self, Project, repository, texts};
use camino::Utf8PathBuf;
use domain::Locale;
use scraper::Html;
use serde::Deserialize;
use serde_json::Value;
use site_builder::content::document::{self, Clause};
use site_builder::report::source::Sources;
use std::collections::{BTreeMap, BTreeSet};

/// `checklist.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Checklist {
    /// What the texts say that every visitor gets before a choice, whatever the country.
    regime: Option<String>,
    /// Words of other countries' laws by locale, which no page may have.
    #[serde(default)]
    absent: BTreeMap<Locale, Vec<String>>,
    /// What a clause of every language has to say.
    item: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    id: String,
    /// Where the law asks for it.
    #[serde(default)]
    law: String,
    /// What is asked for.
    asks: String,
    /// Policy and anchor: `privacy#c-3-1`
    clause: String,
    /// Variables and blocks that stand in the clause.
    #[serde(default)]
    variables: Vec<String>,
    /// Strings of the theme that the clause quotes: `banner.accept_all`
    #[serde(default)]
    strings: Vec<String>,
    /// Words by locale that stand in the clause.
    #[serde(default)]
    words: BTreeMap<Locale, Vec<String>>,
}

/// The folders of all packs that have a checklist.
fn packs() -> Vec<Utf8PathBuf> {
    let entries = repository().join("content").read_dir_utf8().unwrap();
    let folders = entries.map(|entry| entry.unwrap().into_path());
    let mut packs: Vec<Utf8PathBuf> = folders
        .filter(|folder| folder.join("checklist.toml").is_file())
        .collect();
    packs.sort();
    packs
}

fn checklist(pack: &Utf8PathBuf) -> Checklist {
    let text = support::read(&pack.join("checklist.toml"));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{pack}: {error}"))
}

fn locales(pack: &Utf8PathBuf) -> Vec<Locale> {
    let settings: toml::Table = support::read(&pack.join("site.toml")).parse().unwrap();
    settings["locales"].clone().try_into().unwrap()
}

/// The source of every clause of the editions of a pack in a locale, by policy and anchor. That of
/// a clause includes those nested in it.
fn clauses(pack: &Utf8PathBuf, locale: &Locale) -> BTreeMap<String, String> {
    let mut clauses = BTreeMap::new();
    for (path, bytes) in support::files_below(&pack.join(locale.as_str())) {
        let (policy, _) = path.split_once('/').unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let mut sources = Sources::default();
        let file = sources.add(path.as_str(), text.as_str());
        let (document, _) = document::parse(&text, file, locale);
        let document = document.unwrap();
        add_clauses(&document.clauses, &text, text.len(), policy, &mut clauses);
    }
    clauses
}

/// Adds clauses that are followed by something else at `end`.
fn add_clauses(
    siblings: &[Clause<'_>],
    text: &str,
    end: usize,
    policy: &str,
    clauses: &mut BTreeMap<String, String>,
) {
    let starts = siblings.iter().skip(1).map(|clause| clause.span.start);
    let ends = starts.chain([end]);
    for (clause, end) in siblings.iter().zip(ends) {
        let source = text.get(clause.span.start..end).unwrap().to_owned();
        clauses.insert(format!("{policy}#{}", clause.anchor), source);
        add_clauses(&clause.children, text, end, policy, clauses);
    }
}

/// The words of a string of the theme by its dotted key.
fn quoted(key: &str, locale: &Locale) -> String {
    let file = format!("themes/default/strings/visitor/{locale}.toml");
    let strings: toml::Table = support::read(&repository().join(file)).parse().unwrap();
    let (table, name) = key.split_once('.').unwrap();
    strings[table][name].as_str().unwrap().to_owned()
}

/// What an item asks for and a language lacks.
fn lacking(item: &Item, locale: &Locale, clauses: &BTreeMap<String, String>) -> Vec<String> {
    let Some(clause) = clauses.get(&item.clause) else {
        return vec![format!("clause {}", item.clause)];
    };
    let lowercase = clause.to_lowercase();
    let variables = item.variables.iter();
    let variables = variables.filter(|name| !clause.contains(&format!("{{{{ {name} }}}}")));
    let words = item.words.get(locale).into_iter().flatten();
    let words = words.filter(|words| !lowercase.contains(&words.to_lowercase()));
    let strings = item.strings.iter().map(|key| quoted(key, locale));
    let strings = strings.filter(|words| !clause.contains(words));
    let named = variables.chain(words).cloned();
    named.chain(strings).collect()
}

#[test]
fn every_language_of_a_pack_says_in_its_clause_what_the_law_asks_for() {
    let mut count = 0;
    for pack in packs() {
        let checklist = checklist(&pack);
        for locale in locales(&pack) {
            let clauses = clauses(&pack, &locale);
            for item in &checklist.item {
                let missing = lacking(item, &locale, &clauses);
                let Item { id, law, asks, .. } = item;
                assert!(
                    missing.is_empty(),
                    "{pack}, {locale}, {id} ({law}: {asks}): {} lacks {missing:?}",
                    item.clause
                );
                count += 1;
            }
        }
    }
    assert!(count > 0);
}

/// An item without words in a language, or with neither words nor variables, would ask for nothing.
#[test]
fn every_item_of_a_checklist_asks_for_something_in_every_language() {
    for pack in packs() {
        let checklist = checklist(&pack);
        let locales: BTreeSet<Locale> = locales(&pack).into_iter().collect();
        let mut ids = BTreeSet::new();
        for item in &checklist.item {
            assert!(ids.insert(&item.id), "{pack}: {} stands twice", item.id);
            let spoken: BTreeSet<Locale> = item.words.keys().cloned().collect();
            let is_whole = spoken == locales || spoken.is_empty() && !item.variables.is_empty();
            assert!(is_whole, "{pack}, {}: words in {spoken:?}", item.id);
            let is_empty = |words: &Vec<String>| words.iter().all(|word| word.trim().is_empty());
            assert!(!item.words.values().any(is_empty), "{pack}, {}", item.id);
        }
        let absent: BTreeSet<Locale> = checklist.absent.keys().cloned().collect();
        assert!(absent.is_empty() || absent == locales, "{pack}: {absent:?}");
    }
}

/// A pack alone in the default theme, built.
fn built(folder: &str) -> Project {
    let project = Project::empty();
    project.copy_from_repository("themes/default");
    project.copy_from_repository(&format!("content/{folder}"));
    let output = project.run(&["build", "--site", folder]);
    assert!(output.status.success(), "{}", support::stderr(&output));
    project
}

#[test]
fn visitors_get_before_a_choice_what_the_texts_of_a_pack_say() {
    let mut count = 0;
    for pack in packs() {
        let Some(regime) = checklist(&pack).regime else {
            continue;
        };
        let folder = pack.file_name().unwrap();
        let policies = built(folder).read(&format!("dist/{folder}/policies.json"));
        let policies: Value = serde_json::from_str(&policies).unwrap();
        let own = policies["regimes"]["own"].as_array().unwrap();
        let replaced: Vec<&Value> = own.iter().map(|rule| &rule["place"]).collect();
        for rule in policies["regimes"]["table"].as_array().unwrap() {
            let mut countries = rule["countries"].as_array().unwrap().iter();
            let is_told =
                rule["regime"] == *regime || countries.all(|country| replaced.contains(&country));
            assert!(is_told, "{folder}: {rule}");
        }
        for rule in own {
            assert_eq!(rule["regime"], *regime, "{folder}: {rule}");
        }
        count += 1;
    }
    assert!(count > 0);
}

#[test]
fn pages_of_a_pack_name_no_law_of_another_country() {
    let mut count = 0;
    for pack in packs() {
        let folder = pack.file_name().unwrap();
        let project = built(folder);
        for (locale, words) in checklist(&pack).absent {
            for (path, bytes) in project.snapshot(&format!("dist/{folder}/{locale}")) {
                if !path.ends_with(".html") {
                    continue;
                }
                let page = Html::parse_document(&String::from_utf8(bytes).unwrap());
                let text = texts(&page, "html").concat().to_lowercase();
                for word in &words {
                    let is_there = text.contains(&word.to_lowercase());
                    assert!(!is_there, "{folder}/{locale}/{path} has `{word}`");
                }
                count += 1;
            }
        }
    }
    assert!(count > 0);
}
