//! What a theme has to show, whatever it looks like: three equal ways in the banner, the links to the
//! policy and to the choices, and no box that is ticked beforehand.
//!
//! In: rendered partials and pages. Out: diagnostics with the place in the template.
//!
//! Sources: GDPR Art. 4(11), 7(3); EDPB, Guidelines 05/2020, 3.1.2 and 5.1; CNIL, deliberation
//! 2020-092, 2.2 and 2.3.

use crate::render::context::LocaleContext;
use crate::render::theme::Theme;
use crate::render::theme::tags::{self, Tag};
use crate::render::view::Page;
use crate::report::diagnostic::{Code, Diagnostic};
use domain::Category;

/// The first layer.
const BANNER: &str = "partials/banner.html";

/// What the pages of a theme usually have in common.
const BASE: &str = "base.html";

/// The partial templates with boxes.
const WITH_BOXES: [&str; 3] = [
    BANNER,
    "partials/settings.html",
    "partials/choices_form.html",
];

/// The ways that the first layer offers: what they are called, and how to write one.
const WAYS: [(&str, &str); 3] = [
    (
        "accepts everything",
        "<button type=\"submit\" name=\"action\" value=\"accept_all\">",
    ),
    (
        "refuses everything",
        "<button type=\"submit\" name=\"action\" value=\"reject_all\">",
    ),
    (
        "leads to a choice of categories",
        "<button type=\"button\" data-role=\"show\">",
    ),
];

/// Diagnoses what the partial templates lack, in the first locale: they are the same for all.
pub fn check(theme: &Theme<'_>, contexts: &[LocaleContext]) -> Vec<Diagnostic> {
    let Some(context) = contexts.first() else {
        return Vec::new();
    };
    // Nothing is asked on a site without optional services.
    if context.banner.categories.len() < 2 {
        return Vec::new();
    }
    let mut found = first_layer(theme, context);
    let settings = context.settings_html.as_deref().unwrap_or("");
    let html = [&*context.banner_html, settings, &*context.choices_html];
    for (template, html) in WITH_BOXES.into_iter().zip(html) {
        found.extend(ticked(theme, template, html));
    }
    found
}

/// A diagnostic about a template, at the first of these words that it has.
fn at(
    theme: &Theme<'_>,
    template: &str,
    words: &[&str],
    message: String,
    help: &str,
) -> Diagnostic {
    let location = theme.place(template, words);
    Diagnostic::new(Code::ThemeMinimum, location, message, help)
}

/// Whether a tag is a way, by its number in [`WAYS`].
fn is_way(tag: &Tag<'_>, way: usize, context: &LocaleContext) -> bool {
    let has = |name, wanted| tag.attribute(name) == Some(wanted);
    let choices = context.banner.choices_path.as_str();
    let is_control = matches!(tag.name, "button" | "input" | "a");
    is_control
        && match way {
            0 => has("value", "accept_all"),
            1 => has("value", "reject_all"),
            _ => {
                has("data-role", "show")
                    || has("value", "custom")
                    || has("href", choices)
                    || has("formaction", choices)
            }
        }
}

/// What the first layer lacks.
fn first_layer(theme: &Theme<'_>, context: &LocaleContext) -> Vec<Diagnostic> {
    let html = &*context.banner_html;
    let tags = tags::of(html);
    let mut found = Vec::new();
    let mut ways = Vec::new();
    for (number, (what, example)) in WAYS.into_iter().enumerate() {
        let all = tags.iter().filter(|tag| is_way(tag, number, context));
        let shown = all.clone().find(|tag| tag.attribute("hidden").is_none());
        if let Some(way) = shown {
            ways.push((number, way));
            continue;
        }
        let (message, help) = if all.count() > 0 {
            let message = format!("the banner hides what {what}");
            (
                message,
                "remove `hidden`: the three ways are seen together".to_owned(),
            )
        } else {
            let message = format!("the banner has nothing that {what}");
            (message, format!("add `{example}` beside the others"))
        };
        let words = ["accept_all", "reject_all"];
        found.push(at(theme, BANNER, &words, message, &help));
    }
    found.extend(unequal(theme, &ways));
    let policy = context.banner.policy_path.as_str();
    if !policy.is_empty() && !links_to(&tags, policy) {
        found.push(at(
            theme,
            BANNER,
            &[],
            "the banner doesn't link to the policy that says what is asked for".to_owned(),
            "add `<a href=\"{{ banner.policy_path }}\">{{ banner.policy_title }}</a>`",
        ));
    }
    found
}

fn links_to(tags: &[Tag<'_>], path: &str) -> bool {
    tags.iter()
        .any(|tag| tag.name == "a" && tag.attribute("href") == Some(path))
}

/// Ways that look or work in another way than the first one.
fn unequal(theme: &Theme<'_>, ways: &[(usize, &Tag<'_>)]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let Some(((_, first), others)) = ways.split_first() else {
        return found;
    };
    for (number, way) in others {
        let (what, _) = WAYS.get(*number).copied().unwrap_or(("", ""));
        let difference = if way.name != first.name {
            format!("is `<{}>`", way.name)
        } else if way.attribute("class") != first.attribute("class") {
            way.attribute("class").map_or_else(
                || "has no class".to_owned(),
                |class| format!("has the class `{class}`"),
            )
        } else if way.attribute("disabled").is_some() {
            "can't be pressed".to_owned()
        } else {
            continue;
        };
        let classes = first
            .attribute("class")
            .map(|class| format!(" class=\"{class}\""))
            .unwrap_or_else(String::new);
        let words = match number {
            1 => ["reject_all", "reject_all"],
            _ => ["data-role=\"show\"", "choices_path"],
        };
        found.push(at(
            theme,
            BANNER,
            &words,
            format!("what {what} {difference}, unlike what accepts: it isn't as easy to choose"),
            &format!("write it as `<{}{classes}>`, like the others", first.name),
        ));
    }
    found
}

/// Boxes that are ticked before anybody has ticked them, those of essential services aside.
fn ticked(theme: &Theme<'_>, template: &str, html: &str) -> Option<Diagnostic> {
    let tags = tags::of(html);
    let tag = tags.iter().find(|tag| {
        tag.name == "input"
            && tag.attribute("checked").is_some()
            && tag.attribute("name") != Some(Category::Essential.as_str())
    })?;
    let name = tag.attribute("name").unwrap_or("");
    Some(at(
        theme,
        template,
        &["checked"],
        format!("the box `{name}` is ticked beforehand: that is no consent"),
        "tick only what is essential: `{% if category.locked %} checked disabled{% endif %}`",
    ))
}

/// Diagnoses a page without the link to the choices, by which consent is withdrawn.
pub fn check_page(
    theme: &Theme<'_>,
    template: &str,
    page: &Page,
    html: &str,
) -> Option<Diagnostic> {
    let banner = page.banner.as_ref()?;
    // On the page of choices itself, nothing has to lead there.
    if banner.categories.len() < 2 || page.path == banner.choices_path {
        return None;
    }
    let link = format!("href=\"{}\"", banner.choices_path);
    if html.contains(&link) {
        return None;
    }
    let template = if theme.has(BASE) { BASE } else { template };
    Some(at(
        theme,
        template,
        &["<footer", "</body>"],
        "the page doesn't link to the choices: withdrawing has to be as easy as consenting"
            .to_owned(),
        "add `<a href=\"{{ banner.choices_path }}\">{{ t.page.choices }}</a>`, best to the foot of `base.html`",
    ))
}
