//! Whole builds of sites of several sizes: time, processor time, memory.
//!
//! 1. `corpus` makes the documents, `sites` and `peers` write them in the layout of a generator.
//!    Sources and output are in memory (`/dev/shm`) where the system has it: on a disk, writing
//!    would take most of the time.
//! 2. Builds of the subjects are interleaved, each into an empty folder.

mod corpus;
mod peers;
mod sites;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::measure::{self, Median};
use super::{Findings, Size, chart, table};
use crate::build;
use crate::build::Profile;
use crate::project::Project;
use corpus::{LOCALES, Language};
use peers::Peer;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Subject {
    /// Name and version.
    name: String,
    program: PathBuf,
    /// `None` for the site builder of this project.
    peer: Option<Peer>,
}

/// The figures of one size.
struct Measured {
    /// Number of source files: documents times languages.
    texts: u32,
    /// Figures in the order of the subjects; `None` for one that was not run at this size.
    figures: Vec<Option<Median>>,
    incremental: Incremental,
}

/// Builds of the site builder after a whole one.
struct Incremental {
    /// Nothing has changed.
    unchanged: Median,
    /// The body of one text has changed.
    one_body: Median,
}

/// Maximum number of texts for Eleventy, which takes half a minute where the others take seconds.
const MAX_TEXTS_ELEVENTY: u32 = 3_000;

/// Maximum number of texts for the other generators, which have every page in memory.
const MAX_TEXTS_PEERS: u32 = 10_002;

/// Measures whole and incremental builds.
///
/// # Errors
/// The builder does not compile, or a build fails.
pub(super) fn run(project: &Project, size: Size) -> Result<Findings> {
    let mut subjects = vec![Subject {
        name: "Kelisim".to_owned(),
        program: build::programs(project, Profile::Release)?.join("site-builder"),
        peer: None,
    }];
    for peer in Peer::ALL {
        if let Some(program) = peer.program(project) {
            subjects.push(Subject {
                name: peer.version(&program),
                program,
                peer: Some(peer),
            });
        }
    }
    let languages = corpus::languages(&project.root)?;
    let mut measured = Vec::new();
    for &documents in sizes(size) {
        measured.push(measure_size(project, &languages, &subjects, documents)?);
    }
    Ok(findings(&subjects, &measured))
}

/// Numbers of documents, each of which is made in three languages.
fn sizes(size: Size) -> &'static [u32] {
    match size {
        Size::Quick => &[10, 100],
        Size::Usual => &[10, 100, 1_000, 3_334],
        Size::Huge => &[10, 100, 1_000, 3_334, 33_334],
    }
}

impl Subject {
    fn is_run_at(&self, texts: u32) -> bool {
        match self.peer {
            None => true,
            Some(Peer::Eleventy) => texts <= MAX_TEXTS_ELEVENTY,
            Some(Peer::Hugo | Peer::Zola) => texts <= MAX_TEXTS_PEERS,
        }
    }

    fn lay_out(
        &self,
        project: &Project,
        languages: &[Language],
        documents: u32,
        root: &Path,
    ) -> Result<()> {
        match self.peer {
            None => sites::ours(project, languages, documents, root),
            Some(peer) => peer.lay_out(languages, documents, root),
        }
    }

    fn build(&self, project: &Project, site: &Path, out: &Path) -> Command {
        if let Some(peer) = self.peer {
            return peer.build(&self.program, site, out);
        }
        let mut command = Command::new(&self.program);
        command
            .args(["build", "--out"])
            .arg(out)
            .arg("--themes")
            .arg(project.root.join("themes"))
            .current_dir(site);
        command
    }
}

fn measure_size(
    project: &Project,
    languages: &[Language],
    subjects: &[Subject],
    documents: u32,
) -> Result<Measured> {
    let folder = scratch()?;
    let texts = documents * u32::try_from(LOCALES.len())?;
    println!("    {texts} texts");
    let running: Vec<(PathBuf, &Subject)> = subjects
        .iter()
        .enumerate()
        .filter(|(_, subject)| subject.is_run_at(texts))
        .map(|(at, subject)| (folder.path().join(at.to_string()), subject))
        .collect();
    for (site, subject) in &running {
        subject.lay_out(project, languages, documents, site)?;
    }
    let out = folder.path().join("out");
    let times = if documents < 1_000 { 7 } else { 3 };
    let mut figures = measure::interleave(&running, times, |(site, subject)| {
        sites::clear(&out)?;
        Ok(subject.build(project, site, &out))
    })?
    .into_iter();
    let figures = subjects
        .iter()
        .map(|subject| subject.is_run_at(texts).then(|| figures.next()).flatten())
        .collect();
    sites::clear(&out)?;
    let incremental = match running.first() {
        Some((site, ours)) => measure_incremental(project, ours, site, &out)?,
        None => bail!("there is nothing to measure"),
    };
    Ok(Measured {
        texts,
        figures,
        incremental,
    })
}

