//! Loaders, content security policies and `docs/services.md` name the same hosts and cookies.

use crate::support::{Project, SITE, read, repository};
use regex::Regex;
use site_builder::content::register::Register;
use site_builder::content::vendor::options::{Directive, OptionForm};
use site_builder::content::vendor::{self, ServiceKind, Tag, origin};
use site_builder::render::csp;
use std::collections::{BTreeMap, BTreeSet};

type Hosts = BTreeSet<String>;

/// A tag of the right form for a kind.
fn tag(kind: ServiceKind) -> String {
    match &vendor::of(kind).tag {
        Tag::None => String::new(),
        Tag::Id { start, .. } => format!("{start}123"),
        Tag::Address => "https://partner.example/path?id=1".to_owned(),
    }
}

/// A register with a service of each of these kinds.
fn register(kinds: &[ServiceKind]) -> Register {
    let service = |kind: &ServiceKind| {
        format!(
            "[[service]]\nid = \"{0}\"\nkind = \"{0}\"\nname = \"A\"\ncategory = \"marketing\"\n\
             transfer = \"none\"\ntag = \"{1}\"\n[service.data]\n[service.purpose]\n",
            kind.as_str(),
            tag(*kind)
        )
    };
    let text: String = kinds.iter().map(service).collect();
    toml::from_str(&text).unwrap()
}

/// Foreign hosts of a site's policy, by directive.
fn allowed(register: &Register) -> BTreeMap<String, Hosts> {
    let mut all = BTreeMap::new();
    for directive in csp::policy(register).split("; ") {
        let mut words = directive.split(' ');
        let name = words.next().unwrap().to_owned();
        let hosts: Hosts = words
            .filter(|word| word.starts_with("https:"))
            .map(str::to_owned)
            .collect();
        if !hosts.is_empty() {
            all.insert(name, hosts);
        }
    }
    all
}

/// Origins that a loader and its imports name, outside of comments.
fn named(kind: ServiceKind) -> Hosts {
    let import = Regex::new(r#"from "(\.[^"]+)""#).unwrap();
    let comment = Regex::new(r"(?s)/\*.*?\*/").unwrap();
    let address = Regex::new(r"https://[^\s`'$)]+").unwrap();
    let mut waiting =
        vec![repository().join(format!("themes/default/js/services/{}.js", kind.as_str()))];
    let mut seen = BTreeSet::new();
    let mut hosts = Hosts::new();
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let script = read(&path);
        let script = comment.replace_all(&script, "");
        for found in import.captures_iter(&script) {
            let imported = path.parent().unwrap().join(&found[1]);
            waiting.push(imported.canonicalize_utf8().unwrap());
        }
        for found in address.find_iter(&script) {
            let address = found.as_str().trim_end_matches(['"', ',', ';', ']']);
            hosts.insert(origin(address).unwrap_or_else(|| panic!("`{address}` in {path}")));
        }
    }
    hosts
}

fn loaded() -> impl Iterator<Item = ServiceKind> {
    ServiceKind::ALL.into_iter().filter(|kind| kind.is_loaded())
}

/// Kinds of one vendor, whose hosts are known.
fn known() -> impl Iterator<Item = ServiceKind> {
    loaded().filter(|kind| vendor::of(*kind).tag != Tag::Address)
}

#[test]
fn a_site_without_services_allows_no_foreign_host() {
    assert!(allowed(&Register::default()).is_empty());
    assert!(!csp::policy(&Register::default()).contains("default;"));
}

#[test]
fn a_service_without_a_tag_allows_no_foreign_host() {
    for kind in ServiceKind::ALL {
        let listed = csp::policy(&Register::default());
        let mut register = register(&[kind]);
        *register.services[0].get_mut().tag.get_mut() = String::new();
        assert_eq!(csp::policy(&register), listed, "{}", kind.as_str());
    }
}

#[test]
fn scripts_come_from_the_hosts_that_the_loader_names_and_from_no_other() {
    for kind in known() {
        let policy = allowed(&register(&[kind]));
        assert_eq!(policy["script-src"], named(kind), "{}", kind.as_str());
    }
    for kind in loaded().filter(|kind| vendor::of(*kind).tag == Tag::Address) {
        assert_eq!(named(kind), Hosts::new(), "{}", kind.as_str());
    }
}

