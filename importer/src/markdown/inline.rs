//! Reads the inline markup of a block with pulldown-cmark.

use crate::characters;
use crate::html;
use crate::report::{DecisionKind, RepairKind, Report};
use crate::text::{Style, Text};
use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};
use std::collections::BTreeMap;

/// Represents a hard line break in the raw text of a block, which is a single line.
pub(crate) const HARD_BREAK: char = '\u{2028}';

/// Addresses of link reference definitions by lowercase label.
pub(crate) type References = BTreeMap<String, String>;

pub(crate) fn collect_references(lines: &[&str]) -> References {
    lines.iter().filter_map(|line| reference(line)).collect()
}

/// Whether the line is a link reference definition, `[label]: address`.
pub(crate) fn is_reference(line: &str) -> bool {
    reference(line).is_some()
}

fn reference(line: &str) -> Option<(String, String)> {
    let (label, rest) = line.trim().strip_prefix('[')?.split_once("]:")?;
    let address = rest.split_whitespace().next()?.trim_matches(['<', '>']);
    let is_address = address.contains("://")
        || address.starts_with("mailto:")
        || address.starts_with(['#'])
        || address.starts_with("data:");
    // A title may follow the address; other text makes it a sentence.
    let title = rest
        .trim()
        .split_once(char::is_whitespace)
        .map_or("", |(_, title)| title.trim());
    let is_title = title.is_empty() || title.starts_with(['"', '\'', '(']);
    (is_address && is_title && !label.starts_with('^'))
        .then(|| (label.to_lowercase(), address.to_owned()))
}

/// Reads the inline markup of an edition's block. One with an escaped bracket, which belongs to the
/// text, is kept verbatim.
pub(super) fn read_edition(
    raw: &str,
    references: &References,
    line: usize,
    report: &mut Report,
) -> Text {
    if !raw.contains("\\[") || raw.contains([HARD_BREAK, '|']) {
        return read(raw, references, line, report);
    }
    let mut text = Text::default();
    let style = Style {
        verbatim: true,
        ..Style::default()
    };
    text.push(raw, &style);
    text
}

/// Reads the inline markup of one block, which is on one line.
pub(crate) fn read(raw: &str, references: &References, line: usize, report: &mut Report) -> Text {
    // After a no-break space, which Markdown doesn't strip, no block markup is recognised: `# x`
    // stays text.
    let guarded = format!("\u{a0}{raw}");
    let resolve = |link: BrokenLink<'_>| {
        let address = references.get(&link.reference.to_lowercase())?;
        Some((CowStr::from(address.clone()), CowStr::from("")))
    };
    let options = Options::ENABLE_STRIKETHROUGH;
    let parser = Parser::new_with_broken_link_callback(&guarded, options, Some(resolve));
    let mut reader = InlineReader {
        line,
        report,
        text: Text::default(),
        open: OpenSpans::default(),
        guarded: true,
        literal: false,
        in_brackets: false,
    };
    for (event, range) in parser.into_offset_iter() {
        let before = guarded.get(..range.start).unwrap_or("");
        match event {
            Event::Text(words) => reader.text(&words, before),
            event => reader.event(event),
        }
    }
    reader.text
}

/// The number of open spans of each kind.
#[derive(Default)]
struct OpenSpans {
    strong: usize,
    emphasis: usize,
    code: usize,
    /// Addresses of the open links; `None` for one that is left out.
    links: Vec<Option<String>>,
    /// Open `<script>` and `<style>` elements.
    hidden: usize,
}

struct InlineReader<'a> {
    line: usize,
    report: &'a mut Report,
    text: Text,
    open: OpenSpans,
    /// Whether the no-break space before the text is still to be skipped.
    guarded: bool,
    /// Whether the text is an escaped bracket.
    literal: bool,
    /// Whether an escaped opening bracket waits for its closing one.
    in_brackets: bool,
}

