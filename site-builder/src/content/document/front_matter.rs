//! The facts of an edition: TOML between two lines of `+++`.

use crate::content::date::{self, Day};
use crate::content::slice::slice;
use crate::content::toml_file;
use crate::report::diagnostic::{Code, Diagnostic, FileId, Location};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use toml::Spanned;

/// The facts of an edition. See `docs/content.md` for their meaning.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FrontMatter {
    /// The heading of the page.
    pub title: String,
    /// The day the text was published.
    pub published: NaiveDate,
    /// What has changed, in a sentence; may be empty.
    pub summary: String,
    /// Whether it changes the revision of the site.
    pub material: bool,
    /// The name in menus; the title if none is given.
    pub short_title: String,
    /// One sentence for search engines; may be empty.
    pub description: String,
    /// Which slip was corrected in the text since it was published, and when; may be empty.
    pub correction: String,
    /// Days that were announced for its coming into force before it was moved, the first one first.
    pub announced: Vec<NaiveDate>,
}

/// The lines between `+++` at the top of an edition.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FrontMatterKeys {
    /// The heading of the page.
    #[schemars(with = "String")]
    title: Spanned<String>,
    /// The day the text was published; the file's name is the day it comes into force.
    #[schemars(with = "Day")]
    published: Option<Spanned<toml::Value>>,
    /// What has changed, in a sentence.
    #[serde(default)]
    summary: String,
    /// Whether it changes the revision of the site.
    #[serde(default = "yes")]
    material: bool,
    /// The name in menus; the title when there is none.
    short_title: Option<String>,
    /// One sentence for search engines.
    #[serde(default)]
    description: String,
    /// Which slip was corrected in the text since it was published, and when.
    #[schemars(with = "Option<String>")]
    correction: Option<Spanned<String>>,
    /// Days that were announced for its coming into force before it was moved to that of the file's
    /// name, the first one first.
    #[serde(default)]
    #[schemars(with = "Vec<Day>")]
    announced: Vec<Spanned<toml::Value>>,
}

fn yes() -> bool {
    true
}

fn day(value: &toml::Value) -> Option<NaiveDate> {
    value.as_datetime().and_then(date::from_toml)
}

/// The parts of a file: front matter without its fences, and what follows.
fn split(text: &str, file: FileId) -> Result<(Range<usize>, Range<usize>), Diagnostic> {
    let missing = |span, message: &str| {
        Diagnostic::at(
            Code::MissingFrontMatter,
            file,
            span,
            message,
            "start the file with a line `+++`, then `title = \"…\"` and `published = 2026-11-20`, then a line `+++`",
        )
    };
    // An empty file has no line.
    let first_line = text.split_inclusive('\n').next().unwrap_or("");
    if first_line.trim_end() != "+++" {
        return Err(missing(
            0..first_line.trim_end().len(),
            "the file has no front matter",
        ));
    }
    let mut at = first_line.len();
    for line in slice(text, at..).split_inclusive('\n') {
        if line.trim_end() == "+++" {
            return Ok((first_line.len()..at, at + line.len()..text.len()));
        }
        at += line.len();
    }
    Err(missing(0..3, "the front matter has no end"))
}

/// Help on every wrong or missing date.
const DATE_HELP: &str =
    "readers must see when the text was published: write `published = 2026-11-20`, without quotes";

/// Reports an error in the line of `published`, such as the 45th of a month, as one of the date.
fn as_date_error(text: &str, file: FileId, diagnostic: Diagnostic) -> Diagnostic {
    let Location::Span(_, span) = &diagnostic.location else {
        return diagnostic;
    };
    let Some(before) = text.get(..span.start) else {
        return diagnostic;
    };
    let line = before.rsplit_once('\n').map_or(before, |(_, line)| line);
    if !line.trim_start().starts_with("published") {
        return diagnostic;
    }
    let message = format!("`published` is no day: {}", diagnostic.message);
    Diagnostic::at(Code::MissingDate, file, span.clone(), message, DATE_HELP)
}

impl FrontMatter {
    /// Reads the facts of an edition. Returns the part of the file below them too.
    pub(super) fn read(text: &str, file: FileId) -> Result<(Self, Range<usize>), Diagnostic> {
        let (part, body) = split(text, file)?;
        let offset = part.start;
        let in_file = |span: Range<usize>| offset + span.start..offset + span.end;
        // With the opening fence: the span of an empty front matter must not be empty.
        let whole = 0..part.end.max(3);
        let raw: FrontMatterKeys = toml_file::parse_part(
            text,
            part,
            file,
            "an edition has `title`, `published`, and may have `summary`, `material`, `short_title`, `description`, `correction`, `announced`",
        )
        .map_err(|diagnostic| as_date_error(text, file, diagnostic))?;
        if raw.title.get_ref().trim().is_empty() {
            return Err(Diagnostic::at(
                Code::InvalidToml,
                file,
                in_file(raw.title.span()),
                "the title is empty",
                "write the heading of the policy",
            ));
        }
        let (span, message) = match &raw.published {
            None => (whole, "the edition has no date of publication"),
            Some(value) => (in_file(value.span()), "`published` is no day"),
        };
        let value = raw.published.as_ref().map(Spanned::get_ref);
        let published = value
            .and_then(day)
            .ok_or_else(|| Diagnostic::at(Code::MissingDate, file, span, message, DATE_HELP))?;
        if let Some(correction) = &raw.correction
            && correction.get_ref().trim().is_empty()
        {
            return Err(Diagnostic::at(
                Code::InvalidToml,
                file,
                in_file(correction.span()),
                "the correction is empty",
                "say which slip was corrected, and when: readers see it beside the text",
            ));
        }
        let announced = raw.announced.iter().map(|value| {
            day(value.get_ref()).ok_or_else(|| {
                Diagnostic::at(
                    Code::InvalidToml,
                    file,
                    in_file(value.span()),
                    "this is no day that could have been announced",
                    "write the name that the file had, without quotes: `announced = [2026-12-01]`",
                )
            })
        });
        let announced = announced.collect::<Result<_, _>>()?;
        let title = raw.title.into_inner();
        let front = Self {
            short_title: raw.short_title.unwrap_or_else(|| title.clone()),
            title,
            published,
            summary: raw.summary,
            material: raw.material,
            description: raw.description,
            // A missing key says that nothing was corrected.
            correction: raw.correction.map_or_else(String::new, Spanned::into_inner),
            announced,
        };
        Ok((front, body))
    }
}
