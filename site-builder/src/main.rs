//! The program `site-builder`.

use std::process::ExitCode;

/// A build makes millions of small allocations on every thread: in the system's allocator they
/// take a fifth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    site_builder::cli::run()
}
