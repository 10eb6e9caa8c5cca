//! Which files name the platform.

use std::fs;
use std::path::{Path, PathBuf};

/// The crates of the Workers platform.
const PLATFORM: [&str; 5] = ["worker", "worker_sys", "web_sys", "js_sys", "wasm_bindgen"];

/// The files that may name it, as the crate's documentation says.
fn may_name_it(file: &str) -> bool {
    ["lib.rs", "bindings.rs", "log/object.rs", "runtime.rs"].contains(&file)
        || file.starts_with("runtime/")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn only_the_listed_files_name_the_platform() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    let mut naming = 0;
    for path in found {
        let file = path.strip_prefix(&root).unwrap().to_str().unwrap();
        let source = fs::read_to_string(&path).unwrap();
        // Without comments.
        let code = source.lines().filter_map(|line| line.split("//").next());
        let mut words =
            code.flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
        let names_it = file != "tests.rs" && words.any(|word| PLATFORM.contains(&word));
        assert!(
            !names_it || may_name_it(file),
            "{file} names the platform: move that code below `runtime/`"
        );
        naming += usize::from(names_it);
    }
    // Each of them does, so the list is no longer than it must be.
    assert_eq!(naming, 11, "files that name the platform");
}
