//! `site-builder import`: one document, or a folder of them.

use super::progress::{Audience, Progress};
use super::{Format, emit, finish, parse_day, parse_locale, tell};
use crate::build::Outcome;
use crate::import::{self, Document, Edition, Existing, Options};
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::{self, Sources};
use camino::Utf8PathBuf;
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use domain::Locale;
use std::io::Write as _;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct ImportArguments {
    /// The document, or a folder that holds documents as `ru/privacy/2026-11-20.html`.
    ///
    /// A document is a web page (HTML), Markdown or plain text, up to 8 MiB. What a file is, its bytes say and not its name: a
    /// file of Word or LibreOffice, a PDF or a picture is refused with what to do instead. A page is read in the encoding
    /// that it declares; Markdown and text in UTF-8, or in what they are for sure, such as windows-1251, and that is told.
    file: Utf8PathBuf,
    /// The site that gets it (a folder of `content/`).
    #[arg(long, value_name = "HOST")]
    site: String,
    /// Short address of the policy, such as `privacy`; of a folder the places say it.
    #[arg(long, value_name = "NAME")]
    policy: Option<String>,
    /// Language of the document, such as `kk`; of a folder the places say it.
    #[arg(long, value_name = "TAG", value_parser = parse_locale)]
    locale: Option<Locale>,
    /// The day the edition comes into force; of a folder the names say it.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    date: Option<NaiveDate>,
    /// Folder of the sites.
    #[arg(long, default_value = "content", value_name = "FOLDER")]
    content: Utf8PathBuf,
    /// What the document is written in.
    #[arg(long, value_enum, default_value_t = InputFormat::Auto)]
    input: InputFormat,
    /// Show the difference and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Replace an edition that is there already.
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum InputFormat {
    /// Find out from the text.
    Auto,
    /// Markdown or plain text.
    Markdown,
    /// HTML.
    Html,
}

/// Reads all documents first, so that a folder is imported as a whole or not at all.
pub(super) fn import(arguments: &ImportArguments) -> ExitCode {
    let documents = match documents(arguments) {
        Ok(documents) => documents,
        Err(wrong) => return refuse(wrong),
    };
    let steps = documents.len() as u64;
    let mut progress = Progress::new("importing", steps, Audience::People);
    let mut editions = Vec::new();
    let mut wrong = Vec::new();
    for (options, done) in documents.iter().zip(1_u64..) {
        match read(arguments, options) {
            Ok(edition) => editions.push((options, edition)),
            Err(diagnostic) => wrong.push(diagnostic),
        }
        progress.at(done, steps);
    }
    progress.finish();
    if !wrong.is_empty() {
        return refuse(wrong);
    }
    let write = |(options, edition): &(&Options, Edition)| put(arguments, options, edition);
    match editions.iter().try_for_each(write) {
        Ok(()) => ExitCode::SUCCESS,
        Err(diagnostic) => refuse(vec![diagnostic]),
    }
}

/// Reads a document, and sees that its edition has a place to go.
fn read(arguments: &ImportArguments, options: &Options) -> Result<Edition, Diagnostic> {
    let edition = import::read(options)?;
    if !arguments.dry_run {
        import::check_place(&edition, options.existing)?;
    }
    Ok(edition)
}

/// Tells what was done to a document, and writes its edition.
fn put(
    arguments: &ImportArguments,
    options: &Options,
    edition: &Edition,
) -> Result<(), Diagnostic> {
    emit(&import::account(edition, &options.file));
    let counts = format!(
        "{} repaired, {} to decide",
        edition.imported.repairs.len(),
        edition.imported.decisions.len() + edition.dangling.len()
    );
    let target = &edition.target;
    if arguments.dry_run {
        let difference = import::difference(edition, &options.file);
        // A closed pipe is no reason to fail.
        let _ = std::io::stdout().write_all(difference.as_bytes());
        tell(&format!("{target}: {counts}; nothing was written"));
        return Ok(());
    }
    import::write(edition, options.existing)?;
    tell(&format!("{target}: {counts}; written"));
    Ok(())
}

fn documents(arguments: &ImportArguments) -> Result<Vec<Options>, Vec<Diagnostic>> {
    let ImportArguments {
        file,
        policy,
        locale,
        date,
        ..
    } = arguments;
    if source::is_folder(file) {
        let given = [policy.is_some(), locale.is_some(), date.is_some()];
        if given.contains(&true) {
            let message = "`--policy`, `--locale` and `--date` are for a single document";
            let help = "leave them out: in a folder the places say it";
            return Err(vec![wrong(message, help)]);
        }
        let documents = import::documents(file)?;
        let options = documents.into_iter().map(|found| options(arguments, found));
        return Ok(options.collect());
    }
    let (Some(policy), Some(locale), Some(date)) = (policy, locale, date) else {
        let message = "a single document needs `--policy`, `--locale` and `--date`";
        let help = "add what is missing, or name a folder of documents";
        return Err(vec![wrong(message, help)]);
    };
    let document = Document {
        file: file.clone(),
        locale: locale.clone(),
        policy: policy.clone(),
        date: *date,
    };
    Ok(vec![options(arguments, document)])
}

fn wrong(message: &str, help: &str) -> Diagnostic {
    Diagnostic::on(Code::InvalidFact, "import", message, help)
}

fn options(arguments: &ImportArguments, document: Document) -> Options {
    Options {
        file: document.file,
        content: arguments.content.clone(),
        site: arguments.site.clone(),
        policy: document.policy,
        locale: document.locale,
        date: document.date,
        format: match arguments.input {
            InputFormat::Auto => importer::Format::Auto,
            InputFormat::Markdown => importer::Format::Markdown,
            InputFormat::Html => importer::Format::Html,
        },
        existing: if arguments.force {
            Existing::Replace
        } else {
            Existing::Keep
        },
    }
}

fn refuse(diagnostics: Vec<Diagnostic>) -> ExitCode {
    let outcome = Outcome {
        sources: Sources::default(),
        diagnostics,
        built: Vec::new(),
    };
    finish(&outcome, Format::Text, "nothing was written")
}
