//! Writes numbers in the systems that word processors and style sheets name (`numerals.toml`):
//! decimal, Roman, letters of several alphabets, East Asian counting.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The largest number that Word writes in letters.
const LETTERS_LIMIT: u32 = 780;
/// The largest number of a list in Word.
const NUMBER_LIMIT: u32 = 32_767;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct System {
    names: Vec<String>,
    #[serde(default)]
    digits: String,
    #[serde(default)]
    width: usize,
    /// What stands before and after each number.
    #[serde(default)]
    around: [String; 2],
    #[serde(default)]
    letters: String,
    #[serde(default)]
    symbols: String,
    #[serde(default)]
    sums: Vec<(u32, String)>,
    /// Digits from zero, and the signs for ten, hundred and thousand.
    #[serde(default)]
    counting: Option<[String; 2]>,
    #[serde(default)]
    one: One,
    /// Whether a skipped place is written.
    #[serde(default)]
    zero: bool,
}

/// Where the digit 1 stands before the sign for ten, hundred or thousand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum One {
    #[default]
    Always,
    /// Not before the sign for ten that begins the number.
    AfterFirst,
    Never,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Systems {
    system: Vec<System>,
}

static SYSTEMS: LazyLock<Systems> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "a test reads the file, which is part of the program"
    )]
    toml::from_str(include_str!("numerals.toml")).expect("each system has its fields")
});

static BY_NAME: LazyLock<BTreeMap<&str, &System>> = LazyLock::new(|| {
    let systems = SYSTEMS.system.iter();
    let named = systems.flat_map(|system| system.names.iter().map(move |name| (&**name, system)));
    named.collect()
});

/// How letters go on after the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// `aa`, `bb`: Word, and OpenDocument with `style:num-letter-sync`.
    Doubled,
    /// `aa`, `ab`.
    Counted,
}

/// A system of numerals.
#[derive(Debug, Clone, Copy)]
pub struct Numerals {
    system: &'static System,
    beyond: Beyond,
}

impl PartialEq for Numerals {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.system, other.system) && self.beyond == other.beyond
    }
}

impl Numerals {
    /// The system that Word, OpenDocument or CSS calls so.
    pub fn named(name: &str, beyond: Beyond) -> Option<Self> {
        let system = BY_NAME.get(name).copied()?;
        Some(Self { system, beyond })
    }

    /// A system that the file certainly has.
    #[expect(clippy::expect_used, reason = "a test reads the file")]
    fn known(name: &str) -> Self {
        Self::named(name, Beyond::Counted).expect("the file has the system")
    }

    /// Decimal numbers.
    pub fn decimal() -> Self {
        Self::known("decimal")
    }

    /// Roman numerals in capitals.
    pub(crate) fn roman() -> Self {
        Self::known("upper-roman")
    }

    /// Small Latin letters: `a` to `z`, then `aa`.
    pub(crate) fn latin() -> Self {
        Self::known("lower-alpha")
    }

    /// The number in this system, or in decimal digits where the system has no sign for it.
    pub fn write(self, number: u32) -> String {
        let system = self.system;
        let written = match &system.counting {
            _ if number == 0 || number > NUMBER_LIMIT => None,
            Some([digits, units]) if number < 10_000 => counted(number, digits, units, system),
            _ if !system.letters.is_empty() => letters(number, &system.letters, self.beyond),
            _ if !system.symbols.is_empty() => nth(&system.symbols, number).map(String::from),
            _ if !system.sums.is_empty() => Some(sum(number, &system.sums)),
            _ => None,
        };
        let written = written.unwrap_or_else(|| in_digits(number, system));
        let [before, after] = &system.around;
        format!("{before}{written}{after}")
    }
}

/// The sign for a number that is counted from 1.
fn nth(signs: &str, number: u32) -> Option<char> {
    (1..)
        .zip(signs.chars())
        .find_map(|(place, sign)| (place == number).then_some(sign))
}

fn in_digits(number: u32, system: &System) -> String {
    let width = system.width;
    let decimal = format!("{number:0width$}");
    let digit = |digit: char| {
        let value = digit.to_digit(10)?;
        nth(&system.digits, value + 1)
    };
    decimal
        .chars()
        .map(|letter| digit(letter).unwrap_or(letter))
        .collect()
}

fn letters(number: u32, letters: &str, beyond: Beyond) -> Option<String> {
    if number > LETTERS_LIMIT {
        return None;
    }
    let length = (1..)
        .zip(letters.chars())
        .last()
        .map_or(1, |(count, _)| count);
    let capital = letters.chars().next().is_some_and(char::is_uppercase);
    let mut written = String::new();
    let mut rest = number;
    match beyond {
        Beyond::Doubled => {
            let letter = nth(letters, (number - 1) % length + 1)?;
            written.extend((0..=(number - 1) / length).map(|_| letter));
        }
        Beyond::Counted => {
            while rest > 0 {
                let letter = nth(letters, (rest - 1) % length + 1)?;
                written.insert(0, letter);
                rest = (rest - 1) / length;
            }
        }
    }
    // LibreOffice writes only the first letter of a Cyrillic number as a capital.
    if capital && beyond == Beyond::Counted && !written.is_ascii() {
        let mut all = written.chars();
        let first: String = all.next().into_iter().collect();
        return Some(first + &all.as_str().to_lowercase());
    }
    Some(written)
}

