//! Evidence with which others verify the log: signed receipts, signed checkpoints, the public keys.

use super::nightly::signed;
use super::{Platform, RequestHandler, unreadable};
use crate::log::messages::{Position, RawEntry};
use crate::rejection::Rejection;
use crate::response::{Response, to_json, with_member};
use domain::{SignedCheckpoint, receipt_message};

/// How long caches may keep the keys, in seconds. For that long after a rotation a verifier may get
/// a key set without the new key, and must fetch it again.
const KEYS_SECONDS: u32 = 300;
/// How long caches may keep the checkpoint, in seconds.
const CHECKPOINT_SECONDS: u32 = 60;

impl<P: Platform> RequestHandler<'_, P> {
    /// The receipt of an entry: the entry, in which the record's canonical text is unchanged, with a
    /// signature.
    pub(super) async fn receipt(&self, entry: &RawEntry) -> Result<String, Rejection> {
        let hash = entry.hash.to_string();
        let message = receipt_message(&self.site.manifest.site, entry.sequence, &hash);
        let signed = self.platform.sign(&message).await;
        let signature =
            signed.map_err(|_| Rejection::Unavailable("the receipt can't be signed"))?;
        Ok(with_member(entry.json(), "signature", &to_json(&signature)))
    }

    /// Receipts of entries as a JSON array.
    pub(super) async fn receipts(&self, entries: &[RawEntry]) -> Result<String, Rejection> {
        let mut text = String::from("[");
        for entry in entries {
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(&self.receipt(entry).await?);
        }
        text.push(']');
        Ok(text)
    }

    /// A checkpoint of an entry, signed now.
    pub(super) async fn checkpoint_at(
        &self,
        position: Position,
    ) -> Result<SignedCheckpoint, Rejection> {
        let signed = signed(self.site, self.platform, position, self.inputs.now).await;
        signed.map_err(|_| Rejection::Unavailable("the checkpoint can't be signed"))
    }

    pub(super) async fn checkpoint(&self) -> Result<Response, Rejection> {
        let head = self.platform.head(&self.site.manifest.site).await;
        let signed = self.checkpoint_at(head.map_err(unreadable)?).await?;
        Ok(Response::json(200, &signed).cacheable(CHECKPOINT_SECONDS))
    }

    pub(super) fn keys(&self) -> Response {
        Response::json(200, &self.site.public_keys).cacheable(KEYS_SECONDS)
    }
}
