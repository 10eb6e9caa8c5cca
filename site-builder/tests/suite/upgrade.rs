//! `site-builder upgrade`: an old register, and what becomes of it.

use crate::support::{Project, SITE, stderr};
use std::process::Output;

const OLD: &str = r#"# The register.

[[service]]
id = "counter"
kind = "external"
name = "Counter"
category = "analytics"
country = "US"
transfer = "scc"   # concluded in May
privacy_url = "https://counter.example/privacy"
data = { en = "pages opened", ru = "открытые страницы" }
[service.purpose]
en = "counts visits"
ru = "считает посещения"
# Two years, says the vendor.
[[service.cookie]]
name = "_counter"
days = 395
purpose = { en = "tells browsers apart", ru = "различает браузеры" }

# Nobody has looked yet.
[[service]]
id = "chat"
kind = "external"
name = "Chat"
category = "functional"
transfer = "none"
data = { en = "messages", ru = "сообщения" }
[service.purpose]
en = "answers questions"
ru = "отвечает на вопросы"

[[service]]
id = "clean"
kind = "external"
name = "Clean"
category = "essential"
transfer = ["none"]
cookies = "none"
data = { en = "nothing", ru = "ничего" }
purpose = { en = "works", ru = "работает" }
"#;

const NEW: &str = r#"# The register.

[[service]]
id = "counter"
kind = "external"
name = "Counter"
category = "analytics"
country = "US"
transfer = ["scc"]   # concluded in May
privacy_url = "https://counter.example/privacy"
data = { en = "pages opened", ru = "открытые страницы" }
[service.purpose]
en = "counts visits"
ru = "считает посещения"
# Two years, says the vendor.
[[service.cookie]]
name = "_counter"
days = 395
purpose = { en = "tells browsers apart", ru = "различает браузеры" }

# Nobody has looked yet.
[[service]]
id = "chat"
kind = "external"
name = "Chat"
category = "functional"
transfer = ["none"]
data = { en = "messages", ru = "сообщения" }
cookies = "unknown"
[service.purpose]
en = "answers questions"
ru = "отвечает на вопросы"

[[service]]
id = "clean"
kind = "external"
name = "Clean"
category = "essential"
transfer = ["none"]
cookies = "none"
data = { en = "nothing", ru = "ничего" }
purpose = { en = "works", ru = "работает" }
"#;

fn site() -> Project {
    let project = Project::good();
    project.write(&format!("{SITE}/services.toml"), OLD);
    project
}

fn upgrade(project: &Project, arguments: &[&str]) -> Output {
    let mut program = project.program(&["upgrade"]);
    program.args(arguments).output().unwrap()
}

#[test]
fn an_old_register_gets_todays_form_and_keeps_all_else() {
    let project = site();
    let output = upgrade(&project, &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(project.read(&format!("{SITE}/services.toml")), NEW);
    insta::assert_snapshot!(stderr(&output));
}

#[test]
fn lines_that_end_as_on_windows_stay_so() {
    let project = Project::good();
    let file = format!("{SITE}/services.toml");
    project.write(&file, OLD.replace('\n', "\r\n"));
    assert!(upgrade(&project, &[]).status.success());
    assert_eq!(project.read(&file), NEW.replace('\n', "\r\n"));
}

#[test]
fn services_in_one_list_are_upgraded_too() {
    let project = Project::good();
    let file = format!("{SITE}/services.toml");
    let words = r#"{ en = "x", ru = "х" }"#;
    let old = format!(
        r#"service = [{{ id = "a", kind = "external", name = "A", category = "essential", transfer = "none", data = {words}, purpose = {words}, cookies = "none" }}]"#
    );
    project.write(&file, &old);
    assert!(upgrade(&project, &[]).status.success());
    let new = old.replace(r#"transfer = "none""#, r#"transfer = ["none"]"#);
    assert_eq!(project.read(&file).trim_end(), new);
}

#[test]
fn a_second_time_changes_nothing() {
    let project = site();
    upgrade(&project, &[]);
    let once = project.snapshot("content");
    let output = upgrade(&project, &[]);
    assert!(output.status.success());
    assert_eq!(project.snapshot("content"), once);
    let text = stderr(&output);
    assert_eq!(
        text,
        "content/example.kz/site.toml has today's form\ncontent/example.kz/services.toml has today's form\n"
    );
}

#[test]
fn a_bin_becomes_a_registration_and_keeps_its_comment() {
    let project = Project::good();
    let file = format!("{SITE}/site.toml");
    let new = project.read(&file);
    let today = "country = \"KZ\"\nregistration = { kind = \"bin\", number = \"171240017760\" }\n";
    project.replace(
        &file,
        today,
        "bin = \"171240017760\"   # of the certificate\n",
    );
    assert!(upgrade(&project, &[]).status.success());
    let upgraded = project.read(&file);
    assert!(
        upgraded.contains(
            "registration = { kind = \"bin\", number = \"171240017760\" }   # of the certificate\n"
        ),
        "{upgraded}"
    );
    let settings = |text: &str| toml::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(settings(&upgraded), settings(&new));
    assert_eq!(project.build().text, "");
}

#[test]
fn a_check_writes_nothing_and_says_by_its_exit_code_what_there_is_to_do() {
    let project = site();
    let before = project.snapshot("content");
    let output = upgrade(&project, &["--check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("`counter`: `transfer` is a list"));
    assert_eq!(project.snapshot("content"), before);
    upgrade(&project, &[]);
    assert!(upgrade(&project, &["--check"]).status.success());
}

#[test]
fn the_old_form_is_read_as_the_new_one() {
    let project = site();
    assert!(project.run(&["build"]).status.success());
    let old = project.read("dist/example.kz/register.json");
    let manifest = project.read("dist/example.kz/manifest.json");
    upgrade(&project, &[]);
    assert!(project.run(&["build"]).status.success());
    assert_eq!(project.read("dist/example.kz/register.json"), old);
    assert_eq!(project.read("dist/example.kz/manifest.json"), manifest);
}

#[test]
fn nothing_is_written_when_a_site_is_missing_or_a_file_is_no_toml() {
    let project = site();
    project.write("content/broken.kz/services.toml", "[[service]\n");
    let before = project.snapshot("content");
    let output = upgrade(&project, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("error[invalid-toml]"));
    let output = upgrade(&project, &["--site", "example.kz", "--site", "missing.kz"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("there is no site `missing.kz`"));
    assert_eq!(project.snapshot("content"), before);
}
