//! Reads the files that were named and checks them against each other.

use crate::attestation::{Attestation, Keys, checkpoints, receipts};
use crate::chain::{Expectations, LogVerifier};
use crate::error::InputError;
use crate::finding::Finding;
use crate::input;
use crate::report::Report;
use crate::texts::{Archive, TextLookup};
use camino::{Utf8Path, Utf8PathBuf};
use domain::{Manifest, archive};
use serde::de::DeserializeOwned;

/// Lines between two calls of `progress`.
const PROGRESS_INTERVAL: u64 = 4096;

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
    /// The host whose log it must be.
    pub site: Option<String>,
}

/// How much of the export has been read.
#[derive(Debug, Clone, Copy)]
pub struct BytesRead {
    /// Bytes so far.
    pub read: u64,
    /// Bytes of the file when it was opened.
    pub total: u64,
}

/// Reads and checks everything.
///
/// # Errors
/// A file can't be read, or isn't what it should be. What is wrong with a log is in the report.
pub fn verify(
    options: &Options,
    progress: &mut dyn FnMut(BytesRead),
) -> Result<Report, InputError> {
    let keys = match &options.keys {
        Some(path) => parse(path, Keys::parse)?,
        None => Keys::default(),
    };
    let archive = match &options.site_folder {
        Some(folder) => Some(read_archive(folder)?),
        None => None,
    };
    let site = match (&options.site, &options.site_folder) {
        (Some(site), _) => Some(site.clone()),
        (None, Some(folder)) => {
            Some(parse(&folder.join("manifest.json"), from_json::<Manifest>)?.site)
        }
        (None, None) => None,
    };
    let mut report = Report::new(&keys, archive.is_some());
    let attestations = match read_attestations(options, &keys)? {
        Ok(attestations) => attestations,
        Err(finding) => return Ok(report.with_finding(finding)),
    };
    report.kept = attestations
        .iter()
        .map(|attestation| attestation.name.clone())
        .collect();
    let expectations = Expectations {
        site,
        keys: &keys,
        attestations,
    };
    match &options.log {
        Some(log) => {
            let verifier = LogVerifier::new(expectations, archive.map(TextLookup::new));
            verify_log(log, verifier, report, progress)
        }
        None => Ok(report.without_log(&expectations)),
    }
}

fn verify_log(
    path: &Utf8Path,
    mut verifier: LogVerifier<'_>,
    mut report: Report,
    progress: &mut dyn FnMut(BytesRead),
) -> Result<Report, InputError> {
    let mut file = input::lines(path)?;
    let (total, mut read, mut failure) = (file.length, 0_u64, None);
    let mut lines = std::iter::from_fn(|| match file.next()? {
        Ok(line) => Some(line),
        Err(error) => {
            failure = Some(error);
            None
        }
    });
    let mut finding = None;
    while let Some(line) = lines.next() {
        read = read.saturating_add(line.bytes.len() as u64 + 1);
        if line.number.is_multiple_of(PROGRESS_INTERVAL) {
            progress(BytesRead { read, total });
        }
        if let Err(found) = verifier.verify_line(&line, &mut lines) {
            finding = Some(found);
            break;
        }
    }
    if let Some(error) = failure {
        return Err(error);
    }
    report.record_progress(&verifier);
    Ok(match finding {
        Some(finding) => report.with_finding(finding),
        None => report.finish(&verifier),
    })
}

/// Checkpoints and receipts that were kept, or what is wrong with the first that isn't genuine.
fn read_attestations(
    options: &Options,
    keys: &Keys,
) -> Result<Result<Vec<Attestation>, Finding>, InputError> {
    let mut attestations = Vec::new();
    for path in &options.checkpoints {
        for signed in parse(path, checkpoints)? {
            match Attestation::from_checkpoint(&signed, keys) {
                Ok(attestation) => attestations.push(attestation),
                Err((kind, message)) => {
                    let sequence = Some(signed.checkpoint.sequence);
                    let message = format!("{message} (`{path}`)");
                    return Ok(Err(Finding::without_line(kind, sequence, message)));
                }
            }
        }
    }
    for path in &options.receipts {
        for receipt in parse(path, receipts)? {
            match Attestation::from_receipt(&receipt, keys) {
                Ok(attestation) => attestations.push(attestation),
                Err(finding) => return Ok(Err(finding)),
            }
        }
    }
    Ok(Ok(attestations))
}

fn read_archive(site: &Utf8Path) -> Result<Archive, InputError> {
    let folder = site.join(archive::FOLDER);
    let index = parse(&folder.join(archive::INDEX), from_json)?;
    Archive::new(index, |name| input::read(&folder.join(name)))
        .map_err(|message| InputError::BrokenArchive(folder, message))
}

fn from_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    serde_json::from_slice(json).map_err(|error| error.to_string())
}

fn parse<T>(
    path: &Utf8Path,
    parse: impl FnOnce(&[u8]) -> Result<T, String>,
) -> Result<T, InputError> {
    let bytes = input::read(path)?;
    parse(&bytes).map_err(|message| InputError::Invalid(path.to_owned(), message))
}
