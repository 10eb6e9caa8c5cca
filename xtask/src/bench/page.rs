//! docs/performance.md: text written by hand and, between marker comments, blocks that `cargo xtask
//! bench` writes.
//!
//! ```text
//! <!-- bench:builder -->
//! … replaced at each run …
//! <!-- /bench:builder -->
//! ```

use anyhow::{Context, Result};

use crate::files;
use crate::project::Project;

/// Relative to the root.
const PAGE: &str = "docs/performance.md";

/// Folder of its pictures, relative to the root.
const PICTURES: &str = "docs/performance";

/// Replaces a part's block, and its pictures.
///
/// # Errors
/// The document lacks the markers, or something can't be written.
pub(super) fn write(
    project: &Project,
    part: &str,
    block: &str,
    pictures: &[(String, String)],
) -> Result<()> {
    let page = project.root.join(PAGE);
    let text = replace_block(&files::read(&page)?, part, block)?;
    let folder = project.root.join(PICTURES);
    for (name, picture) in pictures {
        files::write(&folder.join(name), picture)?;
    }
    files::write(&page, text)?;
    println!("written: {PAGE}");
    Ok(())
}

/// The text with another block between the markers of a part.
fn replace_block(text: &str, part: &str, block: &str) -> Result<String> {
    let (open, close) = (
        format!("<!-- bench:{part} -->"),
        format!("<!-- /bench:{part} -->"),
    );
    let lacks = || format!("{PAGE} lacks the lines `{open}` and `{close}`");
    let (before, rest) = text.split_once(&open).with_context(lacks)?;
    let (_, after) = rest.split_once(&close).with_context(lacks)?;
    Ok(format!(
        "{before}{open}\n\n{}\n\n{close}{after}",
        block.trim()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Part;
    use clap::ValueEnum as _;

    #[test]
    fn a_block_is_replaced_and_nothing_else() {
        let text = "a\n<!-- bench:one -->\nold\n<!-- /bench:one -->\nb\n<!-- bench:two -->\n<!-- /bench:two -->\n";
        let once = replace_block(text, "one", "new\n").unwrap();
        assert_eq!(
            once,
            "a\n<!-- bench:one -->\n\nnew\n\n<!-- /bench:one -->\nb\n<!-- bench:two -->\n<!-- /bench:two -->\n"
        );
        assert_eq!(replace_block(&once, "one", "new").unwrap(), once);
        assert!(replace_block(text, "three", "new").is_err());
    }

    #[test]
    fn the_document_has_a_place_for_every_part() {
        let root = Project::find().unwrap().root;
        let text = std::fs::read_to_string(root.join(PAGE)).unwrap();
        for part in Part::value_variants() {
            assert!(
                replace_block(&text, part.name(), "").is_ok(),
                "{}",
                part.name()
            );
        }
    }
}
