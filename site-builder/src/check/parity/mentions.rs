//! What a clause mentions that is the same in every language: numbers, dates, variables, links
//! within the site.

use super::dates::DateComparison;
use crate::content::document::{self, Address, Block, Clause, Head, Inline, Leaf, Target};
use domain::Locale;
use language::Language;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Everything that a clause mentions, in one notation: `30`, `2025-04-17`, `{{ operator.email }}`,
/// `@cookies/3.1`.
pub(super) type Mentions = BTreeSet<String>;

/// A number with its decimals, or in groups of three.
#[expect(clippy::expect_used, reason = "a constant, which a test compiles")]
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[0-9]{1,3}(?:[ \u{a0}\u{202f}][0-9]{3})+(?-u:\b)|[0-9]+(?:[.,][0-9]+)*")
        .expect("a valid pattern")
});

/// What a clause mentions, without nested clauses.
pub(super) fn of_clause(clause: &Clause<'_>, locale: &Locale, dates: DateComparison) -> Mentions {
    let mut mentions = of_blocks(&clause.blocks, locale, dates);
    match &clause.head {
        Head::Title(head) | Head::Term(head) => collect(head, locale, dates, &mut mentions),
        Head::Text => {}
    }
    mentions
}

/// The mentions in blocks.
pub(super) fn of_blocks(blocks: &[Block<'_>], locale: &Locale, dates: DateComparison) -> Mentions {
    let mut mentions = Mentions::new();
    document::visit_leaves(blocks, &mut |leaf| match leaf {
        Leaf::Inlines(inlines) => collect(inlines, locale, dates, &mut mentions),
        Leaf::Generated(generated) => {
            mentions.insert(variable(generated.variable()));
        }
    });
    mentions
}

fn variable(name: &str) -> String {
    format!("{{{{ {name} }}}}")
}

/// Adds what inlines mention.
fn collect(inlines: &[Inline<'_>], locale: &Locale, dates: DateComparison, found: &mut Mentions) {
    let mut text = String::new();
    push(inlines, dates, &mut text, found);
    if has_digit(&text) {
        let text = western_digits(text);
        let rest = dates.take(&text, locale, found);
        let numbers = NUMBER.find_iter(&rest);
        found.extend(numbers.map(|number| plain_number(number.as_str(), locale)));
    }
}

/// Whether a text may contain an ASCII, Arabic-Indic or Persian digit. 0xD9 and 0xDB are the first
/// bytes of the latter two in UTF-8, but also of other letters.
fn has_digit(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() | (byte == 0xd9) | (byte == 0xdb);
    // No early exit, so that the loop vectorises.
    text.bytes()
        .fold(false, |found, byte| found | is_digit(byte))
}

/// Appends text, in which numbers are searched later, and adds what else is mentioned.
fn push(inlines: &[Inline<'_>], dates: DateComparison, text: &mut String, mentions: &mut Mentions) {
    for inline in inlines {
        match inline {
            Inline::Text(own) | Inline::Code(own) => text.push_str(own),
            Inline::Variable(name, _) => {
                mentions.insert(variable(name));
                // Digits before and after a variable are not one number.
                text.push('|');
            }
            Inline::Strong(inlines) | Inline::Emphasis(inlines) | Inline::Language(_, inlines) => {
                push(inlines, dates, text, mentions);
            }
            Inline::Link(target, inlines, _) => push_link(target, inlines, dates, text, mentions),
            // The references of the whole text are compared.
            Inline::Footnote(..) => text.push('|'),
            Inline::Break => text.push('\n'),
        }
    }
}

fn push_link(
    target: &Target<'_>,
    label: &[Inline<'_>],
    dates: DateComparison,
    text: &mut String,
    found: &mut Mentions,
) {
    match target {
        Target::Own(address) if dates == DateComparison::Whole => {
            found.insert(place(address));
            text.push('|');
            return;
        }
        // In a language without a file the same reference is plain text: its numbers are compared.
        Target::Own(_) => false,
        Target::Other(policy, address) => {
            let anchor = address.foreign_anchors().into_iter().next();
            let place = anchor.map_or_else(|| address.name.clone(), |anchor| short(&anchor));
            found.insert(format!("@{policy}/{place}"))
        }
        Target::Policy(policy) => found.insert(format!("@{policy}")),
        Target::Choices => found.insert("@choices".to_owned()),
        // Addresses differ between languages.
        Target::Unlinked | Target::Path(_) | Target::Url(_) => false,
    };
    push(label, dates, text, found);
}

/// The place that a reference means: `5.2` for a clause, whatever words name it.
fn place(address: &Address) -> String {
    let anchor = address.anchor.as_ref();
    anchor.map_or_else(|| address.name.clone(), |anchor| short(anchor))
}

/// `5.2` for `c-5-2`, and any other anchor as it is.
fn short(anchor: &str) -> String {
    match anchor.strip_prefix("c-") {
        Some(path) if !path.contains('p') => path.replace('-', "."),
        _ => format!("#{anchor}"),
    }
}

/// Replaces Arabic-Indic and Persian digits by those of ASCII.
fn western_digits(text: String) -> String {
    if !text.bytes().any(|byte| matches!(byte, 0xd9 | 0xdb)) {
        return text;
    }
    let western = |character: char| match character {
        '\u{660}'..='\u{669}' => shift_digit(character, '\u{660}'),
        '\u{6f0}'..='\u{6f9}' => shift_digit(character, '\u{6f0}'),
        other => other,
    };
    text.chars().map(western).collect()
}

/// The ASCII digit of a digit in the script whose zero is given.
#[expect(
    clippy::expect_used,
    reason = "the digits of a script are ten consecutive characters"
)]
fn shift_digit(digit: char, zero: char) -> char {
    char::from_digit(u32::from(digit) - u32::from(zero), 10).expect("0 to 9")
}

/// A number with `.` before its decimals and without separators of thousands.
fn plain_number(written: &str, locale: &Locale) -> String {
    let number = written.replace([' ', '\u{a0}', '\u{202f}'], "");
    let language = Language::of(locale.as_str());
    let is_grouped = language.is_some_and(|language| language.comma_groups_thousands)
        && number
            .split(',')
            .skip(1)
            .all(|group| group.len() == 3 && !group.contains('.'));
    if is_grouped {
        number.replace(',', "")
    } else {
        number.replace(',', ".")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(locale: &str, text: &str, dates: DateComparison, expected: &[&str]) {
        let locale = Locale::try_from(locale).unwrap();
        let mut mentions = Mentions::new();
        collect(&[Inline::Text(text.into())], &locale, dates, &mut mentions);
        assert_eq!(mentions.iter().collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn months_that_can_not_be_read_are_left_out() {
        for (locale, text) in [
            ("ar", "17 أبريل 2025"),
            ("ar", "١٧ أبريل ٢٠٢٥"),
            ("kk", "2025 ж. 17 сәуір"),
            ("en", "17.04.2025"),
        ] {
            check(locale, text, DateComparison::DayAndYear, &["17", "2025"]);
        }
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for (locale, text, expected) in [
            ("en", "10,000 users, 1.5 %", ["1.5", "10000"]),
            ("ru", "10 000 пользователей, 1,5%", ["1.5", "10000"]),
            ("kk", "30-дан 5.2.", ["30", "5.2"]),
        ] {
            check(locale, text, DateComparison::Whole, &expected);
        }
    }
}
