//! A site as a whole, made of its checked parts. Independent of files, themes and HTML.

pub mod fingerprint;
pub mod links;
pub mod parsed;
pub mod ranges;
pub mod revision;
pub mod scope;
pub mod site;
