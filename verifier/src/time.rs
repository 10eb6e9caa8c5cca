//! What signed times say about the dates of records: an entry that is in the tree of a checkpoint was
//! there when somebody signed it, and one that isn't came later.

use crate::finding::{Finding, FindingKind};
use domain::Timestamp;

/// Differences between clocks that are nobody's fault, in milliseconds: ten minutes.
const CLOCK_TOLERANCE: i64 = 10 * 60 * 1000;

/// How long before a witness's signature a record may be dated that its tree lacks, in
/// milliseconds: two hours. A log shows witnesses its end once an hour, and until then a witness
/// may sign the former one again, for anybody.
const WITNESS_TOLERANCE: i64 = 2 * 60 * 60 * 1000;

/// Whether a date is later than a time by more than clocks differ.
pub(crate) fn is_later(date: Timestamp, time: Timestamp) -> bool {
    date.millis() > time.millis().saturating_add(CLOCK_TOLERANCE)
}

/// A checkpoint that was signed at a known time.
#[derive(Debug, Clone)]
pub(crate) struct Dated {
    /// How many entries its tree has.
    pub(crate) size: u64,
    /// When the log itself said that this is its end.
    pub(crate) by_log: Option<Timestamp>,
    /// When others saw it, the first and the last time.
    pub(crate) by_others: Option<(Timestamp, Timestamp)>,
    /// When somebody signed that the tree has these entries, without saying that it ends there.
    pub(crate) as_part: Option<Timestamp>,
    /// `the checkpoint of 461 entries`
    pub(crate) name: String,
}

/// A limit of dates.
#[derive(Debug, Clone)]
struct Limit {
    size: u64,
    /// Already with its tolerance.
    millis: i64,
    kind: FindingKind,
    /// What it is, with its time.
    source: String,
}

/// All limits for the dates of a log's records.
#[derive(Debug)]
pub(crate) struct DateLimits {
    /// For entries from `size` on: the earliest date, growing with the size.
    earliest: Vec<Limit>,
    /// For entries below `size`: the latest date, falling with the size.
    latest: Vec<Limit>,
}

impl DateLimits {
    /// Limits from checkpoints of one log. `now` is a limit too.
    pub(crate) fn new(dated: &[Dated], now: Timestamp) -> Self {
        let mut earliest = Vec::new();
        let mut latest = vec![Limit {
            size: u64::MAX,
            millis: now.millis().saturating_add(CLOCK_TOLERANCE),
            kind: FindingKind::LaterThanCheckpoint,
            source: format!("this check, {now}"),
        }];
        for one in dated {
            let Dated { size, name, .. } = one;
            let limit = |limits: &mut Vec<Limit>, kind, time: Timestamp, tolerance: i64, who| {
                limits.push(Limit {
                    size: *size,
                    millis: time.millis().saturating_add(tolerance),
                    kind,
                    source: format!("{name}, which {who} at {time}"),
                });
            };
            if let Some(time) = one.by_log {
                let who = "the log signed as its end";
                let kind = FindingKind::EarlierThanKeptEnd;
                limit(&mut earliest, kind, time, -CLOCK_TOLERANCE, who);
                let kind = FindingKind::LaterThanCheckpoint;
                limit(&mut latest, kind, time, CLOCK_TOLERANCE, who);
            }
            if let Some((first, last)) = one.by_others {
                let who = "others saw as its end";
                let kind = FindingKind::EarlierThanCosignature;
                limit(&mut earliest, kind, first, -WITNESS_TOLERANCE, who);
                let kind = FindingKind::LaterThanCheckpoint;
                limit(&mut latest, kind, last, CLOCK_TOLERANCE, who);
            }
            if let Some(time) = one.as_part {
                let kind = FindingKind::LaterThanCheckpoint;
                limit(&mut latest, kind, time, CLOCK_TOLERANCE, "was signed");
            }
        }
        // Of a smaller tree, a later earliest date holds for the larger ones as well, and of a
        // larger tree an earlier latest date for the smaller ones.
        earliest.sort_by_key(|limit| (limit.size, limit.millis));
        carry(&mut earliest, |kept, next| kept.millis > next.millis);
        latest.sort_by_key(|limit| (u64::MAX - limit.size, -limit.millis));
        carry(&mut latest, |kept, next| kept.millis < next.millis);
        Self { earliest, latest }
    }

