//! Logs that were a chain before: what was kept of the chain still counts.

use crate::support::*;
use crate::tree::*;
use domain::tlog::{ChainCheckpoint, ChainPosition, ChainSummary, FirstEntry, purged_entry};
use domain::{Entry, LogHead, SignedCheckpoint};
use verifier::{FindingKind, Report};

const CHAIN: usize = 5;

fn position(head: &LogHead) -> ChainPosition {
    ChainPosition {
        hash: head.hash,
        sequence: head.sequence,
    }
}

fn summary(all: &[Entry], purged: usize) -> ChainSummary {
    let from = match purged {
        0 => LogHead::empty(SITE),
        purged => all[purged - 1].head(),
    };
    let last: SignedCheckpoint =
        serde_json::from_str(&checkpoint(&all[3].head(), SITE, &SEED)).unwrap();
    ChainSummary {
        checkpoint: Some(ChainCheckpoint {
            ed25519: last.signature.ed25519,
            hash: last.checkpoint.hash,
            kid: last.signature.kid,
            sequence: last.checkpoint.sequence,
            time: last.checkpoint.time,
        }),
        from: position(&from),
        to: position(&all[CHAIN - 1].head()),
    }
}

/// Eight records, five of which the chain had; of these so many were purged from it.
fn migrated(purged: usize, chain: ChainSummary) -> Log {
    let all = entries(8, SITE);
    let mut log = Log::of(&FirstEntry::new(SITE, Some(chain)), &all);
    for index in 1..=purged {
        log.entries[index] = purged_entry(index as u64);
    }
    log
}

fn check(log: &Log, first: u64, kept: &[String], receipts: &[String]) -> Report {
    let bench = kept
        .iter()
        .fold(Bench::new(), |bench, kept| bench.keep(kept));
    let bench = receipts
        .iter()
        .fold(bench, |bench, receipt| bench.receipt(receipt));
    bench.check(&log.export(first, 9, &Signers::default()))
}

fn kind(report: &Report) -> Option<FindingKind> {
    report.finding.as_ref().map(|finding| finding.kind)
}

#[test]
fn old_checkpoints_and_receipts_agree_with_the_tree() {
    let all = entries(8, SITE);
    for purged in [0, 2] {
        let log = migrated(purged, summary(&all, purged));
        let kept: Vec<_> = (0..CHAIN)
            .map(|index| checkpoint(&all[index].head(), SITE, &SEED))
            .collect();
        let receipts: Vec<_> = (0..CHAIN)
            .map(|index| receipt(&all[index], &SEED))
            .collect();
        let report = check(&log, purged as u64 + 1, &kept, &receipts);
        assert!(report.verified, "{purged}: {:?}", report.finding);
        // All checkpoints have one time, so one name. The hash of the last purged record is known.
        let unknown = purged.saturating_sub(1);
        assert_eq!(
            report.agreed.len(),
            1 + CHAIN - unknown,
            "{:?}",
            report.agreed
        );
    }
    // After a purge of the tree nothing can be computed but what the first entry says itself.
    let log = migrated(0, summary(&all, 0));
    let end = checkpoint(&all[CHAIN - 1].head(), SITE, &SEED);
    let report = check(&log, 4, std::slice::from_ref(&end), &[]);
    assert!(
        report.verified && report.agreed.len() == 1,
        "{:?}",
        report.finding
    );
    let report = check(&log, 4, &[checkpoint(&all[1].head(), SITE, &SEED)], &[]);
    assert!(
        report.verified && report.not_compared.len() == 1,
        "{:?}",
        report.finding
    );
}

#[test]
fn a_chain_rewritten_when_it_became_a_tree_contradicts_what_was_kept() {
    let all = entries(8, SITE);
    // Record 2 was another one, and the chain is computed anew from it.
    let mut tail = LogHead::empty(SITE);
    let mut rewritten = Vec::new();
    for number in 1..=8 {
        let manifest = manifest(SITE, "aB3-_xYz", "text");
        let entry = next(&tail, draft_on(&manifest, number, number == 2));
        tail = entry.head();
        rewritten.push(entry);
    }
    let log = Log::of(
        &FirstEntry::new(SITE, Some(summary(&rewritten, 0))),
        &rewritten,
    );
    assert!(check(&log, 1, &[], &[]).verified, "alone it looks whole");
    for (index, expected) in [
        (0, None),
        (1, Some(FindingKind::Contradicted)),
        (4, Some(FindingKind::Contradicted)),
    ] {
        let report = check(&log, 1, &[checkpoint(&all[index].head(), SITE, &SEED)], &[]);
        assert_eq!(kind(&report), expected, "{index}");
        let report = check(&log, 1, &[], &[receipt(&all[index], &SEED)]);
        assert_eq!(kind(&report), expected, "{index}");
    }
    // A chain that was longer than the log admits.
    let report = check(&log, 1, &[checkpoint(&all[6].head(), SITE, &SEED)], &[]);
    assert_eq!(kind(&report), Some(FindingKind::Shrunk));
    // A log that denies to have been a chain.
    let report = check(
        &Log::new(8),
        1,
        &[checkpoint(&all[0].head(), SITE, &SEED)],
        &[],
    );
    assert_eq!(kind(&report), Some(FindingKind::Contradicted));
}

#[test]
fn the_first_entry_must_fit_its_chain() {
    let all = entries(8, SITE);
    let honest = summary(&all, 0);
    let other = all[2].hash;
    let wrong = |chain: ChainSummary| kind(&check(&migrated(0, chain), 1, &[], &[]));
    assert_eq!(wrong(honest.clone()), None);
    let mut chain = honest.clone();
    chain.from.hash = other;
    assert_eq!(wrong(chain), Some(FindingKind::Contradicted));
    let mut chain = honest.clone();
    chain.to.hash = other;
    assert_eq!(wrong(chain), Some(FindingKind::Contradicted));
    let mut chain = honest.clone();
    chain.to.sequence = 4;
    assert_eq!(wrong(chain), Some(FindingKind::Contradicted));
    let mut chain = honest.clone();
    chain.checkpoint.as_mut().unwrap().hash = other;
    assert_eq!(wrong(chain), Some(FindingKind::BadSignature));
    // A purged entry stands for nothing else.
    let mut log = migrated(2, summary(&all, 2));
    log.entries[3] = purged_entry(3);
    assert_eq!(
        kind(&check(&log, 3, &[], &[])),
        Some(FindingKind::Unreadable)
    );
}
