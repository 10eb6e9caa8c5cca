//! A log whose leaves are read one after the other: each checkpoint and receipt that was kept must be
//! one of its tree.

use super::context::Context;
use super::entries::Entries;
use crate::finding::{Finding, FindingKind, missing_keys, records};
use crate::kept::KeptHead;
use crate::report::Report;
use crate::time::is_later;
use crate::trust::{SignedHead, Trust};
use domain::Digest;
use domain::tlog::{Edge, leaf_hash};
use std::collections::BTreeMap;

/// The verification of a log.
pub(crate) struct TreeLog<'c> {
    context: &'c Context<'c>,
    report: Report,
    entries: Entries<'c>,
    signed: SignedHead,
    /// The tree of the leaves so far; `None` behind a gap.
    edge: Option<Edge>,
    /// How many leaves were passed, known or not.
    position: u64,
    /// Kept checkpoints by size.
    heads: BTreeMap<u64, Vec<&'c KeptHead>>,
    /// Leaves of receipts, with their names.
    leaves: BTreeMap<u64, Vec<(Digest, &'c str)>>,
    /// Size of the last tree that a kept checkpoint agreed with.
    agreed_size: u64,
}

impl<'c> TreeLog<'c> {
    /// A log whose checkpoint was verified; `report` has the site that is expected.
    ///
    /// # Errors
    /// Something is of another log, or of a longer one.
    pub(crate) fn new(
        context: &'c Context<'c>,
        mut report: Report,
        signed: SignedHead,
    ) -> Result<Self, Box<Report>> {
        let site = match expect_site(context, report.site.as_deref(), &signed) {
            Ok(site) => site,
            Err(finding) => return Err(report.with(finding)),
        };
        report.site = Some(site.clone());
        report.size = Some(signed.head.size);
        report.witnesses = signed.witnesses.clone();
        let own = KeptHead::new(signed.clone(), None).dated;
        let kept = context.heads.iter().map(|kept| kept.dated.clone());
        let mut heads: BTreeMap<u64, Vec<&KeptHead>> = BTreeMap::new();
        for kept in context.heads {
            heads.entry(kept.head.size).or_default().push(kept);
        }
        let mut leaves: BTreeMap<u64, Vec<(Digest, &str)>> = BTreeMap::new();
        for receipt in context.receipts {
            let same = leaves.entry(receipt.index).or_default();
            same.push((receipt.leaf, receipt.name.as_str()));
        }
        for receipt in context.chain {
            if let Some(text) = &receipt.text {
                let same = leaves.entry(receipt.sequence).or_default();
                same.push((leaf_hash(text.as_bytes()), receipt.name.as_str()));
            }
        }
        let entries = Entries::new(context, &site, kept.chain([own]).collect());
        let log = Self {
            context,
            report,
            entries,
            signed,
            edge: Some(Edge::empty()),
            position: 0,
            heads,
            leaves,
            agreed_size: 0,
        };
        match log.check_size() {
            Ok(()) => Ok(log),
            Err(finding) => Err(log.report.with(finding)),
        }
    }

    /// Compares the log's size with those of the kept checkpoints.
    fn check_size(&self) -> Result<(), Finding> {
        let own = self.signed.head.size;
        let (log_time, root) = (self.signed.log_time, self.signed.head.root);
        for kept in self.context.heads {
            let size = kept.head.size;
            if size == own && kept.head.root != root {
                return Err(Finding::without_line(
                    FindingKind::Contradicted,
                    None,
                    format!(
                        "the log has two trees of {size} entries: its checkpoint has another root than {}",
                        kept.name()
                    ),
                ));
            }
            let is_older = kept.dated.by_log.zip(log_time);
            if size > own && is_older.is_some_and(|(kept, own)| is_later(own, kept)) {
                return Err(Finding::without_line(
                    FindingKind::Shrunk,
                    Some(own),
                    format!(
                        "the log has {own} entries, fewer than before: {} is older",
                        kept.name()
                    ),
                ));
            }
        }
        Ok(())
    }

