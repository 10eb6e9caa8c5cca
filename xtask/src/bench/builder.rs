//! Whole builds of sites of several sizes: time, processor time, memory.
//!
//! 1. `corpus` writes the documents, `sites` lays them out for a generator. Both live in memory where the system has a folder for that: a disk
//!    would take most of everybody's time.
//! 2. The subjects take turns, each into an empty folder.

mod corpus;
mod peers;
mod sites;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::measure::{self, Middle};
use super::{Findings, Size, chart, table};
use crate::process::{run_quietly, timed};
use crate::project::Project;
use corpus::{LOCALES, Tongue};
use peers::Peer;

/// A generator that can be run here.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Subject {
    /// With its version.
    name: String,
    program: PathBuf,
    /// None: it is ours.
    peer: Option<Peer>,
}

/// What was measured at one size.
struct Measured {
    /// Source files: documents times languages.
    texts: u32,
    /// One a subject; none where it wasn't run.
    figures: Vec<Option<Middle>>,
    /// Ours once more: nothing has changed, one body has.
    again: Again,
}

/// Builds that go on from the last one.
struct Again {
    nothing: Middle,
    body: Middle,
}

/// Eleventy takes half a minute where the others take seconds: it isn't asked for more.
const MOST_FOR_ELEVENTY: u32 = 3_000;

/// Peers keep every page in memory: beyond this they are left alone.
const MOST_FOR_PEERS: u32 = 10_002;

/// Measures.
///
/// # Errors
/// The builder does not compile, or a build fails.
pub(super) fn run(project: &Project, size: Size) -> Result<Findings> {
    let mut subjects = vec![ours(project)?];
    for peer in Peer::ALL {
        if let Some(program) = peer.program(project)? {
            subjects.push(Subject {
                name: peer.version(&program),
                program,
                peer: Some(peer),
            });
        }
    }
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
        peer: None,
    })
}

impl Subject {
    fn takes(&self, texts: u32) -> bool {
        match self.peer {
            None => true,
            Some(Peer::Eleventy) => texts <= MOST_FOR_ELEVENTY,
            Some(Peer::Hugo | Peer::Zola) => texts <= MOST_FOR_PEERS,
        }
    }

    fn lay_out(
        &self,
        project: &Project,
        tongues: &[Tongue],
        documents: u32,
        root: &Path,
    ) -> Result<()> {
        match self.peer {
            None => sites::ours(project, tongues, documents, root),
            Some(peer) => peer.lay_out(tongues, documents, root),
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
    tongues: &[Tongue],
    subjects: &[Subject],
    documents: u32,
) -> Result<Measured> {
    let folder = scratch()?;
    let texts = documents * u32::try_from(LOCALES.len())?;
    println!("    {texts} texts");
    let taking: Vec<(PathBuf, &Subject)> = subjects
        .iter()
        .enumerate()
        .filter(|(_, subject)| subject.takes(texts))
        .map(|(at, subject)| (folder.path().join(at.to_string()), subject))
        .collect();
    for (site, subject) in &taking {
        subject.lay_out(project, tongues, documents, site)?;
    }
    let out = folder.path().join("out");
    let times = if documents < 1_000 { 7 } else { 3 };
    let mut figures = measure::alternate(&taking, times, |(site, subject)| {
        sites::clear(&out)?;
        Ok(subject.build(project, site, &out))
    })?
    .into_iter();
    let figures = subjects
        .iter()
        .map(|subject| subject.takes(texts).then(|| figures.next()).flatten())
        .collect();
    sites::clear(&out)?;
    let again = match taking.first() {
        Some((site, ours)) => again(project, ours, site, &out)?,
        None => bail!("there is nothing to measure"),
    };
    Ok(Measured {
        texts,
        figures,
        again,
    })
}

/// Builds that go on: an edition that isn't material gets another word each time, so that no visitor has to be asked again.
fn again(project: &Project, ours: &Subject, site: &Path, out: &Path) -> Result<Again> {
    let build = || ours.build(project, site, out);
    measure::run(&mut build())?;
    let nothing = measure::alternate(&[()], 5, |()| Ok(build()))?;
    let file = sites::add_amendment(site)?;
    measure::run(&mut build())?;
    let text = std::fs::read_to_string(&file)?;
    let mut word = 0;
    let body = measure::alternate(&[()], 5, |()| {
        word += 1;
        std::fs::write(&file, format!("{text}\nSentence {word}.\n"))?;
        // Nobody saves and builds within the same twentieth of a second; what does is looked through once more.
        std::thread::sleep(Duration::from_millis(100));
        Ok(build())
    })?;
    match (nothing.first(), body.first()) {
        (Some(nothing), Some(body)) => Ok(Again {
            nothing: *nothing,
            body: *body,
        }),
        _ => bail!("there is nothing to measure"),
    }
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
    let names: Vec<&str> = subjects
        .iter()
        .map(|subject| subject.name.as_str())
        .collect();
    let table_of =
        |title: &str, of: fn(&Middle) -> f64, is_growth: bool| {
            let mut head = vec!["texts"];
            head.extend(&names);
            if is_growth {
                head.push("ours a text, in ms");
            }
            let rows: Vec<Vec<String>> =
                measured
                    .iter()
                    .map(|size| {
                        let first = size.figures.iter().flatten().next().map_or(0.0, of);
                        let mut row = vec![size.texts.to_string()];
                        row.extend(size.figures.iter().enumerate().map(
                            |(at, figure)| match figure {
                                None => "–".to_owned(),
                                Some(figure) if at == 0 => table::figure(of(figure)),
                                Some(figure) => format!(
                                    "{} ({})",
                                    table::figure(of(figure)),
                                    table::ratio(of(figure), first)
                                ),
                            },
                        ));
                        if is_growth {
                            row.push(table::figure(first * 1000.0 / f64::from(size.texts)));
                        }
                        row
                    })
                    .collect();
            format!("{title}\n\n{}", table::markdown(&head, &rows))
        };
    let parts = [
        table_of("Seconds from start to end, in brackets how many times ours:", |figure| figure.wall, false),
        table_of("Seconds of processor time:", |figure| figure.cpu, true),
        table_of("Memory at most, in MiB:", |figure| figure.peak, false),
        again_table(measured),
        "![Processor time over texts](performance/builder-time.svg)\n\n![Memory over texts](performance/builder-memory.svg)".to_owned(),
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

fn again_table(measured: &[Measured]) -> String {
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
            let Again { nothing, body } = &size.again;
            let figures = [nothing.wall, nothing.cpu, body.wall, body.cpu].map(table::figure);
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
    of: fn(&Middle) -> f64,
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
