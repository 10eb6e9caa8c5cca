//! A folder of documents: the path of each, `<locale>/<policy>/<day>.html`, names its edition.

use super::Languages;
use crate::content::date;
use crate::report::diagnostic::{Code, Diagnostic, or_report};
use crate::report::source;
use camino::{Utf8Path, Utf8PathBuf};
use chrono::NaiveDate;
use domain::Locale;
use std::collections::BTreeMap;

/// A document to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceDocument {
    /// Its path, or an address of the web.
    pub file: Utf8PathBuf,
    /// The languages of its text that become editions.
    pub languages: Languages,
    /// The short address of its policy.
    pub policy: String,
    /// The day it comes into force.
    pub date: NaiveDate,
}

/// The documents of a folder, in the order of their paths.
///
/// # Errors
/// A diagnostic for each entry with a path of another form.
pub fn documents(root: &Utf8Path) -> Result<Vec<SourceDocument>, Vec<Diagnostic>> {
    let mut scan = FolderScan::default();
    for locale in scan.read_folders(root, "a folder for each language, such as `ru`") {
        let folder = root.join(&locale);
        let Ok(locale) = Locale::try_from(locale) else {
            scan.reject(
                &folder,
                "is named after no language",
                "rename it, such as to `ru`",
            );
            continue;
        };
        for policy in scan.read_folders(&folder, "a folder for each policy, such as `privacy`") {
            scan.read_policy(&folder.join(&policy), &locale, &policy);
        }
    }
    if scan.diagnostics.is_empty() && scan.documents.is_empty() {
        let help = "put documents there as `ru/privacy/2026-11-20.html`";
        scan.reject(root, "holds no document", help);
    }
    if scan.diagnostics.is_empty() {
        Ok(scan.documents)
    } else {
        Err(scan.diagnostics)
    }
}

#[derive(Default)]
struct FolderScan {
    documents: Vec<SourceDocument>,
    diagnostics: Vec<Diagnostic>,
}

impl FolderScan {
    fn reject(&mut self, path: &Utf8Path, what: &str, help: &str) {
        let message = format!("`{path}` {what}");
        self.diagnostics.push(Diagnostic::on(
            Code::InvalidEditionName,
            path.as_str(),
            message,
            help,
        ));
    }

    /// The folders in a folder; files among them are rejected.
    fn read_folders(&mut self, folder: &Utf8Path, holds: &str) -> Vec<String> {
        let Some(listing) = or_report(source::list(folder), &mut self.diagnostics) else {
            return Vec::new();
        };
        self.diagnostics.extend(listing.diagnostics);
        for file in listing.files {
            let path = folder.join(file);
            self.reject(
                &path,
                "has no place here",
                &format!("`{folder}` holds {holds}"),
            );
        }
        listing.folders
    }

    fn read_policy(&mut self, folder: &Utf8Path, locale: &Locale, policy: &str) {
        let Some(listing) = or_report(source::list(folder), &mut self.diagnostics) else {
            return;
        };
        self.diagnostics.extend(listing.diagnostics);
        for name in listing.folders {
            let path = folder.join(name);
            self.reject(&path, "is a folder among documents", "move it away");
        }
        let mut days: BTreeMap<NaiveDate, Utf8PathBuf> = BTreeMap::new();
        for name in listing.files {
            let path: Utf8PathBuf = folder.join(name);
            // The extension is not checked: the bytes decide whether it is a document.
            let Some(date) = path.file_stem().and_then(date::parse) else {
                self.reject(
                    &path,
                    "is no document named after a day",
                    "name it after the day it came into force, such as `2026-11-20.html`",
                );
                continue;
            };
            if let Some(other) = days.get(&date) {
                let what = format!("is a second document of that day, beside `{other}`");
                self.reject(
                    &path,
                    &what,
                    "leave the one that was in force, and move the other away",
                );
                continue;
            }
            days.insert(date, path.clone());
            self.documents.push(SourceDocument {
                file: path,
                languages: Languages::One(locale.clone()),
                policy: policy.to_owned(),
                date,
            });
        }
    }
}
