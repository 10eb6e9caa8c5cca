//! Where and when something was measured.

use std::thread::available_parallelism;

/// One line: the day, the processor, the number of its cores that we may use, the system.
pub(super) fn line() -> String {
    let cores = available_parallelism().map_or(1, usize::from);
    format!(
        "Measured on {}: {cores} cores of {}, {}.",
        chrono::Utc::now().date_naive(),
        processor().unwrap_or_else(|| "an unknown processor".to_owned()),
        system()
    )
}

fn processor() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn system() -> String {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let version: Vec<&str> = release.trim().split(['.', '-']).take(2).collect();
    match version.as_slice() {
        [major, minor] => format!("Linux {major}.{minor}"),
        _ => std::env::consts::OS.to_owned(),
    }
}
