//! Cross-references of Word and LibreOffice, which lead to a paragraph: they become links to the
//! clause that the paragraph has become, or plain words where it is none.

use crate::block::Block;
use crate::flow::paragraph_of;
use crate::outline;
use crate::report::{RepairKind, Report};
use std::collections::BTreeMap;

/// Gives links to paragraphs the number of the clause there.
pub(crate) fn resolve(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let mut clauses = BTreeMap::new();
    for (block, place) in blocks.iter().zip(outline::places(&blocks)) {
        if let Some(place) = place {
            clauses
                .entry(block.line)
                .or_insert_with(|| format!("@{}", place.address));
        }
    }
    for block in &mut blocks {
        let line = block.line;
        for text in block.texts_mut() {
            let targets = text
                .runs
                .iter()
                .filter_map(|run| paragraph_of(run.style.link.as_deref()?));
            for target in targets.collect::<Vec<_>>() {
                let message = match clauses.contains_key(&target) {
                    true => "cross-references of the document lead to its clauses",
                    false => "links inside the document became plain words",
                };
                report.count(RepairKind::Link, line, message);
            }
            *text = text.restyled(|style| {
                if let Some(target) = style.link.as_deref().and_then(paragraph_of) {
                    style.link = clauses.get(&target).cloned();
                }
            });
        }
    }
    blocks
}
