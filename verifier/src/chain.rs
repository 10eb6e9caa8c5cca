//! The hash chain that logs were before they became trees: its exports, checkpoints and receipts are
//! checked for ever, because they are in people's hands.

mod attestation;
mod classify;
mod export;
mod fold;
mod line;

pub(crate) use attestation::{Attestation, ChainReceipt};
pub(crate) use export::ChainExport;
pub(crate) use fold::ChainFold;
