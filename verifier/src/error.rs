//! A file that can't be checked at all. What is wrong with a log is a [`crate::Finding`].

use crate::printable::{printable, printable_json};
use annotate_snippets::{Level, Origin, Renderer};
use camino::Utf8PathBuf;
use serde::Serialize;
use std::io;

/// Why a file can't be checked. The message says the cause already, so `source` is none; it is
/// harmless for terminals, whatever stands in the file or its name.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The file can't be opened or read.
    #[error("`{}` can't be read: {}", printable(.0.as_str()), printable(&.1.to_string()))]
    Unreadable(Utf8PathBuf, io::Error),
    /// The file has more bytes than any of its kind.
    #[error("`{}` is larger than {} MiB", printable(.0.as_str()), .1 >> 20)]
    TooLarge(Utf8PathBuf, u64),
    /// The file isn't what it should be; the text says why.
    #[error("`{}`: {}", printable(.0.as_str()), printable(.1))]
    Invalid(Utf8PathBuf, String),
    /// The site's archive was altered or is incomplete; the text says where.
    #[error("{}", printable(.1))]
    BrokenArchive(Utf8PathBuf, String),
    /// A server doesn't answer, or refuses; the text says how.
    #[error("`{}` can't be fetched: {}", printable(.0.as_str()), printable(.1))]
    Unreachable(Utf8PathBuf, String),
    /// The file can't be written.
    #[error("`{}` can't be written: {}", printable(.0.as_str()), printable(&.1.to_string()))]
    Unwritable(Utf8PathBuf, io::Error),
}

impl InputError {
    /// Stable: programs branch on it. Where the site builder has such a diagnostic, its code.
    const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(..) => "unreadable-file",
            Self::TooLarge(..) => "file-too-large",
            Self::Invalid(..) => "invalid-text",
            Self::BrokenArchive(..) => "broken-archive",
            Self::Unreachable(..) => "unreachable-log",
            Self::Unwritable(..) => "unwritable-file",
        }
    }

    fn path(&self) -> &str {
        match self {
            Self::Unreadable(path, _)
            | Self::TooLarge(path, _)
            | Self::Invalid(path, _)
            | Self::BrokenArchive(path, _)
            | Self::Unreachable(path, _)
            | Self::Unwritable(path, _) => path.as_str(),
        }
    }

    /// What to do; `program` is the command line that was called, without its arguments.
    fn help(&self, program: &str) -> String {
        match self {
            Self::Unreadable(..) => {
                "check that it is there, that it is a file, and that you may read it".to_owned()
            }
            Self::TooLarge(..) => {
                "policies, checkpoints and receipts have a few kilobytes; is this the right file?"
                    .to_owned()
            }
            Self::Invalid(..) => {
                format!("`{program} --help` says what each file is and where it comes from")
            }
            Self::BrokenArchive(..) => "take the archive of a build that nobody touched".to_owned(),
            Self::Unreachable(..) => {
                "check the address and, for entries and exports, the token; try again later"
                    .to_owned()
            }
            Self::Unwritable(..) => "check that the folder is there and has room".to_owned(),
        }
    }

    /// The error for people, as the site builder draws its diagnostics.
    pub(crate) fn text(&self, program: &str, renderer: &Renderer) -> String {
        let message = self.to_string();
        let (path, help) = (printable(self.path()), self.help(program));
        let group = Level::ERROR
            .primary_title(message.as_str())
            .id(self.code())
            .element(Origin::path(path.as_str()))
            .element(Level::HELP.message(help.as_str()));
        format!("{}\n\n", renderer.render(&[group]))
    }

    /// The error for tools: one JSON object on a line.
    pub(crate) fn json(&self, program: &str) -> Result<String, serde_json::Error> {
        #[derive(Serialize)]
        struct Line<'e> {
            severity: &'static str,
            code: &'static str,
            message: String,
            file: &'e str,
            help: String,
        }
        let line = Line {
            severity: "error",
            code: self.code(),
            message: self.to_string(),
            file: self.path(),
            help: self.help(program),
        };
        Ok(printable_json(&(serde_json::to_string(&line)? + "\n")))
    }
}
