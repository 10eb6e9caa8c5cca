//! What the owner of a site writes: an edition, `site.toml`, `services.toml`. An input is either these
//! files, parted by [`PARTING`], or says which keys of good ones have which values. Whatever stands in
//! them, they are read and rendered or reported; every place of a report is a part of its file, every
//! tag of the page is closed, and no value gets out of its header.

#![no_main]

use domain::{Category, Locale};
use site_builder::check::references::{self, Scope};
use site_builder::compare::{self, ChangeKind};
use site_builder::content::document;
use site_builder::content::register::{self, Register};
use site_builder::content::settings::{self, Facts, Settings};
use site_builder::model::links::Links;
use site_builder::model::scope::{self, Scopes};
use site_builder::render::html::{self, TextContext};
use site_builder::render::{csp, headers};
use site_builder::report::diagnostic::{Diagnostic, Location, has_error};
use site_builder::report::draw::{self, Style};
use site_builder::report::source::Sources;
use std::collections::BTreeMap;

const PARTING: &str = "\n=8<=\n";

const SITE: &str =
    include_str!("../../site-builder/tests/fixtures/site/content/example.kz/site.toml");
const SERVICES: &str =
    include_str!("../../site-builder/tests/fixtures/site/content/example.kz/services.toml");

const SITE_TABLES: &[&str] = &[
    "",
    "[operator]",
    "[operator.legal_name]",
    "[operator.form]",
    "[operator.address]",
    "[dpo]",
    "[representative]",
    "[authority]",
    "[witnesses]",
    "[[witnesses.witness]]",
    "[regimes.US]",
    "[regimes.DE]",
    "[regimes.US-CA]",
    "[law.gdpr]",
    "[law.a]",
    "[policy.privacy]",
    "[policy.terms]",
    "[brand]",
    "[brand.accent]",
    "[facts]",
    "[facts.a]",
    "[[former]]",
    "[former.facts]",
];
const SITE_KEYS: &[&str] = &[
    "host",
    "locales",
    "banner_locales",
    "fallback",
    "policies",
    "theme",
    "draft",
    "choice_days",
    "refusal_days",
    "retention_days",
    "minors",
    "cookie_domain",
    "origins",
    "hsts_subdomains",
    "count_shown",
    "name",
    "name_lang",
    "country",
    "registration",
    "email",
    "phone",
    "legal_name",
    "form",
    "address",
    "number",
    "date",
    "title",
    "cite",
    "regime",
    "link_only",
    "reason",
    "former",
    "retired",
    "successor",
    "until",
    "facts",
    "logo",
    "icon",
    "accent",
    "home",
    "light",
    "dark",
    "quorum",
    "key",
    "url",
    "en",
    "ru",
    "kk",
    "ar",
    "a",
];
const SERVICE_TABLES: &[&str] = &[
    "[[service]]",
    "[[service.cookie]]",
    "[[service.storage]]",
    "[service.options]",
    "[service.hosts]",
];
const SERVICE_KEYS: &[&str] = &[
    "id",
    "use",
    "kind",
    "name",
    "category",
    "tag",
    "provider",
    "country",
    "transfer",
    "not_in",
    "privacy_url",
    "data",
    "purpose",
    "purposes",
    "options",
    "hosts",
    "cookies",
    "domain",
    "path",
    "days",
    "script",
    "connect",
    "image",
    "frame",
    "debug",
    "webvisor",
    "clickmap",
    "transport",
    "en",
    "ru",
    "a",
];
const VALUES: &[&str] = &[
    "\"\"",
    "\"a\"",
    "\"b\"",
    "\" a\"",
    "\"<b>\"",
    "\"{name} & \\\"{name}\\\"\"",
    "\"a\\nb\"",
    "\"a; b 'c' *\"",
    "\"әңү\"",
    "\"例\"",
    "\"example.kz\"",
    "\"пример.рф\"",
    "\"https://a.example\"",
    "\"https://a.example/b?c=d&e\"",
    "\"https://*.a.example\"",
    "\"http://a.example\"",
    "\"javascript:a()\"",
    "\"a@b.example\"",
    "\"а@пример.рф\"",
    "\"+77000000000\"",
    "\"+7 (700) 000-00-00, 1\"",
    "\"en\"",
    "\"ru\"",
    "\"kk\"",
    "\"ar\"",
    "\"zh-hans\"",
    "\"all\"",
    "\"US\"",
    "\"DE\"",
    "\"KZ\"",
    "\"opt_in\"",
    "\"notice\"",
    "\"opt_out\"",
    "\"none\"",
    "\"unknown\"",
    "\"scc\"",
    "\"adequacy\"",
    "\"essential\"",
    "\"functional\"",
    "\"analytics\"",
    "\"marketing\"",
    "\"google-analytics-4\"",
    "\"google-ads\"",
    "\"yandex-metrica\"",
    "\"meta-pixel\"",
    "\"script\"",
    "\"pixel\"",
    "\"iframe\"",
    "\"external\"",
    "\"consent-record\"",
    "\"GTM-0000000\"",
    "\"G-0000000000\"",
    "\"12345678\"",
    "\"#0a5c45\"",
    "\"#fff\"",
    "\"logo.svg\"",
    "\"../logo.png\"",
    "\"privacy\"",
    "\"terms\"",
    "\"choices\"",
    "\"_a*\"",
    "\"/\"",
    "\"local\"",
    "\"session\"",
    "[]",
    "[\"en\"]",
    "[\"en\", \"ru\", \"ar\"]",
    "[\"privacy\", \"terms\"]",
    "[\"https://a.example\", \"https://a.example\"]",
    "[\"DE\", \"a\"]",
    "[\"a\", \"b\"]",
    "[1, 1]",
    "{}",
    "{ en = \"a\" }",
    "{ en = \"{name} LLP\", ru = \"<ТОО> {name}\" }",
    "{ ru = \"б\", zz = \"a\" }",
    "{ kind = \"bin\", number = \"171240017760\" }",
    "[{ kind = \"bin\", number = \"1\" }, { kind = \"regon\", number = \"а\" }]",
    "{ light = \"#0a5c45\", dark = \"#8fd\" }",
    "0",
    "1",
    "184",
    "400",
    "4294967295",
    "-1",
    "1.5",
    "true",
    "false",
    "2013-05-21",
    "2026-11-20T00:00:00Z",
    "0000-02-30",
    "«a»",
    "'''",
];

