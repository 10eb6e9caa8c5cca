//! Words to HTML: variables become facts, references become links.

use super::Writer;
use crate::content::country::format_phone;
use crate::content::document::{Inline, Target};
use crate::content::settings::FactValue;
use pulldown_cmark_escape::{escape_href, escape_html, escape_html_body_text};
use std::fmt::Write as _;

impl Writer<'_> {
    pub(super) fn inline(&mut self, inline: &Inline<'_>) {
        match inline {
            Inline::Text(words) => self.text(words),
            Inline::Variable(name, _) => self.variable(name),
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
            Inline::Link(target, inlines, _) => self.link(target, inlines),
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

    /// What leads nowhere has been reported by `check::references` and is left out.
    fn variable(&mut self, name: &str) {
        let Some(value) = self.context.scope.facts.get(name) else {
            return;
        };
        if value.plain().is_empty() {
            // Only a draft may lack facts (`settings::check`); it shows a blank to fill in.
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
            self.text(words);
            return;
        }
        let _ = write!(self.out, "<a href=\"{scheme}");
        let _ = escape_href(&mut self.out, address);
        self.out.push_str("\">");
        self.text(words);
        self.out.push_str("</a>");
    }

    fn link(&mut self, target: &Target<'_>, inlines: &[Inline<'_>]) {
        if self.is_in_link {
            self.inlines(inlines);
            return;
        }
        let Some(address) = self.context.scope.resolve(target) else {
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
}

/// A fact as HTML, without links.
pub(super) fn value_html(value: &FactValue) -> String {
    let mut html = String::new();
    match value {
        FactValue::Named {
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
        FactValue::Foreign(text, lang) => {
            let _ = write!(html, "<span lang=\"{lang}\">");
            let _ = escape_html_body_text(&mut html, text);
            html.push_str("</span>");
        }
        FactValue::Text(_) | FactValue::Email(_) | FactValue::Url(_) | FactValue::Phone(_) => {
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
