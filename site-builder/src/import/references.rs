//! References to clauses that an imported document doesn't have become plain words, so that the
//! edition can be built: only a person can decide whether the number is wrong or the clause is
//! missing.

use crate::check::references;
use crate::content::document;
use crate::report::source::Sources;
use domain::Locale;
use std::ops::Range;

/// Turns broken references of an edition into plain words. Returns their lines and words.
pub(super) fn unlink(text: &mut String, locale: &Locale) -> Vec<(usize, String)> {
    let spans = dangling_references(text, locale);
    let mut unlinked = Vec::new();
    // From the end, so that the spans before stay valid.
    for span in spans.into_iter().rev() {
        #[expect(
            clippy::expect_used,
            reason = "the spans are those of references in this very text"
        )]
        let (before, words) = text
            .get(..span.start)
            .zip(text.get(span.clone()))
            .expect("a span of the text");
        let line = before.matches('\n').count() + 1;
        let words = words.to_owned();
        text.replace_range(span, &format!("[{words}](@words)"));
        unlinked.push((line, words));
    }
    unlinked.reverse();
    unlinked
}

/// The spans of references to clauses that the text doesn't have, in order.
fn dangling_references(text: &str, locale: &Locale) -> Vec<Range<usize>> {
    let mut sources = Sources::default();
    let file = sources.add("edition", text);
    let (document, _) = document::parse(text, file, locale);
    let Some(document) = document else {
        return Vec::new();
    };
    let is_plain = |span: &Range<usize>| {
        // A link that the author wrote stays.
        text.get(span.clone())
            .is_some_and(|words| !words.is_empty() && !words.starts_with('['))
    };
    let mut spans = references::dangling_clauses(&document);
    spans.retain(is_plain);
    spans.sort_by_key(|span| span.start);
    // Two references may overlap, such as those of a list of numbers.
    spans.dedup_by(|next, before| next.start < before.end);
    spans
}
