//! Who is asked again after a change: the scopes in `manifest.json`, over builds and the archive.

use crate::support::{EDITION, Project, SITE, script_data, stderr};
use domain::{Category, Manifest};
use serde_json::json;

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

#[test]
fn the_script_has_scopes_and_keys_as_the_manifest_does() {
    let project = site();
    archive(&project);
    project.replace(REGISTER, "days = 395", "days = 30");
    let manifest = build(&project);
    let data = script_data(&project.read("dist/example.kz/embed.js"));
    let written = serde_json::to_value(&manifest).unwrap();
    assert_eq!(data["scopes"], written["scopes"]);
    assert_eq!(data["revision"], written["revision"]);
    assert_eq!(data["days"], 180);
    assert_eq!(data["refusalDays"], 184);
    let services = data["services"].as_array().unwrap();
    assert_eq!(services.len(), manifest.services.len());
    for (service, expected) in services.iter().zip(&manifest.services) {
        let expected = serde_json::to_value(expected).unwrap();
        for name in ["id", "category", "grants", "refusal"] {
            assert_eq!(service[name], expected[name], "{service}");
        }
        // What says nothing is left out.
        for (name, of_manifest) in [("own", "own"), ("notIn", "not_in"), ("hosts", "hosts")] {
            let is_said =
                expected[of_manifest] != json!(false) && expected[of_manifest] != json!([]);
            let said = is_said.then_some(&expected[of_manifest]);
            assert_eq!(service.get(name), said, "{service}");
        }
    }
    assert_eq!(
        services[1]["hosts"],
        json!(["chat.example", "*.chat.example"])
    );
    assert_eq!(services[1]["notIn"], json!(["RU"]));
}
