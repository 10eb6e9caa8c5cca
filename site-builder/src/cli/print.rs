//! Prints what people read to standard error, and what tools read to standard output.
//!
//! Errors of writing (`EPIPE`) are ignored: whoever closed the other end of the pipe
//! (`site-builder check | head`) wants no more output, and the exit code still tells success from
//! failure.

use std::io::Write;

/// Prints text for people.
pub(super) fn text(text: &str) {
    write(&mut std::io::stderr(), text);
}

/// Prints a line for people.
pub(super) fn line(line: &str) {
    text(&format!("{line}\n"));
}

/// Prints data for tools.
pub(super) fn data(data: &str) {
    write(&mut std::io::stdout(), data);
}

fn write(stream: &mut impl Write, text: &str) {
    #[expect(clippy::let_underscore_must_use, reason = "the module says why")]
    let _ = stream.write_all(text.as_bytes());
}