    /// How many leaves were passed.
    pub(crate) const fn position(&self) -> u64 {
        self.position
    }

    /// The size of the last tree that is known to be the log's.
    pub(crate) const fn agreed_size(&self) -> u64 {
        self.agreed_size
    }

    /// Begins behind the entries whose tree has this edge.
    ///
    /// # Errors
    /// A kept checkpoint has another root.
    pub(crate) fn begin(&mut self, edge: Edge) -> Result<(), Finding> {
        self.position = edge.size();
        self.agreed_size = edge.size();
        self.edge = Some(edge);
        self.compare_head(None)
    }

    /// Reads entry 0, which an export has in its first line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn first_entry(&mut self, bytes: &[u8]) -> Result<(), Finding> {
        self.entries.read(0, bytes, None)
    }

    /// The next entry of an export.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn entry(&mut self, bytes: &[u8], line: u64) -> Result<(), Finding> {
        self.entries.read(self.position, bytes, Some(line))?;
        self.leaf(leaf_hash(bytes), Some(line))
    }

    /// The next leaf of tiles, with its entry if there is one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn proved_leaf(
        &mut self,
        leaf: Digest,
        entry: Option<&[u8]>,
    ) -> Result<(), Finding> {
        if let Some(entry) = entry {
            self.entries.read(self.position, entry, None)?;
        }
        self.leaf(leaf, None)
    }

    /// So many leaves are unknown.
    pub(crate) fn skip(&mut self, count: u64) {
        self.edge = None;
        self.position = self.position.saturating_add(count);
    }

    fn leaf(&mut self, leaf: Digest, line: Option<u64>) -> Result<(), Finding> {
        let index = self.position;
        for (expected, name) in self.leaves.remove(&index).into_iter().flatten() {
            if expected != leaf {
                return Err(Finding {
                    line,
                    ..Finding::without_line(
                        FindingKind::Contradicted,
                        Some(index),
                        format!("record {index} was rewritten: {name} proves another one"),
                    )
                });
            }
            self.report.agreed.push(name.to_owned());
        }
        if let Some(edge) = &mut self.edge {
            edge.push(leaf);
        }
        self.position = index.saturating_add(1);
        self.compare_head(line)
    }

    fn compare_head(&mut self, line: Option<u64>) -> Result<(), Finding> {
        let Some(same) = self.heads.remove(&self.position) else {
            return Ok(());
        };
        let Some(edge) = &self.edge else {
            self.heads.insert(self.position, same);
            return Ok(());
        };
        let root = edge.root();
        for kept in same {
            if kept.head.root != root {
                let (first, last) = (self.agreed_size, self.position.saturating_sub(1));
                let what = if first < last {
                    format!("something in {} was rewritten", records(first, last))
                } else {
                    format!("record {last} was rewritten, or one before it")
                };
                return Err(Finding {
                    line,
                    ..Finding::without_line(
                        FindingKind::Contradicted,
                        Some(first.min(last)),
                        format!(
                            "{what} since {} was signed: its root is another",
                            kept.name()
                        ),
                    )
                });
            }
            self.report.agreed.push(kept.name().to_owned());
        }
        self.agreed_size = self.position;
        self.report.attested = self.position.saturating_sub(1);
        Ok(())
    }

    /// The root of the leaves so far; `None` behind a gap.
    pub(crate) fn root(&self) -> Option<Digest> {
        self.edge.as_ref().map(Edge::root)
    }

    /// The report. `is_whole` says whether the leaves reach the end of the log, so that one that
    /// was kept and is longer shows what is missing.
    pub(crate) fn report(mut self, checked: Result<(), Finding>, is_whole: bool) -> Report {
        let is_proved = checked.is_ok();
        let (agreed, left) = self.entries.finish_chain();
        self.report.agreed.extend(agreed);
        self.report.not_compared.extend(left);
        self.collect_left();
        let Entries {
            records,
            first,
            last,
            texts,
            first_missing,
            ..
        } = self.entries;
        self.report.records = records;
        (self.report.first, self.report.from) = (first.map(|one| one.0), first.map(|one| one.1));
        (self.report.last, self.report.to) = (last.map(|one| one.0), last.map(|one| one.1));
        self.report.texts = texts;
        if is_proved {
            self.report.checkpoints = 1;
            self.report.attested = self.position.saturating_sub(1);
        }
        let longest = self.context.heads.iter().map(|kept| kept.head.size).max();
        let missing = longest.filter(|size| is_whole && *size > self.signed.head.size);
        let doubts = [
            first_missing,
            missing.map(|size| {
                let own = self.signed.head.size;
                Finding::without_line(
                    FindingKind::EndMissing,
                    Some(own),
                    format!(
                        "records up to {} of {}: a kept checkpoint says that the log has {size} entries by now",
                        own.saturating_sub(1),
                        size.saturating_sub(1)
                    ),
                )
            }),
            quorum_finding(self.context.trust, &self.signed),
        ];
        let doubt = doubts.into_iter().flatten().next();
        self.report.finding = match checked {
            Err(finding) => Some(finding),
            Ok(()) => doubt,
        };
        self.report
    }

    /// Names what was not met on the way.
    fn collect_left(&mut self) {
        let heads = std::mem::take(&mut self.heads);
        for kept in heads.into_values().flatten() {
            let is_own = kept.head == self.signed.head;
            let list = if is_own {
                &mut self.report.agreed
            } else {
                &mut self.report.not_compared
            };
            list.push(kept.name().to_owned());
        }
        let leaves = std::mem::take(&mut self.leaves).into_values().flatten();
        self.report
            .not_compared
            .extend(leaves.map(|(_, name)| name.to_owned()));
        self.report.agreed.sort();
        self.report.agreed.dedup();
        let agreed = &self.report.agreed;
        self.report
            .not_compared
            .retain(|name| !agreed.contains(name));
        self.report.not_compared.sort();
        self.report.not_compared.dedup();
    }
}