/// A good file with some values replaced, and tables and keys added.
struct Table {
    head: String,
    keys: Vec<(String, String)>,
}

fn tables(text: &str) -> Vec<Table> {
    let mut tables = vec![Table {
        head: String::new(),
        keys: Vec::new(),
    }];
    for line in text.lines() {
        if line.starts_with('[') {
            tables.push(Table {
                head: line.to_owned(),
                keys: Vec::new(),
            });
        } else if let Some((key, value)) = line.split_once(" = ") {
            let table = tables.last_mut().expect("a table");
            table.keys.push((key.to_owned(), value.to_owned()));
        }
    }
    tables
}

fn pick(list: &[&'static str], byte: u8) -> &'static str {
    list[usize::from(byte) % list.len()]
}

/// Every three bytes say what happens to which key, and its value.
fn changed(text: &str, bytes: &[u8], heads: &[&'static str], names: &[&'static str]) -> String {
    let mut tables = tables(text);
    for change in bytes.chunks_exact(3) {
        let &[what, key, value] = change else {
            continue;
        };
        let value = pick(VALUES, value).to_owned();
        let count = tables.len();
        match what {
            0..=89 => {
                let table = &mut tables[usize::from(what) % count];
                let count = table.keys.len().max(1);
                if let Some((_, old)) = table.keys.get_mut(usize::from(key) % count) {
                    *old = value;
                }
            }
            90..=179 => {
                let table = &mut tables[usize::from(what) % count];
                let name = pick(names, key);
                table.keys.retain(|(old, _)| old != name);
                table.keys.push((name.to_owned(), value));
            }
            180..=209 => {
                let table = &mut tables[usize::from(what) % count];
                let count = table.keys.len().max(1);
                let place = usize::from(key) % count;
                if place < table.keys.len() {
                    table.keys.remove(place);
                }
            }
            210..=255 => {
                let head = pick(heads, what);
                if head.starts_with("[[") || !tables.iter().any(|table| table.head == head) {
                    tables.push(Table {
                        head: head.to_owned(),
                        keys: vec![(pick(names, key).to_owned(), value)],
                    });
                }
            }
        }
    }
    let mut text = String::new();
    for table in tables {
        text.push_str(&format!("{}\n", table.head));
        for (key, value) in table.keys {
            text.push_str(&format!("{key} = {value}\n"));
        }
    }
    text
}

/// Places are parts of their files; what is said is there, in one line.
fn check_report(diagnostics: &mut Vec<Diagnostic>, sources: &Sources) {
    for diagnostic in diagnostics.iter() {
        if let Location::Span(file, span) = &diagnostic.location {
            let text = sources.text(*file);
            assert!(text.get(span.clone()).is_some(), "{diagnostic:?}");
        }
        assert!(!diagnostic.message.is_empty() && !diagnostic.help.is_empty());
    }
    draw::sort(diagnostics, sources);
    let drawn = draw::text(diagnostics, sources, Style::Plain);
    let is_bad = |letter: char| letter.is_control() && letter != '\n';
    assert!(!drawn.contains(is_bad), "{drawn:?}");
    draw::json(diagnostics, sources);
}

/// Every tag is closed, in order.
fn check_tags(body: &str) {
    let mut open: Vec<&str> = Vec::new();
    for tag in body.split('<').skip(1) {
        let name = tag.trim_start_matches('/').split([' ', '>']).next();
        if name == Some("br") {
            continue;
        }
        if tag.starts_with('/') {
            assert_eq!(open.pop(), name, "{body}");
        } else {
            open.extend(name);
        }
    }
    assert!(open.is_empty(), "{open:?}: {body}");
}

fn check_register(register: &Register) {
    let policy = csp::policy(register);
    assert!(
        policy.is_ascii() && !policy.contains(char::is_control),
        "{policy:?}"
    );
    // Each directive once: no value begins another one.
    let names: Vec<_> = policy
        .split("; ")
        .map(|directive| directive.split(' ').next())
        .collect();
    let count = names.len();
    let names: std::collections::BTreeSet<_> = names.into_iter().collect();
    assert_eq!(names.len(), count, "{policy}");
    assert!(!policy.contains("javascript:") && !policy.contains("http:"));
    let scopes = Scopes::of(register);
    let read = Scopes::parse(&scopes.text()).unwrap();
    assert_eq!(read.text(), scopes.text());
    if let Some(found) = scope::collision(&scopes, &[]) {
        assert_ne!(found.first, found.second);
    }
}

fn check_edition(
    sources: &Sources,
    file: site_builder::report::diagnostic::FileId,
    locale: &Locale,
    facts: &Facts,
) -> Vec<Diagnostic> {
    let text = sources.text(file);
    let (document, mut diagnostics) = document::parse(text, file, locale);
    let Some(document) = document else {
        return diagnostics;
    };
    for clause in document.walk() {
        assert!(text.get(clause.span.clone()).is_some(), "{:?}", clause.span);
    }
    let links = Links::default();
    let scope = Scope::new(facts, &links, "privacy", true);
    let context = TextContext {
        scope: &scope,
        blocks: &BTreeMap::new(),
        host: "example.kz",
    };
    check_tags(&html::render(&document, &context).body);
    diagnostics.extend(references::check(&document, &scope));
    let provisions = compare::provisions(&document, facts, |_| "block".to_owned());
    for change in compare::compare(&provisions, &provisions) {
        assert_eq!(change.kind, ChangeKind::Unchanged, "{change:?}");
    }
    diagnostics
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let [kind, rest @ ..] = bytes else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    let (edition, site, services) = match kind % 4 {
        0 => {
            let mut files = text.splitn(3, PARTING);
            (
                files.next().unwrap_or("").to_owned(),
                files.next().unwrap_or(SITE).to_owned(),
                files.next().unwrap_or(SERVICES).to_owned(),
            )
        }
        1 => {
            let site = changed(SITE, rest, SITE_TABLES, SITE_KEYS);
            (String::new(), site, SERVICES.to_owned())
        }
        2 => {
            let services = changed(SERVICES, rest, SERVICE_TABLES, SERVICE_KEYS);
            (String::new(), SITE.to_owned(), services)
        }
        _ => (text.into_owned(), SITE.to_owned(), SERVICES.to_owned()),
    };
    let mut sources = Sources::default();
    let edition_file = sources.add("privacy.md", edition);
    let site_file = sources.add("site.toml", site);
    let services_file = sources.add("services.toml", services);
    let mut diagnostics = Vec::new();
    let hosts = ["example.kz".to_owned()];
    let settings: Option<Settings> = match settings::read(&sources, site_file, "example.kz", &hosts)
    {
        Ok((settings, found)) => {
            diagnostics.extend(found);
            Some(settings)
        }
        Err(found) => {
            diagnostics.push(found);
            None
        }
    };
    let locales = match &settings {
        Some(settings) => settings.locales.get_ref().clone(),
        None => Vec::new(),
    };
    let home = settings.as_ref().map_or("KZ", |settings| {
        settings.operator.get_ref().country.get_ref().as_str()
    });
    match register::read(&sources, services_file, &locales, home) {
        Ok((mut register, found)) => {
            // What has errors is rendered nowhere.
            if !has_error(&found) {
                check_register(&register);
                register.switch_off(Category::Marketing);
                check_register(&register);
            }
            diagnostics.extend(found);
            diagnostics.extend(headers::check(&register, services_file));
        }
        Err(found) => diagnostics.push(found),
    }
    let every = ["kk", "ru", "en", "ar"].map(|locale| Locale::try_from(locale).unwrap());
    for locale in every.iter().chain(&locales) {
        let facts = settings
            .as_ref()
            .map_or_else(Facts::default, |settings| Facts::new(settings, locale));
        diagnostics.extend(check_edition(&sources, edition_file, locale, &facts));
        for name in facts.names() {
            let text = format!(
                "+++\ntitle = \"A\"\npublished = 2026-01-01\n+++\n\n1.1. {{{{ {name} }}}}\n"
            );
            let mut sources = Sources::default();
            let file = sources.add("fact.md", text);
            let mut found = check_edition(&sources, file, locale, &facts);
            check_report(&mut found, &sources);
        }
    }
    check_report(&mut diagnostics, &sources);
});
