//! The part of CSS that says what a reader sees: hidden and struck-out words, bold, italics, and
//! numbers made by counters.
//!
//! A crate for CSS would be compiled in under a licence that `deny.toml` doesn't allow (MPL-2.0).

use super::tokens::Tag;
use std::collections::BTreeMap;

/// How many rules for the same element, class or id are read, so that a style sheet can't take
/// quadratic time.
const MAX_RULES: usize = 64;

/// Properties that are read; rules with no other are ignored.
const PROPERTIES: &[&str] = &[
    "display",
    "visibility",
    "mso-hide",
    "font-weight",
    "font-style",
    "text-decoration",
    "text-decoration-line",
    "list-style",
    "list-style-type",
    "counter-reset",
    "counter-set",
    "counter-increment",
    "content",
];

/// Names in lowercase and values of declarations, in order.
pub(super) type Declarations = Vec<(String, String)>;

/// The declarations of a rule or of a `style` attribute.
pub(super) fn declarations(css: &str) -> Declarations {
    let declarations = split_outside_strings(css, ';').into_iter();
    let read = declarations.filter_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        let name = name.trim().to_lowercase();
        let value = value.trim();
        let value = value.strip_suffix("!important").unwrap_or(value).trim_end();
        PROPERTIES
            .contains(&name.as_str())
            .then(|| (name, value.to_owned()))
    });
    read.collect()
}

/// Splits at a character outside of strings and brackets.
fn split_outside_strings(css: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut quote, mut brackets, mut start) = (None, 0_usize, 0);
    for (place, letter) in css.char_indices() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '(') => brackets += 1,
            (None, ')') => brackets = brackets.saturating_sub(1),
            (None, _) if letter == separator && brackets == 0 => {
                parts.extend(css.get(start..place));
                start = place + letter.len_utf8();
            }
            (None, _) => {}
        }
    }
    parts.extend(css.get(start..));
    parts
}

/// `ol.terms` of a selector.
#[derive(Debug, Default)]
struct Compound {
    name: Option<String>,
    names: Vec<String>,
    /// Whether it has to match the parent of the next one (`>`), not any ancestor.
    is_parent: bool,
}

impl Compound {
    fn matches(&self, tag: &Tag) -> bool {
        let has = |name: &String| match name.strip_prefix('#') {
            Some(id) => tag.attribute("id") == Some(id),
            None => tag.class().split_whitespace().any(|class| class == name),
        };
        self.name.as_ref().is_none_or(|name| *name == tag.name) && self.names.iter().all(has)
    }
}

#[derive(Debug)]
struct Rule {
    /// Outermost first.
    ancestors: Vec<Compound>,
    element: Compound,
    /// Whether it is for what stands before the element's content.
    is_before: bool,
    specificity: (usize, usize, usize),
    declarations: Declarations,
}

/// The rules of all style sheets of a page.
#[derive(Debug, Default)]
pub(super) struct StyleSheet {
    /// Rules by the id, a class or the name of the element, in the order of the cascade.
    rules: BTreeMap<String, Vec<Rule>>,
}

impl StyleSheet {
    /// Reads rules whose selectors are made of names, classes, ids and ancestors; others, and those
    /// of `@media` and the like, are ignored.
    pub(super) fn parse(css: &str) -> Self {
        let mut sheet = Self::default();
        let css = without_comments(css);
        for (selectors, body) in blocks(&css) {
            let declarations = declarations(body);
            if declarations.is_empty() {
                continue;
            }
            for selector in split_outside_strings(selectors, ',') {
                let Some((rule, key)) = rule(selector, &declarations) else {
                    continue;
                };
                let rules = sheet.rules.entry(key).or_default();
                if rules.len() < MAX_RULES {
                    rules.push(rule);
                }
            }
        }
        for rules in sheet.rules.values_mut() {
            rules.sort_by_key(|rule| rule.specificity);
        }
        sheet
    }

    /// The declarations for an element, and for what stands before its content. `ancestors` are
    /// innermost first.
    pub(super) fn of<'a>(
        &self,
        tag: &Tag,
        ancestors: impl Iterator<Item = &'a Tag> + Clone,
    ) -> (Declarations, Declarations) {
        let (mut own, mut before) = (Vec::new(), Vec::new());
        if !self.rules.is_empty() {
            let id = tag.attribute("id").map(|id| format!("#{id}"));
            let classes = tag.class().split_whitespace().take(MAX_RULES);
            let keys = ["*", tag.name.as_str()].into_iter().chain(classes);
            let mut rules: Vec<&Rule> = keys
                .chain(id.as_deref())
                .filter_map(|key| self.rules.get(key))
                .flatten()
                .filter(|rule| rule.element.matches(tag))
                .filter(|rule| fit(&rule.ancestors, ancestors.clone()))
                .collect();
            rules.sort_by_key(|rule| rule.specificity);
            for rule in rules {
                let target = if rule.is_before {
                    &mut before
                } else {
                    &mut own
                };
                target.extend(rule.declarations.iter().cloned());
            }
        }
        own.extend(declarations(tag.style()));
        (own, before)
    }
}

/// Whether the compounds of a selector match ancestors, innermost first.
fn fit<'a>(compounds: &[Compound], mut ancestors: impl Iterator<Item = &'a Tag>) -> bool {
    compounds.iter().rev().all(|compound| {
        if compound.is_parent {
            ancestors.next().is_some_and(|tag| compound.matches(tag))
        } else {
            ancestors.any(|tag| compound.matches(tag))
        }
    })
}

