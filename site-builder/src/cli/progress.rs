//! Progress of long work: a bar on a terminal, a plain line every few seconds elsewhere, such as in
//! CI.

use super::print;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// Between two plain lines. Work that takes less time prints none.
const INTERVAL: Duration = Duration::from_secs(5);

/// Where progress goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// People: a bar on a terminal, plain lines elsewhere.
    People,
    /// A program reads the report: nothing else is printed.
    Program,
}

/// Progress of one piece of work.
pub(super) struct Progress {
    what: &'static str,
    bar: ProgressBar,
    /// When the last plain line was printed; none: no lines are.
    last_line: Option<Instant>,
}

impl Progress {
    /// Starts the progress of `what`, such as `checking`.
    pub(super) fn new(what: &'static str, steps: u64, audience: Audience) -> Self {
        let is_terminal = audience == Audience::People && std::io::stderr().is_terminal();
        let target = if is_terminal {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        #[expect(
            clippy::expect_used,
            reason = "the template is constant, and a test draws it"
        )]
        let style = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} %  {eta} left")
            .expect("the template is valid");
        let bar = ProgressBar::with_draw_target(Some(steps), target)
            .with_message(what)
            .with_style(style);
        let last_line = (audience == Audience::People && !is_terminal).then(Instant::now);
        Self {
            what,
            bar,
            last_line,
        }
    }

    /// Shows how much is done. The number of steps may have changed since.
    pub(super) fn update(&mut self, done: u64, steps: u64) {
        self.bar.set_length(steps);
        self.bar.set_position(done);
        if self
            .last_line
            .is_some_and(|last| last.elapsed() >= INTERVAL)
        {
            print::line(&line(self.what, done, steps));
            self.last_line = Some(Instant::now());
        }
    }

    /// Removes the bar.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
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
    fn a_progress_can_be_started() {
        Progress::new("checking", 3, Audience::Program).finish();
    }

    #[test]
    fn a_plain_line_shows_a_whole_percentage() {
        assert_eq!(line("checking", 0, 3), "checking: 0 %");
        assert_eq!(line("checking", 2, 3), "checking: 66 %");
        // A file may grow while it is read.
        assert_eq!(line("checking", 4, 3), "checking: 100 %");
        assert_eq!(line("checking", 0, 0), "checking: 100 %");
    }
}
