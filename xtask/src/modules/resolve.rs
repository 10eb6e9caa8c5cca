//! Resolves a path in the source to the modules that it refers to.

use std::collections::{BTreeSet, HashSet};

use super::tree::{Import, ModuleId, Tree};

/// What a name resolves to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Module(ModuleId),
    /// An item, by the module that defines it.
    Item(ModuleId),
}

impl Tree {
    /// The modules that a path refers to: those it goes through, and the one that defines the item.
    /// Empty for a path into another crate.
    pub(super) fn targets(&self, from: ModuleId, path: &[String]) -> BTreeSet<ModuleId> {
        let mut search = Search {
            tree: self,
            passed: BTreeSet::new(),
            imports: HashSet::new(),
        };
        if let [name] = path
            && self.module(from).variables.contains(name)
        {
            return search.passed;
        }
        if let Some(Meaning::Module(id) | Meaning::Item(id)) = search.resolve(from, path) {
            search.passed.insert(id);
        }
        search.passed
    }
}

struct Search<'tree> {
    tree: &'tree Tree,
    /// Modules in which a segment of the path was looked up.
    passed: BTreeSet<ModuleId>,
    /// Names being looked up, to break cycles of imports.
    imports: HashSet<(ModuleId, String)>,
}

impl Search<'_> {
    fn resolve(&mut self, from: ModuleId, path: &[String]) -> Option<Meaning> {
        let (first, rest) = path.split_first()?;
        let mut meaning = match first.as_str() {
            "crate" => Meaning::Module(Tree::ROOT),
            "self" => Meaning::Module(from),
            "super" => Meaning::Module(self.tree.module(from).parent?),
            name => self.look_up(from, name, rest.is_empty())?,
        };
        for (index, name) in rest.iter().enumerate() {
            // What follows the name of an item is a variant, a method or an associated item.
            let Meaning::Module(module) = meaning else {
                break;
            };
            self.passed.insert(module);
            meaning = if name == "super" {
                Meaning::Module(self.tree.module(module).parent?)
            } else {
                self.look_up(module, name, index + 1 == rest.len())
                    .unwrap_or(Meaning::Item(module))
            };
        }
        Some(meaning)
    }

    /// Finds a name in a module. If a submodule and an item share the name, both count at the end
    /// of a path, and only the submodule elsewhere.
    fn look_up(&mut self, module: ModuleId, name: &str, is_last: bool) -> Option<Meaning> {
        let found = self.tree.module(module);
        if let Some(child) = found.children.get(name) {
            if !is_last {
                return Some(Meaning::Module(*child));
            }
            self.passed.insert(*child);
        }
        if found.items.contains(name) {
            return Some(Meaning::Item(module));
        }
        self.look_up_import(module, name)
            .or_else(|| found.children.get(name).copied().map(Meaning::Module))
            .or_else(|| self.tree.macros.get(name).copied().map(Meaning::Item))
    }

    fn look_up_import(&mut self, module: ModuleId, name: &str) -> Option<Meaning> {
        let key = (module, name.to_owned());
        if !self.imports.insert(key.clone()) {
            return None;
        }
        let imports = &self.tree.module(module).imports;
        let named = imports.iter().find_map(|import| match import {
            Import::Name { name: own, path } if own == name => Some(path),
            _ => None,
        });
        let meaning = match named {
            Some(path) => self.resolve(module, path),
            None => imports.iter().find_map(|import| match import {
                Import::Glob { path } => match self.resolve(module, path)? {
                    Meaning::Module(source) => self.look_up(source, name, false),
                    Meaning::Item(_) => None,
                },
                Import::Name { .. } => None,
            }),
        };
        self.imports.remove(&key);
        meaning
    }
}
