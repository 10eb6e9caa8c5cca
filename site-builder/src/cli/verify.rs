//! `site-builder verify`: arguments, progress and the printed report.

use super::progress::{Audience, Progress};
use super::{Format, finish};
use crate::verify::{self, Options};
use camino::Utf8PathBuf;
use clap::Args;
use std::io::Write as _;
use std::process::ExitCode;

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
    let audience = match arguments.format {
        Format::Text => Audience::People,
        Format::Json => Audience::Program,
    };
    let mut progress = Progress::new("checking", 0, audience);
    let checked = verify::verify(&options, &mut |at| progress.update(at.bytes, at.of));
    progress.finish();
    let report = match checked {
        Ok(report) => report,
        Err(diagnostic) => {
            return finish(&diagnostic.into(), arguments.format, "nothing was checked");
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
