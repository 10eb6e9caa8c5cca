//! The day and the machine of a measurement.

use std::thread::available_parallelism;

/// One line: the day, the number of cores available to this process, the processor, the system.
pub(super) fn description() -> String {
    let cores = available_parallelism().map_or(1, usize::from);
    format!(
        "Measured on {}: {cores} cores of {}, {}.",
        chrono::Utc::now().date_naive(),
        processor().unwrap_or_else(|| "an unknown processor".to_owned()),
        system()
    )
}

/// `None` on systems other than Linux, and on processors that name no model there.
fn processor() -> Option<String> {
    let Ok(text) = std::fs::read_to_string("/proc/cpuinfo") else {
        return None;
    };
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn system() -> String {
    let Ok(release) = std::fs::read_to_string("/proc/sys/kernel/osrelease") else {
        return std::env::consts::OS.to_owned();
    };
    let version: Vec<&str> = release.trim().split(['.', '-']).take(2).collect();
    match version.as_slice() {
        [major, minor] => format!("Linux {major}.{minor}"),
        _ => std::env::consts::OS.to_owned(),
    }
}
