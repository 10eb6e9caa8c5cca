//! What is made together by one thread, and what becomes of it.

use super::{ADMIN, Renderer};
use crate::diagnostic::Diagnostic;
use crate::frame::Frame;
use crate::memory::Unit;
use crate::site::Policy;
use crate::source::Stamp;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

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
    /// Its name in the memory of the next build.
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

/// A unit that is being made.
#[derive(Default)]
pub(super) struct Making {
    pub(super) unit: Unit,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) sees_revision: Arc<AtomicBool>,
}

/// A file that was handed over, with its stamp where it was written.
pub(super) type Put = (String, Option<Stamp>);

impl Making {
    /// Notes what became of a file.
    pub(super) fn take(&mut self, put: Result<Vec<Put>, Diagnostic>) {
        match put {
            Ok(files) => {
                let written = files
                    .into_iter()
                    .filter_map(|(name, stamp)| Some((name, stamp?)));
                self.unit.files.extend(written);
            }
            Err(diagnostic) => self.diagnostics.push(diagnostic),
        }
    }
}
