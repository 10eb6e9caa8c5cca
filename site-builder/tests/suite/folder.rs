//! A copy of the small good site in a folder of its own.

use camino::{Utf8Path, Utf8PathBuf};
use site_builder::build::{self, Options, Outcome};
use site_builder::cli::deploy;
use site_builder::content::date;
use site_builder::report::diagnostic::Diagnostic;
use site_builder::report::draw::{self, Style};
use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Output};
use tempfile::TempDir;

/// The folder of the site inside of the copy.
pub(crate) const SITE: &str = "content/example.kz";

/// The only edition of the good site.
pub(crate) const EDITION: &str = "content/example.kz/en/privacy/2026-01-01.md";

/// A folder with `content/` and `themes/`, deleted at the end of the test.
pub(crate) struct Folder {
    root: TempDir,
}

/// What a site is built for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To look at it.
    LookAt,
    /// To publish it.
    Deploy,
}

/// What an author is told.
pub(crate) struct Told {
    /// The diagnostics, sorted.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The report as it is drawn.
    pub(crate) report: String,
}

impl Folder {
    /// The good site.
    pub(crate) fn good() -> Self {
        let folder = Self {
            root: TempDir::new().unwrap(),
        };
        copy(&fixtures().join("site"), &folder.path());
        folder
    }

    /// Where it is.
    pub(crate) fn path(&self) -> Utf8PathBuf {
        Utf8PathBuf::from_path_buf(self.root.path().to_owned()).unwrap()
    }

    /// The text of a file.
    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).unwrap()
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

    /// Builds and, when nothing forbids it, writes into `dist/`.
    pub(crate) fn build(&self) -> Told {
        self.build_for(Purpose::LookAt)
    }

    /// The same, for a purpose.
    pub(crate) fn build_for(&self, purpose: Purpose) -> Told {
        let options = Options {
            content: self.path().join("content"),
            themes: self.path().join("themes"),
            out: self.path().join("dist"),
            sites: Vec::new(),
            today: date::parse("2026-06-01").unwrap(),
        };
        let mut outcome = build::build(&options);
        if purpose == Purpose::Deploy {
            deploy::guard(&mut outcome, &options);
        }
        let Outcome {
            sources,
            mut diagnostics,
            built,
        } = outcome;
        let outcome = Outcome {
            sources,
            diagnostics: diagnostics.clone(),
            built,
        };
        diagnostics.extend(build::write(&outcome, &options).err());
        let report = draw::text(&diagnostics, &outcome.sources, Style::Plain);
        Told {
            diagnostics,
            report: report.replace(&format!("{}/", self.path()), ""),
        }
    }

    /// Runs the program itself in the folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The program, about to run in the folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(arguments);
        command.args(["--today", "2026-06-01"]);
        command
    }

    /// The program with nothing added to its arguments.
    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_site-builder"));
        command.args(arguments).current_dir(self.path());
        command
    }

    /// Every file below a folder with its bytes.
    pub(crate) fn snapshot(&self, below: &str) -> BTreeMap<String, Vec<u8>> {
        files_below(&self.path().join(below))
    }
}

/// Every file below a folder with its bytes.
pub(crate) fn files_below(root: &Utf8Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    collect(root, root, &mut files);
    files
}

/// The folder of fixtures.
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
