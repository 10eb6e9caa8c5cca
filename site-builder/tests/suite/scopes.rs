//! Who is asked again after a change: the scopes in `manifest.json`, over builds and the archive.

use crate::support::{EDITION, Project, SITE, stderr};
use domain::{Category, Manifest, ShortHash};
use scraper::{Html, Selector};

const REGISTER: &str = "content/example.kz/services.toml";
const STRINGS: &str = "themes/default/strings/visitor/en.toml";

/// A service of the site's own, beside the one of the fixture.
const CHAT: &str = r#"
[[service]]
id = "chat"
kind = "iframe"
name = "Chat"
category = "functional"
tag = "https://chat.example/frame"
transfer = ["none"]
not_in = ["RU"]
hosts = { frame = ["https://*.chat.example"] }
cookies = "none"
data = { en = "messages", ru = "сообщения" }
purpose = { en = "answers questions", ru = "отвечает на вопросы" }
[[service.storage]]
kind = "indexed_db"
name = "chat-*"
purpose = { en = "keeps messages", ru = "хранит сообщения" }
"#;

fn site() -> Project {
    let project = Project::in_default_theme();
    let register = project.read(REGISTER);
    project.write(REGISTER, register + CHAT);
    project
}

fn run(project: &Project, command: &str) -> Manifest {
    for command in [command, "build"] {
        let output = project.run(&[command]);
        assert!(output.status.success(), "{}", stderr(&output));
    }
    serde_json::from_str(&project.read("dist/example.kz/manifest.json")).unwrap()
}

fn build(project: &Project) -> Manifest {
    run(project, "build")
}

fn archive(project: &Project) -> Manifest {
    run(project, "archive")
}

#[test]
fn other_words_are_another_revision_of_the_same_scopes() {
    let project = site();
    let before = build(&project);
    assert_eq!(before.scopes.iter().count(), 2);
    let mut revision = before.revision.clone();
    let changes: [&dyn Fn(); 3] = [
        &|| {
            project.replace(
                REGISTER,
                "en = \"counts visits\"",
                "en = \"counts who comes\"",
            )
        },
        &|| {
            project.replace(
                STRINGS,
                "accept_all = \"Accept all\"",
                "accept_all = \"Allow all\"",
            )
        },
        &|| {
            let text = project.read(EDITION);
            project.write(EDITION, format!("{text}\n## 9. Another promise\n"));
        },
    ];
    for change in changes {
        change();
        let after = build(&project);
        assert_ne!(after.revision, revision);
        assert_eq!(after.scopes, before.scopes);
        assert_eq!(after.services, before.services);
        revision = after.revision;
    }
}

#[test]
fn a_scope_that_was_archived_still_counts_while_it_covers_the_current_one() {
    let project = site();
    let first = archive(&project);
    let scope = |manifest: &Manifest| manifest.scopes.get(&Category::Analytics).unwrap().clone();
    assert_eq!(scope(&first).len(), 1);

    project.replace(REGISTER, "days = 395", "days = 30");
    let shorter = build(&project);
    assert_eq!(scope(&shorter)[1..], scope(&first));
    assert_eq!(shorter.services[0].grants[1..], first.services[0].grants);
    // Archiving the new scope doesn't change what is archived with it.
    assert_eq!(archive(&project), shorter);

    project.replace(REGISTER, "days = 30", "days = 396");
    let longer = build(&project);
    assert_eq!(scope(&longer).len(), 1);
    let functional = longer.scopes.get(&Category::Functional);
    assert_eq!(functional, first.scopes.get(&Category::Functional));
}

