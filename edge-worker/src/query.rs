//! Query parameters of the endpoints that read the log.

use crate::form;
use crate::log::tree_messages::{DayRange, MAX_ENTRIES};
use crate::rejection::Rejection;
use crate::stats::Filter;
use domain::Timestamp;

/// `format`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// An export for the verifier.
    Ndjson,
    /// An export for spreadsheets.
    Csv,
    /// One receipt as a file.
    TlogProof,
}

/// All parameters that any endpoint accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    /// `from` and `to`
    pub(crate) range: DayRange,
    /// `cursor` or `after`
    pub(crate) cursor: Option<u64>,
    /// `end`
    pub(crate) end: Option<u64>,
    /// `index`
    pub(crate) index: Option<u64>,
    /// `limit`
    pub(crate) limit: u64,
    /// `format`
    pub(crate) format: Option<Format>,
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
            range: DayRange {
                from: None,
                to: None,
            },
            cursor: None,
            end: None,
            index: None,
            limit: MAX_ENTRIES,
            format: None,
            only: Filter::default(),
        };
        for (name, value) in form::read(text.as_bytes()).ok_or(malformed.clone())? {
            if !known.contains(&name.as_str()) {
                return Err(malformed);
            }
            match name.as_str() {
                "from" => query.range.from = Some(day(value)?),
                "to" => query.range.to = Some(day(value)?),
                "cursor" | "after" => query.cursor = Some(number(&value)?),
                "end" => query.end = Some(number(&value)?),
                "index" => query.index = Some(number(&value)?),
                "limit" => query.limit = number(&value)?,
                "format" => query.format = Some(format(&value)?),
                "country" => query.only.country = Some(value),
                "surface" => query.only.surface = Some(value),
                "revision" => query.only.revision = Some(value),
                _ => return Err(malformed),
            }
        }
        if query.limit == 0 || query.limit > MAX_ENTRIES {
            return Err(Rejection::Malformed("`limit` is a number from 1 to 8192"));
        }
        Ok(query)
    }
}

/// A day in UTC, `2026-11-20`.
fn day(text: String) -> Result<String, Rejection> {
    match Timestamp::try_from([&text, "T00:00:00.000Z"].concat()) {
        Ok(_) => Ok(text),
        Err(_) => Err(Rejection::Malformed("a day is written as `2026-11-20`")),
    }
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
        "tlog-proof" => Ok(Format::TlogProof),
        _ => Err(Rejection::Malformed(
            "`format` is `ndjson`, `csv` or `tlog-proof`",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[&str] = &["from", "to", "cursor", "end", "index", "limit", "format"];

    #[test]
    fn a_query_is_read() {
        let text = "from=2026-11-20&to=2026%2D11-21&cursor=7&end=9&index=8&limit=20&format=csv";
        let query = Query::read(text, ALL).unwrap();
        assert_eq!(query.range.from.as_deref(), Some("2026-11-20"));
        assert_eq!(query.range.to.as_deref(), Some("2026-11-21"));
        assert_eq!((query.cursor, query.end), (Some(7), Some(9)));
        assert_eq!((query.index, query.limit), (Some(8), 20));
        assert_eq!(query.format, Some(Format::Csv));
        assert_eq!(Query::read("", &[]).unwrap().limit, MAX_ENTRIES);
    }

    #[test]
    fn a_query_with_anything_unknown_is_refused() {
        for bad in [
            "form=2026-11-20",
            "from=yesterday",
            "from=2026-02-30",
            "from=2026-11-20T00:00:00.000Z",
            "from=2026-11-20&from=2026-11-20",
            "cursor=-1",
            "cursor=+1",
            "cursor=9007199254740992",
            "cursor=",
            "end=x",
            "index=",
            "limit=0",
            "limit=8193",
            "format=xml",
            "from=%",
        ] {
            let refused = Query::read(bad, ALL).unwrap_err();
            assert_eq!(refused.status().0, 400, "{bad}");
        }
        assert!(Query::read("cursor=1", &["from"]).is_err());
    }
}
