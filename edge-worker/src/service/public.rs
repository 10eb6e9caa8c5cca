//! What anybody may read of the log: its checkpoint, its tiles, its keys. Records are not among it:
//! a leaf's hash covers the event's random id and a commitment over 16 bytes that only the visitor's
//! cookie has, so there is nothing to guess it from.

use super::recent::PublicLog;
use super::{LogFailure, Platform, RequestHandler, proof, unreadable};
use crate::log::tree_messages::{Entries, EntriesRequest, WitnessLog};
use crate::rate_limit::Budget;
use crate::rejection::Rejection;
use crate::response::{Response, to_json};
use domain::Timestamp;
use domain::tlog::{Resource, ResourceKind, read_bundle};
use serde::Serialize;

/// How long this instance answers from its memory, in milliseconds.
const CHECKPOINT_MILLIS: i64 = 60_000;
const HEALTH_MILLIS: i64 = 10_000;
/// An alarm for a flood is given once in this time by each instance, in milliseconds.
const FLOOD_MILLIS: i64 = 3_600_000;

/// For that long after a rotation a verifier may get a key set without the new key, and must fetch it
/// again.
const KEYS_CACHING: &str = "public, max-age=300";
const CHECKPOINT_CACHING: &str = "public, max-age=60";
/// A tile never changes: its name says how many hashes it has.
const TILE_CACHING: &str = "public, max-age=31536000, immutable";
/// A tile that is missing may be there a little later.
const MISSING_CACHING: &str = "public, max-age=10";

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

#[derive(Serialize)]
struct Info<'a> {
    origin: &'a str,
    size: u64,
    minimum_index: u64,
    retention_days: u32,
    witnesses: Vec<InfoWitness<'a>>,
    schema: &'static str,
}

#[derive(Serialize)]
struct InfoWitness<'a> {
    name: &'a str,
    size: u64,
    time: Option<Timestamp>,
}

#[derive(Serialize)]
struct Health<'a> {
    version: &'static str,
    site: &'a str,
    revision: &'a str,
    log: bool,
    problem: Option<&'static str>,
}

