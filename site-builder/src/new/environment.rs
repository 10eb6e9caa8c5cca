//! The environment of a new site in `wrangler.toml`: a copy of the first site's settings at the top
//! of the file, with the names of the new one.

use super::answers::Answers;
use super::compose::clear_positions;
use crate::content::toml_file;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::{self, Sources};
use camino::Utf8Path;
use toml_edit::{Array, DocumentMut, Item, Table, Value, value};

/// Keys that an environment doesn't inherit, in the order of the file.
const NOT_INHERITED: [&str; 7] = [
    "assets",
    "vars",
    "secrets",
    "durable_objects",
    "migrations",
    "ratelimits",
    "r2_buckets",
];

/// The environment of a new site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEnvironment {
    /// Its name.
    pub name: String,
    /// `wrangler.toml` with it; the environment alone when there is no such file.
    pub text: String,
    /// Whether `wrangler.toml` is missing.
    pub is_file_missing: bool,
}

/// Adds the environment of a site to the text of `wrangler.toml`. Nothing is written here.
///
/// # Errors
/// The diagnostic of a `wrangler.toml` that can't be read, or has the site already.
pub fn add(path: &Utf8Path, answers: &Answers<'_>) -> Result<NewEnvironment, Diagnostic> {
    let mut sources = Sources::default();
    let is_file_missing = !source::exists(path);
    let mut document = if is_file_missing {
        DocumentMut::new()
    } else {
        let file = sources.read(path)?;
        toml_file::parse_editable(&sources, file)?
    };
    if sites(&document).any(|site| site == answers.host.ascii()) {
        return Err(Diagnostic::on(
            Code::DuplicateAddress,
            path.as_str(),
            format!(
                "`{path}` has an environment for `{}` already",
                answers.host.ascii()
            ),
            "remove it first, or choose another host",
        ));
    }
    let name = environment_name(answers.host.ascii(), &document);
    let table = if is_file_missing {
        let mut table = Table::new();
        restrict(&mut table, &document);
        let mut vars = Table::new();
        vars.insert("SITE", value(answers.host.ascii()));
        table.insert("vars", Item::Table(vars));
        table
    } else {
        environment(&document, &name, answers)
    };
    let environments = document.entry("env").or_insert_with(implicit_table);
    if let Some(environments) = environments.as_table_like_mut() {
        environments.insert(&name, Item::Table(table));
    }
    Ok(NewEnvironment {
        name,
        text: document.to_string(),
        is_file_missing,
    })
}

/// A table without a header of its own.
fn implicit_table() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

/// The settings of each site that the file has, the first one's from its top.
fn environments(document: &DocumentMut) -> impl Iterator<Item = &Item> {
    let named = document.get("env").and_then(Item::as_table_like);
    let named = named.into_iter().flat_map(|table| table.iter());
    std::iter::once(document.as_item()).chain(named.map(|(_, item)| item))
}

/// The hosts of these sites.
fn sites(document: &DocumentMut) -> impl Iterator<Item = &str> {
    environments(document).filter_map(|item| item.get("vars")?.get("SITE")?.as_str())
}

/// `example` of `example.kz`; `example-kz` when that is taken.
fn environment_name(host: &str, document: &DocumentMut) -> String {
    let label = host.split('.').next().unwrap_or(host);
    let mut first_labels = sites(document).take(1).map(|site| site.split('.').next());
    let is_taken = document.get("env").and_then(|env| env.get(label)).is_some()
        || first_labels.any(|first| first == Some(label));
    if is_taken {
        host.replace('.', "-")
    } else {
        label.to_owned()
    }
}

fn environment(document: &DocumentMut, name: &str, answers: &Answers<'_>) -> Table {
    let mut own = Table::new();
    own.decor_mut().set_prefix("\n");
    own.insert("name", value(format!("kelisim-{name}")));
    let command = format!("node xtask/local/build.mjs --site {}", answers.host.ascii());
    let mut build = Table::new();
    build.decor_mut().set_prefix("\n");
    build.insert("command", value(command));
    own.insert("build", Item::Table(build));
    restrict(&mut own, document);
    for key in NOT_INHERITED {
        let Some(mut item) = document.get(key).cloned() else {
            continue;
        };
        clear_formatting(&mut item);
        own.insert(key, item);
    }
    let policies = answers.pack.policies.iter();
    let policies = policies.flat_map(|policy| [format!("/{policy}"), format!("/{policy}/")]);
    let worker = ["/api/*", "/log/*", "/"].map(str::to_owned).into_iter();
    let choices = "/*/choices/".to_owned();
    let routes: Array = worker.chain(policies).chain([choices]).collect();
    set(
        &mut own,
        "assets",
        "directory",
        format!("dist/{}", answers.host.ascii()),
    );
    set(&mut own, "assets", "run_worker_first", routes);
    set(&mut own, "vars", "SITE", answers.host.ascii());
    let limits = own.get_mut("ratelimits");
    if let Some(limits) = limits.and_then(Item::as_array_of_tables_mut) {
        for (limit, id) in limits.iter_mut().zip(free_namespace(document)..) {
            limit.insert("namespace_id", value(id.to_string()));
        }
    }
    own
}

/// Limits the worker to the site's own host, and keeps requests of visitors out of its logs, unless
/// the environment inherits that.
fn restrict(own: &mut Table, document: &DocumentMut) {
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

/// Removes the comments and blank lines of the first site.
fn clear_formatting(item: &mut Item) {
    match item {
        Item::Table(table) => {
            clear_positions(table);
            table.decor_mut().set_prefix("\n");
            for (_, inner) in table.iter_mut() {
                clear_formatting(inner);
            }
        }
        Item::ArrayOfTables(tables) => {
            for table in tables.iter_mut() {
                clear_positions(table);
                table.decor_mut().set_prefix("\n");
            }
        }
        Item::None | Item::Value(_) => {}
    }
}

/// The first unused id of a rate limit, which all above are too: ids are unique within an account.
fn free_namespace(document: &DocumentMut) -> u32 {
    let taken = environments(document)
        .filter_map(|item| item.get("ratelimits")?.as_array_of_tables())
        .flat_map(|limits| limits.iter())
        .filter_map(|limit| limit.get("namespace_id")?.as_str())
        // An id that is no number can't collide with the next one.
        .flat_map(str::parse::<u32>);
    taken.max().map_or(1, |largest| largest + 1)
}
