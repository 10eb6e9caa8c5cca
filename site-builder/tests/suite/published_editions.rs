//! Editions that were published: their texts, addresses and ids stay, whatever becomes of them.

use crate::support::{EDITION, Project, SITE, stderr, texts};
use domain::Digest;
use scraper::Html;
use serde_json::Value;

/// The day on which the good site is built.
const TODAY: &str = "2026-06-01";
const SETTINGS: &str = "content/example.kz/site.toml";
const TERMS: &str = "content/example.kz/en/terms/2026-01-01.md";

/// The good site in the default theme with a second policy, archived.
fn published() -> Project {
    let project = Project::in_default_theme();
    project.replace(SETTINGS, "[\"privacy\"]", "[\"privacy\", \"terms\"]");
    project.write(
        TERMS,
        "+++\ntitle = \"Terms of use\"\npublished = 2026-01-01\n+++\n\n## 1. Use\n\n1.1. See [the policy](@privacy/1.1).\n",
    );
    project.archive();
    project
}

/// Runs a command on a day; what it printed.
fn run_on(project: &Project, day: &str, arguments: &[&str]) -> (bool, String) {
    let mut command = project.program(arguments);
    let output = command.args(["--today", day]).output().unwrap();
    (output.status.success(), stderr(&output))
}

fn build_on(project: &Project, day: &str) {
    let (is_built, report) = run_on(project, day, &["build"]);
    assert!(is_built, "{report}");
}

fn build(project: &Project) {
    build_on(project, TODAY);
}

/// What a build refuses.
fn refusal(project: &Project) -> String {
    let (is_built, report) = run_on(project, TODAY, &["build"]);
    assert!(!is_built, "{report}");
    report
}

fn output(project: &Project, path: &str) -> String {
    project.read(&format!("dist/example.kz/{path}"))
}

fn json(project: &Project, path: &str) -> Value {
    serde_json::from_str(&output(project, path)).unwrap()
}

/// An edition in `policies.json`.
fn listed(project: &Project, policy: &str) -> Value {
    let policies = json(project, "policies.json");
    let mut editions = policies["editions"].as_array().unwrap().iter();
    let found = editions.find(|edition| edition["policy"] == policy);
    found.unwrap().clone()
}

/// The entry of the feed with that id.
fn entry(project: &Project, id: &str) -> String {
    let feed = output(project, "en/feed.xml");
    let id = format!("<id>https://example.kz/{id}</id>");
    let (_, rest) = feed
        .split_once(&id)
        .unwrap_or_else(|| panic!("{id}: {feed}"));
    rest.split_once("</entry>").unwrap().0.to_owned()
}

fn notices(project: &Project, path: &str) -> String {
    texts(&Html::parse_document(&output(project, path)), ".notice").join("\n")
}

fn revision(project: &Project) -> Value {
    json(project, "manifest.json")["revision"].clone()
}

fn redirects(project: &Project) -> Vec<String> {
    let text = output(project, "_redirects");
    text.lines().map(str::to_owned).collect()
}

/// Says in the front matter of the good edition that it was corrected, and changes a clause.
fn correct(project: &Project, correction: &str, words: &str) {
    let text = project.read(EDITION);
    let lines = text.lines().filter(|line| !line.starts_with("correction"));
    let text = lines.collect::<Vec<_>>().join("\n") + "\n";
    let (before, _) = text.split_once("1.1.").unwrap();
    let front = format!("published = 2026-01-01\ncorrection = \"{correction}\"\n");
    let before = before.replace("published = 2026-01-01\n", &front);
    project.write(EDITION, format!("{before}1.1. {words}\n"));
}

