//! Destinations of rendered files: the disk ([`super::staging::StagedOutput`]), memory, or none.

use super::file::File;
use super::locked;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::Stamp;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A destination of files, each written as soon as it is rendered, by several threads at once.
pub trait Output: Sync {
    /// Writes a file. Returns its stamp, where it is on disk.
    ///
    /// # Errors
    /// The diagnostic of a file that can't be written.
    fn put(&self, file: File) -> Result<Option<Stamp>, Diagnostic>;

    /// Writes a file under two paths. Returns the stamps of both.
    ///
    /// # Errors
    /// The diagnostic of a file that can't be written.
    fn put_twice(&self, file: File, second: String) -> Result<[Option<Stamp>; 2], Diagnostic> {
        let again = File {
            path: second,
            bytes: file.bytes.clone(),
        };
        Ok([self.put(file)?, self.put(again)?])
    }

    /// Reuses files of the previous build if all of them still have their stamps, else none. Only
    /// an output on disk can do so.
    fn reuse(&self, _files: &[(String, Stamp)]) -> bool {
        false
    }
}

/// Keeps all files in memory.
#[derive(Debug, Default)]
pub struct MemoryOutput(Mutex<Vec<File>>);

impl MemoryOutput {
    /// The files, sorted by their paths.
    pub fn into_files(self) -> Vec<File> {
        let mut files = std::mem::take(&mut *locked(&self.0));
        files.sort_by(|before, after| before.path.cmp(&after.path));
        files
    }
}

impl Output for MemoryOutput {
    fn put(&self, file: File) -> Result<Option<Stamp>, Diagnostic> {
        locked(&self.0).push(file);
        Ok(None)
    }
}

/// Drops all files: for builds that only look for mistakes.
#[derive(Debug)]
pub struct NullOutput;

impl Output for NullOutput {
    fn put(&self, _: File) -> Result<Option<Stamp>, Diagnostic> {
        Ok(None)
    }
}

/// Passes files on and records their paths, to find duplicates.
pub struct TrackedOutput<'o> {
    output: &'o dyn Output,
    paths: Mutex<Vec<String>>,
}

impl<'o> TrackedOutput<'o> {
    /// Passes files on to an output.
    pub fn new(output: &'o dyn Output) -> Self {
        Self {
            output,
            paths: Mutex::default(),
        }
    }

    /// A diagnostic for each address that several files have.
    pub fn duplicates(&self) -> Vec<Diagnostic> {
        duplicates(&locked(&self.paths))
    }
}

impl Output for TrackedOutput<'_> {
    fn put(&self, file: File) -> Result<Option<Stamp>, Diagnostic> {
        locked(&self.paths).push(file.path.clone());
        self.output.put(file)
    }

    fn put_twice(&self, file: File, second: String) -> Result<[Option<Stamp>; 2], Diagnostic> {
        locked(&self.paths).extend([file.path.clone(), second.clone()]);
        self.output.put_twice(file, second)
    }

    fn reuse(&self, files: &[(String, Stamp)]) -> bool {
        let is_reused = self.output.reuse(files);
        if is_reused {
            locked(&self.paths).extend(files.iter().map(|(path, _)| path.clone()));
        }
        is_reused
    }
}

fn duplicates(paths: &[String]) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for path in paths {
        *seen.entry(path).or_insert(0) += 1;
    }
    seen.into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(path, count)| {
            Diagnostic::on(
                Code::DuplicateAddress,
                path,
                format!("{count} pages have the address `/{path}`"),
                "rename a policy or an asset of the theme",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_files_of_one_address_are_reported_once() {
        let tracked = TrackedOutput::new(&NullOutput);
        for address in ["/kk/", "/ru/", "/kk/", "/kk/index.html"] {
            tracked.put(File::page(address, String::new())).unwrap();
        }
        let duplicates = tracked.duplicates();
        let found: Vec<(Code, &str)> = duplicates
            .iter()
            .map(|diagnostic| (diagnostic.code, diagnostic.message.as_str()))
            .collect();
        let message = "3 pages have the address `/kk/index.html`";
        assert_eq!(found, [(Code::DuplicateAddress, message)]);
    }
}
