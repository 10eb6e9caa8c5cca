//! Runs of text with what stands between them: links, fields, changes, marks of notes and comments.

use super::field::{Field, Purpose, purpose};
use super::properties::{RunProperties, SymbolFont};
use super::reader::{Change, Reader, choice, value};
use super::symbols;
use crate::flow::{Fate, Flow, link_to_bookmark};
use crate::html::normalize_link;
use crate::report::{DecisionKind, ImportError, RepairKind};
use crate::text::{self, Style};
use crate::xml::{Element, Namespace};

impl<'a> Reader<'a, '_> {
    /// Reads what stands in a paragraph.
    pub(super) fn inline(&mut self, parent: Element<'a>) -> Result<(), ImportError> {
        for child in parent.children() {
            match child.name() {
                (Namespace::W, "r") => self.run(child)?,
                (Namespace::W, "hyperlink") => self.hyperlink(child)?,
                (Namespace::W, "ins" | "moveTo") => {
                    self.changed(Change::Inserted, child, Self::inline)?;
                }
                (Namespace::W, "del" | "moveFrom") => {
                    self.changed(Change::Deleted, child, Self::inline)?;
                }
                (Namespace::W, "fldSimple") => self.simple_field(child)?,
                (Namespace::W, "sdt") => self.content_control(child, Self::inline)?,
                (Namespace::W, "smartTag" | "customXml" | "bdo" | "dir") => self.inline(child)?,
                (Namespace::Compatibility, "AlternateContent") => {
                    if let Some(choice) = choice(child) {
                        self.inline(choice)?;
                    }
                }
                (Namespace::W, "bookmarkStart") => self.bookmark(child, self.flow.line()),
                (Namespace::W, "commentRangeStart") => self.comment(child),
                (Namespace::Math, "oMath" | "oMathPara") => self.formula(child)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Remembers where a comment stands.
    fn comment(&mut self, mark: Element<'a>) {
        if let Some(id) = mark.attribute(Namespace::W, "id") {
            let line = self.flow.line();
            self.comments.entry(id.to_owned()).or_insert(line);
        }
    }

    fn hyperlink(&mut self, element: Element<'a>) -> Result<(), ImportError> {
        let anchor = element.attribute(Namespace::W, "anchor");
        let id = element.attribute(Namespace::R, "id");
        let address = id.and_then(|id| self.relationships.get(id)?.address());
        let link = match (address, anchor) {
            (Some(address), Some(anchor)) => self.external(&format!("{address}#{anchor}")),
            (Some(address), None) => self.external(address),
            (None, Some(anchor)) => Some(link_to_bookmark(anchor)),
            (None, None) => None,
        };
        let outer = std::mem::replace(&mut self.link, link);
        self.inline(element)?;
        self.link = outer;
        Ok(())
    }

    fn external(&mut self, address: &str) -> Option<String> {
        if self.in_contents() || self.change == Change::Deleted {
            return None;
        }
        normalize_link(address, self.flow.line(), self.flow.report)
    }

    fn simple_field(&mut self, element: Element<'a>) -> Result<(), ImportError> {
        let instruction = element.attribute(Namespace::W, "instr").unwrap_or("");
        self.fields.push(Field {
            instruction: instruction.to_owned(),
            purpose: None,
        });
        self.begin_result();
        self.inline(element)?;
        self.end_field()
    }

    pub(super) fn run(&mut self, run: Element<'a>) -> Result<(), ImportError> {
        let direct = RunProperties::of(run);
        let style = run
            .child(Namespace::W, "rPr")
            .and_then(|properties| properties.child(Namespace::W, "rStyle"))
            .and_then(value);
        let styles = self.source.styles;
        let character = style.map_or_else(RunProperties::default, |id| styles.character(id));
        let properties = RunProperties::resolved(direct, character, self.inherited);
        self.run_content(run, properties)
    }

    fn run_content(&mut self, parent: Element<'a>, run: RunProperties) -> Result<(), ImportError> {
        let mut marks_itself = false;
        for child in parent.children() {
            match child.name() {
                (Namespace::W, "t" | "delText") if !marks_itself => {
                    self.words(&readable(&child.text(), run.font), run)?;
                }
                (Namespace::W, "tab" | "ptab") => self.words("\t", run)?,
                (Namespace::W, "br" | "cr") => self.words("\n", run)?,
                (Namespace::W, "noBreakHyphen") => self.words("-", run)?,
                (Namespace::W, "sym") => self.symbol(child, run)?,
                (Namespace::W, "fldChar") => self.field_character(child)?,
                (Namespace::W, "instrText" | "delInstrText") => {
                    if let Some(field) = self
                        .fields
                        .last_mut()
                        .filter(|field| field.purpose.is_none())
                    {
                        field.instruction.push_str(&child.text());
                    }
                }
                (Namespace::W, name @ ("footnoteReference" | "endnoteReference")) => {
                    let mark = child.attribute(Namespace::W, "customMarkFollows");
                    marks_itself = matches!(mark, Some("1" | "true" | "on"));
                    self.note(child, name, run)?;
                }
                (Namespace::W, "commentReference") => self.comment(child),
                (Namespace::W, "drawing" | "pict" | "object") => self.drawing(child),
                (Namespace::W, "ruby") => self.ruby(child)?,
                (Namespace::Compatibility, "AlternateContent") => {
                    if let Some(choice) = choice(child) {
                        self.run_content(choice, run)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Adds words to the paragraph, or to what is left out.
    pub(super) fn words(&mut self, words: &str, run: RunProperties) -> Result<(), ImportError> {
        // Inside of an instruction.
        if self.fields.iter().any(|field| field.purpose.is_none()) {
            return Ok(());
        }
        let fate = self.fate(run);
        let is_page = |field: &Field| field.purpose == Some(Purpose::Page);
        if fate == Fate::Kept && self.fields.iter().any(is_page) {
            let line = self.flow.line();
            self.flow
                .report
                .count(RepairKind::PageNumber, line, "numbers of pages removed");
            return Ok(());
        }
        let of_field = self
            .fields
            .iter()
            .rev()
            .find_map(|field| match &field.purpose {
                Some(Purpose::Link(link)) => Some(link.clone()),
                _ => None,
            });
        let style = Style {
            strong: run.bold == Some(true),
            emphasis: run.italics == Some(true),
            link: of_field.or_else(|| self.link.clone()),
            ..Style::default()
        };
        let words = Flow::seen(words, run.underlined == Some(true));
        self.flow.say(words, &style, fate)
    }

    fn symbol(&mut self, element: Element<'a>, run: RunProperties) -> Result<(), ImportError> {
        let font = element.attribute(Namespace::W, "font").unwrap_or("");
        let code = element
            .attribute(Namespace::W, "char")
            .and_then(text::hexadecimal);
        let sign = match (SymbolFont::named(font), code) {
            (Some(font), Some(code)) => symbols::sign(font, code).map(str::to_owned),
            // In other fonts the code is that of the letter, unless it is a private one.
            (None, Some(code)) if !(0xE000..=0xF8FF).contains(&code) => {
                char::from_u32(code).map(String::from)
            }
            _ => None,
        };
        if let Some(sign) = sign {
            return self.words(&sign, run);
        }
        let line = self.flow.line();
        self.flow.report.decision(
            DecisionKind::Image,
            line,
            format!("a sign of the font `{font}` was left out, which no other font has"),
            "write what it shows, if the text needs it",
        );
        Ok(())
    }

    fn field_character(&mut self, element: Element<'a>) -> Result<(), ImportError> {
        match element.attribute(Namespace::W, "fldCharType") {
            Some("begin") if self.ended_fields.contains(&element.index()) => {
                self.fields.push(Field::default());
                Ok(())
            }
            Some("separate") => {
                self.begin_result();
                Ok(())
            }
            Some("end") => self.end_field(),
            _ => Ok(()),
        }
    }

    /// Ends the instruction of the innermost field.
    fn begin_result(&mut self) {
        let Some(instruction) = self.fields.last().map(|field| field.instruction.clone()) else {
            return;
        };
        let purpose = match purpose(&instruction) {
            Purpose::Link(link) if !link.starts_with("bookmark:") => {
                self.external(&link).map_or(Purpose::Text, Purpose::Link)
            }
            other => other,
        };
        if let Some(field) = self.fields.last_mut() {
            field.purpose = Some(purpose);
        }
    }

    fn end_field(&mut self) -> Result<(), ImportError> {
        if self
            .fields
            .last()
            .is_some_and(|field| field.purpose.is_none())
        {
            self.begin_result();
        }
        let Some(field) = self.fields.pop() else {
            return Ok(());
        };
        match field.purpose {
            Some(Purpose::Words(words)) => self.words(&words, self.inherited),
            Some(Purpose::Unstored) if self.change != Change::Deleted => {
                let line = self.flow.line();
                let name = field.instruction.split_whitespace().next().unwrap_or("");
                self.flow.report.decision(
                    DecisionKind::Placeholder,
                    line,
                    format!("the file doesn't have what Word shows here by its field `{name}`"),
                    "write it here",
                );
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn note(
        &mut self,
        mark: Element<'a>,
        kind: &str,
        run: RunProperties,
    ) -> Result<(), ImportError> {
        let id = mark.attribute(Namespace::W, "id").unwrap_or("");
        let notes = match kind {
            "footnoteReference" => &self.source.footnotes,
            _ => &self.source.endnotes,
        };
        let Some((note, relationships)) = notes.get(id) else {
            return Ok(());
        };
        match self.fate(run) {
            Fate::Kept | Fate::Inserted => {
                self.note_count += 1;
                let label = self.note_count.to_string();
                self.words(&format!("[^{label}]"), RunProperties::default())?;
                self.notes.push((label, note, relationships));
                Ok(())
            }
            // The words of the note go where its mark goes.
            Fate::Lost(_) | Fate::LeftOut => self.words(&super::notes::words(note), run),
        }
    }

    /// Characters with their pronunciation above them, which follows them in brackets.
    fn ruby(&mut self, element: Element<'a>) -> Result<(), ImportError> {
        for (name, around) in [("rubyBase", ["", ""]), ("rt", ["(", ")"])] {
            let Some(part) = element.child(Namespace::W, name) else {
                continue;
            };
            let [before, after] = around;
            self.words(before, self.inherited)?;
            self.inline(part)?;
            self.words(after, self.inherited)?;
        }
        Ok(())
    }

    /// The letters of a formula in a row.
    pub(super) fn formula(&mut self, element: Element<'a>) -> Result<(), ImportError> {
        let words = super::notes::words(element);
        if words.trim().is_empty() {
            return Ok(());
        }
        if matches!(self.fate(self.inherited), Fate::Kept | Fate::Inserted) {
            let line = self.flow.line();
            self.flow.report.decision(
                DecisionKind::Image,
                line,
                format!("a formula became its letters in a row: `{}`", words.trim()),
                "write it so that it says the same",
            );
        }
        self.words(&words, self.inherited)
    }
}

/// The words of a run, with signs in the place of letters of a symbol font.
fn readable(words: &str, font: Option<SymbolFont>) -> String {
    let sign = |letter: char| font.and_then(|font| symbols::sign(font, u32::from(letter)));
    let signs = words.chars().map(|letter| match sign(letter) {
        Some(sign) => sign.to_owned(),
        None => letter.to_string(),
    });
    if font.is_none() {
        words.to_owned()
    } else {
        signs.collect()
    }
}
