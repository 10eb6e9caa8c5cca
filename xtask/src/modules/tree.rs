//! The module tree of a crate.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::rc::Rc;

/// Index of a module in its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ModuleId(usize);

/// A file and a line of it, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) file: Rc<Path>,
    pub(super) line: usize,
}

/// A path as it is written in the source, such as `super::date::Day`.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) path: Vec<String>,
    pub(super) place: Place,
}

/// A name that a `use` brings into a module.
#[derive(Debug)]
pub(super) enum Import {
    Name { name: String, path: Vec<String> },
    Glob { path: Vec<String> },
}

#[derive(Debug, Default)]
pub(super) struct Module {
    /// `crate` for the root.
    pub(super) name: String,
    pub(super) parent: Option<ModuleId>,
    pub(super) children: BTreeMap<String, ModuleId>,
    /// Names of the functions, types, constants, traits and macros that are defined here.
    pub(super) items: HashSet<String>,
    /// Names of local variables and parameters: a path of one such name refers to no module.
    pub(super) variables: HashSet<String>,
    pub(super) imports: Vec<Import>,
    pub(super) references: Vec<Reference>,
}

#[derive(Debug, Default)]
pub(super) struct Tree {
    modules: Vec<Module>,
    /// The module of each `macro_rules!` by its name: the scope of such macros is textual.
    pub(super) macros: BTreeMap<String, ModuleId>,
}

impl Tree {
    pub(super) const ROOT: ModuleId = ModuleId(0);

    #[expect(
        clippy::indexing_slicing,
        reason = "an id is an index that `add` returned, and nothing is removed"
    )]
    pub(super) fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0]
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "an id is an index that `add` returned, and nothing is removed"
    )]
    pub(super) fn module_mut(&mut self, id: ModuleId) -> &mut Module {
        &mut self.modules[id.0]
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = ModuleId> + use<> {
        (0..self.modules.len()).map(ModuleId)
    }

    /// The module and its ancestors, the root first.
    pub(super) fn lineage(&self, id: ModuleId) -> Vec<ModuleId> {
        let mut lineage: Vec<ModuleId> =
            std::iter::successors(Some(id), |id| self.module(*id).parent).collect();
        lineage.reverse();
        lineage
    }

    /// The path of a module, such as `crate::log::rows`.
    pub(super) fn path(&self, id: ModuleId) -> String {
        let names: Vec<&str> = self
            .lineage(id)
            .into_iter()
            .map(|id| self.module(id).name.as_str())
            .collect();
        names.join("::")
    }

    pub(super) fn add(&mut self, parent: Option<ModuleId>, name: &str) -> ModuleId {
        let id = ModuleId(self.modules.len());
        self.modules.push(Module {
            name: name.to_owned(),
            parent,
            ..Module::default()
        });
        if let Some(parent) = parent {
            self.module_mut(parent).children.insert(name.to_owned(), id);
        }
        id
    }
}
