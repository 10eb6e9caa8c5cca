//! The tree in the database: its tiles, and its end, which the object keeps in memory.

use super::LogError;
use super::meta;
use super::rows::{Database, digest, natural, numbers, timestamp};
use super::tree_messages::{Head, ProvenEntry};
use crate::runtime::sql::{Given, Value};
use domain::tlog::{Edge, Resource, ResourceKind, TILE_WIDTH, Tiles, edge, inclusion_proof};
use domain::{Digest, Timestamp};
use std::cell::RefCell;

/// What an append needs of the tree. It follows from the database, from which it is read again when
/// the two disagree.
#[derive(Debug, Clone)]
pub(super) struct Tail {
    edge: Edge,
    /// Hashes of the entries behind the last full tile.
    open: Vec<Digest>,
    /// Time of the newest record; of a log without one the beginning of 1970.
    pub(super) time: Timestamp,
}

impl Tail {
    /// Of a log without entries.
    pub(super) const fn empty() -> Self {
        Self {
            edge: Edge::empty(),
            open: Vec::new(),
            time: Timestamp::from_millis(0),
        }
    }

    pub(super) const fn edge(&self) -> &Edge {
        &self.edge
    }

    pub(super) const fn size(&self) -> u64 {
        self.edge.size()
    }

    /// How many entries are in full tiles.
    pub(super) const fn full(&self) -> u64 {
        self.size() / TILE_WIDTH * TILE_WIDTH
    }

    pub(super) fn head(&self, rows: &dyn Database) -> Result<Head, LogError> {
        Ok(Head {
            size: self.size(),
            root: self.edge.root(),
            first: first(rows)?,
        })
    }

    /// Adds an entry's hash, and writes the tiles that it fills.
    pub(super) fn push(&mut self, rows: &dyn Database, leaf: Digest) -> Result<(), LogError> {
        self.edge.push(leaf);
        self.open.push(leaf);
        if (self.open.len() as u64) < TILE_WIDTH {
            return Ok(());
        }
        let mut number = (self.size() / TILE_WIDTH).saturating_sub(1);
        let hashes = concatenated(&self.open);
        let statement = "INSERT INTO tile VALUES (?, ?)";
        rows.run(statement, &[key(0, number), hashes.as_slice().into()])?;
        let mut root = root_of(self.open.drain(..));
        for level in 1..=MAX_LEVEL {
            // SQLite joins bytes to a text, whose bytes are theirs.
            let statement = "INSERT INTO tile VALUES (?, ?) ON CONFLICT DO UPDATE
                SET hashes = CAST(hashes || excluded.hashes AS BLOB)";
            let place = number % TILE_WIDTH;
            number /= TILE_WIDTH;
            rows.run(statement, &[key(level, number), (&root).into()])?;
            if place < TILE_WIDTH.saturating_sub(1) {
                break;
            }
            root = root_of(stored(rows, level, number)?.into_iter());
        }
        Ok(())
    }
}

/// Reads the end of the tree of `size` entries.
pub(super) fn read_tail(rows: &dyn Database, size: u64) -> Result<Tail, LogError> {
    let full = size / TILE_WIDTH * TILE_WIDTH;
    let leaves = "SELECT leaf FROM entry WHERE [index] >= ? ORDER BY [index]";
    let open = rows.each(leaves, &numbers([full]), |row| match row {
        [Value::Blob(leaf)] => digest(leaf),
        _ => Err(LogError::Row),
    })?;
    if open.len() as u64 != size.saturating_sub(full) {
        return Err(LogError::Damaged("an entry is missing".to_owned()));
    }
    let tiles = StoredTiles::new(rows, size, &open);
    let edge = edge(&tiles, size)?;
    let last = "SELECT IFNULL(body ->> '$.time', (SELECT value FROM meta WHERE key = 'time'))
        FROM entry WHERE [index] = ?";
    let time = match rows.text(last, &numbers([size.saturating_sub(1)]))? {
        Some(time) => timestamp(&time)?,
        None => Timestamp::from_millis(0),
    };
    Ok(Tail { edge, open, time })
}

/// How many entries the log has.
pub(super) fn size(rows: &dyn Database) -> Result<u64, LogError> {
    let last = rows.number("SELECT MAX([index]) FROM entry", &[])?;
    Ok(last.map_or(0, |last| last.saturating_add(1)))
}

/// The minimum index.
pub(super) fn first(rows: &dyn Database) -> Result<u64, LogError> {
    Ok(meta::number(rows, meta::FIRST)?.unwrap_or(1))
}

/// A tile of level 6 covers 2^56 entries, more than a row can be numbered.
const MAX_LEVEL: u8 = 6;

/// Key of a tile's row.
fn key(level: u8, number: u64) -> Given<'static> {
    let key = u64::from(level) << 48;
    Given::Number(key.saturating_add(number))
}

