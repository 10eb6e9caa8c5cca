//! `site-builder import`: from a document to an edition and its page.

mod command;
mod content;

use crate::support::{Project, read, repository, stderr};
use camino::Utf8PathBuf;
use regex::Regex;
use scraper::Html;
use std::process::Output;

/// A site of one policy in one language, made from the starter.
struct Site {
    project: Project,
    locale: &'static str,
}

impl Site {
    fn new(locale: &'static str) -> Self {
        let project = Project::empty();
        let starter = repository().join("content/_starter");
        let locales = Regex::new("locales = .*").unwrap();
        let settings = read(&starter.join("site.toml"));
        let settings = locales.replace(&settings, format!("locales = [\"{locale}\"]"));
        project.write("content/example.kz/site.toml", settings.as_ref());
        let register = read(&starter.join("services.toml"));
        project.write("content/example.kz/services.toml", register);
        Self { project, locale }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.project.program(arguments).output().unwrap()
    }

    /// Imports a file of the project as the edition of 2025-04-17.
    fn import_with(&self, file: &str, more: &[&str]) -> Output {
        let arguments = [
            "import",
            file,
            "--site",
            "example.kz",
            "--policy",
            "privacy",
            "--locale",
            self.locale,
            "--date",
            "2025-04-17",
        ];
        self.run(&[&arguments, more].concat())
    }

    /// Imports a document that must be accepted. Returns the report.
    fn import(&self, document: &str) -> String {
        self.project.write("old.md", document);
        let output = self.import_with("old.md", &[]);
        assert!(output.status.success(), "{}", stderr(&output));
        stderr(&output)
    }

    /// Where [`Self::import_with`] writes the edition.
    fn edition(&self) -> Utf8PathBuf {
        self.project.path().join(format!(
            "content/example.kz/{}/privacy/2025-04-17.md",
            self.locale
        ))
    }

    /// The page of the policy after a build that found no error.
    fn page(&self) -> Html {
        let themes = repository().join("themes");
        let output = self.run(&[
            "build",
            "--today",
            "2026-11-20",
            "--themes",
            themes.as_str(),
        ]);
        assert!(output.status.success(), "{}", stderr(&output));
        let page = format!("dist/example.kz/{}/privacy/index.html", self.locale);
        Html::parse_document(&self.project.read(&page))
    }

    /// The editions of the site, by their paths in it.
    fn editions(&self) -> Vec<String> {
        let files = self.project.snapshot("content/example.kz");
        let mut paths: Vec<String> = files.into_keys().collect();
        paths.retain(|path| path.ends_with(".md"));
        paths
    }
}
