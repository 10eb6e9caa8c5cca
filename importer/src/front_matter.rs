//! Splits front matter from the text: that of an edition, another program's (TOML or YAML), or
//! none.

use crate::ImportOptions;
use crate::report::{DecisionKind, RepairKind, Report};

/// Where the text comes from, which decides how much of it is repaired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Any other document: every repair is tried.
    Foreign,
    /// An edition in the content form: its markup is taken literally.
    Edition,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FrontMatter {
    None,
    /// Of another program, such as a static site generator.
    Foreign {
        title: Option<String>,
    },
    /// Of an edition, preserved byte for byte.
    Edition {
        title: String,
        verbatim: String,
    },
}

impl FrontMatter {
    pub(crate) fn origin(&self) -> Origin {
        match self {
            Self::None | Self::Foreign { .. } => Origin::Foreign,
            Self::Edition { .. } => Origin::Edition,
        }
    }
}

/// The text after the front matter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Body<'a> {
    pub(crate) text: &'a str,
    /// Line of the input on which the text begins, 1-based.
    pub(crate) first_line: usize,
}

pub(crate) fn split<'a>(
    source: &'a str,
    options: &ImportOptions,
    report: &mut Report,
) -> (FrontMatter, Body<'a>) {
    let whole = Body {
        text: source,
        first_line: 1,
    };
    let blank_lines = source
        .lines()
        .take_while(|line| line.trim().is_empty())
        .count();
    let begin = source.trim_start_matches(char::is_whitespace);
    let Some(fence) = ["+++", "---"]
        .into_iter()
        .find(|fence| begin.lines().next().map(str::trim_end) == Some(fence))
    else {
        return (FrontMatter::None, whole);
    };
    let Some((head, text, head_lines)) = split_fenced(begin, fence) else {
        return (FrontMatter::None, whole);
    };
    let first_line = blank_lines + head_lines + 3;
    let body = Body { text, first_line };
    let line = blank_lines + 1;
    match fence {
        "+++" => match head.parse::<toml::Table>() {
            Ok(table) => (read_toml(&table, head, line, options, report), body),
            // Text between two lines of plus signs.
            Err(_) => (FrontMatter::None, whole),
        },
        _ => match read_yaml(head, line, report) {
            Some(front_matter) => (front_matter, body),
            None => (FrontMatter::None, whole),
        },
    }
}

/// Front matter, text, and the number of lines of the front matter.
fn split_fenced<'a>(begin: &'a str, fence: &str) -> Option<(&'a str, &'a str, usize)> {
    let (_, rest) = begin.split_once('\n')?;
    let mut offset = 0;
    for (index, line) in rest.split_inclusive('\n').enumerate() {
        if line.trim_end() == fence {
            let (head, tail) = rest.split_at_checked(offset)?;
            let text = tail.split_once('\n').map_or("", |(_, text)| text);
            return Some((head, text, index));
        }
        offset += line.len();
    }
    None
}

fn read_toml(
    table: &toml::Table,
    head: &str,
    line: usize,
    options: &ImportOptions,
    report: &mut Report,
) -> FrontMatter {
    let title = table.get("title").and_then(toml::Value::as_str);
    let Some(published) = table.get("published").and_then(toml::Value::as_datetime) else {
        for (key, value) in table.iter().filter(|(key, _)| *key != "title") {
            report_left_out(key, &value.to_string(), line, report);
        }
        let message = "front matter of another program became the edition's";
        report.repair(RepairKind::FrontMatter, line, message);
        return FrontMatter::Foreign {
            title: title.map(str::to_owned),
        };
    };
    if published.to_string() != options.published.to_string() {
        report.decision(
            DecisionKind::Date,
            line,
            format!(
                "the document says `published = {published}`, not `{}`",
                options.published
            ),
            "correct the front matter, or import with the date that the document has",
        );
    }
    FrontMatter::Edition {
        // The builder reports an edition without a title.
        title: title.map_or_else(String::new, str::to_owned),
        verbatim: head.to_owned(),
    }
}

/// Only `key: value` lines are read as YAML front matter; text between two thematic breaks isn't
/// any.
fn read_yaml(head: &str, line: usize, report: &mut Report) -> Option<FrontMatter> {
    let mut title = None;
    let mut others: Vec<(&str, String)> = Vec::new();
    for text in head.lines().filter(|text| !text.trim().is_empty()) {
        if text.starts_with(['#', ' ', '\t', '-'])
            && let Some((_, value)) = others.last_mut()
        {
            *value = format!("{value}\n{text}");
            continue;
        }
        let (key, value) = text.split_once(':')?;
        let is_key = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
        if key.is_empty()
            || !key.chars().all(is_key)
            || !(value.is_empty() || value.starts_with(' '))
        {
            return None;
        }
        if key == "title" {
            title = Some(value.trim().trim_matches(['"', '\'']).to_owned());
        } else {
            others.push((key, value.trim().to_owned()));
        }
    }
    // Without a title it may be text between two thematic breaks.
    title.as_ref()?;
    for (key, value) in others {
        report_left_out(key, &value, line, report);
    }
    report.repair(
        RepairKind::FrontMatter,
        line,
        "front matter in YAML became front matter in TOML",
    );
    Some(FrontMatter::Foreign { title })
}

fn report_left_out(key: &str, value: &str, line: usize, report: &mut Report) {
    report.losing(format!("{key}: {value}")).decision(
        DecisionKind::FrontMatter,
        line,
        format!("the front matter's `{key}` was left out"),
        "an edition has `title`, `published`, `summary`, `material`, `short_title` and `description`: move it by hand if it is one of these",
    );
}
