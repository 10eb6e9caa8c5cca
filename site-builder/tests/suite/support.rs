//! What the tests share: a project in a folder of its own, builds of it, and readers of pages.

use camino::{Utf8Path, Utf8PathBuf};
use chrono::NaiveDate;
use scraper::{Html, Selector};
use site_builder::build::{self, BuildOptions, BuildOutcome};
use site_builder::cli::deploy;
use site_builder::content::date;
use site_builder::report::diagnostic::{Diagnostic, Severity};
use site_builder::report::draw::{self, Style};
use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Output};
use tempfile::TempDir;

/// The folder of the good site inside of a project.
pub(crate) const SITE: &str = "content/example.kz";

/// The only edition of the good site.
pub(crate) const EDITION: &str = "content/example.kz/en/privacy/2026-01-01.md";

/// The day on which the good site is built.
const TODAY: &str = "2026-06-01";

/// A folder with `content/` and `themes/`, deleted at the end of the test.
pub(crate) struct Project {
    root: TempDir,
}

/// The data of the site that stands in a published script.
pub(crate) fn script_data(script: &str) -> serde_json::Value {
    let (_, data) = script.rsplit_once("})(").unwrap();
    serde_json::from_str(data.trim_end().trim_end_matches(");")).unwrap()
}

/// What a site is built for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Preview,
    Deploy,
}

/// What a build reports.
pub(crate) struct Report {
    /// The diagnostics, sorted.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The diagnostics as they are drawn for people, with paths below the project.
    pub(crate) text: String,
}

impl Project {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self {
            root: TempDir::new().unwrap(),
        }
    }

    /// The small good site of `fixtures/site`, which builds without any diagnostic.
    pub(crate) fn good() -> Self {
        let project = Self::empty();
        copy(&fixtures().join("site"), &project.path());
        project
    }

    /// The good site in the default theme.
    pub(crate) fn in_default_theme() -> Self {
        let project = Self::good();
        project.copy_from_repository("themes/default");
        let settings = format!("{SITE}/site.toml");
        project.replace(&settings, "theme = \"tiny\"", "theme = \"default\"");
        project
    }

    pub(crate) fn path(&self) -> Utf8PathBuf {
        Utf8PathBuf::from_path_buf(self.root.path().to_owned()).unwrap()
    }

    pub(crate) fn read(&self, file: &str) -> String {
        read(&self.path().join(file))
    }

    /// Writes a file and the folders around it.
    pub(crate) fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Replaces words that stand in a file exactly once.
    pub(crate) fn replace(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {file}:\n{text}");
        self.write(file, text.replace(from, to));
    }

    /// Gives an edition another body; the front matter stays.
    pub(crate) fn write_body(&self, file: &str, body: &str) {
        let front = front_matter(&self.read(EDITION));
        self.write(file, format!("{front}\n{body}"));
    }

    /// Copies a folder of the repository to the same place in the project.
    pub(crate) fn copy_from_repository(&self, folder: &str) {
        copy(&repository().join(folder), &self.path().join(folder));
    }

    /// Builds, and writes `dist/` unless there is an error.
    pub(crate) fn build(&self) -> Report {
        self.build_for(Purpose::Preview)
    }

    pub(crate) fn build_for(&self, purpose: Purpose) -> Report {
        let options = BuildOptions {
            out: self.path().join("dist"),
            ..options(&self.path(), TODAY)
        };
        let mut outcome = build::build(&options);
        if purpose == Purpose::Deploy {
            deploy::guard(&mut outcome, &options);
        }
        let written = build::write(&outcome, &options);
        let BuildOutcome {
            sources,
            mut diagnostics,
            ..
        } = outcome;
        diagnostics.extend(written.err());
        let text = draw::text(&diagnostics, &sources, Style::Plain);
        Report {
            diagnostics,
            text: text.replace(&format!("{}/", self.path()), ""),
        }
    }

    /// Archives the texts of all sites on the day of the good site.
    pub(crate) fn archive(&self) {
        let output = self.run(&["archive"]);
        assert!(output.status.success(), "{}", stderr(&output));
    }

    /// Runs the program in the project on the day of the good site.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The program, about to run in the project on the day of the good site.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(arguments);
        command.args(["--today", TODAY]);
        command
    }

    /// The program, about to run in the project with these arguments alone.
    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_site-builder"));
        command.args(arguments).current_dir(self.path());
        command
    }

    /// Every file below a folder of the project with its bytes.
    pub(crate) fn snapshot(&self, below: &str) -> BTreeMap<String, Vec<u8>> {
        files_below(&self.path().join(below))
    }
}

/// BuildOptions of a build of all sites in memory.
pub(crate) fn options(project: &Utf8Path, today: &str) -> BuildOptions {
    BuildOptions {
        content: project.join("content"),
        themes: project.join("themes"),
        out: Utf8PathBuf::new(),
        sites: Vec::new(),
        today: day(today),
    }
}

pub(crate) fn day(text: &str) -> NaiveDate {
    date::parse(text).unwrap()
}

/// Fails when a build found an error.
pub(crate) fn assert_no_error(outcome: &BuildOutcome) {
    let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
    let errors: Vec<_> = outcome.diagnostics.iter().filter(is_error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// What a run printed for people.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// What a run printed for tools.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The text of each element that a selector finds.
pub(crate) fn texts(page: &Html, selector: &str) -> Vec<String> {
    page.select(&Selector::parse(selector).unwrap())
        .map(|element| element.text().collect())
        .collect()
}

pub(crate) fn read(path: &Utf8Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The root of the repository.
pub(crate) fn repository() -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(crate) fn fixtures() -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The front matter of an edition, with its fences.
pub(crate) fn front_matter(text: &str) -> String {
    let end = text.get(4..).unwrap().find("+++\n").unwrap() + 8;
    text.get(..end).unwrap().to_owned()
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Utf8Path, to: &Utf8Path) {
    fs::create_dir_all(to).unwrap();
    for entry in from.read_dir_utf8().unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Every file below a folder with its bytes; none when the folder isn't there.
pub(crate) fn files_below(root: &Utf8Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    collect(root, root, &mut files);
    files
}

fn collect(root: &Utf8Path, folder: &Utf8Path, files: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = folder.read_dir_utf8() else {
        return;
    };
    for entry in entries {
        let entry = entry.unwrap();
        let path = entry.path();
        if path.is_dir() {
            collect(root, path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_string();
            files.insert(name, fs::read(path).unwrap());
        }
    }
}
