//! Proofs from the tiles of a tree (c2sp.org/tlog-tiles): sequences of 256 hashes, of entries at
//! level 0, of full tiles of the level below at the others.

use super::tree::{Edge, node_hash};
use crate::Digest;

/// How many hashes a full tile has.
pub const TILE_WIDTH: u64 = 256;

/// The tiles of a tree.
pub trait Tiles {
    /// Why a tile could not be read.
    type Error;

    /// The first hashes of a tile: `width` of them, 1 to [`TILE_WIDTH`]. One proof asks for the same
    /// tile several times.
    ///
    /// # Errors
    /// The tile can't be read, or has not that many hashes.
    fn tile(&self, level: u8, number: u64, width: u64) -> Result<Vec<Digest>, Self::Error>;
}

/// The right edge of the tree of the first `size` entries.
///
/// # Errors
/// A tile can't be read.
pub fn edge<T: Tiles>(tiles: &T, size: u64) -> Result<Edge, T::Error> {
    let mut hashes = Vec::new();
    let mut begin = 0_u64;
    for level in (0..u64::BITS).rev() {
        let width = 1_u64 << level;
        if size & width != 0 {
            hashes.push(range(tiles, size, begin, begin.saturating_add(width))?);
            begin = begin.saturating_add(width);
        }
    }
    Ok(Edge::from_parts(size, hashes))
}