/// What is missing for a proof, if anything is: keys, or cosignatures.
pub(crate) fn quorum_finding(trust: &Trust, signed: &SignedHead) -> Option<Finding> {
    if trust.is_empty() {
        return Some(missing_keys());
    }
    (!signed.has_quorum).then(|| {
        Finding::without_line(
            FindingKind::QuorumNotMet,
            None,
            format!(
                "the checkpoint over {} entries is cosigned by {} witnesses of the policy, and its quorum `{}` demands others or more",
                signed.head.size,
                signed.witnesses.len(),
                trust.policy.as_ref().map_or_else(String::new, |policy| policy.quorum_name()),
            ),
        )
    })
}

/// The site of the log.
fn expect_site(
    context: &Context<'_>,
    expected: Option<&str>,
    signed: &SignedHead,
) -> Result<String, Finding> {
    let origin = &signed.head.origin;
    let foreign = |index, what: &str, site: &str| {
        Finding::without_line(
            FindingKind::Foreign,
            index,
            format!("{what} is from the log of `{site}`, not of `{origin}`"),
        )
    };
    let Some(site) = origin.strip_suffix("/log") else {
        return Err(Finding::without_line(
            FindingKind::Foreign,
            None,
            format!("`{origin}` is no log of consents, whose name ends with `/log`"),
        ));
    };
    if let Some(expected) = expected.filter(|expected| *expected != site) {
        return Err(Finding::without_line(
            FindingKind::Foreign,
            None,
            format!("this is from the log of `{site}`, not of `{expected}`"),
        ));
    }
    for kept in context.heads {
        if kept.head.origin != *origin {
            return Err(foreign(None, kept.name(), &kept.head.origin));
        }
    }
    for kept in context.chain {
        if kept.site != site {
            return Err(foreign(Some(kept.sequence), &kept.name, &kept.site));
        }
    }
    Ok(site.to_owned())
}
