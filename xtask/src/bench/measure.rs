//! Measures time and memory of programs. Runs of several subjects are interleaved, so that a slow
//! minute of the machine affects all of them alike.

use std::io::{Read as _, Seek as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use wait4::Wait4 as _;

/// Resources that one run of a program used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Run {
    /// Wall-clock time.
    pub(crate) wall: Duration,
    /// User and system time of all threads.
    pub(crate) cpu: Duration,
    /// Peak resident memory, in bytes.
    pub(crate) peak: u64,
}

/// The median of each figure over several runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Median {
    /// Wall-clock time in seconds.
    pub(crate) wall: f64,
    /// Processor time in seconds.
    pub(crate) cpu: f64,
    /// Peak resident memory in MiB.
    pub(crate) peak: f64,
}

/// Runs a program whose output matters only when it fails.
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
        bail!("`{name}` ended with {}\n{}", used.status, tail_of(errors));
    }
    Ok(Run {
        wall,
        cpu: used.rusage.utime + used.rusage.stime,
        peak: used.rusage.maxrss,
    })
}

/// The last 20 lines of what a program printed.
fn tail_of(mut file: std::fs::File) -> String {
    let mut text = String::new();
    if let Err(error) = file.rewind().and_then(|()| file.read_to_string(&mut text)) {
        return format!("(what it printed can't be read: {error})");
    }
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(20);
    let tail: Vec<&str> = lines.into_iter().skip(from).collect();
    tail.join("\n")
}

/// Runs each subject once for warm-up, then `times` rounds of all of them. `make` prepares a run
/// and returns its command.
pub(crate) fn interleave<S>(
    subjects: &[S],
    times: usize,
    mut make: impl FnMut(&S) -> Result<Command>,
) -> Result<Vec<Median>> {
    let mut runs: Vec<Vec<Run>> = subjects.iter().map(|_| Vec::new()).collect();
    for round in 0..=times {
        for (subject, runs) in subjects.iter().zip(&mut runs) {
            let run = run(&mut make(subject)?)?;
            if round > 0 {
                runs.push(run);
            }
        }
    }
    runs.iter().map(|runs| medians(runs)).collect()
}

fn medians(runs: &[Run]) -> Result<Median> {
    let of = |figure: fn(&Run) -> f64| median(runs.iter().map(figure).collect());
    Ok(Median {
        wall: of(|run| run.wall.as_secs_f64())?,
        cpu: of(|run| run.cpu.as_secs_f64())?,
        peak: of(|run| run.peak as f64 / 1024.0 / 1024.0)?,
    })
}

fn median(mut values: Vec<f64>) -> Result<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let (lower, upper) = values.split_at(half);
    match (lower, upper) {
        (_, []) => bail!("the median of no values"),
        ([.., low], [high, ..]) if values.len().is_multiple_of(2) => Ok(f64::midpoint(*low, *high)),
        (_, [middle, ..]) => Ok(*middle),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_no_mean() {
        assert!(median(vec![]).is_err());
        assert_eq!(median(vec![7.0]).unwrap(), 7.0);
        assert_eq!(median(vec![100.0, 1.0, 2.0]).unwrap(), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 100.0]).unwrap(), 3.0);
    }

    #[test]
    fn the_error_of_a_failed_run_shows_what_it_printed() {
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
