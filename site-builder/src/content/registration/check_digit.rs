//! Check digits: general algorithms, whose parameters are data.

use serde::Deserialize;

/// How a number is checked. Letters count from 10 for `A`.
#[derive(Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    tag = "algorithm",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub(super) enum Check {
    /// The sum of characters times weights, divided by a modulus; the remainder decides.
    Weighted {
        /// Characters before the first weighted one.
        #[serde(default)]
        skip: usize,
        /// A weight for each character. Of several lists the first whose remainder has a symbol.
        weights: Vec<Vec<usize>>,
        modulus: usize,
        /// The check character for each remainder, behind the weighted ones; `-` for none. Without
        /// it the remainder has to be 0.
        symbols: Option<String>,
        /// The check character where no remainder has one.
        otherwise: Option<char>,
        /// Letters that stand for 0, 1, 2 …
        letters: Option<String>,
    },
    /// Luhn (ISO/IEC 7812-1, annex B).
    Luhn {
        #[serde(default)]
        skip: usize,
        /// Digits with the check character; to the end if it isn't there.
        length: Option<usize>,
        /// The check character for each check digit, if it is a letter.
        symbols: Option<String>,
    },
    /// ISO 7064, MOD 11,10.
    #[serde(rename = "iso7064-mod-11-10")]
    Mod11And10 {
        #[serde(default)]
        skip: usize,
    },
    /// ISO 7064, MOD 97-10, over letters as two digits.
    #[serde(rename = "iso7064-mod-97-10")]
    Mod97,
}

/// Digits and letters, each at the place of its value.
const VALUES: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The value of a digit. `None` if it is none.
fn digit(digit: char) -> Option<usize> {
    VALUES.find(digit).filter(|value| *value < 10)
}

impl Check {
    /// Whether a number, whose form is known, passes.
    pub(super) fn holds(&self, number: &str) -> bool {
        match self {
            Self::Weighted {
                skip,
                weights,
                modulus,
                symbols,
                otherwise,
                letters,
            } => {
                let number: Vec<char> = number.chars().skip(*skip).collect();
                let value = |letter: char| match letters {
                    Some(letters) if letter.is_alphabetic() => letters.find(letter),
                    _ => VALUES.find(letter),
                };
                let remainder = |weights: &Vec<usize>| {
                    let mut sum = 0;
                    for (at, weight) in weights.iter().enumerate() {
                        sum += value(*number.get(at)?)? * weight;
                    }
                    sum.checked_rem(*modulus)
                };
                let Some(symbols) = symbols else {
                    return weights.iter().any(|weights| remainder(weights) == Some(0));
                };
                let symbol = |weights: &Vec<usize>| {
                    let symbol = symbols.chars().nth(remainder(weights)?);
                    symbol.filter(|symbol| *symbol != '-')
                };
                let expected = weights.iter().find_map(symbol).or(*otherwise);
                let check = weights
                    .first()
                    .and_then(|weights| number.get(weights.len()));
                expected.is_some() && check.copied() == expected
            }
            Self::Luhn {
                skip,
                length,
                symbols,
            } => {
                let number = number.chars().skip(*skip);
                let number: Vec<char> = number.take(length.unwrap_or(usize::MAX)).collect();
                number.split_last().is_some_and(|(check, digits)| {
                    let symbols = symbols.as_deref().unwrap_or(VALUES);
                    luhn(digits).and_then(|value| symbols.chars().nth(value)) == Some(*check)
                })
            }
            Self::Mod11And10 { skip } => {
                let digits = number.chars().skip(*skip).map(digit);
                mod_11_10(digits) == Some(1)
            }
            Self::Mod97 => {
                let step = |rest: usize, letter: char| {
                    let value = VALUES.find(letter)?;
                    Some((rest * if value < 10 { 10 } else { 100 } + value) % 97)
                };
                number.chars().try_fold(0, step) == Some(1)
            }
        }
    }
}

/// The check digit of digits; `None` if others are among them.
fn luhn(digits: &[char]) -> Option<usize> {
    let mut sum = 0;
    for (at, letter) in digits.iter().rev().enumerate() {
        let doubled = digit(*letter)? * if at % 2 == 0 { 2 } else { 1 };
        sum += doubled / 10 + doubled % 10;
    }
    Some((10 - sum % 10) % 10)
}

/// What remains of all digits, the check digit among them; 1 if it is right. `None` without a digit
/// or with anything else.
fn mod_11_10(digits: impl Iterator<Item = Option<usize>>) -> Option<usize> {
    let mut product = 10;
    let mut rest = None;
    for digit in digits {
        let sum = (digit? + product) % 10;
        rest = Some(sum);
        product = (if sum == 0 { 10 } else { sum }) * 2 % 11;
    }
    rest
}
