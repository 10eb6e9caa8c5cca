//! Composes the files of a new site: those of the pack, with the operator's answers inserted.

use super::answers::Answers;
use super::pack;
use super::review;
use crate::output::file::File;
use crate::report::diagnostic::{Code, Diagnostic};
use domain::Locale;
use std::collections::BTreeSet;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, TableLike, Value, value};

/// First lines of `site.toml`; editors find the schema by the first one.
const SETTINGS_HEAD: &str = "#:schema ../../docs/schemas/site.json\n# Facts about the site and its operator. Each stands here once; texts use variables.\n";
/// Tables of `site.toml` that hold nothing but answers.
const ANSWERED_TABLES: [&str; 3] = ["operator", "dpo", "representative"];

/// Of these, what is set apart from the other facts.
const SET_APART: [&str; 2] = ["operator.country", "operator.registration"];

const REGISTER_SCHEMA: &str = "#:schema ../../docs/schemas/services.json\n";

/// All files below the folder of the site.
///
/// # Errors
/// The diagnostic of an edition of the pack without front matter.
pub fn files(answers: &Answers<'_>) -> Result<Vec<File>, Diagnostic> {
    let pack = answers.pack;
    let mut files = vec![
        File::text("site.toml", settings(answers)),
        File::text("services.toml", register(answers)),
    ];
    for locale in &answers.locales {
        if let Some(template) = pack.reviews.get(locale) {
            let text = review::text(template, answers);
            files.push(File::text(&crate::content::review::file_name(locale), text));
        }
    }
    for (policy, locale, text) in &pack.editions {
        if answers.locales.contains(locale) {
            let path = format!("{locale}/{policy}/{}.md", answers.date);
            files.push(File::text(&path, edition(&path, text, answers)?));
        }
    }
    Ok(files)
}

fn settings(answers: &Answers<'_>) -> String {
    let pack = answers.pack;
    let mut document = pack.settings.clone();
    set(&mut document, "host", value(answers.host.shown()));
    let locales: Array = answers.locales.iter().map(Locale::as_str).collect();
    set(&mut document, "locales", value(locales));
    keep_locales(
        document.as_table_mut(),
        pack.data.locales.get_ref(),
        &answers.locales,
    );
    for table in ANSWERED_TABLES {
        remove_unanswered(&mut document, table, answers);
    }
    let country = value(answers.country.to_string());
    set(&mut document, "operator.country", country);
    for ((name, locale), text) in &answers.facts {
        set(&mut document, &path(name, locale.as_ref()), value(text));
    }
    set_registrations(&mut document, answers);
    set_authority(&mut document, answers);
    set_laws(&mut document, answers);
    set_examples(&mut document, answers);
    if let Some(mut first) = document.key_mut("host") {
        first.leaf_decor_mut().set_prefix(SETTINGS_HEAD);
    }
    document.to_string()
}

/// Removes the example's facts of a table to which there is no answer, and the table if none is left.
fn remove_unanswered(document: &mut DocumentMut, table: &str, answers: &Answers<'_>) {
    let answered: BTreeSet<String> = answers
        .facts
        .keys()
        .map(|(name, locale)| path(name, locale.as_ref()))
        .collect();
    let example = document.get(table).and_then(Item::as_table_like);
    let mut unanswered = Vec::new();
    for (key, item) in example.into_iter().flat_map(TableLike::iter) {
        let name = format!("{table}.{key}");
        if SET_APART.contains(&name.as_str()) {
            continue;
        }
        match item.as_table_like() {
            Some(texts) => {
                let texts = texts.iter().map(|(locale, _)| format!("{name}.{locale}"));
                unanswered.extend(texts.filter(|path| !answered.contains(path)));
            }
            None if !answered.contains(&name) => unanswered.push(name),
            None => {}
        }
    }
    for path in unanswered {
        remove(document, &path);
    }
}

/// The path of a fact in `site.toml`.
fn path(name: &str, locale: Option<&Locale>) -> String {
    locale.map_or_else(|| name.to_owned(), |locale| format!("{name}.{locale}"))
}

/// The numbers of the operator: a table for one, a list of tables for several.
fn set_registrations(document: &mut DocumentMut, answers: &Answers<'_>) {
    let path = "operator.registration";
    let tables = answers.registrations.iter().map(|(kind, number)| {
        let table = [("kind", kind), ("number", number)];
        table.into_iter().collect::<toml_edit::InlineTable>()
    });
    let mut tables: Vec<toml_edit::InlineTable> = tables.collect();
    match (tables.pop(), tables.is_empty()) {
        (None, _) => remove(document, path),
        (Some(only), true) => set(document, path, value(only)),
        (Some(last), false) => {
            tables.push(last);
            set(document, path, value(tables.into_iter().collect::<Array>()));
        }
    }
}

