//! Words to HTML: variables become facts, references become links.

use super::Writer;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Inline, Number, Target};
use crate::settings::{Facts, Value, phone_text};
use pulldown_cmark_escape::{escape_href, escape_html, escape_html_body_text};
use std::fmt::Write as _;
use std::ops::Range;

/// Longer names are no slip of the pen.
const LONGEST_NAME: usize = 80;

impl<'c> Writer<'c> {
    pub(super) fn inline(&mut self, inline: &Inline<'_>) {
        match inline {
            Inline::Text(words) => self.text(words),
            Inline::Variable(name, span) => self.variable(name, span),
            Inline::Strong(inlines) => self.wrapped("<strong>", inlines, "</strong>"),
            Inline::Emphasis(inlines) => self.wrapped("<em>", inlines, "</em>"),
            Inline::Code(words) => {
                self.out.push_str("<code>");
                self.text(words);
                self.out.push_str("</code>");
            }
            Inline::Language(tag, inlines) => {
                let _ = write!(self.out, "<span lang=\"{tag}\">");
                self.inlines(inlines);
                self.out.push_str("</span>");
            }
            Inline::Link(target, inlines, span) => self.link(target, inlines, span),
            Inline::Break => self.out.push_str("<br>\n"),
        }
    }

    fn wrapped(&mut self, open: &str, inlines: &[Inline<'_>], close: &str) {
        self.out.push_str(open);
        self.inlines(inlines);
        self.out.push_str(close);
    }

    fn text(&mut self, words: &str) {
        // Writing to a `String` can't fail.
        let _ = escape_html_body_text(&mut self.out, words);
    }

    fn attribute(&mut self, value: &str) {
        let _ = escape_html(&mut self.out, value);
    }

    fn variable(&mut self, name: &str, span: &Range<usize>) {
        let Some(value) = self.context.facts.get(name) else {
            let help = if name.starts_with("block.") {
                "a generated block stands alone in its paragraph; there are `block.operator`, `block.cookies`, `block.services`, `block.choices`".to_owned()
            } else {
                match self.nearest(name) {
                    Some(known) => format!("did you mean `{known}`? facts stand in `site.toml`"),
                    None => {
                        "facts stand in `site.toml`; docs/content.md lists their names".to_owned()
                    }
                }
            };
            self.report(
                Code::UnknownVariable,
                span,
                format!("there is no fact `{name}`"),
                help,
            );
            return;
        };
        if value.plain().is_empty() {
            // Only a draft may lack facts (`settings::check`); it shows a blank to fill in.
            self.out.push_str("<span class=\"blank\">…</span>");
            return;
        }
        match value {
            Value::Text(_) | Value::Foreign(..) | Value::Named { .. } => {
                self.out.push_str(&value_html(value))
            }
            Value::Email(address) => self.fact_link("mailto:", address, address),
            Value::Phone(number) => self.fact_link("tel:", number, &phone_text(number)),
            Value::Url(url) => self.fact_link("", url, url),
        }
    }

    fn fact_link(&mut self, scheme: &str, address: &str, words: &str) {
        if self.is_in_link {
            self.text(words);
            return;
        }
        let _ = write!(self.out, "<a href=\"{scheme}");
        let _ = escape_href(&mut self.out, address);
        self.out.push_str("\">");
        self.text(words);
        self.out.push_str("</a>");
    }

    fn link(&mut self, target: &Target<'_>, inlines: &[Inline<'_>], span: &Range<usize>) {
        if self.is_in_link {
            self.inlines(inlines);
            return;
        }
        let Some(address) = self.address(target, span) else {
            // References among the words are no links either.
            self.is_in_link = true;
            self.inlines(inlines);
            self.is_in_link = false;
            return;
        };
        self.out.push_str("<a href=\"");
        let _ = escape_href(&mut self.out, &address);
        self.out.push('"');
        if is_external(&address, self.context.host) {
            self.out
                .push_str(" class=\"external\" rel=\"noopener noreferrer\"");
        }
        self.out.push('>');
        self.is_in_link = true;
        if inlines.is_empty() {
            self.attribute(&address);
        }
        self.inlines(inlines);
        self.is_in_link = false;
        self.out.push_str("</a>");
    }

    /// Where a link leads; none, after a report, when it leads nowhere.
    fn address(&mut self, target: &Target<'_>, span: &Range<usize>) -> Option<String> {
        let context = self.context;
        match target {
            Target::Choices => Some(context.links.choices.clone()),
            Target::Nowhere => None,
            Target::Url(url) => Some(self.filled(url, span)),
            Target::Path(path) => {
                let page = path.split(['#', '?']).next().unwrap_or_default();
                if !context.links.paths.contains(page) {
                    self.report(Code::BrokenLink, span, format!("there is no page `{page}` on this site"), "write `@privacy` for a policy, `@privacy/3.1` for a clause of it; an address ends with `/`".to_owned());
                    return None;
                }
                Some(path.to_string())
            }
            Target::Policy(policy) => self.policy_path(policy, span),
            Target::Clause(None, number) => self.own_clause(number, span),
            Target::Clause(Some(policy), number) => {
                if &**policy == context.policy {
                    return self.own_clause(number, span);
                }
                let path = self.policy_path(policy, span)?;
                let anchor = number.anchor();
                let is_there = context
                    .links
                    .policies
                    .get(&**policy)
                    .is_some_and(|links| links.anchors.contains(&anchor));
                if !is_there && context.is_strict {
                    self.report(
                        Code::DanglingReference,
                        span,
                        format!("the policy `{policy}` has no clause {number}"),
                        "correct the number, or add the clause".to_owned(),
                    );
                    return None;
                }
                Some(if is_there {
                    format!("{path}#{anchor}")
                } else {
                    path
                })
            }
        }
    }

