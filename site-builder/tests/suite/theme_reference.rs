//! `themes/default/README.md` lists what templates may use. The list is generated from code,
//! templates and strings by `UPDATE_DOCS=1 cargo test -p site-builder`.

use crate::support::{Project, assert_no_error, options, repository};
use regex::Regex;
use site_builder::build;
use std::fmt::Write as _;
use std::{env, fs};

const BEGIN: &str = "<!-- Made by `UPDATE_DOCS=1 cargo test -p site-builder`. -->\n";
const END: &str = "<!-- Up to here. -->";

fn read(file: &str) -> String {
    fs::read_to_string(repository().join(file)).unwrap()
}

#[test]
fn the_themes_page_lists_every_block_variable_and_string() {
    let path = repository().join("themes/default/README.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let made = format!(
        "{before}{BEGIN}\n{}\n{}\n{}{END}{after}",
        blocks(),
        variables(),
        strings()
    );
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, made).unwrap();
        return;
    }
    assert!(
        page == made,
        "themes/default/README.md is out of date: run `UPDATE_DOCS=1 cargo test -p site-builder`"
    );
}

/// The second theme has the same variables; `tests/second-theme.test.mjs` checks its pages.
#[test]
fn every_real_site_is_built_in_the_second_theme() {
    let project = Project::empty();
    project.copy_from_repository("content");
    let content = project.path().join("content");
    for entry in content.read_dir_utf8().unwrap() {
        let settings = entry.unwrap().path().join("site.toml");
        if let Ok(text) = fs::read_to_string(&settings) {
            let other = text.replace("theme = \"default\"", "theme = \"plain\"");
            assert!(other != text, "{settings}");
            fs::write(settings, other).unwrap();
        }
    }
    let outcome = build::build(&build::BuildOptions {
        themes: repository().join("tests/themes"),
        ..options(&project.path(), "2027-01-01")
    });
    assert!(outcome.sites.len() > 1);
    assert_no_error(&outcome);
}

/// Templates by name, with the blocks that they open to those that extend them.
fn blocks() -> String {
    let folder = repository().join("themes/default/templates");
    let block = Regex::new(r"\{%-? *block (\w+)").unwrap();
    let extends = Regex::new(r#"\{%-? *extends "([^"]+)""#).unwrap();
    let mut text =
        "### Templates and blocks\n\n| template | extends | blocks |\n|---|---|---|\n".to_owned();
    let mut names: Vec<String> = [folder.clone(), folder.join("partials")]
        .iter()
        .flat_map(|folder| folder.read_dir_utf8().unwrap())
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file())
        .map(|path| path.strip_prefix(&folder).unwrap().to_string())
        .collect();
    names.sort();
    for name in names {
        let template = fs::read_to_string(folder.join(&name)).unwrap();
        let parent = extends
            .captures(&template)
            .map(|found| format!("`{}`", &found[1]));
        let found: Vec<String> = block
            .captures_iter(&template)
            .map(|found| format!("`{}`", &found[1]))
            .collect();
        let parent = parent.unwrap_or_default();
        writeln!(text, "| `{name}` | {parent} | {} |", found.join(" ")).unwrap();
    }
    text
}

/// The fields of the view structs with the first sentence of their documentation.
fn variables() -> String {
    let code = ["view/page.rs", "view.rs", "view/changes.rs"]
        .map(|file| read(&format!("site-builder/src/render/{file}")))
        .concat();
    let structs =
        Regex::new(r"(?s)/// ([^\n]*)\n(?: *#\[[^\n]*\]\n)+ *pub struct (\w+) \{\n(.*?)\n *\}")
            .unwrap();
    let fields = Regex::new(r"(?m)((?:^ +/// [^\n]*\n)+) +pub (\w+): ([^\n]+),$").unwrap();
    let wrapper = Regex::new(r"(?:Arc|Option|Shared|Vec)<(\w+)>").unwrap();
    let mut text = "### Variables\n\nEvery page template sees the fields of `Page`; `t` holds the strings. A field of another struct is reached through the one that has it. A `value` is safe HTML or a list, made once for all pages that show it.\n".to_owned();
    for found in structs.captures_iter(&code) {
        writeln!(
            text,
            "\n**`{}`**: {}\n\n| field | kind | what |\n|---|---|---|",
            &found[2], &found[1]
        )
        .unwrap();
        for field in fields.captures_iter(&found[3]) {
            let about = field[1]
                .lines()
                .map(|line| line.trim_start_matches([' ', '/']))
                .collect::<Vec<_>>()
                .join(" ")
                .replace('|', "\\|");
            let mut kind = field[3]
                .replace("&'static str", "text")
                .replace("Arc<str>", "text")
                .replace("String", "text")
                .replace("Value", "value");
            while let Some(inner) = wrapper.captures(&kind) {
                let name = match kind.starts_with("Vec") {
                    true => format!("list of {}", &inner[1]),
                    false => inner[1].to_owned(),
                };
                kind = wrapper.replace(&kind, name.as_str()).into_owned();
            }
            let about = about
                .trim()
                .replace(
                    "[`domain::Manifest::revision`]",
                    "`revision` of `/manifest.json`",
                )
                .replace("[`", "`")
                .replace("`]", "`");
            writeln!(text, "| `{}` | {kind} | {about} |", &field[2]).unwrap();
        }
    }
    text
}

/// The keys of the strings, a table a line.
fn strings() -> String {
    let mut text = "### Strings\n".to_owned();
    for folder in ["visitor", "admin"] {
        let file = format!("strings/{folder}/en.toml");
        let strings: toml::Table = read(&format!("themes/default/{file}")).parse().unwrap();
        writeln!(
            text,
            "\n`strings/{folder}/`:\n\n| table | keys |\n|---|---|"
        )
        .unwrap();
        push_table(&mut text, "t", &strings);
    }
    text
}

fn push_table(text: &mut String, name: &str, table: &toml::Table) {
    let keys: Vec<String> = table
        .iter()
        .filter(|(_, value)| value.is_str())
        .map(|(key, _)| format!("`{key}`"))
        .collect();
    if !keys.is_empty() {
        writeln!(text, "| `{name}` | {} |", keys.join(" ")).unwrap();
    }
    for (key, value) in table {
        if let Some(inner) = value.as_table() {
            push_table(text, &format!("{name}.{key}"), inner);
        }
    }
}
