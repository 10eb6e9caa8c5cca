//! What is found inside words: variables, references, placeholders, definitions, links.

use super::reference;
use super::{Inline, Number, Target};
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use domain::Locale;
use memchr::memchr2;
use pulldown_cmark::CowStr;
use std::iter::Peekable;
use std::ops::Range;

/// What the readers of words need to know, and where they report to.
pub(super) struct InlineContext<'s, 'c> {
    /// The whole file.
    pub(super) text: &'s str,
    /// The file.
    pub(super) file: FileId,
    /// The language of the text.
    pub(super) locale: &'c Locale,
    /// Mistakes so far.
    pub(super) diagnostics: &'c mut Vec<Diagnostic>,
}

/// Splits words into text, variables and references.
pub(super) fn split<'s>(
    words: CowStr<'s>,
    span: &Range<usize>,
    context: &mut InlineContext<'s, '_>,
    inlines: &mut Vec<Inline<'s>>,
) {
    // Most words hold none of them: they stay borrowed.
    let signs = Signs::of(&words);
    if signs.has_marker {
        check_markers(&words, span, context);
    }
    if !signs.has_brace && !signs.has_digit {
        inlines.push(Inline::Text(words));
        return;
    }
    let mut places = Places::new(&words, span, context.text);
    // Found in the whole words: a law that a variable names says whose clause is meant.
    let found = if signs.has_digit {
        reference::find(&words, context.locale)
    } else {
        Vec::new()
    };
    let mut wrong = Places::new(&words, span, context.text);
    for reference in found.iter().filter(|found| found.number.is_none()) {
        let digits = words.get(reference.span.clone()).unwrap_or_default();
        context.report(
            Code::DanglingReference,
            wrong.of(reference.span.clone()),
            format!("no clause can have the number `{digits}`"),
            "write the number of a clause of this text, such as `5.2`",
        );
    }
    let mut references = found.into_iter().peekable();
    let mut at = 0;
    while signs.has_brace
        && let Some((open, close)) = next_variable(&words, at)
    {
        push_words(&words, at..open, &mut places, &mut references, inlines);
        let name = words.get(open + 2..close - 2).unwrap_or_default();
        let start = open + 2 + name.len() - name.trim_start().len();
        let name = cut(&words, start..start + name.trim().len());
        inlines.push(Inline::Variable(name, places.of(open..close)));
        at = close;
    }
    let rest = words.get(at..).unwrap_or_default();
    if signs.has_brace
        && let Some(brace) = rest.find("{{").or_else(|| rest.find("}}"))
    {
        context.report(
            Code::Placeholder,
            places.of(at + brace..at + brace + 2),
            "a variable is not closed",
            "write `{{ name }}`",
        );
    }
    push_words(
        &words,
        at..words.len(),
        &mut places,
        &mut references,
        inlines,
    );
}

/// What words have to be looked through for.
struct Signs {
    has_marker: bool,
    has_brace: bool,
    has_digit: bool,
}

impl Signs {
    fn of(words: &str) -> Self {
        let bytes = words.as_bytes();
        Self {
            has_marker: memchr2(b'*', b'[', bytes).is_some(),
            has_brace: memchr2(b'{', b'}', bytes).is_some(),
            // Without a way out in the middle, many bytes are compared at once.
            has_digit: bytes
                .iter()
                .fold(false, |found, byte| found | byte.is_ascii_digit()),
        }
    }
}

/// Where the next `{{ name }}` starts and ends.
fn next_variable(words: &str, at: usize) -> Option<(usize, usize)> {
    let open = at + words.get(at..)?.find("{{")?;
    let close = open + 2 + words.get(open + 2..)?.find("}}")? + 2;
    Some((open, close))
}

impl InlineContext<'_, '_> {
    fn report(
        &mut self,
        code: Code,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.diagnostics
            .push(Diagnostic::at(code, self.file, span, message, help));
    }
}

/// Finds pieces of words in the file. Words differ from it where Markdown has escapes: there, pieces are looked up in
/// their order, and once one isn't found, no further one is.
struct Places<'w> {
    words: &'w str,
    source: &'w str,
    span: Range<usize>,
    /// How far the source was looked through; none when a piece wasn't there.
    seen: Option<usize>,
}

