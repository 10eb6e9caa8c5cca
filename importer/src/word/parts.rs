//! The parts of a Word file: the document, and what its relationships name.

use crate::package::{Package, unreadable};
use crate::report::ImportError;
use crate::xml::{Namespace, Tree};
use std::collections::BTreeMap;

/// Maximum number of headers and footers that are read.
const FRAME_LIMIT: usize = 24;

/// What a part refers to, by the id that the text names.
pub(super) type Relationships = BTreeMap<String, Relationship>;

/// A reference to another part or to an address.
#[derive(Debug, Clone)]
pub(super) struct Relationship {
    /// The end of its type: `styles`, `hyperlink`.
    kind: String,
    /// Name of a part, or an address.
    pub(super) target: String,
    is_external: bool,
}

impl Relationship {
    /// The address of a link.
    pub(super) fn address(&self) -> Option<&str> {
        self.is_external.then_some(self.target.as_str())
    }
}

/// A part with what it refers to.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) relationships: Relationships,
}

/// The parts that are read.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) document: Part,
    pub(super) styles: Option<Part>,
    pub(super) numbering: Option<Part>,
    pub(super) footnotes: Option<Part>,
    pub(super) endnotes: Option<Part>,
    pub(super) comments: Option<Part>,
    /// Headers and footers of pages.
    pub(super) frames: Vec<Part>,
    pub(super) title: Option<String>,
}

/// The name of the main part, if the file says which it is.
///
/// # Errors
/// The list of relationships can't be read.
pub(crate) fn main_part(package: &mut Package<'_>) -> Result<Option<String>, ImportError> {
    let main = relationships(package, "")?.into_values();
    let mut main = main.filter(|one| one.kind == "officedocument");
    Ok(main.next().map(|one| one.target))
}

/// Unpacks the parts of the document whose main part has that name.
///
/// # Errors
/// A part can't be read.
pub(super) fn unpack(package: &mut Package<'_>, name: &str) -> Result<Parts, ImportError> {
    let document = part(package, name)?.ok_or_else(|| ImportError::Damaged {
        part: "the file".to_owned(),
        why: format!("it has no part `{name}`"),
    })?;
    let mut parts = Parts {
        title: title(package)?,
        ..Parts::default()
    };
    for relationship in document
        .relationships
        .values()
        .filter(|one| !one.is_external)
    {
        let target = &relationship.target;
        match relationship.kind.as_str() {
            "styles" => parts.styles = part(package, target)?,
            "numbering" => parts.numbering = part(package, target)?,
            "footnotes" => parts.footnotes = part(package, target)?,
            "endnotes" => parts.endnotes = part(package, target)?,
            "comments" => parts.comments = part(package, target)?,
            "header" | "footer" if parts.frames.len() < FRAME_LIMIT => {
                parts.frames.extend(part(package, target)?);
            }
            _ => {}
        }
    }
    parts.document = document;
    Ok(parts)
}

fn part(package: &mut Package<'_>, name: &str) -> Result<Option<Part>, ImportError> {
    let Some(text) = package.text(name)? else {
        return Ok(None);
    };
    Ok(Some(Part {
        name: name.to_owned(),
        text,
        relationships: relationships(package, name)?,
    }))
}

/// What a part refers to; an empty name is that of the file itself.
fn relationships(package: &mut Package<'_>, part: &str) -> Result<Relationships, ImportError> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let list = resolve(folder, &format!("_rels/{file}.rels"));
    let Some(text) = package.text(&list)? else {
        return Ok(Relationships::new());
    };
    let tree = Tree::read(&text).map_err(|error| unreadable(&list, error))?;
    let mut found = Relationships::new();
    let Some(root) = tree.root() else {
        return Ok(found);
    };
    for element in root.named(Namespace::Package, "Relationship") {
        let value = |name: &str| element.attribute(Namespace::None, name);
        let (Some(id), Some(kind), Some(target)) = (value("Id"), value("Type"), value("Target"))
        else {
            continue;
        };
        let is_external = value("TargetMode") == Some("External");
        let (_, kind) = kind.rsplit_once('/').unwrap_or(("", kind));
        let relationship = Relationship {
            kind: kind.to_lowercase(),
            target: if is_external {
                target.to_owned()
            } else {
                resolve(folder, target)
            },
            is_external,
        };
        found.insert(id.to_owned(), relationship);
    }
    Ok(found)
}

/// The name of a part that is named relative to a folder.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let whole = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut steps: Vec<&str> = Vec::new();
    for step in whole.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            _ => steps.push(step),
        }
    }
    steps.join("/")
}

/// The title among the facts of the document.
fn title(package: &mut Package<'_>) -> Result<Option<String>, ImportError> {
    let properties = relationships(package, "")?.into_values();
    let Some(part) = properties
        .into_iter()
        .find(|one| one.kind == "core-properties")
    else {
        return Ok(None);
    };
    let Some(text) = package.text(&part.target)? else {
        return Ok(None);
    };
    let tree = Tree::read(&text).map_err(|error| unreadable(&part.target, error))?;
    let title = tree
        .root()
        .and_then(|root| root.child(Namespace::DublinCore, "title"));
    let title = title.map(|title| title.text().trim().to_owned());
    Ok(title.filter(|title| !title.is_empty()))
}
