//! What the site builder, the edge worker and the verifier must agree on: categories and choices,
//! locales, regimes, the consent cookie, records and their chain, the manifest that the builder
//! writes and the worker reads. No I/O, no clock, no randomness: those are arguments.

mod after;
mod answer;
#[cfg(feature = "archive")]
pub mod archive;
mod category;
mod chain;
mod cookie;
mod decide;
mod digest;
mod evidence;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod histories;
mod id;
mod keys;
mod language;
mod locale;
mod manifest;
mod place;
mod record;
mod regime;
mod revision;
mod signal;
mod timestamp;
pub mod tlog;
mod vec_map;

pub use after::cookie_after;
pub use answer::{Answer, Refusal, Submission, Withdrawal, draft_choice, draft_withdrawal};
pub use category::{Category, Choice};
pub use chain::{Entry, LogHead, chain_hash};
pub use cookie::{
    COOKIE_DAYS, COOKIE_NAME, ConsentCookie, Exception, Grants, MAX_EXCEPTIONS,
    SUBJECT_COOKIE_NAME, StoredConsent, companion, has_only_own_cookies, sign_subject,
};
pub use decide::{Decision, after_erasure, decide, in_use};
#[cfg(feature = "count-hashes")]
pub use digest::hashes;
pub use digest::{Digest, InvalidDigest, base64url};
pub use evidence::{Checkpoint, Signature, SignedCheckpoint, receipt_message};
pub use id::{EventId, InvalidId, SubjectId};
pub use keys::{InvalidKeys, Keys};
pub use language::Purpose;
pub use locale::{InvalidLocale, Locale};
pub use manifest::{
    Manifest, ManifestService, ShownText, Witness, WitnessPolicy, is_in_domain,
    strict_transport_security,
};
pub use place::{Country, InvalidCountry, InvalidPlace, InvalidRegion, Place, Region};
pub use record::{Action, Draft, RECORD_SCHEMA, Record, Surface};
pub use regime::{
    REGIMES_FILE, Regime, RegimeOverride, VisitContext, apply_gpc, default_choice, default_regime,
    is_in_economic_area, link_only, min_refusal_days, regime,
};
pub use revision::{InvalidShortHash, ShortHash, revision_of};
pub use signal::{SIGNALS, SIGNALS_FILE, Signal, sends_signal};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use vec_map::VecMap;
