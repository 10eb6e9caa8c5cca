//! What search engines are told of a policy: a schema.org `WebPage` with its dates, language and publisher.
//!
//! `Legislation` is for laws of a state; a company's policy is a page that the company publishes.

use crate::content::settings;
use crate::render::view::Page;
use chrono::NaiveDate;
use domain::Locale;
use serde::Serialize;

/// What the description is made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'f> {
    /// The page.
    pub page: &'f Page,
    /// Language of the text.
    pub locale: &'f Locale,
    /// The day the edition comes into force names it.
    pub version: NaiveDate,
    /// When the document at this address was published first.
    pub first_published: NaiveDate,
    /// When this text was published.
    pub published: NaiveDate,
    /// Facts of the operator in the page's language.
    pub facts: Option<&'f settings::Facts>,
}

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
    #[serde(skip_serializing_if = "str::is_empty", rename = "taxID")]
    tax_id: &'f str,
    #[serde(skip_serializing_if = "str::is_empty")]
    email: &'f str,
    #[serde(skip_serializing_if = "str::is_empty")]
    telephone: &'f str,
    #[serde(skip_serializing_if = "str::is_empty")]
    address: &'f str,
}

/// Describes the page of a policy, ready for a `<script>`.
pub(super) fn policy(facts: &Facts<'_>) -> String {
    let page = facts.page;
    let operator = &page.operator;
    let legal_name = facts
        .facts
        .and_then(|facts| facts.get("operator.legal_name"))
        .map(settings::FactValue::plain);
    let description = WebPage {
        context: "https://schema.org",
        kind: "WebPage",
        url: &page.canonical,
        name: &page.title,
        description: &page.description,
        in_language: facts.locale.as_str(),
        version: facts.version.to_string(),
        date_published: facts.first_published.to_string(),
        date_modified: facts.published.to_string(),
        is_part_of: WebSite {
            kind: "WebSite",
            name: &page.site.host,
            url: format!("{}/", page.site.url),
        },
        publisher: Organization {
            kind: "Organization",
            name: &operator.name,
            legal_name: legal_name.unwrap_or_default(),
            tax_id: &operator.bin,
            email: &operator.email,
            telephone: &operator.phone,
            address: &operator.address,
        },
    };
    // Plain structs with string keys always serialise.
    for_script(&serde_json::to_string(&description).unwrap_or_default())
}

/// No character of the JSON may end the script element or begin a comment in it (HTML, 4.12.1.3).
fn for_script(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            other => safe.push(other),
        }
    }
    safe
}
