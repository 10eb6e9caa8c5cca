//! Writes a built site, and keeps what the next build can reuse.
//!
//! Each file is staged beside the output as soon as it is rendered ([`staging::StagedOutput`]).
//! When all are there and no diagnostic is an error, [`staging::commit`] renames the changed ones
//! into place and deletes those that only the build before made. When a rename fails, all are
//! undone. Unchanged files are left alone and keep their times.

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
