//! Properties that hold for every input: no panic, no lost or doubled word, nothing left to repair
//! in the output.

use crate::support::{assert_idempotent, cases, latin, title_and_body, try_import, try_import_as};
use importer::{DecisionKind, Format, Imported};
use proptest::prelude::*;

/// All letters in order. Numbering and markup, which may part or join words, are another matter.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|letter| letter.is_alphabetic())
        .map(latin)
        .collect()
}

/// The edition has the letters of the input, once and in order; only the title may have moved to
/// the front.
fn assert_words_kept(input: &str, edition: &str) {
    let before = letters(input);
    let (title, body) = title_and_body(edition);
    let (title, body) = (letters(&title), letters(body));
    // Places may overlap, when the title repeats itself.
    let mut places = (0..=before.len()).filter(|place| before.is_char_boundary(*place));
    let kept = places.any(|place| {
        let (start, rest) = before.split_at(place);
        let after = rest.strip_prefix(title.as_str());
        after.is_some_and(|after| body == format!("{start}{after}"))
    });
    let is_fallback = title == "Policy" && before == body;
    assert!(
        kept || is_fallback,
        "words differ\n input: {input:?}\n edition: {edition}"
    );
}

/// What the decisions say was left out of a page; `None` if they only quote the beginning of it.
fn left_out(imported: &Imported) -> Option<String> {
    let mut words = String::new();
    for decision in &imported.decisions {
        let message = decision.message.as_str();
        let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        match decision.kind {
            DecisionKind::LeftOut if message.contains(" …") => return None,
            // The first number says how many words they are.
            DecisionKind::LeftOut => words.extend(quoted.last().copied()),
            DecisionKind::Hidden | DecisionKind::Comment | DecisionKind::Change
                if message.contains("left out") =>
            {
                words.extend(quoted);
            }
            _ => {}
        }
    }
    Some(words)
}

/// Every letter of the page is in the edition or among what the report says was left out, and those
/// of the edition are in order.
fn assert_page_kept(page: &str, imported: &Imported) {
    let Some(left_out) = left_out(imported) else {
        return;
    };
    let edition = without_markup(&imported.text);
    if left_out.is_empty() {
        return assert_words_kept(page, &edition);
    }
    let (title, body) = title_and_body(&edition);
    let title = if title == "Policy" {
        String::new()
    } else {
        title
    };
    let sorted = |text: &str| {
        let mut letters: Vec<char> = letters(text).chars().collect();
        letters.sort_unstable();
        letters
    };
    assert_eq!(
        sorted(page),
        sorted(&format!("{title}{body}{left_out}")),
        "{page}\n{edition}\n{left_out}"
    );
}

fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "Оператор",
        "деректер",
        "мен",
        "Policy",
        "data",
        "сайт",
        "Саясат",
        "құқық",
        "consent",
        "ТЕРМИНЫ",
        "ДЕРЕКТЕРДІ",
        "x7",
        "кітап",
        "Definitions",
        "ab-cd",
        "и",
    ]);
    let join = prop::sample::select(vec![
        " ",
        " ",
        " ",
        " ",
        ", ",
        ". ",
        "; ",
        ": ",
        " — ",
        " - ",
        " – ",
        "** ",
        " **",
        "**",
        "*",
        " *",
        "_",
        "__",
        "`",
        "» ",
        " «",
        " (",
        ") ",
        "  \n",
        "\\\n",
        "\n",
        "\n— ",
        "\n1.1. ",
        " 30 ",
        "[",
        "]",
        " & ",
        "|",
        " \\* ",
        "~~",
        "#",
        " > ",
        "\u{a0}",
        "\u{ad}",
        "{{ ",
        " }}",
        "!",
        "\n5. ",
        "\n- ",
        "<b>",
        "</b>",
        "<br>",
        "&nbsp;",
        "](https://a.kz/b) ",
        "\n  ",
    ]);
    prop::collection::vec((word, join), 1..9).prop_map(|pairs| {
        pairs
            .into_iter()
            .map(|(word, join)| format!("{word}{join}"))
            .collect()
    })
}

