//! Query parameters of the endpoints that read the log.

use crate::form;
use crate::log::messages::{MAX_ENTRIES, TimeRange};
use crate::rejection::Rejection;
use crate::stats::Filter;
use domain::Timestamp;

/// Form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For the verifier.
    Ndjson,
    /// For spreadsheets.
    Csv,
}

/// All parameters that any endpoint accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    /// `from` and `to`
    pub(crate) range: TimeRange,
    /// `cursor`
    pub(crate) cursor: Option<u64>,
    /// `limit`
    pub(crate) limit: u64,
    /// `format`
    pub(crate) format: Format,
    /// `country`, `surface` and `revision`
    pub(crate) only: Filter,
}

impl Query {
    /// Parses a query string in which only the fields in `known` are allowed.
    ///
    /// # Errors
    /// 400 for any other field and for a malformed value.
    pub(crate) fn read(text: &str, known: &[&str]) -> Result<Self, Rejection> {
        let malformed = Rejection::Malformed("the address has a query that is not known here");
        let mut query = Self {
            range: TimeRange::default(),
            cursor: None,
            limit: MAX_ENTRIES,
            format: Format::Ndjson,
            only: Filter::default(),
        };
        for (name, value) in form::read(text.as_bytes()).ok_or(malformed.clone())? {
            if !known.contains(&name.as_str()) {
                return Err(malformed);
            }
            match name.as_str() {
                "from" => query.range.from = Some(timestamp(&value)?),
                "to" => query.range.to = Some(timestamp(&value)?),
                "cursor" | "after" => query.cursor = Some(number(&value)?),
                "limit" => query.limit = number(&value)?,
                "format" => query.format = format(&value)?,
                "country" => query.only.country = Some(value),
                "surface" => query.only.surface = Some(value),
                "revision" => query.only.revision = Some(value),
                _ => return Err(malformed),
            }
        }
        if query.limit == 0 || query.limit > MAX_ENTRIES {
            return Err(Rejection::Malformed("`limit` is a number from 1 to 500"));
        }
        Ok(query)
    }
}

/// A time, or a day, `2026-11-20`, which stands for its first millisecond in UTC.
fn timestamp(text: &str) -> Result<Timestamp, Rejection> {
    Timestamp::try_from(text)
        .or_else(|_| Timestamp::try_from(format!("{text}T00:00:00.000Z")))
        .map_err(|_| {
            Rejection::Malformed(
                "a time is written as `2026-11-20` or as `2026-11-20T09:30:00.000Z`",
            )
        })
}

/// A number below 2^53, which every JSON parser represents exactly.
fn number(text: &str) -> Result<u64, Rejection> {
    let digits = !text.is_empty() && text.len() <= 16 && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse() {
        Ok(number) if digits && number < 1 << 53 => Ok(number),
        _ => Err(Rejection::Malformed("a number is not a number")),
    }
}

fn format(text: &str) -> Result<Format, Rejection> {
    match text {
        "ndjson" => Ok(Format::Ndjson),
        "csv" => Ok(Format::Csv),
        _ => Err(Rejection::Malformed("`format` is `ndjson` or `csv`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[&str] = &["from", "to", "cursor", "limit", "format"];

    #[test]
    fn a_query_is_read() {
        let text = "from=2026-11-20&to=2026-11-21T00%3A00%3A00.000Z&cursor=7&limit=20&format=csv";
        let query = Query::read(text, ALL).unwrap();
        assert_eq!(
            query.range.from.unwrap().to_string(),
            "2026-11-20T00:00:00.000Z"
        );
        assert_eq!(
            query.range.to.unwrap().to_string(),
            "2026-11-21T00:00:00.000Z"
        );
        assert_eq!((query.cursor, query.limit), (Some(7), 20));
        assert_eq!(query.format, Format::Csv);
        assert_eq!(Query::read("", &[]).unwrap().limit, MAX_ENTRIES);
    }

    #[test]
    fn a_query_with_anything_unknown_is_refused() {
        for bad in [
            "form=2026-11-20",
            "from=yesterday",
            "from=2026-11-20&from=2026-11-20",
            "cursor=-1",
            "cursor=+1",
            "cursor=9007199254740992",
            "cursor=",
            "limit=0",
            "limit=501",
            "format=xml",
            "from=%",
        ] {
            let refused = Query::read(bad, ALL).unwrap_err();
            assert_eq!(refused.status().0, 400, "{bad}");
        }
        assert!(Query::read("cursor=1", &["from"]).is_err());
    }
}
