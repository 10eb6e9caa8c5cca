//! Turns legal texts and a theme into a static multilingual policy site.
//!
//! ```text
//! content/ --load--> model --render with themes/--> files --stage, commit--> dist/
//! ```
//!
//! Modules are layers: each refers only to those after it in this list, which a test verifies.
//!
//! 1. [`cli`] is the command line.
//! 2. [`upgrade`] is a command, [`schema`] describes the formats, [`new`] and [`import`] are further
//!    commands besides building. `import::download` alone uses the network.
//! 3. [`build`] is the pipeline, one line a stage.
//! 4. [`render`] makes files of the model and a theme.
//! 5. [`load`] reads a site's folder into the model. Texts beyond a memory budget are dropped, and
//!    read again for rendering.
//! 6. [`archive`] stores the texts that visitors were shown; [`check`] compares files with each
//!    other.
//! 7. [`output`] stages files, moves them into place and stores a cache for the next build.
//! 8. [`compare`] finds what changed between editions.
//! 9. [`model`] is a site as a whole.
//! 10. [`content`] is what authors write: settings, register, documents.
//! 11. [`report`] holds texts and diagnostics, and draws them.
//!
//! `site-builder verify` is the crate `verifier`.
//!
//! Stages are functions from values to values and return what is wrong as
//! [`report::diagnostic::Diagnostic`]s.

pub mod archive;
pub mod build;
pub mod check;
pub mod cli;
pub mod compare;
pub mod content;
pub mod import;
pub mod load;
pub mod model;
pub mod new;
pub mod output;
pub mod render;
pub mod report;
pub mod schema;
pub mod upgrade;
