//! Telephone numbers in any usual way of writing.

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region,
};
use serde::Deserialize;
use std::sync::LazyLock;

/// A telephone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// E.164, with `;ext=` before an extension (RFC 3966): `+77273383993`.
    pub number: String,
    /// For readers, in international form: `+7 727 338 39 93`.
    pub text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Groups {
    plan: Vec<NumberingPlan>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NumberingPlan {
    /// `+` and the country code.
    prefix: String,
    /// Digits of each group, the country code first.
    groups: Vec<usize>,
}

#[expect(clippy::expect_used, reason = "a constant, which a test reads")]
static GROUPS: LazyLock<Groups> =
    LazyLock::new(|| toml::from_str(include_str!("phone_groups.toml")).expect("fits the type"));

/// Longer texts are no numbers.
const MAX_LENGTH: usize = 60;

impl Phone {
    /// Reads a number. Without the code of its country it is one of `country` (ISO 3166-1 alpha-2).
    /// `None` if there is no such number.
    pub fn parse(text: &str, country: &str) -> Option<Self> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let number = international_number(text).or_else(|| national_number(text, country))?;
        let plain = PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164);
        let extension = number
            .extension
            .as_deref()
            .filter(|digits| !digits.is_empty());
        let text = own_groups(text, &plain)
            .or_else(|| planned_groups(&plain).filter(|_| extension.is_none()))
            .unwrap_or_else(|| international(&number));
        let extension = extension.map_or_else(String::new, |digits| format!(";ext={digits}"));
        Some(Self {
            number: format!("{plain}{extension}"),
            text,
        })
    }
}

/// A number with the code of its country: its length decides, because ranges are opened faster than
/// tables of them are published.
#[expect(clippy::disallowed_methods, reason = "what is none is no number")]
fn international_number(text: &str) -> Option<PhoneNumber> {
    let number = PHONE_NUMBER_UTIL.parse(text, None).ok()?;
    let length = PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number);
    matches!(length, Ok(NumberLengthType::IsPossible)).then_some(number)
}

/// A number without it. That a digit is missing shows only in the tables: without its first digit,
/// which is dialled within the country, it may have the length of another.
#[expect(
    clippy::disallowed_methods,
    reason = "what is none is no number, and without a country there is none"
)]
fn national_number(text: &str, country: &str) -> Option<PhoneNumber> {
    let country = Region::try_from(country).ok()?;
    let number = PHONE_NUMBER_UTIL.parse(text, Some(country)).ok()?;
    PHONE_NUMBER_UTIL.is_valid_number(&number).then_some(number)
}

fn international(number: &PhoneNumber) -> String {
    PHONE_NUMBER_UTIL
        .format(number, PhoneNumberFormat::International)
        .into_owned()
}

/// The groups in which the owner wrote an international number: nobody knows them better. `None` if
/// there are none, or other digits than those that are dialled.
fn own_groups(text: &str, plain: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let is_grouping = |character: char| character.is_ascii_digit() || " -.()/".contains(character);
    let groups = text.strip_prefix('+').filter(|_| text != plain);
    let is_written = groups.is_some_and(|groups| groups.chars().all(is_grouping));
    let digits = text.chars().filter(char::is_ascii_digit);
    let is_same = is_written && digits.eq(plain.chars().skip(1));
    is_same.then_some(text)
}

