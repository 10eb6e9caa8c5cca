//! Progress of long work on standard error: a bar on a terminal, a plain line every few seconds
//! elsewhere, such as in CI.

use indicatif::{ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// Time between two plain lines. Work that takes less time prints none.
const LINE_INTERVAL: Duration = Duration::from_secs(5);

/// Who reads what the program prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// People: a bar on a terminal, plain lines elsewhere.
    People,
    /// A program, which reads the report alone: no progress.
    Program,
}

/// Progress of one piece of work.
#[derive(Debug)]
pub struct ProgressBar {
    what: &'static str,
    bar: indicatif::ProgressBar,
    /// Time of the last plain line, at first the beginning of the work; `None` if no lines are
    /// printed.
    last_line: Option<Instant>,
}

impl ProgressBar {
    /// Begins work of so many steps; `what` is a participle, such as `checking`.
    #[expect(
        clippy::expect_used,
        reason = "the template is a constant, and every caller reads it"
    )]
    pub fn new(what: &'static str, steps: u64, audience: Audience) -> Self {
        let is_bar = audience == Audience::People && io::stderr().is_terminal();
        let target = if is_bar {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let style = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} %  {eta} left")
            .expect("the template is well-formed");
        let bar = indicatif::ProgressBar::with_draw_target(Some(steps), target)
            .with_message(what)
            .with_style(style);
        let last_line = (audience == Audience::People && !is_bar).then(Instant::now);
        Self {
            what,
            bar,
            last_line,
        }
    }

    /// `done` of `steps` are done; both may grow.
    pub fn update(&mut self, done: u64, steps: u64) {
        self.bar.set_length(steps);
        self.bar.set_position(done);
        if self
            .last_line
            .is_some_and(|last| last.elapsed() >= LINE_INTERVAL)
        {
            print_line(&line(self.what, done, steps));
            self.last_line = Some(Instant::now());
        }
    }

    /// Removes the bar from the terminal.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

#[expect(
    clippy::let_underscore_must_use,
    reason = "work goes on when nobody reads its progress"
)]
fn print_line(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

fn line(what: &str, done: u64, steps: u64) -> String {
    let percent = done
        .saturating_mul(100)
        .checked_div(steps)
        .unwrap_or(100)
        .min(100);
    format!("{what}: {percent} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_line_says_a_whole_percentage() {
        assert_eq!(line("checking", 0, 3), "checking: 0 %");
        assert_eq!(line("checking", 2, 3), "checking: 66 %");
        // A file may grow while it is read.
        assert_eq!(line("checking", 4, 3), "checking: 100 %");
        assert_eq!(line("checking", 0, 0), "checking: 100 %");
    }
}
