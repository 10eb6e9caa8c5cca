//! The rules of a style sheet with their places, as far as colours need: selectors, declarations,
//! and whether they hold on light pages, on dark ones, or on both.

use cssparser::{ParseError, Parser, Token};
use std::ops::Range;

/// Most rules within rules that are followed.
const MAX_DEPTH: usize = 8;

/// The pages that a rule holds for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// All.
    Any,
    /// Those of readers who want them light.
    Light,
    /// Those of readers who want them dark.
    Dark,
}

/// A rule for elements.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rule<'t> {
    pub(super) selector: &'t str,
    pub(super) scheme: Scheme,
    pub(super) declarations: Vec<Declaration<'t>>,
}

/// A property with its value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Declaration<'t> {
    /// The property: `color`, `--accent`.
    pub(super) name: &'t str,
    /// The value, without `!important`.
    pub(super) value: &'t str,
    /// Bytes of the value in the style sheet.
    pub(super) place: Range<usize>,
}

/// The rules of a style sheet in their order. Those of `@media print`, `@supports` and the like are
/// left out, but for those of `@layer` and `@media (prefers-color-scheme: …)`.
pub(super) fn rules(text: &str) -> Vec<Rule<'_>> {
    let mut reader = Reader { found: Vec::new() };
    reader.block(&mut Parser::new(text), "", Scheme::Any, 0);
    reader.found
}

struct Reader<'t> {
    found: Vec<Rule<'t>>,
}

impl<'t> Reader<'t> {
    /// Reads declarations and rules up to the end of the block that belongs to a selector.
    fn block(&mut self, parser: &mut Parser<'t>, selector: &'t str, scheme: Scheme, depth: usize) {
        let at = self.found.len();
        let mut declarations = Vec::new();
        parser.skip_whitespace();
        let mut start = parser.position();
        loop {
            let token = parser.next().cloned();
            // With the token itself, up to the end of what went before it.
            let piece = parser.slice(start..parser.position());
            match token {
                Ok(Token::Semicolon) => {
                    let piece = piece.strip_suffix(';').unwrap_or(piece);
                    declarations.extend(declaration(piece, start.byte_index()));
                }
                Err(_) => {
                    declarations.extend(declaration(piece, start.byte_index()));
                    break;
                }
                Ok(Token::CurlyBracketBlock) => {
                    let prelude = piece.strip_suffix('{').unwrap_or(piece).trim();
                    self.nested(parser, prelude, selector, scheme, depth);
                }
                Ok(_) => continue,
            }
            parser.skip_whitespace();
            start = parser.position();
        }
        if !selector.is_empty() && !declarations.is_empty() {
            // Before the rules within it.
            let rule = Rule {
                selector,
                scheme,
                declarations,
            };
            self.found.insert(at, rule);
        }
    }

    /// Reads the block of a rule, unless it holds where colours aren't those of pages on a screen.
    fn nested(
        &mut self,
        parser: &mut Parser<'t>,
        prelude: &'t str,
        selector: &'t str,
        scheme: Scheme,
        depth: usize,
    ) {
        let of_block = match prelude.strip_prefix('@') {
            None => Some((prelude, scheme)),
            Some(rule) => scheme_of(rule, scheme).map(|scheme| (selector, scheme)),
        };
        let Some((selector, scheme)) = of_block.filter(|_| depth < MAX_DEPTH) else {
            return;
        };
        let read: Result<(), ParseError<()>> = parser.parse_nested_block(|inner| {
            self.block(inner, selector, scheme, depth + 1);
            Ok(())
        });
        debug_assert!(read.is_ok(), "the block is read to its end");
    }
}

/// The pages that the rules within `@media …` or `@layer …` hold for; `None` for others.
fn scheme_of(rule: &str, outer: Scheme) -> Option<Scheme> {
    let rule: String = rule.split_whitespace().collect();
    match rule.as_str() {
        "media(prefers-color-scheme:dark)" => Some(Scheme::Dark),
        "media(prefers-color-scheme:light)" => Some(Scheme::Light),
        _ if rule.starts_with("layer") => Some(outer),
        _ => None,
    }
}

/// A declaration that stands at this byte.
fn declaration(piece: &str, start: usize) -> Option<Declaration<'_>> {
    let (name, rest) = piece.split_once(':')?;
    let value = rest.trim_start();
    let at = start + piece.len() - value.len();
    let value = value.trim_end();
    let value = value.strip_suffix("!important").unwrap_or(value).trim_end();
    Some(Declaration {
        name: name.trim(),
        value,
        place: at..at + value.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each declaration as `scheme selector name value`.
    fn all(text: &str) -> Vec<String> {
        let line = |rule: &Rule<'_>| {
            let lines = rule.declarations.iter().map(|one| {
                assert_eq!(text.get(one.place.clone()), Some(one.value));
                format!(
                    "{:?} {} {} {}",
                    rule.scheme, rule.selector, one.name, one.value
                )
            });
            lines.collect::<Vec<_>>()
        };
        rules(text).iter().flat_map(line).collect()
    }

    #[test]
    fn rules_are_found_as_people_and_programs_write_them() {
        let text = "/* a { b: c } */ :root { --paper: #fff; --ink : var(--x, #000) !important }\n\
            a:hover,b{color:red;background:url(\"a;b}\")}\n\
            @media (prefers-color-scheme: dark) { :root { --paper: #000 } }\n\
            @media print { a { color: #000 } } @layer k{i{color:#111}} @import \"x.css\"; u { color: #222; &:hover { color: #333 } }";
        assert_eq!(
            all(text),
            [
                "Any :root --paper #fff",
                "Any :root --ink var(--x, #000)",
                "Any a:hover,b color red",
                "Any a:hover,b background url(\"a;b}\")",
                "Dark :root --paper #000",
                "Any i color #111",
                "Any u color #222",
                "Any &:hover color #333",
            ]
        );
    }

    #[test]
    fn no_text_is_too_odd() {
        for odd in [
            "",
            "}",
            "{",
            "a{",
            "a{b",
            "a{b:",
            ";;;",
            "@media",
            "\"",
            "a{b:c}}d{e:f}",
        ] {
            _ = rules(odd);
        }
        assert!(rules(&"a{".repeat(50_000)).is_empty());
    }
}
