//! Reads what was named and checks it.

use crate::chain::ChainExport;
use crate::error::InputError;
use crate::evidence::{Evidence, Means};
use crate::finding::Finding;
use crate::folder::Folder;
use crate::http::{Address, Client};
use crate::input::{self, Input, Line};
use crate::report::{Report, TextCounts};
use crate::texts::Archive;
use crate::tree::{ReceiptFile, Source, TileWalk, TreeExport, is_export};
use crate::trust::{Policy, Trust, WebKeys};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use domain::tlog::Note;
use domain::{Manifest, SubjectId, Timestamp, archive};
use serde::de::DeserializeOwned;

/// Lines between two calls of `progress`.
const PROGRESS_INTERVAL: u64 = 4096;

/// What to check against what.
#[derive(Debug, Clone, Default, Args)]
pub struct Options {
    /// What to check: a receipt (`.tlog-proof`, or the JSON in which it came), an export, kept
    /// checkpoints, a folder with `checkpoint` and `tile/`, or the address of a site.
    #[arg(required_unless_present_any = ["receipts", "checkpoints"])]
    pub thing: Option<Utf8PathBuf>,
    /// The log's keys, its witnesses, and how many of them must have signed: a C2SP tlog-policy,
    /// such as `https://cap.kz/log/policy`.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<Utf8PathBuf>,
    /// The log's keys alone, from `GET /api/consent/keys`.
    #[arg(long, value_name = "FILE")]
    pub keys: Option<Utf8PathBuf>,
    /// Checkpoints kept from earlier, or the state of `monitor`; may be given more than once.
    #[arg(long = "checkpoint", value_name = "FILE")]
    pub checkpoints: Vec<Utf8PathBuf>,
    /// A receipt that must be of this log; may be given more than once.
    #[arg(long = "receipt", value_name = "FILE")]
    pub receipts: Vec<Utf8PathBuf>,
    /// The log's tiles, a folder or the address of the site, to learn which record of an export is
    /// wrong, or that the beginning of one that was cut short is right.
    #[arg(long, value_name = "FOLDER|ADDRESS")]
    pub tiles: Option<Utf8PathBuf>,
    /// The built site, such as `dist/cap.kz`: looks up in its archive what records say was shown.
    #[arg(long, value_name = "FOLDER")]
    pub site_folder: Option<Utf8PathBuf>,
    /// Whose log it must be [default: as the site folder says, or else as the thing itself does].
    #[arg(long, value_name = "HOST")]
    pub site: Option<String>,
    /// The visitor's id, second field of the cookie `kelisim_cc_cookie`: receipts must be of this
    /// visitor.
    // One of 64 begins with `-`, as options do.
    #[arg(long, value_name = "ID", value_parser = parse_subject, allow_hyphen_values = true)]
    pub subject: Option<SubjectId>,
    /// A file with an admin token, to check the entries of a live log as well.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<Utf8PathBuf>,
}

fn parse_subject(text: &str) -> Result<SubjectId, domain::InvalidId> {
    SubjectId::try_from(text)
}

