//! What a log is checked against.

use super::receipt::TreeReceipt;
use crate::chain::Attestation;
use crate::kept::KeptHead;
use crate::texts::Archive;
use crate::trust::Trust;
use domain::Timestamp;

/// What a log is checked against.
pub(crate) struct Context<'c> {
    pub(crate) trust: &'c Trust,
    pub(crate) archive: Option<&'c Archive>,
    /// When the check is made.
    pub(crate) now: Timestamp,
    /// Checkpoints and receipts of the chain that the log may have been.
    pub(crate) chain: &'c [Attestation],
    /// Checkpoints of the tree, those of receipts among them.
    pub(crate) heads: &'c [KeptHead],
    pub(crate) receipts: &'c [TreeReceipt],
}