#[test]
fn the_archive_has_the_exact_text_of_each_edition_under_the_hash_that_the_site_lists() {
    let project = published();
    build(&project);
    let index = json(&project, "archive/index.json");
    for (policy, file) in [("privacy", EDITION), ("terms", TERMS)] {
        let sha256 = listed(&project, policy)["source_sha256"].clone();
        let sha256 = sha256.as_str().unwrap();
        let archived = output(&project, &format!("archive/{sha256}.txt"));
        assert_eq!(archived, project.read(file));
        assert_eq!(Digest::of(&[archived.as_bytes()]).to_string(), sha256);
        let mut entries = index.as_array().unwrap().iter();
        let entry = entries.find(|entry| entry["sha256"] == sha256).unwrap();
        assert_eq!(entry["kind"], "edition");
        assert_eq!(entry["locale"], "en");
        assert_eq!(entry["first_day"], TODAY);
        let edition = &entry["edition"];
        assert_eq!(edition["policy"], policy);
        assert_eq!(edition["effective"], "2026-01-01");
        assert!(edition["corrects"].is_null());
    }
}

#[test]
fn a_corrected_slip_is_told_on_the_page_and_in_the_feed_and_leaves_the_old_text_and_the_revision() {
    let project = published();
    build(&project);
    let before = listed(&project, "privacy")["source_sha256"].clone();
    let old_text = project.read(EDITION);
    let old_revision = revision(&project);

    correct(
        &project,
        "2 July 2026: the name in clause 1.1.",
        "The site belongs to us.",
    );
    let (_, report) = run_on(&project, "2026-07-02", &["build"]);
    assert!(report.contains("warning[unarchived-edition]"), "{report}");
    let told = "Slip corrected (2 July 2026): 2 July 2026: the name in clause 1.1.";
    let check = |project: &Project| {
        for path in ["en/privacy/index.html", "en/privacy/2026-01-01/index.html"] {
            assert!(
                notices(project, path).contains(told),
                "{}",
                notices(project, path)
            );
        }
        let entry = entry(project, "en/privacy/2026-01-01/");
        assert!(
            entry.contains("Slip corrected: 2 July 2026: the name"),
            "{entry}"
        );
        assert!(
            entry.contains("<updated>2026-07-02T00:00:00Z</updated>"),
            "{entry}"
        );
        let changes = output(project, "en/privacy/changes/index.html");
        assert!(changes.contains("the name in clause 1.1."), "{changes}");
        let edition = listed(project, "privacy");
        assert_eq!(edition["corrected"], Value::from(vec![before.clone()]));
        assert_eq!(
            edition["correction"],
            "2 July 2026: the name in clause 1.1."
        );
        assert_eq!(revision(project), old_revision);
    };
    check(&project);

    let (is_archived, report) = run_on(&project, "2026-07-02", &["archive", "--deny", "warnings"]);
    assert!(is_archived, "{report}");
    // The day of the correction doesn't move with the day of the build.
    build_on(&project, "2026-08-01");
    check(&project);
    let old = format!("archive/{}.txt", before.as_str().unwrap());
    assert_eq!(output(&project, &old), old_text);
    let index = json(&project, "archive/index.json");
    let mut entries = index.as_array().unwrap().iter();
    let is_correction = |entry: &&Value| entry["edition"]["corrects"] == before;
    let corrected = entries.find(is_correction).unwrap();
    assert_eq!(
        corrected["sha256"],
        listed(&project, "privacy")["source_sha256"]
    );

    // Twice on one day: the second correction corrects the first one.
    correct(
        &project,
        "2 July 2026: and a comma.",
        "The site, it belongs to us.",
    );
    let (is_archived, report) = run_on(&project, "2026-07-02", &["archive"]);
    assert!(is_archived, "{report}");
    build_on(&project, "2026-08-01");
    let hashes = listed(&project, "privacy")["corrected"].clone();
    assert_eq!(hashes[0], before);
    assert_eq!(hashes[1], corrected["sha256"]);
    assert_eq!(revision(&project), old_revision);
}

