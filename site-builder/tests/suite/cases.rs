//! The fixtures of diagnostics: one file a code, in it one case a check.
//!
//! A case changes one thing of the good site, once with a mistake and once without.
//! `docs/diagnostics.md` is generated from them too.

use crate::support::{EDITION, Project, Purpose, Report, SITE, fixtures};
use serde::Deserialize;
use std::fs;
use std::os::unix::fs::symlink;

/// `fixtures/diagnostics/<code>.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fixture {
    /// One for each check that reports this code.
    pub(crate) case: Vec<Case>,
}

/// One change, with and without a mistake.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// What is wrong, as a sentence.
    pub(crate) name: String,
    /// The file below the folder of the site, or below the root when it starts with `/`; the
    /// edition by default.
    #[serde(default = "edition")]
    pub(crate) file: String,
    /// Words of the good site to replace; none: the body of the edition, or the whole file.
    pub(crate) from: Option<String>,
    /// The form with the mistake.
    #[serde(default)]
    pub(crate) bad: Change,
    /// The form without the mistake; none: as in the good site.
    pub(crate) good: Option<String>,
    /// Whether the site with the changes of `also` was published: its texts are archived.
    #[serde(default)]
    pub(crate) published: bool,
    /// Whether the site is built to be deployed.
    #[serde(default)]
    pub(crate) deploy: bool,
    /// Changes that both forms need.
    #[serde(default)]
    pub(crate) also: Vec<Also>,
}

/// What happens to a file.
#[derive(Deserialize, Default)]
#[serde(untagged)]
pub(crate) enum Change {
    /// Nothing: the mistake is in `also`.
    #[default]
    Nothing,
    /// It gets this text.
    Text(String),
    /// It gets content that a TOML string can't hold.
    Special(Special),
}

/// Content that a TOML string can't hold.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Special {
    /// The file holds these bytes.
    Bytes(Vec<u8>),
    /// The file is a symbolic link to this path.
    Link(String),
    /// The text so many times, with the number of each repetition for `{n}`.
    Repeat(String, usize),
    /// The file or folder is missing.
    Gone(bool),
}

/// A further change.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Also {
    #[serde(default = "edition")]
    pub(crate) file: String,
    pub(crate) from: Option<String>,
    pub(crate) to: String,
}

fn edition() -> String {
    EDITION
        .strip_prefix(SITE)
        .unwrap()
        .trim_start_matches('/')
        .to_owned()
}

/// The fixture of a code.
pub(crate) fn fixture(code: &str) -> Option<Fixture> {
    let path = fixtures().join(format!("diagnostics/{code}.toml"));
    let text = fs::read_to_string(path).ok()?;
    match toml::from_str(&text) {
        Ok(fixture) => Some(fixture),
        Err(error) => panic!("{code}.toml: {error}"),
    }
}

impl Case {
    /// The report of a build with the mistake.
    pub(crate) fn build_bad(&self) -> Report {
        let project = self.prepared();
        let path = self.path();
        match &self.bad {
            Change::Nothing => {}
            Change::Text(text) => change(&project, &path, self.from.as_deref(), text),
            Change::Special(Special::Repeat(words, times)) => {
                let text: String = (0..*times)
                    .map(|number| words.replace("{n}", &number.to_string()))
                    .collect();
                match &self.from {
                    Some(from) => project.replace(&path, from, &text),
                    None => project.write(&path, text),
                }
            }
            Change::Special(special) => special.apply(&project, &path),
        }
        project.build_for(self.purpose())
    }

    /// The report of a build without the mistake, which should be empty.
    pub(crate) fn build_good(&self) -> Report {
        let project = self.prepared();
        if let Some(text) = &self.good {
            change(&project, &self.path(), self.from.as_deref(), text);
        }
        project.build_for(self.purpose())
    }

    fn purpose(&self) -> Purpose {
        if self.deploy {
            Purpose::Deploy
        } else {
            Purpose::Preview
        }
    }

    fn prepared(&self) -> Project {
        let project = Project::good();
        for also in &self.also {
            change(
                &project,
                &path_of(&also.file),
                also.from.as_deref(),
                &also.to,
            );
        }
        if self.published {
            project.archive();
        }
        project
    }

    fn path(&self) -> String {
        path_of(&self.file)
    }
}

/// The path in the project of a file that a fixture names.
pub(crate) fn path_of(file: &str) -> String {
    match file.strip_prefix('/') {
        Some(path) => path.to_owned(),
        None => format!("{SITE}/{file}"),
    }
}

fn change(project: &Project, path: &str, from: Option<&str>, to: &str) {
    match from {
        Some(from) => project.replace(path, from, to),
        None if path.ends_with(".md") && !to.starts_with("+++") => project.write_body(path, to),
        None => project.write(path, to),
    }
}

impl Special {
    fn apply(&self, project: &Project, path: &str) {
        let target = project.path().join(path);
        if target.is_dir() {
            fs::remove_dir_all(&target).unwrap();
        } else if target.exists() {
            fs::remove_file(&target).unwrap();
        }
        match self {
            Self::Bytes(bytes) => project.write(path, bytes),
            Self::Link(to) => symlink(to, target).unwrap(),
            Self::Gone(gone) => assert!(gone),
            // `build_bad` writes it.
            Self::Repeat(..) => {}
        }
    }
}
