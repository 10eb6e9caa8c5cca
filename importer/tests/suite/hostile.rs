//! Input that is no document, or one that nobody would write: it is refused in words or imported,
//! and never hurts.

use crate::support::{assert_idempotent, import, refusal, try_import_as};
use importer::{Format, SIZE_LIMIT};

#[test]
fn pages_that_nobody_would_write_are_read_to_their_end() {
    let repeated = |part: &str| part.repeat(PARTS / 4);
    let pages = [
        repeated("<div>"),
        repeated("<ul><li>"),
        repeated("<a href=#x>1</a>"),
        repeated("<a id=x href=#x>1</a>"),
        repeated("<a href=#y id=z>1</a><p id=y>"),
        repeated("<s>a</s>b"),
        repeated("<p hidden>a"),
        repeated("<h1>"),
        repeated("{{"),
        repeated("{#if "),
        repeated("<%"),
        repeated("\n@if("),
        repeated("<"),
        format!("<p class='{}'>", repeated("a ")),
        format!(
            "<style>{}</style>{}",
            repeated(".a .b{display:none}"),
            repeated("<p class='a b'>x</p>")
        ),
        format!("<style>{}", repeated("/*{")),
        format!(
            "<style>ol{{counter-reset:i}}li{{counter-increment:i}}li:before{{content:counters(i,'.')}}</style>{}",
            repeated("<ol><li>a")
        ),
    ];
    for page in pages {
        let imported = try_import_as(
            Format::Html,
            format!("<html><body><p>The start.</p>{page}"),
            "en",
        );
        let text = imported.expect("a page").text;
        assert!(
            text.contains("The start."),
            "{}",
            page.get(..40).expect("a long page")
        );
    }
}

/// Parts of an input that a quadratic algorithm would read for minutes. No clock is asked: it would
/// say more of the machine than of the importer.
const PARTS: usize = 20_000;

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
        refusal(endless),
        format!("the document has `50000000` bytes, the limit is `{SIZE_LIMIT}`")
    );
    assert!(
        refusal(format!("# A\n\n{}", "word ".repeat(20_000)))
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
        let begin = input.get(..20).expect("a long input");
        assert_eq!(imported.text.matches("deep").count(), 1, "{begin}");
        assert_idempotent(&imported.text, "en", begin);
    }
}

#[test]
fn a_document_of_many_small_blocks_is_read_to_its_end() {
    let blocks = [
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
    for block in blocks {
        let edition = import(format!("{}\n\nThe end.\n", block.repeat(PARTS)), "en").text;
        assert!(edition.contains("The end."), "{block}");
    }
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
    let imported = try_import_as(Format::Html, page, "en").expect("a text");
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
        let begin = input.get(..20).expect("a long input");
        let limit = 4 * input.len();
        assert!(
            imported.text.len() < limit,
            "{begin}: {}",
            imported.text.len()
        );
        let reported: usize = imported
            .decisions
            .iter()
            .map(|decision| decision.message.len())
            .sum();
        assert!(reported < 16 * input.len(), "{begin}: {reported}");
    }
}

#[test]
fn the_search_through_open_elements_is_bounded() {
    let nested = |depth: usize| {
        let spans = "<span>".repeat(depth);
        import(format!("<h1>A</h1><p>one <b>{spans}two"), "en").text
    };
    assert!(nested(200).ends_with("one **two**\n"));
    assert!(nested(300).ends_with("one two\n"));
    let closed = |depth: usize| {
        let divisions = "<div>".repeat(depth);
        let page = format!("<h1>A</h1><blockquote>{divisions}One.</blockquote><p>Two.");
        import(page, "en").text
    };
    assert!(closed(200).ends_with("> One.\n\nTwo.\n"));
    assert!(closed(300).ends_with("> One.\n>\n> Two.\n"));
}

#[test]
fn a_paragraph_of_many_inline_elements_is_read_to_its_end() {
    let parts = [
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
    for part in parts {
        for start in ["<html><p>", "<html><table><tr><td>a<td>", "<html><li>"] {
            let page = format!("{start}{}The end.", part.repeat(PARTS));
            assert!(
                import(page, "en").text.contains("The end."),
                "{start}{part}"
            );
        }
    }
}
