//! Finds scripts, styles and event handlers within templates. The content security policy of the
//! pages allows files of the site alone, so that browsers would ignore them.

use super::tags::{self, Attribute, Tag};
use crate::report::diagnostic::{Code, Diagnostic, FileId};

/// Attributes that browsers follow.
const ADDRESSES: [&str; 5] = ["href", "src", "action", "formaction", "xlink:href"];

/// Types of scripts that browsers don't run: data.
const DATA: [&str; 3] = ["application/json", "application/ld+json", "text/plain"];

/// Diagnoses code within a template.
pub(super) fn check(template: &str, file: FileId) -> Vec<Diagnostic> {
    let text = tags::without_statements(template);
    let found = |place, what: String, help: &str| {
        let message = format!(
            "{what} within a template: the pages' content security policy keeps it from working"
        );
        Diagnostic::at(Code::InlineCode, file, place, message, help)
    };
    let mut diagnostics = Vec::new();
    for tag in tags::of(&text) {
        if tag.name.eq_ignore_ascii_case("style") {
            let help = "write it into the theme's style sheet";
            diagnostics.push(found(tag.place.clone(), "`<style>`".to_owned(), help));
        } else if is_inline_script(&tag) {
            let help = "write it into a file in `assets/` and name that: `<script src=\"…\" defer></script>`";
            diagnostics.push(found(
                tag.place.clone(),
                "`<script>` without `src`".to_owned(),
                help,
            ));
        }
        for attribute in &tag.attributes {
            if let Some(help) = fault(attribute) {
                let what = format!("`{}` of `<{}>`", attribute.name, tag.name);
                diagnostics.push(found(attribute.place.clone(), what, help));
            }
        }
    }
    diagnostics
}

fn is_inline_script(tag: &Tag<'_>) -> bool {
    let is_data = tag
        .attribute("type")
        .is_some_and(|kind| DATA.contains(&kind));
    tag.name.eq_ignore_ascii_case("script") && tag.attribute("src").is_none() && !is_data
}

/// Help on an attribute that holds code.
fn fault(attribute: &Attribute<'_>) -> Option<&'static str> {
    let name = attribute.name.to_ascii_lowercase();
    if name == "style" {
        return Some("give the element a class, and write the style into the theme's style sheet");
    }
    if name.len() > 2 && name.starts_with("on") {
        return Some("listen to the event in a script of `assets/`");
    }
    let is_code = ADDRESSES.contains(&name.as_str())
        && attribute
            .value
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("javascript:");
    is_code.then_some("listen to the click in a script of `assets/`")
}
