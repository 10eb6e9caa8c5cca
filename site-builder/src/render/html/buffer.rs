//! A string of HTML. Writing to a string can't fail, so nothing here returns a result.

use pulldown_cmark_escape::{escape_href, escape_html, escape_html_body_text};
use std::fmt::{self, Write as _};

const INFALLIBLE: &str = "writing to a `String` can't fail";

/// HTML that has been written so far.
#[derive(Default)]
pub(super) struct HtmlBuffer {
    html: String,
}

#[expect(clippy::expect_used, reason = "writing to a `String` can't fail")]
impl HtmlBuffer {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self {
            html: String::with_capacity(bytes),
        }
    }

    /// Appends markup as it is.
    pub(super) fn push_str(&mut self, markup: &str) {
        self.html.push_str(markup);
    }

    /// Appends markup; called by `write!` and `writeln!`.
    pub(super) fn write_fmt(&mut self, arguments: fmt::Arguments<'_>) {
        self.html.write_fmt(arguments).expect(INFALLIBLE);
    }

    /// Appends text, escaped for the content of an element.
    pub(super) fn push_text(&mut self, text: &str) {
        escape_html_body_text(&mut self.html, text).expect(INFALLIBLE);
    }

    /// Appends text, escaped for an attribute in double quotes.
    pub(super) fn push_attribute(&mut self, value: &str) {
        escape_html(&mut self.html, value).expect(INFALLIBLE);
    }

    /// Appends an address, percent-encoded and escaped for an attribute in double quotes.
    pub(super) fn push_href(&mut self, address: &str) {
        escape_href(&mut self.html, address).expect(INFALLIBLE);
    }

    pub(super) fn into_string(self) -> String {
        self.html
    }
}
