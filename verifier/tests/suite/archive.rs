//! Texts that records name, looked up in the archive of a built site.

use crate::support::*;
use camino::{Utf8Path, Utf8PathBuf};
use domain::archive::{FOLDER, INDEX, IndexEntry, TextKind, file_name};
use domain::{Digest, Locale, LogHead, revision_of};
use std::fs;
use tempfile::TempDir;
use verifier::{FindingKind, InputError, Options, Report, verify};

const REVISION_TEXT: &str = "what visitors are asked about";
const BANNER: &str = "<aside>";
const CHOICES: &str = "<form>";

/// A built site with the archive of one revision, and a log of one record that names
/// a text as shown.
struct Site {
    folder: TempDir,
}

impl Site {
    fn new(shown: &str) -> Self {
        let site = Self {
            folder: TempDir::new().unwrap(),
        };
        fs::create_dir(site.path(FOLDER)).unwrap();
        let revision = revision_of(&Digest::of(&[REVISION_TEXT.as_bytes()]));
        let index = [
            (TextKind::Revision, REVISION_TEXT, None),
            (TextKind::Banner, BANNER, Some("kk")),
            (TextKind::Choices, CHOICES, Some("kk")),
        ]
        .map(|(kind, text, locale)| {
            let sha256 = Digest::of(&[text.as_bytes()]).to_string();
            fs::write(site.text_path(text), text).unwrap();
            IndexEntry {
                first_day: None,
                kind,
                locale: locale.map(|tag| Locale::try_from(tag).unwrap()),
                revision: revision.clone(),
                sha256,
                edition: None,
            }
        });
        let index = serde_json::to_vec(&index).unwrap();
        fs::write(site.path(FOLDER).join(INDEX), index).unwrap();
        let draft = draft_on(&manifest(SITE, &revision, shown), 1, false);
        let start = LogHead::empty(SITE);
        let lines = export(&[next(&start, draft)], &start).join("\n");
        fs::write(site.path("log.ndjson"), lines + "\n").unwrap();
        fs::write(site.path("keys.json"), key_set(&SEED, "1")).unwrap();
        site
    }

    fn path(&self, name: &str) -> Utf8PathBuf {
        Utf8Path::from_path(self.folder.path()).unwrap().join(name)
    }

    fn text_path(&self, text: &str) -> Utf8PathBuf {
        let sha256 = Digest::of(&[text.as_bytes()]).to_string();
        self.path(FOLDER).join(file_name(&sha256))
    }

    fn check(&self) -> Result<Report, InputError> {
        let options = Options {
            thing: Some(self.path("log.ndjson")),
            keys: Some(self.path("keys.json")),
            site: Some(SITE.to_owned()),
            site_folder: Some(self.path("")),
            ..Options::default()
        };
        verify(&options, NOW, &mut |_, _| {})
    }

    fn broken_archive(&self) -> String {
        match self.check() {
            Err(InputError::BrokenArchive(_, message)) => message,
            other => panic!("the archive passes for whole: {other:?}"),
        }
    }
}

#[test]
fn a_text_that_was_shown_is_found() {
    let report = Site::new(BANNER).check().unwrap();
    assert!(report.verified, "{:?}", report.finding);
    let texts = report.texts.unwrap();
    assert_eq!((texts.found, texts.missing), (1, 0));
}

#[test]
fn a_text_that_was_never_shown_in_the_banner_is_missing() {
    // The second one is in the archive, but as the form of the choices page.
    for shown in ["another text", CHOICES] {
        let report = Site::new(shown).check().unwrap();
        assert_eq!(report.finding.unwrap().kind, FindingKind::UnknownText);
        let texts = report.texts.unwrap();
        assert_eq!((texts.found, texts.missing), (0, 1));
    }
}

#[test]
fn an_archive_that_was_touched_is_refused() {
    let site = Site::new(BANNER);
    fs::write(site.text_path(BANNER), "<aside hidden>").unwrap();
    assert!(site.broken_archive().contains("was altered"));
    fs::remove_file(site.text_path(BANNER)).unwrap();
    assert!(site.broken_archive().contains("isn't there"));
    fs::create_dir(site.text_path(BANNER)).unwrap();
    assert!(site.broken_archive().contains("can't be read"));
}

#[test]
fn a_revision_is_the_hash_of_its_text() {
    let site = Site::new(BANNER);
    let index = site.path(FOLDER).join(INDEX);
    let revision = revision_of(&Digest::of(&[REVISION_TEXT.as_bytes()]));
    let forged = fs::read_to_string(&index)
        .unwrap()
        .replace(&revision, "aB3-_xYz");
    fs::write(&index, forged).unwrap();
    assert!(site.broken_archive().contains("isn't the text of revision"));
}
