//! The environment of a new site in `wrangler.toml`: as the top of the file describes the first site, with the new one's own names.

use super::answers::Answers;
use super::compose::forget_positions;
use super::template::Template;
use crate::content::toml_file;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::{self, Sources};
use camino::Utf8Path;
use toml_edit::{Array, DocumentMut, Item, Table, Value, value};

/// What an environment has to say for itself; the rest it inherits. In the order of the file.
const OWN: [&str; 6] = [
    "assets",
    "vars",
    "secrets",
    "durable_objects",
    "migrations",
    "ratelimits",
];

/// The file with the new environment, or the environment alone where there is no file.
#[derive(Debug)]
pub struct Wrangler {
    /// Its text.
    pub text: String,
    /// Whether there was no file.
    pub is_new_file: bool,
}

/// The name of the environment and the text to write. Nothing is written here.
///
/// # Errors
/// The diagnostic of a `wrangler.toml` that can't be read, or has the site already.
pub fn add(
    path: &Utf8Path,
    answers: &Answers,
    template: &Template,
) -> Result<(String, Wrangler), Diagnostic> {
    let mut sources = Sources::default();
    if !source::exists(path) {
        let mut document = DocumentMut::new();
        let name = name_of(&answers.host, &document);
        let mut own = Table::new();
        close(&mut own, &document);
        let mut vars = Table::new();
        vars.insert("SITE", value(&answers.host));
        own.insert("vars", Item::Table(vars));
        document.insert("env", implicit());
        if let Some(environments) = document.get_mut("env").and_then(Item::as_table_like_mut) {
            environments.insert(&name, Item::Table(own));
        }
        let text = document.to_string();
        return Ok((
            name,
            Wrangler {
                text,
                is_new_file: true,
            },
        ));
    }
    let file = sources.read(path)?;
    let mut document = toml_file::document(&sources, file)?;
    if sites(&document).any(|site| site == answers.host) {
        return Err(Diagnostic::on(
            Code::DuplicateAddress,
            path.as_str(),
            format!("`{path}` has an environment for `{}` already", answers.host),
            "remove it first, or choose another host",
        ));
    }
    let name = name_of(&answers.host, &document);
    let own = environment(&document, &name, answers, template);
    let environments = document.entry("env").or_insert_with(implicit);
    if let Some(environments) = environments.as_table_like_mut() {
        environments.insert(&name, Item::Table(own));
    }
    let text = document.to_string();
    Ok((
        name,
        Wrangler {
            text,
            is_new_file: false,
        },
    ))
}

fn implicit() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

/// The sites that the file knows.
fn sites(document: &DocumentMut) -> impl Iterator<Item = &str> {
    let named = document.get("env").and_then(Item::as_table_like);
    let named = named.into_iter().flat_map(|table| table.iter());
    std::iter::once(document.as_item())
        .chain(named.map(|(_, item)| item))
        .filter_map(|item| item.get("vars")?.get("SITE")?.as_str())
}

/// `example` of `example.kz`; `example-kz` when that is taken.
fn name_of(host: &str, document: &DocumentMut) -> String {
    let label = host.split('.').next().unwrap_or(host);
    let first_site = sites(document).next().unwrap_or_default();
    let is_taken = document.get("env").and_then(|env| env.get(label)).is_some()
        || first_site.split('.').next() == Some(label);
    if is_taken {
        host.replace('.', "-")
    } else {
        label.to_owned()
    }
}

fn environment(
    document: &DocumentMut,
    name: &str,
    answers: &Answers,
    template: &Template,
) -> Table {
    let mut own = Table::new();
    own.decor_mut().set_prefix("\n");
    own.insert("name", value(format!("kelisim-{name}")));
    let command = format!("node xtask/local/build.mjs --site {}", answers.host);
    let mut build = Table::new();
    build.decor_mut().set_prefix("\n");
    build.insert("command", value(command));
    own.insert("build", Item::Table(build));
    close(&mut own, document);
    for key in OWN {
        let Some(mut item) = document.get(key).cloned() else {
            continue;
        };
        tidy(&mut item);
        own.insert(key, item);
    }
    let policies = template.policies.iter();
    let routes = policies.flat_map(|policy| [format!("/{policy}"), format!("/{policy}/")]);
    let routes: Array = std::iter::once("/api/*".to_owned()).chain(routes).collect();
    set(
        &mut own,
        "assets",
        "directory",
        format!("dist/{}", answers.host),
    );
    set(&mut own, "assets", "run_worker_first", routes);
    set(&mut own, "vars", "SITE", &answers.host);
    let limits = own.get_mut("ratelimits");
    if let Some(limits) = limits.and_then(Item::as_array_of_tables_mut) {
        for limit in limits.iter_mut() {
            limit.insert("namespace_id", value(free_namespace(document).to_string()));
        }
    }
    own
}

/// Sees to it that the site answers on its own host alone and that no log holds what a visitor's call says of them, where the environment
/// wouldn't inherit that.
fn close(own: &mut Table, document: &DocumentMut) {
    for key in ["workers_dev", "preview_urls"] {
        if document.get(key).and_then(Item::as_bool) != Some(false) {
            own.insert(key, value(false));
        }
    }
    let logs = document
        .get("observability")
        .and_then(|observability| observability.get("logs"));
    let invocation_logs = logs.and_then(|logs| logs.get("invocation_logs"));
    if invocation_logs.and_then(Item::as_bool) == Some(false) {
        return;
    }
    let mut logs = Table::new();
    logs.decor_mut().set_prefix("\n");
    logs.insert("enabled", value(true));
    logs.insert("invocation_logs", value(false));
    let mut observability = Table::new();
    observability.decor_mut().set_prefix("\n");
    observability.insert("enabled", value(true));
    observability.insert("logs", Item::Table(logs));
    own.insert("observability", Item::Table(observability));
}

/// Sets a key of a table that the first site has.
fn set(own: &mut Table, table: &str, key: &str, new: impl Into<Value>) {
    if let Some(table) = own.get_mut(table).and_then(Item::as_table_like_mut) {
        table.insert(key, value(new));
    }
}

/// Comments of the first site are said once.
fn tidy(item: &mut Item) {
    match item {
        Item::Table(table) => {
            forget_positions(table);
            table.decor_mut().set_prefix("\n");
            for (_, inner) in table.iter_mut() {
                tidy(inner);
            }
        }
        Item::ArrayOfTables(tables) => {
            for table in tables.iter_mut() {
                forget_positions(table);
                table.decor_mut().set_prefix("\n");
            }
        }
        Item::None | Item::Value(_) => {}
    }
}

/// The numbers of the counters are one sequence for all sites of an account.
fn free_namespace(document: &DocumentMut) -> u32 {
    let named = document.get("env").and_then(Item::as_table_like);
    let named = named.into_iter().flat_map(|table| table.iter());
    let taken = std::iter::once(document.as_item())
        .chain(named.map(|(_, item)| item))
        .filter_map(|item| item.get("ratelimits")?.as_array_of_tables())
        .flat_map(|limits| limits.iter())
        .filter_map(|limit| limit.get("namespace_id")?.as_str()?.parse::<u32>().ok());
    taken.max().map_or(1, |largest| largest + 1)
}
