//! Parses the contents of text: variables, references, placeholders, definitions, links.

use super::reference::{self, ClauseReference};
use super::{Address, Inline, Target};
use crate::content::slice::slice;
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use domain::Locale;
use memchr::memchr2;
use pulldown_cmark::CowStr;
use std::iter::Peekable;
use std::ops::Range;

/// The text being parsed, and its diagnostics.
pub(super) struct InlineContext<'s, 'c> {
    /// The whole file.
    pub(super) text: &'s str,
    /// The file.
    pub(super) file: FileId,
    /// The language of the text.
    pub(super) locale: &'c Locale,
    /// Diagnostics so far.
    pub(super) diagnostics: &'c mut Vec<Diagnostic>,
}

/// Splits a run of text into plain text, variables and references. `span` is the byte
/// range of the run in the file.
pub(super) fn split<'s>(
    run: CowStr<'s>,
    span: &Range<usize>,
    context: &mut InlineContext<'s, '_>,
    inlines: &mut Vec<Inline<'s>>,
) {
    let scan = Scan::of(&run);
    if scan.has_marker {
        check_markers(&run, span, context);
    }
    if !scan.has_brace && !scan.has_number {
        inlines.push(Inline::Text(run));
        return;
    }
    // Searched in the whole run: a variable may name the law whose clause is meant.
    let references = if scan.has_number {
        reference::find(&run, context.locale)
    } else {
        Vec::new()
    };
    report_invalid_numbers(&references, &run, span, context);
    let mut spans = SpanFinder::new(&run, span, context.text);
    let mut references = references.into_iter().peekable();
    let mut at = 0;
    while scan.has_brace
        && let Some((open, close)) = next_variable(&run, at)
    {
        push_references(&run, at..open, &mut spans, &mut references, inlines);
        let name = slice(&run, open + 2..close - 2);
        let start = open + 2 + name.len() - name.trim_start().len();
        let name = slice_cow(&run, start..start + name.trim().len());
        inlines.push(Inline::Variable(name, spans.find(open..close)));
        at = close;
    }
    let rest = slice(&run, at..);
    if scan.has_brace
        && let Some(brace) = rest.find("{{").or_else(|| rest.find("}}"))
    {
        context.report(
            Code::Placeholder,
            spans.find(at + brace..at + brace + 2),
            "a variable is not closed",
            "write `{{ name }}`",
        );
    }
    push_references(&run, at..run.len(), &mut spans, &mut references, inlines);
}

fn report_invalid_numbers(
    references: &[ClauseReference],
    run: &str,
    span: &Range<usize>,
    context: &mut InlineContext<'_, '_>,
) {
    let mut spans = SpanFinder::new(run, span, context.text);
    for reference in references.iter().filter(|found| found.address.is_none()) {
        let digits = slice(run, reference.span.clone());
        context.report(
            Code::DanglingReference,
            spans.find(reference.span.clone()),
            format!("no clause can have the number `{digits}`"),
            "write the number of a clause of this text, such as `5.2`",
        );
    }
}

/// Which characters a run contains. Most runs have none of them and need no further search.
struct Scan {
    has_marker: bool,
    has_brace: bool,
    /// Whether there may be a number: a digit, a mark such as `а)`, a lone capital such as `B` and
    /// `III`, or Chinese letters.
    has_number: bool,
}

impl Scan {
    fn of(run: &str) -> Self {
        let bytes = run.as_bytes();
        Self {
            has_marker: memchr2(b'*', b'[', bytes).is_some(),
            has_brace: memchr2(b'{', b'}', bytes).is_some(),
            // No early exit, so that the loop vectorises. Chinese letters begin with these bytes,
            // and so do some others.
            has_number: bytes.iter().fold(false, |found, byte| {
                found | byte.is_ascii_digit() | (*byte == b')') | matches!(byte, 0xe4..=0xe9)
            }) || run.contains('»')
                || has_capitals(run),
        }
    }
}

