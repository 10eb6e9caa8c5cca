//! Pictures of `[brand]`, checked before pages name them: SVG that only draws, PNG that is whole.

mod png;
mod svg;

use std::ops::Range;

/// Maximum size of an SVG in bytes.
pub const MAX_SVG: usize = 64 * 1024;

/// Maximum size of a PNG in bytes.
pub const MAX_PNG: usize = 1024 * 1024;

/// The longest side of a PNG in pixels.
const MAX_SIDE: u32 = 2400;

/// How a picture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Scalable Vector Graphics.
    Svg,
    /// Portable Network Graphics.
    Png,
}

impl Format {
    /// The format that the end of a file's name stands for.
    pub fn of(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1 {
            "svg" => Some(Self::Svg),
            "png" => Some(Self::Png),
            _ => None,
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
        }
    }
}

/// A picture that pages may show.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Its format.
    pub format: Format,
    /// Its bytes, as the file has them.
    pub bytes: Vec<u8>,
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
}

/// What is wrong with a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Bytes of an SVG that are wrong; `None`: the file as a whole.
    pub place: Option<Range<usize>>,
    /// What is wrong, as in a diagnostic.
    pub message: String,
    /// What the author can do.
    pub help: &'static str,
}

impl Fault {
    fn whole(message: impl Into<String>, help: &'static str) -> Self {
        Self {
            place: None,
            message: message.into(),
            help,
        }
    }
}

/// Checks a picture.
///
/// # Errors
/// The first thing that pages must not or can't show.
pub fn check(format: Format, bytes: Vec<u8>) -> Result<Picture, Fault> {
    let (limit, help) = match format {
        Format::Svg => (
            MAX_SVG,
            "simplify the drawing; embedded pictures don't belong in it",
        ),
        Format::Png => (MAX_PNG, "scale it down, or compress it"),
    };
    if bytes.len() > limit {
        let message = format!("the picture is larger than {} KiB", limit / 1024);
        return Err(Fault::whole(message, help));
    }
    let (width, height) = match format {
        Format::Svg => svg::size(&bytes)?,
        Format::Png => png::size(&bytes)?,
    };
    Ok(Picture {
        format,
        bytes,
        width,
        height,
    })
}

#[cfg(test)]
mod tests;
