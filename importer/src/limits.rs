//! How large a document and its parts may be.

/// Maximum size of an input in bytes, both before and after conversion to UTF-8. The longest
/// policies have a few hundred kB.
pub const SIZE_LIMIT: usize = 8 * 1024 * 1024;

/// Longest line of Markdown in bytes. Some steps take quadratic time in the length of a paragraph.
pub(crate) const LINE_LIMIT: usize = 64 * 1024;

/// Longest paragraph, item or table row in bytes of Markdown; the difference to [`LINE_LIMIT`]
/// leaves room for a clause number or list marker before it.
pub(crate) const PARAGRAPH_LIMIT: usize = LINE_LIMIT - 1024;

/// Maximum size of a Word or OpenDocument file in bytes. Most of a large one are pictures, which
/// aren't read; its text may have [`SIZE_LIMIT`] bytes.
pub const CONTAINER_LIMIT: usize = 32 * 1024 * 1024;

/// Maximum number of parts of a Word or OpenDocument file; a picture is one.
pub(crate) const PART_COUNT_LIMIT: usize = 10_000;

/// Maximum size of an unpacked part in bytes.
pub(crate) const PART_LIMIT: u64 = 64 * 1024 * 1024;

/// Maximum size of all unpacked parts together in bytes.
pub(crate) const PACKAGE_LIMIT: u64 = 160 * 1024 * 1024;

/// Maximum number of paragraphs of a Word or OpenDocument file, and of cells of its tables.
pub(crate) const PARAGRAPH_COUNT_LIMIT: usize = 200_000;
