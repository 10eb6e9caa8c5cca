//! A log as a Merkle tree: its exports, tiles and receipts.

mod context;
mod entries;
mod export;
mod log;
mod proved;
mod receipt;
mod tiles;

pub(crate) use context::Context;
pub(crate) use export::{TreeExport, is_export};
pub(crate) use log::quorum_finding;
pub(crate) use proved::{NoTile, SourceTiles};
pub use receipt::Receipt;
pub(crate) use receipt::{ReceiptFile, TreeReceipt};
pub(crate) use tiles::{Source, TileWalk};