#[test]
fn a_change_of_a_published_edition_is_refused_with_its_clause_and_the_way_out() {
    let project = published();
    let text = project.read(EDITION);
    project.write(EDITION, text.replace("belongs", "belonged"));
    let report = refusal(&project);
    for words in [
        "error[changed-edition]",
        "clause 1.1",
        "2026-01-01.md:8:1",
        "`correction = \"…\"`",
    ] {
        assert!(report.contains(words), "{words}: {report}");
    }
    let (is_archived, _) = run_on(&project, TODAY, &["archive"]);
    assert!(!is_archived, "a changed text was archived");
    // The way out of a change: another edition.
    project.write(EDITION, &text);
    project.write(
        "content/example.kz/en/privacy/2026-06-01.md",
        text.replace("belongs", "belonged")
            .replace("2026-01-01", TODAY),
    );
    build(&project);
}

#[test]
fn drafts_and_templates_publish_nothing_that_could_not_be_changed() {
    let project = published();
    let text = project.read(EDITION);
    project.write(EDITION, text.replace("belongs", "belonged"));
    let folder = project.path().join("content");
    std::fs::rename(folder.join("example.kz"), folder.join("_example.kz")).unwrap();
    let (is_built, report) = run_on(&project, TODAY, &["build", "--site", "_example.kz"]);
    assert!(is_built, "{report}");
    std::fs::rename(folder.join("_example.kz"), folder.join("example.kz")).unwrap();
    project.replace(SETTINGS, "theme = ", "draft = true\ntheme = ");
    build(&project);
    let kept = project.snapshot(&format!("{SITE}/archive"));
    project.archive();
    let of_editions = |index: &[u8]| {
        let entries: Vec<Value> = serde_json::from_slice(index).unwrap();
        entries
            .iter()
            .filter(|entry| entry["kind"] == "edition")
            .count()
    };
    let after = project.snapshot(&format!("{SITE}/archive"));
    assert_eq!(
        of_editions(&after["index.json"]),
        of_editions(&kept["index.json"])
    );
}

#[test]
fn an_edition_of_a_later_day_of_publication_is_looked_at_and_neither_deployed_nor_archived() {
    let project = published();
    let file = "content/example.kz/en/privacy/2027-01-01.md";
    let text = project.read(EDITION);
    project.write(file, text.replace("2026-01-01", "2026-06-02"));
    let (is_built, report) = run_on(&project, TODAY, &["build"]);
    assert!(
        is_built && report.contains("warning[unpublished-edition]"),
        "{report}"
    );
    output(&project, "en/privacy/2027-01-01/index.html");
    let (is_deployed, report) = run_on(&project, TODAY, &["build", "--deny", "drafts"]);
    assert!(
        !is_deployed && report.contains("error[unpublished-edition]"),
        "{report}"
    );
    project.archive();
    project.write(
        file,
        text.replace("2026-01-01", "2026-06-02")
            .replace("belongs", "belonged"),
    );
    build(&project);
    let (is_deployed, report) = run_on(&project, "2026-06-02", &["build", "--deny", "drafts"]);
    assert!(
        !is_deployed && report.contains("error[unarchived-edition]"),
        "{report}"
    );
    assert!(!report.contains("unpublished"), "{report}");
    let (is_archived, report) = run_on(&project, "2026-06-02", &["archive"]);
    assert!(is_archived, "{report}");
    let (is_deployed, report) = run_on(&project, "2026-06-02", &["build", "--deny", "drafts"]);
    assert!(is_deployed, "{report}");
}

