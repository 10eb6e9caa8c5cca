//! Relative imports between scripts of a theme. Published names have a hash in them, so imports are
//! rewritten to addresses.

/// The relative specifiers that a module imports, each once, in the order of the text.
pub(super) fn specifiers(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for rest in text.split("from").skip(1) {
        let rest = rest.trim_start();
        let quoted = rest
            .strip_prefix('"')
            .and_then(|rest| rest.split_once('"'))
            .or_else(|| {
                rest.strip_prefix('\'')
                    .and_then(|rest| rest.split_once('\''))
            });
        if let Some((specifier, _)) = quoted
            && specifier.starts_with('.')
            && !found.contains(&specifier)
        {
            found.push(specifier);
        }
    }
    found
}

/// The name of the file that a module means by a relative specifier, or `None` if it is outside of
/// the folder of all files.
pub(super) fn resolve(module: &str, specifier: &str) -> Option<String> {
    let mut parts: Vec<&str> = module.split('/').collect();
    parts.pop();
    for part in specifier.split('/') {
        match part {
            "." => {}
            ".." => _ = parts.pop()?,
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found_as_bundlers_and_people_write_them() {
        let text = "import{a as b}from\"./vendor.js\";import { c } from '../more/c.js';\n\
                    import * as d from \"./vendor.js\"; const from = \"./no.js\"; import e from \"https://a.example/e.js\";";
        assert_eq!(specifiers(text), ["./vendor.js", "../more/c.js"]);
    }

    #[test]
    fn a_specifier_is_relative_to_its_module() {
        for (specifier, expected) in [
            ("./vendor.js", Some("services/vendor.js")),
            ("../vendor.js", Some("vendor.js")),
            ("../a/./b.js", Some("a/b.js")),
            ("../../vendor.js", None),
        ] {
            let found = resolve("services/script.js", specifier);
            assert_eq!(found.as_deref(), expected, "{specifier}");
        }
    }
}
