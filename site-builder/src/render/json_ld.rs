//! Structured data of a policy for search engines: a schema.org `WebPage` with its dates, language
//! and publisher.
//!
//! Not schema.org's `Legislation`, which is for laws of a state.

use crate::content::registration;
use crate::content::settings::{FactValue, Facts};
use crate::model::site::Edition;
use crate::render::view::Page;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WebPage<'f> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    url: &'f str,
    name: &'f str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'f str,
    in_language: &'f str,
    version: String,
    date_published: String,
    date_modified: String,
    is_part_of: WebSite<'f>,
    publisher: Organization<'f>,
}

#[derive(Serialize)]
struct WebSite<'f> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'f str,
    url: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Organization<'f> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'f str,
    #[serde(skip_serializing_if = "String::is_empty")]
    legal_name: String,
    /// Numbers by the properties that schema.org has for them.
    #[serde(flatten)]
    numbers: BTreeMap<&'static str, &'f str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    email: &'f str,
    #[serde(skip_serializing_if = "str::is_empty")]
    telephone: &'f str,
    #[serde(skip_serializing_if = "str::is_empty")]
    address: &'f str,
}

/// Describes the page of an edition, ready for a `<script>`. `first_published` is the day on which
/// the document at its address was published first, `facts` are those of the page's language.
pub(super) fn policy(
    page: &Page,
    edition: &Edition,
    first_published: NaiveDate,
    facts: Option<&Facts>,
) -> String {
    let operator = &page.operator;
    let legal_name = facts
        .and_then(|facts| facts.get("operator.legal_name"))
        .map_or_else(String::new, FactValue::plain);
    let mut numbers = BTreeMap::new();
    for registered in &operator.registrations {
        let kind = registration::kind(&registered.kind);
        if let Some(property) = kind.and_then(|kind| kind.schema_org.as_deref()) {
            numbers
                .entry(property)
                .or_insert(registered.number.as_str());
        }
    }
    let description = WebPage {
        context: "https://schema.org",
        kind: "WebPage",
        url: &page.canonical,
        name: &page.title,
        description: &page.description,
        in_language: edition.locale.as_str(),
        version: edition.effective.to_string(),
        date_published: first_published.to_string(),
        date_modified: edition.front.published.to_string(),
        is_part_of: WebSite {
            kind: "WebSite",
            name: &page.site.host,
            url: format!("{}/", page.site.url),
        },
        publisher: Organization {
            kind: "Organization",
            name: &operator.name,
            legal_name,
            numbers,
            email: &operator.email,
            telephone: &operator.phone,
            address: &operator.address,
        },
    };
    #[expect(
        clippy::expect_used,
        reason = "structs with string keys always serialise"
    )]
    let json = serde_json::to_string(&description).expect("the description is plain data");
    escape_for_script(&json)
}

/// Escapes the characters that could end the script element or begin a comment in it (HTML,
/// 4.12.1.3). minijinja's `tojson` escapes them too, but sorts the keys and adds spaces.
fn escape_for_script(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}
