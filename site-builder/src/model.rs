//! A site as a whole, put together from its checked parts. Knows nothing of files, themes or HTML.

pub mod fingerprint;
pub mod links;
pub mod parsed;
pub mod revision;
pub mod site;
