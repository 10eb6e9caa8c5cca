//! The tiles of a log (c2sp.org/tlog-tiles), from a folder or a server. Each tile is checked against
//! its parent, and those at the right edge against the checkpoint, before anything in it is used.

use super::context::Context;
use super::log::TreeLog;
use crate::error::InputError;
use crate::finding::{Finding, FindingKind};
use crate::report::Report;
use crate::trust::SignedHead;
use domain::Digest;
use domain::tlog::{Edge, Resource, ResourceKind, TILE_WIDTH, read_bundle};

/// Bytes of a hash.
const HASH: usize = 32;

/// Names of missing files that a report lists.
const MAX_NAMES: usize = 5;

/// Where tiles and entry bundles come from.
pub(crate) trait Source {
    /// The bytes of a resource, not compressed; `None` when it isn't there.
    ///
    /// # Errors
    /// It can't be read.
    fn read(&mut self, resource: &Resource) -> Result<Option<Vec<u8>>, InputError>;

    /// Whether the source has entries at all.
    fn has_entries(&self) -> bool;
}

/// Why a walk ends early.
pub(crate) enum Stop {
    Input(InputError),
    Finding(Finding),
}

impl From<InputError> for Stop {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

impl From<Finding> for Stop {
    fn from(finding: Finding) -> Self {
        Self::Finding(finding)
    }
}

/// Files that should be there.
#[derive(Debug, Default)]
struct Missing {
    names: Vec<String>,
    count: u64,
    last: Option<Resource>,
}

/// The verification of a log's tiles.
pub(crate) struct TileWalk<'c, 's> {
    log: TreeLog<'c>,
    signed: SignedHead,
    source: &'s mut dyn Source,
    /// Called with the leaves that were passed, and how many there are.
    progress: &'s mut dyn FnMut(u64, u64),
    missing_tiles: Missing,
    missing_entries: Missing,
    /// Whether an entry besides the first was there: those before it were purged, those after it
    /// must be there.
    has_begun: bool,
}

impl<'c, 's> TileWalk<'c, 's> {
    /// Checks all tiles of a log, and its entries.
    ///
    /// # Errors
    /// A tile can't be read. What is wrong with the log is in the report.
    pub(crate) fn check(
        context: &'c Context<'c>,
        report: Report,
        signed: SignedHead,
        source: &'s mut dyn Source,
        progress: &'s mut dyn FnMut(u64, u64),
    ) -> Result<Report, InputError> {
        let log = match TreeLog::new(context, report, signed.clone()) {
            Ok(log) => log,
            Err(report) => return Ok(*report),
        };
        let mut walk = TileWalk {
            log,
            signed,
            source,
            progress,
            missing_tiles: Missing::default(),
            missing_entries: Missing::default(),
            has_begun: false,
        };
        match walk.walk() {
            Err(Stop::Input(error)) => Err(error),
            Err(Stop::Finding(finding)) => Ok(walk.log.report(Err(finding), true)),
            Ok(()) => {
                let missing = walk.missing();
                Ok(walk.log.report(missing.map_or(Ok(()), Err), true))
            }
        }
    }

