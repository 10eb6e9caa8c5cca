//! Checks a PNG: its header first, then that it can be decoded to its end.

use super::{Fault, MAX_SIDE};
use png::{Decoder, Limits};
use std::io::Cursor;

/// Most bytes that the decoder may take besides the pixels: for text and profiles.
const MAX_MEMORY: usize = 32 * 1024 * 1024;

const HELP: &str = "export the picture again as PNG";

/// Width and height of a PNG that can be decoded.
pub(super) fn size(bytes: &[u8]) -> Result<(u32, u32), Fault> {
    let limits = Limits { bytes: MAX_MEMORY };
    let decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    let mut reader = decoder.read_info().map_err(|error| broken(&error))?;
    let (width, height) = reader.info().size();
    if width.max(height) > MAX_SIDE {
        let message = format!(
            "the picture has {width} × {height} pixels, and the most are {MAX_SIDE} a side"
        );
        return Err(Fault::whole(message, "scale it down"));
    }
    // Rows are decoded one by one: the picture is never in memory as a whole.
    while reader.next_row().map_err(|error| broken(&error))?.is_some() {}
    Ok((width, height))
}

fn broken(error: &png::DecodingError) -> Fault {
    Fault::whole(format!("the file is no whole PNG: {error}"), HELP)
}
