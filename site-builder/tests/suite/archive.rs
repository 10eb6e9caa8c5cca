//! What visitors were shown stays to be had, and a log is checked against it.

use crate::folder::{EDITION, Folder, SITE};
use domain::{
    Action, Checkpoint, Choice, Digest, Draft, EventId, LogHead, Manifest, Regime, Signature,
    SignedCheckpoint, SubjectId, Surface, Timestamp,
};
use serde_json::Value;
use std::process::Output;

const THEME: &str = "themes/tiny/strings/visitor/en.toml";

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

/// Runs a command that must succeed.
fn run(folder: &Folder, arguments: &[&str]) -> String {
    let output = folder.run(arguments);
    assert!(output.status.success(), "{}", told(&output));
    told(&output)
}

fn index(folder: &Folder, archive: &str) -> Vec<Value> {
    serde_json::from_str(&folder.read(&format!("{archive}/index.json"))).unwrap()
}

fn manifest(folder: &Folder) -> Manifest {
    serde_json::from_str(&folder.read("dist/example.kz/manifest.json")).unwrap()
}

/// The title of the banner becomes another one, and with it the revision.
fn change_banner(folder: &Folder, title: &str) {
    let text = folder.read(THEME);
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
    folder.write(THEME, changed.join("\n"));
}

#[test]
fn what_is_shown_is_published_under_its_hash() {
    let folder = Folder::good();
    run(&folder, &["build"]);
    let listed = index(&folder, "dist/example.kz/archive");
    for text in &listed {
        let sha256 = text["sha256"].as_str().unwrap();
        let bytes = folder.read(&format!("dist/example.kz/archive/{sha256}.txt"));
        assert_eq!(Digest::of(&[bytes.as_bytes()]).to_string(), sha256);
        assert!(text["first_day"].is_null());
    }
    let manifest = manifest(&folder);
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
    let folder = Folder::good();
    run(&folder, &["build"]);
    let manifest = manifest(&folder);
    let shown = manifest.shown.values().next().unwrap();
    let archived = |sha256: &str| folder.read(&format!("dist/example.kz/archive/{sha256}.txt"));
    let page = folder.read("dist/example.kz/en/privacy/index.html");
    assert!(page.contains(&archived(&shown.banner)));
    let page = folder.read("dist/example.kz/en/choices/index.html");
    assert!(page.contains(&archived(&shown.choices)));
}

#[test]
fn a_text_outlives_the_site_that_showed_it() {
    let folder = Folder::good();
    run(&folder, &["archive"]);
    run(&folder, &["check", "--deny", "warnings"]);
    run(&folder, &["build"]);
    let before = manifest(&folder);
    let kept = folder.snapshot(&format!("{SITE}/archive"));
    assert_eq!(kept.len(), 4, "banner, form, revision and index");

    change_banner(&folder, "Another question");
    let warned = run(&folder, &["build"]);
    assert!(warned.contains("warning[unarchived-text]"), "{warned}");
    assert_ne!(manifest(&folder).revision, before.revision);
    for shown in before.shown.values() {
        let path = format!("dist/example.kz/archive/{}.txt", shown.banner);
        assert!(folder.read(&path).contains(&before.revision));
    }

    run(&folder, &["archive", "--deny", "warnings"]);
    run(&folder, &["check", "--deny", "warnings"]);
    let after = folder.snapshot(&format!("{SITE}/archive"));
    assert!(after.len() > kept.len());
    let stays = |(name, bytes): (&String, &Vec<u8>)| name == "index.json" || after[name] == *bytes;
    assert!(kept.iter().all(stays));
}

#[test]
fn archiving_twice_changes_nothing() {
    let folder = Folder::good();
    run(&folder, &["archive"]);
    let once = folder.snapshot("content");
    run(&folder, &["archive"]);
    assert_eq!(folder.snapshot("content"), once);
    let days: Vec<Value> = index(&folder, &format!("{SITE}/archive"))
        .into_iter()
        .map(|text| text["first_day"].clone())
        .collect();
    assert!(days.iter().all(|day| day == "2026-06-01"), "{days:?}");
}

