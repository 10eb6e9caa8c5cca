//! The files of a new site: the starter's, with the operator's answers in their places.

use super::answers::Answers;
use super::review;
use super::template::Template;
use crate::output::file::File;
use crate::report::diagnostic::{Code, Diagnostic};
use domain::{Category, Locale};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, TableLike, Value, value};

/// First lines of the files, which tell editors what may stand in them.
const SETTINGS_HEAD: &str = "#:schema ../../docs/schemas/site.json\n# Facts about the site and its operator. Each stands here once; texts use variables.\n";
const REGISTER_SCHEMA: &str = "#:schema ../../docs/schemas/services.json\n";

/// A text by locale.
type Words = [(&'static str, &'static str); 3];

/// What clauses that give services as examples say where there are none: category, fact, words per locale.
const NO_EXAMPLES: [(Category, &str, Words); 2] = [
    (
        Category::Analytics,
        "analytics_services",
        [
            ("kk", "мысалы, кіру санауыштары"),
            ("ru", "например, счётчики посещений"),
            ("en", "such as counters of visits"),
        ],
    ),
    (
        Category::Marketing,
        "marketing_services",
        [
            ("kk", "мысалы, жарнама пиксельдері"),
            ("ru", "например, рекламные пиксели"),
            ("en", "such as advertising pixels"),
        ],
    ),
];

/// Everything below the folder of the site.
///
/// # Errors
/// The diagnostic of an edition of the starter without front matter.
pub fn files(template: &Template, answers: &Answers) -> Result<Vec<File>, Diagnostic> {
    let mut files = vec![
        File::text("site.toml", settings(template, answers)),
        File::text("services.toml", register(template, answers)),
        File::text(crate::content::REVIEW, review::text(template, answers)),
    ];
    for (policy, locale, text) in &template.editions {
        if answers.locales.contains(locale) {
            let path = format!("{locale}/{policy}/{}.md", answers.date);
            files.push(File::text(&path, edition(&path, text, answers)?));
        }
    }
    Ok(files)
}

fn settings(template: &Template, answers: &Answers) -> String {
    let mut document = template.settings.clone();
    set(&mut document, "host", value(&answers.host));
    let locales: Array = answers.locales.iter().map(Locale::as_str).collect();
    set(&mut document, "locales", value(locales));
    keep_locales(document.as_table_mut(), &template.locales, &answers.locales);
    for ((name, locale), text) in &answers.facts {
        let name = match locale {
            None => (*name).to_owned(),
            Some(locale) => format!("{name}.{locale}"),
        };
        set(&mut document, &name, value(text));
    }
    for (category, name, words) in NO_EXAMPLES {
        let examples: Vec<&str> = answers
            .chosen(template)
            .filter(|(service, _)| service.category == category)
            .map(|(service, _)| service.name.as_str())
            .collect();
        let item = if examples.is_empty() {
            let own = words
                .into_iter()
                .filter(|(tag, _)| answers.locales.iter().any(|locale| locale.as_str() == *tag));
            value(own.collect::<toml_edit::InlineTable>())
        } else {
            value(examples.join(", "))
        };
        set(&mut document, &format!("facts.{name}"), item);
    }
    if let Some(mut first) = document.key_mut("host") {
        first.leaf_decor_mut().set_prefix(SETTINGS_HEAD);
    }
    document.to_string()
}

/// Sets a value and keeps the comment behind the one before.
fn set(document: &mut DocumentMut, name: &str, mut new: Item) {
    let mut place = document.as_item_mut();
    for key in name.split('.') {
        place = &mut place[key];
    }
    let decor = place.as_value().map(|old| old.decor().clone());
    if let (Some(decor), Some(new)) = (decor, new.as_value_mut()) {
        *new.decor_mut() = decor;
    }
    *place = new;
}

/// Takes out the texts of locales that the site doesn't have. A table whose keys are locales holds texts.
fn keep_locales(table: &mut dyn TableLike, all: &[Locale], kept: &[Locale]) {
    let is = |locales: &[Locale], key: &str| locales.iter().any(|locale| locale.as_str() == key);
    let holds_texts = !table.is_empty() && table.iter().all(|(key, _)| is(all, key));
    if holds_texts {
        let gone: Vec<String> = table
            .iter()
            .map(|(key, _)| key.to_owned())
            .filter(|key| !is(kept, key))
            .collect();
        for key in gone {
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

fn register(template: &Template, answers: &Answers) -> String {
    let mut services = ArrayOfTables::new();
    let mut category = None;
    for (service, tag) in answers.chosen(template) {
        let mut table = service.table.clone();
        forget_positions(&mut table);
        keep_locales(&mut table, &template.locales, &answers.locales);
        if let Some(place) = table.get_mut("tag") {
            // What the starter says of the form of the id has been followed.
            *place = value(tag);
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
    format!("{REGISTER_SCHEMA}{}{document}", template.register_head)
}

/// Tables of two files each know their place in their own; without it they are written in the order they stand in.
pub(super) fn forget_positions(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => forget_positions(inner),
            Item::ArrayOfTables(tables) => tables.iter_mut().for_each(forget_positions),
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