    fn own_clause(&mut self, number: &Number, span: &Range<usize>) -> Option<String> {
        let anchor = number.anchor();
        if self.anchors.binary_search(&anchor.as_str()).is_ok() {
            return Some(format!("#{anchor}"));
        }
        self.report(
            Code::DanglingReference,
            span,
            format!("there is no clause {number} in this policy"),
            "correct the number; a clause of another policy is written `[words](@cookies/3.1)`"
                .to_owned(),
        );
        None
    }

    fn policy_path(&mut self, policy: &str, span: &Range<usize>) -> Option<String> {
        if let Some(links) = self.context.links.policies.get(policy) {
            return Some(links.path.clone());
        }
        if self.context.is_strict {
            let known: Vec<&str> = self
                .context
                .links
                .policies
                .keys()
                .map(String::as_str)
                .collect();
            self.report(
                Code::BrokenLink,
                span,
                format!("the site has no policy `{policy}`"),
                format!("its policies are {}", known.join(", ")),
            );
        }
        None
    }

    /// An address with its variables.
    fn filled(&mut self, address: &str, span: &Range<usize>) -> String {
        let mut filled = String::new();
        let mut rest = address;
        // Markdown may have percent-encoded nothing here: braces are legal in a destination.
        while let Some((before, from)) = rest.split_once("{{") {
            let Some((name, after)) = from.split_once("}}") else {
                break;
            };
            filled.push_str(before);
            match self.context.facts.get(name.trim()) {
                Some(Value::Phone(number)) => filled.push_str(number),
                Some(value) => filled.push_str(&value.plain()),
                None => self.report(
                    Code::UnknownVariable,
                    span,
                    format!("there is no fact `{}`", name.trim()),
                    "facts stand in `site.toml`".to_owned(),
                ),
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    /// A wrong name is seldom alone: what it looks like is found out once.
    fn nearest(&mut self, name: &str) -> Option<&'c str> {
        if let Some(known) = self.guesses.get(name) {
            return *known;
        }
        let known = nearest(name, self.context.facts);
        self.guesses.insert(name.to_owned(), known);
        known
    }

    fn report(&mut self, code: Code, span: &Range<usize>, message: String, help: String) {
        self.diagnostics
            .push(Diagnostic::at(code, self.file, span.clone(), message, help));
    }
}

/// A fact as HTML, without links.
pub(super) fn value_html(value: &Value) -> String {
    let mut html = String::new();
    match value {
        Value::Named {
            before,
            name,
            lang,
            after,
        } => {
            let _ = escape_html_body_text(&mut html, before);
            if let Some(lang) = lang {
                let _ = write!(html, "<span lang=\"{lang}\">");
            }
            let _ = escape_html_body_text(&mut html, name);
            if lang.is_some() {
                html.push_str("</span>");
            }
            let _ = escape_html_body_text(&mut html, after);
        }
        Value::Foreign(text, lang) => {
            let _ = write!(html, "<span lang=\"{lang}\">");
            let _ = escape_html_body_text(&mut html, text);
            html.push_str("</span>");
        }
        Value::Text(_) | Value::Email(_) | Value::Url(_) | Value::Phone(_) => {
            let _ = escape_html_body_text(&mut html, &value.plain());
        }
    }
    html
}

fn is_external(address: &str, host: &str) -> bool {
    let Some(rest) = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"))
    else {
        return false;
    };
    rest.split(['/', '?', '#']).next() != Some(host)
}

/// The known name that looks most like a wrong one.
fn nearest<'f>(name: &str, facts: &'f Facts) -> Option<&'f str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    facts
        .names()
        .map(|known| (similar::TextDiff::from_chars(name, known).ratio(), known))
        .filter(|(ratio, _)| *ratio > 0.6)
        .max_by(|before, after| before.0.total_cmp(&after.0))
        .map(|(_, known)| known)
}

/// The words alone.
pub(super) fn plain(inlines: &[Inline<'_>], facts: &Facts) -> String {
    let mut words = String::new();
    push_plain(inlines, facts, &mut words);
    words
}

fn push_plain(inlines: &[Inline<'_>], facts: &Facts, words: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) if &**text == "\n" => words.push(' '),
            Inline::Text(text) | Inline::Code(text) => words.push_str(text),
            Inline::Variable(name, _) => {
                words.push_str(&facts.get(name).map(Value::plain).unwrap_or_default())
            }
            Inline::Strong(inlines)
            | Inline::Emphasis(inlines)
            | Inline::Language(_, inlines)
            | Inline::Link(_, inlines, _) => {
                push_plain(inlines, facts, words);
            }
            Inline::Break => words.push(' '),
        }
    }
}
