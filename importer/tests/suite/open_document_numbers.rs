//! The numbers of an OpenDocument text are those that LibreOffice shows.

use crate::files::OpenText;
use crate::support::import;

/// A level of a style of lists.
fn level(place: u32, format: &str, more: &str) -> String {
    format!(
        r#"<text:list-level-style-number text:level="{place}" style:num-format="{format}" {more}/>"#
    )
}

fn style(name: &str, levels: &str) -> String {
    format!(r#"<text:list-style style:name="{name}">{levels}</text:list-style>"#)
}

/// 1., 1.1. and a).
fn legal() -> String {
    style(
        "L",
        &[
            level(1, "1", r#"style:num-suffix=".""#),
            level(2, "1", r#"style:num-suffix="." text:display-levels="2""#),
            level(3, "a", r#"style:num-suffix=")""#),
        ]
        .concat(),
    )
}

fn item(attributes: &str, inner: &str) -> String {
    format!("<text:list-item {attributes}>{inner}</text:list-item>")
}

fn list(attributes: &str, items: &str) -> String {
    format!("<text:list {attributes}>{items}</text:list>")
}

const X: &str = "<text:p>x</text:p>";
const L: &str = r#"text:style-name="L""#;

fn numbers(text: &OpenText<'_>) -> String {
    let source = import(text.file(), "en").source;
    assert_eq!(
        import(text.flat(), "en").source,
        source,
        "a flat file is the same"
    );
    let numbers = source
        .split("\n\n")
        .map(|paragraph| paragraph.trim_end_matches('x').trim());
    numbers
        .map(|number| if number.is_empty() { "–" } else { number })
        .collect::<Vec<_>>()
        .join(" | ")
}

fn check(rule: &str, automatic: &str, body: &str, expected: &str) {
    let text = OpenText {
        body,
        automatic,
        ..OpenText::default()
    };
    assert_eq!(numbers(&text), expected, "{rule}");
}

#[test]
fn lists_inside_of_lists_are_further_levels() {
    let third = list("", &item("", &list("", &(item("", X) + &item("", X)))));
    let second = list("", &(item("", X) + &item("", X)));
    let body = list(
        L,
        &(item("", &(X.to_owned() + &second)) + &item("", X) + &item("", &third)),
    );
    check("nested", &legal(), &body, "1. | 1.1. | 1.2. | 2. | a) | b)");
    let deep = list(L, &item("", &list("", &(item("", X) + &item("", X)))));
    check(
        "a level without a paragraph shows its start",
        &legal(),
        &deep,
        "1.1. | 1.2.",
    );
    let more = list(L, &item("", &(X.to_owned() + X)));
    check(
        "only the first paragraph of an item has its number",
        &legal(),
        &more,
        "1. | –",
    );
    let header = list(
        L,
        &format!("<text:list-header>{X}</text:list-header>{}", item("", X)),
    );
    check("a header has none", &legal(), &header, "– | 1.");
}

#[test]
fn a_list_goes_on_where_it_says_so() {
    let one = list(&format!(r#"{L} xml:id="a""#), &(item("", X) + &item("", X)));
    let other = list(L, &item("", X));
    let named = list(&format!(r#"{L} text:continue-list="a""#), &item("", X));
    let following = list(
        &format!(r#"{L} text:continue-numbering="true""#),
        &item("", X),
    );
    check(
        "a new one starts again",
        &legal(),
        &(one.clone() + X + &other),
        "1. | 2. | – | 1.",
    );
    check(
        "continue-list",
        &legal(),
        &(one.clone() + &other + &named),
        "1. | 2. | 1. | 3.",
    );
    check(
        "continue-numbering",
        &legal(),
        &(one.clone() + X + &following),
        "1. | 2. | – | 3.",
    );
    let second = list(
        &format!(r#"{L} text:continue-numbering="true""#),
        &item("", &list("", &item("", X))),
    );
    check(
        "a second level goes on below",
        &legal(),
        &(one + &second),
        "1. | 2. | 2.1.",
    );
}

#[test]
fn an_item_may_start_elsewhere_and_have_another_style() {
    let started = list(L, &(item(r#"text:start-value="5""#, X) + &item("", X)));
    check("start-value of an item", &legal(), &started, "5. | 6.");
    let from_three = style(
        "L",
        &level(1, "1", r#"text:start-value="3" style:num-prefix="§ ""#),
    );
    check(
        "start-value of a level",
        &from_three,
        &list(L, &(item("", X) + &item("", X))),
        "§ 3 | § 4",
    );
    let other = legal() + &style("R", &level(1, "I", r#"style:num-suffix=".""#));
    let body = list(
        L,
        &(item("", X) + &item(r#"text:style-override="R""#, X) + &item("", X)),
    );
    check("style-override", &other, &body, "1. | II. | 3.");
    let own = legal()
        + r#"<style:style style:name="P1" style:family="paragraph" style:parent-style-name="P0"/><style:style style:name="P0" style:family="paragraph" style:list-style-name="L"/>"#;
    let paragraph = r#"<text:p text:style-name="P1">x</text:p>"#;
    check(
        "the style of the paragraph",
        &own,
        &list("", &item("", paragraph)),
        "1.",
    );
}

#[test]
fn numbers_are_written_in_the_system_of_the_level() {
    let many = list(L, &item("", X).repeat(31));
    let last = |format: &str, more: &str| {
        let automatic = style("L", &level(1, format, more));
        let text = OpenText {
            body: &many,
            automatic: &automatic,
            ..OpenText::default()
        };
        let all = numbers(&text);
        all.rsplit(" | ").next().expect("a number").to_owned()
    };
    for (format, more, expected) in [
        ("1", "", "31"),
        ("A", "", "AE"),
        ("A", r#"style:num-letter-sync="true""#, "EE"),
        ("i", "", "xxxi"),
        ("а, б, .., аа, аб, ... (ru)", "", "аб"),
        ("а, б, .., аа, бб, ... (ru)", "", "бб"),
        ("А, Б, .., Аа, Аб, ... (ru)", "", "Аб"),
        ("一, 二, 三, ...", "", "三十一"),
        ("", "", "–"),
        ("unknown", "", "31"),
        ("1", r#"loext:num-list-format="(%1%) ""#, "(31)"),
    ] {
        assert_eq!(last(format, more), expected, "{format}");
    }
}

#[test]
fn a_pattern_of_libreoffice_says_the_whole_number() {
    let levels = [
        level(1, "1", r#"loext:num-list-format="%1%.""#),
        level(
            2,
            "I",
            r#"loext:num-list-format="%1%-%2%)" text:display-levels="2""#,
        ),
        r#"<text:list-level-style-bullet text:level="3" text:bullet-char="•"/>"#.to_owned(),
    ]
    .concat();
    let third = list("", &item("", X));
    let second = list("", &item("", &(X.to_owned() + &third)));
    let body = list(L, &item("", &(X.to_owned() + &second)));
    check("pattern", &style("L", &levels), &body, "1. | 1-I) | -");
}

#[test]
fn headings_are_numbered_by_the_outline() {
    let styles = r#"<text:outline-style style:name="Outline"><text:outline-level-style text:level="1" style:num-format="1" style:num-suffix="."/><text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/><text:outline-level-style text:level="3" style:num-format=""/></text:outline-style>"#;
    let automatic =
        r#"<style:style style:name="P1" style:family="paragraph" style:list-style-name=""/>"#;
    let heading = |level: u32, more: &str| {
        format!(r#"<text:h text:outline-level="{level}" {more}>x</text:h>"#)
    };
    let body = [
        heading(1, ""),
        heading(2, ""),
        heading(2, ""),
        heading(3, ""),
        heading(1, r#"text:is-list-header="true""#),
        heading(1, r#"text:style-name="P1""#),
        heading(1, ""),
        heading(2, ""),
        heading(1, r#"text:restart-numbering="true" text:start-value="7""#),
        list(r#"text:style-name="Outline""#, &item("", &heading(1, ""))),
    ]
    .concat();
    let text = OpenText {
        body: &body,
        automatic,
        styles,
        ..OpenText::default()
    };
    assert_eq!(
        numbers(&text),
        "1. | 1.1 | 1.2 | – | – | – | 2. | 2.1 | 7. | 8."
    );
}