fn sum(number: u32, sums: &[(u32, String)]) -> String {
    let mut written = String::new();
    let mut rest = number;
    for (value, sign) in sums {
        while rest >= *value {
            written.push_str(sign);
            rest -= value;
        }
    }
    written
}

fn counted(number: u32, digits: &str, units: &str, system: &System) -> Option<String> {
    let mut written = String::new();
    let mut skipped = false;
    for power in (0..4_u32).rev() {
        let place = 10_u32.pow(power);
        let value = number / place % 10;
        if value == 0 {
            skipped = !written.is_empty();
            continue;
        }
        if skipped && system.zero {
            written.extend(nth(digits, 1));
        }
        skipped = false;
        let unit = nth(units, power);
        let says_one = match system.one {
            One::Always => true,
            One::AfterFirst => power != 1 || !written.is_empty(),
            One::Never => power == 0,
        };
        if value != 1 || unit.is_none() || says_one {
            written.push(nth(digits, value + 1)?);
        }
        written.extend(unit);
    }
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, beyond: Beyond, numbers: &[u32]) -> String {
        let numerals = Numerals::named(name, beyond).expect(name);
        let written: Vec<String> = numbers
            .iter()
            .map(|number| numerals.write(*number))
            .collect();
        written.join(" ")
    }

    #[test]
    fn each_system_has_one_way_of_writing() {
        for system in &SYSTEMS.system {
            let ways = [
                !system.digits.is_empty(),
                !system.letters.is_empty(),
                !system.symbols.is_empty(),
                !system.sums.is_empty(),
                system.counting.is_some(),
            ];
            assert_eq!(
                ways.iter().filter(|way| **way).count(),
                1,
                "{:?}",
                system.names
            );
            assert!(system.digits.is_empty() || system.digits.chars().count() == 10);
        }
        let names = SYSTEMS
            .system
            .iter()
            .map(|system| system.names.len())
            .sum::<usize>();
        assert_eq!(BY_NAME.len(), names, "a name stands twice");
    }

    #[test]
    fn the_systems_that_code_names_are_there() {
        let written = [Numerals::decimal(), Numerals::roman(), Numerals::latin()];
        assert_eq!(
            written.map(|system| system.write(28)),
            ["28", "XXVIII", "ab"]
        );
    }

    #[test]
    fn numbers_are_written_as_word_writes_them() {
        let check = |name, numbers: &[u32], written| {
            assert_eq!(row(name, Beyond::Doubled, numbers), written, "{name}");
        };
        check("decimal", &[0, 1, 10, 40_000], "0 1 10 40000");
        check("decimalZero", &[1, 9, 10, 100], "01 09 10 100");
        check(
            "upperRoman",
            &[1, 4, 9, 14, 40, 1999],
            "I IV IX XIV XL MCMXCIX",
        );
        check("lowerLetter", &[1, 26, 27, 28, 53], "a z aa bb aaa");
        check("russianLower", &[1, 10, 26, 29, 30, 31], "а к ы я аа бб");
        check(
            "chineseCounting",
            &[1, 10, 11, 20, 21, 101, 110],
            "一 十 十一 二十 二十一 一百〇一 一百一十",
        );
        check(
            "chineseLegalSimplified",
            &[1, 10, 15, 200],
            "壹 壹拾 壹拾伍 贰佰",
        );
        check(
            "japaneseCounting",
            &[10, 100, 101, 111],
            "十 百 百一 百十一",
        );
        check("koreanCounting", &[1, 10, 12, 20], "일 십 십이 이십");
        check("decimalEnclosedCircle", &[1, 20, 21], "① ⑳ 21");
        check("hebrew1", &[1, 15, 16, 115], "א טו טז קטו");
        check("numberInDash", &[3], "- 3 -");
        check("lowerLetter", &[781, 4_000_000_000], "781 4000000000");
    }

    #[test]
    fn letters_are_counted_on_as_libreoffice_does() {
        assert_eq!(row("a", Beyond::Counted, &[26, 27, 28, 53]), "z aa ab ba");
        assert_eq!(row("A", Beyond::Counted, &[27]), "AA");
        assert_eq!(
            row("А, Б, .., Аа, Аб, ... (ru)", Beyond::Counted, &[29, 30, 31]),
            "Я Аа Аб"
        );
    }
}
