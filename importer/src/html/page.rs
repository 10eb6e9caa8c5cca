//! The names by which pages mark their parts (`page.toml`).

use super::tokens::Tag;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Lists of names in lowercase; `page.toml` says what each is for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PageNames {
    pub(super) content_names: BTreeSet<String>,
    pub(super) frame_elements: BTreeSet<String>,
    pub(super) frame_roles: BTreeSet<String>,
    pub(super) frame_names: BTreeSet<String>,
    pub(super) frame_parts: BTreeSet<String>,
    pub(super) control_parts: BTreeSet<String>,
    pub(super) contents_names: BTreeSet<String>,
    pub(super) paragraph_title_names: BTreeSet<String>,
    pub(super) title_names: BTreeSet<String>,
    pub(super) heading_names: BTreeSet<String>,
    pub(super) panel_parts: BTreeSet<String>,
    pub(super) comment_names: BTreeSet<String>,
    pub(super) comment_links: BTreeSet<String>,
    pub(super) deleted_names: BTreeSet<String>,
    pub(super) inserted_names: BTreeSet<String>,
}

pub(super) static PAGE_NAMES: LazyLock<PageNames> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "every test of a page reads the file, which is part of the program"
    )]
    toml::from_str(include_str!("page.toml")).expect("the file has all lists and nothing else")
});

/// How many names of an element are compared, so that no tag costs more than its size.
const MAX_NAMES: usize = 32;

/// The names of an element, its classes and its id, in lowercase.
pub(super) fn names(tag: &Tag) -> impl Iterator<Item = String> {
    written_names(tag).map(str::to_lowercase)
}

/// Whether one of the names of the element is in the list.
pub(super) fn has_name(tag: &Tag, list: &BTreeSet<String>) -> bool {
    names(tag).any(|name| list.contains(&name))
}

/// Whether a part of one of the names is in the list. Names of Word (`MsoFooter`) are styles of
/// paragraphs, not parts of a page.
pub(super) fn has_part(tag: &Tag, list: &BTreeSet<String>) -> bool {
    let names = written_names(tag).filter(|name| !name.starts_with("Mso"));
    names.flat_map(parts).any(|part| list.contains(&part))
}

fn written_names(tag: &Tag) -> impl Iterator<Item = &str> {
    let classes = tag.class().split_whitespace();
    classes.chain(tag.attribute("id")).take(MAX_NAMES)
}

/// The parts of a name in lowercase: `site-footer`, `SiteFooter` → `site`, `footer`.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_uppercase() && before.is_lowercase() || !letter.is_alphanumeric() {
            parts.push(String::new());
        }
        before = letter;
        if let Some(part) = parts.last_mut().filter(|_| letter.is_alphanumeric()) {
            part.extend(letter.to_lowercase());
        }
    }
    parts
}
