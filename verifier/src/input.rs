//! Reads files within bounds: small ones whole, an export line by line, so that a log of any size
//! needs the memory of one line.

use crate::error::InputError;
use camino::{Utf8Path, Utf8PathBuf};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};

/// Limit of a line's length in bytes, far above that of any line of an export.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// Limit of a file that is read whole, far above any policy, list of receipts or text of an
/// archive.
pub(crate) const MAX_FILE_BYTES: u64 = 8 * 1024 * 1024;

/// One line of a file.
#[derive(Debug)]
pub(crate) struct Line {
    /// Counted from 1.
    pub(crate) number: u64,
    /// Without the line feed; at most one byte more than [`MAX_LINE_BYTES`].
    pub(crate) bytes: Vec<u8>,
    /// Whether a line feed ended it.
    pub(crate) is_ended: bool,
}

/// A file that is open, and whose first bytes may have been looked at.
pub(crate) struct Input {
    path: Utf8PathBuf,
    reader: Box<dyn BufRead>,
    /// In bytes; 0 of a pipe.
    pub(crate) length: u64,
}

impl Input {
    /// Opens a file.
    ///
    /// # Errors
    /// It can't be opened or is a folder.
    pub(crate) fn open(path: &Utf8Path) -> Result<Self, InputError> {
        let open = || {
            let file = File::open(path)?;
            let metadata = file.metadata()?;
            if metadata.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            Ok((file, metadata.len()))
        };
        let (file, length) = open().map_err(|error| unreadable(path, error))?;
        Ok(Self {
            path: path.to_owned(),
            reader: Box::new(BufReader::with_capacity(MAX_LINE_BYTES, file)),
            length,
        })
    }

    /// The first bytes, which stay to be read; of a long file at least some.
    ///
    /// # Errors
    /// It can't be read.
    pub(crate) fn prefix(&mut self) -> Result<&[u8], InputError> {
        self.reader
            .fill_buf()
            .map_err(|error| unreadable(&self.path, error))
    }

    /// Reads the first bytes, at most [`MAX_FILE_BYTES`], and leaves them to be read again; says
    /// whether they are the whole file.
    ///
    /// # Errors
    /// It can't be read.
    pub(crate) fn peek(mut self) -> Result<(Vec<u8>, bool, Self), InputError> {
        let mut bytes = Vec::new();
        let mut bounded = (&mut self.reader).take(MAX_FILE_BYTES);
        bounded
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(&self.path, error))?;
        let is_whole = (bytes.len() as u64) < MAX_FILE_BYTES;
        self.reader = Box::new(Cursor::new(bytes.clone()).chain(self.reader));
        Ok((bytes, is_whole, self))
    }

    /// The lines.
    pub(crate) fn lines(self) -> Lines {
        Lines {
            input: self,
            number: 0,
        }
    }
}

/// The lines of a file.
pub(crate) struct Lines {
    input: Input,
    number: u64,
}

impl Iterator for Lines {
    type Item = Result<Line, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = Vec::new();
        let mut bounded = (&mut self.input.reader).take(MAX_LINE_BYTES as u64 + 1);
        match bounded.read_until(b'\n', &mut bytes) {
            Err(error) => Some(Err(unreadable(&self.input.path, error))),
            Ok(0) => None,
            Ok(_) => {
                let is_ended = bytes.pop_if(|last| *last == b'\n').is_some();
                self.number = self.number.saturating_add(1);
                Some(Ok(Line {
                    number: self.number,
                    bytes,
                    is_ended,
                }))
            }
        }
    }
}

/// Reads a whole file.
///
/// # Errors
/// It can't be read or is larger than [`MAX_FILE_BYTES`].
pub(crate) fn read(path: &Utf8Path) -> Result<Vec<u8>, InputError> {
    read_up_to(path, MAX_FILE_BYTES)
}

/// Reads a whole file of at most so many bytes.
///
/// # Errors
/// It can't be read or is larger.
pub(crate) fn read_up_to(path: &Utf8Path, limit: u64) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    let mut bounded = Input::open(path)?.reader.take(limit.saturating_add(1));
    bounded
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(path, error))?;
    if bytes.len() as u64 > limit {
        return Err(InputError::TooLarge(path.to_owned(), limit));
    }
    Ok(bytes)
}

/// The content of a gzip file; `None` when it is none, or more than `limit` bytes.
pub(crate) fn gunzip(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    let mut bounded = MultiGzDecoder::new(bytes).take(limit as u64 + 1);
    match bounded.read_to_end(&mut content) {
        Ok(length) if length <= limit => Some(content),
        _ => None,
    }
}

fn unreadable(path: &Utf8Path, error: io::Error) -> InputError {
    InputError::Unreadable(path.to_owned(), error)
}