#[test]
fn every_archived_revision_has_its_scopes_though_they_are_the_same() {
    let project = site();
    let words = ["Accept all", "Allow all", "Agree to all"]
        .map(|words| format!("accept_all = \"{words}\""));
    let first = archive(&project);
    project.replace(STRINGS, &words[0], &words[1]);
    let second = archive(&project);
    let checked = project.run(&["check", "--deny", "warnings"]);
    assert!(checked.status.success(), "{}", stderr(&checked));
    project.replace(STRINGS, &words[1], &words[2]);
    let third = build(&project);
    assert_eq!(third.revisions.iter().count(), 3);
    for manifest in [&first, &second, &third] {
        let scopes = third.revisions.get(&manifest.revision).unwrap();
        for (category, id) in scopes.iter() {
            assert_eq!(third.scopes.get(category).unwrap().first(), Some(id));
        }
    }
}

#[test]
fn scopes_that_can_not_be_read_forbid_to_build() {
    let project = site();
    archive(&project);
    let text = "[{\"id\": \"chat\"}]";
    let sha256 = domain::Digest::of(&[text.as_bytes()]).to_string();
    project.write(&format!("{SITE}/archive/{sha256}.txt"), text);
    let entry = format!(
        "[{{\"first_day\": \"2026-01-01\", \"kind\": \"scope\", \"locale\": null, \"revision\": \"abcdefgh\", \"sha256\": \"{sha256}\"}}]"
    );
    project.write(&format!("{SITE}/archive/index.json"), entry);
    let output = project.run(&["build"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("error[broken-archive]"),
        "{}",
        stderr(&output)
    );
}

fn join(ids: &[ShortHash]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    ids.join(" ")
}

/// The values of attributes of an element of a page.
fn attributes(page: &Html, selector: &str, names: &[&str]) -> Vec<Option<String>> {
    let selector = Selector::parse(selector).unwrap();
    let element = page.select(&selector).next().unwrap().value();
    let value = |name: &&str| element.attr(name).map(str::to_owned);
    names.iter().map(value).collect()
}

#[test]
fn banner_and_choices_page_name_scopes_and_keys_as_the_manifest_does() {
    let project = site();
    archive(&project);
    project.replace(REGISTER, "days = 395", "days = 30");
    let manifest = build(&project);
    let page =
        |path: &str| Html::parse_document(&project.read(&format!("dist/example.kz/en/{path}")));
    for (page, form) in [
        (page("index.html"), "#cc-main"),
        (page("choices/index.html"), "form.choices"),
    ] {
        for (category, scopes) in manifest.scopes.iter() {
            let scopes = join(scopes);
            let group = format!("{form} [data-category={}]", category.as_str());
            let found = attributes(&page, &group, &["data-scopes"]);
            assert_eq!(found, [Some(scopes)]);
        }
        for service in &manifest.services {
            let category = service.category.as_str();
            let selector = format!(
                "{form} [data-category={category}] input[name=service][value={}]",
                service.id
            );
            let found = attributes(
                &page,
                &selector,
                &["data-grants", "data-refusal", "data-hosts"],
            );
            let hosts = (!service.hosts.is_empty()).then(|| service.hosts.join(" "));
            let expected = [
                Some(join(&service.grants)),
                Some(service.refusal.to_string()),
                hosts,
            ];
            assert_eq!(found, expected);
        }
        let chat = "input[value=chat]";
        assert_eq!(
            attributes(&page, chat, &["data-own", "data-not-in"]),
            [Some(String::new()), Some("RU".to_owned())]
        );
        assert_eq!(
            attributes(&page, "input[value=counter]", &["data-own"]),
            [None]
        );
        let stored = format!("{form} code[data-storage=indexed_db]");
        let code = page
            .select(&Selector::parse(&stored).unwrap())
            .next()
            .unwrap();
        assert_eq!(code.text().collect::<String>(), "chat-*");
    }
    assert_eq!(
        manifest.services[1].hosts,
        ["chat.example", "*.chat.example"]
    );
    let settings = attributes(
        &page("index.html"),
        "#cc-main",
        &["data-days", "data-refusal-days"],
    );
    assert_eq!(settings, [Some("180".to_owned()), Some("184".to_owned())]);
}
