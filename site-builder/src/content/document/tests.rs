//! The form as a whole: what is written, and the anchors and marks that it gets.

use super::*;
use crate::report::source::Sources;

const FRONT: &str = "+++\ntitle = \"T\"\npublished = 2026-01-01\n+++\n\n";

/// A line for each clause and point, `anchor level written`, deeper ones indented; footnotes; links
/// and messages.
fn outline(locale: &str, body: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("text.md", format!("{FRONT}{body}"));
    let locale = Locale::try_from(locale).unwrap();
    let (document, diagnostics) = parse(sources.text(file), file, &locale);
    let document = document.unwrap();
    let mut lines = Vec::new();
    points(&document.preamble, "", &mut lines);
    clauses(&document.clauses, "", &mut lines);
    for footnote in &document.footnotes {
        lines.push(format!("{} [{}]", footnote.anchor, footnote.label));
    }
    links(&document, &mut lines);
    lines.extend(
        diagnostics
            .iter()
            .map(|one| format!("{}: {}", one.code.as_str(), one.message)),
    );
    lines.join("\n")
}

fn clauses(clauses: &[Clause<'_>], indent: &str, lines: &mut Vec<String>) {
    for clause in clauses {
        let number = clause
            .number
            .as_ref()
            .map_or("-", |number| number.written.as_str());
        lines.push(format!(
            "{indent}{} {} {number}",
            clause.anchor, clause.level
        ));
        let deeper = format!("{indent}  ");
        points(&clause.blocks, &deeper, lines);
        self::clauses(&clause.children, &deeper, lines);
    }
}

fn points(blocks: &[Block<'_>], indent: &str, lines: &mut Vec<String>) {
    visit_points(blocks, &mut |point| {
        lines.push(format!("{indent}{} {}", point.anchor, point.mark));
    });
}

fn links(document: &Document<'_>, lines: &mut Vec<String>) {
    let mut all = Vec::new();
    for clause in document.walk() {
        visit_leaves(&clause.blocks, &mut |leaf| {
            if let Leaf::Inlines(inlines) = leaf {
                for inline in inlines {
                    if let Inline::Link(Target::Own(address), words, _) = inline {
                        let words = plain_text::inlines_text(words, &Default::default());
                        let anchor = address.anchor.as_deref().unwrap_or("nowhere");
                        all.push(format!("{words} -> {anchor}"));
                    }
                }
            }
        });
    }
    lines.extend(all);
}

fn check(locale: &str, body: &str, expected: &str) {
    let found = outline(locale, body);
    assert_eq!(
        found.trim(),
        expected.trim(),
        "\n{body}\n--- found:\n{found}"
    );
}

#[test]
fn points_keep_their_marks() {
    check(
        "ru",
        "## 1. Права\n\n1.1. Оператор вправе:\n\n1) хранить:\n   а) имя;\n   б) адрес;\n2) удалить;\n2-1) забыть;\n3) молчать.\n",
        "c-1 1 1.\n  c-1-1 2 1.1.\n    c-1-1-p1 1)\n    c-1-1-p1-p1 а)\n    c-1-1-p1-p2 б)\n    c-1-1-p2 2)\n    c-1-1-p2_1 2-1)\n    c-1-1-p3 3)",
    );
    check(
        "en",
        "## 1. Data\n\n1.1. We keep:\n\n(a) names;\n\n(b) addresses:\n  (i) of buyers;\n  (ii) of sellers;\n\n(c) nothing else.\n\nThat is all.\n",
        "c-1 1 1.\n  c-1-1 2 1.1.\n    c-1-1-p1 (a)\n    c-1-1-p2 (b)\n    c-1-1-p2-p1 (i)\n    c-1-1-p2-p2 (ii)\n    c-1-1-p3 (c)",
    );
    // Side by side at the beginning of lines, deeper ones in the same column.
    check(
        "ru",
        "## 1. Данные\n\n1.1. Храним:\nа) имя:\n1) первое;\n2) второе;\nб) адрес.\n",
        "c-1 1 1.\n  c-1-1 2 1.1.\n    c-1-1-p1 а)\n    c-1-1-p1-p1 1)\n    c-1-1-p1-p2 2)\n    c-1-1-p2 б)",
    );
    check(
        "en",
        "## 1. Data\n\na. names;\nb. addresses.\n\nAnd also:\n\na. more;\nb. most.\n",
        "c-1 1 1.\n  c-1-p1 a.\n  c-1-p2 b.\n  c-1-l2-p1 a.\n  c-1-l2-p2 b.",
    );
}

#[test]
fn letters_of_any_language_have_the_same_anchors() {
    let anchors = "c-1 1 1.\n  c-1-p1 X\n  c-1-p2 X\n  c-1-p3 X";
    for (locale, marks) in [
        ("en", ["a)", "b)", "c)"]),
        ("ru", ["а)", "б)", "в)"]),
        ("kk", ["а)", "ә)", "б)"]),
        ("kk", ["а)", "б)", "в)"]),
        ("el", ["α)", "β)", "γ)"]),
        ("ar", ["أ)", "ب)", "ج)"]),
        ("ar", ["١)", "٢)", "٣)"]),
        ("zh", ["（一）", "（二）", "（三）"]),
        ("en", ["(i)", "(ii)", "(iii)"]),
        ("en", ["I)", "II)", "III)"]),
    ] {
        let lines: Vec<String> = marks.iter().map(|mark| format!("{mark} x;")).collect();
        let mut expected = anchors.to_owned();
        for mark in marks {
            expected = expected.replacen('X', mark, 1);
        }
        check(
            locale,
            &format!("## 1. T\n\nT:\n{}\n", lines.join("\n")),
            &expected,
        );
    }
}

#[test]
fn a_list_of_letters_may_pass_i() {
    let letters = ["f", "g", "h", "i", "j"];
    let lines: Vec<String> = ('a'..='j').map(|letter| format!("({letter}) x;")).collect();
    let found = outline("en", &format!("## 1. T\n\n{}\n", lines.join("\n")));
    for (at, letter) in letters.iter().enumerate() {
        assert!(
            found.contains(&format!("c-1-p{} ({letter})", at + 6)),
            "{found}"
        );
    }
}

#[test]
fn words_at_the_beginning_of_lines_are_no_points() {
    check(
        "en",
        "## 1. T\n\n1.1. As clause 1.1\n(a) and the law say.\n\n1.2. See\nb) and more.\n\n1.3. Escaped: 1\\) x.\n\n1\\) y\n",
        "c-1 1 1.\n  c-1-1 2 1.1.\n  c-1-2 2 1.2.\n  c-1-3 2 1.3.\nclause 1.1 -> c-1-1",
    );
}

#[test]
fn inserted_clauses_stand_between_their_neighbours() {
    check(
        "ru",
        "## 1. Т\n\n1.3. Текст.\n\n1.3-1. Текст.\n\n1.3-1.1. Текст.\n\n1.3-2. См. пункт 1.3-1 и п. 1.3.\n\n1.4. Текст.\n\n## 1-1. Т\n\n1-1.1. Текст.\n\n## 2. Т\n",
        "c-1 1 1.\n  c-1-3 2 1.3.\n  c-1-3_1 2 1.3-1.\n    c-1-3_1-1 3 1.3-1.1.\n  c-1-3_2 2 1.3-2.\n  c-1-4 2 1.4.\nc-1_1 1 1-1.\n  c-1_1-1 2 1-1.1.\nc-2 1 2.\n\
         пункт 1.3-1 -> c-1-3_1\nп. 1.3 -> c-1-3\nclause-gap: the first clause here is 1.3, not 1.1",
    );
}

#[test]
fn articles_keep_their_words() {
    check(
        "ru",
        "## Статья 1. Предмет\n\n1. Первый.\n\n2. Второй:\n\n1) точка.\n\n## Статья 1-1. Вставка\n\n## Статья 2. Права\n\n2.1. По статье 1 и подпункту 1) пункта 2 статьи 1, а также статье 5 Закона.\n",
        "c-1 1 Статья 1.\n  c-1-1 2 1.\n  c-1-2 2 2.\n    c-1-2-p1 1)\nc-1_1 1 Статья 1-1.\nc-2 1 Статья 2.\n  c-2-1 2 2.1.\n\
         статье 1 -> c-1\nподпункту 1) пункта 2 статьи 1 -> c-1-2-p1",
    );
    check(
        "kk",
        "## 1-бап. Атауы\n\nМәтін.\n\n## 2-бап. Құқықтар\n\n1-бапты қараңыз.\n",
        "c-1 1 1-бап.\nc-2 1 2-бап.\n1-бапты -> c-1",
    );
    check(
        "en",
        "## § 1 Scope\n\n(1) The site.\n\n(2) The shop.\n\n## § 2 Rights\n\nSee § 1(2).\n",
        "c-1 1 § 1\n  c-1-p1 (1)\n  c-1-p2 (2)\nc-2 1 § 2\n§ 1(2) -> c-1-p2",
    );
}

#[test]
fn clauses_that_repeat_the_number_of_a_roman_section_are_of_one_level() {
    check(
        "en",
        "## I. General\n\n1.1. A.\n\n1.2. B.\n\n## II. Data\n\n2.1. A.\n\n2.2. B.\n\n2.2.1. C.\n\n2.3. See clause 2.2.1.\n\n## III. Rights\n\n### 1. Access\n\n1.1. Ask.\n\n1.2. Wait.\n",
        "c-1 1 I.\n  c-1-1 2 1.1.\n  c-1-2 2 1.2.\nc-2 1 II.\n  c-2-1 2 2.1.\n  c-2-2 2 2.2.\n    c-2-2-1 3 2.2.1.\n  c-2-3 2 2.3.\n\
         c-3 1 III.\n  c-3-1 2 1.\n    c-3-1-1 3 1.1.\n    c-3-1-2 3 1.2.\nclause 2.2.1 -> c-2-2-1",
    );
}

#[test]
fn lettered_and_roman_sections_are_levels() {
    check(
        "en",
        "## A. Who\n\nWe.\n\n## B. Data\n\n### 1. Names\n\nText.\n\n### 2. Addresses\n\nSee section B.1.\n\n## C. Rights\n\n### 1. Access\n\nAsk. See section C.\n",
        "c-a 1 A.\nc-b 1 B.\n  c-b-1 2 1.\n  c-b-2 2 2.\nc-c 1 C.\n  c-c-1 2 1.\nsection B.1 -> c-b-1\nsection C -> c-c",
    );
    check(
        "en",
        "## I. General\n\nSee section III.\n\n## II. Data\n\n2.1. Names.\n\n## III. Rights\n\n## IV. End\n\n## V. Very end\n",
        "c-1 1 I.\nc-2 1 II.\n  c-2-1 2 2.1.\nc-3 1 III.\nc-4 1 IV.\nc-5 1 V.\nsection III -> c-3",
    );
    check(
        "ru",
        "## А. Общее\n\n## Б. Данные\n\n### Б.1. Имена\n\nБ.1.1. Текст.\n\n## В. Права\n",
        "c-a 1 А.\nc-b 1 Б.\n  c-b-1 2 Б.1.\n    c-b-1-1 3 Б.1.1.\nc-c 1 В.",
    );
}

#[test]
fn chapters_over_clauses_that_count_through_are_groups() {
    check(
        "ru",
        "## Глава 1. Общее\n\n1. Первый.\n\n2. Второй.\n\n## Глава 2. Права\n\n3. Третий:\n\n1) точка;\n\n2) точка.\n\n3.1. Глубже.\n\n4. По подпункту 1) пункта 3 и главе 1, пункт 2.\n",
        "ch-1 1 Глава 1.\n  p-1 2 1.\n  p-2 2 2.\nch-2 1 Глава 2.\n  p-3 2 3.\n    p-3-p1 1)\n    p-3-p2 2)\n    p-3-1 3 3.1.\n  p-4 2 4.\n\
         подпункту 1) пункта 3 -> p-3-p1\nглаве 1 -> ch-1\nпункт 2 -> p-2",
    );
    check(
        "en",
        "## Part 1. One\n\n## Chapter 1. A\n\n### Article 1. X\n\n### Article 2. X\n\n## Part 2. Two\n\n## Chapter 1. A\n\n### Article 3. X\n\n## Chapter 2. B\n\n### Article 4. X\n",
        "part-1 1 Part 1.\n  part-1-ch-1 2 Chapter 1.\n    c-1 3 Article 1.\n    c-2 3 Article 2.\npart-2 1 Part 2.\n  part-2-ch-1 2 Chapter 1.\n    c-3 3 Article 3.\n  part-2-ch-2 2 Chapter 2.\n    c-4 3 Article 4.",
    );
    check(
        "en",
        "## Chapter 1. A\n\n1. X.\n\n2. X.\n\n## Chapter 2. B\n\n1. X.\n",
        "c-1 1 Chapter 1.\n  c-1-1 2 1.\n  c-1-2 2 2.\nc-2 1 Chapter 2.\n  c-2-1 2 1.",
    );
    check(
        "en",
        "## Chapter 1. A\n\n1.1. X.\n\n## Chapter 2. B\n\n2.1. X.\n",
        "c-1 1 Chapter 1.\n  c-1-1 2 1.1.\nc-2 1 Chapter 2.\n  c-2-1 2 2.1.",
    );
}

#[test]
fn appendices_count_by_themselves() {
    check(
        "ru",
        "## 1. Общее\n\n1.1. Перечень — в приложении 1, пункт 1.1 приложения 1.\n\n## Приложение 1. Перечень\n\n### 1. Данные\n\n1.1. Имя.\n\n1.2. См. пункт 1.1 и пункт 2.1.\n\n## Приложение 2\n\n1. Первый.\n\n2. Второй.\n\n## 2. Конец\n\n2.1. Ещё.\n",
        "c-1 1 1.\n  c-1-1 2 1.1.\na-1 1 Приложение 1.\n  a-1-1 2 1.\n    a-1-1-1 3 1.1.\n    a-1-1-2 3 1.2.\na-2 1 Приложение 2\n  a-2-1 2 1.\n  a-2-2 2 2.\n  a-2-2 2 2.\n    a-2-2-1 3 2.1.\n\
         приложении 1 -> a-1\nпункт 1.1 приложения 1 -> a-1-1-1\nпункт 1.1 -> a-1-1-1\nпункт 2.1 -> nowhere\nduplicate-clause: there are two clauses 2",
    );
    check(
        "kk",
        "## 1. Т\n\n## 1-қосымша\n\n1. Деректер:\n\n1.1. Аты.\n",
        "c-1 1 1.\na-1 1 1-қосымша\n  a-1-1 2 1.\n    a-1-1-1 3 1.1.",
    );
}
