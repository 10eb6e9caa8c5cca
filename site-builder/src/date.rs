//! Dates: read from names and front matter, written as each language writes them.

use crate::view::DateView;
use chrono::{Datelike as _, NaiveDate};
use domain::Locale;
use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::YMD;

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

/// Writes dates in the words of one locale, by the rules of CLDR.
pub struct DateFormatter {
    /// None: CLDR has no data for the locale, dates are written as ISO 8601.
    formatter: Option<FixedCalendarDateTimeFormatter<Gregorian, YMD>>,
}

impl DateFormatter {
    /// The formatter of a locale.
    pub fn new(locale: &Locale) -> Self {
        // `en` alone is American in CLDR; these sites address readers of European and Kazakh law.
        let tag = if locale.as_str() == "en" {
            "en-GB"
        } else {
            locale.as_str()
        };
        let formatter = tag.parse::<icu_locale::Locale>().ok().and_then(|parsed| {
            FixedCalendarDateTimeFormatter::try_new(parsed.into(), YMD::long()).ok()
        });
        Self { formatter }
    }

    /// The date for reading and for machines.
    pub fn view(&self, date: NaiveDate) -> DateView {
        DateView {
            iso: date.to_string(),
            text: self.text(date),
        }
    }

    fn text(&self, date: NaiveDate) -> String {
        let month = u8::try_from(date.month()).unwrap_or(1);
        let day = u8::try_from(date.day()).unwrap_or(1);
        match (
            &self.formatter,
            Date::try_new_gregorian(date.year(), month, day),
        ) {
            // CLDR has no-break spaces in some languages; plain ones can be searched for and copied.
            (Some(formatter), Ok(gregorian)) => formatter
                .format(&gregorian)
                .to_string()
                .replace(['\u{202f}', '\u{a0}'], " "),
            _ => date.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(locale: &str, date: &str) -> String {
        let locale = Locale::try_from(locale).unwrap();
        DateFormatter::new(&locale).view(parse(date).unwrap()).text
    }

    #[test]
    fn dates_are_written_as_each_language_writes_them() {
        assert_eq!(written("kk", "2025-04-17"), "2025 ж. 17 сәуір");
        assert_eq!(written("ru", "2025-04-17"), "17 апреля 2025 г.");
        assert_eq!(written("en", "2025-04-17"), "17 April 2025");
    }

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
