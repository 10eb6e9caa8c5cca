//! Renders inline content as HTML: variables become facts, references become links.

use super::Writer;
use super::buffer::HtmlBuffer;
use crate::content::country::format_phone;
use crate::content::document::{Inline, Target};
use crate::content::settings::FactValue;

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
            Inline::Break => self.out.push_str("<br>\n"),
        }
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
            FactValue::Text(_) | FactValue::Foreign(..) | FactValue::Named { .. } => {
                self.out.push_str(&value_html(value))
            }
            FactValue::Email(address) => self.fact_link("mailto:", address, address),
            FactValue::Phone(number) => self.fact_link("tel:", number, &format_phone(number)),
            FactValue::Url(url) => self.fact_link("", url, url),
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
        FactValue::Text(_) | FactValue::Email(_) | FactValue::Url(_) | FactValue::Phone(_) => {
            html.push_text(&value.plain());
        }
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
    rest.split(['/', '?', '#']).next() != Some(host)
}
