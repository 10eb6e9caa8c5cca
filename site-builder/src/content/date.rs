//! Days as the names of files, front matter and settings write them.

use chrono::NaiveDate;
use schemars::JsonSchema;

/// A day, as TOML and JSON write it: `2026-11-20`.
#[derive(JsonSchema)]
#[schemars(extend("format" = "date"))]
pub(crate) struct Day(#[expect(dead_code, reason = "only its schema is used")] String);

/// Reads `2026-11-20`: four, two and two digits, no sign and no spaces, a day that exists.
pub fn parse(text: &str) -> Option<NaiveDate> {
    // chrono also accepts `2026- 1-20` and `+202-01-01`.
    let has_form = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !has_form {
        return None;
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "a day that doesn't exist is the only error left"
    )]
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// A date in TOML: `published = 2026-11-20`.
pub fn from_toml(datetime: &toml::value::Datetime) -> Option<NaiveDate> {
    let date = datetime.date?;
    if datetime.time.is_some() {
        return None;
    }
    NaiveDate::from_ymd_opt(
        i32::from(date.year),
        u32::from(date.month),
        u32::from(date.day),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_days_that_exist_are_dates() {
        assert!(parse("2024-02-29").is_some());
        for bad in [
            "2025-02-29",
            "2025-13-01",
            "17.04.2025",
            "2025-4-17",
            "2025-04-17T00:00",
            "2026- 1-20",
            "2026-11- 2",
            " 202-11-20",
            "+202-01-01",
            "-202-01-01",
            "2026/11/20",
            "2026-11-2٣",
            "",
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
