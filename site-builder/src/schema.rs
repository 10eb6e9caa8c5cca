//! JSON Schemas of what people write and what programs read, made of the very types that the builder reads and writes with.
//!
//! They stand in `docs/schemas/`; editors complete and check `site.toml` and `services.toml` by them, because the first line of these
//! files names one (`#:schema`). Draft 7, which all editors know.

use crate::content::document::FrontMatterKeys;
use crate::content::register::Register;
use crate::content::settings::Settings;
use crate::render::machine_files::{PolicyJson, RegisterJson};
use domain::{Manifest, Record};
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value;
use verifier::Receipt;

/// Every schema with the name of its file.
pub fn all() -> Vec<(&'static str, Schema)> {
    vec![
        ("site.json", read::<Settings>("site.toml")),
        ("services.json", read::<Register>("services.toml")),
        (
            "front-matter.json",
            read::<FrontMatterKeys>("Front matter of an edition"),
        ),
        ("manifest.json", written::<Manifest>("/manifest.json")),
        (
            "register.json",
            written::<RegisterJson<'_>>("/register.json"),
        ),
        (
            "policies.json",
            written::<Vec<PolicyJson<'_>>>("/policies.json"),
        ),
        (
            "record.json",
            written::<Record>("A record of the consent log"),
        ),
        // The worker's answer holds more than the proof; whoever keeps it keeps that too.
        ("receipt.json", read::<Receipt>("A visitor's receipt")),
    ]
}

/// Of what is read: keys with a default may be left out.
fn read<T: JsonSchema>(title: &str) -> Schema {
    let settings = SchemaSettings::draft07().for_deserialize();
    schema::<T>(settings, title)
}

/// Of what is written.
fn written<T: JsonSchema>(title: &str) -> Schema {
    let settings = SchemaSettings::draft07().for_serialize();
    schema::<T>(settings, title)
}

fn schema<T: JsonSchema>(settings: SchemaSettings, title: &str) -> Schema {
    let settings = settings.with_transform(RecursiveTransform(without_links));
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema
}

/// Links of the code's documentation lead nowhere outside of it.
fn without_links(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace("[`", "`").replace("`]", "`");
    }
}
