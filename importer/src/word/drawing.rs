//! Pictures, text boxes, charts and objects of other programs.

use super::reader::{Change, Reader, choice};
use crate::html::report_image;
use crate::report::DecisionKind;
use crate::xml::{Element, Namespace};

/// What a drawing holds.
#[derive(Debug, Default)]
struct Found<'a> {
    boxes: Vec<Element<'a>>,
    /// Id of the file of a picture.
    picture: Option<&'a str>,
    /// What the picture shows, in its author's words.
    description: Option<&'a str>,
    /// Something else, with its article.
    object: Option<&'static str>,
}

impl<'a> Reader<'a, '_> {
    /// Reports pictures and objects, and keeps text boxes for the end of the paragraph.
    pub(super) fn drawing(&mut self, element: Element<'a>) {
        let mut found = Found::default();
        search(element, &mut found);
        let is_left_out = self.change == Change::Deleted || self.in_contents();
        self.boxes.append(&mut found.boxes);
        let line = self.flow.line();
        if is_left_out {
            return;
        }
        if let Some(object) = found.object {
            self.flow.report.decision(
                DecisionKind::Image,
                line,
                format!("{object} was left out"),
                "say in words what it shows, if the text needs it",
            );
        } else if let Some(id) = found.picture {
            let file = self.relationships.get(id).map_or(id, |one| &one.target);
            let name = file.rsplit('/').next().unwrap_or(file);
            let name = found
                .description
                .map_or(name.to_owned(), |words| format!("{name}: {words}"));
            report_image(&name, line, self.flow.report);
        }
    }
}

fn search<'a>(parent: Element<'a>, found: &mut Found<'a>) {
    for child in parent.children() {
        match child.name() {
            (Namespace::W, "txbxContent") => {
                found.boxes.push(child);
                continue;
            }
            (Namespace::Compatibility, "AlternateContent") => {
                if let Some(choice) = choice(child) {
                    search(choice, found);
                }
                continue;
            }
            (Namespace::Drawing, "blip") => {
                let id = child.attribute(Namespace::R, "embed");
                found.picture = found
                    .picture
                    .or(id)
                    .or(child.attribute(Namespace::R, "link"));
            }
            (Namespace::Vml, "imagedata") => {
                found.picture = found.picture.or(child.attribute(Namespace::R, "id"));
            }
            (Namespace::WordDrawing, "docPr") => {
                let words = child.attribute(Namespace::None, "descr");
                found.description = words.filter(|words| !words.trim().is_empty());
            }
            (Namespace::Ole, "OLEObject") => found.object = Some("an object of another program"),
            (_, "chart") => found.object = Some("a chart"),
            (_, "relIds") => found.object = Some("a diagram (SmartArt)"),
            _ => {}
        }
        search(child, found);
    }
}
