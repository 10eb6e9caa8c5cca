//! Refuses to deploy a site that can be built but whose owner hasn't decided everything.
//!
//! Signs of that are `draft = true`, a service without its vendor's id, without a loader in the
//! theme or with unknown cookies, an edition whose day of publication is still to come or that isn't
//! in the archive, and a blocking box of [`review`] that is ticked in none of the site's languages.

use crate::build::{self, BuildOptions, BuildOutcome};
use crate::content::review::{self, BlockingBox};
use crate::report::diagnostic::{Code, Diagnostic, FileId, Severity, or_report};
use crate::report::draw;
use crate::report::source::{self, Sources};
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};

/// Turns the warnings that forbid a deployment into errors, and adds one for each undecided item.
pub fn guard(outcome: &mut BuildOutcome, options: &BuildOptions) {
    for site in &outcome.sites {
        let reminder = site.archive.unarchived_edition.iter();
        let new = reminder.filter(|reminder| !outcome.diagnostics.contains(reminder));
        let new: Vec<Diagnostic> = new.cloned().collect();
        outcome.diagnostics.extend(new);
    }
    for diagnostic in &mut outcome.diagnostics {
        if matches!(
            diagnostic.code,
            Code::Draft
                | Code::ServiceWithoutTag
                | Code::ServiceWithoutLoader
                | Code::UnknownCookies
                | Code::UnpublishedEdition
                | Code::UnarchivedEdition
        ) {
            diagnostic.severity = Severity::Error;
        }
    }
    // The build has reported folders that can't be listed.
    for folder in build::site_folders(options).into_iter().flatten() {
        let root = options.content.join(folder);
        let Ok(listing) = source::list(&root) else {
            continue;
        };
        let files = review_files(&root, &listing.files, outcome);
        let open = undecided(&outcome.sources, &files);
        outcome.diagnostics.extend(open);
    }
    draw::sort(&mut outcome.diagnostics, &outcome.sources);
}

/// The review of a site in each language. Names that are nearly right are reported: what such a
/// file asks would be taken for decided.
fn review_files(root: &Utf8Path, names: &[String], outcome: &mut BuildOutcome) -> Vec<FileId> {
    let mut files = Vec::new();
    for name in names.iter().filter(|name| name.starts_with(review::PREFIX)) {
        let path = root.join(name);
        if !review::is_file_name(name) {
            outcome.diagnostics.push(Diagnostic::on(
                Code::Undecided,
                path.as_str(),
                format!("`{name}` isn't read, so nobody knows what is undecided in it"),
                "name it after its language, such as `REVIEW.en.md`, and begin each blocking box with its item's id: `- [ ] **R1**`",
            ));
            continue;
        }
        files.extend(or_report(
            outcome.sources.read(&path),
            &mut outcome.diagnostics,
        ));
    }
    files
}

/// A diagnostic for every item that blocks and isn't ticked in any of the files. In one file all
/// boxes of an item must be ticked.
fn undecided(sources: &Sources, files: &[FileId]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut open = BTreeMap::new();
    let mut decided = BTreeSet::new();
    for &file in files {
        let (boxes, strays): (Vec<_>, Vec<_>) = review::blocking_boxes(sources.text(file))
            .into_iter()
            .partition(BlockingBox::is_of_heading);
        found.extend(strays.iter().map(|stray| stray_box(file, stray)));
        let (ticked, empty): (Vec<_>, Vec<_>) = boxes.into_iter().partition(|each| each.is_ticked);
        let is_open = |id: &String| empty.iter().any(|each| each.id == *id);
        decided.extend(
            ticked
                .into_iter()
                .map(|each| each.id)
                .filter(|id| !is_open(id)),
        );
        for each in empty {
            open.entry(each.id.clone()).or_insert((file, each));
        }
    }
    open.retain(|id, _| !decided.contains(id));
    found.extend(
        open.into_values()
            .map(|(file, each)| undecided_box(file, &each)),
    );
    found
}

fn undecided_box(file: FileId, open: &BlockingBox) -> Diagnostic {
    Diagnostic::at(
        Code::Undecided,
        file,
        open.span.clone(),
        format!(
            "`{}` is not decided, and the site can't be deployed before",
            open.heading
        ),
        format!(
            "decide, change the site accordingly, then tick the box in one of the languages: `- [x] **{}**`",
            open.id
        ),
    )
}

/// A tick in such a box would decide another item than the one it is read under.
fn stray_box(file: FileId, stray: &BlockingBox) -> Diagnostic {
    Diagnostic::at(
        Code::Undecided,
        file,
        stray.span.clone(),
        format!("`{}` isn't the id of `{}`", stray.id, stray.heading),
        "begin the box with what stands before the full stop of its heading; words of a box that doesn't block aren't bold",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(files: &[&str]) -> Vec<String> {
        let mut sources = Sources::default();
        let files: Vec<FileId> = files
            .iter()
            .map(|text| sources.add("REVIEW.en.md", *text))
            .collect();
        let found = undecided(&sources, &files).into_iter();
        found
            .map(|diagnostic| diagnostic.message.split('`').nth(1).unwrap().to_owned())
            .collect()
    }

    #[test]
    fn a_tick_in_one_language_decides_an_item_in_all() {
        let english = "## R1. Facts\n- [ ] **R1**\n## R2. Date\n- [x] **R2**\n";
        let russian = "## R1. Сведения\n- [x] **R1**\n## R2. Дата\n- [ ] **R2**\n## R3. Сроки\n- [ ] **R3**\n";
        assert_eq!(messages(&[english, russian]), ["R3. Сроки"]);
        assert_eq!(messages(&[english]), ["R1. Facts"]);
    }

    #[test]
    fn an_item_with_two_boxes_needs_both_in_the_same_file() {
        let half = "## R1. Facts\n- [x] **R1**\n- [ ] **R1**\n";
        assert_eq!(messages(&[half, half]), ["R1. Facts"]);
        let whole = "## R1. Facts\n- [x] **R1**\n- [x] **R1**\n";
        assert_eq!(messages(&[half, whole]), Vec::<String>::new());
    }

    #[test]
    fn a_box_with_the_id_of_another_item_decides_nothing() {
        let copied = "## R1. Facts\n- [ ] **R1**\n## R2. Date\n- [x] **R1**\n";
        assert_eq!(messages(&[copied]), ["R1", "R1. Facts"]);
        let unnamed = "## R1. Facts\n- [x] **Blocking**\n";
        assert_eq!(messages(&[unnamed]), ["Blocking"]);
    }
}
