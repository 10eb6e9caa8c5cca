//! Refuses to deploy a site that can be built but whose owner hasn't decided everything.
//!
//! Signs of that are `draft = true`, a service without its vendor's id, without a loader in the
//! theme or with unknown cookies, and an unticked box of `REVIEW.md` that is marked as blocking:
//!
//! ```text
//! ## R1. Facts of the operator
//! - [ ] **Blocking**
//! ```

use crate::build::{self, BuildOptions, BuildOutcome};
use crate::content::REVIEW;
use crate::report::diagnostic::{Code, Diagnostic, FileId, Severity, or_report};
use crate::report::draw;
use crate::report::source::{self, Sources};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// The text that marks a box as blocking.
const BLOCKING: &str = "blocking";

/// Turns the warnings that forbid a deployment into errors, and adds one for each undecided box.
pub fn guard(outcome: &mut BuildOutcome, options: &BuildOptions) {
    for diagnostic in &mut outcome.diagnostics {
        if matches!(
            diagnostic.code,
            Code::Draft
                | Code::ServiceWithoutTag
                | Code::ServiceWithoutLoader
                | Code::UnknownCookies
        ) {
            diagnostic.severity = Severity::Error;
        }
    }
    // The build has reported a folder that can't be listed.
    for folder in build::site_folders(options).into_iter().flatten() {
        let path = options.content.join(folder).join(REVIEW);
        if !source::is_file(&path) {
            continue;
        }
        let file = or_report(outcome.sources.read(&path), &mut outcome.diagnostics);
        let boxes = file.map(|file| undecided(&outcome.sources, file));
        outcome.diagnostics.extend(boxes.into_iter().flatten());
    }
    draw::sort(&mut outcome.diagnostics, &outcome.sources);
}

/// A diagnostic for every blocking box that is not ticked.
fn undecided(sources: &Sources, file: FileId) -> Vec<Diagnostic> {
    let text = sources.text(file);
    let mut heading = String::new();
    let mut is_heading = false;
    let mut item: Option<Range<usize>> = None;
    let mut found = Vec::new();
    for (event, span) in Parser::new_ext(text, Options::ENABLE_TASKLISTS).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                heading.clear();
                is_heading = true;
            }
            Event::End(TagEnd::Heading(_)) => is_heading = false,
            Event::Text(words) | Event::Code(words) if is_heading => heading.push_str(&words),
            Event::TaskListMarker(false) => item = Some(span),
            // The first text after an empty box decides whether it blocks.
            Event::Text(words) => {
                if let Some(marker) = item.take().filter(|_| words.eq_ignore_ascii_case(BLOCKING)) {
                    found.push(undecided_box(file, marker.start..span.end, &heading));
                }
            }
            _ => {}
        }
    }
    found
}

fn undecided_box(file: FileId, span: Range<usize>, heading: &str) -> Diagnostic {
    Diagnostic::at(
        Code::Undecided,
        file,
        span,
        format!("`{heading}` is not decided, and the site can't be deployed before"),
        "decide, change the site accordingly, then tick the box: `- [x] **Blocking**`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(text: &str) -> Vec<String> {
        let mut sources = Sources::default();
        let file = sources.add(REVIEW, text);
        let found = undecided(&sources, file).into_iter();
        found
            .map(|diagnostic| diagnostic.message.split('`').nth(1).unwrap().to_owned())
            .collect()
    }

    #[test]
    fn only_an_empty_box_that_begins_with_the_word_blocks() {
        let text = "\
# Review

## R1. Open
- Decide: x
- [ ] **Blocking**

## R2. Ticked
- [x] **Blocking**

## R3. Nothing hangs on it
- [ ] Not blocking

## R4. Another `way` to write it
* [ ] blocking

## R5. An example
```markdown
- [ ] **Blocking**
```
";
        assert_eq!(headings(text), ["R1. Open", "R4. Another way to write it"]);
    }

    #[test]
    fn the_span_is_the_box() {
        let mut sources = Sources::default();
        let text = "## R1\n- Decide\n- [ ] **Blocking**: by Monday\n";
        let file = sources.add(REVIEW, text);
        let found = undecided(&sources, file);
        let crate::report::diagnostic::Location::Span(_, span) = &found[0].location else {
            panic!("{found:?}");
        };
        assert_eq!(text.get(span.clone()), Some("[ ] **Blocking"));
    }
}
