//! How large a document and its parts may be.

/// Maximum size of an input in bytes, both before and after conversion to UTF-8. The longest
/// policies have a few hundred kB.
pub const SIZE_LIMIT: usize = 8 * 1024 * 1024;

/// Longest line of Markdown in bytes. Some steps take quadratic time in the length of a paragraph.
pub(crate) const LINE_LIMIT: usize = 64 * 1024;

/// Longest paragraph, item or table row in bytes of Markdown; the difference to [`LINE_LIMIT`]
/// leaves room for a clause number or list marker before it.
pub(crate) const PARAGRAPH_LIMIT: usize = LINE_LIMIT - 1024;
