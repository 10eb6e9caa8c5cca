//! Reads files within bounds: small ones whole, an export line by line, so that a log of any size
//! needs the memory of one line.

use crate::error::InputError;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::{File, Metadata};
use std::io::{self, BufRead as _, BufReader, Read as _};

/// Limit of a line's length in bytes, far above that of any line of an export.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// Limit of a file that is read whole, far above any key set, list of receipts or text of an
/// archive.
const MAX_FILE_BYTES: u64 = 8 * 1024 * 1024;

/// One line of a file.
#[derive(Debug)]
pub(crate) struct Line {
    /// Counted from 1.
    pub(crate) number: u64,
    /// Without the line feed; at most one byte more than [`MAX_LINE_BYTES`].
    pub(crate) bytes: Vec<u8>,
}

/// The lines of a file.
#[derive(Debug)]
pub(crate) struct Lines {
    path: Utf8PathBuf,
    reader: BufReader<File>,
    number: u64,
    /// Of the file, in bytes.
    pub(crate) length: u64,
}

/// Opens a file to be read line by line.
///
/// # Errors
/// It can't be opened or is a folder.
pub(crate) fn lines(path: &Utf8Path) -> Result<Lines, InputError> {
    let (file, metadata) = open(path).map_err(|error| unreadable(path, error))?;
    Ok(Lines {
        path: path.to_owned(),
        reader: BufReader::with_capacity(MAX_LINE_BYTES, file),
        number: 0,
        length: metadata.len(),
    })
}

/// Reads a whole file.
///
/// # Errors
/// It can't be read or is larger than [`MAX_FILE_BYTES`].
pub(crate) fn read(path: &Utf8Path) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    open(path)
        .and_then(|(file, _)| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(path, error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(InputError::TooLarge(path.to_owned(), MAX_FILE_BYTES));
    }
    Ok(bytes)
}

fn open(path: &Utf8Path) -> io::Result<(File, Metadata)> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok((file, metadata))
}

fn unreadable(path: &Utf8Path, error: io::Error) -> InputError {
    InputError::Unreadable(path.to_owned(), error)
}

impl Iterator for Lines {
    type Item = Result<Line, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = Vec::new();
        let mut bounded = (&mut self.reader).take(MAX_LINE_BYTES as u64 + 1);
        match bounded.read_until(b'\n', &mut bytes) {
            Err(error) => Some(Err(unreadable(&self.path, error))),
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
