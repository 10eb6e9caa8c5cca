//! Writes a built site, and stores a cache for the next build.
//!
//! Each file is staged in a folder next to the output as soon as it is rendered
//! ([`staging::StagedOutput`]). When all are staged and no diagnostic is an error,
//! [`staging::commit`] renames the changed ones into place and deletes those that only the previous
//! build made. When a rename fails, the earlier ones are rolled back. Unchanged files keep their
//! modification times.

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
