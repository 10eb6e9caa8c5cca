//! A theme: templates, strings per locale, style sheets and scripts.
//!
//! In: a folder of `themes/`. Out: a [`Theme`] that renders, and diagnostics for templates that
//! don't compile and strings that a locale lacks.

mod changed_strings;
mod contrast;
mod css;
mod equal_ways;
mod files;
mod filters;
mod inline_code;
mod layers;
mod overlay;
pub mod palette;
mod strings;
pub mod tags;
mod translation;

pub use contrast::unreadable;
pub use files::{ADMIN_TEMPLATE, CLEANUP, SCRIPT, SCRIPT_PARTS, SURROUNDINGS, ThemeFiles, read};
pub use layers::ThemeSettings;
pub use strings::Strings;

use crate::report::diagnostic::{Code, Diagnostic, FileId, Location};
use crate::report::source::Sources;
use camino::Utf8PathBuf;
use domain::Locale;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value};
use pulldown_cmark_escape::{FmtWriter, escape_html};
use serde::Serialize;
use std::collections::BTreeMap;

/// A compiled theme.
pub struct Theme<'s> {
    environment: Environment<'s>,
    folder: Utf8PathBuf,
    templates: BTreeMap<String, FileId>,
    /// Strings of each locale in which the site has documents or asks.
    pub strings: BTreeMap<Locale, Strings>,
}

/// Escapes what HTML requires. minijinja's own formatter also writes each `/` as `&#x2f;`, which
/// makes addresses long and pages hard to read, and is needed in no attribute or text.
fn escape(output: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    match (value.as_str(), state.auto_escape()) {
        (Some(text), AutoEscape::Html) if !value.is_safe() => {
            escape_html(FmtWriter(output), text).map_err(Error::from)
        }
        _ => minijinja::escape_formatter(output, state, value),
    }
}

impl<'s> Theme<'s> {
    /// Compiles the templates and reads the strings.
    pub fn new(files: &ThemeFiles, sources: &'s Sources) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let strings = strings::read(sources, &files.strings, &mut diagnostics);
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_debug(true);
        environment.set_auto_escape_callback(|name| {
            if name.ends_with(".html") || name.ends_with(".xml") {
                AutoEscape::Html
            } else {
                AutoEscape::None
            }
        });
        filters::add(&mut environment);
        environment.set_formatter(escape);
        let mut theme = Self {
            environment,
            folder: files.folder.clone(),
            templates: files.templates.clone(),
            strings,
        };
        for (name, file) in &files.templates {
            if let Err(error) = theme
                .environment
                .add_template_owned(name.clone(), sources.text(*file))
            {
                diagnostics.push(theme.diagnostic(&error, name));
            }
        }
        diagnostics.extend(contrast::check(files, sources));
        diagnostics.extend(equal_ways::check(files, sources));
        for (_, file) in files
            .templates
            .iter()
            .filter(|(name, _)| name.ends_with(".html"))
        {
            diagnostics.extend(inline_code::check(sources.text(*file), *file));
        }
        (theme, diagnostics)
    }

    /// Whether there is such a template.
    pub fn has(&self, template: &str) -> bool {
        self.templates.contains_key(template)
    }

    /// The place of the first of these words that a template has; its beginning if it has none.
    pub fn place(&self, template: &str, words: &[&str]) -> Location {
        let Some(file) = self.templates.get(template) else {
            let path = self.folder.join("templates").join(template);
            return Location::Path(path.into_string());
        };
        let found = self.environment.get_template(template).map(|found| {
            let source = found.source();
            let at = |word: &&str| Some(source.find(*word)?..source.find(*word)? + word.len());
            words.iter().find_map(at)
        });
        // A template that can't be had has been diagnosed.
        let place = found.map_or(None, |place| place).unwrap_or(0..0);
        Location::Span(*file, place)
    }

    /// Whether any template names this variable.
    pub fn uses(&self, field: &str) -> bool {
        self.environment
            .templates()
            .any(|(_, template)| template.undeclared_variables(false).contains(field))
    }

    /// Renders a template.
    ///
    /// # Errors
    /// The diagnostic of the place in the template that failed.
    pub fn render<T: Serialize>(
        &self,
        template: &str,
        locale: Option<&Locale>,
        view: &T,
    ) -> Result<String, Diagnostic> {
        self.render_value(template, locale, Value::from(Serde(view)))
    }

    /// Renders a template with a view that is a value already.
    ///
    /// # Errors
    /// The diagnostic of the place in the template that failed.
    pub fn render_value(
        &self,
        template: &str,
        locale: Option<&Locale>,
        view: Value,
    ) -> Result<String, Diagnostic> {
        // The sitemap has no locale and no strings.
        let strings = locale
            .and_then(|locale| self.strings.get(locale))
            .map_or(Value::UNDEFINED, Strings::value);
        let context = minijinja::context! { t => strings, ..view };
        self.environment
            .get_template(template)
            .and_then(|found| found.render(context))
            .map_err(|error| self.diagnostic(&error, template))
    }

    fn diagnostic(&self, error: &minijinja::Error, template: &str) -> Diagnostic {
        // The innermost cause has the place: errors of included templates wrap it.
        let mut innermost = error;
        while let Some(source) = std::error::Error::source(innermost)
            .and_then(|source| source.downcast_ref::<minijinja::Error>())
        {
            innermost = source;
        }
        let file = innermost.name().and_then(|name| self.templates.get(name));
        let location = match (file, innermost.range()) {
            (Some(file), Some(range)) => Location::Span(*file, range),
            (Some(file), None) => Location::Span(*file, 0..0),
            (None, _) => {
                let name = innermost.name().unwrap_or(template);
                Location::Path(self.folder.join("templates").join(name).into_string())
            }
        };
        let detail = innermost.detail().map_or_else(
            || innermost.kind().to_string(),
            |detail| format!("{}: {detail}", innermost.kind()),
        );
        let help = match innermost.kind() {
            minijinja::ErrorKind::UndefinedError => {
                "templates see the fields of `Page` (themes/default/README.md) and the strings in `t`"
            }
            minijinja::ErrorKind::TemplateNotFound => {
                "templates stand in `templates/` of the theme"
            }
            _ => "see themes/default/README.md",
        };
        Diagnostic::new(Code::Template, location, detail, help)
    }
}
