//! `site-builder import`: from a document to an edition and its page.

mod address;
mod command;
mod content;
mod languages;
mod report;

use crate::support::{Project, read, repository, stderr};
use camino::Utf8PathBuf;
use regex::Regex;
use scraper::Html;
use std::process::Output;

/// A site of one policy in one language, made from a pack.
struct Site {
    project: Project,
    locale: &'static str,
}

impl Site {
    fn new(locale: &'static str) -> Self {
        Self::with(locale, &[locale], &["privacy"])
    }

    /// A site with these locales and policies, whose documents are in one of the locales.
    fn with(locale: &'static str, locales: &[&str], policies: &[&str]) -> Self {
        let project = Project::empty();
        let pack = repository().join("content/_kz");
        let line = |key: &str| Regex::new(&format!("(?m)^{key} = .*$")).unwrap();
        let settings = read(&pack.join("site.toml"));
        let list = |key: &str, names: &[&str]| format!("{key} = [\"{}\"]", names.join("\", \""));
        let settings = line("locales")
            .replace(&settings, list("locales", locales))
            .into_owned();
        let settings = line("policies").replace(&settings, list("policies", policies));
        project.write("content/example.kz/site.toml", settings.as_ref());
        let register = read(&pack.join("services.toml"));
        project.write("content/example.kz/services.toml", register);
        Self { project, locale }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.project.program(arguments).output().unwrap()
    }

    /// Runs an import with the themes of the repository.
    fn run_import(&self, arguments: &[&str]) -> Output {
        let themes = repository().join("themes");
        let rest = ["--themes", themes.as_str(), "--today", "2026-11-20"];
        self.run(&[&["import"], arguments, &["--site", "example.kz"], &rest].concat())
    }

    /// Imports a file of the project as the edition of 2025-04-17.
    fn import_with(&self, file: &str, more: &[&str]) -> Output {
        let arguments = [
            file,
            "--policy",
            "privacy",
            "--locale",
            self.locale,
            "--date",
            "2025-04-17",
        ];
        self.run_import(&[&arguments, more].concat())
    }

    /// Imports a document that must be accepted. Returns the whole report.
    fn import(&self, document: &str) -> String {
        self.project.write("old.md", document);
        let output = self.import_with("old.md", &["--all"]);
        assert!(is_written(&output), "{}", stderr(&output));
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

/// Whether an import wrote its editions, also if something is left to do.
fn is_written(output: &Output) -> bool {
    matches!(output.status.code(), Some(0 | 3))
}
