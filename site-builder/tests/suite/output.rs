//! The output folder is written as a whole or not at all, and no foreign file is touched.

use crate::support::{EDITION, Project, SITE, stderr};
use std::fs;
use std::process::{Command, Output};

fn built() -> Project {
    let project = Project::good();
    let output = project.run(&["build"]);
    assert!(output.status.success(), "{}", stderr(&output));
    project
}

fn change_text(project: &Project) {
    project.write_body(EDITION, "## 1. Other provisions\n\n1.1. Other words.\n");
}

/// Checks that a build fails with that code and leaves the output as it was.
fn check_untouched(project: &Project, output: impl FnOnce() -> Output, code: &str) {
    let before = project.snapshot("dist");
    let output = output();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        stderr(&output).contains(&format!("error[{code}]")),
        "{}",
        stderr(&output)
    );
    assert_eq!(project.snapshot("dist"), before);
}

/// Another site beside the first.
fn add_site(project: &Project, host: &str) {
    for file in ["site.toml", "services.toml", "en/privacy/2026-01-01.md"] {
        let text = project.read(&format!("{SITE}/{file}"));
        project.write(
            &format!("content/{host}/{file}"),
            text.replace("host = \"example.kz\"", &format!("host = \"{host}\"")),
        );
    }
}

#[test]
fn a_full_disk_leaves_the_output_as_it_was() {
    let project = built();
    change_text(&project);
    // No file may grow beyond one block: writing fails as on a full disk, also for root.
    let command = project.command(&["build"]);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir(project.path());
    check_untouched(&project, || limited.output().unwrap(), "unwritable");
}

#[test]
fn a_file_that_can_not_be_moved_moves_the_others_back() {
    let project = built();
    change_text(&project);
    // A folder stands at the path of the last file: the files before it are replaced by then.
    let last = project.path().join("dist/example.kz/sitemap.xml");
    fs::remove_file(&last).unwrap();
    fs::create_dir_all(last.join("inner")).unwrap();
    check_untouched(&project, || project.run(&["build"]), "unwritable");
}

#[test]
fn a_site_that_can_not_be_written_holds_back_the_others() {
    let project = built();
    change_text(&project);
    add_site(&project, "later.kz");
    project.write("dist/later.kz/thesis.txt", "Three years of work.\n");
    check_untouched(&project, || project.run(&["build"]), "foreign-output");
}

#[test]
fn a_file_of_somebody_is_not_replaced() {
    let project = built();
    project.write("dist/example.kz/en/notes.txt", "Mine.\n");
    change_text(&project);
    assert!(project.run(&["build"]).status.success());
    assert_eq!(project.read("dist/example.kz/en/notes.txt"), "Mine.\n");

    project.write(
        "dist/example.kz/en/privacy/2026-03-01/index.html",
        "Mine too.\n",
    );
    project.write_body(
        &format!("{SITE}/en/privacy/2026-03-01.md"),
        "## 1. Later provisions\n",
    );
    check_untouched(&project, || project.run(&["build"]), "foreign-output");
}

#[test]
fn what_is_no_longer_made_is_deleted_and_nothing_else() {
    let project = Project::good();
    project.write_body(
        &format!("{SITE}/en/privacy/2026-03-01.md"),
        "## 1. Later provisions\n",
    );
    assert!(project.run(&["build"]).status.success());
    let page = project
        .path()
        .join("dist/example.kz/en/privacy/2026-03-01/index.html");
    assert!(page.exists());
    fs::remove_file(
        project
            .path()
            .join(format!("{SITE}/en/privacy/2026-03-01.md")),
    )
    .unwrap();
    assert!(project.run(&["build"]).status.success());
    assert!(!page.parent().unwrap().exists());
    let site = "dist/example.kz";
    assert_eq!(project.snapshot(site), built().snapshot(site));
}

#[test]
fn a_second_build_writes_nothing() {
    let project = built();
    let output = project.run(&["build"]);
    assert!(
        stderr(&output).contains(", 0 written,"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_edition_in_force_is_one_page_under_two_names_until_the_next_one() {
    let project = built();
    let page = |name: &str| project.read(&format!("dist/example.kz/en/privacy/{name}index.html"));
    let first = page("");
    assert_eq!(page("2026-01-01/"), first);

    let next = project
        .read(EDITION)
        .replace("published = ", "summary = \"Next.\"\npublished = ");
    project.write(&format!("{SITE}/en/privacy/2026-02-01.md"), next);
    let output = project.run(&["build"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let address = |path: &str| format!("hreflang=\"en\" href=\"https://example.kz{path}\"");
    assert_eq!(page("2026-02-01/"), page(""));
    assert!(page("").contains(&address("/en/privacy/")));
    let past = page("2026-01-01/");
    assert_ne!(past, first);
    assert!(past.contains(&address("/en/privacy/2026-01-01/")));
}

#[test]
fn a_page_that_can_not_be_deleted_is_deleted_by_a_later_build() {
    let project = Project::good();
    let settings = format!("{SITE}/site.toml");
    let (one, two) = (
        "policies = [\"privacy\"]",
        "policies = [\"privacy\", \"terms\"]",
    );
    project.replace(&settings, one, two);
    let terms = EDITION.replace("privacy", "terms");
    project.write(&terms, project.read(EDITION));
    assert!(project.run(&["build"]).status.success());

    project.replace(&settings, two, one);
    fs::remove_dir_all(project.path().join(terms).parent().unwrap()).unwrap();
    let page = project.path().join("dist/example.kz/en/terms/index.html");
    // A folder can't be deleted as a file, not even by root.
    fs::remove_file(&page).unwrap();
    fs::create_dir(&page).unwrap();
    assert!(project.run(&["build"]).status.success());
    assert!(page.exists());

    fs::remove_dir(&page).unwrap();
    fs::write(&page, "").unwrap();
    assert!(project.run(&["build"]).status.success());
    assert!(!page.exists());
}
