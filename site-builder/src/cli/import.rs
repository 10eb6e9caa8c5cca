//! `site-builder import`: one document, or a folder of them.

use super::{Format, finish, parse_day, parse_locale, print};
use crate::import::{self, ImportOptions, ImportedEdition, OnConflict, SourceDocument};
use crate::report::diagnostic::{Code, Diagnostic, or_report};
use crate::report::source;
use camino::Utf8PathBuf;
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use domain::Locale;
use std::process::ExitCode;
use verifier::cli::{Audience, ProgressBar};

#[derive(Debug, Args)]
pub(super) struct ImportArguments {
    /// The document, or a folder that holds documents as `ru/privacy/2026-11-20.html`.
    ///
    /// A document is a web page (HTML), Markdown or plain text, up to 8 MiB. What a file is, its
    /// bytes say and not its name: a file of Word or LibreOffice, a PDF or a picture is refused
    /// with what to do instead. A page is read in the encoding that it declares; Markdown and text
    /// in UTF-8, or in what they are for sure, such as windows-1251, and that is reported.
    file: Utf8PathBuf,
    /// The site that gets it (a folder of `content/`).
    #[arg(long, value_name = "HOST")]
    site: String,
    /// Short address of the policy, such as `privacy`; in a folder its path says it.
    #[arg(long, value_name = "NAME")]
    policy: Option<String>,
    /// Language of the document, such as `kk`; in a folder its path says it.
    #[arg(long, value_name = "TAG", value_parser = parse_locale)]
    locale: Option<Locale>,
    /// The day the edition comes into force; in a folder its name says it.
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
        Err(diagnostics) => return refuse(diagnostics),
    };
    let steps = documents.len() as u64;
    let mut progress = ProgressBar::new("importing", steps, Audience::People);
    let mut editions = Vec::new();
    let mut diagnostics = Vec::new();
    for (options, done) in documents.iter().zip(1_u64..) {
        let edition = or_report(read(arguments, options), &mut diagnostics);
        editions.extend(edition.map(|edition| (options, edition)));
        progress.update(done, steps);
    }
    progress.finish();
    if !diagnostics.is_empty() {
        return refuse(diagnostics);
    }
    let write = |(options, edition): &(&ImportOptions, ImportedEdition)| {
        write_or_show(arguments, options, edition)
    };
    match editions.iter().try_for_each(write) {
        Ok(()) => ExitCode::SUCCESS,
        Err(diagnostic) => refuse(vec![diagnostic]),
    }
}

/// Reads a document, and checks that its edition may be written.
fn read(
    arguments: &ImportArguments,
    options: &ImportOptions,
) -> Result<ImportedEdition, Diagnostic> {
    let edition = import::read(options)?;
    if !arguments.dry_run {
        import::check_target(&edition, options.on_conflict)?;
    }
    Ok(edition)
}

/// Prints what was done to a document, and writes its edition or prints the difference.
fn write_or_show(
    arguments: &ImportArguments,
    options: &ImportOptions,
    edition: &ImportedEdition,
) -> Result<(), Diagnostic> {
    print::text(&import::report(edition, &options.document.file));
    let counts = format!(
        "{} repaired, {} to decide",
        edition.imported.repairs.len(),
        edition.imported.decisions.len() + edition.dangling_references.len()
    );
    let target = &edition.target;
    if arguments.dry_run {
        print::data(&import::difference(edition, &options.document.file));
        print::line(&format!("{target}: {counts}; nothing was written"));
        return Ok(());
    }
    import::write(edition, options.on_conflict)?;
    print::line(&format!("{target}: {counts}; written"));
    Ok(())
}

fn documents(arguments: &ImportArguments) -> Result<Vec<ImportOptions>, Vec<Diagnostic>> {
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
            let help = "leave them out: in a folder their paths say it";
            return Err(vec![invalid_arguments(message, help)]);
        }
        let documents = import::documents(file)?;
        let options = documents.into_iter().map(|found| options(arguments, found));
        return Ok(options.collect());
    }
    let (Some(policy), Some(locale), Some(date)) = (policy, locale, date) else {
        let message = "a single document needs `--policy`, `--locale` and `--date`";
        let help = "add what is missing, or name a folder of documents";
        return Err(vec![invalid_arguments(message, help)]);
    };
    let document = SourceDocument {
        file: file.clone(),
        locale: locale.clone(),
        policy: policy.clone(),
        date: *date,
    };
    Ok(vec![options(arguments, document)])
}

fn invalid_arguments(message: &str, help: &str) -> Diagnostic {
    Diagnostic::on(Code::InvalidFact, "import", message, help)
}

fn options(arguments: &ImportArguments, document: SourceDocument) -> ImportOptions {
    ImportOptions {
        document,
        content: arguments.content.clone(),
        site: arguments.site.clone(),
        format: match arguments.input {
            InputFormat::Auto => importer::Format::Auto,
            InputFormat::Markdown => importer::Format::Markdown,
            InputFormat::Html => importer::Format::Html,
        },
        on_conflict: if arguments.force {
            OnConflict::Overwrite
        } else {
            OnConflict::Fail
        },
    }
}

fn refuse(diagnostics: Vec<Diagnostic>) -> ExitCode {
    finish(&diagnostics.into(), Format::Text, "nothing was written")
}
