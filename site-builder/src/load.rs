//! From the folder of a site to its model.
//!
//! 1. [`read`] lists the folder and reads `site.toml` and `services.toml`.
//! 2. [`assemble`] checks them and has `policy` parse and check each policy's texts, one policy at a
//!    time per thread, so that few texts are in memory at once.

pub mod assemble;
pub mod context;
mod policy;
pub mod read;
