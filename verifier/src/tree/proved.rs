//! Leaves that tiles prove, one tile after the other: with them an export shows which of its records
//! is wrong, and one that was cut short is proved as far as it goes.

use super::tiles::Source;
use crate::error::InputError;
use crate::finding::{Finding, FindingKind};
use domain::Digest;
use domain::tlog::{
    Resource, ResourceKind, TILE_WIDTH, Tiles, TreeHead, inclusion_proof, root_by_inclusion,
};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Tiles that are kept in memory; one proof needs about three of each level.
const CACHE: usize = 64;

/// The tiles of a source, to make proofs of. They aren't checked: a proof of false ones isn't
/// accepted.
pub(crate) struct SourceTiles {
    source: RefCell<Box<dyn Source>>,
    cache: RefCell<BTreeMap<(u8, u64, u64), Vec<Digest>>>,
}

/// Why a proof can't be made.
pub(crate) enum NoTile {
    /// A tile can't be read.
    Input(InputError),
    /// A tile isn't there, or too short.
    Missing(Resource),
}

impl SourceTiles {
    pub(crate) fn new(source: Box<dyn Source>) -> Self {
        Self {
            source: RefCell::new(source),
            cache: RefCell::default(),
        }
    }
}

impl Tiles for SourceTiles {
    type Error = NoTile;

    fn tile(&self, level: u8, number: u64, width: u64) -> Result<Vec<Digest>, NoTile> {
        let key = (level, number, width);
        if let Some(hashes) = self.cache.borrow().get(&key) {
            return Ok(hashes.clone());
        }
        let resource = Resource {
            kind: ResourceKind::Tile(level),
            number,
            width,
        };
        let bytes = self.source.borrow_mut().read(&resource);
        let bytes = bytes
            .map_err(NoTile::Input)?
            .ok_or(NoTile::Missing(resource))?;
        let (hashes, _) = bytes.as_chunks::<32>();
        let hashes = hashes.iter().take(width as usize);
        let hashes: Vec<_> = hashes.map(|hash| Digest::from(*hash)).collect();
        if hashes.len() as u64 != width {
            return Err(NoTile::Missing(resource));
        }
        let mut cache = self.cache.borrow_mut();
        if cache.len() == CACHE {
            // Proofs go through a level from left to right: the first of the lowest isn't needed
            // again.
            cache.pop_first();
        }
        cache.insert(key, hashes.clone());
        Ok(hashes)
    }
}

/// The leaves of a tree.
pub(super) struct ProvedLeaves {
    tiles: SourceTiles,
    head: TreeHead,
    /// The last tile that was proved, with its number.
    proved: Option<(u64, Vec<Digest>)>,
}

impl ProvedLeaves {
    pub(super) fn new(source: Box<dyn Source>, head: TreeHead) -> Self {
        Self {
            tiles: SourceTiles::new(source),
            head,
            proved: None,
        }
    }

    /// The hash of an entry; `None` behind the end of the tree.
    ///
    /// # Errors
    /// Its tile is missing, or isn't one of this tree.
    pub(super) fn leaf(&mut self, index: u64) -> Result<Option<Digest>, Finding> {
        if index >= self.head.size {
            return Ok(None);
        }
        let (number, place) = (index / TILE_WIDTH, index % TILE_WIDTH);
        if self
            .proved
            .as_ref()
            .is_none_or(|(proved, _)| *proved != number)
        {
            self.proved = Some((number, self.prove(number)?));
        }
        let hashes = self.proved.as_ref().map(|(_, hashes)| hashes);
        Ok(hashes
            .and_then(|hashes| hashes.get(place as usize))
            .copied())
    }

    /// The hashes of a tile of leaves. The proof of its first one is made of all others, so it
    /// proves the tile.
    fn prove(&self, number: u64) -> Result<Vec<Digest>, Finding> {
        let first = number.saturating_mul(TILE_WIDTH);
        let width = self.head.size.saturating_sub(first).min(TILE_WIDTH);
        let hashes = self.tiles.tile(0, number, width).map_err(missing)?;
        let path = inclusion_proof(&self.tiles, first, self.head.size).map_err(missing)?;
        let root = hashes
            .first()
            .and_then(|leaf| root_by_inclusion(first, self.head.size, leaf, &path));
        if root == Some(self.head.root) {
            return Ok(hashes);
        }
        let tile = Resource {
            kind: ResourceKind::Tile(0),
            number,
            width,
        };
        Err(Finding::without_line(
            FindingKind::AlteredTile,
            None,
            format!("tile `{tile}`, or one above it, isn't of the tree of the signed checkpoint"),
        ))
    }
}

fn missing(error: NoTile) -> Finding {
    let message = match error {
        NoTile::Input(error) => format!("the tiles can't be read: {error}"),
        NoTile::Missing(tile) => format!("tile `{tile}` is missing or cut"),
    };
    Finding::without_line(FindingKind::MissingTile, None, message)
}
