//! How far long work has come: a bar on a terminal, now and then a plain line where nobody watches, such as in CI.

use super::tell;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// Between two plain lines. Work that takes less time says nothing.
const PAUSE: Duration = Duration::from_secs(5);

/// Where progress goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// People: a bar on a terminal, plain lines elsewhere.
    People,
    /// A program reads the report; nothing else is said.
    Program,
}

/// Progress of one piece of work.
pub(super) struct Progress {
    what: &'static str,
    bar: ProgressBar,
    /// When a plain line may be told again; none: never.
    told: Option<Instant>,
}

impl Progress {
    /// Begins: `checking`, of so many steps.
    pub(super) fn new(what: &'static str, steps: u64, audience: Audience) -> Self {
        let is_watched = audience == Audience::People && std::io::stderr().is_terminal();
        let target = if is_watched {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let style = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} %  {eta} left");
        let bar = ProgressBar::with_draw_target(Some(steps), target).with_message(what);
        if let Ok(style) = style {
            bar.set_style(style);
        }
        let told = (audience == Audience::People && !is_watched).then(Instant::now);
        Self { what, bar, told }
    }

    /// So many steps are done, of so many.
    pub(super) fn at(&mut self, done: u64, steps: u64) {
        self.bar.set_length(steps);
        self.bar.set_position(done);
        if self.told.is_some_and(|last| last.elapsed() >= PAUSE) {
            tell(&line(self.what, done, steps));
            self.told = Some(Instant::now());
        }
    }

    /// Takes the bar away.
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
    fn a_plain_line_tells_a_whole_percentage() {
        assert_eq!(line("checking", 0, 3), "checking: 0 %");
        assert_eq!(line("checking", 2, 3), "checking: 66 %");
        // A file may grow while it is read.
        assert_eq!(line("checking", 4, 3), "checking: 100 %");
        assert_eq!(line("checking", 0, 0), "checking: 100 %");
    }
}
