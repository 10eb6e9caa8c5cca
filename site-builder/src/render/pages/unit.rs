//! The units of rendering: files that one thread makes, and that the cache keeps or drops together.

use super::Renderer;
use crate::model::site::Policy;
use crate::output::cache::CacheEntry;
use crate::output::file::File;
use crate::output::sink::Output;
use crate::render::context::LocaleContext;
use crate::render::theme::ADMIN_TEMPLATE;
use crate::render::view::RevisionTracker;
use crate::report::diagnostic::{Diagnostic, or_report};
use crate::report::source::Stamp;

/// Files that are rendered together.
pub(super) enum Unit<'r> {
    /// The choice of language.
    Language(&'r LocaleContext),
    /// The choice of language at `/admin/`.
    AdminLanguage(&'r LocaleContext),
    Admin(&'r LocaleContext),
    /// A page for addresses that don't exist, with its path.
    NotFound(&'r LocaleContext, String),
    Index(&'r LocaleContext),
    Choices(&'r LocaleContext),
    /// The Atom feed of all editions.
    Feed(&'r LocaleContext),
    Sitemap,
    /// All pages of a policy: its texts are read once for them.
    Policy(&'r Policy),
}

impl<'r> Unit<'r> {
    /// The key of its entry in the cache.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Language(_) => "language".to_owned(),
            Self::AdminLanguage(_) => "admin".to_owned(),
            Self::Admin(context) => format!("admin/{}", context.locale),
            Self::NotFound(_, path) => format!("not-found{path}"),
            Self::Index(context) => format!("index/{}", context.locale),
            Self::Choices(context) => format!("choices/{}", context.locale),
            Self::Feed(context) => format!("feed/{}", context.locale),
            Self::Sitemap => "sitemap".to_owned(),
            Self::Policy(policy) => format!("policy/{}", policy.slug),
        }
    }

    /// All units of a site.
    pub(super) fn all(renderer: &Renderer<'r>) -> Vec<Self> {
        let mut units = Vec::new();
        if let Some(context) = renderer.locale_contexts.first() {
            if renderer.site.settings.has_choice_of_language() {
                units.push(Self::Language(context));
                if renderer.theme.has(ADMIN_TEMPLATE) {
                    units.push(Self::AdminLanguage(context));
                }
            }
            units.push(Self::NotFound(context, "/404.html".to_owned()));
        }
        units.extend(renderer.locale_contexts.iter().map(Self::Choices));
        for context in renderer.document_contexts() {
            units.push(Self::Index(context));
            units.push(Self::Feed(context));
            if renderer.theme.has(ADMIN_TEMPLATE) {
                units.push(Self::Admin(context));
            }
            units.push(Self::NotFound(
                context,
                format!("/{}/404.html", context.locale),
            ));
        }
        units.push(Self::Sitemap);
        units.extend(renderer.site.policies.iter().map(Self::Policy));
        units
    }
}

/// Collects what the rendering of a unit results in.
pub(super) struct UnitBuilder<'o> {
    output: &'o dyn Output,
    pub(super) entry: CacheEntry,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) revision_use: RevisionTracker,
}

impl<'o> UnitBuilder<'o> {
    pub(super) fn new(output: &'o dyn Output) -> Self {
        Self {
            output,
            entry: CacheEntry::default(),
            diagnostics: Vec::new(),
            revision_use: RevisionTracker::default(),
        }
    }

    /// Writes a file, under a second path too if one is given.
    pub(super) fn write(&mut self, file: File, second_path: Option<String>) {
        let path = file.path.clone();
        let written = match second_path {
            None => self.output.put(file).map(|stamp| vec![(path, stamp)]),
            Some(second_path) => self
                .output
                .put_twice(file, second_path.clone())
                .map(|[first, second]| vec![(path, first), (second_path, second)]),
        };
        let files = or_report(written, &mut self.diagnostics);
        // Only outputs on disk give stamps.
        let stamped = |(path, stamp): (String, Option<Stamp>)| Some((path, stamp?));
        let stamped = files.into_iter().flatten().filter_map(stamped);
        self.entry.files.extend(stamped);
    }

    pub(super) fn write_result(&mut self, file: Result<File, Diagnostic>) {
        if let Some(file) = or_report(file, &mut self.diagnostics) {
            self.write(file, None);
        }
    }
}