impl InlineReader<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(words) => self.words(&words),
            Event::Code(words) => {
                self.open.code += 1;
                self.words(&words);
                self.open.code -= 1;
            }
            Event::InlineHtml(html) | Event::Html(html) => self.html(&html),
            Event::SoftBreak => self.words(" "),
            Event::HardBreak => self.words("\n"),
            Event::InlineMath(words) | Event::DisplayMath(words) => self.words(&words),
            Event::FootnoteReference(label) => self.words(&format!("[^{label}]")),
            Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong => self.open.strong += 1,
            Tag::Emphasis => self.open.emphasis += 1,
            Tag::Strikethrough => {
                self.report.count(
                    RepairKind::Markup,
                    self.line,
                    "struck-out words became plain words",
                );
            }
            Tag::Link {
                link_type: LinkType::Email,
                dest_url,
                ..
            } => {
                let address = format!("mailto:{dest_url}");
                let address = html::normalize_link(&address, self.line, self.report);
                self.open.links.push(address);
            }
            Tag::Link { dest_url, .. } => {
                let address = html::normalize_link(&dest_url, self.line, self.report);
                self.open.links.push(address);
            }
            Tag::Image { dest_url, .. } => html::report_image(&dest_url, self.line, self.report),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.open.strong = self.open.strong.saturating_sub(1),
            TagEnd::Emphasis => self.open.emphasis = self.open.emphasis.saturating_sub(1),
            TagEnd::Link => {
                self.open.links.pop();
            }
            _ => {}
        }
    }

    /// Text after what stands before it. A bracket that the document escapes belongs to the text, so
    /// it stays escaped.
    fn text(&mut self, words: &str, before: &str) {
        let escapes = before.len() - before.trim_end_matches('\\').len();
        let is_escaped = escapes % 2 == 1
            && match words.chars().next() {
                Some('[') => true,
                // Alone it is escaped only so that it ends no link.
                Some(']') => self.in_brackets,
                Some(_) | None => false,
            };
        let Some((bracket, rest)) = words.split_at_checked(1).filter(|_| is_escaped) else {
            return self.words(words);
        };
        self.in_brackets = bracket == "[";
        self.literal = true;
        self.words(&format!("\\{bracket}"));
        self.literal = false;
        self.words(rest);
    }

    fn words(&mut self, words: &str) {
        if self.open.hidden > 0 {
            return;
        }
        let words = if std::mem::take(&mut self.guarded) {
            words.trim_start_matches('\u{a0}')
        } else {
            words
        };
        let unbroken = words.replace(HARD_BREAK, "\n");
        let clean = characters::clean(&unbroken, self.line, self.report);
        let link = self.open.links.last().cloned().flatten();
        let style = Style {
            strong: self.open.strong > 0,
            emphasis: self.open.emphasis > 0,
            code: self.open.code > 0,
            link,
            verbatim: self.literal,
        };
        self.text.push(&clean, &style);
    }

    fn html(&mut self, html: &str) {
        let Some(tag) = html::Tag::parse(html) else {
            // Not an element of HTML: text in angle brackets.
            if html.starts_with("<!--") {
                self.report
                    .count(RepairKind::Dropped, self.line, "HTML comments removed");
            } else {
                self.words(html);
            }
            return;
        };
        let change = |count: usize| {
            if tag.closes {
                count.saturating_sub(1)
            } else {
                count + 1
            }
        };
        match tag.name.as_str() {
            "br" => self.words("\n"),
            "b" | "strong" => self.open.strong = change(self.open.strong),
            "i" | "em" => self.open.emphasis = change(self.open.emphasis),
            "script" | "style" => {
                self.open.hidden = change(self.open.hidden);
                self.report
                    .count(RepairKind::Dropped, self.line, "scripts and styles removed");
            }
            "a" if tag.closes => {
                self.open.links.pop();
            }
            "a" => {
                let address = tag
                    .attribute("href")
                    .and_then(|href| html::normalize_link(href, self.line, self.report));
                self.open.links.push(address);
            }
            "img" => {
                self.report.decision(
                    DecisionKind::Image,
                    self.line,
                    "the picture was left out",
                    "say in words what it shows, if the text needs it",
                );
            }
            _ => {}
        }
        if tag.name != "br" {
            self.report
                .count(RepairKind::Markup, self.line, "HTML tags removed");
        }
    }
}
