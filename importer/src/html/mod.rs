//! Reads HTML as browsers, Word and Google Docs export it.
//!
//! 1. [`tokens`]: html5ever's tokenizer turns the page into tags and words with their lines.
//! 2. [`reader`]: a flat walk over them makes blocks. No tree is built, so depth costs nothing.

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

/// Reads a page or a fragment: its blocks, and what its `<title>` says.
pub(crate) fn read(body: Body<'_>, report: &mut Report) -> (Vec<Block>, Option<String>) {
    let tokens = tokens::tokenize(body.text, body.first_line);
    reader::read(tokens, report)
}

/// The text is HTML, not Markdown: it begins with a tag that only pages begin with, or with a block among many tags.
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
    // A fragment: as many tags as lines, and hardly a line that begins like Markdown.
    let is_block = tokens::is_block(tag);
    let tags = text.matches('<').count();
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    let markdown = text
        .lines()
        .filter(|line| line.starts_with(['#', '-', '*', '|']))
        .count();
    is_block && tags >= lines && markdown * 10 <= lines
}
