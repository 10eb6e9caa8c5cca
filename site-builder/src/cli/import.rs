//! `site-builder import`: one document, or a folder of them.

use super::{Format, finish, parse_day, parse_locale, print};
use crate::build::{self, BuildOptions, BuildOutcome, UnwrittenEdition};
use crate::import::report::text::{self, Detail};
use crate::import::report::{ImportReport, Outcome, Verdict};
use crate::import::{
    self, ImportSite, ImportedDocument, Languages, OnConflict, SourceDocument, is_address,
};
use crate::report::diagnostic::{Code, Diagnostic, or_report};
use crate::report::{draw, source};
use camino::Utf8PathBuf;
use chrono::{NaiveDate, Utc};
use clap::{Args, ValueEnum};
use domain::Locale;
use std::process::ExitCode;
use verifier::cli::{Audience, ProgressBar};

/// What `--help` says at its end.
pub(super) const HELP: &str = "\
Exit status:
  0  written, the site builds, and nothing is left to decide
  1  refused: nothing was written
  2  the command line is wrong
  3  written, but the site doesn't build, or something is left to decide
With --dry-run nothing is written, and the status is what it would be.

Examples:
  site-builder import old-policy.docx --site cap.kz --policy privacy --locale ru --date 2026-11-20 --dry-run
  site-builder import old-policy.html --site cap.kz --policy privacy --locale ru --date 2026-11-20
  site-builder import two-columns.docx --site cap.kz --policy privacy --split kk,ru --date 2026-11-20
  site-builder import https://example.kz/privacy --site cap.kz --policy privacy --date 2026-11-20
  site-builder import old/ --site cap.kz   # old/ru/privacy/2026-11-20.html and so on";

/// The exit status when a person has something left to do.
const TO_DO: u8 = 3;

#[derive(Debug, Args)]
pub(super) struct ImportArguments {
    /// The document, its address on the web, or a folder that holds documents as
    /// `ru/privacy/2026-11-20.html`.
    ///
    /// A document is a file of Word (.docx) or LibreOffice (.odt), up to 32 MiB, or a web page
    /// (HTML), Markdown or plain text, up to 8 MiB. What a file is, its bytes say and not its name:
    /// any other, such as an older file of Word (.doc), a PDF or a picture, is refused with what to
    /// do instead. A page is read in the encoding that it declares; Markdown and text in UTF-8, or
    /// in what they are for sure, such as windows-1251, and that is reported. An address begins with
    /// `https://`, and one page of up to 8 MiB is fetched.
    file: Utf8PathBuf,
    /// The site that gets it (a folder of `content/`).
    #[arg(long, value_name = "HOST", value_parser = super::parse_site)]
    site: String,
    /// Short address of the policy, such as `privacy`; in a folder its path says it.
    #[arg(long, value_name = "NAME")]
    policy: Option<String>,
    /// Language of the document, such as `kk`; of one in several languages, the one that becomes an
    /// edition. In a folder its path says it. Without it and `--split`, each language that is
    /// recognised and that the site has becomes an edition.
    #[arg(long, value_name = "TAG", value_parser = parse_locale)]
    locale: Option<Locale>,
    /// Languages of a document that is in several: side by side, one after another or by turns. Each
    /// becomes an edition.
    #[arg(long, value_name = "TAGS", value_parser = parse_locale, value_delimiter = ',', conflicts_with = "locale")]
    split: Vec<Locale>,
    /// The day the edition comes into force; in a folder its name says it.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    date: Option<NaiveDate>,
    /// Folder of the sites.
    #[arg(long, default_value = "content", value_name = "FOLDER")]
    content: Utf8PathBuf,
    /// Folder of the themes, with which it is tried whether the site builds.
    #[arg(long, default_value = "themes", value_name = "FOLDER")]
    themes: Utf8PathBuf,
    /// The day on which it is tried whether the site builds [default: today in UTC].
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    today: Option<NaiveDate>,
    /// What a text is written in; files of Word and LibreOffice say it themselves.
    #[arg(long, value_enum, default_value_t = InputFormat::Auto)]
    input: InputFormat,
    /// Show the difference and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Replace an edition that is there already, and import a text that looks like another language.
    #[arg(long)]
    force: bool,
    /// Show each decision and repair, not each kind once.
    #[arg(long)]
    all: bool,
    /// How to report: for people, or one JSON object for tools (docs/schemas/import.json).
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
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
    match read(arguments) {
        Ok(documents) => write(arguments, &documents),
        Err(diagnostics) => refuse(arguments, diagnostics),
    }
}

