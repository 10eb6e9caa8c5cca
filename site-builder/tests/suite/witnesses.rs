//! Witnesses of the log: what the worker is told of them, and who can't be one.

use crate::support::{Project, SITE};
use serde_json::{Value, json};

const WITNESS: &str = r#"
[witnesses]
quorum = 1
[[witnesses.witness]]
name = "auditor"
key = "witness.example/w1+eb762cc2+BNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
address = "https://witness.example/"
"#;

/// The good site with a witness at that host.
fn project(host: &str) -> Project {
    let project = Project::good();
    let settings = format!("{SITE}/site.toml");
    let witness = WITNESS.replace("https://witness.example/", &format!("https://{host}/"));
    project.write(&settings, project.read(&settings) + &witness);
    project
}

fn manifest(project: &Project) -> Value {
    let report = project.build();
    assert_eq!(report.diagnostics, [], "{}", report.text);
    serde_json::from_str(&project.read("dist/example.kz/manifest.json")).unwrap()
}

#[test]
fn the_worker_gets_the_witnesses_and_how_many_must_sign() {
    let none = json!({"quorum": 0, "list": []});
    assert_eq!(manifest(&Project::good())["witnesses"], none);
    let one = json!({"quorum": 1, "list": [{
        "name": "auditor",
        "key": "witness.example/w1+eb762cc2+BNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
        "address": "https://witness.example/",
    }]});
    assert_eq!(manifest(&project("witness.example"))["witnesses"], one);
    // A host in any script; machines get it in ASCII.
    let list = &manifest(&project("куә.қаз"))["witnesses"]["list"];
    assert_eq!(list[0]["address"], "https://xn--j1as46b.xn--80ao21a/");
}

#[test]
fn a_second_site_of_the_operator_is_no_witness() {
    for host in ["second.example", "log.second.example"] {
        let project = project(host);
        manifest(&project);
        project.write("content/second.example/site.toml", "");
        let output = project.run(&["check", "--site", "example.kz"]);
        assert_eq!(output.status.code(), Some(1));
        let error = String::from_utf8(output.stderr).unwrap();
        let expected =
            format!("the witness at `{host}` belongs to the operator of `second.example`");
        assert!(error.contains(&expected), "{error}");
    }
}
