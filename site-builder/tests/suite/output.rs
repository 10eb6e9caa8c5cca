//! The output folder: whole or untouched, and nobody else's file is harmed.

use crate::folder::{EDITION, Folder, SITE};
use std::fs;
use std::process::{Command, Output};

fn report(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn built() -> Folder {
    let folder = Folder::good();
    let output = folder.run(&["build"]);
    assert!(output.status.success(), "{}", report(&output));
    folder
}

fn change_text(folder: &Folder) {
    folder.write_body(EDITION, "## 1. Other provisions\n\n1.1. Other words.\n");
}

/// Fails to build with that code, and leaves the output as it was.
fn check_untouched(folder: &Folder, output: impl FnOnce() -> Output, code: &str) {
    let before = folder.snapshot("dist");
    let output = output();
    assert_eq!(output.status.code(), Some(1), "{}", report(&output));
    assert!(
        report(&output).contains(&format!("error[{code}]")),
        "{}",
        report(&output)
    );
    assert_eq!(folder.snapshot("dist"), before);
}

/// Another site beside the first.
fn add_site(folder: &Folder, host: &str) {
    for file in ["site.toml", "services.toml", "en/privacy/2026-01-01.md"] {
        let text = folder.read(&format!("{SITE}/{file}"));
        folder.write(
            &format!("content/{host}/{file}"),
            text.replace("host = \"example.kz\"", &format!("host = \"{host}\"")),
        );
    }
}

#[test]
fn a_full_disk_leaves_the_output_as_it_was() {
    let folder = built();
    change_text(&folder);
    // No file may grow beyond one block: writing fails as on a full disk, also for root.
    let command = folder.command(&["build"]);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir(folder.path());
    check_untouched(&folder, || limited.output().unwrap(), "unwritable");
}

#[test]
fn a_file_that_can_not_be_moved_moves_the_others_back() {
    let folder = built();
    change_text(&folder);
    // A folder took the place of the last file: the ones before it are in place already when it is found out.
    let last = folder.path().join("dist/example.kz/sitemap.xml");
    fs::remove_file(&last).unwrap();
    fs::create_dir_all(last.join("inner")).unwrap();
    check_untouched(&folder, || folder.run(&["build"]), "unwritable");
}

#[test]
fn a_site_that_can_not_be_written_holds_back_the_others() {
    let folder = built();
    change_text(&folder);
    add_site(&folder, "later.kz");
    folder.write("dist/later.kz/thesis.txt", "Three years of work.\n");
    check_untouched(&folder, || folder.run(&["build"]), "foreign-output");
}

#[test]
fn a_file_of_somebody_is_not_replaced() {
    let folder = built();
    folder.write("dist/example.kz/en/notes.txt", "Mine.\n");
    change_text(&folder);
    assert!(folder.run(&["build"]).status.success());
    assert_eq!(folder.read("dist/example.kz/en/notes.txt"), "Mine.\n");

    folder.write(
        "dist/example.kz/en/privacy/2026-03-01/index.html",
        "Mine too.\n",
    );
    folder.write_body(
        &format!("{SITE}/en/privacy/2026-03-01.md"),
        "## 1. Later provisions\n",
    );
    check_untouched(&folder, || folder.run(&["build"]), "foreign-output");
}

#[test]
fn what_is_no_longer_made_is_deleted_and_nothing_else() {
    let folder = Folder::good();
    folder.write_body(
        &format!("{SITE}/en/privacy/2026-03-01.md"),
        "## 1. Later provisions\n",
    );
    assert!(folder.run(&["build"]).status.success());
    let page = folder
        .path()
        .join("dist/example.kz/en/privacy/2026-03-01/index.html");
    assert!(page.exists());
    fs::remove_file(
        folder
            .path()
            .join(format!("{SITE}/en/privacy/2026-03-01.md")),
    )
    .unwrap();
    assert!(folder.run(&["build"]).status.success());
    assert!(!page.parent().unwrap().exists());
    let site = "dist/example.kz";
    assert_eq!(folder.snapshot(site), built().snapshot(site));
}

#[test]
fn a_second_build_writes_nothing() {
    let folder = built();
    let output = folder.run(&["build"]);
    assert!(
        report(&output).contains(", 0 written,"),
        "{}",
        report(&output)
    );
}

#[test]
fn the_edition_in_force_is_one_page_under_two_names_until_the_next_one() {
    let folder = built();
    let page = |name: &str| folder.read(&format!("dist/example.kz/en/privacy/{name}index.html"));
    let first = page("");
    assert_eq!(page("2026-01-01/"), first);

    let next = folder
        .read(EDITION)
        .replace("published = ", "summary = \"Next.\"\npublished = ");
    folder.write(&format!("{SITE}/en/privacy/2026-02-01.md"), next);
    let output = folder.run(&["build"]);
    assert!(output.status.success(), "{}", report(&output));
    let address = |path: &str| format!("hreflang=\"en\" href=\"https://example.kz{path}\"");
    assert_eq!(page("2026-02-01/"), page(""));
    assert!(page("").contains(&address("/en/privacy/")));
    let past = page("2026-01-01/");
    assert_ne!(past, first);
    assert!(past.contains(&address("/en/privacy/2026-01-01/")));
}
