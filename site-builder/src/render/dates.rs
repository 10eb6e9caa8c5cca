//! Dates as each language writes them (CLDR).

use super::view::DateView;
use chrono::{Datelike as _, NaiveDate};
use domain::Locale;
use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::YMD;
use language::Language;

/// Writes dates in one locale.
pub struct DateFormatter {
    /// `None` if CLDR has no data for the locale: dates are then written in ISO 8601.
    formatter: Option<FixedCalendarDateTimeFormatter<Gregorian, YMD>>,
}

impl DateFormatter {
    /// The formatter of a locale.
    pub fn new(locale: &Locale) -> Self {
        let language = Language::of(locale.as_str());
        let cldr_locale = language.and_then(|language| language.cldr_locale.as_deref());
        let tag = cldr_locale.unwrap_or(locale.as_str());
        #[expect(
            clippy::disallowed_methods,
            reason = "a locale without data is no error: dates are written as ISO 8601"
        )]
        let formatter = tag.parse::<icu_locale::Locale>().ok().and_then(|parsed| {
            FixedCalendarDateTimeFormatter::try_new(parsed.into(), YMD::long()).ok()
        });
        Self { formatter }
    }

    /// The date in words, and in ISO 8601.
    pub fn view(&self, date: NaiveDate) -> DateView {
        DateView {
            iso: date.to_string(),
            text: self.text(date),
        }
    }

    /// How a day of each month is written, January first, with `{d}` and `{y}` in the places of day
    /// and year: `{d} ноября {y} г.`
    pub fn forms(&self) -> Vec<String> {
        let form = |month| {
            let date = NaiveDate::from_ymd_opt(2034, month, 28)?;
            // Neither number is part of the other or of anything else in the text.
            let form = self.text(date).replacen("2034", "{y}", 1);
            let form = form.replacen("28", "{d}", 1);
            // A locale with digits of its own has neither.
            (form.contains("{y}") && form.contains("{d}")).then_some(form)
        };
        let months = 1..=12;
        months
            .map(|month| form(month).unwrap_or_else(|| format!("{{y}}-{month:02}-{{d}}")))
            .collect()
    }

    fn text(&self, date: NaiveDate) -> String {
        let (Some(formatter), Ok(month), Ok(day)) = (
            &self.formatter,
            u8::try_from(date.month()),
            u8::try_from(date.day()),
        ) else {
            return date.to_string();
        };
        match Date::try_new_gregorian(date.year(), month, day) {
            // No-break spaces, which CLDR has in some languages, would defeat searching and
            // copying.
            Ok(gregorian) => formatter
                .format(&gregorian)
                .to_string()
                .replace(['\u{202f}', '\u{a0}'], " "),
            // A year that ICU doesn't support.
            Err(_) => date.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_each_language_writes_them() {
        let written = |locale: &str| {
            let locale = Locale::try_from(locale).unwrap();
            let date = NaiveDate::from_ymd_opt(2025, 4, 17).unwrap();
            DateFormatter::new(&locale).view(date).text
        };
        assert_eq!(written("kk"), "2025 ж. 17 сәуір");
        assert_eq!(written("ru"), "17 апреля 2025 г.");
        assert_eq!(written("en"), "17 April 2025");
    }

    #[test]
    fn a_form_of_each_month_has_places_for_day_and_year() {
        for (locale, month, expected) in [
            ("kk", 1, "{y} ж. {d} ақпан"),
            ("ru", 10, "{d} ноября {y} г."),
            ("en", 4, "{d} May {y}"),
            ("bn", 4, "{y}-05-{d}"),
        ] {
            let forms = DateFormatter::new(&Locale::try_from(locale).unwrap()).forms();
            assert_eq!(forms.len(), 12);
            assert_eq!(forms[month], expected);
        }
    }
}
