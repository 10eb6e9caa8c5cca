//! What a text refers to by a number: a clause, a point of it, a group, an appendix, a footnote.

use language::{Number, Part, Style, Unit};

/// A place of a text by its number, as a reference names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The number as it is written: `5.2`; empty for a point of the clause around the reference.
    pub name: String,
    /// The anchor, once it was found in the text that refers to it; `None` if it isn't there. Of
    /// another policy it is not known here.
    pub anchor: Option<String>,
    /// Anchors that it may mean, the likeliest first; none for a point of the clause around the
    /// reference.
    candidates: Vec<String>,
    /// Marks of points below it without brackets, outermost first.
    marks: Vec<String>,
    /// What a reference to a place that isn't there is.
    pub(super) if_missing: IfMissing,
}

/// What a reference to a place that isn't there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IfMissing {
    /// A mistake.
    Mistake,
    /// A mistake if the text has units of that kind. Otherwise those of another document are meant.
    MistakeAmong(Unit),
    /// No reference.
    Words,
}

impl Address {
    /// The address of a clause, and of points of it.
    pub(super) fn of(number: &Number, marks: Vec<String>) -> Self {
        Self::new(number.to_string(), candidates(number), marks)
    }

    pub(super) fn new(name: String, candidates: Vec<String>, marks: Vec<String>) -> Self {
        Self {
            name,
            anchor: None,
            candidates,
            marks,
            if_missing: IfMissing::Mistake,
        }
    }

    pub(super) fn with_if_missing(self, if_missing: IfMissing) -> Self {
        Self { if_missing, ..self }
    }

    /// Reads `5.2`, `B.2`, `III`, `a-1/1.1`, `ch-2`, `5.2/2)`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut segments = text.split('/').peekable();
        let first = segments.next()?;
        let mut name = first.to_owned();
        let candidates = if is_anchor(first) {
            let below = segments
                .next_if(|next| first.starts_with("a-") && Number::parse(next).is_some())
                .and_then(Number::parse);
            match below {
                Some(number) => {
                    name = format!("{first}/{number}");
                    vec![format!("{first}-{}", slug(&number))]
                }
                None => vec![first.to_owned()],
            }
        } else {
            let number = Number::parse(first).filter(|_| !first.starts_with(char::is_lowercase))?;
            name = number.to_string();
            candidates(&number)
        };
        let marks: Vec<String> = segments.map(bare_mark).collect();
        let is_whole = marks.iter().all(|mark| is_mark(mark));
        is_whole.then(|| Self::new(name, candidates, marks))
    }

    /// Reads the anchor of a link: `c-5-2`, `a-1`.
    pub(super) fn from_anchor(anchor: &str) -> Option<Self> {
        let name = anchor.strip_prefix("c-").map(|path| path.replace('-', "."));
        is_anchor(anchor).then(|| {
            Self::new(
                name.unwrap_or_else(|| anchor.to_owned()),
                vec![anchor.to_owned()],
                Vec::new(),
            )
        })
    }

    /// Anchors that it may mean, the likeliest first.
    pub(super) fn candidates(&self) -> &[String] {
        &self.candidates
    }

    /// Marks of points, outermost first.
    pub(super) fn marks(&self) -> &[String] {
        &self.marks
    }

    /// What messages call it: `clause 5.2`, `point б) of clause 5.2`.
    pub fn describe(&self) -> String {
        let points = self.marks.iter().rev();
        let points: String = points.map(|mark| format!("point {mark}) of ")).collect();
        if is_anchor(&self.name) {
            return format!("{points}`#{}`", self.name);
        }
        let is_appendix = self.if_missing == IfMissing::MistakeAmong(Unit::Appendix)
            && !self.name.contains(" of ");
        let noun = if is_appendix { "appendix" } else { "clause" };
        format!("{points}{noun} {}", self.name)
    }

    /// Anchors that it may mean in another text, by the values of its marks.
    pub fn foreign_anchors(&self) -> Vec<String> {
        let mut anchors = self.candidates.clone();
        for mark in &self.marks {
            let Some((part, _)) = Part::leading(mark) else {
                continue;
            };
            let values = std::iter::once(part).chain(part.as_roman());
            let slugs: Vec<String> = values.map(|part| part.value_slug()).collect();
            let below = |anchor: &String| -> Vec<String> {
                slugs
                    .iter()
                    .map(|slug| format!("{anchor}-p{slug}"))
                    .collect()
            };
            anchors = anchors.iter().flat_map(below).collect();
        }
        anchors
    }
}

/// The path of a number in anchors: `5-2`.
fn slug(number: &Number) -> String {
    let slugs: Vec<String> = number.parts().iter().map(Part::slug).collect();
    slugs.join("-")
}

fn candidates(number: &Number) -> Vec<String> {
    let path = slug(number);
    let mut candidates = vec![format!("c-{path}"), format!("p-{path}")];
    let first = number.first();
    if first.style != Style::Decimal {
        candidates.extend(number.first().as_roman().map(|roman| {
            let mut parts = number.parts().to_vec();
            if let Some(part) = parts.first_mut() {
                *part = roman;
            }
            Number::new(parts).map_or_else(String::new, |number| format!("c-{}", slug(&number)))
        }));
        let values = std::iter::once(*first).chain(first.as_roman());
        candidates.extend(values.map(|part| format!("sec-{}", part.value_slug())));
    }
    // `5-7` may be a range.
    if first.inserted > 0 && number.level() == 1 {
        candidates.push(format!("c-{}", first.value));
    }
    candidates
}

/// Whether a text has the form of an anchor.
fn is_anchor(text: &str) -> bool {
    const PREFIXES: [&str; 9] = ["c-", "p-", "a-", "n-", "s-", "ch-", "part-", "sec-", "par-"];
    let is_path = |path: &str| {
        let plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        path.bytes().any(|byte| byte.is_ascii_digit()) && path.bytes().all(plain)
    };
    let mut prefixes = PREFIXES.into_iter();
    prefixes.any(|prefix| text.strip_prefix(prefix).is_some_and(is_path))
        || text.strip_prefix("c-").is_some_and(|path| {
            path.len() == 1 && path.bytes().all(|byte| byte.is_ascii_lowercase())
        })
}

/// A mark without brackets and dot, in lower case, as marks are compared.
pub(super) fn bare_mark(written: &str) -> String {
    let is_frame = |character: char| "()（）.«»\"“”".contains(character);
    written.trim_matches(is_frame).to_lowercase()
}

fn is_mark(mark: &str) -> bool {
    Part::leading(mark).is_some_and(|(_, length)| length == mark.len())
}
