//! Waits for changes of files: by events of the operating system, or by polling where it has none.

use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source;
use camino::Utf8Path;
use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// Editors write a file in several steps: a build starts once no change has arrived for this long.
const DEBOUNCE: Duration = Duration::from_millis(15);

/// Maximum delay of a build after the first change.
const MAX_DELAY: Duration = Duration::from_millis(200);

/// Interval between two polls.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// Folders that are being watched.
pub(super) struct Watch {
    changes: Receiver<()>,
    /// Stops watching when it is dropped.
    _watcher: Box<dyn Watcher + Send>,
}

impl Watch {
    /// Watches folders recursively.
    ///
    /// # Errors
    /// The diagnostic of a folder that can't be watched in any way.
    pub(super) fn start(folders: &[&Utf8Path]) -> Result<Self, Diagnostic> {
        let by_events = |changed| RecommendedWatcher::new(changed, Config::default());
        let by_polling = |changed| {
            PollWatcher::new(changed, Config::default().with_poll_interval(POLL_INTERVAL))
        };
        Self::with(folders, by_events).or_else(|_| Self::with(folders, by_polling))
    }

    fn with<W: Watcher + Send + 'static>(
        folders: &[&Utf8Path],
        new: impl FnOnce(Handler) -> notify::Result<W>,
    ) -> Result<Self, Diagnostic> {
        let (sender, changes) = channel();
        let unwatchable = |folder: &Utf8Path, error: notify::Error| {
            Diagnostic::on(
                Code::UnreadableFile,
                folder.as_str(),
                format!("`{folder}` can't be watched: {error}"),
                "check that the folder is there; without `--watch` it is built once",
            )
        };
        // A missing folder is an error: a polling watcher would silently wait for it.
        if let Some(missing) = folders.iter().find(|folder| !source::is_folder(folder)) {
            return Err(unwatchable(missing, notify::Error::path_not_found()));
        }
        let first = folders.first().copied().unwrap_or(Utf8Path::new("."));
        let mut watcher = new(Handler(sender)).map_err(|error| unwatchable(first, error))?;
        for folder in folders {
            watcher
                .watch(folder.as_std_path(), RecursiveMode::Recursive)
                .map_err(|error| unwatchable(folder, error))?;
        }
        Ok(Self {
            changes,
            _watcher: Box::new(watcher),
        })
    }

    /// Waits for a change, then until changes have ceased. Returns false if watching has failed.
    pub(super) fn wait(&self) -> bool {
        if self.changes.recv().is_err() {
            return false;
        }
        let first = Instant::now();
        while first.elapsed() < MAX_DELAY {
            match self.changes.recv_timeout(DEBOUNCE) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
        true
    }
}

/// Sends a message for each change.
struct Handler(Sender<()>);

impl notify::EventHandler for Handler {
    fn handle_event(&mut self, event: notify::Result<Event>) {
        // Reading a file changes nothing; an error may mean that an event was lost.
        let is_read = matches!(&event, Ok(event) if matches!(event.kind, EventKind::Access(_)));
        if !is_read {
            #[expect(
                clippy::let_underscore_must_use,
                reason = "the receiver is dropped only when the program is about to end"
            )]
            let _ = self.0.send(());
        }
    }
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "tests lay out folders and change them"
)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// Waits in a thread, so that a missed change fails the test instead of blocking it.
    fn is_noticed(watch: Watch, change: impl FnOnce()) -> bool {
        let (sender, noticed) = mpsc::channel();
        std::thread::spawn(move || sender.send(watch.wait()));
        change();
        noticed
            .recv_timeout(Duration::from_secs(20))
            .unwrap_or(false)
    }

    #[test]
    fn a_new_file_in_a_folder_below_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap();
        std::fs::create_dir(path.join("kk")).unwrap();
        let watch = Watch::start(&[path]).unwrap();
        let change = || std::fs::write(path.join("kk/new.md"), "new").unwrap();
        assert!(is_noticed(watch, change));
    }

    #[test]
    fn polling_finds_a_change_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap();
        std::fs::write(path.join("old.md"), "old").unwrap();
        // Polling compares whole seconds.
        let file = std::fs::File::options()
            .append(true)
            .open(path.join("old.md"))
            .unwrap();
        file.set_modified(std::time::UNIX_EPOCH).unwrap();
        let config = Config::default().with_poll_interval(Duration::from_millis(20));
        let watch = Watch::with(&[path], |changed| PollWatcher::new(changed, config)).unwrap();
        let change = || std::fs::write(path.join("old.md"), "longer than before").unwrap();
        assert!(is_noticed(watch, change));
    }

    #[test]
    fn a_folder_that_is_not_there_can_not_be_watched() {
        let missing = Utf8Path::new("/nowhere/at/all");
        let diagnostic = Watch::start(&[missing]).err().unwrap();
        assert_eq!(diagnostic.code, Code::UnreadableFile);
    }
}
