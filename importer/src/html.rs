//! Reads HTML as browsers, Word and Google Docs export it.
//!
//! 1. [`tokens`]: html5ever's tokenizer splits the page into tags and text with their line numbers.
//! 2. [`reader`]: one pass over the tokens makes blocks.
//!
//! html5ever's tree builder isn't used, because it follows the HTML standard: it searches the whole
//! stack of open elements for many tags, which takes quadratic time on `<div>` repeated, and
//! moves misplaced text in front of its table (foster parenting), which would reorder a document.
//! Here a search ends after 256 elements, and text stays where it is.

mod links;
mod lists;
mod open_elements;
mod reader;
mod style;
mod table;
mod tokens;
mod word;

pub(crate) use links::{normalize_link, report_image};
pub(crate) use tokens::Tag;

use crate::block::Block;
use crate::front_matter::Body;
use crate::report::Report;

/// The blocks of a page or fragment, and its `<title>`.
pub(crate) fn read(body: Body<'_>, report: &mut Report) -> (Vec<Block>, Option<String>) {
    let tokens = tokens::tokenize(body.text, body.first_line);
    reader::read(tokens, report)
}

/// Whether the text is HTML: it begins with a tag that only pages begin with, or with a block
/// element and has many tags.
pub(crate) fn looks_like_html(text: &str) -> bool {
    let mut start = text.trim_start();
    while let Some((_, after)) = start
        .strip_prefix("<!--")
        .and_then(|rest| rest.split_once("-->"))
    {
        start = after.trim_start();
    }
    let head: String = start.chars().take(40).collect::<String>().to_lowercase();
    const PAGE: [&str; 6] = ["<!doctype", "<html", "<head", "<body", "<meta", "<?xml"];
    if PAGE.iter().any(|tag| head.starts_with(tag)) {
        return true;
    }
    let Some(tag) = head
        .strip_prefix('<')
        .and_then(|rest| rest.split([' ', '>', '/']).next())
    else {
        return false;
    };
    // A fragment has as many tags as lines, and hardly a line that begins like Markdown.
    let is_block = tokens::is_block(tag);
    let tags = text.matches('<').count();
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    let markdown = text
        .lines()
        .filter(|line| line.starts_with(['#', '-', '*', '|']))
        .count();
    is_block && tags >= lines && markdown * 10 <= lines
}
