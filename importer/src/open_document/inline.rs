//! Words of a paragraph with what stands between them: spans, links, fields, marks, notes, frames.

use super::changes::Change;
use super::reader::Reader;
use super::styles::Characters;
use super::words;
use crate::flow::{Fate, Flow, link_to_bookmark};
use crate::html::{normalize_link, report_image};
use crate::report::{DecisionKind, ImportError, Loss, RepairKind};
use crate::text::{self, Style};
use crate::xml::{Content, Element, Namespace};

/// How many spaces one element may stand for.
const SPACES_LIMIT: usize = 100;

impl<'a> Reader<'a, '_> {
    /// Reads what stands in a paragraph.
    pub(super) fn inline(
        &mut self,
        parent: Element<'a>,
        characters: Characters,
    ) -> Result<(), ImportError> {
        for content in parent.content() {
            match content {
                Content::Text(words) => self.words(&words.replace('\n', " "), characters)?,
                Content::Element(element) => self.element(element, characters)?,
            }
        }
        Ok(())
    }

    fn element(&mut self, element: Element<'a>, characters: Characters) -> Result<(), ImportError> {
        let (namespace, name) = element.name();
        match namespace {
            Namespace::Text => self.text_element(element, name, characters),
            Namespace::Office if name == "annotation" => {
                let line = self.flow.line();
                self.flow.report.comment(line, &words(element));
                Ok(())
            }
            Namespace::Draw => {
                self.drawing(element);
                Ok(())
            }
            Namespace::LibreOffice => self.inline(element, characters),
            _ => Ok(()),
        }
    }

    fn text_element(
        &mut self,
        element: Element<'a>,
        name: &str,
        characters: Characters,
    ) -> Result<(), ImportError> {
        let value = |name: &str| element.attribute(Namespace::Text, name);
        match name {
            "span" => {
                let style = value("style-name").map(|name| self.styles.characters(name));
                let style = style.unwrap_or_else(Characters::default);
                self.inline(element, style.over(characters))
            }
            "a" => self.link(element, characters),
            "tab" => self.words("\t", characters),
            "s" => {
                let count = value("c").and_then(text::parsed::<usize>).unwrap_or(1);
                self.words(&" ".repeat(count.min(SPACES_LIMIT)), characters)
            }
            "line-break" => self.words("\n", characters),
            "bookmark" | "bookmark-start" | "reference-mark" | "reference-mark-start" => {
                if let Some(name) = value("name") {
                    let line = self.flow.line();
                    self.flow.bookmark(name, line);
                }
                Ok(())
            }
            "bookmark-ref" | "reference-ref" => self.reference(element, characters),
            "change" | "change-start" | "change-end" => self.change(element),
            "note" => self.note(element, characters),
            "ruby-text" => {
                self.words("(", characters)?;
                self.inline(element, characters)?;
                self.words(")", characters)
            }
            // The number that the program shows, which is computed as well; code.
            "number" | "script" => Ok(()),
            _ => self.field(element, name, characters),
        }
    }

    /// Reads a field, which has its result in it, or another element with words.
    fn field(
        &mut self,
        element: Element<'a>,
        name: &str,
        characters: Characters,
    ) -> Result<(), ImportError> {
        let value = |name: &str| element.attribute(Namespace::Text, name);
        match name {
            "page-number" | "page-count" | "page-continuation" => {
                let line = self.flow.line();
                self.flow
                    .report
                    .count(RepairKind::PageNumber, line, "numbers of pages removed");
                Ok(())
            }
            "hidden-text" => {
                let is_hidden = value("is-hidden") != Some("false");
                let hidden = Characters {
                    hidden: Some(is_hidden),
                    ..characters
                };
                self.words(value("string-value").unwrap_or(""), hidden)
            }
            "placeholder" => {
                let message = format!(
                    "nothing is filled in for the prompt `{}`",
                    words(element).trim()
                );
                let help = "write the words, or a variable such as `{{ operator.email }}`";
                let line = self.flow.line();
                self.flow
                    .report
                    .decision(DecisionKind::Placeholder, line, message, help);
                self.inline(element, characters)
            }
            _ => self.inline(element, characters),
        }
    }

    pub(super) fn words(&mut self, words: &str, characters: Characters) -> Result<(), ImportError> {
        let style = Style {
            strong: characters.bold == Some(true),
            emphasis: characters.italics == Some(true),
            link: self.link.clone(),
            ..Style::default()
        };
        let words = Flow::seen(words, characters.underlined == Some(true));
        self.flow.say(words, &style, self.fate(characters))
    }

    fn link(&mut self, element: Element<'a>, characters: Characters) -> Result<(), ImportError> {
        let address = element.attribute(Namespace::Xlink, "href").unwrap_or("");
        let link = match address.strip_prefix('#') {
            Some(name) => Some(link_to_bookmark(name)),
            None if self.contents > 0 => None,
            None => normalize_link(address, self.flow.line(), self.flow.report),
        };
        let outer = std::mem::replace(&mut self.link, link);
        self.inline(element, characters)?;
        self.link = outer;
        Ok(())
    }

    fn reference(
        &mut self,
        element: Element<'a>,
        characters: Characters,
    ) -> Result<(), ImportError> {
        let name = element.attribute(Namespace::Text, "ref-name").unwrap_or("");
        let outer = self.link.replace(link_to_bookmark(name));
        self.inline(element, characters)?;
        self.link = outer;
        Ok(())
    }

    /// Begins or ends a change, or reports what one deleted here.
    pub(super) fn change(&mut self, mark: Element<'a>) -> Result<(), ImportError> {
        let Some(id) = mark.attribute(Namespace::Text, "change-id") else {
            return Ok(());
        };
        match mark.name().1 {
            "change-start" => {
                self.open_changes.insert(id);
            }
            "change-end" => {
                self.open_changes.remove(id);
            }
            _ => {
                if let Some(Change::Deletion(words)) = self.changes.get(id).cloned() {
                    self.flow
                        .say(&words, &Style::default(), Fate::Lost(Loss::Deleted))?;
                }
            }
        }
        Ok(())
    }

    fn note(&mut self, note: Element<'a>, characters: Characters) -> Result<(), ImportError> {
        let Some(body) = note.child(Namespace::Text, "note-body") else {
            return Ok(());
        };
        match self.fate(characters) {
            Fate::Kept | Fate::Inserted => {
                self.note_count += 1;
                let label = self.note_count.to_string();
                self.words(&format!("[^{label}]"), Characters::default())?;
                self.notes.push((label, body));
                Ok(())
            }
            // The words of the note go where its mark goes.
            Fate::Lost(_) | Fate::LeftOut => self.words(&words(body), characters),
        }
    }

    /// Reports pictures and objects, and keeps frames with words for the end of the paragraph.
    pub(super) fn drawing(&mut self, element: Element<'a>) {
        let (_, name) = element.name();
        let line = self.flow.line();
        if name == "text-box" {
            return self.boxes.push(element);
        }
        let has_words = element
            .children()
            .any(|child| matches!(child.name(), (Namespace::Text, "p" | "h" | "list")));
        if has_words {
            return self.boxes.push(element);
        }
        let described = |parent: Element<'a>| {
            let parts = ["title", "desc"]
                .iter()
                .filter_map(|part| parent.child(Namespace::Svg, part));
            parts
                .map(Element::text)
                .find(|words| !words.trim().is_empty())
        };
        if name == "frame" && self.contents == 0 {
            let object = element.child(Namespace::Draw, "object");
            let image = element.child(Namespace::Draw, "image");
            if object.is_some() || element.child(Namespace::Draw, "object-ole").is_some() {
                self.flow.report.decision(
                    DecisionKind::Image,
                    line,
                    "a formula, chart or object of another program was left out",
                    "say in words what it shows, if the text needs it",
                );
            } else if let Some(image) = image {
                let file = image
                    .attribute(Namespace::Xlink, "href")
                    .unwrap_or("in the text");
                let file = file.rsplit('/').next().unwrap_or(file);
                let words = described(element);
                let name =
                    words.map_or(file.to_owned(), |words| format!("{file}: {}", words.trim()));
                report_image(&name, line, self.flow.report);
            }
        }
        for child in element
            .children()
            .filter(|child| child.name().0 == Namespace::Draw)
        {
            self.drawing(child);
        }
    }
}