/// Measures builds without a change, then builds after a change of a sentence in an edition that is
/// not material: a material one would change the revision, and with it every page.
fn measure_incremental(
    project: &Project,
    ours: &Subject,
    site: &Path,
    out: &Path,
) -> Result<Incremental> {
    let build = || ours.build(project, site, out);
    measure::run(&mut build())?;
    let unchanged = measure::interleave(&[()], 5, |()| Ok(build()))?;
    let file = sites::add_amendment(site)?;
    measure::run(&mut build())?;
    let text = std::fs::read_to_string(&file)?;
    let mut word = 0;
    let one_body = measure::interleave(&[()], 5, |()| {
        word += 1;
        std::fs::write(&file, format!("{text}\nSentence {word}.\n"))?;
        // The builder caches no file modified less than 50 ms before the build (`MIN_STABLE_AGE`):
        // the next build would read it again.
        std::thread::sleep(Duration::from_millis(100));
        Ok(build())
    })?;
    match (unchanged.first(), one_body.first()) {
        (Some(unchanged), Some(one_body)) => Ok(Incremental {
            unchanged: *unchanged,
            one_body: *one_body,
        }),
        _ => bail!("there is nothing to measure"),
    }
}

/// An empty folder, in memory if the system has `/dev/shm`.
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
    let table = |title, of| figures_table(title, subjects, measured, of, false);
    let parts = [
        table(
            "Seconds from start to end, in brackets how many times ours:",
            |figure| figure.wall,
        ),
        figures_table(
            "Seconds of processor time:",
            subjects,
            measured,
            |figure| figure.cpu,
            true,
        ),
        table("Memory at most, in MiB:", |figure| figure.peak),
        incremental_table(measured),
        "![Processor time over texts](performance/builder-time.svg)\n\n\
         ![Memory over texts](performance/builder-memory.svg)"
            .to_owned(),
    ];
    Findings {
        markdown: parts.join("\n"),
        pictures: vec![
            picture(
                "builder-time.svg",
                "Seconds of processor time of a whole build",
                subjects,
                measured,
                |figure| figure.cpu,
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

/// A row for each size, a column for each subject and, optionally, a column with this project's
/// figure per text.
fn figures_table(
    title: &str,
    subjects: &[Subject],
    measured: &[Measured],
    of: fn(&Median) -> f64,
    with_each_text: bool,
) -> String {
    let mut head = vec!["texts"];
    head.extend(subjects.iter().map(|subject| subject.name.as_str()));
    if with_each_text {
        head.push("ours a text, in ms");
    }
    let row = |size: &Measured| {
        let ours = size.figures.iter().flatten().next().map_or(0.0, of);
        let mut row = vec![size.texts.to_string()];
        for (at, figure) in size.figures.iter().enumerate() {
            row.push(match figure.as_ref().map(of) {
                None => "–".to_owned(),
                Some(figure) if at == 0 => table::figure(figure),
                Some(figure) => {
                    format!("{} ({})", table::figure(figure), table::ratio(figure, ours))
                }
            });
        }
        if with_each_text {
            row.push(table::figure(ours * 1000.0 / f64::from(size.texts)));
        }
        row
    };
    let rows: Vec<Vec<String>> = measured.iter().map(row).collect();
    format!("{title}\n\n{}", table::markdown(&head, &rows))
}

fn incremental_table(measured: &[Measured]) -> String {
    let head = [
        "texts",
        "nothing changed, s",
        "cpu s",
        "one body changed, s",
        "cpu s",
    ];
    let rows: Vec<Vec<String>> = measured
        .iter()
        .map(|size| {
            let Incremental {
                unchanged,
                one_body,
            } = &size.incremental;
            let figures =
                [unchanged.wall, unchanged.cpu, one_body.wall, one_body.cpu].map(table::figure);
            std::iter::once(size.texts.to_string())
                .chain(figures)
                .collect()
        })
        .collect();
    format!(
        "Ours once more, a new process each time:\n\n{}",
        table::markdown(&head, &rows)
    )
}

fn picture(
    file: &str,
    title: &str,
    subjects: &[Subject],
    measured: &[Measured],
    of: fn(&Median) -> f64,
) -> (String, String) {
    let lines: Vec<chart::Line> = subjects
        .iter()
        .enumerate()
        .map(|(at, subject)| chart::Line {
            name: subject.name.clone(),
            points: measured
                .iter()
                .filter_map(|size| {
                    let figure = size.figures.get(at)?.as_ref()?;
                    Some((f64::from(size.texts), of(figure)))
                })
                .collect(),
        })
        .collect();
    (file.to_owned(), chart::svg(title, "texts", &lines))
}