/// Whether a word consists of at most four capital letters.
fn has_capitals(run: &str) -> bool {
    run.split_whitespace().any(|word| {
        let word = word.trim_matches(|one: char| !one.is_alphabetic());
        let mut letters = word.chars();
        let is_short = letters.by_ref().take(4).all(char::is_uppercase);
        !word.is_empty() && is_short && letters.next().is_none()
    })
}

/// Start and end of the next `{{ name }}`.
fn next_variable(run: &str, at: usize) -> Option<(usize, usize)> {
    let open = at + slice(run, at..).find("{{")?;
    let close = open + 2 + slice(run, open + 2..).find("}}")? + 2;
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

/// Finds the span in the file of parts of a run. A run differs from the file where Markdown has
/// escapes or entities. There, parts have to be given in order and are searched; after one that
/// isn't found, each part has the span of the whole run.
struct SpanFinder<'w> {
    run: &'w str,
    source: &'w str,
    span: Range<usize>,
    /// Where the next search in the source starts; `None` after a part that wasn't found.
    next: Option<usize>,
}

impl<'w> SpanFinder<'w> {
    fn new(run: &'w str, span: &Range<usize>, text: &'w str) -> Self {
        Self {
            run,
            source: slice(text, span.clone()),
            span: span.clone(),
            next: Some(0),
        }
    }

    fn find(&mut self, part: Range<usize>) -> Range<usize> {
        let start = self.span.start;
        if self.source == self.run {
            return start + part.start..start + part.end;
        }
        let part = slice(self.run, part);
        let found = self
            .next
            .and_then(|next| Some(next + slice(self.source, next..).find(part)?));
        self.next = found.map(|at| at + part.len());
        match found {
            Some(at) => start + at..start + at + part.len(),
            None => self.span.clone(),
        }
    }
}

/// Pushes a part of a run as text and links to the clauses that it refers to.
fn push_references<'s>(
    run: &CowStr<'s>,
    part: Range<usize>,
    spans: &mut SpanFinder<'_>,
    references: &mut Peekable<impl Iterator<Item = ClauseReference>>,
    inlines: &mut Vec<Inline<'s>>,
) {
    let mut done = part.start;
    while let Some(found) = references.next_if(|found| found.span.end <= part.end) {
        let span = found.span;
        let Some(address) = found.address.filter(|_| span.start >= done) else {
            continue;
        };
        push_text(slice_cow(run, done..span.start), inlines);
        let label = vec![Inline::Text(slice_cow(run, span.clone()))];
        done = span.end;
        inlines.push(Inline::Link(Target::Own(address), label, spans.find(span)));
    }
    push_text(slice_cow(run, done..part.end), inlines);
}

fn push_text<'s>(text: CowStr<'s>, inlines: &mut Vec<Inline<'s>>) {
    if !text.is_empty() {
        inlines.push(Inline::Text(text));
    }
}

/// A part of a text, borrowed if the text is.
pub(super) fn slice_cow<'s>(text: &CowStr<'s>, part: Range<usize>) -> CowStr<'s> {
    match text {
        CowStr::Borrowed(text) => CowStr::Borrowed(slice(text, part)),
        text => slice(text, part).to_owned().into(),
    }
}

/// Reports markers that CommonMark left as text.
fn check_markers(run: &str, span: &Range<usize>, context: &mut InlineContext<'_, '_>) {
    let mut spans = SpanFinder::new(run, span, context.text);
    if let Some(at) = run.find("**") {
        context.report(
            Code::StrayMarker,
            spans.find(at..at + 2),
            "`**` without its partner stands on the page",
            "close or remove it",
        );
    }
    if run.starts_with("* ") {
        context.report(
            Code::StrayMarker,
            span.clone(),
            "an escaped `*` stands on the page",
            "write `- ` for an item of a list",
        );
    }
    let mut escaped = escaped_brackets(run, span, context.text).into_iter();
    let mut at = 0;
    while let Some(open) = slice(run, at..).find('[') {
        let open = at + open;
        // If escapes are unknown, each bracket counts as that of a placeholder.
        if escaped.next().unwrap_or(false) {
            at = open + 1;
            continue;
        }
        let Some(length) = slice(run, open..).find(']') else {
            break;
        };
        let close = open + length + 1;
        let placeholder = slice(run, open..close);
        if let Some(label) = footnote_label(placeholder) {
            context.report(
                Code::MissingFootnote,
                spans.find(open..close),
                format!("footnote {label} has no text"),
                format!("write `[^{label}]: …` in a paragraph of its own; brackets that belong in the text are written `\\[…\\]`"),
            );
        } else if placeholder.chars().count() >= 5 && !placeholder.contains('\n') {
            context.report(
                Code::Placeholder,
                spans.find(open..close),
                format!("the placeholder `{placeholder}` stands on the page"),
                "write the fact into `site.toml` and its variable here, such as `{{ operator.email }}`; words that belong in brackets are written `\\[…\\]`",
            );
        }
        // Skip the flags of brackets inside of the placeholder.
        let inside = placeholder.matches('[').count().saturating_sub(1);
        escaped.by_ref().take(inside).for_each(drop);
        at = close;
    }
}