/// Reads and checks everything. `now` is the time of the check, which no record is later than.
/// `progress` gets how much was read so far, and how much there is.
///
/// # Errors
/// Something can't be read, or isn't what it should be. What is wrong with a log is in the report.
pub fn verify(
    options: &Options,
    now: Timestamp,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, InputError> {
    let address = options.thing.as_deref().and_then(Address::parse);
    let client = match address {
        Some(address) => Some(Client::new(address?, options.token_file.as_deref())?),
        None => None,
    };
    let mut trust = read_trust(options)?;
    let mut report = Report::default();
    if let Some(client) = client.as_ref().filter(|_| trust.is_empty()) {
        trust.policy = Some(client.policy()?.1);
        report.remarks.push(format!(
            "the keys are those that the log itself publishes today; keep `{}` and give it with `--policy`, so that others can't take their place",
            client.policy_address()
        ));
    }
    let archive = options
        .site_folder
        .as_deref()
        .map(read_archive)
        .transpose()?;
    let means = Means {
        trust: &trust,
        archive: archive.as_ref(),
        now,
        subject: options.subject,
    };
    let host = client.as_ref().and_then(|client| client.address().host());
    report.site = expected_site(options)?.or_else(|| host.map(str::to_owned));
    report.signatures_checked = !trust.is_empty();
    report.texts = archive.as_ref().map(|_| TextCounts::default());
    let mut evidence = Evidence::default();
    let report = match read_evidence(options, &means, &mut evidence)? {
        Err(finding) => *report.with(finding),
        Ok(()) => match (client, options.thing.as_deref()) {
            (Some(mut client), _) => check_live(&mut client, report, &means, &evidence, progress)?,
            (None, Some(path)) if path.is_dir() => {
                check_folder(path, report, &means, &evidence, progress)?
            }
            (None, Some(path)) => {
                let tiles = options.tiles.as_deref().map(tile_source).transpose()?;
                check_file(path, tiles, report, &means, evidence, progress)?
            }
            (None, None) => {
                report.kept = evidence.names();
                evidence.report(report, &means)
            }
        },
    };
    Ok(report.conclude())
}

/// The kept checkpoints and receipts, or a finding about the first that does not verify.
fn read_evidence(
    options: &Options,
    means: &Means<'_>,
    evidence: &mut Evidence,
) -> Result<Result<(), Finding>, InputError> {
    for path in &options.checkpoints {
        let read = evidence.add_checkpoints(path, &input::read(path)?, means)?;
        if read.is_err() {
            return Ok(read);
        }
    }
    for path in &options.receipts {
        let read = evidence.read_receipts(path, means)?;
        if read.is_err() {
            return Ok(read);
        }
    }
    Ok(Ok(()))
}

/// Checks the tiles of a server.
fn check_live(
    client: &mut Client,
    report: Report,
    means: &Means<'_>,
    evidence: &Evidence,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, InputError> {
    let checkpoint = client.checkpoint()?;
    check_tiles(&checkpoint, client, report, means, evidence, progress)
}

/// Checks the tiles of a folder.
fn check_folder(
    path: &Utf8Path,
    report: Report,
    means: &Means<'_>,
    evidence: &Evidence,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, InputError> {
    let mut folder = Folder::new(path);
    let checkpoint = folder.checkpoint()?;
    check_tiles(&checkpoint, &mut folder, report, means, evidence, progress)
}

/// Checks tiles against a checkpoint.
pub(crate) fn check_tiles(
    checkpoint: &[u8],
    source: &mut dyn Source,
    mut report: Report,
    means: &Means<'_>,
    evidence: &Evidence,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, InputError> {
    report.kept = evidence.names();
    let context = evidence.context(means);
    let note = Note::parse(&String::from_utf8_lossy(checkpoint)).map_err(|error| {
        (
            crate::FindingKind::Unreadable,
            format!("the checkpoint can't be read: {error}"),
        )
    });
    let signed = note.and_then(|note| means.trust.verify_note(&note, "the checkpoint"));
    match signed {
        Ok(signed) => TileWalk::check(&context, report, signed, source, progress),
        Err((kind, message)) => Ok(*report.with(Finding::without_line(kind, None, message))),
    }
}

/// The tiles of a folder or server.
fn tile_source(path: &Utf8Path) -> Result<Box<dyn Source>, InputError> {
    Ok(match Address::parse(path) {
        Some(address) => Box::new(Client::new(address?, None)?),
        None => Box::new(Folder::new(path)),
    })
}

/// Finds out what a file is, and checks it.
fn check_file(
    path: &Utf8Path,
    tiles: Option<Box<dyn Source>>,
    mut report: Report,
    means: &Means<'_>,
    mut evidence: Evidence,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, InputError> {
    let mut file = Input::open(path)?;
    if is_export(file.prefix()?) {
        return check_export(file, tiles, report, means, &evidence, progress);
    }
    let (bytes, is_whole, file) = file.peek()?;
    if is_whole {
        let invalid = |message| InputError::Invalid(path.to_owned(), message);
        let added = if let Some(receipts) = ReceiptFile::parse(&bytes).map_err(invalid)? {
            Some(evidence.add_receipts(path, receipts, means)?)
        } else if is_checkpoint(&bytes) {
            Some(evidence.add_checkpoints(path, &bytes, means)?)
        } else {
            None
        };
        if let Some(added) = added {
            report.kept = evidence.names();
            return Ok(match added {
                Ok(()) => evidence.report(report, means),
                Err(finding) => *report.with(finding),
            });
        }
    }
    report.kept = evidence.names();
    let export = ChainExport::new(
        report,
        means.trust,
        evidence.attestations().to_vec(),
        means.archive,
        means.now,
    );
    let (length, mut lines) = (file.length, file.lines());
    each_line(
        &mut lines,
        length,
        progress,
        export,
        |export, line, rest| export.verify_line(line, rest),
    )
    .map(|(export, verified)| export.report(verified))
}

/// Whether a file is a signed note or the state of a monitor.
fn is_checkpoint(bytes: &[u8]) -> bool {
    let signature = "\n\n— ".as_bytes();
    let mut windows = bytes.windows(signature.len());
    !bytes.starts_with(b"{\"") && windows.any(|window| window == signature)
}

fn check_export(
    file: Input,
    tiles: Option<Box<dyn Source>>,
    mut report: Report,
    means: &Means<'_>,
    evidence: &Evidence,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, InputError> {
    report.kept = evidence.names();
    let context = evidence.context(means);
    let (length, mut lines) = (file.length, file.lines());
    let Some(first) = lines.next().transpose()? else {
        return Ok(report);
    };
    let export = match TreeExport::new(&context, report, &first, tiles) {
        Ok(export) => export,
        Err(report) => return Ok(*report),
    };
    each_line(&mut lines, length, progress, export, |export, line, _| {
        export.verify_line(line)
    })
    .map(|(export, verified)| export.report(verified))
}

/// Calls `verify` with each line and the lines behind it, until one is wrong.
fn each_line<E>(
    lines: &mut dyn Iterator<Item = Result<Line, InputError>>,
    length: u64,
    progress: &mut dyn FnMut(u64, u64),
    mut export: E,
    mut verify: impl FnMut(&mut E, &Line, &mut dyn Iterator<Item = Line>) -> Result<(), Finding>,
) -> Result<(E, Result<(), Finding>), InputError> {
    let (mut read, mut failure) = (0_u64, None);
    let mut lines = std::iter::from_fn(|| match lines.next()? {
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
            progress(read, length);
        }
        verified = verify(&mut export, &line, &mut lines);
        if verified.is_err() {
            break;
        }
    }
    match failure {
        Some(error) => Err(error),
        None => Ok((export, verified)),
    }
}

/// The keys that were given.
///
/// # Errors
/// A file can't be read, or isn't what it should be.
pub(crate) fn read_trust(options: &Options) -> Result<Trust, InputError> {
    let policy = options.policy.as_deref();
    let keys = options.keys.as_deref();
    Ok(Trust {
        policy: policy.map(|path| parse(path, Policy::parse)).transpose()?,
        keys: keys.map(|path| parse(path, WebKeys::parse)).transpose()?,
    })
}

fn expected_site(options: &Options) -> Result<Option<String>, InputError> {
    if options.site.is_some() {
        return Ok(options.site.clone());
    }
    let Some(folder) = options.site_folder.as_deref() else {
        return Ok(None);
    };
    let manifest = parse(&folder.join("manifest.json"), from_json::<Manifest>)?;
    Ok(Some(manifest.site))
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
