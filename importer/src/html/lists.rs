//! The open lists, and the numbers of their items as the page shows them.

use super::counters;
use super::tree::Element;
use crate::block::{BlockKind, Label, MAX_LIST_DEPTH};
use crate::number::{self, Delimiter};
use crate::report::{DecisionKind, Report};
use crate::text;

/// Values of `list-style-type` that show a bullet or nothing.
const BULLETS: &[&str] = &["none", "disc", "circle", "square"];

struct List {
    is_ordered: bool,
    /// Whether the numbers go down.
    is_reversed: bool,
    next: i64,
    depth: usize,
    style: String,
}

#[derive(Default)]
pub(super) struct Lists {
    open: Vec<List>,
}

impl Lists {
    pub(super) fn begin(&mut self, element: &Element) {
        let tag = &element.tag;
        let is_ordered = tag.name == "ol";
        let is_reversed = is_ordered && tag.attribute("reversed").is_some();
        let usual = if is_reversed {
            i64::from(element.items)
        } else {
            1
        };
        // Google Docs writes every level as a separate list and puts the level in its class.
        let mut classes = tag.class().split_whitespace();
        let level = classes
            .find_map(|class| class.strip_prefix("lst-kix_"))
            .and_then(|name| name.rsplit_once('-'))
            .and_then(|(_, level)| text::parsed::<usize>(level));
        let style = element.list_style.as_deref();
        let mut styles = style.into_iter().flat_map(str::split_whitespace);
        // `list-style` also has a place and a picture.
        let style = styles
            .rfind(|word| !matches!(*word, "inside" | "outside") && !word.starts_with("url("));
        self.open.push(List {
            is_ordered,
            is_reversed,
            next: tag
                .attribute("start")
                .and_then(|start| text::parsed(start.trim()))
                .unwrap_or(usual),
            depth: level.unwrap_or(self.open.len()).min(MAX_LIST_DEPTH),
            style: style.or(tag.attribute("type")).unwrap_or("").to_owned(),
        });
    }

    pub(super) fn end(&mut self) {
        self.open.pop();
    }

    /// The block that an item begins, and what goes before its text, because Markdown has no marker
    /// for it.
    pub(super) fn item(&mut self, element: &Element, report: &mut Report) -> (BlockKind, String) {
        let Some(list) = self.open.last_mut() else {
            let label = Label::Bullet;
            return (BlockKind::Item { depth: 0, label }, String::new());
        };
        let value = element.tag.attribute("value");
        let value = value.and_then(|value| text::parsed(value.trim()));
        let number = value.unwrap_or(list.next);
        let step = if list.is_reversed { -1 } else { 1 };
        list.next = number.saturating_add(step);
        let depth = list.depth;
        if let Some(label) = &element.label {
            return labelled(label, depth);
        }
        let bullet = BlockKind::Item {
            depth,
            label: Label::Bullet,
        };
        let style = match element.tag.attribute("type") {
            Some(own) => own,
            None => list.style.as_str(),
        };
        if !list.is_ordered || BULLETS.contains(&style) {
            return (bullet, String::new());
        }
        let known = u32::try_from(number).map(|number| (number, counters::written(number, style)));
        match known {
            Ok((number, None)) => {
                report.decision(
                    DecisionKind::ListNumbers,
                    element.line,
                    format!("the page numbers its list in a way (`{style}`) that isn't known; item `{number}` got its number in digits"),
                    "write the number as the page shows it",
                );
                labelled(&format!("{number}."), depth)
            }
            Ok((_, Some(label))) => labelled(&format!("{label}."), depth),
            // Numbers below zero.
            Err(_) => (bullet, format!("{number}. ")),
        }
    }
}

/// The block of an item with a label.
fn labelled(label: &str, depth: usize) -> (BlockKind, String) {
    let label = label.trim();
    let item = |label| BlockKind::Item { depth, label };
    if !label.chars().any(char::is_alphanumeric) {
        return (item(Label::Bullet), String::new());
    }
    let words = format!("{label} ");
    match number::prefix(&words).filter(|prefix| prefix.length == words.len()) {
        Some(prefix) => match prefix.ordinal() {
            Some(number) => {
                let delimiter = prefix.delimiter.unwrap_or(Delimiter::Period);
                (item(Label::Ordered(number, delimiter)), String::new())
            }
            // The repairs read the number of a clause from its text, as in any other document.
            None => (BlockKind::Paragraph, words),
        },
        None => (item(Label::Bullet), words),
    }
}