#[test]
fn a_retired_policy_keeps_its_pages_and_says_what_replaced_it() {
    let project = published();
    build(&project);
    let before = revision(&project);
    let pages = [
        "en/terms/index.html",
        "en/terms/2026-01-01/index.html",
        "en/terms/changes/index.html",
    ];
    project.replace(
        SETTINGS,
        "[dpo]",
        "[policy.terms]\nretired = 2026-05-01\nsuccessor = \"privacy\"\n\n[dpo]",
    );
    build_on(&project, "2026-04-30");
    assert_eq!(revision(&project), before);
    assert!(!notices(&project, pages[0]).contains("has not been in force"));
    build(&project);
    for page in pages {
        output(&project, page);
    }
    for page in &pages[..2] {
        let told = notices(&project, page);
        assert!(
            told.contains("has not been in force since 1 May 2026"),
            "{told}"
        );
        assert!(output(&project, page).contains("<a href=\"/en/privacy/\">Privacy policy</a>"));
    }
    // Nobody is under it any more, and consents name what is in force.
    assert_ne!(revision(&project), before);
    let menu = |page: &str| {
        texts(
            &Html::parse_document(&output(&project, page)),
            ".menu a, nav a",
        )
        .join("\n")
    };
    assert!(
        !menu("en/privacy/index.html").contains("Terms"),
        "{}",
        menu("en/privacy/index.html")
    );
    assert!(menu("en/privacy/index.html").contains("Privacy policy"));
    let cards = texts(
        &Html::parse_document(&output(&project, "en/index.html")),
        ".card",
    );
    assert!(
        cards[1].contains("Terms of use") && cards[1].contains("Not in force since"),
        "{cards:?}"
    );
    let entry = entry(&project, "en/terms/2026-01-01/");
    assert!(
        entry.contains("<updated>2026-05-01T00:00:00Z</updated>")
            && entry.contains("term=\"past\"")
    );
    let edition = listed(&project, "terms");
    assert_eq!(edition["state"], "past");
    assert_eq!(edition["retired"], "2026-05-01");
    assert_eq!(edition["successor"], "privacy");
    assert_eq!(
        json(&project, "manifest.json")["policies"],
        Value::from(vec!["privacy", "terms"])
    );
    run_on(&project, TODAY, &["archive"]);
    build(&project);
}

#[test]
fn a_published_policy_is_not_removed() {
    let project = published();
    project.replace(SETTINGS, "[\"privacy\", \"terms\"]", "[\"privacy\"]");
    let report = refusal(&project);
    for words in [
        "error[removed-edition]: the policy `terms` was published",
        "`[policy.terms]` with `retired = 2026-06-01`",
        "`former = [\"terms\"]`",
    ] {
        assert!(report.contains(words), "{report}");
    }
}

#[test]
fn a_language_that_a_site_gives_up_takes_its_pages_with_it() {
    let project = published();
    project.replace(SETTINGS, "[\"en\"]", "[\"en\", \"ru\"]");
    for policy in ["privacy", "terms"] {
        let text = project.read(&format!("content/example.kz/en/{policy}/2026-01-01.md"));
        project.write(
            &format!("content/example.kz/ru/{policy}/2026-01-01.md"),
            text,
        );
    }
    project.archive();
    project.replace(SETTINGS, "[\"en\", \"ru\"]", "[\"en\"]");
    std::fs::remove_dir_all(project.path().join("content/example.kz/ru")).unwrap();
    build(&project);
}

