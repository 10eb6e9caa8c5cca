//! Reads a part of a Word or OpenDocument file as a tree of elements, within bounds: nesting,
//! number of elements and attributes. Document type definitions are refused, and with them entities
//! that would unfold without end.

mod namespace;

pub(crate) use namespace::Namespace;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::NsReader;
use std::borrow::Cow;

/// Deepest nesting of elements. Tables in cells of tables need about eight each.
const DEPTH_LIMIT: usize = 256;
/// Maximum number of elements and texts of a part. A contract of 500 pages has some 300,000.
const NODE_LIMIT: usize = 2_000_000;
/// Maximum number of attributes of a part.
const ATTRIBUTE_LIMIT: usize = 4_000_000;

/// Why a part can't be read, as the end of a sentence that begins with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum XmlError {
    /// Not well-formed.
    Damaged(String),
    /// Markup that a document doesn't need and that could be used against its reader.
    Refused(&'static str),
}

#[derive(Debug)]
enum Node<'a> {
    Element {
        namespace: Namespace,
        name: &'a str,
        /// Index of the first attribute, and number of attributes.
        attributes: (usize, usize),
        first_child: Option<usize>,
    },
    Text(Cow<'a, str>),
}

#[derive(Debug)]
struct Attribute {
    namespace: Namespace,
    name: Box<str>,
    value: Box<str>,
}

/// The elements and texts of a part, in the order of the part.
#[derive(Debug, Default)]
pub(crate) struct Tree<'a> {
    /// Each with its next sibling.
    nodes: Vec<(Node<'a>, Option<usize>)>,
    attributes: Vec<Attribute>,
}

/// An element of a tree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'t> {
    tree: &'t Tree<'t>,
    index: usize,
}

/// What an element holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content<'t> {
    Element(Element<'t>),
    Text(&'t str),
}

impl<'a> Tree<'a> {
    /// Reads a part.
    ///
    /// # Errors
    /// The part isn't well-formed, has a document type definition, or is over a limit.
    pub(crate) fn read(text: &'a str) -> Result<Self, XmlError> {
        let damaged = |error: &dyn std::fmt::Display| XmlError::Damaged(error.to_string());
        let mut reader = NsReader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let mut builder = Builder::default();
        loop {
            let start = reader.buffer_position();
            match reader.read_event().map_err(|error| damaged(&error))? {
                Event::Start(tag) => builder.open(&tag, text, start, &reader)?,
                Event::End(_) => builder.close(),
                Event::Text(words) => builder.text(words.xml10_content())?,
                Event::CData(words) => builder.text(words.xml10_content())?,
                Event::GeneralRef(reference) => builder.text(resolved(&reference)?.into())?,
                Event::DocType(_) => {
                    return Err(XmlError::Refused("has a document type definition"));
                }
                Event::Eof => break,
                Event::Empty(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            }
        }
        if !builder.open.is_empty() {
            return Err(XmlError::Damaged("it ends in the middle".to_owned()));
        }
        Ok(builder.tree)
    }

    /// The outermost element.
    pub(crate) fn root(&'a self) -> Option<Element<'a>> {
        let index = self
            .nodes
            .iter()
            .position(|(node, _)| matches!(node, Node::Element { .. }))?;
        Some(Element { tree: self, index })
    }

    /// All elements, in the order of the part.
    pub(crate) fn elements(&'a self) -> impl Iterator<Item = Element<'a>> {
        let numbered = self.nodes.iter().enumerate();
        let elements = numbered.filter(|(_, (node, _))| matches!(node, Node::Element { .. }));
        elements.map(|(index, _)| Element { tree: self, index })
    }
}

/// Whether the outermost element of a part, of which the beginning is given, has that name.
pub(crate) fn begins_with(beginning: &str, namespace: Namespace, name: &str) -> bool {
    let mut reader = NsReader::from_str(beginning);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                let (found, local) = reader.resolver().resolve_element(tag.name());
                return Namespace::of(&found) == namespace && local.as_ref() == name;
            }
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

fn resolved(reference: &BytesRef<'_>) -> Result<String, XmlError> {
    let damaged = |error: quick_xml::Error| XmlError::Damaged(error.to_string());
    if let Some(letter) = reference.resolve_char_ref().map_err(damaged)? {
        return Ok(letter.to_string());
    }
    let known = quick_xml::escape::resolve_predefined_entity(reference);
    known
        .map(str::to_owned)
        .ok_or(XmlError::Refused("names an entity, which no document does"))
}

impl<'t> Element<'t> {
    fn parts(self) -> (Namespace, &'t str, (usize, usize), Option<usize>) {
        match self.tree.nodes.get(self.index) {
            Some((
                Node::Element {
                    namespace,
                    name,
                    attributes,
                    first_child,
                },
                _,
            )) => (*namespace, name, *attributes, *first_child),
            Some((Node::Text(_), _)) | None => (Namespace::Other, "", (0, 0), None),
        }
    }

    /// Namespace and local name.
    pub(crate) fn name(self) -> (Namespace, &'t str) {
        let (namespace, name, ..) = self.parts();
        (namespace, name)
    }

    pub(crate) fn is(self, namespace: Namespace, name: &str) -> bool {
        self.name() == (namespace, name)
    }

    pub(crate) fn attribute(self, namespace: Namespace, name: &str) -> Option<&'t str> {
        let (_, _, (first, count), _) = self.parts();
        let attributes = self.tree.attributes.get(first..first + count)?;
        let mut attributes = attributes.iter();
        let found = attributes.find(|one| one.namespace == namespace && &*one.name == name)?;
        Some(&found.value)
    }

    /// Elements and texts inside.
    pub(crate) fn content(self) -> impl Iterator<Item = Content<'t>> {
        let (.., first_child) = self.parts();
        let tree = self.tree;
        let mut next = first_child;
        std::iter::from_fn(move || {
            let index = next?;
            let (node, sibling) = tree.nodes.get(index)?;
            next = *sibling;
            Some(match node {
                Node::Element { .. } => Content::Element(Element { tree, index }),
                Node::Text(words) => Content::Text(words),
            })
        })
    }

    /// Elements inside.
    pub(crate) fn children(self) -> impl Iterator<Item = Element<'t>> {
        self.content().filter_map(|content| match content {
            Content::Element(element) => Some(element),
            Content::Text(_) => None,
        })
    }

    /// Elements of that name inside.
    pub(crate) fn named(
        self,
        namespace: Namespace,
        name: &str,
    ) -> impl Iterator<Item = Element<'t>> {
        self.children()
            .filter(move |child| child.is(namespace, name))
    }

    /// The first element of that name inside.
    pub(crate) fn child(self, namespace: Namespace, name: &str) -> Option<Element<'t>> {
        self.named(namespace, name).next()
    }

    /// The elements inside at any depth, each before its own.
    pub(crate) fn descendants(self) -> impl Iterator<Item = Element<'t>> {
        let mut stack: Vec<_> = vec![self.children().collect::<Vec<_>>().into_iter()];
        std::iter::from_fn(move || {
            loop {
                match stack.last_mut()?.next() {
                    Some(element) => {
                        stack.push(element.children().collect::<Vec<_>>().into_iter());
                        return Some(element);
                    }
                    None => stack.pop(),
                };
            }
        })
    }

    /// The words directly inside.
    pub(crate) fn text(self) -> String {
        let texts = self.content().filter_map(|content| match content {
            Content::Text(words) => Some(words),
            Content::Element(_) => None,
        });
        texts.collect()
    }

    /// The position among the nodes of the tree, which identifies the element.
    pub(crate) fn index(self) -> usize {
        self.index
    }
}

