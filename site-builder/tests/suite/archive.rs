//! The archive: texts that visitors were shown stay published, and a log is verified against them.

use crate::support::{EDITION, Project, SITE, stderr, stdout};
use domain::{
    Answer, Checkpoint, Digest, EventId, LogHead, Manifest, ShownText, Signature, SignedCheckpoint,
    SubjectId, Submission, Surface, Timestamp, VisitContext, draft_choice,
};
use serde_json::Value;
use std::process::Output;

const THEME: &str = "themes/tiny/strings/visitor/en.toml";

/// Runs a command that must succeed.
fn run(project: &Project, arguments: &[&str]) -> String {
    let output = project.run(arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    stderr(&output)
}

fn index(project: &Project, archive: &str) -> Vec<Value> {
    serde_json::from_str(&project.read(&format!("{archive}/index.json"))).unwrap()
}

fn manifest(project: &Project) -> Manifest {
    serde_json::from_str(&project.read("dist/example.kz/manifest.json")).unwrap()
}

/// Changes the title of the banner, and with it the revision.
fn change_banner(project: &Project, title: &str) {
    let text = project.read(THEME);
    let changed: Vec<String> = text
        .lines()
        .scan(false, |in_banner, line| {
            if line.starts_with('[') {
                *in_banner = line == "[banner]";
            }
            let is_title = *in_banner && line.starts_with("title");
            Some(if is_title {
                format!("title = \"{title}\"")
            } else {
                line.to_owned()
            })
        })
        .collect();
    project.write(THEME, changed.join("\n"));
}

#[test]
fn what_is_shown_is_published_under_its_hash() {
    let project = Project::good();
    run(&project, &["build"]);
    let listed = index(&project, "dist/example.kz/archive");
    for text in &listed {
        let sha256 = text["sha256"].as_str().unwrap();
        let bytes = project.read(&format!("dist/example.kz/archive/{sha256}.txt"));
        assert_eq!(Digest::of(&[bytes.as_bytes()]).to_string(), sha256);
        assert!(text["first_day"].is_null());
    }
    let manifest = manifest(&project);
    let has = |kind: &str, sha256: &str| {
        listed
            .iter()
            .any(|text| text["kind"] == kind && text["sha256"] == sha256)
    };
    for shown in manifest.shown.values() {
        assert!(has("banner", &shown.banner) && has("choices", &shown.choices));
    }
    let revision = listed
        .iter()
        .find(|text| text["kind"] == "revision")
        .unwrap();
    let digest = Digest::try_from(revision["sha256"].as_str().unwrap()).unwrap();
    assert_eq!(domain::revision_of(&digest), manifest.revision);
}

#[test]
fn the_archived_banner_is_the_one_on_the_page() {
    let project = Project::good();
    run(&project, &["build"]);
    let manifest = manifest(&project);
    let shown = manifest.shown.values().next().unwrap();
    let archived = |sha256: &str| project.read(&format!("dist/example.kz/archive/{sha256}.txt"));
    let page = project.read("dist/example.kz/en/privacy/index.html");
    assert!(page.contains(&archived(&shown.banner)));
    let page = project.read("dist/example.kz/en/choices/index.html");
    assert!(page.contains(&archived(&shown.choices)));
}

#[test]
fn the_settings_are_archived_and_covered_by_the_hash_of_the_banner() {
    let project = Project::in_default_theme();
    run(&project, &["build"]);
    let manifest = manifest(&project);
    let shown = manifest.shown.values().next().unwrap();
    let banner = project.read(&format!("dist/example.kz/archive/{}.txt", shown.banner));
    let (_, rest) = banner.split_once("data-settings=\"/archive/").unwrap();
    let (sha256, _) = rest.split_once(".txt\"").unwrap();
    let settings = project.read(&format!("dist/example.kz/archive/{sha256}.txt"));
    assert!(settings.contains("name=\"analytics\""), "{settings}");
    assert_eq!(Digest::of(&[settings.as_bytes()]).to_string(), sha256);
    let listed = index(&project, "dist/example.kz/archive");
    let is_settings = |text: &&Value| text["sha256"] == sha256 && text["kind"] == "settings";
    assert_eq!(listed.iter().filter(is_settings).count(), 1);
}

#[test]
fn a_text_outlives_the_site_that_showed_it() {
    let project = Project::good();
    run(&project, &["archive"]);
    run(&project, &["check", "--deny", "warnings"]);
    run(&project, &["build"]);
    let before = manifest(&project);
    let kept = project.snapshot(&format!("{SITE}/archive"));
    assert_eq!(
        kept.len(),
        6,
        "banner, form, revision, scopes, edition and index"
    );

    change_banner(&project, "Another question");
    let warned = run(&project, &["build"]);
    assert!(warned.contains("warning[unarchived-text]"), "{warned}");
    assert_ne!(manifest(&project).revision, before.revision);
    for shown in before.shown.values() {
        let path = format!("dist/example.kz/archive/{}.txt", shown.banner);
        assert!(project.read(&path).contains(&before.revision));
    }

    run(&project, &["archive", "--deny", "warnings"]);
    run(&project, &["check", "--deny", "warnings"]);
    let after = project.snapshot(&format!("{SITE}/archive"));
    assert!(after.len() > kept.len());
    let stays = |(name, bytes): (&String, &Vec<u8>)| name == "index.json" || after[name] == *bytes;
    assert!(kept.iter().all(stays));
}

#[test]
fn archiving_twice_changes_nothing() {
    let project = Project::good();
    run(&project, &["archive"]);
    let once = project.snapshot("content");
    run(&project, &["archive"]);
    assert_eq!(project.snapshot("content"), once);
    let days: Vec<Value> = index(&project, &format!("{SITE}/archive"))
        .into_iter()
        .map(|text| text["first_day"].clone())
        .collect();
    assert!(days.iter().all(|day| day == "2026-06-01"), "{days:?}");
}

#[test]
fn a_draft_is_not_reminded_because_nobody_sees_it() {
    let project = Project::good();
    project.write(&format!("{SITE}/archive/index.json"), "[]\n");
    let check = || stderr(&project.run(&["check"]));
    assert!(check().contains("warning[unarchived-text]"), "{}", check());
    let settings = format!("{SITE}/site.toml");
    project.replace(
        &settings,
        "theme = \"tiny\"",
        "theme = \"tiny\"\ndraft = true",
    );
    assert!(!check().contains("unarchived-text"), "{}", check());
}

#[test]
fn a_site_with_mistakes_archives_nothing() {
    let project = Project::good();
    project.write_body(EDITION, "## 1. A [placeholder]\n");
    assert!(!project.run(&["archive"]).status.success());
    assert!(!project.path().join(SITE).join("archive").exists());
}

#[test]
fn a_changed_text_of_the_archive_forbids_to_build() {
    let project = Project::good();
    run(&project, &["archive"]);
    let sha256 = index(&project, &format!("{SITE}/archive"))[0]["sha256"].clone();
    let name = format!("{SITE}/archive/{}.txt", sha256.as_str().unwrap());
    project.write(&name, project.read(&name) + " ");
    let output = project.run(&["build"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("error[broken-archive]"),
        "{}",
        stderr(&output)
    );
}

/// Writes an export of one record. Its signatures are not valid: only texts are verified here.
fn write_log(project: &Project, manifest: &Manifest, text: &str) {
    let signature = Signature {
        kid: "1".to_owned(),
        ed25519: String::new(),
    };
    let checkpoint = |tail: &LogHead| {
        let checkpoint = Checkpoint {
            site: manifest.site.clone(),
            sequence: tail.sequence,
            hash: tail.hash,
            time: tail.time,
        };
        let signature = signature.clone();
        serde_json::to_string(&SignedCheckpoint {
            checkpoint,
            signature,
        })
        .unwrap()
    };
    let locale = manifest.locales[0].clone();
    let shown = ShownText {
        banner: text.to_owned(),
        choices: String::new(),
        placeholder: None,
    };
    let manifest = Manifest {
        shown: [(locale.clone(), shown)].into_iter().collect(),
        ..manifest.clone()
    };
    let submission = Submission {
        id: EventId::from_random([1; 16]),
        revision: manifest.revision.clone(),
        locale,
        surface: Surface::Banner,
        answer: Answer::RejectAll,
    };
    let (visit, now) = (VisitContext::default(), Timestamp::from_seconds(1));
    let draft = draft_choice(&submission, &visit, &manifest, None, now).unwrap();
    let start = LogHead::empty(&manifest.site);
    let subject = SubjectId::from([2; 16]);
    let entry = start.append(draft, &subject, None, now).unwrap();
    let lines = [
        checkpoint(&start),
        serde_json::to_string(&entry).unwrap(),
        checkpoint(&entry.head()),
    ];
    project.write("log.ndjson", lines.join("\n") + "\n");
}

fn verify(project: &Project) -> Output {
    project
        .program(&["verify", "log.ndjson", "--site-folder", "dist/example.kz"])
        .output()
        .unwrap()
}

#[test]
fn a_record_is_checked_against_what_the_site_showed() {
    let project = Project::good();
    run(&project, &["archive"]);
    run(&project, &["build"]);
    let manifest = manifest(&project);
    let shown = manifest.shown.values().next().unwrap();

    write_log(&project, &manifest, &shown.banner);
    change_banner(&project, "Another question");
    run(&project, &["build"]);
    // Without keys nothing is proved of the log; the texts are looked up all the same.
    let output = verify(&project);
    assert_eq!(output.status.code(), Some(3), "{}", stdout(&output));
    assert!(
        stdout(&output).contains("1 records with what was shown"),
        "{}",
        stdout(&output)
    );

    // The hash of the choices form is not that of a banner; the other hash is of no text at all.
    for foreign in [&shown.choices, &"0".repeat(64)] {
        write_log(&project, &manifest, foreign);
        let output = verify(&project);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            stdout(&output).contains("can't be produced"),
            "{}",
            stdout(&output)
        );
    }

    write_log(&project, &manifest, &shown.banner);
    let archived = format!("dist/example.kz/archive/{}.txt", shown.banner);
    project.write(
        &archived,
        project.read(&archived).replace("aside", "asides"),
    );
    let output = verify(&project);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("was altered"),
        "{}",
        stderr(&output)
    );
}
