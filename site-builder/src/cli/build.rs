//! `site-builder build`: once, or again and again as long as it is watching.

use super::watch::Watch;
use super::{Format, Inputs, finish, options, refusal, refuse_denied, summary, tell};
use crate::build::{self, Destination, Options, Outcome};
use crate::output::cache::BuildCache;
use crate::output::disk;
use crate::output::staging::Written;
use crate::report::diagnostic::has_error;
use crate::report::draw::{self, Style};
use crate::report::source::Stamp;
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

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
    /// Stay, and build again when a file of `content/` or `themes/` changes. With `--format json`, for tools, each build ends with a line that
    /// has an `event`, `built` or `failed`, and the program ends when its standard input does.
    #[arg(long)]
    watch: bool,
}

/// Builds.
pub(super) fn run(arguments: &BuildArguments) -> ExitCode {
    let mut memories = Memories::new(arguments.full);
    if arguments.watch {
        return watch(arguments, &mut memories);
    }
    let start = Instant::now();
    let options = options(&arguments.inputs, arguments.out.clone());
    let result = build(arguments, &options, &mut memories);
    let format = arguments.inputs.format;
    let written = match &result.written {
        Ok(written) => written,
        Err(consequence) => return finish(&result.outcome, format, consequence),
    };
    memories.leave(&options);
    let code = finish(&result.outcome, format, "");
    for (site, written) in written {
        tell(&format!(
            "{}: {}, {} ms",
            options.out.join(site),
            account(*written),
            start.elapsed().as_millis()
        ));
    }
    code
}

fn account(written: Written) -> String {
    format!(
        "{} files, {} written, {} unchanged, {} deleted",
        written.changed + written.same,
        written.changed,
        written.same,
        written.deleted
    )
}

/// What came of a build.
struct Done {
    outcome: Outcome,
    /// What was written of each site; when nothing was, what that means.
    written: Result<Vec<(String, Written)>, &'static str>,
}

fn build(arguments: &BuildArguments, options: &Options, memories: &mut Memories) -> Done {
    memories.begin();
    let mut outcome = build::build_from(options, Destination::Folder, |folder| {
        memories.of(&options.out.join(folder), folder)
    });
    refuse_denied(&mut outcome, options, &arguments.inputs.deny);
    if has_error(&outcome.diagnostics) {
        return Done {
            outcome,
            written: Err("nothing was written"),
        };
    }
    let written = match build::write(&outcome, options) {
        Ok(written) => Ok(written),
        Err(diagnostic) => {
            outcome.diagnostics.push(diagnostic);
            Err("the folder is as before")
        }
    };
    if written.is_ok() {
        for built in &mut outcome.built {
            memories.learn(&built.folder, std::mem::take(&mut built.cache));
        }
    }
    Done { outcome, written }
}

/// What is remembered of each site.
struct Memories {
    builder: String,
    /// Nothing is remembered from before.
    is_full: bool,
    now: u64,
    sites: BTreeMap<String, Arc<BuildCache>>,
    /// Sites whose memory isn't what stands on disk.
    new: Vec<String>,
}

impl Memories {
    fn new(is_full: bool) -> Self {
        // Another build of this program may do otherwise, whatever its version.
        let program = std::env::current_exe().ok();
        let path = program.and_then(|path| Utf8PathBuf::from_path_buf(path).ok());
        let stamp = path.and_then(|path| Stamp::at(&path));
        Self {
            builder: format!("{} {stamp:?}", env!("CARGO_PKG_VERSION")),
            is_full,
            now: 0,
            sites: BTreeMap::new(),
            new: Vec::new(),
        }
    }

    /// Sets the clock by which files count as new.
    fn begin(&mut self) {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        self.now = since.map_or(0, |since| {
            u64::try_from(since.as_nanos()).unwrap_or_default()
        });
        for memory in self.sites.values_mut() {
            if let Some(memory) = Arc::get_mut(memory) {
                memory.set_now(self.now);
            }
        }
    }