fn document() -> impl Strategy<Value = String> {
    let start = prop::sample::select(vec![
        "",
        "",
        "",
        "# ",
        "## ",
        "#### ",
        "- ",
        "  - ",
        " - ",
        "    - ",
        "* ",
        "1. ",
        "2. ",
        "3) ",
        "1.1. ",
        "1.2 ",
        "2.1.1. ",
        "- 1.1. ",
        "- 2.1.** ",
        "**1. ",
        "**",
        "## **3. ",
        "> ",
        "> - ",
        "— ",
        "• ",
        "\\* ",
        "а) ",
        "(i) ",
        "| ",
        "    ",
        "\t",
        "***",
        "5) ",
        "17.04.2025 ",
        "---\n",
        "+++\n",
        "- \n",
        "```\n",
        "1\\. ",
        "- - ",
        "#",
        "=== ",
        "б) ",
        "+ ",
        "10. ",
        "1.3-1. ",
        "2-1) ",
        "(a) ",
        "a. ",
        "（一）",
        "Статья 1. ",
        "Статья 2 ",
        "## 1-бап. ",
        "2-бап. ",
        "Глава 1. ",
        "## Part A ",
        "§ 3 ",
        "1. § ",
        "第一条 ",
        "I. ",
        "II. ",
        "## B. ",
        "B.1. ",
        "Приложение 1. ",
        "## 1-қосымша ",
        "[^a] ",
    ]);
    let end = prop::sample::select(vec![
        "\n\n",
        "\n\n",
        "\n",
        "\n\n\n",
        "**\n\n",
        "  \n",
        " |\n",
        " |\n|---|---|\n",
        "\n---\n",
        "\n===\n",
        ":\n\n",
        ";\n",
        ".\n\n",
        "\r\n",
    ]);
    prop::collection::vec((start, words(), end), 1..14).prop_map(|lines| {
        lines
            .into_iter()
            .map(|(start, words, end)| format!("{start}{words}{end}"))
            .collect()
    })
}

/// Blocks of an edition, in every form that numbers have.
fn edition() -> impl Strategy<Value = String> {
    let block = prop::sample::select(vec![
        "## 1. Title\n\n1.1. Text.\n\n1.1-1. Text.\n\n1.1¹. Text.",
        "## 5-1. Title",
        "## III. Title",
        "## IV. Title\n\n### 1. Title",
        "## B. Title\n\nB.1. Text.\n\n### B.2. Title",
        "## 一、标题",
        "## Статья 5. Название\n\n1. Text.\n\n2. Text.",
        "### Статья 5-1. Название",
        "## 5-бап. Атауы\n\n5.1. Text.",
        "## Article 5",
        "## § 5 Fristen\n\n(1) Text.\n\n(2) Text:\n\n  a) one;\n  b) two.",
        "## 第五条\n\n（一）text;\n（二）text.",
        "## المادة 5",
        "## Глава 1. Title\n\n1. Text.\n\n2. Text:\n\n1) one;\n2) two.\n\n3. Text.",
        "## Part A",
        "### Section III",
        "## Приложение 1. Title\n\n### 1. Title\n\n1.1. Text.",
        "## Appendix A",
        "## 1-қосымша",
        "1) keep:\n   a) of buyers;\n   b) of sellers;\n\n   More text.\n\n   - one\n   - two\n\n2-1) hide;\n3) delete.",
        "а) имя;\n\nб) адрес:\n\n  - one\n\nв) всё.",
        "(a) one\n(b) two:\n  (i) three;\n  (ii) four.",
        "a. one\nb. two",
        "> 1) a note",
        "**Term** — meaning.",
        "| a | b |\n| --- | --- |\n| c | d |",
        "Text with a mark.[^1]",
        "See a) and b) of clause 5.2.",
        "c) is no first mark",
    ]);
    prop::collection::vec(block, 1..9).prop_map(|blocks| {
        let blocks = blocks.join("\n\nText.\n\n");
        format!(
            "+++\ntitle = \"Policy\"\npublished = 2026-11-20\n+++\n\n{blocks}\n\n[^1]: A note.\n"
        )
    })
}

