//! Answers that are kept beside the sites until a new one is written, so that an interrupted run can
//! be gone on with. All of them are going to be published.

use super::form::Given;
use super::interview::Keeper;
use crate::content::toml_file;
use crate::output::disk;
use crate::report::diagnostic::Diagnostic;
use crate::report::source::{self, Sources};
use camino::{Utf8Path, Utf8PathBuf};
use toml_edit::{DocumentMut, value};

/// The file of the answers for a host. Builds ignore names that begin with a dot.
pub fn file(content: &Utf8Path, host: &str) -> Utf8PathBuf {
    content.join(format!(".new-{host}.toml"))
}

/// Reads the answers of an earlier run; none if there are none.
///
/// # Errors
/// The diagnostic of a file that can't be read.
pub fn read(sources: &mut Sources, path: &Utf8Path) -> Result<Given, Diagnostic> {
    if !source::exists(path) {
        return Ok(Given::new());
    }
    let file = sources.read(path)?;
    toml_file::parse(sources, file, "remove the file, and begin anew")
}

/// Keeps answers in a file.
#[derive(Debug)]
pub struct KeptFile(pub Utf8PathBuf);

impl Keeper for KeptFile {
    fn keep(&mut self, given: &Given) -> Result<(), Diagnostic> {
        let mut table = DocumentMut::new();
        for (key, answer) in given {
            table.insert(key, value(answer));
        }
        disk::write_atomically(&self.0, table.to_string().as_bytes())
    }

    fn place(&self) -> &str {
        self.0.as_str()
    }
}