/// The documents, whose editions may be written.
fn read(arguments: &ImportArguments) -> Result<Vec<ImportedDocument>, Vec<Diagnostic>> {
    let documents = documents(arguments)?;
    let site = ImportSite::open(&arguments.content, &arguments.site)
        .map_err(|diagnostic| vec![diagnostic])?;
    let mut diagnostics = Vec::new();
    // Before anything is fetched or read.
    for document in &documents {
        diagnostics.extend(site.check(document).err());
    }
    if !diagnostics.is_empty() {
        diagnostics.dedup();
        return Err(diagnostics);
    }
    let format = match arguments.input {
        InputFormat::Auto => importer::Format::Auto,
        InputFormat::Markdown => importer::Format::Markdown,
        InputFormat::Html => importer::Format::Html,
    };
    let on_conflict = match arguments.force || arguments.dry_run {
        true => OnConflict::Overwrite,
        false => OnConflict::Fail,
    };
    let steps = documents.len() as u64;
    let audience = match arguments.format {
        Format::Text => Audience::People,
        Format::Json => Audience::Program,
    };
    let mut progress = ProgressBar::new("importing", steps, audience);
    let mut read = Vec::new();
    for (document, done) in documents.iter().zip(1_u64..) {
        let imported = import::read(&site, document, format).and_then(|imported| {
            import::check_targets(&imported, on_conflict)?;
            Ok(imported)
        });
        read.extend(or_report(imported, &mut diagnostics));
        progress.update(done, steps);
    }
    progress.finish();
    if diagnostics.is_empty() {
        Ok(read)
    } else {
        Err(diagnostics)
    }
}

/// Tries whether the site builds, writes the editions unless it is a dry run, and reports.
fn write(arguments: &ImportArguments, documents: &[ImportedDocument]) -> ExitCode {
    let editions = || documents.iter().flat_map(|document| &document.editions);
    let unwritten: Vec<UnwrittenEdition> = editions().map(|edition| edition.unwritten()).collect();
    let outcome = build::check_unwritten(&build_options(arguments), &unwritten);
    let written = !arguments.dry_run;
    if written && let Err(diagnostic) = editions().try_for_each(import::write) {
        return refuse(arguments, vec![diagnostic]);
    }
    let verdict = Verdict::new(&outcome, documents);
    let report = ImportReport::new(documents, &verdict, written);
    match arguments.format {
        Format::Json => print::data(&draw::json_line(&report)),
        Format::Text => {
            let detail = if arguments.all {
                Detail::All
            } else {
                Detail::Kinds
            };
            print::text(&text::draw(&report, &verdict, detail));
            for difference in report
                .documents
                .iter()
                .flat_map(|document| &document.editions)
            {
                print::data(difference.difference.as_deref().unwrap_or(""));
            }
        }
    }
    match report.outcome {
        Outcome::Builds => ExitCode::SUCCESS,
        Outcome::ToDo => ExitCode::from(TO_DO),
        Outcome::Refused => ExitCode::FAILURE,
    }
}

fn build_options(arguments: &ImportArguments) -> BuildOptions {
    BuildOptions {
        content: arguments.content.clone(),
        themes: arguments.themes.clone(),
        out: Utf8PathBuf::new(),
        sites: vec![arguments.site.clone()],
        today: arguments.today.unwrap_or_else(|| Utc::now().date_naive()),
    }
}

fn documents(arguments: &ImportArguments) -> Result<Vec<SourceDocument>, Vec<Diagnostic>> {
    let ImportArguments {
        file,
        policy,
        locale,
        split,
        date,
        ..
    } = arguments;
    if !is_address(file.as_str()) && source::is_folder(file) {
        let given = [
            policy.is_some(),
            locale.is_some(),
            !split.is_empty(),
            date.is_some(),
        ];
        if given.contains(&true) {
            let message =
                "`--policy`, `--locale`, `--split` and `--date` are for a single document";
            let help = "leave them out: in a folder their paths say it";
            return Err(vec![invalid_arguments(message, help)]);
        }
        return import::documents(file);
    }
    let (Some(policy), Some(date)) = (policy, date) else {
        let message = "a single document needs `--policy` and `--date`";
        let help = "add what is missing, or name a folder of documents";
        return Err(vec![invalid_arguments(message, help)]);
    };
    let languages = match (locale, split.as_slice()) {
        (Some(locale), _) => Languages::One(locale.clone()),
        (None, []) => Languages::Recognised,
        (None, split) => Languages::Each(split.to_vec()),
    };
    Ok(vec![SourceDocument {
        file: file.clone(),
        languages,
        policy: policy.clone(),
        date: *date,
    }])
}

fn invalid_arguments(message: &str, help: &str) -> Diagnostic {
    Diagnostic::on(Code::InvalidFact, "import", message, help)
}

fn refuse(arguments: &ImportArguments, diagnostics: Vec<Diagnostic>) -> ExitCode {
    let reasons = BuildOutcome::from(diagnostics);
    match arguments.format {
        Format::Text => finish(&reasons, Format::Text, "nothing was written"),
        Format::Json => {
            print::data(&draw::json_line(&ImportReport::refused(&reasons)));
            ExitCode::FAILURE
        }
    }
}
