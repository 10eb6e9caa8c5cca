//! Writes a built site, and keeps what the next build can reuse.
//!
//! Each file is staged beside the output as soon as it is rendered ([`staging::Staged`]). Only when
//! all are there and nothing is wrong, changed files are moved into place, one rename each, and
//! files of the build before that are no longer made are deleted. When a file can't be moved, those
//! that were are moved back. Files that did not change are left alone, so that their times stay.

pub mod cache;
pub mod disk;
pub mod file;
pub mod sink;
pub mod staging;

use std::sync::{Mutex, MutexGuard};

#[expect(
    clippy::expect_used,
    reason = "a thread that panicked ends the build; what it left half-done must not be published"
)]
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .expect("no thread panics while it holds the lock")
}
