//! Diagnostics of one TOML file.

use super::localised::{Localised, untranslated};
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use domain::Locale;
use toml::Spanned;

/// Collects the diagnostics of one file while it is checked.
pub(super) struct FileDiagnostics {
    file: FileId,
    /// Diagnostics in the order of the checks.
    pub(super) list: Vec<Diagnostic>,
}

impl FileDiagnostics {
    pub(super) const fn new(file: FileId) -> Self {
        Self {
            file,
            list: Vec::new(),
        }
    }

    /// Adds a diagnostic about a value.
    pub(super) fn add<T>(
        &mut self,
        code: Code,
        value: &Spanned<T>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = value.span();
        self.list
            .push(Diagnostic::at(code, self.file, span, message, help));
    }

    /// Adds a diagnostic for each locale in which a value has no text. `subject` names the value.
    pub(super) fn add_untranslated(
        &mut self,
        subject: &str,
        texts: &Spanned<Localised>,
        locales: &[Locale],
    ) {
        for locale in untranslated(texts.get_ref(), locales) {
            self.add(
                Code::MissingTranslation,
                texts,
                format!("{subject} has no text in `{locale}`"),
                "add it; until then readers get it in another language",
            );
        }
    }
}
