//! Composes the files of a new site: those of the starter, with the operator's answers inserted.

use super::answers::Answers;
use super::review;
use super::starter::Starter;
use crate::output::file::File;
use crate::report::diagnostic::{Code, Diagnostic};
use domain::Locale;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, TableLike, Value, value};

/// First lines of `site.toml`; editors find the schema by the first one.
const SETTINGS_HEAD: &str = "#:schema ../../docs/schemas/site.json\n# Facts about the site and its operator. Each stands here once; texts use variables.\n";
const REGISTER_SCHEMA: &str = "#:schema ../../docs/schemas/services.json\n";

/// All files below the folder of the site.
///
/// # Errors
/// The diagnostic of an edition of the starter without front matter.
pub fn files(starter: &Starter, answers: &Answers) -> Result<Vec<File>, Diagnostic> {
    let mut files = vec![
        File::text("site.toml", settings(starter, answers)),
        File::text("services.toml", register(starter, answers)),
    ];
    for locale in &answers.locales {
        if let Some(template) = starter.reviews.get(locale) {
            let text = review::text(template, starter, answers);
            files.push(File::text(&crate::content::review::file_name(locale), text));
        }
    }
    for (policy, locale, text) in &starter.editions {
        if answers.locales.contains(locale) {
            let path = format!("{locale}/{policy}/{}.md", answers.date);
            files.push(File::text(&path, edition(&path, text, answers)?));
        }
    }
    Ok(files)
}

fn settings(starter: &Starter, answers: &Answers) -> String {
    let mut document = starter.settings.clone();
    set(&mut document, "host", value(&answers.host));
    let locales: Array = answers.locales.iter().map(Locale::as_str).collect();
    set(&mut document, "locales", value(locales));
    keep_locales(document.as_table_mut(), &starter.locales, &answers.locales);
    for ((name, locale), text) in &answers.facts {
        let name = match locale {
            None => (*name).to_owned(),
            Some(locale) => format!("{name}.{locale}"),
        };
        set(&mut document, &name, value(text));
    }
    for examples in &starter.pack.examples {
        let named: Vec<&str> = answers
            .chosen_services(starter)
            .filter(|(service, _)| service.category == examples.category)
            .map(|(service, _)| service.name.as_str())
            .collect();
        let item = if named.is_empty() {
            let locales = starter.locales.iter();
            let texts = locales
                .filter(|locale| answers.locales.contains(locale))
                .filter_map(|locale| Some((locale.as_str(), examples.none.get(locale)?)));
            value(texts.collect::<toml_edit::InlineTable>())
        } else {
            value(named.join(", "))
        };
        set(&mut document, &format!("facts.{}", examples.fact), item);
    }
    if let Some(mut first) = document.key_mut("host") {
        first.leaf_decor_mut().set_prefix(SETTINGS_HEAD);
    }
    document.to_string()
}

/// Sets a value and keeps the comment behind the old one.
fn set(document: &mut DocumentMut, name: &str, mut new: Item) {
    let mut item = document.as_item_mut();
    for key in name.split('.') {
        item = &mut item[key];
    }
    let decor = item.as_value().map(|old| old.decor().clone());
    if let (Some(decor), Some(new)) = (decor, new.as_value_mut()) {
        *new.decor_mut() = decor;
    }
    *item = new;
}

/// Removes the texts of locales that the site doesn't have. A table whose keys are all locales
/// holds texts.
fn keep_locales(table: &mut dyn TableLike, all: &[Locale], kept: &[Locale]) {
    let has = |locales: &[Locale], key: &str| locales.iter().any(|locale| locale.as_str() == key);
    let holds_texts = !table.is_empty() && table.iter().all(|(key, _)| has(all, key));
    if holds_texts {
        let removed: Vec<String> = table
            .iter()
            .map(|(key, _)| key.to_owned())
            .filter(|key| !has(kept, key))
            .collect();
        for key in removed {
            table.remove(&key);
        }
        return;
    }
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => keep_locales(inner, all, kept),
            Item::Value(Value::InlineTable(inner)) => keep_locales(inner, all, kept),
            Item::ArrayOfTables(tables) => {
                for inner in tables.iter_mut() {
                    keep_locales(inner, all, kept);
                }
            }
            Item::None | Item::Value(_) => {}
        }
    }
}

fn register(starter: &Starter, answers: &Answers) -> String {
    let mut services = ArrayOfTables::new();
    let mut category = None;
    for (service, tag) in answers.chosen_services(starter) {
        let mut table = service.table.clone();
        clear_positions(&mut table);
        keep_locales(&mut table, &starter.locales, &answers.locales);
        if let Some(tag_item) = table.get_mut("tag") {
            // Drops the starter's comment on the form of the id.
            *tag_item = value(tag);
        }
        let head = if category == Some(service.category) {
            "\n".to_owned()
        } else {
            format!("\n# ---- {}\n\n", service.category.as_str())
        };
        category = Some(service.category);
        table.decor_mut().set_prefix(head);
        services.push(table);
    }
    let mut document = DocumentMut::new();
    document.insert("service", Item::ArrayOfTables(services));
    format!("{REGISTER_SCHEMA}{}{document}", starter.register_head)
}

/// Clears the positions that tables have in the files they were parsed from, so that they are
/// written in the order of the document.
pub(super) fn clear_positions(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => clear_positions(inner),
            Item::ArrayOfTables(tables) => tables.iter_mut().for_each(clear_positions),
            Item::None | Item::Value(_) => {}
        }
    }
}

/// An edition of the starter, published on the day of the new site.
fn edition(path: &str, text: &str, answers: &Answers) -> Result<String, Diagnostic> {
    let broken = || {
        Diagnostic::on(
            Code::MissingFrontMatter,
            path,
            "the starter's edition has no front matter that can be changed",
            "take `content/_starter` back from version control",
        )
    };
    let rest = text.strip_prefix("+++\n").ok_or_else(broken)?;
    let (front, body) = rest.split_once("+++\n").ok_or_else(broken)?;
    let mut front: DocumentMut = front.parse().map_err(|_| broken())?;
    let day: toml_edit::Datetime = answers.date.to_string().parse().map_err(|_| broken())?;
    set(&mut front, "published", value(day));
    Ok(format!("+++\n{front}+++\n{body}"))
}
