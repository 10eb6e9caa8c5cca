//! Checks an SVG: it only draws, and names nothing outside of itself.
//!
//! What a drawing needs is listed; all else is refused, so that what a later version of SVG adds is
//! refused too. Browsers run no script of a picture in `<img>`, but the file has an address of its
//! own, which anybody can open as a document of the site.

use super::Fault;
use resvg::usvg::{self, Tree};
use roxmltree::{Attribute, Document, Node, NodeType, ParsingOptions};
use std::ops::Range;

const NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// Elements that draw (SVG 2, Filter Effects). None of them runs, loads or animates. Of text, which
/// would be shown in whatever face a reader has, the paths belong into a logo.
const ELEMENTS: &str = "circle clipPath defs desc ellipse feBlend feColorMatrix feComponentTransfer feComposite feDropShadow \
    feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feOffset filter g line linearGradient marker mask \
    metadata path pattern polygon polyline radialGradient rect stop style svg switch symbol title use view";

/// Namespaces in which drawing programs note things for themselves; browsers don't know them.
const NOTES: [&str; 6] = [
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://creativecommons.org/ns#",
    "http://purl.org/dc/elements/1.1/",
    "http://www.inkscape.org/namespaces/inkscape",
    "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
    "http://www.bohemiancoding.com/sketch/ns",
];

/// Most nodes of a drawing, attributes left out.
const MAX_NODES: u32 = 10_000;

/// Most elements inside of each other, so that no program that draws the picture runs out of stack.
const MAX_DEPTH: usize = 32;

const EXPORT_HELP: &str = "export it as plain or optimised SVG, with texts turned into paths";

