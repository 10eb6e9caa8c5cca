//! `site-builder upgrade`: rewrites registers and settings of earlier versions in today's form.
//! Comments, order and everything else stay as they are; a file in today's form isn't touched.
//!
//! The builder reads earlier registers too, so they need not be upgraded at once.

use crate::content::toml_file;
use crate::content::{register, registration, settings};
use crate::new::pack::MORE_SERVICES;
use crate::output::disk;
use crate::report::diagnostic::{Code, Diagnostic, or_report};
use crate::report::source::{self, Sources};
use camino::{Utf8Path, Utf8PathBuf};
use toml_edit::{Array, InlineTable, Item, TableLike, Value};

/// A file in today's form.
#[derive(Debug)]
pub struct UpgradedFile {
    /// The file.
    pub path: Utf8PathBuf,
    /// What was changed, a sentence each; empty: nothing.
    pub changes: Vec<String>,
    /// Its text.
    text: String,
}

/// Reads and upgrades the files of these sites, or of all folders of `content`. Writes nothing.
///
/// # Errors
/// Diagnostics of a site that isn't there, and of files that aren't TOML.
pub fn read(
    sources: &mut Sources,
    content: &Utf8Path,
    sites: &[String],
) -> Result<Vec<UpgradedFile>, Vec<Diagnostic>> {
    let folders = source::list(content)
        .map_err(|diagnostic| vec![diagnostic])?
        .folders;
    let mut diagnostics = Vec::new();
    for site in sites.iter().filter(|site| !folders.contains(site)) {
        diagnostics.push(Diagnostic::on(
            Code::MissingFolder,
            content.join(site).as_str(),
            format!("there is no site `{site}`"),
            format!("`{content}` has {}", folders.join(", ")),
        ));
    }
    let mut upgraded = Vec::new();
    for folder in folders
        .iter()
        .filter(|folder| sites.is_empty() || sites.contains(folder))
    {
        for name in [settings::FILE, register::FILE, MORE_SERVICES] {
            let path = content.join(folder).join(name);
            if source::is_file(&path) {
                upgraded.extend(or_report(upgrade_file(sources, &path), &mut diagnostics));
            }
        }
    }
    if diagnostics.is_empty() {
        Ok(upgraded)
    } else {
        Err(diagnostics)
    }
}

fn upgrade_file(sources: &mut Sources, path: &Utf8Path) -> Result<UpgradedFile, Diagnostic> {
    let file = sources.read(path)?;
    let mut document = toml_file::parse_editable(sources, file)?;
    let mut changes = Vec::new();
    if let Some(operator) = document.get_mut("operator") {
        upgrade_operator(operator, &mut changes);
    }
    match document.get_mut("service") {
        Some(Item::ArrayOfTables(services)) => {
            for service in services.iter_mut() {
                upgrade_service(service, &mut changes);
            }
        }
        // `service = [{ … }]`
        Some(Item::Value(Value::Array(services))) => {
            for service in services.iter_mut().filter_map(Value::as_inline_table_mut) {
                upgrade_service(service, &mut changes);
            }
        }
        _ => {}
    }
    let text = document.to_string();
    // The parser writes line feeds alone.
    let has_carriage_returns = sources.text(file).contains("\r\n");
    Ok(UpgradedFile {
        path: path.to_owned(),
        changes,
        text: if has_carriage_returns && !text.contains('\r') {
            text.replace('\n', "\r\n")
        } else {
            text
        },
    })
}

/// The only kind of number that earlier versions knew.
const FORMER_KIND: &str = "bin";

/// `bin = "…"` becomes a registration of that kind in its country.
fn upgrade_operator(operator: &mut Item, changes: &mut Vec<String>) {
    let Some(operator) = operator.as_table_like_mut() else {
        return;
    };
    let Some(Item::Value(number)) = operator.remove(FORMER_KIND) else {
        return;
    };
    let mut registration = InlineTable::new();
    registration.insert("kind", FORMER_KIND.into());
    registration.insert("number", number.clone().decorated(" ", " "));
    let mut registration = Value::InlineTable(registration);
    *registration.decor_mut() = number.decor().clone();
    operator.insert("registration", Item::Value(registration));
    changes.push(format!(
        "`operator`: `{FORMER_KIND}` is a `registration` of that kind"
    ));
    let country = registration::kind(FORMER_KIND).and_then(|kind| kind.countries.first());
    if let Some(country) = country
        && !operator.contains_key("country")
    {
        operator.insert("country", toml_edit::value(country));
        changes.push(format!(
            "`operator`: `country = \"{country}\"`, where that number is given"
        ));
    }
}

fn upgrade_service(service: &mut dyn TableLike, changes: &mut Vec<String>) {
    let id = service
        .get("id")
        .and_then(Item::as_str)
        .unwrap_or("")
        .to_owned();
    if let Some(transfer) = service.get_mut("transfer").and_then(Item::as_value_mut)
        && transfer.is_str()
    {
        let mut list = Array::new();
        list.push(transfer.clone().decorated("", ""));
        let decor = transfer.decor().clone();
        *transfer = Value::Array(list);
        *transfer.decor_mut() = decor;
        changes.push(format!("`{id}`: `transfer` is a list"));
    }
    if !["cookies", "cookie", "use"]
        .iter()
        .any(|key| service.contains_key(key))
    {
        service.insert("cookies", toml_edit::value("unknown"));
        changes.push(format!(
            "`{id}`: `cookies = \"unknown\"`, because it lists none"
        ));
    }
}

/// Writes the files that were changed.
///
/// # Errors
/// The diagnostic of the first file that can't be written.
pub fn write(files: &[UpgradedFile]) -> Result<(), Diagnostic> {
    for file in files.iter().filter(|file| !file.changes.is_empty()) {
        disk::write_atomically(&file.path, file.text.as_bytes())?;
    }
    Ok(())
}
