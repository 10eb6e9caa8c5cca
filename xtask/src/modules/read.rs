//! Reads the module tree of a crate from its source files, without code that is compiled for tests
//! only.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, bail};
use syn::Item;

use super::references::{attributes, collect, is_for_tests};
use super::tree::{ModuleId, Tree};

impl Tree {
    /// Parses a crate from its root file, which is relative to `base`.
    pub(super) fn read(base: &Path, root_file: &Path) -> Result<Self> {
        let mut tree = Self::default();
        let root = tree.add(None, "crate");
        let folder = root_file
            .parent()
            .context("a root file stands in a folder")?;
        tree.read_file(base, root, root_file, folder)?;
        Ok(tree)
    }

    /// Reads a module that is a file; `folder` is where the files of its children are.
    fn read_file(&mut self, base: &Path, id: ModuleId, path: &Path, folder: &Path) -> Result<()> {
        let full = base.join(path);
        let source = std::fs::read_to_string(&full)
            .with_context(|| format!("can't read {}", full.display()))?;
        let file = syn::parse_file(&source).map_err(|error| {
            let line = error.span().start().line;
            anyhow::anyhow!("{}:{line}: {error}", full.display())
        })?;
        self.read_items(base, id, &file.items, &Rc::from(path), folder)
    }

    fn read_items(
        &mut self,
        base: &Path,
        id: ModuleId,
        items: &[Item],
        file: &Rc<Path>,
        folder: &Path,
    ) -> Result<()> {
        for item in items {
            if is_for_tests(attributes(item)) {
                continue;
            }
            if let Item::Mod(declaration) = item {
                let name = declaration.ident.to_string();
                let child = self.add(Some(id), &name);
                if let Some((_, items)) = &declaration.content {
                    self.read_items(base, child, items, file, &folder.join(&name))?;
                } else if declaration
                    .attrs
                    .iter()
                    .any(|attribute| attribute.path().is_ident("path"))
                {
                    bail!(
                        "{}: `#[path]` on `mod {name}` is not followed",
                        file.display()
                    );
                } else {
                    self.read_file(
                        base,
                        child,
                        &file_of(base, folder, &name)?,
                        &folder.join(&name),
                    )?;
                }
                continue;
            }
            if let Some(name) = defined_name(item) {
                if matches!(item, Item::Macro(_)) {
                    self.macros.insert(name.clone(), id);
                }
                self.module_mut(id).items.insert(name);
            }
            collect(item, file, self.module_mut(id));
        }
        Ok(())
    }
}

/// `name.rs` or `name/mod.rs`.
fn file_of(base: &Path, folder: &Path, name: &str) -> Result<PathBuf> {
    [
        folder.join(name).with_extension("rs"),
        folder.join(name).join("mod.rs"),
    ]
    .into_iter()
    .find(|file| base.join(file).exists())
    .with_context(|| format!("no file of `mod {name}` in {}", folder.display()))
}

fn defined_name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}
