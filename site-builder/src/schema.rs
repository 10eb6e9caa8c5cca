//! JSON Schemas (draft 7, which all editors know) of the formats that the builder reads and writes,
//! derived from its types.
//!
//! They are stored in `docs/schemas/`. The first line of `site.toml` and of `services.toml` names
//! its schema (`#:schema`), with which editors complete and check these files.

use crate::content::document::FrontMatterKeys;
use crate::content::register::Register;
use crate::content::settings::Settings;
use crate::import::report::ImportReport;
use crate::new::pack::PackData;
use crate::render::machine_files::{PoliciesJson, RegisterJson};
use crate::render::theme::ThemeSettings;
use domain::{Manifest, Record};
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value;
use verifier::Receipt;

/// Every schema with the name of its file.
pub fn all() -> Vec<(&'static str, Schema)> {
    vec![
        ("site.json", input::<Settings>("site.toml")),
        ("pack.json", input::<PackData>("pack.toml")),
        ("services.json", input::<Register>("services.toml")),
        (
            "front-matter.json",
            input::<FrontMatterKeys>("Front matter of an edition"),
        ),
        ("theme.json", input::<ThemeSettings>("theme.toml")),
        ("manifest.json", output::<Manifest>("/manifest.json")),
        (
            "register.json",
            output::<RegisterJson<'_>>("/register.json"),
        ),
        (
            "policies.json",
            output::<PoliciesJson<'_>>("/policies.json"),
        ),
        (
            "record.json",
            output::<Record>("A record of the consent log"),
        ),
        (
            "import.json",
            output::<ImportReport<'_>>("The report of `site-builder import`"),
        ),
        // As an input, because the worker's answer has more keys, which a stored receipt may have.
        ("receipt.json", input::<Receipt>("A visitor's receipt")),
    ]
}

/// The schema of an input: keys with a default may be left out.
fn input<T: JsonSchema>(title: &str) -> Schema {
    let settings = SchemaSettings::draft07().for_deserialize();
    schema::<T>(settings, title)
}

/// The schema of an output.
fn output<T: JsonSchema>(title: &str) -> Schema {
    let settings = SchemaSettings::draft07().for_serialize();
    schema::<T>(settings, title)
}

fn schema<T: JsonSchema>(settings: SchemaSettings, title: &str) -> Schema {
    let settings = settings.with_transform(RecursiveTransform(unlink_code));
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema
}

/// Turns intra-doc links, which have no target in a schema, into plain code.
fn unlink_code(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace("[`", "`").replace("`]", "`");
    }
}
