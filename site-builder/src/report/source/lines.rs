//! Reads a file line by line, so that a log of any size needs the memory of one line.

use crate::report::diagnostic::{Code, Diagnostic};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};

/// No line of an export is longer, by far.
pub const LONGEST_LINE: usize = 64 * 1024;

/// One line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: u64,
    /// Its bytes, without the line feed; at most one more than [`LONGEST_LINE`].
    pub bytes: Vec<u8>,
}

/// The lines of a file.
#[derive(Debug)]
pub struct Lines {
    path: Utf8PathBuf,
    reader: BufReader<File>,
    number: u64,
    /// How many bytes the file has.
    pub length: u64,
}

/// Opens a file to be read line by line.
///
/// # Errors
/// A diagnostic when it can't be opened.
#[expect(
    clippy::disallowed_methods,
    reason = "this belongs to the module that reads"
)]
pub fn lines(path: &Utf8Path) -> Result<Lines, Diagnostic> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
    if metadata.is_dir() {
        return Err(unreadable(path, &std::io::ErrorKind::IsADirectory.into()));
    }
    Ok(Lines {
        path: path.to_owned(),
        reader: BufReader::with_capacity(LONGEST_LINE, file),
        number: 0,
        length: metadata.len(),
    })
}

fn unreadable(path: &Utf8Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::on(
        Code::UnreadableFile,
        path.as_str(),
        format!("`{path}` can't be read: {error}"),
        "check that it is there, that it is a file, and that you may read it",
    )
}

impl Iterator for Lines {
    type Item = Result<Line, Diagnostic>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = Vec::new();
        let bound = u64::try_from(LONGEST_LINE).unwrap_or(u64::MAX);
        let mut bounded = (&mut self.reader).take(bound.saturating_add(1));
        match bounded.read_until(b'\n', &mut bytes) {
            Err(error) => Some(Err(unreadable(&self.path, &error))),
            Ok(0) => None,
            Ok(_) => {
                bytes.pop_if(|last| *last == b'\n');
                self.number = self.number.saturating_add(1);
                Some(Ok(Line {
                    number: self.number,
                    bytes,
                }))
            }
        }
    }
}
