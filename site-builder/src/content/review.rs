//! `REVIEW.<locale>.md`: what the owner of a site still has to decide, one file a language.
//!
//! ```text
//! ## R1. Facts of the operator
//! - Decide: is the telephone answered?
//! - [ ] **R1** (blocking)
//! ```
//!
//! A box that begins with bold words blocks a deployment. The words are the id of its item, which
//! begins the heading, so that the files of a site can be matched whatever language they are in.

use domain::Locale;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// How the names of these files begin.
pub const PREFIX: &str = "REVIEW";

/// The name of the file in a language.
pub fn file_name(locale: &Locale) -> String {
    format!("{PREFIX}.{locale}.md")
}

/// Whether a name is one that [`file_name`] makes.
pub fn is_file_name(name: &str) -> bool {
    name.strip_prefix(PREFIX)
        .and_then(|rest| rest.strip_prefix('.')?.strip_suffix(".md"))
        .is_some_and(|locale| Locale::try_from(locale).is_ok())
}

/// A box that blocks a deployment until it is ticked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockingBox {
    /// Its bold words: `R1`
    pub id: String,
    /// The heading above it: `R1. Facts of the operator`
    pub heading: String,
    /// Whether it is ticked.
    pub is_ticked: bool,
    /// The box and its words, in bytes of the text.
    pub span: Range<usize>,
}

impl BlockingBox {
    /// Whether the words are the id of the item above.
    pub fn is_of_heading(&self) -> bool {
        let id = self.heading.split_once('.').map(|(id, _)| id);
        id == Some(self.id.as_str())
    }
}

/// All boxes of a file that block, in its order.
pub fn blocking_boxes(text: &str) -> Vec<BlockingBox> {
    let mut heading = String::new();
    let mut is_heading = false;
    // The box whose words come next, and whether they are bold.
    let mut open: Option<(usize, bool)> = None;
    let mut is_bold = false;
    let mut found = Vec::new();
    for (event, span) in Parser::new_ext(text, Options::ENABLE_TASKLISTS).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                heading.clear();
                is_heading = true;
            }
            Event::End(TagEnd::Heading(_)) => is_heading = false,
            Event::Text(words) | Event::Code(words) if is_heading => heading.push_str(&words),
            Event::TaskListMarker(is_ticked) => {
                open = Some((span.start, is_ticked));
                is_bold = false;
            }
            Event::Start(Tag::Strong) => is_bold = true,
            Event::Text(words) | Event::Code(words) => {
                if let Some((start, is_ticked)) = open.take().filter(|_| is_bold) {
                    found.push(BlockingBox {
                        id: words.to_string(),
                        heading: heading.clone(),
                        is_ticked,
                        span: start..span.end,
                    });
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_box_that_begins_with_bold_words_blocks() {
        let text = "\
# Review

## R1. Open
- Decide: x
- [ ] **R1** (blocking)

## R2. Ticked
- [x] **R2**

## R3. Nothing hangs on it
- [ ] not blocking, **whatever** is bold

## R4. Another `way` to write it
* [ ] __R4__

## R5. An example
```markdown
- [ ] **R5**
```
";
        let boxes: Vec<(String, String, bool)> = blocking_boxes(text)
            .into_iter()
            .map(|found| (found.id, found.heading, found.is_ticked))
            .collect();
        let expected = [
            ("R1", "R1. Open", false),
            ("R2", "R2. Ticked", true),
            ("R4", "R4. Another way to write it", false),
        ]
        .map(|(id, heading, is_ticked)| (id.to_owned(), heading.to_owned(), is_ticked));
        assert_eq!(boxes, expected);
    }

    #[test]
    fn the_span_is_the_box() {
        let text = "## R1. Facts\n- Decide\n- [ ] **R1**: by Monday\n";
        let found = blocking_boxes(text).remove(0);
        assert_eq!(text.get(found.span), Some("[ ] **R1"));
    }

    #[test]
    fn a_file_is_named_for_its_language() {
        let kazakh = Locale::try_from("kk").unwrap();
        assert!(is_file_name(&file_name(&kazakh)));
        for name in [
            "REVIEW.md",
            "REVIEW.Kazakh.md",
            "REVIEW.kk.txt",
            "REVIEWkk.md",
        ] {
            assert!(!is_file_name(name), "{name}");
        }
    }
}
