//! Draws the report of an import for people: first whether the site builds, then decisions and
//! repairs, a kind each once.

use super::{DocumentReport, Entry, ImportReport, PlaceName, Verdict};
use crate::report::diagnostic::Severity;
use crate::report::draw::JsonDiagnostic;

/// Lines of the report of a document.
const MAX_LINES: usize = 24;
/// Places of a kind that are named.
const NAMED_PLACES: usize = 5;
/// Kinds of repairs that are shown at least, however many decisions there are.
const MIN_REPAIRS: usize = 4;
/// Characters of a line.
const MAX_WIDTH: usize = 240;

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Each kind once, in a screen.
    Kinds,
    /// Each decision and repair.
    All,
}

/// The report for people.
pub fn draw(report: &ImportReport<'_>, verdict: &Verdict<'_>, detail: Detail) -> String {
    let mut lines = vec![first_line(report, verdict)];
    let own = build_kinds(&verdict.own_objects());
    for document in &report.documents {
        lines.extend(edition_lines(document, report.written));
        let files: Vec<&str> = document
            .editions
            .iter()
            .map(|edition| edition.file)
            .collect();
        let is_here = |kind: &&Kind<'_>| kind.file.is_some_and(|file| files.contains(&file));
        let built: Vec<Kind<'_>> = own.iter().filter(is_here).cloned().collect();
        match detail {
            Detail::Kinds => {
                let used = if report.documents.len() == 1 {
                    lines.len()
                } else {
                    2
                };
                lines.extend(kinds(document, built, MAX_LINES - used.min(MAX_LINES / 2)));
            }
            Detail::All => {
                lines.extend(built.iter().flat_map(|kind| kind.lines("build", true)));
                lines.extend(every(document));
            }
        }
    }
    lines.join("\n") + "\n"
}

/// Whether the site builds.
fn first_line(report: &ImportReport<'_>, verdict: &Verdict<'_>) -> String {
    let objects = verdict.own_objects();
    let is_error = |object: &&JsonDiagnostic<'_>| object.severity == Severity::Error;
    let errors: Vec<&JsonDiagnostic<'_>> = objects.iter().filter(is_error).collect();
    let others = verdict.elsewhere_objects();
    match (errors.as_slice(), others.as_slice()) {
        ([], []) if report.documents.len() > 1 => "builds with these editions".to_owned(),
        ([], []) => "builds".to_owned(),
        ([first, rest @ ..], _) => {
            format!(
                "does not build, because {}{}",
                because(first),
                more(rest.len())
            )
        }
        ([], [first, rest @ ..]) => format!(
            "does not build, because of what is wrong elsewhere in the site: {}{}",
            because(first),
            more(rest.len())
        ),
    }
}

fn because(diagnostic: &JsonDiagnostic<'_>) -> String {
    let line = diagnostic
        .line
        .map_or_else(String::new, |line| format!(":{line}"));
    format!(
        "{} ({}{line})",
        shortened(diagnostic.message),
        diagnostic.file
    )
}

fn more(errors: usize) -> String {
    match errors {
        0 => String::new(),
        1 => ", and 1 more error".to_owned(),
        _ => format!(", and {errors} more errors"),
    }
}

/// A line for each edition.
fn edition_lines(document: &DocumentReport<'_>, written: bool) -> Vec<String> {
    let end = if written {
        "written"
    } else {
        "nothing was written"
    };
    let is_single = document.editions.len() == 1;
    let editions = document.editions.iter();
    let lines = editions.map(|edition| {
        let count = |entries: &[Entry<'_>]| {
            let own = |entry: &&Entry<'_>| is_single || entry.locale == Some(edition.locale);
            entries.iter().filter(own).count()
        };
        format!(
            "{}: {} repaired, {} to decide; {end}",
            edition.file,
            count(&document.repairs),
            count(&document.decisions)
        )
    });
    let mut lines: Vec<String> = lines.collect();
    let (repairs, decisions) = (&document.repairs, &document.decisions);
    let of_all = |entries: &[Entry<'_>]| {
        entries
            .iter()
            .filter(|entry| entry.locale.is_none())
            .count()
    };
    let (repairs, decisions) = (of_all(repairs), of_all(decisions));
    if !is_single && repairs + decisions > 0 {
        lines.push(format!(
            "{}: {repairs} repaired, {decisions} to decide in all languages",
            document.file
        ));
    }
    lines
}

/// What is said of one kind.
#[derive(Debug, Clone)]
struct Kind<'r> {
    code: &'static str,
    /// What its lines count: `line` or `paragraph`.
    place: &'static str,
    /// The edition whose lines these are.
    file: Option<&'r str>,
    lines: Vec<usize>,
    message: String,
    help: Option<String>,
    /// How many decisions or repairs it stands for.
    count: usize,
}

impl Kind<'_> {
    fn lines(&self, verb: &str, with_help: bool) -> Vec<String> {
        let mut places: Vec<String> = self.lines.iter().map(usize::to_string).collect();
        places.dedup();
        let is_more = places.len() > NAMED_PLACES;
        places.truncate(NAMED_PLACES);
        let plural = if places.len() > 1 { "s" } else { "" };
        let place = match (self.file, places.is_empty()) {
            (Some(file), true) => format!(" {file}"),
            (Some(file), false) => format!(" {file}, {}{plural} {}", self.place, places.join(", ")),
            (None, _) => format!(" {}{plural} {}", self.place, places.join(", ")),
        };
        let dots = if is_more { " …" } else { "" };
        let count = match self.count {
            1 => String::new(),
            count => format!("{count} of kind "),
        };
        let first = if self.count > 1 { ", first" } else { "" };
        let message = shortened(&self.message);
        let mut lines = vec![format!(
            "{count}{verb}[{}]{place}{dots}{first}: {message}",
            self.code
        )];
        lines.extend(
            self.help
                .iter()
                .filter(|_| with_help)
                .map(|help| format!("    help: {help}")),
        );
        lines
    }
}