/// The groups of `phone_groups.toml`.
fn planned_groups(plain: &str) -> Option<String> {
    let length = plain.len().checked_sub(1)?;
    let plan = GROUPS.plan.iter().find(|plan| {
        plain.starts_with(&plan.prefix) && length == plan.groups.iter().sum::<usize>()
    })?;
    let mut digits = plain.chars().skip(1);
    let groups = plan.groups.iter();
    let groups = groups.map(|count| digits.by_ref().take(*count).collect::<String>());
    Some(format!("+{}", groups.collect::<Vec<_>>().join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_each_country_writes_them() {
        for (country, written, number, text) in [
            ("KZ", "+77273383993", "+77273383993", "+7 727 338 39 93"),
            (
                "KZ",
                "8 (727) 338-39-93",
                "+77273383993",
                "+7 727 338 39 93",
            ),
            (
                "KZ",
                "+7 (727) 338-39-93",
                "+77273383993",
                "+7 (727) 338-39-93",
            ),
            ("RU", "8 800 555-35-35", "+78005553535", "+7 800 555 35 35"),
            ("DE", "030 / 123 456 78", "+493012345678", "+49 30 12345678"),
            (
                "DE",
                "+49 (0)30 12345678",
                "+493012345678",
                "+49 30 12345678",
            ),
            ("DE", "+49 30 1234567", "+49301234567", "+49 30 1234567"),
            ("AT", "01 5122 3010", "+43151223010", "+43 1 51223010"),
            ("CH", "044 668 18 00", "+41446681800", "+41 44 668 18 00"),
            ("FR", "01 42 68 53 00", "+33142685300", "+33 1 42 68 53 00"),
            ("IT", "06 6982 1234", "+390669821234", "+39 06 6982 1234"),
            ("ES", "912 34 56 78", "+34912345678", "+34 912 34 56 78"),
            ("PL", "22 123 45 67", "+48221234567", "+48 22 123 45 67"),
            ("GB", "(020) 7946 0958", "+442079460958", "+44 20 7946 0958"),
            (
                "GB",
                "0044 20 7946 0958",
                "+442079460958",
                "+44 20 7946 0958",
            ),
            ("US", "(202) 555-0123", "+12025550123", "+1 202-555-0123"),
            (
                "US",
                "011 49 30 12345678",
                "+493012345678",
                "+49 30 12345678",
            ),
            (
                "BY",
                "8 017 222-33-44",
                "+375172223344",
                "+375 17 222-33-44",
            ),
            ("TR", "0212 123 45 67", "+902121234567", "+90 212 123 45 67"),
            // A number of another country needs its code, whatever the operator's.
            ("DE", "+77273383993", "+77273383993", "+7 727 338 39 93"),
            ("", "+49 30 1234567", "+49301234567", "+49 30 1234567"),
            // Digits of another script, and no-break spaces.
            ("KZ", "+٧٧٢٧٣٣٨٣٩٩٣", "+77273383993", "+7 727 338 39 93"),
            (
                "KZ",
                "+7\u{a0}727\u{a0}338\u{a0}39\u{a0}93",
                "+77273383993",
                "+7 727 338 39 93",
            ),
        ] {
            let phone = Phone::parse(written, country).unwrap_or_else(|| panic!("{written}"));
            assert_eq!(
                (phone.number.as_str(), phone.text.as_str()),
                (number, text),
                "{written}"
            );
        }
    }

    #[test]
    fn an_extension_is_dialled_after_the_number() {
        let phone = Phone::parse("+49 30 1234567 ext. 12", "DE").unwrap();
        assert_eq!(phone.number, "+49301234567;ext=12");
        assert!(phone.text.ends_with("12"), "{}", phone.text);
        let phone = Phone::parse("8 727 338 39 93 доб. 5", "KZ").unwrap();
        assert_eq!(phone.number, "+77273383993;ext=5");
        assert!(
            phone.text.ends_with('5') && phone.text.len() > 17,
            "{}",
            phone.text
        );
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for (country, bad) in [
            ("KZ", ""),
            ("KZ", "+7 727 338 39 9"),
            ("KZ", "+7 727 338 39 931"),
            ("KZ", "338 39 93"),
            ("KZ", "8 700 000 00 0"),
            ("DE", "+49 3"),
            ("KZ", "privacy@cap.kz"),
            ("", "8 727 338 39 93"),
            ("KZ", "+999 1234567"),
            ("DE", "+"),
            ("DE", "030"),
        ] {
            assert_eq!(Phone::parse(bad, country), None, "{bad}");
        }
        assert_eq!(Phone::parse(&"+7 ".repeat(10_000), "KZ"), None);
    }
}
