//! Splits a page into tags and text with html5ever's tokenizer.

use crate::text;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{self, BufferQueue, TagKind, TokenSink, TokenSinkResult, Tokenizer};
use std::cell::RefCell;

/// A start or end tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) closes: bool,
    /// Whether the tag is self-closing and not of HTML, such as Word's `<o:p/>`.
    pub(crate) is_empty: bool,
    attributes: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Tag(Tag),
    Text(String),
    Comment,
}

const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "button",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "search",
    "section",
    "select",
    "summary",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

const INLINES: &[&str] = &[
    "a", "abbr", "acronym", "b", "base", "bdi", "bdo", "big", "br", "cite", "code", "col",
    "colgroup", "del", "dfn", "em", "font", "head", "i", "iframe", "img", "input", "ins", "kbd",
    "label", "link", "mark", "meta", "noscript", "q", "rp", "rt", "ruby", "s", "samp", "script",
    "small", "span", "strike", "strong", "style", "sub", "sup", "svg", "time", "title", "tt", "u",
    "var", "wbr",
];

/// Attributes that are read.
const ATTRIBUTES: &[&str] = &[
    "alt",
    "aria-controls",
    "aria-expanded",
    "aria-level",
    "class",
    "colspan",
    "content",
    "data-cfemail",
    "hidden",
    "href",
    "http-equiv",
    "id",
    "name",
    "open",
    "reversed",
    "role",
    "rowspan",
    "src",
    "start",
    "style",
    "title",
    "type",
    "value",
];

/// Whether the element begins and ends a paragraph.
pub(crate) fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name)
}

impl Tag {
    /// The value of an attribute; its name is in lowercase.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let (_, value) = attributes.find(|(known, _)| known == name)?;
        Some(value)
    }

    pub(crate) fn class(&self) -> &str {
        self.attribute("class").unwrap_or("")
    }

    pub(crate) fn style(&self) -> &str {
        self.attribute("style").unwrap_or("")
    }

    /// The whole number in an attribute.
    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        self.attribute(name)
            .and_then(|value| text::parsed(value.trim()))
    }

    /// The tag of inline HTML in Markdown, if it is an element of HTML.
    pub(crate) fn parse(html: &str) -> Option<Self> {
        let tag = tokenize(html, 1)
            .into_iter()
            .find_map(|(_, token)| match token {
                Token::Tag(tag) => Some(tag),
                Token::Text(_) | Token::Comment => None,
            })?;
        let name = tag.name.as_str();
        (is_block(name) || INLINES.contains(&name)).then_some(tag)
    }
}

/// The tokens, each with its line.
pub(crate) fn tokenize(text: &str, first_line: usize) -> Vec<(usize, Token)> {
    let sink = Sink {
        tokens: RefCell::default(),
        first_line,
    };
    let tokenizer = Tokenizer::new(sink, tokenizer::TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(text));
    // The tokenizer pauses at each script, for it to be run; here it just continues.
    while !matches!(tokenizer.feed(&queue), html5ever::TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.tokens.into_inner()
}

struct Sink {
    tokens: RefCell<Vec<(usize, Token)>>,
    first_line: usize,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: tokenizer::Token, line_number: u64) -> TokenSinkResult<()> {
        let line = usize::try_from(line_number).unwrap_or(1).saturating_sub(1) + self.first_line;
        match token {
            tokenizer::Token::CharacterTokens(words) => self.words(line, &words),
            tokenizer::Token::TagToken(tag) => {
                let raw = raw_kind(&tag.name, tag.kind);
                self.tokens
                    .borrow_mut()
                    .push((line, Token::Tag(read_tag(&tag))));
                if let Some(kind) = raw {
                    return TokenSinkResult::RawData(kind);
                }
            }
            tokenizer::Token::CommentToken(_) => {
                self.tokens.borrow_mut().push((line, Token::Comment))
            }
            tokenizer::Token::DoctypeToken(_)
            | tokenizer::Token::NullCharacterToken
            | tokenizer::Token::EOFToken
            | tokenizer::Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

impl Sink {
    fn words(&self, line: usize, words: &str) {
        let mut tokens = self.tokens.borrow_mut();
        match tokens.last_mut() {
            Some((_, Token::Text(before))) if !before.trim().is_empty() => before.push_str(words),
            _ => tokens.push((line, Token::Text(words.to_owned()))),
        }
    }
}

/// Elements whose content the tokenizer must not read as tags.
fn raw_kind(name: &str, kind: TagKind) -> Option<RawKind> {
    match (kind, name) {
        (TagKind::EndTag, _) => None,
        (TagKind::StartTag, "script") => Some(RawKind::ScriptData),
        (TagKind::StartTag, "style" | "iframe" | "noembed" | "noframes" | "xmp") => {
            Some(RawKind::Rawtext)
        }
        (TagKind::StartTag, "title" | "textarea") => Some(RawKind::Rcdata),
        (TagKind::StartTag, _) => None,
    }
}

fn read_tag(tag: &tokenizer::Tag) -> Tag {
    let is_known = is_block(&tag.name) || INLINES.contains(&&*tag.name);
    let attributes = tag.attrs.iter().filter(|attribute| {
        let name = &*attribute.name.local;
        ATTRIBUTES.contains(&name)
    });
    Tag {
        name: tag.name.to_string(),
        is_empty: tag.self_closing && !is_known,
        closes: tag.kind == TagKind::EndTag,
        attributes: attributes
            .map(|attribute| {
                let name = attribute.name.local.to_string();
                (name, attribute.value.to_string())
            })
            .collect(),
    }
}
