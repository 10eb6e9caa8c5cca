//! A folder of documents: each says by its place which edition it is.

use crate::content::date;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source;
use camino::{Utf8Path, Utf8PathBuf};
use chrono::NaiveDate;
use domain::Locale;
use std::collections::BTreeMap;

/// A document in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Where it is.
    pub file: Utf8PathBuf,
    /// The language of its text.
    pub locale: Locale,
    /// The short address of its policy.
    pub policy: String,
    /// The day it comes into force.
    pub date: NaiveDate,
}

/// The documents of a folder, `<locale>/<policy>/<day>.html` each, in the order of their paths.
///
/// # Errors
/// A diagnostic for whatever has another place or another name.
pub fn documents(root: &Utf8Path) -> Result<Vec<Document>, Vec<Diagnostic>> {
    let mut found = Found::default();
    for locale in found.folders_of(root, "a folder for each language, such as `ru`") {
        let folder = root.join(&locale);
        let Ok(locale) = Locale::try_from(locale) else {
            found.refuse(
                &folder,
                "is named after no language",
                "rename it, such as to `ru`",
            );
            continue;
        };
        for policy in found.folders_of(&folder, "a folder for each policy, such as `privacy`") {
            found.policy(&folder.join(&policy), &locale, &policy);
        }
    }
    if found.wrong.is_empty() && found.documents.is_empty() {
        let help = "put documents there as `ru/privacy/2026-11-20.html`";
        found.refuse(root, "holds no document", help);
    }
    if found.wrong.is_empty() {
        Ok(found.documents)
    } else {
        Err(found.wrong)
    }
}

#[derive(Default)]
struct Found {
    documents: Vec<Document>,
    wrong: Vec<Diagnostic>,
}

impl Found {
    fn refuse(&mut self, path: &Utf8Path, what: &str, help: &str) {
        let message = format!("`{path}` {what}");
        self.wrong.push(Diagnostic::on(
            Code::InvalidEditionName,
            path.as_str(),
            message,
            help,
        ));
    }

    /// The folders in a folder; a file among them has no place.
    fn folders_of(&mut self, folder: &Utf8Path, holds: &str) -> Vec<String> {
        let listing = match source::list(folder) {
            Ok(listing) => listing,
            Err(diagnostic) => {
                self.wrong.push(diagnostic);
                return Vec::new();
            }
        };
        self.wrong.extend(listing.diagnostics);
        for file in listing.files {
            let path = folder.join(file);
            self.refuse(
                &path,
                "has no place here",
                &format!("`{folder}` holds {holds}"),
            );
        }
        listing.folders
    }

    fn policy(&mut self, folder: &Utf8Path, locale: &Locale, policy: &str) {
        let listing = match source::list(folder) {
            Ok(listing) => listing,
            Err(diagnostic) => {
                self.wrong.push(diagnostic);
                return;
            }
        };
        self.wrong.extend(listing.diagnostics);
        for name in listing.folders {
            let path = folder.join(name);
            self.refuse(&path, "is a folder among documents", "move it away");
        }
        let mut days: BTreeMap<NaiveDate, Utf8PathBuf> = BTreeMap::new();
        for name in listing.files {
            let path: Utf8PathBuf = folder.join(name);
            // How a file ends says little: its bytes say whether it is a document, when it is read.
            let Some(date) = path.file_stem().and_then(date::parse) else {
                self.refuse(
                    &path,
                    "is no document named after a day",
                    "name it after the day it came into force, such as `2026-11-20.html`",
                );
                continue;
            };
            if let Some(other) = days.get(&date) {
                let what = format!("is a second document of that day, beside `{other}`");
                self.refuse(
                    &path,
                    &what,
                    "leave the one that was in force, and move the other away",
                );
                continue;
            }
            days.insert(date, path.clone());
            self.documents.push(Document {
                file: path,
                locale: locale.clone(),
                policy: policy.to_owned(),
                date,
            });
        }
    }
}