impl<'w> Places<'w> {
    fn new(words: &'w str, span: &Range<usize>, text: &'w str) -> Self {
        Self {
            words,
            source: text.get(span.clone()).unwrap_or_default(),
            span: span.clone(),
            seen: Some(0),
        }
    }

    fn of(&mut self, piece: Range<usize>) -> Range<usize> {
        let start = self.span.start;
        if self.source == self.words {
            return start + piece.start..start + piece.end;
        }
        let length = piece.len();
        let piece = self.words.get(piece).unwrap_or_default();
        let found = self.seen.and_then(|seen| {
            let rest = self.source.get(seen..)?;
            Some(seen + rest.find(piece)?)
        });
        self.seen = found.map(|at| at + length);
        match found {
            Some(at) => start + at..start + at + length,
            None => self.span.clone(),
        }
    }
}

fn push_words<'s>(
    words: &CowStr<'s>,
    part: Range<usize>,
    places: &mut Places<'_>,
    references: &mut Peekable<impl Iterator<Item = reference::Found>>,
    inlines: &mut Vec<Inline<'s>>,
) {
    let mut done = part.start;
    while let Some(found) = references.next_if(|found| found.span.end <= part.end) {
        let span = found.span;
        let Some(number) = found.number.filter(|_| span.start >= done) else {
            continue;
        };
        push_text(cut(words, done..span.start), inlines);
        let label = vec![Inline::Text(cut(words, span.clone()))];
        done = span.end;
        inlines.push(Inline::Link(
            Target::Clause(None, number),
            label,
            places.of(span),
        ));
    }
    push_text(cut(words, done..part.end), inlines);
}

fn push_text<'s>(words: CowStr<'s>, inlines: &mut Vec<Inline<'s>>) {
    if !words.is_empty() {
        inlines.push(Inline::Text(words));
    }
}

/// A part of words, borrowed where they are.
pub(super) fn cut<'s>(words: &CowStr<'s>, part: Range<usize>) -> CowStr<'s> {
    match words {
        CowStr::Borrowed(words) => CowStr::Borrowed(words.get(part).unwrap_or_default()),
        words => words.get(part).unwrap_or_default().to_owned().into(),
    }
}

/// Markers that CommonMark leaves as they are would stand on the page.
fn check_markers(words: &str, span: &Range<usize>, context: &mut InlineContext<'_, '_>) {
    let mut places = Places::new(words, span, context.text);
    if let Some(at) = words.find("**") {
        context.report(
            Code::StrayMarker,
            places.of(at..at + 2),
            "`**` without its partner stands on the page",
            "close or remove it",
        );
    }
    if words.starts_with("* ") {
        context.report(
            Code::StrayMarker,
            span.clone(),
            "an escaped `*` stands on the page",
            "write `- ` for an item of a list",
        );
    }
    let mut escaped = escaped_brackets(words, span, context.text).into_iter();
    let mut at = 0;
    while let Some(open) = words.get(at..).and_then(|rest| rest.find('[')) {
        let open = at + open;
        if escaped.next().unwrap_or_default() {
            at = open + 1;
            continue;
        }
        let Some(length) = words.get(open..).and_then(|rest| rest.find(']')) else {
            break;
        };
        let close = open + length + 1;
        let placeholder = words.get(open..close).unwrap_or_default();
        if placeholder.chars().count() >= 5 && !placeholder.contains('\n') {
            context.report(Code::Placeholder, places.of(open..close), format!("the placeholder `{placeholder}` stands on the page"), "write the fact into `site.toml` and its variable here, such as `{{ operator.email }}`; words that belong in brackets are written `\\[…\\]`");
        }
        // Brackets inside were passed over with it.
        let inside = placeholder.matches('[').count().saturating_sub(1);
        escaped.by_ref().take(inside).for_each(drop);
        at = close;
    }
}