#[derive(Default)]
struct Builder<'a> {
    tree: Tree<'a>,
    /// The open elements, each with its last child.
    open: Vec<(usize, Option<usize>)>,
}

impl<'a> Builder<'a> {
    fn open(
        &mut self,
        tag: &BytesStart<'_>,
        text: &'a str,
        start: u64,
        reader: &NsReader<&'a [u8]>,
    ) -> Result<(), XmlError> {
        if self.open.len() >= DEPTH_LIMIT {
            return Err(XmlError::Refused("nests elements too deeply"));
        }
        let (namespace, local) = reader.resolver().resolve_element(tag.name());
        let namespace = Namespace::of(&namespace);
        // The name as a part of the text, which outlives the tag.
        let prefix = tag
            .name()
            .prefix()
            .map_or(0, |prefix| prefix.as_ref().len() + 1);
        let begin = usize::try_from(start)
            .unwrap_or(usize::MAX)
            .saturating_add(1 + prefix);
        let end = begin.saturating_add(local.as_ref().len());
        let name = text.get(begin..end).unwrap_or("");
        let first = self.tree.attributes.len();
        // The check for attributes that stand twice takes quadratic time.
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| XmlError::Damaged(error.to_string()))?;
            let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
            let namespace = Namespace::of(&namespace);
            if namespace == Namespace::Other {
                continue;
            }
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| XmlError::Damaged(error.to_string()))?;
            self.tree.attributes.push(Attribute {
                namespace,
                name: name.as_ref().into(),
                value: value.into(),
            });
        }
        if self.tree.attributes.len() > ATTRIBUTE_LIMIT {
            return Err(XmlError::Refused("has too many attributes"));
        }
        let attributes = (first, self.tree.attributes.len() - first);
        let index = self.add(Node::Element {
            namespace,
            name,
            attributes,
            first_child: None,
        })?;
        self.open.push((index, None));
        Ok(())
    }

    fn close(&mut self) {
        self.open.pop();
    }

    fn text(&mut self, words: Cow<'a, str>) -> Result<(), XmlError> {
        let last = self.open.last().and_then(|(_, last)| *last);
        if let Some((Node::Text(before), _)) = last.and_then(|last| self.tree.nodes.get_mut(last)) {
            before.to_mut().push_str(&words);
            return Ok(());
        }
        if !self.open.is_empty() {
            self.add(Node::Text(words))?;
        }
        Ok(())
    }

    fn add(&mut self, node: Node<'a>) -> Result<usize, XmlError> {
        let index = self.tree.nodes.len();
        if index >= NODE_LIMIT {
            return Err(XmlError::Refused("has too many elements"));
        }
        self.tree.nodes.push((node, None));
        let Some((parent, last)) = self.open.last_mut() else {
            return Ok(index);
        };
        match last.replace(index) {
            Some(before) => {
                if let Some((_, next)) = self.tree.nodes.get_mut(before) {
                    *next = Some(index);
                }
            }
            None => {
                if let Some((Node::Element { first_child, .. }, _)) =
                    self.tree.nodes.get_mut(*parent)
                {
                    *first_child = Some(index);
                }
            }
        }
        Ok(index)
    }
}
