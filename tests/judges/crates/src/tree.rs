//! A tree in memory, stored twice: as this project's code reads it, and as tlog_tiles does.

use domain::Digest;
use domain::tlog::{Edge, TILE_WIDTH, Tiles, leaf_hash};
use std::convert::Infallible;
use tlog_tiles::{Error, Hash, HashReader, stored_hashes};

/// The entry at an index: different ones have different lengths.
pub fn entry(index: u64) -> Vec<u8> {
    format!("entry {index} {}", "x".repeat((index % 97) as usize)).into_bytes()
}

/// The trees of the first n entries, for all n up to its size.
#[derive(Debug, Default)]
pub struct Tree {
    /// By level: of entries, of full tiles of the level below.
    levels: Vec<Vec<Digest>>,
    stored: Vec<Hash>,
}

impl Tree {
    /// A tree of so many entries.
    pub fn new(size: u64) -> Self {
        let mut tree = Self::default();
        for index in 0..size {
            tree.push(index);
        }
        tree
    }

    fn push(&mut self, index: u64) {
        let entry = entry(index);
        let stored = stored_hashes(index, &entry, &Stored(&self.stored)).unwrap();
        self.stored.extend(stored);
        let mut hash = leaf_hash(&entry);
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            self.levels[level].push(hash);
            let width = TILE_WIDTH as usize;
            if !self.levels[level].len().is_multiple_of(width) {
                break;
            }
            let begin = self.levels[level].len() - width;
            let mut tile = Edge::empty();
            self.levels[level][begin..]
                .iter()
                .for_each(|hash| tile.push(*hash));
            hash = tile.root();
        }
    }

    /// As tlog_tiles reads it.
    pub fn stored(&self) -> Stored<'_> {
        Stored(&self.stored)
    }

    /// How many hashes each level has in the tree of the first `size` entries.
    pub fn widths(size: u64) -> Vec<(u8, u64)> {
        let levels = (0..8).map(|level| (level, size >> (8 * level)));
        levels.filter(|(_, count)| *count > 0).collect()
    }
}

impl Tiles for Tree {
    type Error = Infallible;

    fn tile(&self, level: u8, number: u64, width: u64) -> Result<Vec<Digest>, Infallible> {
        let begin = (number * TILE_WIDTH) as usize;
        Ok(self.levels[usize::from(level)][begin..begin + width as usize].to_vec())
    }
}

/// Hashes in the order in which tlog_tiles stores them.
#[derive(Debug)]
pub struct Stored<'t>(&'t [Hash]);

impl HashReader for Stored<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        Ok(indexes
            .iter()
            .map(|index| self.0[*index as usize])
            .collect())
    }
}

/// A hash as tlog_tiles has it.
pub fn foreign(digest: &Digest) -> Hash {
    Hash(*digest.as_bytes())
}

/// Hashes as tlog_tiles has them.
pub fn foreign_proof(proof: &[Digest]) -> Vec<Hash> {
    proof.iter().map(foreign).collect()
}
