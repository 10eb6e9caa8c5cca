//! What a text refers to: facts, clauses, policies and pages. Checked before a text is rendered;
//! rendering resolves the same references by the same rules and reports nothing.

use crate::content::document::{self, Address, Block, Document, Head, Inline, Leaf, Target};
use crate::content::registration;
use crate::content::settings::Facts;
use crate::content::similar_name::most_similar;
use crate::model::links::Links;
use crate::report::diagnostic::{Code, Diagnostic};
use std::collections::HashMap;
use std::ops::Range;

/// The facts and addresses to which a text may refer.
pub struct Scope<'c> {
    /// Variables in the locale of the text.
    pub facts: &'c Facts,
    /// Addresses of the site in the locale of the text.
    pub links: &'c Links,
    /// Short address of the policy that the text is an edition of.
    pub policy: &'c str,
    /// Whether broken references to other policies are reported. Those of past editions are not:
    /// the other policy may have changed since.
    pub is_strict: bool,
}

/// A reference without an existing target.
enum Problem<'t> {
    UnknownFact(&'t str),
    MissingPage(&'t str),
    MissingPolicy(&'t str),
    MissingOwnClause(&'t Address),
    MissingClause(&'t str, &'t Address),
}

impl<'c> Scope<'c> {
    /// The scope of a text.
    pub fn new(facts: &'c Facts, links: &'c Links, policy: &'c str, is_strict: bool) -> Self {
        Self {
            facts,
            links,
            policy,
            is_strict,
        }
    }

    /// The address of a link; `None` if its text is written without a link.
    pub fn resolve(&self, target: &Target<'_>) -> Option<String> {
        self.try_resolve(target, &mut |_| {})
    }

    fn try_resolve<'t>(
        &self,
        target: &'t Target<'_>,
        report: &mut dyn FnMut(Problem<'t>),
    ) -> Option<String> {
        match target {
            Target::Choices => Some(self.links.choices.clone()),
            Target::Unlinked => None,
            Target::Url(url) => Some(self.fill(url, report)),
            Target::Path(path) => {
                let page = path
                    .split_once(['#', '?'])
                    .map_or(&**path, |(page, _)| page);
                if !self.links.paths.contains(page) {
                    report(Problem::MissingPage(page));
                    return None;
                }
                Some(path.to_string())
            }
            Target::Policy(policy) => self.policy_path(policy, report),
            Target::Other(policy, address) => {
                let path = self.policy_path(policy, report)?;
                let links = self.links.policy(policy)?;
                let anchors = address.foreign_anchors();
                let anchor = anchors.iter().find(|anchor| links.anchors.contains(anchor));
                if let Some(anchor) = anchor {
                    return Some(format!("{path}#{anchor}"));
                }
                if self.is_strict {
                    report(Problem::MissingClause(policy, address));
                    return None;
                }
                Some(path)
            }
            Target::Own(address) => match &address.anchor {
                Some(anchor) => Some(format!("#{anchor}")),
                None => {
                    report(Problem::MissingOwnClause(address));
                    None
                }
            },
        }
    }

    fn policy_path<'t>(
        &self,
        policy: &'t str,
        report: &mut dyn FnMut(Problem<'t>),
    ) -> Option<String> {
        let links = self.links.policy(policy);
        if links.is_none() && self.is_strict {
            report(Problem::MissingPolicy(policy));
        }
        links.map(|links| links.path.clone())
    }

    /// An address with its variables; braces are legal in a destination of Markdown.
    fn fill<'t>(&self, address: &'t str, report: &mut dyn FnMut(Problem<'t>)) -> String {
        let mut filled = String::new();
        let mut rest = address;
        while let Some((before, from)) = rest.split_once("{{") {
            let Some((name, after)) = from.split_once("}}") else {
                break;
            };
            filled.push_str(before);
            match self.facts.get(name.trim()) {
                Some(value) => filled.push_str(&value.in_address()),
                None => report(Problem::UnknownFact(name.trim())),
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    fn diagnose(&self, problem: &Problem<'_>) -> (Code, String, String) {
        match problem {
            Problem::UnknownFact(name) => (
                Code::UnknownVariable,
                format!("there is no fact `{name}`"),
                "facts stand in `site.toml`".to_owned(),
            ),
            Problem::MissingPage(page) => (
                Code::BrokenLink,
                format!("there is no page `{page}` on this site"),
                "write `@privacy` for a policy, `@privacy/3.1` for a clause of it; an address ends with `/`"
                    .to_owned(),
            ),
            Problem::MissingPolicy(policy) => {
                let known: Vec<&str> = self.links.policies.keys().map(String::as_str).collect();
                (
                    Code::BrokenLink,
                    format!("the site has no policy `{policy}`"),
                    format!("its policies are {}", known.join(", ")),
                )
            }
            Problem::MissingOwnClause(address) => (
                Code::DanglingReference,
                format!("there is no {} in this policy", address.describe()),
                "correct the number; a clause of another policy is written `[words](@cookies/3.1)`"
                    .to_owned(),
            ),
            Problem::MissingClause(policy, address) => (
                Code::DanglingReference,
                format!("the policy `{policy}` has no {}", address.describe()),
                "correct the number, or add the clause".to_owned(),
            ),
        }
    }
}

/// A diagnostic for each broken reference in a text.
pub fn check(document: &Document<'_>, scope: &Scope<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    // Caches the comparison of a wrong name, which often occurs many times.
    let mut similar_names: HashMap<&str, Option<&str>> = HashMap::new();
    for reference in references(document) {
        match reference {
            Reference::Link(target, span) => {
                scope.try_resolve(target, &mut |problem| {
                    let (code, message, help) = scope.diagnose(&problem);
                    let place = span.clone();
                    diagnostics.push(Diagnostic::at(code, document.file, place, message, help));
                });
            }
            Reference::Fact(name, _) if scope.facts.get(name).is_some() => {}
            Reference::Fact(name, span) => {
                let kind = name.strip_prefix("operator.").and_then(registration::kind);
                let help = if let Some(kind) = kind {
                    let id = &kind.id;
                    format!(
                        "the operator has no number of this kind: add `{{ kind = \"{id}\", number = \"…\" }}` to `registration` in `site.toml`, or take the variable out"
                    )
                } else if name.starts_with("block.") {
                    "a generated block stands alone in its paragraph; there are `block.operator`, `block.cookies`, `block.services`, `block.choices`".to_owned()
                } else {
                    let similar = similar_names
                        .entry(name)
                        .or_insert_with(|| most_similar(name, scope.facts.names()));
                    match similar {
                        Some(known) => {
                            format!("did you mean `{known}`? facts stand in `site.toml`")
                        }
                        None => "facts stand in `site.toml`; docs/content.md lists their names"
                            .to_owned(),
                    }
                };
                diagnostics.push(Diagnostic::at(
                    Code::UnknownVariable,
                    document.file,
                    span.clone(),
                    format!("there is no fact `{name}`"),
                    help,
                ));
            }
        }
    }
    diagnostics
}

/// Byte ranges of references to places of the text itself that it lacks. Needs no site.
pub fn dangling_clauses(document: &Document<'_>) -> Vec<Range<usize>> {
    let missing = |reference: Reference<'_, '_>| match reference {
        Reference::Link(Target::Own(address), span) => {
            address.anchor.is_none().then(|| span.clone())
        }
        Reference::Link(..) | Reference::Fact(..) => None,
    };
    let references = references(document).into_iter();
    references.filter_map(missing).collect()
}

/// A variable or a link.
enum Reference<'d, 's> {
    Fact(&'d str, &'d Range<usize>),
    Link(&'d Target<'s>, &'d Range<usize>),
}

/// All references of a text. A link within a link is left out: HTML can't nest them.
fn references<'d, 's>(document: &'d Document<'s>) -> Vec<Reference<'d, 's>> {
    let mut found = Vec::new();
    in_blocks(&document.preamble, &mut found);
    for clause in document.walk() {
        match &clause.head {
            // The title of a clause without a number is a link to itself.
            Head::Title(title) => in_inlines(title, clause.number.is_none(), &mut found),
            Head::Term(term) => in_inlines(term, false, &mut found),
            Head::Text => {}
        }
        in_blocks(&clause.blocks, &mut found);
    }
    for footnote in &document.footnotes {
        in_blocks(&footnote.blocks, &mut found);
    }
    found
}

fn in_blocks<'d, 's>(blocks: &'d [Block<'s>], found: &mut Vec<Reference<'d, 's>>) {
    document::visit_leaves(blocks, &mut |leaf| match leaf {
        Leaf::Inlines(inlines) => in_inlines(inlines, false, found),
        Leaf::Generated(_) => {}
    });
}

fn in_inlines<'d, 's>(
    inlines: &'d [Inline<'s>],
    is_in_link: bool,
    found: &mut Vec<Reference<'d, 's>>,
) {
    for inline in inlines {
        match inline {
            Inline::Variable(name, span) => found.push(Reference::Fact(name, span)),
            Inline::Strong(inlines) | Inline::Emphasis(inlines) | Inline::Language(_, inlines) => {
                in_inlines(inlines, is_in_link, found)
            }
            Inline::Link(target, inlines, span) => {
                if !is_in_link {
                    found.push(Reference::Link(target, span));
                }
                in_inlines(inlines, true, found);
            }
            Inline::Text(_) | Inline::Code(_) | Inline::Footnote(..) | Inline::Break => {}
        }
    }
}
