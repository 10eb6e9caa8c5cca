//! From the model of a site and its theme to files.

pub mod assets;
pub mod brand;
pub mod context;
pub mod csp;
mod dates;
pub mod embed;
mod feed;
pub mod headers;
pub mod html;
mod json_ld;
pub mod machine_files;
pub mod minimum;
pub mod pages;
pub mod snapshots;
pub mod theme;
pub mod view;