fn without_comments(css: &str) -> String {
    let mut result = String::with_capacity(css.len());
    let mut parts = css.split("/*");
    result.extend(parts.next());
    for part in parts {
        result.push_str(part.split_once("*/").map_or("", |(_, rest)| rest));
    }
    result.replace("<!--", " ").replace("-->", " ")
}

/// Selectors and bodies of rules outside of at-rules.
fn blocks(css: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let (mut depth, mut start, mut quote) = (0_usize, 0, None);
    let mut selectors = "";
    for (place, byte) in css.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte || byte == b'\n' => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'{') => {
                if depth == 0 {
                    selectors = css.get(start..place).unwrap_or("").trim();
                    // `@import …;` and the like have no body.
                    selectors = selectors.rsplit(';').next().unwrap_or("").trim();
                    start = place + 1;
                }
                depth += 1;
            }
            (None, b'}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    if !selectors.starts_with('@') {
                        found.extend(css.get(start..place).map(|body| (selectors, body)));
                    }
                    start = place + 1;
                }
            }
            (None, _) => {}
        }
    }
    found
}

/// The rule of one selector and the key by which it is found.
fn rule(selector: &str, declarations: &Declarations) -> Option<(Rule, String)> {
    let spaced = selector.trim().replace('>', " > ");
    let mut compounds: Vec<Compound> = Vec::new();
    let mut is_before = false;
    for part in spaced.split_whitespace() {
        if part == ">" {
            compounds.last_mut()?.is_parent = true;
            continue;
        }
        if is_before {
            return None;
        }
        let plain = ["::before", ":before"]
            .iter()
            .find_map(|pseudo| part.strip_suffix(pseudo));
        is_before = plain.is_some();
        compounds.push(compound(plain.unwrap_or(part))?);
    }
    let element = compounds.pop()?;
    let all = || compounds.iter().chain([&element]);
    let ids = |compound: &Compound| {
        let ids = compound.names.iter().filter(|name| name.starts_with('#'));
        ids.count()
    };
    let specificity = (
        all().map(ids).sum(),
        all()
            .map(|compound| compound.names.len() - ids(compound))
            .sum(),
        all().filter(|compound| compound.name.is_some()).count(),
    );
    let key = element
        .names
        .iter()
        .max_by_key(|name| name.starts_with('#'));
    let key = key.or(element.name.as_ref());
    let key = key.map_or_else(|| "*".to_owned(), Clone::clone);
    let rule = Rule {
        ancestors: compounds,
        element,
        is_before,
        specificity,
        declarations: declarations.clone(),
    };
    Some((rule, key))
}

/// `ol.terms#all`; `None` for what isn't read, such as attributes and states.
fn compound(selector: &str) -> Option<Compound> {
    let mut compound = Compound::default();
    let starts: Vec<usize> = selector
        .char_indices()
        .filter(|(place, letter)| *place == 0 || ".#".contains(*letter))
        .map(|(place, _)| place)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([selector.len()]);
    for (start, end) in starts.iter().zip(ends) {
        let part = selector.get(*start..end)?;
        let is_name = |name: &str| {
            let is_letter = |letter: char| letter.is_alphanumeric() || "-_".contains(letter);
            !name.is_empty() && name.chars().all(is_letter)
        };
        match part.strip_prefix('.') {
            _ if part == "*" => {}
            Some(class) if is_name(class) => compound.names.push(class.to_owned()),
            None if part.strip_prefix('#').is_some_and(is_name) => {
                compound.names.push(part.to_owned());
            }
            None if is_name(part) => compound.name = Some(part.to_lowercase()),
            Some(_) | None => return None,
        }
    }
    Some(compound)
}

/// What the declarations say of an element's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Looks {
    /// `None` for what is inherited.
    pub(super) strong: Option<bool>,
    pub(super) emphasis: Option<bool>,
    pub(super) is_hidden: bool,
    pub(super) is_struck: bool,
}

/// The looks of an element: those of its name, then those of its declarations.
pub(super) fn looks(tag: &Tag, declarations: &Declarations) -> Looks {
    let name = tag.name.as_str();
    let mut looks = Looks {
        strong: matches!(name, "b" | "strong").then_some(true),
        emphasis: matches!(name, "i" | "em" | "cite" | "dfn" | "var").then_some(true),
        is_hidden: tag.attribute("hidden").is_some(),
        is_struck: matches!(name, "del" | "s" | "strike"),
    };
    let mut is_invisible = false;
    for (property, value) in declarations {
        let value = value.to_lowercase();
        match property.as_str() {
            "font-weight" => {
                let weight = value.parse::<u32>();
                looks.strong =
                    Some(value.starts_with("bold") || weight.is_ok_and(|weight| weight >= 600));
            }
            "font-style" => looks.emphasis = Some(value.starts_with("italic")),
            "display" => looks.is_hidden = value == "none",
            "visibility" => is_invisible = value == "hidden" || value == "collapse",
            "mso-hide" => is_invisible |= value == "all",
            "text-decoration" | "text-decoration-line" => {
                looks.is_struck |= value.contains("line-through");
            }
            _ => {}
        }
    }
    looks.is_hidden |= is_invisible;
    looks
}

/// The last value of a property.
pub(super) fn value<'a>(declarations: &'a Declarations, name: &str) -> Option<&'a str> {
    let mut found = declarations.iter().rev();
    let (_, value) = found.find(|(property, _)| property == name)?;
    Some(value)
}
