//! Days, as names of files, front matter and settings write them.

use chrono::NaiveDate;
use schemars::JsonSchema;

/// A day, as TOML and JSON write it: `2026-11-20`.
#[derive(JsonSchema)]
#[schemars(extend("format" = "date"))]
pub(crate) struct Day(#[expect(dead_code, reason = "only its schema is used")] String);

/// Reads `2026-11-20` and nothing else: four, two and two digits, a day that exists.
pub fn parse(text: &str) -> Option<NaiveDate> {
    if text.len() != 10 {
        return None;
    }
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
            "",
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
