//! HTML blocks within Markdown.

use crate::block::Block;
use crate::front_matter::{Body, Origin};
use crate::html;
use crate::report::Report;

/// Elements that are read as HTML up to their end tag. Others, such as `<div>`, only lose their
/// tags.
const HTML_BLOCKS: &[&str] = &[
    "table",
    "ul",
    "ol",
    "dl",
    "script",
    "style",
    "svg",
    "iframe",
    "head",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "blockquote",
];

/// Initial limit in lines of the search for the end of an element, so that many unclosed ones can't
/// take quadratic time.
pub(crate) const MAX_LINES: usize = 2000;

/// The number of lines of an element or comment.
pub(crate) enum Extent {
    Closed(usize),
    /// The end wasn't found within the limit: the number of lines up to a blank one.
    Unclosed(usize),
}

/// The extent of the element or comment that begins here. Its end is sought within `search_limit`
/// lines.
pub(crate) fn extent(rest: &[&str], origin: Origin, search_limit: usize) -> Option<Extent> {
    let first = rest.first()?.trim_start();
    if origin == Origin::Edition || !first.starts_with('<') {
        return None;
    }
    if first.starts_with("<!--") {
        return Some(find_end(rest, search_limit, |line| line.contains("-->")));
    }
    let lower = first.to_lowercase();
    let name = lower
        .get(1..)?
        .split(|character: char| !character.is_ascii_alphanumeric())
        .next()?;
    let name = *HTML_BLOCKS.iter().find(|whole| **whole == name)?;
    let (opening, end) = (format!("<{name}"), format!("</{name}"));
    let mut depth = 0;
    Some(find_end(rest, search_limit, |line| {
        let lower = line.to_lowercase();
        depth += lower.matches(&opening).count();
        depth = depth.saturating_sub(lower.matches(&end).count());
        depth == 0
    }))
}

/// The lines up to the one that closes the element, or up to a blank one if none does.
fn find_end(rest: &[&str], search_limit: usize, mut closes: impl FnMut(&str) -> bool) -> Extent {
    let end = rest.iter().take(search_limit).position(|line| closes(line));
    let blank = || {
        let lines = rest.iter().take_while(|line| !line.trim().is_empty());
        Extent::Unclosed(lines.count())
    };
    end.map_or_else(blank, |index| Extent::Closed(index + 1))
}

pub(crate) fn read(html: &str, line: usize, report: &mut Report) -> Vec<Block> {
    let page = html::read(
        Body {
            text: html,
            first_line: line,
        },
        report,
    );
    page.blocks
}
