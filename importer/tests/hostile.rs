//! Input that is no document, or one that nobody would write: it is refused in words or imported, and never hurts.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod support;

use importer::{Format, SIZE_LIMIT};
use support::{assert_idempotent, import, options};

fn refusal(input: &[u8]) -> String {
    let result = importer::import(input, &options("en", Format::Auto));
    result.expect_err("a refusal").to_string()
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_place() {
    assert_eq!(
        refusal(b"# A\n\nb\xffc"),
        "line `3` is not UTF-8: the byte at offset `6` has no meaning there"
    );
    assert_eq!(
        refusal(b"# A\nb\0c"),
        "line `2` has a NUL character at byte offset `5`: the file is not a text"
    );
}

#[test]
fn a_text_without_end_is_refused() {
    let endless = vec![b'x'; 50_000_000];
    assert_eq!(
        refusal(&endless),
        format!("the document has `50000000` bytes, the limit is `{SIZE_LIMIT}`")
    );
    assert!(
        refusal(format!("# A\n\n{}", "word ".repeat(20_000)).as_bytes())
            .starts_with("line `3` has `100000` bytes")
    );
}

#[test]
fn nesting_of_any_depth_keeps_its_words() {
    const DEPTH: usize = 10_000;
    let lists: String = (0..1_000)
        .map(|depth| format!("{}- level\n", "  ".repeat(depth)))
        .collect();
    let inputs = [
        format!("{}deep", "- ".repeat(DEPTH)),
        format!("{}deep", "> ".repeat(DEPTH)),
        format!(
            "{}deep{}",
            "**a ".repeat(DEPTH / 2),
            " b**".repeat(DEPTH / 2)
        ),
        format!("{}deep", "[".repeat(DEPTH)),
        format!("{}deep{}", "<div>".repeat(DEPTH), "</div>".repeat(DEPTH)),
        format!("<ul>{}deep", "<li><ul>".repeat(DEPTH)),
        format!("<html>{}deep", "<table><tr><td>".repeat(DEPTH)),
        format!("<html>{}deep{}", "<b>".repeat(DEPTH), "</b>".repeat(DEPTH)),
        format!("<html>{}deep", "<blockquote><p>".repeat(DEPTH)),
        format!("{lists}\ndeep"),
    ];
    for input in inputs {
        let imported = import(&input, "en");
        let begin = input.get(..20).unwrap_or_default();
        assert_eq!(imported.text.matches("deep").count(), 1, "{begin}");
        assert_idempotent(&imported.text, "en", begin);
    }
}

#[test]
fn many_small_pieces_are_read_in_time_that_grows_with_their_number() {
    const PIECES: usize = 20_000;
    let pieces = [
        "1.1. a b\n",
        "12\n\n",
        "1. a\n\nb\n\n",
        "a  \n",
        "<p>\n\n",
        "а) x\n\n",
        "| a | b |\n",
        "[a]: https://x.example\n",
        "<!-- x\n\n",
    ];
    let begin = std::time::Instant::now();
    for piece in pieces {
        import(&piece.repeat(PIECES), "en");
    }
    // Seconds even in a debug build on a busy machine; a search through all pieces for each piece would take many minutes.
    assert!(begin.elapsed().as_secs() < 120, "{:?}", begin.elapsed());
}

#[test]
fn an_empty_document_has_only_the_given_title() {
    for input in ["", "\n\n", "\u{feff}", "<!-- -->"] {
        let imported = import(input, "en");
        assert_eq!(
            imported.text, "+++\ntitle = \"Policy\"\npublished = 2026-11-20\n+++\n",
            "{input:?}"
        );
    }
}

#[test]
fn a_heading_without_words_is_no_title() {
    let page = b"<html><body><h1>\xe2\x80\xa2 </h1><p>text</p></body></html>";
    let imported = importer::import(page, &options("en", Format::Html)).expect("a text");
    assert!(
        imported.text.starts_with("+++\ntitle = \"Policy\"\n"),
        "{}",
        imported.text
    );
}

#[test]
fn a_small_page_makes_no_edition_without_end() {
    let link = format!("<a href='https://x.example/{}'>", "x".repeat(500_000));
    let inputs = [
        // Each row as wide as the widest.
        format!(
            "<table><tr>{}</tr>{}</table>",
            "<td>a</td>".repeat(10_000),
            "<tr><td>a</td></tr>".repeat(10_000)
        ),
        format!(
            "<table>{}</table>",
            "<tr><td colspan=20>a</td></tr>".repeat(20_000)
        ),
        // Each word with the address.
        format!("<p>{link}{}", "<b>a</b> b ".repeat(50_000)),
        format!(
            "# A\n\n[x]: https://x.example/{}\n\n{}",
            "x".repeat(60_000),
            "[x] a\n\n".repeat(20_000)
        ),
    ];
    for input in inputs {
        let imported = import(&input, "en");
        let begin = input.get(..20).unwrap_or_default();
        let limit = 4 * input.len();
        assert!(
            imported.text.len() < limit,
            "{begin}: {}",
            imported.text.len()
        );
        let told: usize = imported
            .decisions
            .iter()
            .map(|decision| decision.message.len())
            .sum();
        assert!(told < 16 * input.len(), "{begin}: {told}");
    }
}

#[test]
fn a_paragraph_of_many_pieces_is_read_in_time_that_grows_with_their_number() {
    const PIECES: usize = 30_000;
    let pieces = [
        "<b>a</b> b ",
        "<b> </b><i> </i>",
        "a. ",
        "a<br>",
        "<i>",
        "<font>a</font></p>",
        "[[a ",
        "<td>a",
        "</div><i>",
    ];
    let begin = std::time::Instant::now();
    for piece in pieces {
        for start in ["<html><p>", "<html><table><tr><td>a<td>", "<html><li>"] {
            import(&format!("{start}{}", piece.repeat(PIECES)), "en");
        }
    }
    // As above.
    assert!(begin.elapsed().as_secs() < 120, "{:?}", begin.elapsed());
}