    fn of(&mut self, out: &Utf8Path, folder: &str) -> Arc<BuildCache> {
        let known = self.sites.entry(folder.to_owned()).or_insert_with(|| {
            let left = if self.is_full {
                Vec::new()
            } else {
                disk::read_cache(out)
            };
            Arc::new(BuildCache::read(&left, self.builder.clone(), self.now))
        });
        Arc::clone(known)
    }

    fn learn(&mut self, folder: &str, memory: BuildCache) {
        let before = self.sites.insert(folder.to_owned(), Arc::new(memory));
        let is_same = before
            .zip(self.sites.get(folder))
            .is_some_and(|(before, now)| before.is_same(now));
        if !is_same {
            self.new.push(folder.to_owned());
        }
    }

    /// Leaves what is new for the next build.
    fn leave(&mut self, options: &Options) {
        for folder in self.new.drain(..) {
            if let Some(memory) = self.sites.get(&folder) {
                disk::write_cache(&options.out.join(&folder), &memory.to_bytes());
            }
        }
    }
}

/// What a tool is told after each build.
#[derive(Serialize)]
struct Event<'e> {
    event: &'static str,
    milliseconds: u128,
    /// Files that are new or changed.
    written: usize,
    /// Files that are gone.
    deleted: usize,
    /// What is wrong, drawn for people; may be empty.
    report: &'e str,
}

fn watch(arguments: &BuildArguments, memories: &mut Memories) -> ExitCode {
    let folders = [&*arguments.inputs.content, &*arguments.inputs.themes];
    let watch = match Watch::start(&folders) {
        Ok(watch) => watch,
        Err(diagnostic) => return finish(&refusal(diagnostic), arguments.inputs.format, ""),
    };
    if arguments.inputs.format == Format::Json {
        end_with_input();
    }
    let mut told = Vec::new();
    for round in 0_u64.. {
        let start = Instant::now();
        let options = options(&arguments.inputs, arguments.out.clone());
        let done = build(arguments, &options, memories);
        let milliseconds = start.elapsed().as_millis();
        // One look at the disk is enough for the next program; this one remembers by itself.
        if round == 0 && done.written.is_ok() {
            memories.leave(&options);
        }
        let is_news = round == 0 || done.outcome.diagnostics != told || changes(&done) > 0;
        if is_news {
            tell_of(arguments.inputs.format, &done, milliseconds);
        }
        told = done.outcome.diagnostics;
        if !watch.wait() {
            break;
        }
    }
    ExitCode::FAILURE
}

/// However the tool ends that started this program: its end of the pipe closes then.
fn end_with_input() {
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
}

/// Files that were written or deleted.
fn changes(done: &Done) -> usize {
    let sites = done.written.iter().flatten();
    sites
        .map(|(_, written)| written.changed + written.deleted)
        .sum()
}

fn tell_of(format: Format, done: &Done, milliseconds: u128) {
    let Outcome {
        sources,
        diagnostics,
        ..
    } = &done.outcome;
    if format == Format::Json {
        let report = draw::text(diagnostics, sources, Style::Plain);
        let sum = |count: fn(&Written) -> usize| -> usize {
            let sites = done.written.iter().flatten();
            sites.map(|(_, written)| count(written)).sum()
        };
        let event = Event {
            event: if done.written.is_ok() {
                "built"
            } else {
                "failed"
            },
            milliseconds,
            written: sum(|written| written.changed),
            deleted: sum(|written| written.deleted),
            report: &report,
        };
        let mut lines = draw::json(diagnostics, sources);
        lines.push_str(&serde_json::to_string(&event).unwrap_or_default());
        lines.push('\n');
        // A closed pipe is no reason to fail.
        let _ = std::io::stdout().write_all(lines.as_bytes());
        return;
    }
    match &done.written {
        Ok(written) => {
            let line = summary(diagnostics, "");
            for (site, written) in written {
                tell(&format!(
                    "{site}: {}, {milliseconds} ms{}{line}",
                    account(*written),
                    if line.is_empty() { "" } else { "; " }
                ));
            }
        }
        Err(consequence) => {
            finish(&done.outcome, format, consequence);
        }
    }
}
