//! A file of a built site, before it is written.

use serde::Serialize;

/// A file of the built site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Path relative to the folder of the site, with `/`.
    pub path: String,
    /// The content.
    pub bytes: Vec<u8>,
}

impl File {
    /// The page at an address.
    pub fn page(address: &str, html: String) -> Self {
        Self {
            path: Self::path_of(address),
            bytes: html.into_bytes(),
        }
    }

    /// The path of a page by its address: `/kk/` becomes `kk/index.html`.
    pub fn path_of(address: &str) -> String {
        let path = address.trim_start_matches('/');
        if path.is_empty() || path.ends_with('/') {
            format!("{path}index.html")
        } else {
            path.to_owned()
        }
    }

    /// A text file.
    pub fn text(path: &str, text: String) -> Self {
        Self {
            path: path.to_owned(),
            bytes: text.into_bytes(),
        }
    }

    /// A file of indented JSON.
    pub fn json(path: &str, value: &impl Serialize) -> Self {
        #[expect(
            clippy::expect_used,
            reason = "serialising fails only for maps without string keys, which no format of ours has"
        )]
        let mut bytes = serde_json::to_vec_pretty(value).expect("keys are strings");
        bytes.push(b'\n');
        Self {
            path: path.to_owned(),
            bytes,
        }
    }
}