    fn missing(&self) -> Option<Finding> {
        let describe = |kind, what: &str, missing: &Missing| {
            (missing.count > 0).then(|| {
                let names = missing.names.join("`, `");
                let more = missing.count.saturating_sub(missing.names.len() as u64);
                let more = match more {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                Finding::without_line(kind, None, format!("{what} missing: `{names}`{more}"))
            })
        };
        let tiles = describe(FindingKind::MissingTile, "tiles are", &self.missing_tiles);
        tiles.or_else(|| {
            describe(
                FindingKind::MissingEntries,
                "entries are",
                &self.missing_entries,
            )
        })
    }

    /// Reads the tiles at the right edge, which together give the root, and then what is below
    /// each of their hashes.
    fn walk(&mut self) -> Result<(), Stop> {
        let head = self.signed.head.clone();
        let mut edge_tiles = Vec::new();
        let mut subtrees = Vec::new();
        for level in (0..8_u8).rev() {
            let size = head.size.checked_shr(8 * u32::from(level)).unwrap_or(0);
            let (number, width) = (size / TILE_WIDTH, size % TILE_WIDTH);
            if width == 0 {
                continue;
            }
            let tile = Resource {
                kind: ResourceKind::Tile(level),
                number,
                width,
            };
            let Some(hashes) = self.tile(&tile)? else {
                // Without it nothing below or beside it can be told from a forgery.
                self.missing_tiles.add(&tile);
                return Ok(());
            };
            subtrees.extend_from_slice(edge_of(&hashes).hashes());
            edge_tiles.push((tile, hashes));
        }
        let root = Edge::new(head.size, subtrees).map(|edge| edge.root());
        if root != Some(head.root) {
            let names: Vec<_> = edge_tiles
                .iter()
                .map(|(tile, _)| tile.to_string())
                .collect();
            return Err(Stop::Finding(Finding::without_line(
                FindingKind::AlteredTile,
                None,
                format!(
                    "the checkpoint is of another tree: `{}`, or one of them, was altered",
                    names.join("`, `")
                ),
            )));
        }
        for (tile, hashes) in edge_tiles {
            self.descend(&tile, &hashes)?;
        }
        Ok(())
    }

    /// Walks what is below a tile that was checked.
    fn descend(&mut self, tile: &Resource, hashes: &[Digest]) -> Result<(), Stop> {
        let ResourceKind::Tile(level) = tile.kind else {
            return Ok(());
        };
        let Some(below) = level.checked_sub(1) else {
            return self.leaves(tile, hashes);
        };
        for (number, expected) in (tile.number.saturating_mul(TILE_WIDTH)..).zip(hashes) {
            let child = Resource {
                kind: ResourceKind::Tile(below),
                number,
                width: TILE_WIDTH,
            };
            let Some(hashes) = self.tile(&child)? else {
                self.missing_tiles.add(&child);
                self.log.skip(TILE_WIDTH.saturating_pow(u32::from(level)));
                continue;
            };
            if edge_of(&hashes).root() != *expected {
                return Err(Stop::Finding(Finding::without_line(
                    FindingKind::AlteredTile,
                    None,
                    format!(
                        "tile `{child}` was altered: `{tile}`, which was checked, has another hash of it"
                    ),
                )));
            }
            self.descend(&child, &hashes)?;
        }
        Ok(())
    }

    /// The leaves of a tile that was checked, and their entries.
    fn leaves(&mut self, tile: &Resource, hashes: &[Digest]) -> Result<(), Stop> {
        let bundle = Resource {
            kind: ResourceKind::Entries,
            ..*tile
        };
        let bytes = if self.source.has_entries() {
            self.source.read(&bundle)?
        } else {
            None
        };
        let entries = match &bytes {
            None => None,
            Some(bytes) => match read_bundle(bytes) {
                Some(entries) if entries.len() >= hashes.len() => Some(entries),
                _ => {
                    return Err(Stop::Finding(Finding::without_line(
                        FindingKind::Unreadable,
                        Some(self.log.position()),
                        format!(
                            "`{bundle}` isn't {} entries: it was altered or cut",
                            hashes.len()
                        ),
                    )));
                }
            },
        };
        if entries.is_none() && self.source.has_entries() && self.has_begun {
            self.missing_entries.add(&bundle);
        }
        for (place, leaf) in hashes.iter().enumerate() {
            let entry = entries.as_ref().and_then(|entries| entries.get(place));
            self.leaf(leaf, entry.copied(), &bundle)?;
        }
        (self.progress)(self.log.position(), self.signed.head.size);
        Ok(())
    }

    fn leaf(&mut self, leaf: &Digest, entry: Option<&[u8]>, bundle: &Resource) -> Result<(), Stop> {
        let index = self.log.position();
        // A purged record leaves an empty entry.
        let entry = entry.filter(|entry| !entry.is_empty());
        match entry {
            Some(entry) if domain::tlog::leaf_hash(entry) != *leaf => {
                return Err(Stop::Finding(Finding::without_line(
                    FindingKind::Altered,
                    Some(index),
                    format!(
                        "record {index} in `{bundle}` was altered: its leaf in the tree is another"
                    ),
                )));
            }
            Some(_) => self.has_begun |= index > 0,
            None if self.has_begun && self.source.has_entries() => {
                self.missing_entries.add(bundle);
            }
            None => {}
        }
        self.log.proved_leaf(*leaf, entry)?;
        Ok(())
    }

    /// The hashes of a tile; `None` when it isn't there.
    fn tile(&mut self, tile: &Resource) -> Result<Option<Vec<Digest>>, Stop> {
        let Some(bytes) = self.source.read(tile)? else {
            return Ok(None);
        };
        let (hashes, rest) = bytes.as_chunks::<HASH>();
        let wanted = hashes.iter().take(tile.width as usize);
        let wanted: Vec<_> = wanted.map(|hash| Digest::from(*hash)).collect();
        if rest.is_empty() && wanted.len() as u64 == tile.width {
            return Ok(Some(wanted));
        }
        Err(Stop::Finding(Finding::without_line(
            FindingKind::Unreadable,
            None,
            format!(
                "tile `{tile}` isn't {} hashes: it was altered or cut",
                tile.width
            ),
        )))
    }
}

impl Missing {
    /// Adds a resource unless it is the last one that was added.
    fn add(&mut self, resource: &Resource) {
        if self.last.replace(*resource) == Some(*resource) {
            return;
        }
        self.count = self.count.saturating_add(1);
        if self.names.len() < MAX_NAMES {
            self.names.push(resource.to_string());
        }
    }
}

fn edge_of(hashes: &[Digest]) -> Edge {
    let mut edge = Edge::empty();
    hashes.iter().for_each(|hash| edge.push(*hash));
    edge
}