fn root_of(hashes: impl Iterator<Item = Digest>) -> Digest {
    let mut edge = Edge::empty();
    hashes.for_each(|hash| edge.push(hash));
    edge.root()
}

fn concatenated(hashes: &[Digest]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for hash in hashes {
        bytes.extend(hash.as_bytes());
    }
    bytes
}

/// The hashes of a tile's row.
fn stored(rows: &dyn Database, level: u8, number: u64) -> Result<Vec<Digest>, LogError> {
    let statement = "SELECT hashes FROM tile WHERE key = ?";
    let found = rows.run(statement, &[key(level, number)])?;
    let Some([Value::Blob(bytes)]) = found.first().map(Vec::as_slice) else {
        return Err(LogError::Damaged(format!(
            "tile {number} of level {level} is missing"
        )));
    };
    let mut hashes = Vec::new();
    for hash in bytes.chunks(32) {
        hashes.push(digest(hash)?);
    }
    Ok(hashes)
}

/// Level and number of a tile, and its hashes.
type ReadTile = ((u8, u64), Vec<Digest>);

/// The tiles of the tree of a number of entries. Each row is read once.
pub(super) struct StoredTiles<'a> {
    rows: &'a dyn Database,
    size: u64,
    open: &'a [Digest],
    read: RefCell<Vec<ReadTile>>,
}

impl<'a> StoredTiles<'a> {
    fn new(rows: &'a dyn Database, size: u64, open: &'a [Digest]) -> Self {
        Self {
            rows,
            size,
            open,
            read: RefCell::default(),
        }
    }

    pub(super) fn of(rows: &'a dyn Database, tail: &'a Tail) -> Self {
        Self::new(rows, tail.size(), &tail.open)
    }

    /// The hash of an entry.
    pub(super) fn leaf(&self, index: u64) -> Result<Digest, LogError> {
        let place = index % TILE_WIDTH;
        let hashes = self.tile(0, index / TILE_WIDTH, place.saturating_add(1))?;
        hashes.last().copied().ok_or(LogError::Row)
    }

    /// The root of the tree of the first `size` entries.
    pub(super) fn root(&self, size: u64) -> Result<Digest, LogError> {
        Ok(edge(self, size)?.root())
    }

    /// An entry with its inclusion proof in the tree of `size` entries.
    pub(super) fn prove(
        &self,
        index: u64,
        record: Option<String>,
        size: u64,
    ) -> Result<ProvenEntry, LogError> {
        Ok(ProvenEntry {
            index,
            record,
            leaf: self.leaf(index)?,
            size,
            path: inclusion_proof(self, index, size)?,
        })
    }

    /// The bytes of a tile; `None` when the tree has none of that width.
    pub(super) fn bytes(&self, wanted: &Resource) -> Result<Option<Vec<u8>>, LogError> {
        let ResourceKind::Tile(level @ 0..=MAX_LEVEL) = wanted.kind else {
            return Ok(None);
        };
        let before = wanted.number.saturating_mul(TILE_WIDTH);
        let available = (self.size >> (8 * level)).saturating_sub(before);
        if wanted.width > available {
            return Ok(None);
        }
        let hashes = self.tile(level, wanted.number, wanted.width)?;
        Ok(Some(concatenated(&hashes)))
    }

    /// Whether a full tile of entries' hashes has the hash that the tile above it says.
    pub(super) fn is_consistent(&self, number: u64) -> Result<bool, LogError> {
        let place = number % TILE_WIDTH;
        let above = self.tile(1, number / TILE_WIDTH, place.saturating_add(1))?;
        let root = root_of(self.tile(0, number, TILE_WIDTH)?.into_iter());
        Ok(above.last() == Some(&root))
    }
}

impl Tiles for StoredTiles<'_> {
    type Error = LogError;

    fn tile(&self, level: u8, number: u64, width: u64) -> Result<Vec<Digest>, LogError> {
        let first = |hashes: &[Digest]| match hashes.get(..width as usize) {
            Some(hashes) => Ok(hashes.to_vec()),
            None => Err(LogError::Damaged(format!(
                "tile {number} of level {level} is cut off"
            ))),
        };
        if level == 0 && number == self.size / TILE_WIDTH {
            return first(self.open);
        }
        let mut read = self.read.borrow_mut();
        if let Some((_, hashes)) = read.iter().find(|(key, _)| *key == (level, number)) {
            return first(hashes);
        }
        let hashes = stored(self.rows, level, number)?;
        let wanted = first(&hashes);
        read.push(((level, number), hashes));
        wanted
    }
}

/// Reads a row of an index and a text that may be absent.
pub(super) fn indexed(row: &[Value]) -> Result<(u64, Option<String>), LogError> {
    match row {
        [Value::Integer(index), body] => Ok((natural(*index)?, super::rows::optional(body)?)),
        _ => Err(LogError::Row),
    }
}