/// The label of `[^1]`, which Markdown leaves as text if there is no such footnote.
fn footnote_label(brackets: &str) -> Option<&str> {
    let label = brackets.strip_prefix("[^")?.strip_suffix(']')?;
    (!label.is_empty() && !label.contains(char::is_whitespace)).then_some(label)
}

/// For each `[` of a run, whether it is escaped and so literal. Empty if the run has another number
/// of brackets than the file, because of an entity such as `&#91;`.
fn escaped_brackets(run: &str, span: &Range<usize>, text: &str) -> Vec<bool> {
    // The backslash that escapes the first character isn't part of the span.
    let has_slash = slice(text, ..span.start).ends_with('\\');
    let start = span.start - usize::from(has_slash);
    let parts: Vec<&str> = slice(text, start..span.end).split('[').collect();
    let count = parts.len() - 1;
    if count != run.matches('[').count() {
        return Vec::new();
    }
    let is_escaped = |before: &&str| {
        let slashes = before.len() - before.trim_end_matches('\\').len();
        slashes % 2 == 1
    };
    parts.iter().take(count).map(is_escaped).collect()
}

/// Term and definition of a paragraph that starts with a strong term and a dash. `Err` is any other
/// paragraph, unchanged.
pub(super) fn definition(
    mut inlines: Vec<Inline<'_>>,
) -> Result<(Vec<Inline<'_>>, Vec<Inline<'_>>), Vec<Inline<'_>>> {
    if let [Inline::Strong(term), Inline::Text(text), ..] = inlines.as_mut_slice()
        && let Some(length) = dash_length(text)
    {
        let term = std::mem::take(term);
        *text = slice_cow(text, length..text.len());
        inlines.remove(0);
        return Ok((term, inlines));
    }
    Err(inlines)
}

fn dash_length(words: &str) -> Option<usize> {
    [" — ", " – ", " - ", " —\n"]
        .into_iter()
        .find(|dash| words.starts_with(dash))
        .map(str::len)
}

/// The link to an address. Reports what it can't lead to.
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
            return Inline::Link(Target::Unlinked, words, span);
        }
        return Inline::Language(tag.to_owned().into(), words);
    }
    let target = if let Some(reference) = address.strip_prefix('@') {
        internal(reference)
    } else if let Some(own) = address.strip_prefix('#').and_then(Address::from_anchor) {
        Some(Target::Own(own))
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
        return Inline::Link(Target::Unlinked, words, span);
    };
    Inline::Link(target, words, span)
}

/// The target of `@5.2`, `@5.2/2)`, `@a-1/1.1`, `@cookies`, `@cookies/3.1`, `@choices` or `@words`,
/// given without `@`.
fn internal<'s>(reference: &str) -> Option<Target<'s>> {
    match reference {
        "choices" => return Some(Target::Choices),
        "words" => return Some(Target::Unlinked),
        _ => {}
    }
    if let Some(address) = Address::parse(reference) {
        return Some(Target::Own(address));
    }
    match reference.split_once('/') {
        None if reference.is_empty() => None,
        None => Some(Target::Policy(reference.to_owned().into())),
        Some((policy, address)) => {
            Address::parse(address).map(|address| Target::Other(policy.to_owned().into(), address))
        }
    }
}