/// The authority of the operator's country; where no pack knows one, the example's stays only if
/// the pack names none at all.
fn set_authority(document: &mut DocumentMut, answers: &Answers<'_>) {
    let Some(authority) = answers.authority else {
        if !answers.pack.data.authorities.is_empty() {
            document.remove("authority");
        }
        return;
    };
    for locale in &answers.locales {
        let name = value(authority.name_in(locale));
        set(document, &format!("authority.name.{locale}"), name);
    }
    for (key, text) in [("url", &authority.url), ("address", &authority.address)] {
        let path = format!("authority.{key}");
        match text {
            Some(text) => set(document, &path, value(text)),
            None => remove(document, &path),
        }
    }
}

/// The pack's laws of the operator's country.
fn set_laws(document: &mut DocumentMut, answers: &Answers<'_>) {
    let pack = answers.pack;
    for (id, law) in &pack.data.laws {
        if !law.countries.is_empty() && !law.countries.contains(&answers.country) {
            continue;
        }
        let Some(Ok(mut table)) = pack.laws.get(id).cloned().map(Item::into_table) else {
            continue;
        };
        clear_positions(&mut table);
        table.remove("countries");
        keep_locales(&mut table, pack.data.locales.get_ref(), &answers.locales);
        set(document, &format!("law.{id}"), Item::Table(table));
    }
}

/// The facts that name the chosen services of a category.
fn set_examples(document: &mut DocumentMut, answers: &Answers<'_>) {
    for examples in &answers.pack.data.examples {
        let named: Vec<&str> = answers
            .chosen_services()
            .filter(|(service, _)| service.category == examples.category)
            .map(|(service, _)| service.name.as_str())
            .collect();
        let item = if named.is_empty() {
            let locales = answers.pack.data.locales.get_ref().iter();
            let texts = locales
                .filter(|locale| answers.locales.contains(locale))
                .filter_map(|locale| Some((locale.as_str(), examples.none.get(locale)?)));
            value(texts.collect::<toml_edit::InlineTable>())
        } else {
            value(named.join(", "))
        };
        set(document, &format!("facts.{}", examples.fact), item);
    }
}

/// Sets a value and keeps the comment behind the old one.
fn set(document: &mut DocumentMut, path: &str, mut new: Item) {
    let mut item = document.as_item_mut();
    for key in path.split('.') {
        if item.is_none() {
            let mut table = Table::new();
            table.set_implicit(true);
            *item = Item::Table(table);
        }
        item = &mut item[key];
    }
    let decor = item.as_value().map(|old| old.decor().clone());
    if let (Some(decor), Some(new)) = (decor, new.as_value_mut()) {
        *new.decor_mut() = decor;
    }
    *item = new;
}

/// Removes a value, and each table around it that is empty then.
fn remove(document: &mut DocumentMut, path: &str) {
    let mut path = path;
    loop {
        let (around, key) = path.rsplit_once('.').unwrap_or(("", path));
        let mut item = Some(document.as_item_mut());
        for key in around.split('.').filter(|key| !key.is_empty()) {
            item = item.and_then(|item| item.get_mut(key));
        }
        let Some(table) = item.and_then(Item::as_table_like_mut) else {
            return;
        };
        table.remove(key);
        if !table.is_empty() || around.is_empty() {
            return;
        }
        path = around;
    }
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

fn register(answers: &Answers<'_>) -> String {
    let pack = answers.pack;
    let mut services = ArrayOfTables::new();
    let mut category = None;
    for (service, tag) in answers.chosen_services() {
        let mut table = service.table.clone();
        clear_positions(&mut table);
        keep_locales(&mut table, pack.data.locales.get_ref(), &answers.locales);
        if let Some(tag_item) = table.get_mut("tag") {
            // Drops the pack's comment on the form of the id.
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
    format!("{REGISTER_SCHEMA}{}{document}", pack.register_head)
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

/// An edition of the pack, published on the day of the new site.
fn edition(path: &str, text: &str, answers: &Answers<'_>) -> Result<String, Diagnostic> {
    let folder = &answers.pack.folder;
    let broken = || {
        let message = format!("the edition of `{folder}` has no front matter that can be changed");
        Diagnostic::on(Code::MissingFrontMatter, path, message, pack::help(folder))
    };
    let rest = text.strip_prefix("+++\n").ok_or_else(broken)?;
    let (front, body) = rest.split_once("+++\n").ok_or_else(broken)?;
    let mut front: DocumentMut = front.parse().map_err(|_| broken())?;
    let day: toml_edit::Datetime = answers.date.to_string().parse().map_err(|_| broken())?;
    set(&mut front, "published", value(day));
    Ok(format!("+++\n{front}+++\n{body}"))
}
