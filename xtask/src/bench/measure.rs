//! Runs programs and takes their time and memory; several subjects take turns, so that a slow minute of the machine hits all of them.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use wait4::Wait4 as _;

/// What one run of a program took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Run {
    /// From start to end.
    pub(crate) wall: Duration,
    /// Time of all its threads, in itself and in the kernel.
    pub(crate) cpu: Duration,
    /// The most memory it held, in bytes.
    pub(crate) peak: u64,
}

/// The middle of several runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Middle {
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Seconds of processor time.
    pub(crate) cpu: f64,
    /// MiB.
    pub(crate) peak: f64,
}

/// Runs a program whose output matters only when it fails.
///
/// # Errors
/// It can't be started or fails.
pub(crate) fn run(command: &mut Command) -> Result<Run> {
    let name = command.get_program().to_string_lossy().into_owned();
    let errors = tempfile::tempfile()?;
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(errors.try_clone()?)
        .spawn()
        .with_context(|| format!("can't start `{name}`"))?;
    let used = child.wait4()?;
    let wall = start.elapsed();
    if !used.status.success() {
        bail!(
            "`{name}` ended with {}\n{}",
            used.status,
            last_words(errors)
        );
    }
    Ok(Run {
        wall,
        cpu: used.rusage.utime + used.rusage.stime,
        peak: used.rusage.maxrss,
    })
}

fn last_words(mut file: std::fs::File) -> String {
    use std::io::{Read as _, Seek as _};
    let mut text = String::new();
    if file.rewind().is_ok() {
        // What can't be read can't be shown; the exit code has been told.
        let _ = file.read_to_string(&mut text);
    }
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(20);
    lines.get(from..).unwrap_or_default().join("\n")
}

/// Runs each subject once uncounted, then all of them in turn, so many times. `make` prepares a run and gives its command.
///
/// # Errors
/// A run fails.
pub(crate) fn alternate<S>(
    subjects: &[S],
    times: usize,
    mut make: impl FnMut(&S) -> Result<Command>,
) -> Result<Vec<Middle>> {
    let mut runs: Vec<Vec<Run>> = subjects.iter().map(|_| Vec::new()).collect();
    for round in 0..=times {
        for (subject, runs) in subjects.iter().zip(&mut runs) {
            let run = run(&mut make(subject)?)?;
            if round > 0 {
                runs.push(run);
            }
        }
    }
    Ok(runs.iter().map(|runs| middle(runs)).collect())
}

/// Each figure's own median.
fn middle(runs: &[Run]) -> Middle {
    let of = |figure: fn(&Run) -> f64| median(runs.iter().map(figure).collect());
    Middle {
        wall: of(|run| run.wall.as_secs_f64()),
        cpu: of(|run| run.cpu.as_secs_f64()),
        peak: of(|run| run.peak as f64 / 1024.0 / 1024.0),
    }
}

/// The middle one; between two of them, half-way. Nothing measured is 0.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let at = |place: usize| values.get(place).copied().unwrap_or_default();
    if values.len() % 2 == 1 {
        at(half)
    } else {
        f64::midpoint(at(half.saturating_sub(1)), at(half))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_no_mean() {
        assert_eq!(median(vec![]), 0.0);
        assert_eq!(median(vec![100.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 100.0]), 3.0);
    }

    #[test]
    fn a_run_that_fails_says_its_last_words() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo no such site >&2; exit 3"]);
        let error = run(&mut command).unwrap_err().to_string();
        assert!(error.contains("no such site"), "{error}");
    }

    #[test]
    fn a_run_takes_time_and_memory() {
        let used = run(&mut Command::new("true")).unwrap();
        assert!(used.wall > Duration::ZERO && used.peak > 0, "{used:?}");
    }
}
