//! How clauses are referred to: `clause 5.2`, `подпункт 2) пункта 5.2`, `5.2-тармақ`.

use crate::Sections;
use crate::label::Unit;
use crate::numeral::adverb_pattern;
use crate::{any_of, compile};
use regex::{Captures, Regex};
use serde::Deserialize;
use std::sync::OnceLock;

/// How clauses are referred to. Words are regular expressions, so that endings can be told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct References {
    /// Words for a clause or section of a document. Without `articles`, those for an article and
    /// for a chapter are among them.
    units: Vec<String>,
    /// Words for an article.
    #[serde(default)]
    articles: Vec<String>,
    /// Words for a chapter.
    #[serde(default)]
    chapters: Vec<String>,
    /// Words for a part of a document.
    #[serde(default)]
    document_parts: Vec<String>,
    /// Words for an appendix; without them, those of `sections`.
    #[serde(default)]
    appendices: Vec<String>,
    /// Words for a point of a clause.
    #[serde(default)]
    points: Vec<String>,
    /// Words for what is smaller than a clause and is named after its number: `Abs.`, `lit.`
    #[serde(default)]
    pub(crate) subdivisions: Vec<String>,
    /// Words for a law or another document.
    laws: Vec<String>,
    /// Whether the language is written without spaces between words.
    #[serde(default)]
    touching: bool,
    /// Whether the number comes before its word: `5.2-тармақ`. Only without a `pattern`.
    #[serde(default)]
    number_first: bool,
    /// A whole reference. Case is ignored. Without it, a word beside a number is one.
    pattern: Option<String>,
    /// A reference to a point of the clause in which it stands.
    point_pattern: Option<String>,
    /// The text right after a reference to another document.
    pub(crate) foreign_after: Option<String>,
    /// The text right after a reference to this document that `foreign_after` matches too.
    pub(crate) own_after: Option<String>,
    /// The text right before a reference to another document.
    foreign_before: Option<String>,
    /// The text right before a reference to this document that `foreign_before` matches too.
    own_before: Option<String>,
    #[serde(skip)]
    compiled: OnceLock<ReferencePatterns>,
}

/// The patterns by which references to clauses are found.
#[derive(Debug)]
pub struct ReferencePatterns {
    /// The whole reference. Its groups: `numbers` holds one or more numbers, `marks` the marks of
    /// points after them, one inside of the other, `points` marks side by side, `in_article` and
    /// `in_appendix` the number of what encloses the clause. A group `article`, `chapter`, `part`
    /// or `appendix` tells the unit, and `unit` holds any other word for one.
    pub reference: Regex,
    /// A reference to points of the clause in which it stands, with the group `points`.
    pub points: Option<Regex>,
    /// Whether a reference to a clause that isn't there may be one to another document: in a
    /// language without a pattern, or whose words for articles, of which every law has some, aren't
    /// told apart.
    pub is_lenient: bool,
    /// Words for units, in lower case.
    words: Vec<(String, Unit)>,
    touching: bool,
    foreign_after: Option<Regex>,
    own_after: Option<Regex>,
    foreign_before: Option<Regex>,
    own_before: Option<Regex>,
}

impl References {
    /// The patterns, compiled at their first use.
    pub(crate) fn patterns(
        &self,
        conjunctions: &[String],
        sections: &Sections,
    ) -> &ReferencePatterns {
        self.compiled.get_or_init(|| {
            let names = self.names(conjunctions, sections);
            let whole = |pattern: &str| compile(&format!("(?i){pattern}"), &names);
            let after = |pattern: &String| compile(&format!("^(?:{pattern})"), &names);
            let before = |pattern: &String| compile(&format!("(?:{pattern})$"), &names);
            let usual = if self.number_first {
                r"NUMBERS\s?[-–‑.]?\s?UNIT"
            } else {
                r"UNIT\s*(?:№|[Nn][or]\.)?\s*NUMBERS"
            };
            let suffixes = sections.suffixes.iter();
            let suffixes = suffixes.map(|(word, unit)| (word.trim_start_matches('-'), unit));
            let words = sections
                .words
                .iter()
                .map(|(word, unit)| (word.as_str(), unit));
            let words = words.chain(suffixes);
            ReferencePatterns {
                reference: whole(self.pattern.as_deref().unwrap_or(usual)),
                points: self.point_pattern.as_deref().map(whole),
                is_lenient: self.pattern.is_none() || self.articles.is_empty(),
                words: words.map(|(word, unit)| (word.to_owned(), *unit)).collect(),
                touching: self.touching,
                foreign_after: self.foreign_after.as_ref().map(after),
                own_after: self.own_after.as_ref().map(after),
                foreign_before: self.foreign_before.as_ref().map(before),
                own_before: self.own_before.as_ref().map(before),
            }
        })
    }