/// Width and height of an SVG that only draws, in CSS pixels.
pub(super) fn size(bytes: &[u8]) -> Result<(u32, u32), Fault> {
    let text = str::from_utf8(bytes)
        .map_err(|_| Fault::whole("the file is no UTF-8", "save it as SVG in UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(at) = text.find("<!ENTITY") {
        return Err(fault(
            at..at + 8,
            "the drawing declares entities",
            EXPORT_HELP,
        ));
    }
    deep(text)?;
    let options = ParsingOptions {
        allow_dtd: true,
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).map_err(|error| Fault {
        place: Some(offset(text, error.pos())),
        message: format!("the drawing can't be read: {error}"),
        help: EXPORT_HELP,
    })?;
    for node in document.root().descendants() {
        check_node(node)?;
    }
    let tree = Tree::from_str(text, &usvg::Options::default()).map_err(|error| {
        let help = "give it a `viewBox`, or export it again";
        Fault::whole(format!("nothing can be drawn: {error}"), help)
    })?;
    let size = tree.size().to_int_size();
    Ok((size.width(), size.height()))
}

fn fault(place: Range<usize>, message: impl Into<String>, help: &'static str) -> Fault {
    Fault {
        place: Some(place),
        message: message.into(),
        help,
    }
}

/// The byte where a line and a column of characters are, as the parser counts them.
fn offset(text: &str, place: roxmltree::TextPos) -> Range<usize> {
    let line = usize::try_from(place.row).unwrap_or(1).saturating_sub(1);
    let column = usize::try_from(place.col).unwrap_or(1).saturating_sub(1);
    let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(before..).unwrap_or("");
    let at = before + rest.chars().take(column).map(char::len_utf8).sum::<usize>();
    at..at
}

/// Refuses what is nested too deeply before anything follows it down.
fn deep(text: &str) -> Result<(), Fault> {
    let mut depth = 0_usize;
    for (at, _) in text.match_indices('<') {
        let rest = text.get(at + 1..).unwrap_or("");
        if rest.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if rest.starts_with(|first: char| first.is_alphabetic() || first == '_') {
            let is_empty = rest
                .split_once('>')
                .is_some_and(|(tag, _)| tag.ends_with('/'));
            depth += usize::from(!is_empty);
        }
        if depth > MAX_DEPTH {
            let message = format!("elements are nested more than {MAX_DEPTH} deep");
            return Err(fault(at..at + 1, message, "simplify the drawing"));
        }
    }
    Ok(())
}

fn check_node(node: Node<'_, '_>) -> Result<(), Fault> {
    match node.node_type() {
        NodeType::Root | NodeType::Comment => Ok(()),
        NodeType::PI => Err(fault(
            node.range(),
            "the drawing has a processing instruction, which could load a style sheet",
            "delete it",
        )),
        NodeType::Text => check_text(node),
        NodeType::Element => check_element(node),
    }
}

fn check_text(node: Node<'_, '_>) -> Result<(), Fault> {
    let is_style = node
        .parent()
        .is_some_and(|parent| parent.tag_name().name() == "style");
    match node.text().filter(|_| is_style).and_then(foreign) {
        Some(found) => Err(foreign_fault(node.range(), found)),
        None => Ok(()),
    }
}

fn check_element(node: Node<'_, '_>) -> Result<(), Fault> {
    let name = node.tag_name().name();
    let start = node.range().start;
    // The name alone, after `<`.
    let place = start..start + 1 + name.len();
    match node.tag_name().namespace() {
        Some(NAMESPACE) if ELEMENTS.split(' ').any(|known| known == name) => {}
        Some(NAMESPACE) if matches!(name, "text" | "tspan" | "textPath") => {
            let message = format!("`<{name}>` is drawn in whatever face a reader has");
            return Err(fault(
                place,
                message,
                "turn texts into paths before you export",
            ));
        }
        Some(NAMESPACE) => {
            let message = format!(
                "a picture of the site can't have `<{name}>`: it runs, loads or moves something"
            );
            return Err(fault(place, message, EXPORT_HELP));
        }
        Some(other) if NOTES.contains(&other) => {}
        Some(other) => {
            let message = format!("`<{name}>` is of the namespace `{other}`, which draws nothing");
            return Err(fault(place, message, EXPORT_HELP));
        }
        None => {
            let message = format!("`<{name}>` is no element of SVG");
            let help = "write `xmlns=\"http://www.w3.org/2000/svg\"` into `<svg>`";
            return Err(fault(place, message, help));
        }
    }
    node.attributes()
        .try_for_each(|attribute| check_attribute(&attribute))
}

fn check_attribute(attribute: &Attribute<'_, '_>) -> Result<(), Fault> {
    let name = attribute.name();
    let value = attribute.value().trim();
    if name
        .get(..2)
        .is_some_and(|start| start.eq_ignore_ascii_case("on"))
    {
        let message = format!("`{name}` is an event handler: it would run a script");
        return Err(fault(attribute.range(), message, "delete it"));
    }
    let is_link = matches!(name, "href" | "src" | "base");
    if is_link && !value.starts_with('#') && !is_note(attribute) {
        let message = format!("`{name}` names something outside of the drawing");
        return Err(fault(
            attribute.range(),
            message,
            "draw it here, and refer to it as `#name`",
        ));
    }
    match foreign(value) {
        Some(found) if !is_note(attribute) => Err(foreign_fault(attribute.range(), found)),
        _ => Ok(()),
    }
}

fn is_note(attribute: &Attribute<'_, '_>) -> bool {
    attribute
        .namespace()
        .is_some_and(|namespace| NOTES.contains(&namespace))
}

/// What could load something in the words of a style, or hide that it does.
fn foreign(style: &str) -> Option<&'static str> {
    let style = style.to_ascii_lowercase();
    if style.contains('\\') {
        return Some("\\");
    }
    if let Some(found) = ["image(", "image-set(", "src(", "javascript:"]
        .into_iter()
        .find(|word| style.contains(word))
    {
        return Some(found);
    }
    // Rules for light and dark are harmless; others import files and faces.
    let mut rules = style.split('@').skip(1);
    if rules.any(|rule| !rule.starts_with("media")) {
        return Some("@");
    }
    let mut addresses = style.split("url(").skip(1);
    let is_outside = |address: &str| {
        !address
            .trim_start_matches(|start: char| start.is_whitespace() || "\"'".contains(start))
            .starts_with('#')
    };
    addresses.any(is_outside).then_some("url(")
}

fn foreign_fault(place: Range<usize>, found: &str) -> Fault {
    fault(
        place,
        format!("the style of the drawing has `{found}`, which could load something else"),
        "delete it; `url(#name)` and `@media` may stay",
    )
}
