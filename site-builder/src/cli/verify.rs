//! `site-builder verify`: arguments, progress and the printed report.

use super::{Format, emit, finish, refusal};
use crate::verify::{self, Options, Progress};
use camino::Utf8PathBuf;
use clap::Args;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How often progress is shown.
const TICK: Duration = Duration::from_millis(200);

#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// The export of a consent log: NDJSON from `GET /api/consent/export`.
    #[arg(required_unless_present_any = ["receipts", "checkpoints"])]
    log: Option<Utf8PathBuf>,
    /// The log's public keys, from `GET /api/consent/keys`; without them no signature is checked.
    #[arg(long, value_name = "FILE")]
    keys: Option<Utf8PathBuf>,
    /// Checkpoints kept from earlier exports, one a line; may be given more than once.
    #[arg(long = "checkpoint", value_name = "FILE")]
    checkpoints: Vec<Utf8PathBuf>,
    /// A visitor's receipt, or the answer of `GET /api/consent/records`; may be given more than once.
    #[arg(long = "receipt", value_name = "FILE")]
    receipts: Vec<Utf8PathBuf>,
    /// The built site, such as `dist/cap.kz`: looks up in its archive what records say was shown.
    #[arg(long, value_name = "FOLDER")]
    site_folder: Option<Utf8PathBuf>,
    /// Whose log it must be [default: as the site folder says, or else as the export's first line does].
    #[arg(long, value_name = "HOST")]
    site: Option<String>,
    /// How to report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn verify(arguments: &VerifyArguments) -> ExitCode {
    let options = Options {
        log: arguments.log.clone(),
        keys: arguments.keys.clone(),
        checkpoints: arguments.checkpoints.clone(),
        receipts: arguments.receipts.clone(),
        site_folder: arguments.site_folder.clone(),
        site: arguments.site.clone(),
    };
    let is_watched = arguments.format == Format::Text && std::io::stderr().is_terminal();
    let mut shown: Option<Instant> = None;
    let checked = verify::verify(&options, &mut |progress| {
        if is_watched && shown.is_none_or(|last| last.elapsed() >= TICK) {
            shown = Some(Instant::now());
            emit(&bar(progress));
        }
    });
    if shown.is_some() {
        emit("\r\x1b[K");
    }
    let report = match checked {
        Ok(report) => report,
        Err(diagnostic) => {
            return finish(
                &refusal(diagnostic),
                arguments.format,
                "nothing was checked",
            );
        }
    };
    let text = match arguments.format {
        Format::Text => report.text(),
        Format::Json => report.json(),
    };
    // The report is what was asked for: it goes to standard output. A closed pipe is no reason to fail.
    let _ = std::io::stdout().write_all(text.as_bytes());
    if report.verified {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// One line that overwrites itself.
fn bar(progress: Progress) -> String {
    let percent = progress
        .bytes
        .saturating_mul(100)
        .checked_div(progress.of)
        .unwrap_or(100);
    format!("\r\x1b[K{percent:>3} %  {} lines", progress.lines)
}
