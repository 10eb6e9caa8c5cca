//! `site-builder build`: once, or with `--watch` after each change.

mod cache_store;

use super::watch::Watch;
use super::{Format, Inputs, deny_as_asked, finish, options, print, summary};
use crate::build::{self, BuildOptions, BuildOutcome, Destination};
use crate::output::staging::WriteCounts;
use crate::report::diagnostic::{has_error, or_report};
use crate::report::draw::{self, Style};
use cache_store::CacheStore;
use camino::Utf8PathBuf;
use clap::Args;
use serde::Serialize;
use std::process::ExitCode;
use std::time::Instant;

#[derive(Debug, Args)]
pub(super) struct BuildArguments {
    #[command(flatten)]
    inputs: Inputs,
    /// Folder that gets a folder per site.
    #[arg(long, default_value = "dist", value_name = "FOLDER")]
    out: Utf8PathBuf,
    /// Make everything anew: what the last build left for this one isn't looked at.
    #[arg(long)]
    full: bool,
    /// Stay, and build again when a file of `content/` or `themes/` changes. With `--format json`,
    /// for tools, each build ends with a line that has an `event`, `built` or `failed`, and the
    /// program ends when its standard input does.
    #[arg(long)]
    watch: bool,
}

pub(super) fn run(arguments: &BuildArguments) -> ExitCode {
    let mut caches = CacheStore::new(arguments.full);
    if arguments.watch {
        return watch(arguments, &mut caches);
    }
    let start = Instant::now();
    let options = options(&arguments.inputs, arguments.out.clone());
    let run = build(arguments, &options, &mut caches);
    let format = arguments.inputs.format;
    let written = match &run.written {
        Ok(written) => written,
        Err(consequence) => return finish(&run.outcome, format, consequence),
    };
    caches.store(&options.out);
    let code = finish(&run.outcome, format, "");
    for (site, counts) in written {
        print::line(&format!(
            "{}: {}, {} ms",
            options.out.join(site),
            counts_line(*counts),
            start.elapsed().as_millis()
        ));
    }
    code
}

fn counts_line(counts: WriteCounts) -> String {
    format!(
        "{} files, {} written, {} unchanged, {} deleted",
        counts.changed + counts.unchanged,
        counts.changed,
        counts.unchanged,
        counts.deleted
    )
}

/// A build and what it wrote.
struct BuildRun {
    outcome: BuildOutcome,
    /// By site; the consequence for the user when nothing was written.
    written: Result<Vec<(String, WriteCounts)>, &'static str>,
}

impl BuildRun {
    /// The counts of all sites together.
    fn total(&self) -> WriteCounts {
        let mut total = WriteCounts::default();
        for (_, counts) in self.written.iter().flatten() {
            total.changed += counts.changed;
            total.unchanged += counts.unchanged;
            total.deleted += counts.deleted;
        }
        total
    }
}

fn build(arguments: &BuildArguments, options: &BuildOptions, caches: &mut CacheStore) -> BuildRun {
    caches.start_build();
    let mut outcome = build::build_with_cache(options, Destination::Folder, |folder| {
        caches.load(&options.out, folder)
    });
    deny_as_asked(&mut outcome, options, &arguments.inputs.deny);
    if has_error(&outcome.diagnostics) {
        return BuildRun {
            outcome,
            written: Err("nothing was written"),
        };
    }
    let written = or_report(build::write(&outcome, options), &mut outcome.diagnostics);
    if written.is_some() {
        for site in &mut outcome.sites {
            caches.update(&site.folder, std::mem::take(&mut site.cache));
        }
    }
    BuildRun {
        outcome,
        written: written.ok_or("the folder is as before"),
    }
}

/// The line of JSON for tools after each build.
#[derive(Serialize)]
struct Event<'e> {
    event: &'static str,
    milliseconds: u128,
    /// Files that are new or changed.
    written: usize,
    deleted: usize,
    /// The diagnostics as they are drawn for people; may be empty.
    report: &'e str,
}

fn watch(arguments: &BuildArguments, caches: &mut CacheStore) -> ExitCode {
    let format = arguments.inputs.format;
    let folders = [&*arguments.inputs.content, &*arguments.inputs.themes];
    let watch = match Watch::start(&folders) {
        Ok(watch) => watch,
        Err(diagnostic) => return finish(&diagnostic.into(), format, ""),
    };
    if format == Format::Json {
        exit_when_stdin_closes();
    }
    let mut reported = Vec::new();
    for round in 0_u64.. {
        let start = Instant::now();
        let options = options(&arguments.inputs, arguments.out.clone());
        let run = build(arguments, &options, caches);
        let milliseconds = start.elapsed().as_millis();
        // Stored once for the next program; this one has the caches in memory.
        if round == 0 && run.written.is_ok() {
            caches.store(&options.out);
        }
        let total = run.total();
        let has_changed = run.outcome.diagnostics != reported || total.changed + total.deleted > 0;
        if round == 0 || has_changed {
            match format {
                Format::Json => print_event(&run, milliseconds),
                Format::Text => print_run(&run, milliseconds),
            }
        }
        reported = run.outcome.diagnostics;
        if !watch.wait() {
            break;
        }
    }
    ExitCode::FAILURE
}

/// The tool that started this program holds the other end of the pipe, which closes however it
/// ends.
fn exit_when_stdin_closes() {
    std::thread::spawn(|| {
        #[expect(
            clippy::let_underscore_must_use,
            reason = "a pipe that can't be read any more is closed as well"
        )]
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
}

fn print_event(run: &BuildRun, milliseconds: u128) {
    let BuildOutcome {
        sources,
        diagnostics,
        ..
    } = &run.outcome;
    let total = run.total();
    let event = Event {
        event: if run.written.is_ok() {
            "built"
        } else {
            "failed"
        },
        milliseconds,
        written: total.changed,
        deleted: total.deleted,
        report: &draw::text(diagnostics, sources, Style::Plain),
    };
    print::data(&(draw::json(diagnostics, sources) + &draw::json_line(&event)));
}

fn print_run(run: &BuildRun, milliseconds: u128) {
    let written = match &run.written {
        Ok(written) => written,
        Err(consequence) => {
            finish(&run.outcome, Format::Text, consequence);
            return;
        }
    };
    let summary = summary(&run.outcome.diagnostics, "");
    for (site, counts) in written {
        print::line(&format!(
            "{site}: {}, {milliseconds} ms{}{summary}",
            counts_line(*counts),
            if summary.is_empty() { "" } else { "; " }
        ));
    }
}
