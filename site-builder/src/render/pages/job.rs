//! What is made together by one thread, and what becomes of it.

use super::{ADMIN, Renderer};
use crate::model::site::Policy;
use crate::output::cache::CacheEntry;
use crate::output::file::File;
use crate::output::sink::Output;
use crate::render::context::Frame;
use crate::report::diagnostic::Diagnostic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Files that are made together, by one thread.
pub(super) enum Job<'r> {
    Language(&'r Frame),
    /// The language of the operator's page.
    AdminLanguage(&'r Frame),
    Admin(&'r Frame),
    NotFound(&'r Frame, String),
    Index(&'r Frame),
    Choices(&'r Frame),
    /// The editions of all policies, for programs that follow them.
    Feed(&'r Frame),
    Sitemap,
    /// All pages of a policy: its texts are read once for them.
    Policy(&'r Policy),
}

impl<'r> Job<'r> {
    /// Its name in the cache.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Language(_) => "language".to_owned(),
            Self::AdminLanguage(_) => "admin".to_owned(),
            Self::Admin(frame) => format!("admin/{}", frame.locale),
            Self::NotFound(_, path) => format!("not-found{path}"),
            Self::Index(frame) => format!("index/{}", frame.locale),
            Self::Choices(frame) => format!("choices/{}", frame.locale),
            Self::Feed(frame) => format!("feed/{}", frame.locale),
            Self::Sitemap => "sitemap".to_owned(),
            Self::Policy(policy) => format!("policy/{}", policy.slug),
        }
    }

    /// Everything that a site consists of.
    pub(super) fn all(renderer: &Renderer<'r>) -> Vec<Self> {
        let mut jobs = Vec::new();
        if let Some(frame) = renderer.frames.first() {
            jobs.push(Self::Language(frame));
            if renderer.theme.has(ADMIN) {
                jobs.push(Self::AdminLanguage(frame));
            }
            jobs.push(Self::NotFound(frame, "/404.html".to_owned()));
        }
        for frame in renderer.frames {
            jobs.push(Self::Index(frame));
            jobs.push(Self::Choices(frame));
            jobs.push(Self::Feed(frame));
            if renderer.theme.has(ADMIN) {
                jobs.push(Self::Admin(frame));
            }
            jobs.push(Self::NotFound(frame, format!("/{}/404.html", frame.locale)));
        }
        jobs.push(Self::Sitemap);
        jobs.extend(renderer.site.policies.iter().map(Self::Policy));
        jobs
    }
}

/// Pages that are rendered together, and what the next build has to know of them.
pub(super) struct UnitBuilder<'o> {
    output: &'o dyn Output,
    pub(super) entry: CacheEntry,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Set by a template that uses the revision.
    pub(super) uses_revision: Arc<AtomicBool>,
}

impl<'o> UnitBuilder<'o> {
    pub(super) fn new(output: &'o dyn Output) -> Self {
        Self {
            output,
            entry: CacheEntry::default(),
            diagnostics: Vec::new(),
            uses_revision: Arc::default(),
        }
    }

    /// Hands a file over, under a second path too where there is one.
    pub(super) fn put(&mut self, file: File, second: Option<String>) {
        let first = file.path.clone();
        let put = match second {
            None => self.output.put(file).map(|stamp| vec![(first, stamp)]),
            Some(second) => {
                let both = self.output.put_twice(file, second.clone());
                both.map(|[one, other]| vec![(first, one), (second, other)])
            }
        };
        match put {
            Ok(files) => {
                let written = files
                    .into_iter()
                    .filter_map(|(name, stamp)| Some((name, stamp?)));
                self.entry.files.extend(written);
            }
            Err(diagnostic) => self.diagnostics.push(diagnostic),
        }
    }

    pub(super) fn finish(self) -> (CacheEntry, Vec<Diagnostic>) {
        let entry = CacheEntry {
            uses_revision: self.uses_revision.load(Ordering::Relaxed),
            ..self.entry
        };
        (entry, self.diagnostics)
    }
}
