//! Renders inline content as HTML: variables become facts, references become links.

use super::Writer;
use super::buffer::HtmlBuffer;
use crate::content::document::{Inline, Target};
use crate::content::host;
use crate::content::settings::{FactValue, Link, RegistrationFact};

impl Writer<'_> {
    pub(super) fn inline(&mut self, inline: &Inline<'_>) {
        match inline {
            Inline::Text(words) => self.out.push_text(words),
            Inline::Variable(name, _) => self.variable(name),
            Inline::Strong(inlines) => self.wrapped("<strong>", inlines, "</strong>"),
            Inline::Emphasis(inlines) => self.wrapped("<em>", inlines, "</em>"),
            Inline::Code(words) => {
                self.out.push_str("<code>");
                self.out.push_text(words);
                self.out.push_str("</code>");
            }
            Inline::Language(tag, inlines) => {
                write!(self.out, "<span lang=\"{tag}\">");
                self.inlines(inlines);
                self.out.push_str("</span>");
            }
            Inline::Link(target, inlines, _) => self.link(target, inlines),
            Inline::Footnote(label, _) => self.footnote_reference(label),
            Inline::Break => self.out.push_str("<br>\n"),
        }
    }

    /// Writes a reference to a footnote, which has a place of its own for the link back.
    fn footnote_reference(&mut self, label: &str) {
        if self.is_in_link {
            write!(self.out, "<sup>[{label}]</sup>");
            return;
        }
        let count = self.references.entry(label.to_owned()).or_insert(0);
        *count += 1;
        let id = match *count {
            1 => format!("nr-{label}"),
            count => format!("nr-{label}-{count}"),
        };
        write!(
            self.out,
            "<sup class=\"footnote-reference\"><a id=\"{id}\" href=\"#n-{label}\" role=\"doc-noteref\">[{label}]</a></sup>"
        );
    }

    /// Writes a fact. An unknown variable has been reported by `check::references` and is left out.
    fn variable(&mut self, name: &str) {
        let Some(value) = self.context.scope.facts.get(name) else {
            return;
        };
        if value.plain().is_empty() {
            // Only a draft may lack facts (`settings::check`).
            self.out.push_str("<span class=\"blank\">…</span>");
            return;
        }
        match value {
            FactValue::Address {
                link,
                address,
                text,
            } if *link != Link::None => self.fact_link(link.scheme(), address, text),
            FactValue::Text(_)
            | FactValue::Foreign(..)
            | FactValue::Named { .. }
            | FactValue::Address { .. }
            | FactValue::Registrations(_) => self.out.push_str(&value_html(value)),
        }
    }

    fn fact_link(&mut self, scheme: &str, address: &str, words: &str) {
        if self.is_in_link {
            self.out.push_text(words);
            return;
        }
        write!(self.out, "<a href=\"{scheme}");
        self.out.push_href(address);
        self.out.push_str("\">");
        self.out.push_text(words);
        self.out.push_str("</a>");
    }

    fn link(&mut self, target: &Target<'_>, inlines: &[Inline<'_>]) {
        if self.is_in_link {
            self.inlines(inlines);
            return;
        }
        let Some(address) = self.context.scope.resolve(target) else {
            // The broken reference has been reported. Links inside its text aren't written either.
            self.is_in_link = true;
            self.inlines(inlines);
            self.is_in_link = false;
            return;
        };
        self.out.push_str("<a href=\"");
        self.out.push_href(&address);
        self.out.push_str("\"");
        if is_external(&address, self.context.host) {
            self.out
                .push_str(" class=\"external\" rel=\"noopener noreferrer\"");
        }
        self.out.push_str(">");
        self.is_in_link = true;
        if inlines.is_empty() {
            self.out.push_attribute(&address);
        }
        self.inlines(inlines);
        self.is_in_link = false;
        self.out.push_str("</a>");
    }
}

/// A fact as HTML for use outside of a text: names have a `lang` attribute, nothing becomes a link.
pub fn value_html(value: &FactValue) -> String {
    let mut html = HtmlBuffer::default();
    match value {
        FactValue::Named {
            before,
            name,
            lang,
            after,
        } => {
            html.push_text(before);
            if let Some(lang) = lang {
                write!(html, "<span lang=\"{lang}\">");
            }
            html.push_text(name);
            if lang.is_some() {
                html.push_str("</span>");
            }
            html.push_text(after);
        }
        FactValue::Foreign(text, lang) => {
            write!(html, "<span lang=\"{lang}\">");
            html.push_text(text);
            html.push_str("</span>");
        }
        FactValue::Registrations(numbers) => {
            for (at, fact) in numbers.iter().enumerate() {
                if at > 0 {
                    html.push_str("; ");
                }
                html.push_str(&label_html(fact));
                html.push_str(" ");
                html.push_str(&number_html(fact));
            }
        }
        FactValue::Text(_) | FactValue::Address { .. } => html.push_text(&value.plain()),
    }
    html.into_string()
}

/// What stands before a number, with its language if that isn't the page's.
pub fn label_html(fact: &RegistrationFact) -> String {
    let label = FactValue::Text(fact.label.clone());
    let other = |lang: &str| FactValue::Foreign(fact.label.clone(), lang.to_owned());
    value_html(&fact.lang.map_or(label, other))
}

/// A number of registration.
pub fn number_html(fact: &RegistrationFact) -> String {
    let mut html = HtmlBuffer::default();
    if fact.is_isolated {
        html.push_str("<bdi>");
    }
    html.push_text(&fact.number);
    if fact.is_isolated {
        html.push_str("</bdi>");
    }
    html.into_string()
}

fn is_external(address: &str, host: &str) -> bool {
    let Some(rest) = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"))
    else {
        return false;
    };
    let linked = rest.split(['/', '?', '#']).next();
    linked.and_then(host::to_ascii).as_deref() != Some(host)
}
