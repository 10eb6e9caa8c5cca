//! A theme: templates, strings per locale, style sheet and script.
//!
//! In: a folder of `themes/`. Out: a [`Theme`] ready to render, and diagnostics for templates that don't compile and
//! strings that a locale lacks.

mod filters;
mod strings;

pub use strings::Strings;

use crate::report::diagnostic::{Code, Diagnostic, FileId, Location};
use crate::report::source::{self, Sources};
use camino::{Utf8Path, Utf8PathBuf};
use domain::Locale;
use icu_locale::subtags::Region;
use icu_locale::{LanguageIdentifier, LocaleExpander};
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value};
use pulldown_cmark_escape::{FmtWriter, escape_html};
use serde::Serialize;
use std::collections::BTreeMap;

/// The files of a theme, before they are understood.
#[derive(Debug)]
pub struct ThemeFiles {
    folder: Utf8PathBuf,
    /// Templates by their name below `templates/`.
    templates: BTreeMap<String, FileId>,
    /// Strings by locale.
    strings: BTreeMap<Locale, FileId>,
    /// What `assets/` holds, by path below it.
    pub assets: BTreeMap<String, Vec<u8>>,
}

/// A theme that is ready to render.
pub struct Theme<'s> {
    environment: Environment<'s>,
    folder: Utf8PathBuf,
    templates: BTreeMap<String, FileId>,
    /// Strings of each locale of the site.
    pub strings: BTreeMap<Locale, Strings>,
}

impl ThemeFiles {
    /// The file of the strings of each locale.
    pub fn strings(&self) -> &BTreeMap<Locale, FileId> {
        &self.strings
    }

    /// Every text of the theme that pages are made from, with the name of its template or its locale.
    pub fn texts(&self) -> impl Iterator<Item = (&str, FileId)> {
        let templates = self
            .templates
            .iter()
            .map(|(name, file)| (name.as_str(), *file));
        let strings = self
            .strings
            .iter()
            .map(|(locale, file)| (locale.as_str(), *file));
        templates.chain(strings)
    }
}

/// Reads the files of a theme.
///
/// # Errors
/// A diagnostic for each file that can't be read.
pub fn read(
    sources: &mut Sources,
    folder: &Utf8Path,
    locales: &[Locale],
) -> Result<ThemeFiles, Vec<Diagnostic>> {
    let mut files = ThemeFiles {
        folder: folder.to_owned(),
        templates: BTreeMap::new(),
        strings: BTreeMap::new(),
        assets: BTreeMap::new(),
    };
    // A theme that isn't there is one mistake, not one for each of its parts.
    let mut diagnostics = source::list(folder)
        .map_err(|missing| vec![missing])?
        .diagnostics;
    let mut templates = Vec::new();
    walk(
        &folder.join("templates"),
        "",
        &mut templates,
        &mut diagnostics,
    );
    for name in templates {
        match sources.read(&folder.join("templates").join(&name)) {
            Ok(file) => {
                files.templates.insert(name, file);
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    for locale in locales {
        match sources.read(&folder.join("strings").join(format!("{locale}.toml"))) {
            Ok(file) => {
                files.strings.insert(locale.clone(), file);
            }
            Err(diagnostic) => diagnostics.push(without_strings(diagnostic, folder, locale)),
        }
    }
    let mut assets = Vec::new();
    walk(&folder.join("assets"), "", &mut assets, &mut diagnostics);
    for name in assets {
        match source::read_bytes(&folder.join("assets").join(&name)) {
            Ok(bytes) => {
                files.assets.insert(name, bytes);
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    if diagnostics.is_empty() {
        Ok(files)
    } else {
        Err(diagnostics)
    }
}

/// What to do about a locale that the theme has no words in. Whoever takes the code of a country for that of its language is told.
fn without_strings(missing: Diagnostic, folder: &Utf8Path, locale: &Locale) -> Diagnostic {
    let listing = source::list(&folder.join("strings"));
    let files = listing.map_or_else(|_| Vec::new(), |listing| listing.files);
    let known: Vec<&str> = files
        .iter()
        .filter_map(|file| file.strip_suffix(".toml"))
        .collect();
    if known.is_empty() || known.contains(&locale.as_str()) {
        return missing;
    }
    let help = match known.iter().find(|name| is_at_home(name, locale.as_str())) {
        Some(language) => format!(
            "`{locale}` is a country; its language is written `{language}`: correct `locales` in `site.toml`"
        ),
        None => format!(
            "the theme has words in `{}`: write `strings/{locale}.toml`, or correct `locales` in `site.toml`",
            known.join("`, `")
        ),
    };
    Diagnostic { help, ..missing }
}

/// Whether the country is the one where most speakers of the language live (CLDR, likely subtags).
fn is_at_home(language: &str, country: &str) -> bool {
    let (Ok(mut language), Ok(country)) = (
        language.parse::<LanguageIdentifier>(),
        country.parse::<Region>(),
    ) else {
        return false;
    };
    LocaleExpander::new_common().maximize(&mut language);
    language.region == Some(country)
}

/// Escapes as HTML needs it. The engine's own way writes each `/` as `&#x2f;`, which makes addresses long and pages hard to
/// read; no attribute or text of HTML needs that.
fn escape(output: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    match (value.as_str(), state.auto_escape()) {
        (Some(text), AutoEscape::Html) if !value.is_safe() => {
            escape_html(FmtWriter(output), text).map_err(Error::from)
        }
        _ => minijinja::escape_formatter(output, state, value),
    }
}

/// Names of all files below a folder, with `/`, sorted. Themes are shallow: four levels are enough.
fn walk(
    folder: &Utf8Path,
    prefix: &str,
    names: &mut Vec<String>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if prefix.matches('/').count() > 4 {
        return;
    }
    match source::list(folder) {
        Ok(listing) => {
            diagnostics.extend(listing.diagnostics);
            names.extend(listing.files.iter().map(|name| format!("{prefix}{name}")));
            for name in listing.folders {
                walk(
                    &folder.join(&name),
                    &format!("{prefix}{name}/"),
                    names,
                    diagnostics,
                );
            }
        }
        Err(diagnostic) => diagnostics.push(diagnostic),
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
        (theme, diagnostics)
    }

    /// Whether there is such a template.
    pub fn has(&self, template: &str) -> bool {
        self.templates.contains_key(template)
    }

    /// Whether a template looks at a field of what it sees.
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
        let strings = locale
            .and_then(|locale| self.strings.get(locale))
            .map(Strings::value);
        let context = minijinja::context! { t => strings.unwrap_or_default(), ..view };
        self.environment
            .get_template(template)
            .and_then(|found| found.render(context))
            .map_err(|error| self.diagnostic(&error, template))
    }

    fn diagnostic(&self, error: &minijinja::Error, template: &str) -> Diagnostic {
        // The innermost cause is the place; errors of included templates wrap it.
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
        Diagnostic {
            severity: Code::Template.severity(),
            code: Code::Template,
            message: detail,
            location,
            help: help.to_owned(),
        }
    }
}
