//! The numbers of a Word file are those that Word shows. Each case says which rule of ECMA-376
//! part 1, 17.9 it is about; what is expected was worked out by hand from the rules.

use crate::files::Word;
use crate::support::import;

/// A level: its format, its text, and further elements.
fn level(place: u32, format: &str, text: &str, more: &str) -> String {
    format!(
        r#"<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{format}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>"#
    )
}

/// A definition of lists.
fn definition(id: u32, levels: &str) -> String {
    format!(r#"<w:abstractNum w:abstractNumId="{id}">{levels}</w:abstractNum>"#)
}

/// A list of a definition.
fn list(id: u32, definition: u32, changes: &str) -> String {
    format!(r#"<w:num w:numId="{id}"><w:abstractNumId w:val="{definition}"/>{changes}</w:num>"#)
}

/// Levels 1., 1.1., 1.1.1. and so on.
fn legal() -> String {
    let texts = (0..9_u32).map(|place| {
        let text: String = (1..=place + 1)
            .map(|number| format!("%{number}."))
            .collect();
        level(place, "decimal", &text, "")
    });
    texts.collect()
}

/// Paragraphs of one letter, each with properties or with list and level.
fn paragraphs(properties: &[&str]) -> String {
    let paragraphs = properties.iter().map(|one| {
        let place = one
            .split_once(' ')
            .filter(|(list, _)| list.parse::<u32>().is_ok());
        let properties = match place {
            Some((list, level)) => {
                format!(r#"<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list}"/></w:numPr>"#)
            }
            None => (*one).to_owned(),
        };
        format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>x</w:t></w:r></w:p>")
    });
    paragraphs.collect()
}

/// What stands before each paragraph.
fn numbers(word: &Word<'_>) -> String {
    let imported = import(word.file(), "en");
    let paragraphs = imported.source.split("\n\n");
    let numbers = paragraphs.map(|paragraph| paragraph.trim_end_matches('x').trim());
    numbers
        .map(|number| if number.is_empty() { "–" } else { number })
        .collect::<Vec<_>>()
        .join(" | ")
}

fn check(rule: &str, numbering: &str, styles: &str, properties: &[&str], expected: &str) {
    let body = paragraphs(properties);
    let word = Word {
        body: &body,
        numbering,
        styles,
        ..Word::default()
    };
    assert_eq!(numbers(&word), expected, "{rule}");
}

#[test]
fn levels_count_and_restart_below_each_other() {
    let numbering = definition(0, &legal()) + &list(1, 0, "");
    check(
        "7",
        &numbering,
        "",
        &[
            "1 0", "1 1", "1 1", "1 2", "1 0", "1 1", "1 2", "1 2", "1 1",
        ],
        "1. | 1.1. | 1.2. | 1.2.1. | 2. | 2.1. | 2.1.1. | 2.1.2. | 2.2.",
    );
    check(
        "8: levels without a paragraph show their start",
        &numbering,
        "",
        &["1 2", "1 0", "1 2"],
        "1.1.1. | 1. | 1.1.1.",
    );
    check(
        "nine levels",
        &numbering,
        "",
        &["1 8", "1 8"],
        "1.1.1.1.1.1.1.1.1. | 1.1.1.1.1.1.1.1.2.",
    );
}

#[test]
fn a_level_restarts_where_its_definition_says() {
    let points = |restart: &str| {
        let chapters = level(0, "upperRoman", "Chapter %1.", "");
        let parts = level(1, "decimal", "%2.", "");
        let points = level(
            2,
            "decimal",
            "%3)",
            &format!(r#"<w:lvlRestart w:val="{restart}"/>"#),
        );
        definition(0, &(chapters + &parts + &points)) + &list(1, 0, "")
    };
    let places = ["1 0", "1 1", "1 2", "1 2", "1 1", "1 2", "1 0", "1 2"];
    check(
        "7: never",
        &points("0"),
        "",
        &places,
        "Chapter I. | 1. | 1) | 2) | 2. | 3) | Chapter II. | 4)",
    );
    check(
        "7: after the first level",
        &points("1"),
        "",
        &places,
        "Chapter I. | 1. | 1) | 2) | 2. | 3) | Chapter II. | 1)",
    );
    check(
        "7: after the second or an earlier one",
        &points("2"),
        "",
        &places,
        "Chapter I. | 1. | 1) | 2) | 2. | 1) | Chapter II. | 1)",
    );
}

#[test]
fn lists_of_one_definition_go_on_counting_unless_they_start_themselves() {
    let start = |level: u32, start: u32| {
        format!(
            r#"<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride>"#
        )
    };
    let both = definition(0, &legal()) + &list(1, 0, "") + &list(2, 0, "");
    check(
        "6",
        &both,
        "",
        &["1 0", "1 0", "2 0", "1 0"],
        "1. | 2. | 3. | 4.",
    );
    let own = definition(0, &legal()) + &list(1, 0, "") + &list(2, 0, &start(0, 1));
    check(
        "5: at its first use",
        &own,
        "",
        &["1 0", "1 0", "2 0", "2 0", "1 0"],
        "1. | 2. | 1. | 2. | 3.",
    );
    let five = definition(0, &legal()) + &list(1, 0, "") + &list(2, 0, &start(1, 5));
    check(
        "5: at each restart",
        &five,
        "",
        &["2 0", "2 1", "2 1", "2 0", "2 1"],
        "1. | 1.5. | 1.6. | 2. | 2.5.",
    );
    let other =
        definition(0, &legal()) + &definition(1, &legal()) + &list(1, 0, "") + &list(2, 1, "");
    check(
        "another definition counts apart",
        &other,
        "",
        &["1 0", "2 0", "1 0", "2 0"],
        "1. | 1. | 2. | 2.",
    );
}

#[test]
fn a_list_may_replace_a_level_whole() {
    let change = format!(
        r#"<w:lvlOverride w:ilvl="0">{}</w:lvlOverride>"#,
        level(0, "upperLetter", "(%1)", "")
            .replace(r#"<w:start w:val="1"/>"#, r#"<w:start w:val="3"/>"#)
    );
    let numbering = definition(0, &legal()) + &list(1, 0, &change) + &list(2, 0, "");
    check(
        "5",
        &numbering,
        "",
        &["1 0", "1 0", "1 1", "2 0"],
        "(C) | (D) | D.1. | 5.",
    );
}

#[test]
fn a_paragraph_has_the_list_of_its_style() {
    let numbering = definition(
        0,
        &[
            level(0, "decimal", "%1.", r#"<w:pStyle w:val="Section"/>"#),
            level(1, "decimal", "%1.%2.", r#"<w:pStyle w:val="Clause"/>"#),
        ]
        .concat(),
    ) + &list(1, 0, "");
    let style = |id: &str, inner: &str| {
        format!(
            r#"<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="{id}"/>{inner}</w:style>"#
        )
    };
    let of_list = |inner: &str| format!("<w:pPr><w:numPr>{inner}</w:numPr></w:pPr>");
    let list_one = r#"<w:numId w:val="1"/>"#;
    let styles = [
        style("Section", &of_list(list_one)),
        // The level that names the style counts, whatever the style says.
        style(
            "Clause",
            &of_list(&format!(r#"<w:ilvl w:val="0"/>{list_one}"#)),
        ),
        style("Based", r#"<w:basedOn w:val="Clause"/>"#),
        style(
            "Bare",
            &format!(
                r#"<w:basedOn w:val="Clause"/>{}"#,
                of_list(r#"<w:numId w:val="0"/>"#)
            ),
        ),
        style(
            "Level",
            &of_list(&format!(r#"<w:ilvl w:val="1"/>{list_one}"#)),
        ),
        style("Loop", r#"<w:basedOn w:val="Pool"/>"#),
        style("Pool", r#"<w:basedOn w:val="Loop"/>"#),
    ]
    .concat();
    let of = |style: &str| format!(r#"<w:pStyle w:val="{style}"/>"#);
    let no_number =
        r#"<w:pStyle w:val="Clause"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>"#;
    let own_level = r#"<w:pStyle w:val="Clause"/><w:numPr><w:ilvl w:val="0"/></w:numPr>"#;
    check(
        "2, 3",
        &numbering,
        &styles,
        &[
            &of("Section"),
            &of("Clause"),
            &of("Based"),
            &of("Bare"),
            no_number,
            own_level,
            &of("Level"),
            &of("Loop"),
            &of("Missing"),
        ],
        "1. | 1.1. | 1.2. | – | – | 2. | 2.1. | – | –",
    );
    let default = styles.replacen(
        r#"w:styleId="Section""#,
        r#"w:default="1" w:styleId="Section""#,
        1,
    );
    check(
        "2: the default style",
        &numbering,
        &default,
        &["", &of("Clause"), ""],
        "1. | 1.1. | 2.",
    );
}

#[test]
fn a_definition_may_be_that_of_a_style_of_lists() {
    let link = r#"<w:numStyleLink w:val="Legal"/>"#;
    let numbering = definition(0, link)
        + &definition(
            1,
            &(r#"<w:styleLink w:val="Legal"/>"#.to_owned() + &legal()),
        )
        + &list(1, 0, "")
        + &list(2, 1, "");
    let styles = r#"<w:style w:type="numbering" w:styleId="Legal"><w:name w:val="Legal"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>"#;
    check(
        "4, 6",
        &numbering,
        styles,
        &["1 0", "1 1", "2 1", "1 0"],
        "1. | 1.1. | 1.2. | 2.",
    );
}

#[test]
fn the_text_around_a_number_is_literal() {
    let one = |format: &str, text: &str, more: &str| {
        definition(0, &level(0, format, text, more)) + &list(1, 0, "")
    };
    let twice = ["1 0", "1 0"];
    for (format, text, expected) in [
        ("decimal", "Глава %1.", "Глава 1. | Глава 2."),
        ("decimal", "§ %1", "§ 1 | § 2"),
        ("decimal", "Статья&#160;%1.", "Статья 1. | Статья 2."),
        ("decimal", "%1-бап.", "1-бап. | 2-бап."),
        ("upperRoman", "Article %1", "Article I | Article II"),
        ("decimal", "100%", "100% | 100%"),
        ("decimal", "%1)", "1) | 2)"),
        ("lowerLetter", "(%1)", "(a) | (b)"),
        ("russianLower", "%1)", "а) | б)"),
        ("russianUpper", "%1.", "А. | Б."),
        ("lowerRoman", "%1.", "i. | ii."),
        ("decimalZero", "%1", "01 | 02"),
        ("chineseCounting", "第%1条", "第一条 | 第二条"),
        ("japaneseCounting", "第%1条", "第一条 | 第二条"),
        ("decimalFullWidth", "%1、", "１、 | ２、"),
        ("none", "Note:", "Note: | Note:"),
        ("none", "", "– | –"),
        ("bullet", "·", "- | -"),
        ("bullet", "Note:", "Note: | Note:"),
        ("ordinal", "%1.", "1. | 2."),
    ] {
        check("9", &one(format, text, ""), "", &twice, expected);
    }
    let attached = one("chineseCounting", "第%1条", r#"<w:suff w:val="nothing"/>"#);
    check(
        "a space or none follows",
        &attached,
        "",
        &twice,
        "第一条 | 第二条",
    );
    let body = paragraphs(&["1 0"]);
    let word = Word {
        body: &body,
        numbering: &attached,
        ..Word::default()
    };
    assert_eq!(import(word.file(), "en").source, "第一条x");
}

#[test]
fn a_legal_level_shows_decimal_numbers_only() {
    let numbering = definition(
        0,
        &[
            level(0, "upperRoman", "Article %1.", ""),
            level(1, "decimalZero", "Section %1.%2", r#"<w:isLgl/>"#),
            level(2, "decimal", "%1.%3", r#"<w:isLgl w:val="0"/>"#),
        ]
        .concat(),
    ) + &list(1, 0, "");
    check(
        "8",
        &numbering,
        "",
        &["1 0", "1 0", "1 1", "1 1", "1 2"],
        "Article I. | Article II. | Section 2.1 | Section 2.2 | II.1",
    );
}

#[test]
fn a_newer_format_stands_beside_an_older_one() {
    let newer = |format: &str| {
        let level = format!(
            r#"<w:lvl w:ilvl="0"><w:start w:val="9"/><mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="{format}"/></mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent><w:lvlText w:val="%1."/></w:lvl>"#
        );
        definition(0, &level) + &list(1, 0, "")
    };
    check(
        "custom",
        &newer("001, 002, 003, ..."),
        "",
        &["1 0", "1 0"],
        "009. | 010.",
    );
    check("fallback", &newer("unknown, ..."), "", &["1 0"], "9.");
}

#[test]
fn what_is_not_shown_does_not_count() {
    let numbering = definition(0, &legal()) + &list(1, 0, "");
    let place = r#"<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>"#;
    let words = |words: &str| format!("<w:r><w:t>{words}</w:t></w:r>");
    let deleted = "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>";
    let body = [
        format!("<w:p><w:pPr>{place}</w:pPr>{}</w:p>", words("x")),
        // Deleted with its end: the number goes, too.
        format!("<w:p><w:pPr>{place}<w:rPr><w:del/></w:rPr></w:pPr>{deleted}</w:p>"),
        format!("<w:p><w:pPr>{place}</w:pPr>{}</w:p>", words("x")),
        // Its end alone: the next paragraph goes on in it, and has its number.
        format!("<w:p><w:pPr>{place}<w:rPr><w:del/></w:rPr></w:pPr>{}</w:p>", words("x")),
        format!("<w:p><w:pPr>{place}</w:pPr>{}</w:p>", words("x")),
        // Hidden.
        format!("<w:p><w:pPr>{place}<w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:rPr><w:vanish/></w:rPr><w:t>h</w:t></w:r></w:p>"),
        format!("<w:p><w:pPr>{place}</w:pPr>{}</w:p>", words("x")),
        // Without words a number is shown, but no block is left of it.
        format!("<w:p><w:pPr>{place}</w:pPr></w:p>"),
        format!("<w:p><w:pPr>{place}</w:pPr>{}</w:p>", words("x")),
        format!("<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"77\"/></w:numPr></w:pPr>{}</w:p>", words("x")),
    ]
    .concat();
    let word = Word {
        body: &body,
        numbering: &numbering,
        ..Word::default()
    };
    assert_eq!(numbers(&word), "1. | 2. | 3. | 4. | 6. | –");
    let imported = import(word.file(), "en");
    let removed = |kind: &str| imported.repairs.iter().any(|one| one.kind.code() == kind);
    assert!(removed("empty-block"), "{:?}", imported.repairs);
}

#[test]
fn numbers_inside_of_items_are_those_of_nested_items() {
    let numbering = definition(
        0,
        &[
            level(0, "decimal", "%1.", ""),
            level(1, "decimal", "%2)", ""),
            level(2, "bullet", "–", ""),
        ]
        .concat(),
    ) + &list(1, 0, "");
    check(
        "nested",
        &numbering,
        "",
        &["1 0", "1 1", "1 1", "1 2", "1 0", "1 1"],
        "1. | 1) | 2) | - | 2. | 1)",
    );
}
