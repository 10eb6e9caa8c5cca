//! What the parts of reading a text share.

use crate::report::diagnostic::{Code, Diagnostic, FileId};
use std::ops::Range;

/// The text being read, and its diagnostics.
pub(super) struct Context<'t, 'd> {
    pub(super) text: &'t str,
    pub(super) file: FileId,
    pub(super) diagnostics: &'d mut Vec<Diagnostic>,
}

impl Context<'_, '_> {
    pub(super) fn report(
        &mut self,
        code: Code,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.diagnostics
            .push(Diagnostic::at(code, self.file, span, message, help));
    }
}