#[test]
fn a_draft_is_not_reminded_because_nobody_sees_it() {
    let folder = Folder::good();
    folder.write(&format!("{SITE}/archive/index.json"), "[]\n");
    let check = || told(&folder.run(&["check"]));
    assert!(check().contains("warning[unarchived-text]"), "{}", check());
    let settings = format!("{SITE}/site.toml");
    folder.replace(
        &settings,
        "theme = \"tiny\"",
        "theme = \"tiny\"\ndraft = true",
    );
    assert!(!check().contains("unarchived-text"), "{}", check());
}

#[test]
fn a_site_with_mistakes_archives_nothing() {
    let folder = Folder::good();
    folder.write_body(EDITION, "## 1. A [placeholder]\n");
    assert!(!folder.run(&["archive"]).status.success());
    assert!(!folder.path().join(SITE).join("archive").exists());
}

#[test]
fn a_changed_text_of_the_archive_forbids_to_build() {
    let folder = Folder::good();
    run(&folder, &["archive"]);
    let sha256 = index(&folder, &format!("{SITE}/archive"))[0]["sha256"].clone();
    let name = format!("{SITE}/archive/{}.txt", sha256.as_str().unwrap());
    folder.write(&name, folder.read(&name) + " ");
    let output = folder.run(&["build"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        told(&output).contains("error[broken-archive]"),
        "{}",
        told(&output)
    );
}

/// An export of one record, unsigned in truth: only texts are looked at here.
fn write_log(folder: &Folder, manifest: &Manifest, text: &str) {
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
    let draft = Draft {
        action: Action::RejectAll,
        choice: Choice::NONE,
        country: None,
        gpc: false,
        id: EventId::from_random([1; 16]),
        locale: manifest.locales.first().cloned(),
        regime: Regime::OptIn,
        retention: "P1095D".to_owned(),
        revision: manifest.revision.clone(),
        site: manifest.site.clone(),
        surface: Some(Surface::Banner),
        text: Digest::try_from(text).ok(),
        validity: "P180D".to_owned(),
    };
    let start = LogHead::empty(&manifest.site);
    let subject = SubjectId::from([2; 16]);
    let entry = start
        .append(draft, &subject, None, Timestamp::from_seconds(1))
        .unwrap();
    let lines = [
        checkpoint(&start),
        serde_json::to_string(&entry).unwrap(),
        checkpoint(&entry.head()),
    ];
    folder.write("log.ndjson", lines.join("\n") + "\n");
}

fn verify(folder: &Folder) -> Output {
    // `run` adds `--today`, which this command doesn't know.
    std::process::Command::new(env!("CARGO_BIN_EXE_site-builder"))
        .args(["verify", "log.ndjson", "--site-folder", "dist/example.kz"])
        .current_dir(folder.path())
        .output()
        .unwrap()
}

#[test]
fn a_record_is_checked_against_what_the_site_showed() {
    let folder = Folder::good();
    run(&folder, &["archive"]);
    run(&folder, &["build"]);
    let manifest = manifest(&folder);
    let shown = manifest.shown.values().next().unwrap();

    write_log(&folder, &manifest, &shown.banner);
    change_banner(&folder, "Another question");
    run(&folder, &["build"]);
    let output = verify(&folder);
    assert!(output.status.success(), "{}", told(&output));
    assert!(
        told(&output).contains("1 records with what was shown"),
        "{}",
        told(&output)
    );

    // The form of the choices page is no banner, and nobody was ever shown what has another hash.
    for foreign in [&shown.choices, &"0".repeat(64)] {
        write_log(&folder, &manifest, foreign);
        let output = verify(&folder);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            told(&output).contains("can't be produced"),
            "{}",
            told(&output)
        );
    }

    write_log(&folder, &manifest, &shown.banner);
    let archived = format!("dist/example.kz/archive/{}.txt", shown.banner);
    folder.write(&archived, folder.read(&archived).replace("aside", "asides"));
    let output = verify(&folder);
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("was altered"), "{}", told(&output));
}
