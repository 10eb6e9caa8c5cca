//! The consent log as a Merkle tree, in forms that other programs read: RFC 6962 hashes and proofs,
//! and the texts of <https://c2sp.org>: `tlog-tiles`, `signed-note`, `tlog-checkpoint`,
//! `tlog-cosignature`, `tlog-proof` and the body of `tlog-witness`.
//!
//! Entry n of the tree is record n. Entry 0 says what the log is, see [`FirstEntry`]. Nothing here
//! signs or checks a signature: the worker uses WebCrypto for it, the verifier a library.

mod bundle;
mod first_entry;
mod key;
mod note;
mod proof;
mod resource;
mod text;
mod tiles;
mod tree;
mod tree_head;

pub use bundle::{read_bundle, write_bundle};
pub use first_entry::{ChainCheckpoint, ChainPosition, ChainSummary, FirstEntry, purged_entry};
pub use key::{KeyKind, VerifierKey};
pub use note::{Cosignature, Note, NoteSignature, cosigned_message};
pub use proof::{AddCheckpoint, Proof};
pub use resource::{Resource, ResourceKind};
pub use text::{InvalidText, base64, from_base64};
pub use tiles::{TILE_WIDTH, Tiles, consistency_proof, edge, inclusion_proof};
pub use tree::{Edge, leaf_hash, node_hash, root_by_inclusion, verify_consistency};
pub use tree_head::TreeHead;
