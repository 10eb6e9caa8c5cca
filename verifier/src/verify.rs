//! Reads the files that were named and checks them against each other.

use crate::attestation::{Attestation, Keys, checkpoints, receipts};
use crate::chain::LogVerifier;
use crate::error::InputError;
use crate::finding::Finding;
use crate::input;
use crate::report::{Report, TextCounts};
use crate::texts::Archive;
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use domain::{Manifest, archive};
use serde::de::DeserializeOwned;

/// Lines between two calls of `progress`.
const PROGRESS_INTERVAL: u64 = 4096;

/// What to check against what.
#[derive(Debug, Clone, Default, Args)]
pub struct Options {
    /// The export of a consent log: NDJSON from `GET /api/consent/export`.
    #[arg(required_unless_present_any = ["receipts", "checkpoints"])]
    pub log: Option<Utf8PathBuf>,
    /// The log's public keys, from `GET /api/consent/keys`; without them no signature is checked.
    #[arg(long, value_name = "FILE")]
    pub keys: Option<Utf8PathBuf>,
    /// Checkpoints kept from earlier exports, one a line; may be given more than once.
    #[arg(long = "checkpoint", value_name = "FILE")]
    pub checkpoints: Vec<Utf8PathBuf>,
    /// A visitor's receipt, or the answer of `GET /api/consent/records`; may be given more than
    /// once.
    #[arg(long = "receipt", value_name = "FILE")]
    pub receipts: Vec<Utf8PathBuf>,
    /// The built site, such as `dist/cap.kz`: looks up in its archive what records say was shown.
    #[arg(long, value_name = "FOLDER")]
    pub site_folder: Option<Utf8PathBuf>,
    /// Whose log it must be [default: as the site folder says, or else as the export's first line
    /// does].
    #[arg(long, value_name = "HOST")]
    pub site: Option<String>,
}

/// Reads and checks everything. `progress` gets the bytes of the export that were read so far, and
/// those that the file had when it was opened.
///
/// # Errors
/// A file can't be read, or isn't what it should be. What is wrong with a log is in the report.
pub fn verify(options: &Options, progress: &mut dyn FnMut(u64, u64)) -> Result<Report, InputError> {
    let keys = match &options.keys {
        Some(path) => parse(path, Keys::parse)?,
        None => Keys::default(),
    };
    let folder = options.site_folder.as_deref();
    let archive = folder.map(read_archive).transpose()?;
    let site = match (&options.site, folder) {
        (Some(site), _) => Some(site.clone()),
        (None, Some(folder)) => {
            Some(parse(&folder.join("manifest.json"), from_json::<Manifest>)?.site)
        }
        (None, None) => None,
    };
    let mut report = Report {
        signatures_checked: !keys.is_empty(),
        texts: archive.as_ref().map(|_| TextCounts::default()),
        ..Report::default()
    };
    let attestations = match read_attestations(options, &keys)? {
        Ok(attestations) => attestations,
        Err(finding) => {
            report.finding = Some(finding);
            return Ok(report);
        }
    };
    let names = attestations.iter().map(|one| one.name.clone());
    report.kept = names.collect();
    match &options.log {
        Some(log) => {
            report.site = site;
            let verifier = LogVerifier::new(report, &keys, attestations, archive);
            verify_log(log, verifier, progress)
        }
        None => {
            // Attestations alone prove something only by their signatures.
            report.verified = report.signatures_checked;
            report.site = attestations.into_iter().next().map(|one| one.site);
            Ok(report)
        }
    }
}

fn verify_log(
    path: &Utf8Path,
    mut verifier: LogVerifier<'_>,
    progress: &mut dyn FnMut(u64, u64),
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
    let mut verified = Ok(());
    while let Some(line) = lines.next() {
        read = read.saturating_add(line.bytes.len() as u64 + 1);
        if line.number.is_multiple_of(PROGRESS_INTERVAL) {
            progress(read, total);
        }
        verified = verifier.verify_line(&line, &mut lines);
        if verified.is_err() {
            break;
        }
    }
    match failure {
        Some(error) => Err(error),
        None => Ok(verifier.report(verified)),
    }
}

/// The checkpoints and receipts that were given, or a finding about the first that does not verify.
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
            match Attestation::from_receipt(receipt, keys) {
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
