//! Any tree of clauses that is written in the form is read as the same tree.

use proptest::prelude::*;
use site_builder::content::document::{self, Block, Clause, Document, Point};
use site_builder::report::source::Sources;
use std::collections::BTreeSet;

/// How the sections of a text are numbered.
#[derive(Debug, Clone, Copy)]
enum Sections {
    Plain,
    Articles,
    Roman,
    Letters,
    /// Chapters over clauses that count through.
    Chapters,
}

/// A section with its clauses.
#[derive(Debug, Clone)]
struct Section {
    clauses: Vec<Item>,
    /// Whether a further section is inserted after it.
    is_followed_by_inserted: bool,
}

/// A clause with its points, or a point with deeper ones.
#[derive(Debug, Clone)]
struct Item {
    points: Vec<Item>,
    marks: usize,
    /// How many are inserted after it.
    inserted: usize,
}

/// Marks of points, the first ones of each list.
const MARKS: &[[&str; 4]] = &[
    ["1)", "2)", "3)", "4)"],
    ["а)", "б)", "в)", "г)"],
    ["(a)", "(b)", "(c)", "(d)"],
    ["(i)", "(ii)", "(iii)", "(iv)"],
    ["a.", "b.", "c.", "d."],
    ["（一）", "（二）", "（三）", "（四）"],
];
const ROMAN: [&str; 4] = ["I", "II", "III", "IV"];
const LETTERS: [&str; 4] = ["A", "B", "C", "D"];

/// Writes a text and, beside it, the outline that it must have: a line for each anchor with what
/// is written there.
struct Writer {
    text: String,
    expected: Vec<String>,
    /// The last clause that counts through chapters.
    through: usize,
}

impl Writer {
    fn sections(&mut self, kind: Sections, sections: &[Section], appendix: &str) {
        self.through = 0;
        for (at, section) in sections.iter().enumerate() {
            let number = at + 1;
            let (label, slug) = match kind {
                Sections::Plain => (format!("{number}."), number.to_string()),
                Sections::Articles => (format!("Article {number}."), number.to_string()),
                Sections::Roman => (format!("{}.", ROMAN[at]), number.to_string()),
                Sections::Letters => (format!("{}.", LETTERS[at]), LETTERS[at].to_lowercase()),
                Sections::Chapters => (format!("Chapter {number}."), number.to_string()),
            };
            let root = if appendix.is_empty() { "c" } else { appendix };
            let anchor = match (kind, appendix) {
                (Sections::Chapters, "") => format!("ch-{slug}"),
                (Sections::Chapters, appendix) => format!("{appendix}-ch-{slug}"),
                _ => format!("{root}-{slug}"),
            };
            self.text += &format!("## {label} Title\n\n");
            self.expected.push(format!("{anchor} {label}"));
            let mut count = 0;
            for clause in &section.clauses {
                count += 1;
                self.clause(kind, &anchor, number, (count, 0), clause, appendix);
                for inserted in 1..=clause.inserted {
                    let own = Item {
                        points: Vec::new(),
                        ..clause.clone()
                    };
                    self.clause(kind, &anchor, number, (count, inserted), &own, appendix);
                }
            }
            if section.is_followed_by_inserted
                && !matches!(kind, Sections::Roman | Sections::Letters)
            {
                let label = match kind {
                    Sections::Articles => format!("Article {number}-1."),
                    Sections::Chapters => format!("Chapter {number}-1."),
                    _ => format!("{number}-1."),
                };
                self.text += &format!("## {label} Title\n\n");
                self.expected.push(format!("{anchor}_1 {label}"));
            }
        }
    }

