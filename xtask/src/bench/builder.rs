//! Whole builds of sites of several sizes: time, processor time, memory.
//!
//! 1. `corpus` writes the documents, `sites` lays them out for a generator. Both live in memory where the system has a folder for that: a disk
//!    would take most of everybody's time.
//! 2. The subjects take turns, each into an empty folder.

mod corpus;
mod sites;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::measure::{self, Middle};
use super::{Findings, Size, chart, table};
use crate::process::{run_quietly, timed};
use crate::project::Project;
use corpus::{LOCALES, Tongue};

/// A generator.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Subject {
    name: String,
    program: PathBuf,
}

/// What was measured at one size.
struct Measured {
    /// Source files: documents times languages.
    texts: u32,
    /// One a subject.
    figures: Vec<Middle>,
}

/// Measures.
///
/// # Errors
/// The builder does not compile, or a build fails.
pub(super) fn run(project: &Project, size: Size) -> Result<Findings> {
    let subjects = vec![ours(project)?];
    let tongues = corpus::tongues(&project.root)?;
    let mut measured = Vec::new();
    for &documents in sizes(size) {
        measured.push(measure_size(project, &tongues, &subjects, documents)?);
    }
    Ok(findings(&subjects, &measured))
}

/// Numbers of documents; each is there in three languages.
fn sizes(size: Size) -> &'static [u32] {
    match size {
        Size::Quick => &[10, 100],
        Size::Usual => &[10, 100, 1_000, 3_334],
        Size::Huge => &[10, 100, 1_000, 3_334, 33_334],
    }
}

fn ours(project: &Project) -> Result<Subject> {
    timed("compiling the site builder for speed", || {
        run_quietly(
            Command::new("cargo")
                .args(["build", "--release", "--package", "site-builder"])
                .current_dir(&project.root),
        )
    })?;
    Ok(Subject {
        name: "Kelisim".to_owned(),
        program: project.target().join("release/site-builder"),
    })
}

fn measure_size(
    project: &Project,
    tongues: &[Tongue],
    subjects: &[Subject],
    documents: u32,
) -> Result<Measured> {
    let folder = scratch()?;
    let input = folder.path().join("in");
    sites::ours(project, tongues, documents, &input)?;
    let out = folder.path().join("out");
    let texts = documents * u32::try_from(LOCALES.len())?;
    println!("    {texts} texts");
    let times = if documents < 1_000 { 9 } else { 5 };
    let figures = measure::alternate(subjects, times, |subject| {
        sites::clear(&out)?;
        let mut command = Command::new(&subject.program);
        command
            .args(["build", "--out"])
            .arg(&out)
            .arg("--themes")
            .arg(project.root.join("themes"))
            .current_dir(&input);
        Ok(command)
    })?;
    Ok(Measured { texts, figures })
}

/// An empty folder, in memory if that can be had.
fn scratch() -> Result<tempfile::TempDir> {
    let memory = std::path::Path::new("/dev/shm");
    let folder = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    folder.context("can't make a folder for the sites")
}

fn findings(subjects: &[Subject], measured: &[Measured]) -> Findings {
    let mut head = vec!["texts".to_owned()];
    for subject in subjects {
        for unit in ["s", "cpu s", "MiB", "time of ours"] {
            head.push(format!("{} {unit}", subject.name));
        }
    }
    let rows: Vec<Vec<String>> = measured
        .iter()
        .map(|size| {
            let mut row = vec![size.texts.to_string()];
            let first = size.figures.first().map_or(0.0, |first| first.wall);
            for figure in &size.figures {
                row.extend([figure.wall, figure.cpu, figure.peak].map(table::figure));
                row.push(table::ratio(figure.wall, first));
            }
            row
        })
        .collect();
    Findings {
        markdown: format!(
            "{}\n![Time over texts](performance/builder-time.svg)\n![Memory over texts](performance/builder-memory.svg)\n",
            table::markdown(&head, &rows)
        ),
        pictures: vec![
            picture(
                "builder-time.svg",
                "Seconds of a whole build",
                subjects,
                measured,
                |figure| figure.wall,
            ),
            picture(
                "builder-memory.svg",
                "MiB of memory at most",
                subjects,
                measured,
                |figure| figure.peak,
            ),
        ],
    }
}

fn picture(
    file: &str,
    title: &str,
    subjects: &[Subject],
    measured: &[Measured],
    of: fn(&Middle) -> f64,
) -> (String, String) {
    let lines: Vec<chart::Line> = subjects
        .iter()
        .enumerate()
        .map(|(at, subject)| chart::Line {
            name: subject.name.clone(),
            points: measured
                .iter()
                .filter_map(|size| Some((f64::from(size.texts), of(size.figures.get(at)?))))
                .collect(),
        })
        .collect();
    (file.to_owned(), chart::svg(title, "texts", &lines))
}