#[test]
fn a_renamed_policy_is_found_under_its_former_names_and_keeps_ids_and_revision() {
    let project = published();
    build(&project);
    let before = revision(&project);
    let entry_before = entry(&project, "en/privacy/2026-01-01/");
    let kept = project.snapshot(&format!("{SITE}/archive"));
    let move_to = |from: &str, to: &str| {
        let folder = project.path().join("content/example.kz/en");
        std::fs::rename(folder.join(from), folder.join(to)).unwrap();
        let list = project.read(SETTINGS);
        let text = list.replace(&format!("[\"{from}\","), &format!("[\"{to}\","));
        project.write(SETTINGS, text);
    };
    move_to("privacy", "middle");
    assert!(refusal(&project).contains("error[removed-edition]: the policy `privacy`"));
    move_to("middle", "data");
    project.replace(
        SETTINGS,
        "[dpo]",
        "[policy.data]\nformer = [\"privacy\", \"middle\"]\n\n[dpo]",
    );
    build(&project);
    let redirects = redirects(&project);
    for rule in [
        "/privacy /data 301",
        "/privacy/ /data 301",
        "/en/privacy /en/data/ 301",
        "/en/privacy/* /en/data/:splat 301",
        "/en/middle/* /en/data/:splat 301",
    ] {
        assert!(
            redirects.iter().any(|line| line == rule),
            "{rule}: {redirects:?}"
        );
    }
    // Cloudflare counts a rule without `*` after one with it among the few that may have it.
    let is_pattern: Vec<bool> = redirects.iter().map(|line| line.contains('*')).collect();
    assert!(is_pattern.is_sorted(), "{redirects:?}");
    let entry_after = entry(&project, "en/privacy/2026-01-01/");
    let renamed = entry_before.replace("/en/privacy/", "/en/data/");
    assert_eq!(entry_after, renamed);
    assert_eq!(revision(&project), before);
    // The other policy's text, which binds, goes on naming it as it did.
    let terms = output(&project, "en/terms/index.html");
    assert!(terms.contains("href=\"/en/data/#c-1-1\""), "{terms}");
    // What is archived under the old name is this policy's.
    project.archive();
    let of_editions = |index: &[u8]| {
        let entries: Vec<Value> = serde_json::from_slice(index).unwrap();
        entries
            .iter()
            .filter(|entry| entry["kind"] == "edition")
            .count()
    };
    let after = project.snapshot(&format!("{SITE}/archive"));
    assert_eq!(
        of_editions(&after["index.json"]),
        of_editions(&kept["index.json"])
    );
    let text = project.read("content/example.kz/en/data/2026-01-01.md");
    project.write(
        "content/example.kz/en/data/2026-01-01.md",
        text.replace("belongs", "belonged"),
    );
    assert!(refusal(&project).contains("error[changed-edition]"));
}

#[test]
fn a_postponed_edition_keeps_its_announced_address_and_id() {
    let announced = "content/example.kz/en/privacy/2026-09-01.md";
    let project = published();
    let text = project.read(EDITION);
    project.write(announced, text.replace("belongs", "will belong"));
    project.archive();
    std::fs::remove_file(project.path().join(announced)).unwrap();

    let moved = "content/example.kz/en/privacy/2026-12-01.md";
    project.write(moved, text.replace("belongs", "will belong"));
    let report = refusal(&project);
    assert!(report.contains("`announced = [2026-09-01]`"), "{report}");

    project.replace(moved, "+++\ntitle", "+++\nannounced = [2026-09-01]\ntitle");
    build(&project);
    let redirects = redirects(&project);
    for rule in [
        "/en/privacy/2026-09-01/ /en/privacy/2026-12-01/ 301",
        "/en/privacy/2026-09-01 /en/privacy/2026-12-01/ 301",
    ] {
        assert!(
            redirects.iter().any(|line| line == rule),
            "{rule}: {redirects:?}"
        );
    }
    let entry = entry(&project, "en/privacy/2026-09-01/");
    assert!(
        entry.contains("href=\"https://example.kz/en/privacy/2026-12-01/\""),
        "{entry}"
    );

    // Nobody can tell any more that it was moved in time, unless it was archived then.
    let (is_built, report) = run_on(&project, "2026-09-01", &["build"]);
    assert!(
        !is_built && report.contains("came into force on 2026-09-01"),
        "{report}"
    );
    let (is_archived, report) = run_on(&project, "2026-08-31", &["archive"]);
    assert!(is_archived, "{report}");
    for day in ["2026-09-01", "2027-06-01"] {
        build_on(&project, day);
    }
}

#[test]
fn a_build_that_goes_on_from_the_last_one_tells_of_a_correction_as_a_full_one() {
    let project = published();
    build(&project);
    correct(
        &project,
        "2 July 2026: the name.",
        "The site belongs to us.",
    );
    build_on(&project, "2026-07-02");
    let (is_archived, report) = run_on(&project, "2026-07-01", &["archive"]);
    assert!(is_archived, "{report}");
    build_on(&project, "2026-07-02");
    let continued = project.snapshot("dist/example.kz");
    let (is_built, report) = run_on(&project, "2026-07-02", &["build", "--full"]);
    assert!(is_built, "{report}");
    assert!(continued == project.snapshot("dist/example.kz"));
}
