//! A point in time with millisecond precision. Nothing here reads a clock: times are arguments.

use chrono::{DateTime, Datelike as _, NaiveDate, Timelike as _, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

const DAY: i64 = 86_400_000;

/// Milliseconds since 1970-01-01T00:00:00Z. Written as RFC 3339 in UTC with exactly three decimals,
/// so that the text sorts as the time does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Moment", extend("pattern" = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$")))]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

/// The text is not a time in the form that records use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time is written as `2026-11-20T09:30:00.000Z`")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// The last millisecond of the year 9999, the last year with four digits.
    const LAST: i64 = 253_402_300_799_999;

    /// From milliseconds since 1970, brought into the range that can be written (the years 1970 to
    /// 9999).
    pub const fn from_millis(millis: i64) -> Self {
        Self(if millis < 0 {
            0
        } else if millis > Self::LAST {
            Self::LAST
        } else {
            millis
        })
    }

    /// From whole seconds since 1970, brought into range as [`Timestamp::from_millis`] does.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self::from_millis(seconds.saturating_mul(1000))
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970.
    pub const fn seconds(self) -> i64 {
        self.0 / 1000
    }

    /// Whole days since 1970-01-01, by UTC.
    pub const fn day(self) -> i64 {
        self.0 / DAY
    }

    /// The time `days` later, a day being 86,400 seconds.
    pub fn plus_days(self, days: u32) -> Self {
        Self::from_millis(self.0.saturating_add(DAY.saturating_mul(i64::from(days))))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The constructors keep the number within chrono's range.
        let time = DateTime::<Utc>::from_timestamp_millis(self.0).ok_or(fmt::Error)?;
        // Without chrono's formatter, which parses its pattern at run time and is large in the
        // worker.
        let (year, month, day) = (time.year(), time.month(), time.day());
        let (hour, minute, second) = (time.hour(), time.minute(), time.second());
        let millis = self.0 % 1000;
        write!(
            formatter,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
        )
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.to_string()
    }
}

impl TryFrom<&str> for Timestamp {
    type Error = InvalidTimestamp;

    fn try_from(text: &str) -> Result<Self, InvalidTimestamp> {
        let number = |from: usize, to: usize| {
            let mut digits = text.get(from..to)?.bytes();
            digits.try_fold(0, |number, digit| match digit {
                b'0'..=b'9' => Some(number * 10 + u32::from(digit - b'0')),
                _ => None,
            })
        };
        let time = || {
            let year = number(0, 4)?.cast_signed();
            let date = NaiveDate::from_ymd_opt(year, number(5, 7)?, number(8, 10)?)?;
            date.and_hms_milli_opt(
                number(11, 13)?,
                number(14, 16)?,
                number(17, 19)?,
                number(20, 23)?,
            )
        };
        let time = time().ok_or(InvalidTimestamp)?;
        let timestamp = Self::from_millis(time.and_utc().timestamp_millis());
        // Each time has one spelling, because records have a canonical form. This also checks the
        // separators between the digits.
        if timestamp.to_string() == text {
            Ok(timestamp)
        } else {
            Err(InvalidTimestamp)
        }
    }
}

impl TryFrom<String> for Timestamp {
    type Error = InvalidTimestamp;

    fn try_from(text: String) -> Result<Self, InvalidTimestamp> {
        Self::try_from(text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_written_in_one_way() {
        let timestamp = Timestamp::from_millis(1_795_167_000_007);
        assert_eq!(timestamp.to_string(), "2026-11-20T09:30:00.007Z");
        assert_eq!(
            Timestamp::try_from("2026-11-20T09:30:00.007Z"),
            Ok(timestamp)
        );
        for other in [
            "2026-11-20T09:30:00Z",
            "2026-11-20T09:30:00.0070Z",
            "2026-11-20T14:30:00.007+05:00",
            "2026-11-20t09:30:00.007z",
            "2026-13-20T09:30:00.007Z",
            "",
        ] {
            assert!(Timestamp::try_from(other).is_err(), "{other}");
        }
    }

    #[test]
    fn impossible_clocks_stay_in_range() {
        for millis in [i64::MIN, -1, 0, i64::MAX] {
            let text = Timestamp::from_millis(millis).to_string();
            assert!(Timestamp::try_from(text.as_str()).is_ok(), "{text}");
        }
        assert_eq!(
            Timestamp::from_millis(i64::MAX).plus_days(u32::MAX),
            Timestamp::from_millis(i64::MAX)
        );
        assert_eq!(Timestamp::from_seconds(i64::MAX).millis(), Timestamp::LAST);
    }

    #[test]
    fn a_day_has_twenty_four_hours() {
        let timestamp = Timestamp::from_seconds(10).plus_days(180);
        assert_eq!(timestamp.seconds(), 10 + 180 * 86_400);
    }
}
