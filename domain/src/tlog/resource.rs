//! Names of tiles and entry bundles (c2sp.org/tlog-tiles): `0/x001/067.p/3`, `entries/000`.

use super::text::{InvalidText, decimal};
use super::tiles::TILE_WIDTH;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest path: more than any tree of 2^64 entries has.
const MAX_PATH: usize = 64;

/// What a [`Resource`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ResourceKind {
    /// Hashes of this level, 0 to 63.
    Tile(u8),
    /// Entries.
    Entries,
}

/// A tile or an entry bundle. Its text is the path below `tile/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resource {
    /// Hashes or entries.
    pub kind: ResourceKind,
    /// Counted from 0 within the level.
    pub number: u64,
    /// How many hashes or entries it has: 256, or 1 to 255 if it is partial.
    pub width: u64,
}

impl Resource {
    /// Reads a path, which must be written as [`fmt::Display`] writes it.
    ///
    /// # Errors
    /// It is anything else.
    pub fn parse(path: &str) -> Result<Self, InvalidText> {
        let invalid = InvalidText("a tile is named as `0/x001/067` or `0/x001/067.p/3`");
        if path.len() > MAX_PATH {
            return Err(invalid);
        }
        let (kind, place) = path.split_once('/').ok_or(invalid)?;
        let kind = match kind {
            "entries" => ResourceKind::Entries,
            level => match decimal(level) {
                Some(level @ 0..=63) => ResourceKind::Tile(level as u8),
                _ => return Err(invalid),
            },
        };
        let (place, width) = match place.split_once(".p/") {
            None => (place, TILE_WIDTH),
            Some((place, width)) => (place, decimal(width).ok_or(invalid)?),
        };
        let mut number = 0_u64;
        for group in place.split('/') {
            let digits = group.strip_prefix('x').unwrap_or(group);
            let is_plain = digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
            let Ok(group) = digits.parse::<u64>() else {
                return Err(invalid);
            };
            number = number
                .checked_mul(1000)
                .and_then(|number| number.checked_add(group))
                .filter(|_| is_plain)
                .ok_or(invalid)?;
        }
        let read = Self {
            kind,
            number,
            width,
        };
        // The one spelling: no `x` at the wrong place, no leading groups of zeros.
        let is_known = (1..=TILE_WIDTH).contains(&width) && read.to_string() == path;
        is_known.then_some(read).ok_or(invalid)
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut place = group(self.number % 1000);
        let mut rest = self.number / 1000;
        while rest > 0 {
            place = format!("x{}/{place}", group(rest % 1000));
            rest /= 1000;
        }
        match self.kind {
            ResourceKind::Tile(level) => write!(formatter, "{level}/{place}")?,
            ResourceKind::Entries => write!(formatter, "entries/{place}")?,
        }
        if self.width < TILE_WIDTH {
            write!(formatter, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

/// A number below 1000 in three digits.
fn group(number: u64) -> String {
    format!("{number:03}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_as_it_is_written() {
        for (path, kind, number, width) in [
            ("0/000", ResourceKind::Tile(0), 0, 256),
            ("0/x001/x234/067", ResourceKind::Tile(0), 1_234_067, 256),
            ("63/999.p/255", ResourceKind::Tile(63), 999, 255),
            ("entries/x001/000.p/1", ResourceKind::Entries, 1000, 1),
        ] {
            let expected = Resource {
                kind,
                number,
                width,
            };
            assert_eq!(Resource::parse(path), Ok(expected));
            assert_eq!(expected.to_string(), path);
        }
    }

    #[test]
    fn no_other_spelling_is_read() {
        let long = format!("0/{}000", "x000/".repeat(20));
        for path in [
            "",
            "0",
            "0/",
            "/000",
            "00/000",
            "64/000",
            "+1/000",
            "0/0",
            "0/0000",
            "0/x000",
            "0/x000/001",
            "0/001/001",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/",
            "0/000/",
            "0/00a",
            "0/000.p/1.p/1",
            "entries/x00/000",
            "data/000",
            "0/+00",
            "0/x018/x446/x744/x073/x709/x551/616",
            &long,
        ] {
            assert!(Resource::parse(path).is_err(), "{path}");
        }
    }
}
