//! What is found inside words: variables, references, placeholders, definitions, links.

use super::reference;
use super::{Inline, Number, Target};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::FileId;
use domain::Locale;
use pulldown_cmark::CowStr;
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
    check_markers(&words, span, context);
    // Most words hold none of them: they stay borrowed.
    let has_variable = words.contains("{{") || words.contains("}}");
    let has_digit = words.bytes().any(|byte| byte.is_ascii_digit());
    if !has_variable && !has_digit {
        inlines.push(Inline::Text(words));
        return;
    }
    let mut rest: &str = &words;
    while let Some(start) = rest.find("{{") {
        let (before, from) = rest.split_at(start);
        let Some(end) = from.find("}}") else { break };
        let (variable, after) = from.split_at(end + 2);
        push_words(before, span, context, inlines);
        let name = variable
            .trim_start_matches('{')
            .trim_end_matches('}')
            .trim();
        inlines.push(Inline::Variable(
            name.to_owned().into(),
            place_of(variable, span, context),
        ));
        rest = after;
    }
    if rest.contains("{{") || rest.contains("}}") {
        context.report(
            Code::Placeholder,
            place_of(if rest.contains("{{") { "{{" } else { "}}" }, span, context),
            "a variable is not closed",
            "write `{{ name }}`",
        );
    }
    push_words(rest, span, context, inlines);
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

/// Where a piece of merged words stands in the file: words may differ from the file by escapes, so it is looked up.
fn place_of(piece: &str, span: &Range<usize>, context: &InlineContext<'_, '_>) -> Range<usize> {
    let source = context.text.get(span.clone()).unwrap_or_default();
    match source.find(piece) {
        Some(at) => span.start + at..span.start + at + piece.len(),
        None => span.clone(),
    }
}

fn push_words<'s>(
    words: &str,
    span: &Range<usize>,
    context: &InlineContext<'s, '_>,
    inlines: &mut Vec<Inline<'s>>,
) {
    let mut done = 0;
    for found in reference::find(words, context.locale) {
        push_text(
            words.get(done..found.span.start).unwrap_or_default(),
            inlines,
        );
        let text = words.get(found.span.clone()).unwrap_or_default();
        let label = vec![Inline::Text(text.to_owned().into())];
        let place = place_of(text, span, context);
        inlines.push(Inline::Link(
            Target::Clause(None, found.number),
            label,
            place,
        ));
        done = found.span.end;
    }
    push_text(words.get(done..).unwrap_or_default(), inlines);
}

fn push_text(words: &str, inlines: &mut Vec<Inline<'_>>) {
    if !words.is_empty() {
        inlines.push(Inline::Text(words.to_owned().into()));
    }
}

/// Markers that CommonMark leaves as they are would stand on the page.
fn check_markers(words: &str, span: &Range<usize>, context: &mut InlineContext<'_, '_>) {
    if words.contains("**") {
        let place = place_of("**", span, context);
        context.report(
            Code::StrayMarker,
            place,
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
    let mut rest = words;
    while let Some(start) = rest.find('[') {
        let from = rest.get(start..).unwrap_or_default();
        let Some(end) = from.find(']') else { break };
        let placeholder = from.get(..=end).unwrap_or_default();
        if placeholder.chars().count() >= 5 && !placeholder.contains('\n') {
            let place = place_of(placeholder, span, context);
            context.report(Code::Placeholder, place, format!("the placeholder `{placeholder}` stands on the page"), "write the fact into `site.toml` and its variable here, such as `{{ operator.email }}`");
        }
        rest = from.get(end..).unwrap_or_default();
    }
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
        *text = text.get(length..).unwrap_or_default().to_owned().into();
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
                span,
                format!("`{tag}` is no language"),
                "write a BCP 47 tag, such as `lang:en`",
            );
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
        return Inline::Link(Target::Choices, words, span);
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
