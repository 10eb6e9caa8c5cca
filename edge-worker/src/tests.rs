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

/// The code of a source file: comments and string literals are blanked.
fn code(source: &str) -> String {
    let mut code = String::new();
    let mut rest = source;
    while let Some(next) = rest.find(['/', '"', '\'']) {
        let (before, from) = rest.split_at(next);
        code.push_str(before);
        let length = if from.starts_with("//") {
            from.find('\n').unwrap_or(from.len())
        } else if from.starts_with("'\"'") || from.starts_with("b'\"'") {
            3
        } else if let Some(text) = from.strip_prefix('"') {
            let mut escaped = false;
            let end = text.find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            end.map_or(from.len(), |end| end + 2)
        } else {
            code.push(' ');
            1
        };
        rest = from.get(length..).unwrap();
    }
    code.push_str(rest);
    code
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
        let code = code(&fs::read_to_string(&path).unwrap());
        let mut words = code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let names_it = words.any(|word| PLATFORM.contains(&word));
        assert!(
            !names_it || may_name_it(file),
            "{file} names the platform: move that code below `runtime/`"
        );
        naming += usize::from(names_it);
    }
    // Each of them does, so the list is no longer than it must be.
    assert_eq!(naming, 8, "files that name the platform");
}

#[test]
fn comments_and_strings_name_nothing() {
    let source = "use a::b; // worker\nlet c = \"\\\" worker\"; // \"\nlet d = worker::e;";
    assert_eq!(code(source), "use a::b; \nlet c = ; \nlet d = worker::e;");
}
