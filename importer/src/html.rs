//! Reads HTML as browsers, Word and Google Docs export it.
//!
//! 1. [`template`]: the code of a page that a program fills in is cut out.
//! 2. [`tokens`]: html5ever's tokenizer splits the page into tags and text with their line numbers.
//! 3. [`tree`]: where each element ends, and what style sheets say of it (`css`, `counters`).
//! 4. [`omissions`]: what isn't the document, such as menus, hidden words and comments (`parts`,
//!    `linked`, `measures`), is left out and reported.
//! 5. [`notes`]: which links are the marks of footnotes.
//! 6. [`reader`]: one pass over the rest makes blocks.
//!
//! html5ever's tree builder isn't used, because it follows the HTML standard: it searches the whole
//! stack of open elements for many tags, which takes quadratic time on `<div>` repeated, and
//! moves misplaced text in front of its table (foster parenting), which would reorder a document.
//! Here a search ends after 256 elements, and text stays where it is.

mod counters;
mod css;
mod linked;
mod links;
mod lists;
mod measures;
mod notes;
mod omissions;
mod open_elements;
mod page;
mod parts;
mod reader;
mod table;
mod template;
mod tokens;
mod tree;
mod word;

pub(crate) use links::{normalize_link, report_image};
pub(crate) use tokens::Tag;

use crate::block::Block;
use crate::front_matter::Body;
use crate::report::Report;
use measures::Measures;
use notes::Notes;
use tree::Tree;

/// What was read from a page or a fragment of one.
pub(crate) struct Page {
    pub(crate) blocks: Vec<Block>,
    /// Its `<title>`.
    pub(crate) title: Option<String>,
    /// Whether a program fills it in: it has scripts, frames or the code of a template.
    pub(crate) has_code: bool,
}

pub(crate) fn read(body: Body<'_>, report: &mut Report) -> Page {
    let (markup, pieces) = template::without_code(body.text, body.first_line, report);
    let tree = Tree::build(tokens::tokenize(&markup, body.first_line));
    let measures = Measures::of(&tree);
    let omissions = omissions::find(&tree, &measures, report);
    let notes = Notes::of(&tree, &measures);
    let blocks = reader::read(&tree, &omissions, &notes, report);
    // Browsers show a line break in it as a space.
    let title = tree.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_code = |name: &str| matches!(name, "script" | "iframe" | "frame" | "object" | "embed");
    let mut elements = tree.elements.iter();
    Page {
        blocks,
        title: (!title.is_empty()).then_some(title),
        has_code: pieces > 0 || elements.any(|element| is_code(&element.tag.name)),
    }
}

/// Whether the text is HTML: it begins with a tag that only pages begin with, or with a block
/// element and has many tags, or it is the code of a page.
pub(crate) fn looks_like_html(text: &str) -> bool {
    if template::is_code(text) {
        return true;
    }
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
    // A fragment has as many tags as lines, and hardly a line that begins like Markdown and has no
    // tag.
    let is_block = tokens::is_block(tag);
    let tags = text.matches('<').count();
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    let markdown = text
        .lines()
        .filter(|line| line.starts_with(['#', '-', '*', '|']) && !line.contains('<'))
        .count();
    is_block && tags >= lines && markdown * 10 <= lines
}
