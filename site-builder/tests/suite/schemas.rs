//! `docs/schemas/` is generated from the builder's types by `UPDATE_DOCS=1 cargo test -p
//! site-builder`.

use crate::support::repository;
use site_builder::schema;
use std::collections::BTreeSet;
use std::{env, fs};

#[test]
fn the_schemas_are_those_of_the_types() {
    let folder = repository().join("docs/schemas");
    let mut names = BTreeSet::new();
    for (name, schema) in schema::all() {
        let mut text = serde_json::to_string_pretty(&schema).unwrap();
        text.push('\n');
        let path = folder.join(name);
        if env::var_os("UPDATE_DOCS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == text,
            "{path} is out of date: run `UPDATE_DOCS=1 cargo test -p site-builder`"
        );
        names.insert(name.to_owned());
    }
    let there: BTreeSet<String> = folder
        .read_dir_utf8()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_owned())
        .collect();
    assert_eq!(there, names);
}