    /// Checks a record's date. `place` says where it stands: ` (line 6)`.
    ///
    /// # Errors
    /// It is before or after what the limits allow.
    pub(crate) fn check(&self, index: u64, date: Timestamp, place: &str) -> Result<(), Finding> {
        let below = self.earliest.partition_point(|limit| limit.size <= index);
        let earliest = below
            .checked_sub(1)
            .and_then(|last| self.earliest.get(last));
        if let Some(limit) = earliest.filter(|limit| date.millis() < limit.millis) {
            return Err(Finding::without_line(
                limit.kind,
                Some(index),
                format!(
                    "record {index}{place} is dated {date}, but wasn't in the log yet at {}: it was dated back",
                    limit.source
                ),
            ));
        }
        let above = self.latest.partition_point(|limit| limit.size > index);
        let latest = above.checked_sub(1).and_then(|last| self.latest.get(last));
        if let Some(limit) = latest.filter(|limit| date.millis() > limit.millis) {
            return Err(Finding::without_line(
                limit.kind,
                Some(index),
                format!(
                    "record {index}{place} is dated {date}, which is later than {}: it wasn't written when it says",
                    limit.source
                ),
            ));
        }
        Ok(())
    }
}

/// Replaces each limit by the one before it, with its own size, where that is the stricter one.
fn carry(limits: &mut [Limit], is_stricter: impl Fn(&Limit, &Limit) -> bool) {
    let mut kept: Option<Limit> = None;
    for limit in limits {
        match kept.as_ref().filter(|kept| is_stricter(kept, limit)) {
            Some(stricter) => {
                *limit = Limit {
                    size: limit.size,
                    ..stricter.clone()
                }
            }
            None => kept = Some(limit.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_seconds(1_795_167_000 + 60 * minutes)
    }

    fn dated(size: u64, by_log: Option<i64>, by_others: Option<i64>) -> Dated {
        Dated {
            size,
            by_log: by_log.map(at),
            by_others: by_others.map(|time| (at(time), at(time))),
            as_part: None,
            name: format!("the checkpoint of {size} entries"),
        }
    }

    #[test]
    fn each_record_lies_between_the_checkpoints_around_it() {
        let limits = DateLimits::new(
            &[
                dated(5, Some(100), None),
                dated(8, None, Some(400)),
                // Older than the smaller one: the smaller one's limit holds behind it.
                dated(10, Some(50), None),
            ],
            at(1000),
        );
        let kind = |index, minutes| match limits.check(index, at(minutes), "") {
            Ok(()) => None,
            Err(finding) => Some(finding.kind),
        };
        // Below 10 everything was there at 50.
        assert_eq!(kind(9, 60), Some(FindingKind::EarlierThanCosignature));
        assert_eq!(kind(4, 60), None);
        assert_eq!(kind(4, 61), Some(FindingKind::LaterThanCheckpoint));
        assert_eq!(kind(5, 61), Some(FindingKind::EarlierThanKeptEnd));
        // From 8 on nothing before 280, and after all checkpoints nothing before that either.
        assert_eq!(kind(10, 279), Some(FindingKind::EarlierThanCosignature));
        assert_eq!(kind(10, 280), None);
        assert_eq!(kind(10, 1010), None);
        assert_eq!(kind(10, 1011), Some(FindingKind::LaterThanCheckpoint));
        assert_eq!(kind(0, -1_000_000), None);
    }
}
