//! The program itself: exit codes, reports for people and tools, and what stays on the disk.

use crate::support::{EDITION, Project, SITE, stderr, stdout};
use std::process::Output;

/// A text with mistakes of several kinds.
const MISTAKES: &str = "\
## 1. Общие положения

1.1. Пишите на {{ operator.mail }} и [имя файла].

1.1. As clause 7.7 says.

1.4. Конец.
";

fn with_mistakes() -> Project {
    let project = Project::good();
    project.write_body(EDITION, MISTAKES);
    project.replace(&format!("{SITE}/site.toml"), "171240017760", "171240017761");
    project.replace(&format!("{SITE}/services.toml"), "\"US\"", "\"USA\"");
    project.replace(
        "themes/tiny/templates/index.html",
        "base.html",
        "basis.html",
    );
    project
}

fn lines(output: &Output) -> Vec<serde_json::Value> {
    let parse = |line| serde_json::from_str(line).unwrap();
    stdout(output).lines().map(parse).collect()
}

#[test]
fn all_mistakes_of_a_build_are_reported_at_once_sorted_by_position() {
    let output = with_mistakes().run(&["check"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(stderr(&output));
}

#[test]
fn tools_get_one_object_a_line_on_standard_output() {
    let output = with_mistakes().run(&["check", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stderr(&output), "");
    insta::assert_snapshot!(stdout(&output));
}

#[test]
fn places_for_tools_count_characters() {
    let project = Project::good();
    project.write_body(
        EDITION,
        "## 1. Өтініш\n\n1.1. Хат жазыңыз: {{ operator.mail }}.\n",
    );
    let objects = lines(&project.run(&["check", "--format", "json"]));
    let place = |key: &str| objects[0][key].as_u64().unwrap();
    assert_eq!(objects[0]["code"], "unknown-variable");
    assert_eq!(objects[0]["file"], EDITION);
    assert_eq!((place("line"), place("column")), (8, 19));
    assert_eq!((place("end_line"), place("end_column")), (8, 38));
}

#[test]
fn a_good_site_is_checked_in_silence() {
    let output = Project::good().run(&["check", "--deny", "warnings"]);
    assert!(output.status.success());
    assert_eq!(stderr(&output) + &stdout(&output), "");
}

#[test]
fn warnings_forbid_nothing_unless_they_are_denied() {
    let project = Project::good();
    project.replace(&format!("{SITE}/services.toml"), "GTM-0000000", "");
    let allowed = project.run(&["build"]);
    assert!(allowed.status.success(), "{}", stderr(&allowed));
    let before = project.snapshot("dist");
    assert!(!before.is_empty());

    project.replace(EDITION, "The site belongs", "This site belongs");
    let denied = project.run(&["build", "--deny", "warnings"]);
    assert_eq!(denied.status.code(), Some(1));
    assert!(stderr(&denied).contains("error[service-without-tag]"));
    assert_eq!(project.snapshot("dist"), before);
}

#[test]
fn a_failed_build_leaves_every_byte_as_it_was() {
    let project = Project::good();
    assert!(project.run(&["build"]).status.success());
    let before = project.snapshot("dist");
    project.write_body(EDITION, MISTAKES);
    let failed = project.run(&["build"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(stderr(&failed).contains("nothing was written"));
    assert_eq!(project.snapshot("dist"), before);
}

#[test]
fn a_first_build_that_fails_writes_nothing() {
    let project = with_mistakes();
    assert_eq!(project.run(&["build"]).status.code(), Some(1));
    assert!(!project.path().join("dist").exists());
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let mut built = Vec::new();
    for threads in ["1", "2", "7"] {
        let project = Project::good();
        for day in ["2026-02-01", "2026-03-01", "2027-01-01"] {
            project.write_body(
                &format!("{SITE}/en/privacy/{day}.md"),
                "## 1. Purposes\n\n1.1. We keep accounts.\n",
            );
        }
        let output = project
            .command(&["build"])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        built.push(project.snapshot("dist/example.kz"));
    }
    assert!(built[0].len() > 10);
    assert!(built.iter().all(|files| *files == built[0]));
}

#[test]
fn a_draft_is_built_for_looking_at_and_not_for_deployment() {
    let project = Project::good();
    project.replace(
        &format!("{SITE}/site.toml"),
        "theme = \"tiny\"",
        "theme = \"tiny\"\ndraft = true",
    );
    let looked_at = project.run(&["build"]);
    assert!(looked_at.status.success(), "{}", stderr(&looked_at));
    let deployed = project.run(&["build", "--deny", "drafts"]);
    assert_eq!(deployed.status.code(), Some(1));
    assert!(stderr(&deployed).contains("error[draft]"));
    let good = Project::good().run(&["build", "--deny", "drafts"]);
    assert!(good.status.success(), "{}", stderr(&good));
}

#[test]
fn the_help_of_every_command_shows_an_example() {
    let project = Project::good();
    let help = |words: &[&str]| {
        let output = project.program(words).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let all = help(&["--help"]);
    let commands: Vec<&str> = all
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        // The second line of a description is indented further.
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.len() > 5, "{all}");
    for command in commands {
        let example = format!("\n  site-builder {command} ");
        let bare = format!("\n  site-builder {command}\n");
        let page = help(&[command, "--help"]);
        let (_, examples) = page.split_once("Examples:").unwrap();
        assert!(
            examples.contains(&example) || examples.contains(&bare),
            "{page}"
        );
    }
}