#[test]
fn the_address_of_a_generic_service_is_allowed_where_it_is_used_and_nowhere_else() {
    for (kind, directive) in [
        (ServiceKind::Script, "script-src"),
        (ServiceKind::Pixel, "img-src"),
        (ServiceKind::Iframe, "frame-src"),
    ] {
        let expected = BTreeMap::from([(
            directive.to_owned(),
            Hosts::from(["https://partner.example".to_owned()]),
        )]);
        assert_eq!(allowed(&register(&[kind])), expected);
    }
}

#[test]
fn hosts_of_the_register_are_allowed_beside_those_of_the_kind() {
    let mut register = register(&[ServiceKind::Pixel]);
    let hosts = "script = [\"https://a.example\"]\nconnect = [\"https://*.b.example\"]\n";
    register.services[0].get_mut().hosts = toml::from_str(hosts).unwrap();
    let policy = csp::policy(&register);
    assert!(
        policy.contains("script-src 'self' https://a.example;"),
        "{policy}"
    );
    assert!(
        policy.contains("connect-src 'self' https://*.b.example;"),
        "{policy}"
    );
    assert!(
        policy.ends_with("trusted-types default kelisim kelisim#markup"),
        "{policy}"
    );
}

/// A value of the right form for an option.
fn value(form: OptionForm) -> &'static str {
    match form {
        OptionForm::Boolean => "true",
        OptionForm::Name => "\"dataLayer\"",
        OptionForm::Host => "\"shop.example\"",
        OptionForm::Hosts => "[\"shop.example\"]",
        OptionForm::Address => "\"https://own.example/script.js\"",
        OptionForm::Categories => "[\"functional\"]",
    }
}

#[test]
fn an_option_allows_what_it_needs_while_it_is_on_and_nothing_else() {
    for kind in ServiceKind::ALL {
        for (name, option) in &vendor::of(kind).options {
            let with = |value: &str| {
                let mut register = register(&[kind]);
                register.services[0].get_mut().options =
                    toml::from_str(&format!("{name} = {value}")).unwrap();
                allowed(&register)
            };
            let without = allowed(&register(&[kind]));
            let mut expected = without.clone();
            let mut add = |directive: &str, hosts: Vec<&str>| {
                if !hosts.is_empty() {
                    let list = expected.entry(directive.to_owned()).or_default();
                    list.extend(
                        hosts
                            .into_iter()
                            .filter(|host| host.starts_with("https:"))
                            .map(str::to_owned),
                    );
                }
            };
            for directive in &option.allow {
                let directive = match directive {
                    Directive::Script => "script-src",
                    Directive::Connect => "connect-src",
                    Directive::Image => "img-src",
                    Directive::Frame => "frame-src",
                };
                add(directive, vec!["https://own.example"]);
            }
            add(
                "connect-src",
                option
                    .hosts
                    .connect
                    .iter()
                    .map(|host| host.get_ref().as_str())
                    .collect(),
            );
            assert!(
                option.hosts.script.is_empty()
                    && option.hosts.image.is_empty()
                    && option.hosts.frame.is_empty()
            );
            assert_eq!(with(value(option.form)), expected, "{name}");
            if option.form == OptionForm::Boolean {
                assert_eq!(with("false"), without, "{name}");
            }
        }
    }
}

#[test]
fn the_page_of_services_names_every_option() {
    let page = read(&repository().join("docs/services.md"));
    let row = Regex::new(r"(?m)^\| `(\w+)` \| ").unwrap();
    for kind in loaded() {
        let title = format!("\n## `{}`\n", kind.as_str());
        let Some(section) = page.split(&title).nth(1) else {
            assert!(vendor::of(kind).options.is_empty(), "{}", kind.as_str());
            continue;
        };
        let section = section.split("\n## ").next().unwrap();
        let written: BTreeSet<&str> = row
            .captures_iter(section)
            .map(|found| found.get(1).unwrap().as_str())
            .collect();
        let known: BTreeSet<&str> = vendor::of(kind)
            .options
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(written, known, "{}", kind.as_str());
        for option in vendor::of(kind).options.values() {
            let hosts = option.hosts.connect.iter().map(|host| host.get_ref());
            for name in hosts.chain(option.cookies.iter().map(|cookie| &cookie.name)) {
                assert!(section.contains(&format!("`{name}`")), "{name}");
            }
        }
    }
}

