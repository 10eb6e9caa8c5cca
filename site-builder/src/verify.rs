//! Checks what a consent log exports, without trusting who runs it and without a network.
//!
//! 1. [`Keys`], kept checkpoints and receipts are read, and their own signatures checked.
//! 2. The export is walked along line by line: form, hashes, order, checkpoints, dates, and whatever was kept from earlier.
//! 3. The texts that records name are looked up in the archive of the built site.
//!
//! What is signed and how an export is written stands in edge-worker/README.md, what it all proves in docs/evidence.md.

mod explain;
mod finding;
mod proof;
mod report;
mod texts;
mod walk;

pub use finding::{Finding, Kind};
pub use proof::{Keys, Receipt, checkpoints, receipts};
pub use report::Report;
pub use texts::Archive;

use crate::archive;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::{self, Line};
use camino::{Utf8Path, Utf8PathBuf};
use domain::{Digest, Manifest};
use proof::{Witness, testify, witness};
use texts::Texts;
use walk::{Known, Walk};

/// Between two reports of progress.
const STEP: u64 = 4096;

/// What to check against what.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The export, NDJSON.
    pub log: Option<Utf8PathBuf>,
    /// The log's public keys.
    pub keys: Option<Utf8PathBuf>,
    /// Checkpoints that were kept.
    pub checkpoints: Vec<Utf8PathBuf>,
    /// Receipts that were kept.
    pub receipts: Vec<Utf8PathBuf>,
    /// The built site.
    pub site_folder: Option<Utf8PathBuf>,
    /// Whose log it must be.
    pub site: Option<String>,
}

/// How far a check has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Lines that were read.
    pub lines: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// Bytes that there are.
    pub of: u64,
}

/// Reads and checks everything.
///
/// # Errors
/// The diagnostic of a file that can't be read, or isn't what it should be. What is wrong with a log is in the report.
pub fn verify(options: &Options, progress: &mut dyn FnMut(Progress)) -> Result<Report, Diagnostic> {
    let keys = match &options.keys {
        Some(path) => parsed(path, Keys::parse)?,
        None => Keys::default(),
    };
    let archive = match &options.site_folder {
        Some(folder) => Some(read_archive(folder)?),
        None => None,
    };
    let site = match (&options.site, &options.site_folder) {
        (Some(site), _) => Some(site.clone()),
        (None, Some(folder)) => {
            let manifest = folder.join("manifest.json");
            let read = |json: &[u8]| {
                serde_json::from_slice::<Manifest>(json).map_err(|error| error.to_string())
            };
            Some(parsed(&manifest, read)?.site)
        }
        (None, None) => None,
    };
    let mut report = Report::new(&keys, archive.is_some());
    let witnesses = match witnesses(options, &keys)? {
        Ok(witnesses) => witnesses,
        Err(finding) => return Ok(report.with(finding)),
    };
    report.kept = witnesses
        .iter()
        .map(|witness| witness.name.clone())
        .collect();
    let known = Known {
        site,
        keys: &keys,
        witnesses,
    };
    match &options.log {
        Some(log) => {
            let walk = Walk::new(known, archive.map(Texts::new));
            follow(log, walk, report, progress)
        }
        None => Ok(report.without_log(&known)),
    }
}

fn follow(
    path: &Utf8Path,
    mut walk: Walk<'_>,
    mut report: Report,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, Diagnostic> {
    let mut source = source::lines(path)?;
    let (of, mut bytes, mut failure) = (source.length, 0_u64, None);
    let mut lines = std::iter::from_fn(|| match source.next()? {
        Ok(line) => Some(line),
        Err(diagnostic) => {
            failure = Some(diagnostic);
            None
        }
    });
    let mut finding = None;
    while let Some(line) = lines.next() {
        let Line { number, .. } = line;
        bytes = bytes.saturating_add(line.bytes.len() as u64 + 1);
        if number.is_multiple_of(STEP) {
            progress(Progress {
                lines: number,
                bytes,
                of,
            });
        }
        if let Err(found) = walk.step(&line, &mut lines) {
            finding = Some(found);
            break;
        }
    }
    if let Some(diagnostic) = failure {
        return Err(diagnostic);
    }
    report.take(&walk);
    Ok(match finding {
        Some(finding) => report.with(finding),
        None => report.finish(&walk),
    })
}

/// What was kept, each with its own signature checked.
fn witnesses(options: &Options, keys: &Keys) -> Result<Result<Vec<Witness>, Finding>, Diagnostic> {
    let mut witnesses = Vec::new();
    for path in &options.checkpoints {
        for signed in parsed(path, checkpoints)? {
            match witness(&signed, keys) {
                Ok(witness) => witnesses.push(witness),
                Err((kind, message)) => {
                    let sequence = Some(signed.checkpoint.sequence);
                    let message = format!("{message} (`{path}`)");
                    return Ok(Err(Finding::beside(kind, sequence, message)));
                }
            }
        }
    }
    for path in &options.receipts {
        for receipt in parsed(path, receipts)? {
            match testify(&receipt, keys) {
                Ok(witness) => witnesses.push(witness),
                Err(finding) => return Ok(Err(finding)),
            }
        }
    }
    Ok(Ok(witnesses))
}

fn parsed<T>(path: &Utf8Path, parse: impl Fn(&[u8]) -> Result<T, String>) -> Result<T, Diagnostic> {
    let bytes = source::read_bytes(path)?;
    parse(&bytes).map_err(|message| {
        Diagnostic::on(
            Code::InvalidText,
            path.as_str(),
            format!("`{path}`: {message}"),
            "`site-builder verify --help` says what each file is and where it comes from",
        )
    })
}

fn read_archive(site: &Utf8Path) -> Result<Archive, Diagnostic> {
    let folder = site.join(archive::FOLDER);
    let index = folder.join(archive::INDEX);
    let listed = parsed(&index, |json| {
        serde_json::from_slice(json).map_err(|error| error.to_string())
    })?;
    let digest_of = |name: &str| {
        let bytes = source::read_bytes(&folder.join(name)).ok()?;
        Some(Digest::of(&[&bytes]))
    };
    Archive::new(listed, digest_of).map_err(|message| {
        Diagnostic::on(
            Code::BrokenArchive,
            folder.as_str(),
            message,
            "take the archive of a build that nobody touched",
        )
    })
}

#[cfg(test)]
mod tests;