/// For each `[` of the words whether its author escaped it, which says that the brackets belong to the text.
fn escaped_brackets(words: &str, span: &Range<usize>, text: &str) -> Vec<bool> {
    // The span of words begins behind the backslash that escapes their first sign.
    let has_slash = text
        .get(..span.start)
        .is_some_and(|before| before.ends_with('\\'));
    let start = span.start - usize::from(has_slash);
    let source = text.get(start..span.end).unwrap_or_default();
    let pieces: Vec<&str> = source.split('[').collect();
    let count = pieces.len().saturating_sub(1);
    // An entity such as `&#91;` makes the words differ: then no bracket can be told from another.
    if count == 0 || count != words.matches('[').count() {
        return Vec::new();
    }
    let is_escaped = |before: &&str| {
        let slashes = before.len() - before.trim_end_matches('\\').len();
        slashes % 2 == 1
    };
    pieces.iter().take(count).map(is_escaped).collect()
}

/// Term and words of a paragraph that starts with a strong term and a dash; the paragraph itself otherwise.
pub(super) fn definition(
    mut inlines: Vec<Inline<'_>>,
) -> Result<(Vec<Inline<'_>>, Vec<Inline<'_>>), Vec<Inline<'_>>> {
    let dash = match inlines.as_slice() {
        [Inline::Strong(_), Inline::Text(words), ..] => dash_length(words),
        _ => None,
    };
    let Some(length) = dash else {
        return Err(inlines);
    };
    let mut words = inlines.split_off(1);
    if let Some(Inline::Text(text)) = words.first_mut() {
        *text = cut(text, length..text.len());
    }
    match inlines.pop() {
        Some(Inline::Strong(term)) => Ok((term, words)),
        Some(other) => {
            words.insert(0, other);
            Err(words)
        }
        None => Err(words),
    }
}

fn dash_length(words: &str) -> Option<usize> {
    [" — ", " – ", " - ", " —\n"]
        .into_iter()
        .find(|dash| words.starts_with(dash))
        .map(str::len)
}

/// A link by the form of its address.
pub(super) fn link<'s>(
    address: CowStr<'s>,
    words: Vec<Inline<'s>>,
    span: Range<usize>,
    context: &mut InlineContext<'s, '_>,
) -> Inline<'s> {
    if let Some(tag) = address.strip_prefix("lang:") {
        if Locale::try_from(tag).is_err() {
            context.report(
                Code::BrokenLink,
                span.clone(),
                format!("`{tag}` is no language"),
                "write a BCP 47 tag, such as `lang:en`",
            );
            return Inline::Link(Target::Nowhere, words, span);
        }
        return Inline::Language(tag.to_owned().into(), words);
    }
    let target = if let Some(reference) = address.strip_prefix('@') {
        internal(reference)
    } else if let Some(number) = address
        .strip_prefix("#c-")
        .and_then(|anchor| Number::parse(&anchor.replace('-', ".")))
    {
        Some(Target::Clause(None, number))
    } else if address.starts_with('/') && !address.starts_with("//") {
        Some(Target::Path(address.clone()))
    } else {
        let allowed = ["https://", "http://", "mailto:", "tel:"]
            .into_iter()
            .any(|scheme| address.starts_with(scheme));
        allowed.then(|| Target::Url(address.clone()))
    };
    let Some(target) = target else {
        context.report(
            Code::ForbiddenLink,
            span.clone(),
            format!("a link can't lead to `{address}`"),
            "write `@5.2` for a clause, `@cookies/3.1` for a clause of another policy, `@choices` for the visitor's choices, or an address that starts with `https://`, `mailto:`, `tel:` or `/`",
        );
        return Inline::Link(Target::Nowhere, words, span);
    };
    Inline::Link(target, words, span)
}

/// `5.2`, `cookies`, `cookies/3.1`, `choices`
fn internal<'s>(reference: &str) -> Option<Target<'s>> {
    match reference {
        "choices" => return Some(Target::Choices),
        "words" => return Some(Target::Nowhere),
        _ => {}
    }
    if let Some(number) = Number::parse(reference) {
        return Some(Target::Clause(None, number));
    }
    match reference.split_once('/') {
        None if reference.is_empty() => None,
        None => Some(Target::Policy(reference.to_owned().into())),
        Some((policy, number)) => Number::parse(number)
            .map(|number| Target::Clause(Some(policy.to_owned().into()), number)),
    }
}
