//! Edges between the children of each module, and the circles among them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::tree::{ModuleId, Place, Tree};

/// A reference of one module to a sibling, or between descendants of the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) from: String,
    pub(super) to: String,
    /// Location of one of the references.
    pub(super) place: Place,
}

/// Modules that refer to each other, and all edges between them.
#[derive(Debug)]
pub(super) struct Circle {
    /// The path of the parent module of the circle's members.
    parent: String,
    pub(super) modules: Vec<String>,
    edges: Vec<Edge>,
}

/// The edges of a crate, by the module whose children they connect.
#[derive(Debug)]
pub(super) struct Graph {
    edges: BTreeMap<String, Vec<Edge>>,
}

impl Graph {
    pub(super) fn new(tree: &Tree) -> Self {
        let mut lifted: BTreeMap<(ModuleId, ModuleId), Place> = BTreeMap::new();
        for from in tree.ids() {
            for reference in &tree.module(from).references {
                for to in tree.targets(from, &reference.path) {
                    let Some(siblings) = lift(tree, from, to) else {
                        continue;
                    };
                    lifted
                        .entry(siblings)
                        .or_insert_with(|| reference.place.clone());
                }
            }
        }
        let mut edges: BTreeMap<String, Vec<Edge>> = BTreeMap::new();
        for ((from, to), place) in lifted {
            if let Some(parent) = tree.module(from).parent {
                edges.entry(tree.path(parent)).or_default().push(Edge {
                    from: tree.module(from).name.clone(),
                    to: tree.module(to).name.clone(),
                    place,
                });
            }
        }
        Self { edges }
    }

    /// The edges between the crate's top-level modules.
    pub(super) fn top_level(&self) -> &[Edge] {
        self.edges.get("crate").map_or(&[], Vec::as_slice)
    }

    pub(super) fn circles(&self) -> Vec<Circle> {
        self.edges
            .iter()
            .flat_map(|(parent, edges)| circles(parent, edges))
            .collect()
    }
}

/// The children of the lowest common ancestor that contain the two modules; `None` if one of these
/// contains the other.
fn lift(tree: &Tree, from: ModuleId, to: ModuleId) -> Option<(ModuleId, ModuleId)> {
    tree.lineage(from)
        .into_iter()
        .zip(tree.lineage(to))
        .find(|(from, to)| from != to)
}

/// The strongly connected components of more than one module.
fn circles(parent: &str, edges: &[Edge]) -> Vec<Circle> {
    let reachable = |start: &str| {
        let mut found = BTreeSet::new();
        let mut pending = vec![start];
        while let Some(module) = pending.pop() {
            for edge in edges.iter().filter(|edge| edge.from == module) {
                if found.insert(edge.to.as_str()) {
                    pending.push(&edge.to);
                }
            }
        }
        found
    };
    let reached: BTreeMap<&str, BTreeSet<&str>> = edges
        .iter()
        .map(|edge| (edge.from.as_str(), reachable(&edge.from)))
        .collect();
    let mut components: BTreeSet<Vec<&str>> = BTreeSet::new();
    for (module, others) in &reached {
        if others.contains(module) {
            let component = others.iter().filter(|other| {
                reached
                    .get(*other)
                    .is_some_and(|back| back.contains(module))
            });
            components.insert(component.copied().collect());
        }
    }
    components
        .into_iter()
        .map(|component| Circle {
            parent: parent.to_owned(),
            edges: edges
                .iter()
                .filter(|edge| {
                    component.contains(&edge.from.as_str()) && component.contains(&edge.to.as_str())
                })
                .cloned()
                .collect(),
            modules: component.into_iter().map(str::to_owned).collect(),
        })
        .collect()
}

impl fmt::Display for Edge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { file, line } = &self.place;
        write!(
            formatter,
            "{} -> {}  {}:{line}",
            self.from,
            self.to,
            file.display()
        )
    }
}

impl fmt::Display for Circle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "circle of {} modules in `{}`: {}",
            self.modules.len(),
            self.parent,
            self.modules.join(", ")
        )?;
        for edge in &self.edges {
            write!(formatter, "\n  {edge}")?;
        }
        Ok(())
    }
}
