//! Counts tests in the summary lines of `cargo test` and of Node's test runner.

use std::fmt;
use std::iter::Sum;

/// How many tests passed, passed only when they were run again, failed and were skipped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    passed: u32,
    again: u32,
    failed: u32,
    skipped: u32,
}

impl Tally {
    /// Whether no test has been counted.
    pub(super) fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Counts the tests that failed as those that passed when they were run again.
    pub(super) fn passed_when_run_again(&mut self) {
        self.again += std::mem::take(&mut self.failed);
    }

    /// Adds the counts of a summary line; other lines change nothing.
    pub(super) fn read(&mut self, line: &str) {
        let plain = without_colours(line);
        if let Some(counts) = plain.strip_prefix("test result: ") {
            self.read_cargo(counts);
        } else if let Some(count) = plain.strip_prefix("ℹ ") {
            self.read_node(count);
        }
    }

    /// `ok. 3 passed; 0 failed; 1 ignored; …`
    fn read_cargo(&mut self, counts: &str) {
        for part in counts.split(['.', ';']) {
            let mut words = part.split_whitespace();
            let Some(Ok(count)) = words.next().map(str::parse::<u32>) else {
                continue;
            };
            match words.next() {
                Some("passed") => self.passed += count,
                Some("failed") => self.failed += count,
                Some("ignored") => self.skipped += count,
                _ => {}
            }
        }
    }

    /// `pass 3`, `fail 0`, `skipped 1`
    fn read_node(&mut self, count: &str) {
        let Some((name, number)) = count.split_once(' ') else {
            return;
        };
        let Ok(number) = number.trim().parse::<u32>() else {
            return;
        };
        match name {
            "pass" => self.passed += number,
            // A cancelled test is one that its time limit or its parent ended.
            "fail" | "cancelled" => self.failed += number,
            "skipped" | "todo" => self.skipped += number,
            _ => {}
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        if self.again > 0 {
            write!(formatter, ", {} passed only when run again", self.again)?;
        }
        if self.skipped > 0 {
            write!(formatter, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |total, tally| Self {
            passed: total.passed + tally.passed,
            again: total.again + tally.again,
            failed: total.failed + tally.failed,
            skipped: total.skipped + tally.skipped,
        })
    }
}

/// The line without the escape sequences that colour it.
fn without_colours(line: &str) -> String {
    let mut plain = String::new();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.by_ref().find(|end| end.is_ascii_alphabetic());
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(output: &str) -> String {
        let mut tally = Tally::default();
        output.lines().for_each(|line| tally.read(line));
        tally.to_string()
    }

    #[test]
    fn the_results_of_several_crates_add_up() {
        let output = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s\n\
                      test result: FAILED. 1 passed; 2 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.02s";
        assert_eq!(count(output), "4 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn colours_do_not_hide_a_result() {
        assert_eq!(
            count("test result: \u{1b}[32mok\u{1b}[m. 5 passed; 0 failed; 0 ignored"),
            "5 passed, 0 failed"
        );
        assert_eq!(
            count("\u{1b}[34mℹ pass 7\u{1b}[39m\n\u{1b}[34mℹ fail 1\u{1b}[39m"),
            "7 passed, 1 failed"
        );
    }

    #[test]
    fn tests_that_pass_only_when_run_again_are_counted_apart() {
        let mut tally = Tally::default();
        tally.read("ℹ pass 7");
        tally.read("ℹ fail 2");
        tally.passed_when_run_again();
        assert_eq!(
            tally.to_string(),
            "7 passed, 0 failed, 2 passed only when run again"
        );
        assert_eq!(
            [tally, tally].into_iter().sum::<Tally>().to_string(),
            "14 passed, 0 failed, 4 passed only when run again"
        );
    }

    #[test]
    fn a_cancelled_test_has_failed() {
        assert_eq!(
            count("ℹ tests 3\nℹ pass 2\nℹ fail 0\nℹ cancelled 1"),
            "2 passed, 1 failed"
        );
    }
}