/// The kinds of entries, in the order of the document.
fn grouped<'r>(entries: &[Entry<'r>], place: PlaceName) -> Vec<Kind<'r>> {
    let mut kinds: Vec<Kind<'r>> = Vec::new();
    for entry in entries {
        let known = kinds
            .iter_mut()
            .find(|kind| kind.code == entry.code && kind.file == entry.edition);
        match known {
            Some(kind) => {
                kind.count += 1;
                kind.lines.extend(&entry.lines);
                kind.lines.sort_unstable();
            }
            None => kinds.push(Kind {
                code: entry.code,
                place: match (entry.edition, place) {
                    (None, PlaceName::Paragraph) => "paragraph",
                    (Some(_), _) | (None, PlaceName::Line) => "line",
                },
                file: entry.edition,
                lines: entry.lines.clone(),
                message: entry.message.clone(),
                help: entry.help.clone(),
                count: 1,
            }),
        }
    }
    kinds
}

/// The kinds of mistakes that a build found in the editions.
fn build_kinds<'r>(diagnostics: &[JsonDiagnostic<'r>]) -> Vec<Kind<'r>> {
    let mut kinds: Vec<Kind<'r>> = Vec::new();
    for diagnostic in diagnostics {
        let file = Some(diagnostic.file);
        let known = kinds
            .iter_mut()
            .find(|kind| kind.code == diagnostic.code && kind.file == file);
        match known {
            Some(kind) => {
                kind.count += 1;
                kind.lines.extend(diagnostic.line);
            }
            None => kinds.push(Kind {
                code: diagnostic.code,
                place: "line",
                file,
                lines: diagnostic.line.into_iter().collect(),
                message: diagnostic.message.to_owned(),
                help: Some(diagnostic.help.to_owned()),
                count: 1,
            }),
        }
    }
    kinds
}

/// The report of a document in at most so many lines.
fn kinds(document: &DocumentReport<'_>, built: Vec<Kind<'_>>, room: usize) -> Vec<String> {
    let decisions = grouped(&document.decisions, document.place);
    let repairs = grouped(&document.repairs, document.place);
    let first: Vec<(&str, Kind<'_>)> = built
        .into_iter()
        .map(|kind| ("build", kind))
        .chain(decisions.into_iter().map(|kind| ("decide", kind)))
        .collect();
    // The last line says how to see more.
    let room = room.saturating_sub(1);
    let for_decisions = room.saturating_sub(repairs.len().min(MIN_REPAIRS));
    let (shown, hidden) = fitting(first, for_decisions, 2);
    let mut lines: Vec<String> = shown
        .iter()
        .flat_map(|(verb, kind)| kind.lines(verb, true))
        .collect();
    lines.extend(rest(hidden.iter().map(|(_, kind)| kind), "to decide"));
    let (shown, unshown) = fitting(repairs, room.saturating_sub(lines.len()), 1);
    lines.extend(shown.iter().flat_map(|kind| kind.lines("repaired", false)));
    lines.extend(rest(unshown.iter(), "repaired"));
    let entries = document.decisions.len() + document.repairs.len();
    if entries > 0 {
        lines.push(format!(
            "`--all` shows all {entries} with their places, `--format json` also the words that were lost"
        ));
    }
    lines
}

/// As many kinds as fit, of so many lines each, and the others, for which one line is left.
fn fitting<K>(mut kinds: Vec<K>, room: usize, lines: usize) -> (Vec<K>, Vec<K>) {
    if kinds.len() * lines <= room {
        return (kinds, Vec::new());
    }
    let hidden = kinds.split_off((room.saturating_sub(1) / lines).min(kinds.len()));
    (kinds, hidden)
}

/// One line for kinds that have no room.
fn rest<'k, 'r: 'k>(kinds: impl Iterator<Item = &'k Kind<'r>>, what: &str) -> Option<String> {
    let counts: Vec<String> = kinds
        .map(|kind| format!("{} {}", kind.count, kind.code))
        .collect();
    (!counts.is_empty()).then(|| shortened(&format!("further {what}: {}", counts.join(", "))))
}

/// Each decision and repair with its file and place.
fn every(document: &DocumentReport<'_>) -> Vec<String> {
    let place = |entry: &Entry<'_>| {
        let line = entry.lines.first().copied().unwrap_or(1);
        match (entry.edition, document.place) {
            (Some(edition), _) => format!("{edition}:{line}"),
            (None, PlaceName::Line) => format!("{}:{line}", document.file),
            (None, PlaceName::Paragraph) => format!("{}, paragraph {line}", document.file),
        }
    };
    let mut lines = Vec::new();
    for entry in &document.repairs {
        lines.push(format!(
            "{}: repaired[{}]: {}",
            place(entry),
            entry.code,
            entry.message
        ));
    }
    for entry in &document.decisions {
        lines.push(format!(
            "{}: decide[{}]: {}",
            place(entry),
            entry.code,
            entry.message
        ));
        lines.extend(entry.help.iter().map(|help| format!("    help: {help}")));
    }
    lines
}

/// A message of one line that isn't too long for a screen.
fn shortened(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_WIDTH) {
        Some((end, _)) => format!("{}…", line.split_at(end).0),
        None => line,
    }
}
