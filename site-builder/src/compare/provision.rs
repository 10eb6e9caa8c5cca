//! Flattens an edition into a list of provisions.

use super::words::ITEM_MARKER;
use crate::content::document::plain_text::{clause_text, push_blocks};
use crate::content::document::{Document, Generated};
use crate::content::settings::Facts;

/// A clause, or the text before the first clause, which has neither number nor anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provision {
    /// The number as its author wrote it, such as `3.1` or `Article 5`; may be empty.
    pub number: String,
    /// Whether the number says by itself what it is the number of.
    pub is_worded: bool,
    /// The anchor, such as `c-3-1`; empty for the text before the first clause.
    pub anchor: String,
    /// The clause that contains it, as an index of the list.
    pub parent: Option<usize>,
    /// Its own text without that of deeper clauses: a line for each paragraph, item or row, with a
    /// marker (U+001F) before items.
    pub text: String,
}

/// The provisions of an edition, in the order of its text: parents before their children. A
/// generated block is replaced by its `name`, because its content comes from the register.
pub fn provisions(
    document: &Document<'_>,
    facts: &Facts,
    name: impl Fn(Generated) -> String,
) -> Vec<Provision> {
    let named = |mut text: String| {
        for generated in Generated::ALL {
            let variable = format!("{{{}}}", generated.variable());
            if text.contains(&variable) {
                text = text.replace(&variable, &name(generated));
            }
        }
        text
    };
    let mut all = Vec::new();
    let mut preamble = String::new();
    push_blocks(&document.preamble, facts, ITEM_MARKER, &mut preamble);
    if !preamble.is_empty() {
        all.push(Provision {
            number: String::new(),
            is_worded: false,
            anchor: String::new(),
            parent: None,
            text: named(preamble),
        });
    }
    let mut open = vec![(None, document.clauses.iter())];
    while let Some((parent, clauses)) = open.last_mut() {
        let Some(clause) = clauses.next() else {
            open.pop();
            continue;
        };
        let index = all.len();
        all.push(Provision {
            number: clause
                .number
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            is_worded: clause
                .number
                .as_ref()
                .is_some_and(|number| number.is_worded),
            anchor: clause.anchor.clone(),
            parent: *parent,
            text: named(clause_text(clause, facts, ITEM_MARKER)),
        });
        open.push((Some(index), clause.children.iter()));
    }
    for footnote in &document.footnotes {
        let mut text = String::new();
        push_blocks(&footnote.blocks, facts, ITEM_MARKER, &mut text);
        all.push(Provision {
            number: format!("[{}]", footnote.label),
            is_worded: true,
            anchor: footnote.anchor.clone(),
            parent: None,
            text: named(text),
        });
    }
    all
}