/// The inclusion proof of an entry in the tree of the first `size` entries: the hashes beside its
/// path to the root, the one of its own level first. `index` must be below `size`.
///
/// # Errors
/// A tile can't be read.
pub fn inclusion_proof<T: Tiles>(
    tiles: &T,
    index: u64,
    size: u64,
) -> Result<Vec<Digest>, T::Error> {
    let mut path = Vec::new();
    let (mut begin, mut end) = (0, size);
    while end.saturating_sub(begin) > 1 {
        let middle = split(begin, end);
        if index < middle {
            path.push(range(tiles, size, middle, end)?);
            end = middle;
        } else {
            path.push(range(tiles, size, begin, middle)?);
            begin = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree of the first `new` entries begins with that of the first `old`. Empty
/// when `old` is 0 or `new`; `old` must not be above `new`.
///
/// # Errors
/// A tile can't be read.
pub fn consistency_proof<T: Tiles>(tiles: &T, old: u64, new: u64) -> Result<Vec<Digest>, T::Error> {
    let mut proof = Vec::new();
    if old == 0 || old >= new {
        return Ok(proof);
    }
    let (mut begin, mut end) = (0, new);
    while old != end {
        let middle = split(begin, end);
        if old <= middle {
            proof.push(range(tiles, new, middle, end)?);
            end = middle;
        } else {
            proof.push(range(tiles, new, begin, middle)?);
            begin = middle;
        }
    }
    // Whoever has the old tree knows the root of a subtree that begins where the tree does.
    if begin != 0 {
        proof.push(range(tiles, new, begin, end)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Where RFC 6962 splits a range of more than one entry: behind its largest power of two that is
/// smaller than the range.
fn split(begin: u64, end: u64) -> u64 {
    let last = end.saturating_sub(begin).saturating_sub(1);
    begin.saturating_add(1 << (last | 1).ilog2())
}

/// The root of the subtree over a range, one of those that splitting makes, in a tree of `size`
/// entries.
fn range<T: Tiles>(tiles: &T, size: u64, begin: u64, end: u64) -> Result<Digest, T::Error> {
    let width = end.saturating_sub(begin);
    if !width.is_power_of_two() {
        let middle = split(begin, end);
        let left = range(tiles, size, begin, middle)?;
        let right = range(tiles, size, middle, end)?;
        return Ok(node_hash(&left, &right));
    }
    // Tiles have the roots of every eighth level; those between are computed.
    let height = width.trailing_zeros();
    let level = height / 8;
    let first = begin >> (8 * level);
    let (number, offset) = (first / TILE_WIDTH, first % TILE_WIDTH);
    let available = (size >> (8 * level)).saturating_sub(number.saturating_mul(TILE_WIDTH));
    let hashes = tiles.tile(level as u8, number, available.min(TILE_WIDTH))?;
    let mut subtree = Edge::empty();
    let wanted = hashes.into_iter().skip(offset as usize);
    wanted
        .take(1 << (height % 8))
        .for_each(|hash| subtree.push(hash));
    debug_assert_eq!(
        subtree.size(),
        1 << (height % 8),
        "`Tiles::tile` gives `width` hashes"
    );
    Ok(subtree.root())
}

#[cfg(test)]
mod tests {
    use super::super::tree::{leaf_hash, root_by_inclusion, verify_consistency};
    use super::*;
    use std::convert::Infallible;

    /// All entries' hashes.
    struct Memory(Vec<Digest>);

    impl Memory {
        fn new(size: u64) -> Self {
            Self((0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect())
        }

        fn root(&self, size: u64) -> Digest {
            let mut edge = Edge::empty();
            for leaf in self.0.iter().take(size as usize) {
                edge.push(*leaf);
            }
            edge.root()
        }
    }

    impl Tiles for Memory {
        type Error = Infallible;

        fn tile(&self, level: u8, number: u64, width: u64) -> Result<Vec<Digest>, Infallible> {
            let entries = TILE_WIDTH.pow(u32::from(level)) as usize;
            let first = number as usize * TILE_WIDTH as usize;
            let hashes = (first..first + width as usize).map(|place| {
                let covered = self.0.get(place * entries..(place + 1) * entries).unwrap();
                let mut edge = Edge::empty();
                covered.iter().for_each(|leaf| edge.push(*leaf));
                edge.root()
            });
            Ok(hashes.collect())
        }
    }

    #[test]
    fn every_entry_is_proved_in_every_small_tree() {
        let memory = Memory::new(80);
        for size in 1..=80 {
            let root = memory.root(size);
            let Ok(found) = edge(&memory, size);
            assert_eq!((found.root(), found.size()), (root, size));
            for index in 0..size {
                let Ok(path) = inclusion_proof(&memory, index, size);
                let leaf = memory.0.get(index as usize).unwrap();
                assert_eq!(root_by_inclusion(index, size, leaf, &path), Some(root));
                let other = root_by_inclusion(index ^ 1, size, leaf, &path);
                assert!(size == 1 || other != Some(root), "{index} of {size}");
            }
        }
    }

    #[test]
    fn every_small_tree_is_the_beginning_of_every_larger_one() {
        let memory = Memory::new(80);
        for new in 0..=80 {
            for old in 0..=new {
                let (before, after) = (memory.root(old), memory.root(new));
                let Ok(proof) = consistency_proof(&memory, old, new);
                assert!(verify_consistency(old, &before, new, &after, &proof));
                let other = Digest::of(&[b"other"]);
                let is_forged = verify_consistency(old, &other, new, &after, &proof);
                assert_eq!(is_forged, old == 0, "{old} of {new}");
                if old > 0 {
                    assert!(!verify_consistency(old, &before, new, &other, &proof));
                    assert!(!verify_consistency(new, &after, old, &before, &proof) || old == new);
                }
                for place in 0..proof.len() {
                    let mut cut = proof.clone();
                    cut.remove(place);
                    assert!(!verify_consistency(old, &before, new, &after, &cut));
                }
            }
        }
    }

    #[test]
    fn proofs_reach_over_several_levels_of_tiles() {
        let size = 66_000;
        let memory = Memory::new(size);
        let root = memory.root(size);
        for index in [0, 255, 256, 65_535, 65_536, 65_999] {
            let Ok(path) = inclusion_proof(&memory, index, size);
            let leaf = memory.0.get(index as usize).unwrap();
            assert_eq!(root_by_inclusion(index, size, leaf, &path), Some(root));
        }
        for old in [1, 256, 257, 65_535, 65_536, 65_537, 65_999] {
            let Ok(proof) = consistency_proof(&memory, old, size);
            assert!(verify_consistency(
                old,
                &memory.root(old),
                size,
                &root,
                &proof
            ));
        }
    }
}