impl<P: Platform> RequestHandler<'_, P> {
    pub(super) fn keys(&self) -> Response {
        Response::json(200, &self.site.public_keys).cacheable(KEYS_CACHING)
    }

    pub(super) async fn checkpoint(&self) -> Result<Response, Rejection> {
        let PublicLog { checkpoint, .. } = self.public_log().await?;
        Ok(Response::typed(200, TEXT, checkpoint).cacheable(CHECKPOINT_CACHING))
    }

    pub(super) async fn info(&self) -> Result<Response, Rejection> {
        let PublicLog { info, .. } = self.public_log().await?;
        Ok(Response::typed(200, "application/json", info).cacheable(CHECKPOINT_CACHING))
    }

    /// The log's keys and witnesses in the form of c2sp.org/tlog-policy.
    pub(super) fn log_policy(&self) -> Response {
        let site = &self.site.manifest.site;
        let mut text = String::new();
        let mut line = |words: &[&str]| {
            text.push_str(&words.join(" "));
            text.push('\n');
        };
        let url = ["https://", site, "/log/"].concat();
        let keys = &self.site.log_keys.all;
        for (place, key) in keys.iter().enumerate() {
            // A policy may have no key twice.
            if keys.iter().take(place).all(|other| other != key) {
                line(&["log", key, &url]);
            }
        }
        let witnesses = &self.site.manifest.witnesses;
        for witness in &witnesses.list {
            line(&["witness", &witness.name, &witness.key, &witness.address]);
        }
        if witnesses.quorum == 0 {
            line(&["quorum", "none"]);
        } else {
            let quorum = witnesses.quorum.to_string();
            let names = witnesses.list.iter().map(|witness| witness.name.as_str());
            let group: Vec<_> = ["group", "witnesses", &quorum]
                .into_iter()
                .chain(names)
                .collect();
            line(&group);
            line(&["quorum", "witnesses"]);
        }
        Response::typed(200, TEXT, text).cacheable(KEYS_CACHING)
    }

    pub(super) async fn tile(&self, resource: Resource) -> Result<Response, Rejection> {
        if !self.request.query.is_empty() {
            return Err(Rejection::Malformed("the address of a tile has no query"));
        }
        if resource.kind == ResourceKind::Entries {
            return self.entries(resource).await;
        }
        let tile = match self.platform.cached(&resource).await {
            Some(tile) => tile,
            None => {
                if self.reader().is_none() {
                    self.count_client(Budget::Reading).await?;
                }
                let read = self.platform.tile(&resource).await.map_err(unreadable)?;
                let Some(tile) = read else {
                    let missing = Response::problem(&Rejection::NotFound);
                    return Ok(missing.cacheable(MISSING_CACHING));
                };
                self.platform.cache(&resource, &tile).await;
                tile
            }
        };
        Ok(Response::bytes(BYTES, tile).cacheable(TILE_CACHING))
    }

    /// The records of a bundle, which only auditors and operators read.
    async fn entries(&self, resource: Resource) -> Result<Response, Rejection> {
        let reader = self.admitted_reader().await?;
        let request = EntriesRequest { resource, reader };
        let entries = self.platform.entries(&request).await;
        let bundle = match entries.map_err(unreadable)? {
            Entries::Bundle(bundle) => bundle,
            Entries::Missing => return Err(Rejection::NoRecord),
            Entries::Archived => {
                let bundle = self.platform.archived_bundle(resource.number).await;
                cut(bundle.map_err(unreadable)?, resource.width)?
            }
        };
        // The runtime compresses what is announced as compressed.
        Ok(Response::bytes(BYTES, bundle).with("Content-Encoding", "gzip"))
    }

    pub(super) async fn health(&self) -> Response {
        let recent = self.platform.recent().borrow().health;
        let problem = match recent {
            Some((time, problem)) if self.is_fresh(time, HEALTH_MILLIS) => problem,
            _ => {
                let problem = match self.platform.health().await {
                    Ok(health) => health.refuses.map(super::refusal),
                    Err(LogFailure) => Some("the consent log doesn't answer"),
                };
                self.platform.recent().borrow_mut().health = Some((self.inputs.now, problem));
                problem
            }
        };
        let health = Health {
            version: env!("CARGO_PKG_VERSION"),
            site: &self.site.manifest.site,
            revision: &self.site.manifest.revision,
            log: problem.is_none(),
            problem,
        };
        Response::json(if health.log { 200 } else { 503 }, &health)
    }

    /// Counts an event for the site. Over its budget an alarm is given.
    pub(super) async fn count_site(&self, budget: Budget) -> Result<(), Rejection> {
        if !self.platform.is_site_over(budget).await {
            return Ok(());
        }
        let recent = self.platform.recent().borrow().flood;
        if recent.is_none_or(|time| !self.is_fresh(time, FLOOD_MILLIS)) {
            self.platform.recent().borrow_mut().flood = Some(self.inputs.now);
            self.platform.note_flood().await;
        }
        Err(Rejection::SiteBusy)
    }

    async fn public_log(&self) -> Result<PublicLog, Rejection> {
        let recent = self.platform.recent().borrow().published.clone();
        if let Some((time, known)) = recent
            && self.is_fresh(time, CHECKPOINT_MILLIS)
        {
            return Ok(known);
        }
        let log = self.platform.witnesses().await.map_err(unreadable)?;
        let view = self.public_view(log).await?;
        let kept = (self.inputs.now, view.clone());
        self.platform.recent().borrow_mut().published = Some(kept);
        Ok(view)
    }

    /// With witnesses the checkpoint that was published last, which they have cosigned; else the
    /// head, signed now.
    async fn public_view(&self, log: WitnessLog) -> Result<PublicLog, Rejection> {
        let manifest = &self.site.manifest;
        let known = &manifest.witnesses.list;
        let (size, checkpoint) = match log.published {
            Some(published) if !known.is_empty() => (published.size, published.note),
            _ => {
                let (site, now) = (self.site, self.inputs.now);
                let note = proof::published(site, self.platform, &log.head, now).await;
                let failure = Rejection::Unavailable("the checkpoint can't be signed");
                (log.head.size, note.map_err(|_| failure)?.to_string())
            }
        };
        let is_known = |name: &str| known.iter().any(|witness| witness.name == name);
        let states = log.witnesses.iter().filter(|state| is_known(&state.name));
        let witnesses = states.map(|state| InfoWitness {
            name: &state.name,
            size: state.size,
            time: state.time,
        });
        let info = Info {
            origin: &self.site.log_keys.origin,
            size,
            minimum_index: log.head.first,
            retention_days: manifest.retention_days,
            witnesses: witnesses.collect(),
            schema: "kelisim.log-info/1",
        };
        Ok(PublicLog {
            checkpoint,
            info: to_json(&info),
        })
    }

    /// Whether a time is not longer ago than that, nor in the future.
    fn is_fresh(&self, time: Timestamp, millis: i64) -> bool {
        let age = self.inputs.now.millis().saturating_sub(time.millis());
        (0..millis).contains(&age)
    }
}

/// The first entries of a bundle.
fn cut(bundle: Vec<u8>, width: u64) -> Result<Vec<u8>, Rejection> {
    let entries = read_bundle(&bundle).ok_or_else(|| unreadable(()))?;
    let kept = entries.iter().take(width as usize);
    let length = kept.map(|entry| entry.len().saturating_add(2)).sum();
    let mut bundle = bundle;
    bundle.truncate(length);
    Ok(bundle)
}
