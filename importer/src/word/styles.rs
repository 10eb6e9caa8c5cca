//! Styles of Word: `styles.xml`, with what each inherits.

use super::properties::RunProperties;
use crate::text;
use crate::xml::{Element, Namespace, Tree};
use std::collections::BTreeMap;

/// Longest chain of styles that are based on each other. Word allows eleven.
const CHAIN_LIMIT: usize = 32;

/// The list and level that a paragraph or a style names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ListReference {
    /// Id of the list; 0 takes the numbering away.
    pub(super) list: Option<u32>,
    /// Level, outermost 0.
    pub(super) level: Option<usize>,
}

impl ListReference {
    /// Reads `<w:numPr>` of the paragraph properties.
    pub(super) fn of(properties: Option<Element<'_>>) -> Self {
        let list = properties.and_then(|properties| properties.child(Namespace::W, "numPr"));
        let value = |name: &str| {
            let element = list?.child(Namespace::W, name)?;
            element.attribute(Namespace::W, "val")
        };
        Self {
            list: value("numId").and_then(text::parsed),
            level: value("ilvl").and_then(text::parsed),
        }
    }
}

/// The outline level of paragraph properties, outermost 0; body text has 9.
pub(super) fn outline_level(properties: Option<Element<'_>>) -> Option<usize> {
    let level = properties?.child(Namespace::W, "outlineLvl")?;
    level.attribute(Namespace::W, "val").and_then(text::parsed)
}

/// What a style is for, by the name that Word gives to its own styles in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Title,
    /// Level 1 to 9.
    Heading(usize),
    /// A line of a table of contents, or its heading.
    Contents,
    Other,
}

#[derive(Debug, Clone)]
struct Style {
    based_on: Option<String>,
    role: Role,
    reference: ListReference,
    outline: Option<usize>,
    run: RunProperties,
}

/// A paragraph style with what it inherits.
#[derive(Debug, Clone)]
pub(super) struct ParagraphStyle {
    /// Ids of the style and of those that it is based on.
    pub(super) chain: Vec<String>,
    pub(super) role: Role,
    pub(super) reference: ListReference,
    pub(super) outline: Option<usize>,
    pub(super) run: RunProperties,
}

/// All styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_id: BTreeMap<String, Style>,
    default_paragraph: Option<String>,
    defaults: RunProperties,
}

impl Styles {
    pub(super) fn read(tree: &Tree<'_>) -> Self {
        let mut styles = Self::default();
        let Some(root) = tree.root() else {
            return styles;
        };
        let defaults = root
            .child(Namespace::W, "docDefaults")
            .and_then(|defaults| defaults.child(Namespace::W, "rPrDefault"));
        styles.defaults = defaults.map_or_else(RunProperties::default, RunProperties::of);
        for style in root.named(Namespace::W, "style") {
            let Some(id) = style.attribute(Namespace::W, "styleId") else {
                continue;
            };
            let is_default = matches!(
                style.attribute(Namespace::W, "default"),
                Some("1" | "true" | "on")
            );
            if is_default && style.attribute(Namespace::W, "type") == Some("paragraph") {
                styles.default_paragraph = Some(id.to_owned());
            }
            styles.by_id.insert(id.to_owned(), read_style(style));
        }
        styles
    }

    /// The style and those that it is based on, nearest first.
    fn chain<'s>(&'s self, id: &'s str) -> Vec<(&'s str, &'s Style)> {
        let mut chain: Vec<(&str, &Style)> = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next.filter(|_| chain.len() < CHAIN_LIMIT) {
            let Some(style) = self.by_id.get(id) else {
                break;
            };
            chain.push((id, style));
            next = style.based_on.as_deref();
        }
        chain
    }

    /// The style of a paragraph; without an id, or with one that is missing, the default one.
    pub(super) fn paragraph(&self, id: Option<&str>) -> ParagraphStyle {
        let known = id.filter(|id| self.by_id.contains_key(*id));
        let chain = known.or(self.default_paragraph.as_deref());
        let chain = chain.map_or_else(Vec::new, |id| self.chain(id));
        // A file without its styles still names those of Word.
        let unknown = id.filter(|_| known.is_none()).map_or(Role::Other, role);
        let mut found = ParagraphStyle {
            chain: chain.iter().map(|(id, _)| (*id).to_owned()).collect(),
            role: unknown,
            reference: ListReference::default(),
            outline: None,
            run: RunProperties::default(),
        };
        for (_, style) in &chain {
            let reference = &mut found.reference;
            reference.list = reference.list.or(style.reference.list);
            reference.level = reference.level.or(style.reference.level);
            found.outline = found.outline.or(style.outline);
            found.run = found.run.over(style.run);
            if found.role == Role::Other {
                found.role = style.role;
            }
        }
        found.run = found.run.over(self.defaults);
        found
    }

    /// The properties of a character style.
    pub(super) fn character(&self, id: &str) -> RunProperties {
        let chain = self.chain(id).into_iter();
        chain.fold(RunProperties::default(), |run, (_, style)| {
            run.over(style.run)
        })
    }

    /// The list that a style of lists names.
    pub(super) fn list_of(&self, id: &str) -> Option<u32> {
        self.chain(id)
            .iter()
            .find_map(|(_, style)| style.reference.list)
    }
}

fn read_style(style: Element<'_>) -> Style {
    let value = |name: &str| {
        let element = style.child(Namespace::W, name)?;
        element.attribute(Namespace::W, "val")
    };
    let properties = style.child(Namespace::W, "pPr");
    Style {
        based_on: value("basedOn").map(str::to_owned),
        role: value("name").map_or(Role::Other, role),
        reference: ListReference::of(properties),
        outline: outline_level(properties),
        run: RunProperties::of(style),
    }
}

/// The role of a style by its name; in files without styles its id is the name without spaces.
fn role(name: &str) -> Role {
    let name: String = name
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    let name = name.to_ascii_lowercase();
    let level = |rest: &str| text::parsed::<usize>(rest).filter(|level| (1..=9).contains(level));
    if let Some(level) = name.strip_prefix("heading").and_then(level) {
        return Role::Heading(level);
    }
    if name == "title" {
        return Role::Title;
    }
    if name == "tocheading" || name.strip_prefix("toc").and_then(level).is_some() {
        return Role::Contents;
    }
    Role::Other
}