fn html() -> impl Strategy<Value = String> {
    let tag = prop::sample::select(vec![
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<ul>",
        "</ul>",
        "<ol>",
        "</ol>",
        "<li>",
        "</li>",
        "<b>",
        "</b>",
        "<strong>",
        "</strong>",
        "<i>",
        "</i>",
        "<h1>",
        "</h1>",
        "<h3>",
        "</h3>",
        "<table>",
        "</table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<td rowspan=2>",
        "<td colspan=3>",
        "<br>",
        "<blockquote>",
        "</blockquote>",
        "<a href='https://a.kz'>",
        "</a>",
        "<pre>",
        "</pre>",
        "<dl>",
        "<dt>",
        "<dd>",
        "</dl>",
        "<span style='font-weight:700'>",
        "</span>",
        "<!-- -->",
        "\n",
        " ",
        "1.1. ",
        "1. ",
        "• ",
        "<hr>",
        "<ol start=3>",
        "<nav>",
        "</nav>",
        "<center>",
        "<main>",
        "</main>",
        "<del>",
        "</del>",
        "<ins>",
        "</ins>",
        "<s>",
        "</s>",
        "<span hidden>",
        "<p style='display:none'>",
        "<footer>",
        "</footer>",
        "<div class=MsoCommentText>",
        "<form>",
        "</form>",
    ]);
    let word = prop::sample::select(vec![
        "Оператор ",
        "data",
        "Саясат. ",
        "құқық; ",
        "consent:",
        " ТЕРМИНЫ ",
        "x7 ",
    ]);
    prop::collection::vec((tag, word, prop::bool::ANY), 1..40).prop_map(|pieces| {
        let body: String = pieces
            .into_iter()
            .map(|(tag, word, has_word)| {
                if has_word {
                    format!("{tag}{word}")
                } else {
                    tag.to_owned()
                }
            })
            .collect();
        format!("<html><body>{body}</body></html>")
    })
}

/// The words of the generated page: tags are known, entities there are none.
fn without_tags(html: &str) -> String {
    let mut words = String::new();
    let inline = ["b", "strong", "i", "a", "span", "del", "ins", "s"];
    for piece in html.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        let name = tag
            .trim_start_matches('/')
            .split(' ')
            .next()
            .expect("`split` yields one part at least");
        if !inline.contains(&name) {
            words.push(' ');
        }
        words.push_str(text);
    }
    words
}

fn without_markup(markdown: &str) -> String {
    let replaced = [
        ("<br>", " "),
        ("<b>", ""),
        ("</b>", ""),
        ("&nbsp;", " "),
        ("\u{ad}", ""),
        ("**", ""),
        ("__", ""),
        ("*", ""),
        ("_", ""),
        ("`", ""),
        ("~~", ""),
        ("](https://a.kz/b)", "]"),
        ("](https://a.kz)", "]"),
        ("\\", ""),
        ("#", ""),
    ];
    replaced
        .iter()
        .fold(markdown.to_owned(), |text, (from, to)| {
            text.replace(from, to)
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(1500), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_document_loses_or_doubles_a_word(input in document()) {
        let imported = try_import_as(Format::Markdown, &input, "kk").expect("a text");
        assert_words_kept(&without_markup(&input), &without_markup(&imported.text));
    }

    #[test]
    fn no_page_loses_or_doubles_a_word(input in html()) {
        let imported = try_import_as(Format::Html, &input, "ru").expect("a text");
        assert_page_kept(&without_tags(&input), &imported);
    }

    #[test]
    fn the_second_import_changes_nothing(input in document()) {
        let imported = try_import_as(Format::Markdown, &input, "kk").expect("a text");
        assert_idempotent(&imported.text, "kk", &input);
    }

    #[test]
    fn an_edition_stays_as_its_author_wrote_it(input in edition()) {
        let imported = try_import_as(Format::Markdown, &input, "ru").expect("a text");
        prop_assert_eq!(&imported.text, &input);
        prop_assert_eq!(&imported.repairs, &[]);
    }

    #[test]
    fn the_second_import_of_a_page_changes_nothing(input in html()) {
        let imported = try_import_as(Format::Html, &input, "ru").expect("a text");
        assert_idempotent(&imported.text, "ru", &input);
    }

    #[test]
    fn any_text_is_imported_or_refused_and_then_stays(input in "(?s).{0,80}", is_html: bool) {
        let format = if is_html { Format::Html } else { Format::Auto };
        if let Ok(imported) = try_import_as(format, &input, "en") {
            assert_idempotent(&imported.text, "en", &input);
        }
    }

    #[test]
    fn any_bytes_are_imported_or_refused(input in prop::collection::vec(any::<u8>(), 0..200)) {
        // Either is right: what must not happen is a panic.
        match try_import(&input, "en") {
            Ok(imported) => prop_assert!(imported.text.starts_with("+++\n")),
            Err(error) => prop_assert!(!error.help().is_empty()),
        }
    }
}