    fn clause(
        &mut self,
        kind: Sections,
        section: &str,
        number: usize,
        (count, inserted): (usize, usize),
        clause: &Item,
        appendix: &str,
    ) {
        if inserted == 0 {
            self.through += 1;
        }
        let (value, anchor) = match (kind, appendix) {
            (Sections::Chapters, "") => (self.through, format!("p-{}", self.through)),
            (Sections::Chapters, appendix) => {
                (self.through, format!("{appendix}-{}", self.through))
            }
            _ => (count, format!("{section}-{count}")),
        };
        let prefix = match kind {
            Sections::Plain => format!("{number}."),
            _ => String::new(),
        };
        let suffix = |sign: &str| match inserted {
            0 => String::new(),
            inserted => format!("{sign}{inserted}"),
        };
        let label = format!("{prefix}{value}{}.", suffix("-"));
        let anchor = format!("{anchor}{}", suffix("_"));
        self.text += &format!("{label} The operator may:\n\n");
        self.expected.push(format!("{anchor} {label}"));
        self.points(&clause.points, clause.marks, &anchor, 0);
        self.text += "\n";
    }

    fn points(&mut self, points: &[Item], marks: usize, anchor: &str, depth: usize) {
        // Nested lists have marks of another kind, so that they are told apart in any column.
        let marks = MARKS[(marks + depth) % MARKS.len()];
        for (at, point) in points.iter().enumerate() {
            let anchor = format!("{anchor}-p{}", at + 1);
            self.text += &format!("{}{} words:\n", "   ".repeat(depth), marks[at]);
            self.expected.push(format!("{anchor} {}", marks[at]));
            self.points(&point.points, point.marks, &anchor, depth + 1);
        }
    }
}

fn item(depth: u32) -> BoxedStrategy<Item> {
    let points = if depth == 0 {
        Just(Vec::new()).boxed()
    } else {
        proptest::collection::vec(item(depth - 1), 0..4).boxed()
    };
    (points, 0..MARKS.len(), 0..2_usize)
        .prop_map(|(points, marks, inserted)| Item {
            points,
            marks,
            inserted,
        })
        .boxed()
}

fn sections() -> impl Strategy<Value = (Sections, Vec<Section>)> {
    let kind = prop_oneof![
        Just(Sections::Plain),
        Just(Sections::Articles),
        Just(Sections::Roman),
        Just(Sections::Letters),
        Just(Sections::Chapters),
    ];
    let section = (proptest::collection::vec(item(3), 1..4), any::<bool>()).prop_map(
        |(clauses, is_followed_by_inserted)| Section {
            clauses,
            is_followed_by_inserted,
        },
    );
    (kind, proptest::collection::vec(section, 2..5))
}

/// The outline of a text as it is read.
fn outline(document: &Document<'_>) -> Vec<String> {
    fn points(blocks: &[Block<'_>], lines: &mut Vec<String>) {
        document::visit_points(blocks, &mut |point: &Point<'_>| {
            lines.push(format!("{} {}", point.anchor, point.mark));
        });
    }
    let mut lines = Vec::new();
    for clause in document.walk() {
        let clause: &Clause<'_> = clause;
        let number = clause.number.as_ref().unwrap();
        lines.push(format!("{} {}", clause.anchor, number.written));
        points(&clause.blocks, &mut lines);
    }
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_that_is_written_is_read_again(
        (kind, body) in sections(),
        appendices in proptest::collection::vec(sections(), 0..3),
    ) {
        let mut writer = Writer { text: String::new(), expected: Vec::new(), through: 0 };
        writer.text += "+++\ntitle = \"Title\"\npublished = 2026-01-01\n+++\n\n";
        writer.sections(kind, &body, "");
        for (at, (kind, sections)) in appendices.iter().enumerate() {
            let label = format!("Appendix {}.", at + 1);
            writer.text += &format!("## {label} Title\n\n");
            writer.expected.push(format!("a-{} {label}", at + 1));
            writer.sections(*kind, sections, &format!("a-{}", at + 1));
        }
        let mut sources = Sources::default();
        let file = sources.add("text.md", &writer.text);
        let locale = domain::Locale::try_from("en").unwrap();
        let (document, diagnostics) = document::parse(&writer.text, file, &locale);
        let document = document.unwrap();
        prop_assert_eq!(outline(&document), writer.expected, "{}", writer.text);
        prop_assert!(diagnostics.is_empty(), "{:?}\n{}", diagnostics, writer.text);
        let anchors = document.anchors();
        let different: BTreeSet<&&str> = anchors.iter().collect();
        prop_assert_eq!(anchors.len(), different.len());
    }
}
