//! Finds rules of a theme's style sheet that make one way of the banner look unlike the others.

use super::ThemeFiles;
use super::css::rules;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::Sources;

/// What only a selector for one of the ways says: values of buttons, and roles of the default theme.
const OF_ONE_WAY: [&str; 6] = [
    "accept_all",
    "reject_all",
    "data-role=all",
    "data-role=necessary",
    "data-role=show",
    "[value=custom",
];

/// Diagnoses rules for a single way.
pub(super) fn check(files: &ThemeFiles, sources: &Sources) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for file in &files.styles {
        for rule in rules(sources.text(*file)) {
            let plain: String = rule
                .selector
                .chars()
                .filter(|one| !"\"' ".contains(*one))
                .collect();
            let Some(first) = rule.declarations.first() else {
                continue;
            };
            if OF_ONE_WAY.iter().any(|way| plain.contains(way)) {
                found.push(Diagnostic::at(
                    Code::ThemeMinimum,
                    *file,
                    first.place.clone(),
                    format!(
                        "`{}` makes one way of the banner look unlike the others",
                        rule.selector
                    ),
                    "write the rule for all three: accepting, refusing and choosing are equal",
                ));
            }
        }
    }
    found
}
