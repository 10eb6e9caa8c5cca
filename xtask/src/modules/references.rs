//! Collects the paths that are written in an item.

use std::path::Path;
use std::rc::Rc;

use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, ItemUse, Macro, Meta, PatIdent, UseTree};

use super::tree::{Import, Module, Place, Reference};

/// Adds the references and imports of an item to its module.
pub(super) fn collect(item: &Item, file: &Rc<Path>, module: &mut Module) {
    Collector { file, module }.visit_item(item);
}

struct Collector<'a> {
    file: &'a Rc<Path>,
    module: &'a mut Module,
}

impl Collector<'_> {
    fn add(&mut self, path: Vec<String>, span: Span) {
        self.module.references.push(Reference {
            path,
            place: Place {
                file: Rc::clone(self.file),
                line: span.start().line,
            },
        });
    }

    fn add_use(&mut self, tree: &UseTree, prefix: &[String]) {
        let with = |name: &Ident| {
            let mut path = prefix.to_vec();
            if name != "self" || prefix.is_empty() {
                path.push(name.to_string());
            }
            path
        };
        match tree {
            UseTree::Path(tree) => self.add_use(&tree.tree, &with(&tree.ident)),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_use(tree, prefix);
                }
            }
            UseTree::Name(tree) => {
                let path = with(&tree.ident);
                if let Some(name) = path.last().cloned() {
                    self.add_import(
                        Import::Name {
                            name,
                            path: path.clone(),
                        },
                        path,
                        tree.ident.span(),
                    );
                }
            }
            UseTree::Rename(tree) => {
                let path = with(&tree.ident);
                let name = tree.rename.to_string();
                self.add_import(
                    Import::Name {
                        name,
                        path: path.clone(),
                    },
                    path,
                    tree.ident.span(),
                );
            }
            UseTree::Glob(tree) => {
                let path = prefix.to_vec();
                let span = tree.star_token.spans[0];
                self.add_import(Import::Glob { path: path.clone() }, path, span);
            }
        }
    }

    fn add_import(&mut self, import: Import, path: Vec<String>, span: Span) {
        self.module.imports.push(import);
        self.add(path, span);
    }

    /// Finds paths in tokens that are not parsed: the arguments of macros and attributes.
    fn add_tokens(&mut self, tokens: TokenStream, strings: Strings) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut rest = tokens.as_slice();
        // The two tokens before `rest`.
        let (mut second_last, mut last) = (' ', ' ');
        while let [first, after @ ..] = rest {
            rest = after;
            match first {
                TokenTree::Group(group) => self.add_tokens(group.stream(), strings),
                TokenTree::Literal(literal) if strings == Strings::ArePaths => {
                    self.add_string(literal);
                }
                TokenTree::Ident(ident) => {
                    let mut path = vec![ident.to_string()];
                    while let [
                        TokenTree::Punct(colon),
                        TokenTree::Punct(again),
                        TokenTree::Ident(next),
                        after @ ..,
                    ] = rest
                        && colon.as_char() == ':'
                        && again.as_char() == ':'
                    {
                        path.push(next.to_string());
                        rest = after;
                    }
                    let is_member =
                        last == '.' || last == '\'' || (second_last == ':' && last == ':');
                    if !is_member && (path.len() > 1 || is_item_name(ident, rest)) {
                        self.add(path, ident.span());
                    }
                }
                TokenTree::Literal(_) | TokenTree::Punct(_) => {}
            }
            second_last = last;
            last = match first {
                TokenTree::Punct(punct) => punct.as_char(),
                _ => ' ',
            };
        }
    }

    /// `#[serde(default = "crate::fees::usual")]`
    fn add_string(&mut self, literal: &Literal) {
        let text = literal.to_string();
        let path: Vec<String> = text
            .trim_matches('"')
            .split("::")
            .map(str::to_owned)
            .collect();
        let is_name = |name: &String| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|character| character.is_alphanumeric() || character == '_')
        };
        if path.len() > 1 && path.iter().all(is_name) {
            self.add(path, literal.span());
        }
    }
}

/// Whether string literals are read as paths.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strings {
    ArePaths,
    AreTexts,
}

/// Whether a lone name among tokens can be an item: a type, a constant, a called function or macro.
fn is_item_name(name: &Ident, next: &[TokenTree]) -> bool {
    let is_called = match next.first() {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
        Some(TokenTree::Punct(punct)) => punct.as_char() == '!',
        _ => false,
    };
    is_called || name.to_string().starts_with(char::is_uppercase)
}

impl Visit<'_> for Collector<'_> {
    fn visit_item(&mut self, item: &Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &ImplItem) {
        if !matches!(item, ImplItem::Fn(function) if is_for_tests(&function.attrs)) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &ItemUse) {
        if item.leading_colon.is_none() {
            self.add_use(&item.tree, &[]);
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        if let (None, Some(first)) = (path.leading_colon, path.segments.first()) {
            let names = path
                .segments
                .iter()
                .map(|segment| segment.ident.to_string())
                .collect();
            self.add(names, first.ident.span());
        }
        visit::visit_path(self, path);
    }

    fn visit_pat_ident(&mut self, pattern: &PatIdent) {
        let name = pattern.ident.to_string();
        if name.starts_with(char::is_uppercase) {
            self.add(vec![name], pattern.ident.span());
        } else {
            self.module.variables.insert(name);
        }
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_macro(&mut self, call: &Macro) {
        self.add_tokens(call.tokens.clone(), Strings::AreTexts);
        visit::visit_macro(self, call);
    }

    fn visit_attribute(&mut self, attribute: &Attribute) {
        if !attribute.path().is_ident("doc") {
            if let Meta::List(list) = &attribute.meta {
                self.add_tokens(list.tokens.clone(), Strings::ArePaths);
            }
            visit::visit_attribute(self, attribute);
        }
    }
}

/// Whether the attributes have `#[test]`, `#[cfg(test)]` or `#[cfg(all(test, …))]`.
pub(super) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            condition == "test"
                || condition
                    .strip_prefix("all")
                    .is_some_and(|all| all.split(['(', ',', ')']).any(|part| part.trim() == "test"))
        }
        _ => false,
    })
}

pub(super) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
