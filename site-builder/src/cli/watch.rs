//! Waits for changes of files. The system tells of them where it can, and the folders are looked through twice a second where it can't.

use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source;
use camino::Utf8Path;
use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// Editors write a file in several steps: a build waits until nothing has changed for so long.
const QUIET: Duration = Duration::from_millis(15);

/// But not longer than this, whatever goes on.
const LONGEST: Duration = Duration::from_millis(200);

/// How often folders are looked through where the system tells of nothing.
const INTERVAL: Duration = Duration::from_millis(500);

/// Folders that are being watched.
pub(super) struct Watch {
    changes: Receiver<()>,
    /// Watching ends with it.
    _watcher: Box<dyn Watcher + Send>,
}

impl Watch {
    /// Watches folders with all that is in them.
    ///
    /// # Errors
    /// The diagnostic of a folder that can't be watched in any way.
    pub(super) fn start(folders: &[&Utf8Path]) -> Result<Self, Diagnostic> {
        let by_system = |changed| RecommendedWatcher::new(changed, Config::default());
        let by_looking =
            |changed| PollWatcher::new(changed, Config::default().with_poll_interval(INTERVAL));
        Self::with(folders, by_system).or_else(|_| Self::with(folders, by_looking))
    }

    fn with<W: Watcher + Send + 'static>(
        folders: &[&Utf8Path],
        new: impl FnOnce(Handler) -> notify::Result<W>,
    ) -> Result<Self, Diagnostic> {
        let (sender, changes) = channel();
        let told = |folder: &Utf8Path, error: notify::Error| {
            Diagnostic::on(
                Code::UnreadableFile,
                folder.as_str(),
                format!("`{folder}` can't be watched: {error}"),
                "check that the folder is there; without `--watch` it is built once",
            )
        };
        // Where the system tells of nothing, a folder that isn't there would be waited for.
        if let Some(missing) = folders.iter().find(|folder| !source::is_folder(folder)) {
            return Err(told(missing, notify::Error::path_not_found()));
        }
        let first = folders.first().copied().unwrap_or(Utf8Path::new("."));
        let mut watcher = new(Handler(sender)).map_err(|error| told(first, error))?;
        for folder in folders {
            watcher
                .watch(folder.as_std_path(), RecursiveMode::Recursive)
                .map_err(|error| told(folder, error))?;
        }
        Ok(Self {
            changes,
            _watcher: Box::new(watcher),
        })
    }

    /// Waits until something has changed and nothing goes on changing. False: nothing will be told any more.
    pub(super) fn wait(&self) -> bool {
        if self.changes.recv().is_err() {
            return false;
        }
        let first = Instant::now();
        while first.elapsed() < LONGEST {
            match self.changes.recv_timeout(QUIET) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
        true
    }
}

/// Passes on that something changed.
struct Handler(Sender<()>);

impl notify::EventHandler for Handler {
    fn handle_event(&mut self, event: notify::Result<Event>) {
        // That a file was read is no change; an error may hide one.
        let is_read = matches!(&event, Ok(event) if matches!(event.kind, EventKind::Access(_)));
        if !is_read {
            // Nobody waits any more: the program is about to end.
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

    /// Waits in a thread, so that a change that is never told fails the test instead of stopping it.
    fn is_told(watch: Watch, change: impl FnOnce()) -> bool {
        let (sender, told) = mpsc::channel();
        std::thread::spawn(move || sender.send(watch.wait()));
        change();
        told.recv_timeout(Duration::from_secs(20)).unwrap_or(false)
    }

    #[test]
    fn a_new_file_in_a_folder_below_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap();
        std::fs::create_dir(path.join("kk")).unwrap();
        let watch = Watch::start(&[path]).unwrap();
        let change = || std::fs::write(path.join("kk/new.md"), "new").unwrap();
        assert!(is_told(watch, change));
    }

    #[test]
    fn looking_through_finds_a_change_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap();
        std::fs::write(path.join("old.md"), "old").unwrap();
        // Looking through sees whole seconds.
        let file = std::fs::File::options()
            .append(true)
            .open(path.join("old.md"))
            .unwrap();
        file.set_modified(std::time::UNIX_EPOCH).unwrap();
        let config = Config::default().with_poll_interval(Duration::from_millis(20));
        let watch = Watch::with(&[path], |changed| PollWatcher::new(changed, config)).unwrap();
        let change = || std::fs::write(path.join("old.md"), "longer than before").unwrap();
        assert!(is_told(watch, change));
    }

    #[test]
    fn a_folder_that_is_not_there_can_not_be_watched() {
        let missing = Utf8Path::new("/nowhere/at/all");
        let told = Watch::start(&[missing]).err().unwrap();
        assert_eq!(told.code, Code::UnreadableFile);
    }
}
