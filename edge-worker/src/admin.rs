//! Who may ask for more than their own records: whoever holds an admin token. And what they ask, read out of the address.

use crate::form;
use crate::log::messages::{MAX_ENTRIES, Span};
use crate::rejection::Rejection;
use domain::{Digest, Timestamp};

/// A shorter token could be guessed.
const MIN_TOKEN_LENGTH: usize = 32;

/// The admin tokens, as digests.
#[derive(Debug, Default)]
pub(crate) struct Tokens(Vec<Digest>);

impl Tokens {
    /// Reads `token,token`: several, so that one can be replaced while the other still works. What is too short does not count.
    pub(crate) fn parse(text: &str) -> Self {
        let tokens = text.split(',').map(str::trim);
        Self(
            tokens
                .filter(|token| token.len() >= MIN_TOKEN_LENGTH)
                .map(digest)
                .collect(),
        )
    }

    /// Which token a value of `Authorization` presents: the first digits of its digest, which name it in the audit trail and
    /// give nothing away. Takes as long for every token.
    pub(crate) fn reader(&self, authorization: Option<&str>) -> Option<String> {
        let (scheme, token) = authorization?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let presented = digest(token.trim());
        let is_known = self.0.iter().fold(false, |known, token| {
            known | is_equal(token.as_bytes(), presented.as_bytes())
        });
        is_known.then(|| presented.to_string().chars().take(8).collect())
    }
}

fn digest(token: &str) -> Digest {
    Digest::of(&[b"kelisim.token/1\n", token.as_bytes()])
}

/// Without a way out in between. What is compared are digests, so that even a compiler that finds one would tell nothing.
fn is_equal(left: &[u8; 32], right: &[u8; 32]) -> bool {
    let difference = left.iter().zip(right).fold(0, |all, (a, b)| all | (a ^ b));
    difference == 0
}

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For `site-builder verify`.
    Ndjson,
    /// For people.
    Csv,
}

/// What an address asks of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    /// `from` and `to`
    pub(crate) span: Span,
    /// `cursor`
    pub(crate) cursor: Option<u64>,
    /// `limit`
    pub(crate) limit: u64,
    /// `format`
    pub(crate) format: Format,
}

impl Query {
    /// Reads a query of which only some fields are known.
    ///
    /// # Errors
    /// 400 for everything else.
    pub(crate) fn read(text: &str, known: &[&str]) -> Result<Self, Rejection> {
        let malformed = Rejection::Malformed("the address has a query that is not known here");
        let mut query = Self {
            span: Span {
                from: None,
                to: None,
            },
            cursor: None,
            limit: MAX_ENTRIES,
            format: Format::Ndjson,
        };
        for (name, value) in form::read(text.as_bytes()).ok_or(malformed.clone())? {
            if !known.contains(&name.as_str()) {
                return Err(malformed);
            }
            match name.as_str() {
                "from" => query.span.from = Some(moment(&value)?),
                "to" => query.span.to = Some(moment(&value)?),
                "cursor" | "after" => query.cursor = Some(number(&value)?),
                "limit" => query.limit = number(&value)?,
                "format" => query.format = format(&value)?,
                _ => return Err(malformed),
            }
        }
        if query.limit == 0 || query.limit > MAX_ENTRIES {
            return Err(Rejection::Malformed("`limit` is a number from 1 to 500"));
        }
        Ok(query)
    }
}

/// A day, `2026-11-20`, means its beginning in UTC.
fn moment(text: &str) -> Result<Timestamp, Rejection> {
    Timestamp::try_from(text)
        .or_else(|_| Timestamp::try_from(format!("{text}T00:00:00.000Z")))
        .map_err(|_| {
            Rejection::Malformed(
                "a time is written as `2026-11-20` or as `2026-11-20T09:30:00.000Z`",
            )
        })
}

/// As large as JSON's readers can count.
fn number(text: &str) -> Result<u64, Rejection> {
    let digits = !text.is_empty() && text.len() <= 16 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|number| digits && *number < 1 << 53)
        .ok_or(Rejection::Malformed("a number is not a number"))
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

    const OLD: &str = "0123456789abcdef0123456789abcdef";
    const NEW: &str = "fedcba9876543210fedcba9876543210";

    #[test]
    fn every_token_of_the_list_opens_and_nothing_else_does() {
        let tokens = Tokens::parse(&format!("{NEW}, {OLD}"));
        let reader = |value: &str| tokens.reader(Some(value));
        let new = reader(&format!("Bearer {NEW}"));
        assert_eq!(new.as_ref().map(String::len), Some(8));
        assert!(!NEW.contains(&new.clone().unwrap()));
        assert_ne!(new, reader(&format!("bearer {OLD}")));
        for bad in [
            "",
            "Bearer",
            "Bearer ",
            NEW,
            &format!("Basic {NEW}"),
            &format!("Bearer {NEW}x"),
            &format!("Bearer {NEW},{OLD}"),
            &format!("Bearer {}", NEW.to_uppercase()),
        ] {
            assert_eq!(reader(bad), None, "{bad}");
        }
        assert_eq!(tokens.reader(None), None);
    }

    #[test]
    fn a_list_without_a_long_token_opens_for_nobody() {
        for list in ["", ",", "change-me", " , ,"] {
            let tokens = Tokens::parse(list);
            for token in list.split(',').chain(["", "undefined"]) {
                let value = format!("Bearer {token}");
                assert_eq!(tokens.reader(Some(&value)), None, "{list:?} {token:?}");
            }
        }
    }

    const ALL: &[&str] = &["from", "to", "cursor", "limit", "format"];

    #[test]
    fn a_query_is_read() {
        let text = "from=2026-11-20&to=2026-11-21T00%3A00%3A00.000Z&cursor=7&limit=20&format=csv";
        let query = Query::read(text, ALL).unwrap();
        assert_eq!(
            query.span.from.unwrap().to_string(),
            "2026-11-20T00:00:00.000Z"
        );
        assert_eq!(
            query.span.to.unwrap().to_string(),
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
            assert_eq!(refused.status(), 400, "{bad}");
        }
        assert!(Query::read("cursor=1", &["from"]).is_err());
    }
}