    /// The names that stand in patterns, and their meanings; none contains one after it.
    fn names(&self, conjunctions: &[String], sections: &Sections) -> [(&'static str, String); 10] {
        let and = any_of(conjunctions);
        // `5.2`, `5a`, `5 bis`; `B.2`, `III`, `B`; `五`
        let adverb = adverb_pattern();
        // In German `5 bis 7` is a range.
        let inserted = if conjunctions.iter().any(|word| word == "bis") {
            format!(r"(?:[a-z]|[-‑]?{adverb})(?-u:\b)")
        } else {
            format!(r"(?:[a-z]|[-‑\s]?{adverb})(?-u:\b)")
        };
        let digits = format!(r"[0-9٠-٩۰-۹]+(?:\.[0-9٠-٩۰-۹]+)*(?:{inserted})?");
        let styled =
            r"(?-i:[A-ZА-Я]\.[0-9]+(?:\.[0-9]+)*|[IVXLІХ]+|[A-ZА-Я])|[一二三四五六七八九十]+";
        // `1.3-1`, and `5.2, 5.3 and 7.2`: a number of one part may be another thing.
        let more = format!(r"(?:\.?,?\s*(?:{and}|,|–|-)\s*[0-9]+(?:\.[0-9]+)+|[-‑][0-9]+)*");
        let mark = r"(?:«[^\s«»]{1,3}»|\(?(?:[0-9]{1,3}(?:-[0-9]+)?|[A-Za-zÀ-ɏЀ-ӿ]|[ivxl]{2,5})\))";
        let group = |name: &str, words: &[String]| {
            (!words.is_empty()).then(|| format!("(?<{name}>{})", words.join("|")))
        };
        let is_appendix = |(word, unit): (&String, &Unit)| {
            (*unit == Unit::Appendix).then(|| format!("{}[a-zÀ-ɏЀ-ӿ]{{0,3}}", regex::escape(word)))
        };
        let appendices = if self.appendices.is_empty() {
            sections.words.iter().filter_map(is_appendix).collect()
        } else {
            self.appendices.clone()
        };
        let units = [
            group("unit", &self.units),
            group("article", &self.articles),
            group("chapter", &self.chapters),
            group("part", &self.document_parts),
            group("appendix", &appendices),
        ];
        let units: Vec<String> = units.into_iter().flatten().collect();
        let marks = r"(?:\s?\((?:[0-9]{1,3}|[A-Za-zЀ-ӿ]|[ivxl]{2,5})\))*";
        let label = r"[^\s,.;:()]{1,3}";
        let subdivisions = any_of(&self.subdivisions);
        let subdivisions = format!(
            r"(?:\s*\([^\s()]{{1,4}}\)|\.?[º°ª]|\.[a-z]\b\)?|[.,]?\s+{subdivisions}\s*\(?{label}\)?(?:(?:,|\s+{and})\s+{label}(?:\)|\b))*)*"
        );
        let row = format!(r"{mark}(?:(?:\s*,\s*|\s+{and}\s+){mark})*");
        [
            ("UNIT", format!("(?:{})", units.join("|"))),
            ("LAW", any_of(&self.laws)),
            (
                "NUMBERS",
                format!("(?<numbers>(?:{digits}|{styled}){more})(?<marks>{marks})"),
            ),
            (
                "MORE",
                format!(r"(?:(?:\s*,\s*|\s*[–-]\s*|\s+{and}\s+)[0-9]+)*"),
            ),
            ("SUBDIVISIONS", subdivisions),
            ("POINTS", format!("(?<points>{row})")),
            ("ARTICLE", any_of(&self.articles)),
            ("APPENDIX", any_of(&self.appendices)),
            ("POINT", any_of(&self.points)),
            ("AND", and),
        ]
    }
}

impl ReferencePatterns {
    /// Whether a match of a pattern in a text is a reference to this document.
    pub fn is_reference(&self, text: &str, found: &Captures<'_>) -> bool {
        let whole = found.get_match();
        let (Some(before), Some(after)) = (text.get(..whole.start()), text.get(whole.end()..))
        else {
            return false;
        };
        let before = tail(before);
        let is_part =
            |character: char| character.is_alphanumeric() || matches!(character, '.' | '_');
        let is_glued = !self.touching
            && (before.ends_with(is_part) || after.starts_with(char::is_alphanumeric));
        !is_glued && !self.is_foreign(before, after)
    }

    /// The unit that a word names, which may have another ending.
    pub fn unit(&self, word: &str) -> Option<Unit> {
        let word = word.trim_end_matches('.').to_lowercase();
        let is_form = |known: &&(String, Unit)| {
            let mut stem = known.0.chars();
            let is_long = stem.next_back().is_some() && stem.clone().count() >= 3;
            word == known.0 || is_long && word.starts_with(stem.as_str())
        };
        let forms = self.words.iter().filter(is_form);
        let longest = forms.max_by_key(|(known, _)| known.len());
        longest.map(|(_, unit)| *unit)
    }

    /// Whether a reference is one to another document, by the text around it.
    fn is_foreign(&self, before: &str, after: &str) -> bool {
        let matches = |pattern: &Option<Regex>, text| {
            let pattern = pattern.as_ref();
            pattern.is_some_and(|pattern| pattern.is_match(text))
        };
        matches(&self.foreign_after, after) && !matches(&self.own_after, after)
            || matches(&self.foreign_before, before) && !matches(&self.own_before, before)
    }
}

/// The last 100 bytes before a reference, more than the name of any law or article. Searching all
/// of the text before each reference would take quadratic time.
fn tail(before: &str) -> &str {
    let start = before.ceil_char_boundary(before.len().saturating_sub(100));
    before.get(start..).unwrap_or(before)
}