#[test]
fn a_container_stands_in_the_list_once_for_each_of_its_categories() {
    let project = Project::in_default_theme();
    let external = "[[service]]\nid = \"tag\"\nkind = \"external\"\nname = \"Tag\"\ncategory = \"marketing\"\n\
         transfer = \"none\"\ndata = { en = \"nothing\" }\npurpose = { en = \"advertises\" }\ncookies = \"none\"\n";
    let container = "[[service]]\nid = \"container\"\nkind = \"google-tag-manager\"\nname = \"C\"\ncategory = \"analytics\"\n\
         tag = \"GTM-ABCD\"\ntransfer = \"none\"\ndata = { en = \"nothing\" }\npurpose = { en = \"holds tags\" }\ncookies = \"none\"\n\
         options = { further_categories = [\"marketing\"], script = \"https://own.example/gtm.js\" }\n";
    project.write(
        &format!("{SITE}/services.toml"),
        format!("{external}{container}"),
    );
    let report = project.build();
    assert!(report.diagnostics.is_empty(), "{}", report.text);
    let files = project.snapshot("dist/example.kz");
    let text = |start: &str| {
        let (_, bytes) = files
            .iter()
            .find(|(path, _)| path.starts_with(start))
            .unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    };
    let tags = text("assets/tags.");
    let settings = r#"{"id":"GTM-ABCD","options":{"script":"https://own.example/gtm.js"},"scripts":["https://own.example"],"service":"container"}"#;
    let list = format!(
        r#"export default [[s0, "analytics", {settings}], [s0, "marketing", {settings}]];"#
    );
    assert!(tags.ends_with(&format!("{list}\n")), "{tags}");

    // What the loader imports is published beside it, under the address in the loader.
    let loader = text("assets/services/google-tag-manager.");
    for module in ["google", "vendor"] {
        let (path, _) = files
            .iter()
            .find(|(path, _)| path.starts_with(&format!("assets/services/{module}.")))
            .unwrap();
        assert!(loader.contains(&format!("from\"/{path}\"")), "{loader}");
    }
    assert!(!loader.contains("\"./"), "{loader}");
}

#[test]
fn a_site_allows_what_its_services_need_together_and_nothing_else() {
    for kind in known() {
        for other in known() {
            let mut expected = allowed(&register(&[kind]));
            for (directive, hosts) in allowed(&register(&[other])) {
                expected.entry(directive).or_default().extend(hosts);
            }
            assert_eq!(allowed(&register(&[kind, other])), expected);
        }
    }
}

#[test]
fn the_page_of_services_names_the_hosts_and_cookies_of_every_kind() {
    let page = read(&repository().join("docs/services.md"));
    let row = Regex::new(r"(?m)^\| (script|connect|image|frame) \| (.+) \|$").unwrap();
    for kind in known() {
        let title = format!("\n## `{}`\n", kind.as_str());
        let section = page.split(&title).nth(1).expect("it has a section");
        let section = section.split("\n## ").next().unwrap();
        let mut written = BTreeMap::new();
        for found in row.captures_iter(section) {
            let directive = match &found[1] {
                "image" => "img-src".to_owned(),
                name => format!("{name}-src"),
            };
            let hosts: Hosts = found[2]
                .split(' ')
                .map(|host| host.trim_matches('`').to_owned())
                .collect();
            written.insert(directive, hosts);
        }
        assert_eq!(written, allowed(&register(&[kind])), "{}", kind.as_str());
        for cookie in &vendor::of(kind).cookies {
            let name = format!("`{}`", cookie.name);
            assert!(section.contains(&name), "{name} of {}", kind.as_str());
        }
    }
    for kind in ServiceKind::ALL {
        assert!(
            page.contains(&format!("`{}`", kind.as_str())),
            "{}",
            kind.as_str()
        );
    }
}

#[test]
fn every_kind_that_pages_load_has_a_loader_and_every_loader_a_kind() {
    let expected: BTreeSet<String> = loaded()
        .map(|kind| format!("{}.js", kind.as_str()))
        .collect();
    let found: BTreeSet<String> =
        std::fs::read_dir(repository().join("themes/default/js/services"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
    assert_eq!(found, expected);
}
