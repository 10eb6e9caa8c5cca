//! What ARCHITECTURE.md says of the code's structure: two modules touch the disk.
//!
//! `clippy.toml` forbids the calls everywhere; this test holds that no other module has an
//! exception, and that the list in `clippy.toml` leaves no way out.

use crate::support::{files_below, read, repository};
use regex::Regex;

/// Every way in which std and camino touch the disk, methods by how they are called.
const DISK: &str = r"\bstd::fs\b|\bfs::|\bFile::(?:open|create|create_new|options)\b|\b(?:OpenOptions|DirBuilder)\b|\.(?:canonicalize|canonicalize_utf8|exists|is_dir|is_file|is_symlink|metadata|read_dir|read_dir_utf8|read_link|read_link_utf8|symlink_metadata|try_exists)\(";

/// The modules that may, by the start of their paths.
const READS_AND_WRITES: [&str; 2] = ["report/source", "output/"];

/// Code without comments, literals and tests, which stand at the end of a file.
fn code(text: &str) -> String {
    let tokens = Regex::new(concat!(
        r#"(?s)//[^\n]*|/\*.*?\*/|r#".*?"#,
        r##""#|b?"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])'"##
    ))
    .unwrap();
    let code = tokens.replace_all(text, " ");
    let tests = code.find("#[cfg(test)]").unwrap_or(code.len());
    code.get(..tests).unwrap().to_owned()
}

/// The calls of a file that touch the disk.
fn disk_calls(text: &str) -> Vec<String> {
    let calls = Regex::new(DISK).unwrap();
    let code = code(text);
    let calls = calls.find_iter(&code).map(|call| call.as_str().to_owned());
    calls.collect()
}

#[test]
fn only_source_and_output_touch_the_disk() {
    let files = files_below(&repository().join("site-builder/src"));
    let mut may_touch = 0;
    for (path, bytes) in files {
        if path.ends_with("tests.rs") || path.contains("tests/") {
            continue;
        }
        let calls = disk_calls(std::str::from_utf8(&bytes).unwrap());
        if READS_AND_WRITES.iter().any(|start| path.starts_with(start)) {
            may_touch += calls.len();
        } else {
            assert!(calls.is_empty(), "{path} touches the disk: {calls:?}");
        }
    }
    assert!(may_touch > 10, "only {may_touch} calls were found");
}

#[test]
fn calls_are_found_in_code_and_nowhere_else() {
    for call in [
        "std::fs::read(path)",
        "let file = File::create_new(path);",
        "path.try_exists()",
        "folder\n    .read_dir_utf8()",
        "fn f() { '\"'; path.is_dir() /* \" */ }",
    ] {
        assert_eq!(disk_calls(call).len(), 1, "{call}");
    }
    for other in [
        "// path.exists()",
        "/* fs::read */",
        "\"fs::read \\\" .exists()\"",
        "r#\"a \" .exists()\"#",
        "files.exist()",
        "#[cfg(test)]\nmod tests { fs::read(path) }",
    ] {
        assert!(disk_calls(other).is_empty(), "{other}");
    }
}

#[test]
fn clippy_forbids_what_this_test_looks_for() {
    let settings: toml::Table = read(&repository().join("site-builder/clippy.toml"))
        .parse()
        .unwrap();
    let forbidden: Vec<&str> = settings["disallowed-methods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|method| method["path"].as_str().unwrap())
        .collect();
    let method = Regex::new(r"[a-z_0-9]+").unwrap();
    let (_, methods) = DISK.rsplit_once(r"\.(?:").unwrap();
    for name in method.find_iter(methods) {
        let name = format!("camino::Utf8Path::{}", name.as_str());
        assert!(forbidden.contains(&name.as_str()), "{name}");
    }
    for name in ["open", "create", "create_new", "options"] {
        let name = format!("std::fs::File::{name}");
        assert!(forbidden.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn only_one_module_uses_the_network() {
    let network = Regex::new(r"\bureq::|\bstd::net::Tcp|\bTcpStream\b").unwrap();
    let files = files_below(&repository().join("site-builder/src"));
    let users = files.into_iter().filter(|(_, bytes)| {
        let text = std::str::from_utf8(bytes).unwrap();
        network.is_match(&code(text))
    });
    let users: Vec<String> = users.map(|(path, _)| path).collect();
    assert_eq!(users, ["import/download.rs"]);
}
