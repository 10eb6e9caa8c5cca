//! Copies of a log in a folder: tiles and entries.

use crate::support::*;
use crate::tree::*;
use domain::tlog::{Resource, ResourceKind, write_bundle};
use flate2::{Compression, write::GzEncoder};
use std::fs;
use std::io::Write as _;
use std::sync::LazyLock;
use verifier::{FindingKind, Options, Report, Verdict, verify};

/// Two full tiles and a part of one.
static LOG: LazyLock<Log> = LazyLock::new(|| Log::new(600));

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

struct Copy(Bench);

impl Copy {
    fn new(log: &Log) -> Self {
        let copy = Self(Bench::new());
        log.write(&copy.0.path("log"), &Signers::default());
        copy
    }

    fn path(&self, name: &str) -> camino::Utf8PathBuf {
        self.0.path("log").join("tile").join(name)
    }

    fn check(&self) -> Report {
        let options = Options {
            thing: Some(self.0.path("log")),
            ..self.0.options.clone()
        };
        verify(&options, NOW, &mut |_, _| {}).unwrap()
    }

    #[track_caller]
    fn expect(&self, kind: FindingKind, part: &str) {
        let finding = self.check().finding.expect("something is wrong");
        assert!(
            finding.kind == kind && finding.message.contains(part),
            "{finding:?}"
        );
    }
}

#[test]
fn a_copy_is_verified_plain_and_compressed() {
    let copy = Copy::new(&LOG);
    let report = copy.check();
    assert_eq!(
        (report.finding, report.records, report.last),
        (None, 600, Some(600))
    );
    for (resource, bytes) in LOG.resources() {
        fs::write(copy.path(&resource.to_string()), gzip(&bytes)).unwrap();
    }
    let report = copy.check();
    assert_eq!((report.finding, report.records), (None, 600));
    // Tiles alone prove the tree, and no record.
    fs::remove_dir_all(copy.path("entries")).unwrap();
    let report = copy.check();
    assert_eq!((report.finding, report.records), (None, 0));
}

/// CVE-2026-56865 is a reader that doesn't check tiles against their parents.
#[test]
fn each_tile_is_checked_against_its_parent() {
    for (resource, bytes) in LOG.resources() {
        let copy = Copy::new(&LOG);
        let name = resource.to_string();
        for place in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut altered = bytes.clone();
            altered[place] ^= 1;
            fs::write(copy.path(&name), altered).unwrap();
            let finding = copy.check().finding.expect("something is wrong");
            assert_eq!(finding.kind.verdict(), Verdict::Wrong, "{finding:?}");
            assert!(
                finding.message.contains(&name),
                "`{name}`: {}",
                finding.message
            );
        }
        fs::write(copy.path(&name), &bytes[..bytes.len() - 1]).unwrap();
        assert!(!copy.check().verified, "{name}");
        fs::write(copy.path(&name), gzip(&bytes[..bytes.len() - 32])).unwrap();
        assert!(!copy.check().verified, "{name}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let copy = Copy::new(&LOG);
    fs::remove_file(copy.path("entries/001")).unwrap();
    copy.expect(FindingKind::MissingEntries, "`entries/001`");
    assert_eq!(copy.check().verdict, Verdict::Incomplete);
    let copy = Copy::new(&LOG);
    fs::remove_file(copy.path("0/000")).unwrap();
    copy.expect(FindingKind::MissingTile, "`0/000`");
    let copy = Copy::new(&LOG);
    fs::remove_dir_all(copy.path("1")).unwrap();
    copy.expect(FindingKind::MissingTile, "`1/000.p/2`");
}

#[test]
fn purged_entries_are_not_missing() {
    let copy = Copy::new(&LOG);
    let bundle = |from: usize, to: usize| {
        let entries = (from..to).map(|index| match index {
            1..300 => "",
            _ => LOG.entries[index].as_str(),
        });
        write_bundle(entries.map(str::as_bytes)).unwrap()
    };
    fs::write(copy.path("entries/000"), bundle(0, 256)).unwrap();
    fs::write(copy.path("entries/001"), bundle(256, 512)).unwrap();
    let report = copy.check();
    assert_eq!(
        (report.finding, report.first, report.records),
        (None, Some(300), 301)
    );
    fs::remove_file(copy.path("entries/000")).unwrap();
    assert_eq!(copy.check().finding, None);
    // Behind the first one that is there, none may be empty.
    let mut entries: Vec<&[u8]> = (512..601)
        .map(|index| LOG.entries[index].as_bytes())
        .collect();
    entries[3] = b"";
    fs::write(
        copy.path("entries/002.p/89"),
        write_bundle(entries).unwrap(),
    )
    .unwrap();
    copy.expect(FindingKind::MissingEntries, "`entries/002.p/89`");
}

#[test]
fn a_full_tile_stands_for_its_part() {
    let log = Log::new(520);
    let copy = Copy::new(&log);
    let note = log.note(300, &Signers::default()).to_string();
    fs::write(copy.0.path("log").join("checkpoint"), note).unwrap();
    // Of the smaller tree only what the larger one shares is there, and one tile that it doesn't.
    let part = Resource {
        kind: ResourceKind::Tile(1),
        number: 0,
        width: 1,
    };
    let hash = domain::tlog::Tiles::tile(&log, 1, 0, 1).unwrap();
    fs::write(copy.path(&part.to_string()), hash[0].as_bytes()).unwrap();
    let report = copy.check();
    assert_eq!((report.finding, report.last), (None, Some(299)));
}

#[test]
fn kept_checkpoints_and_receipts_are_met_in_tiles() {
    let mut copy = Copy::new(&LOG);
    copy.0 = copy
        .0
        .keep(&LOG.note(77, &Signers::default()).to_string())
        .keep(&LOG.note(513, &Signers::default()).to_string())
        .receipt(&LOG.receipt(400, 450, &Signers::default()));
    let report = copy.check();
    assert_eq!((report.finding, report.agreed.len()), (None, 4));
    let mut rewritten = LOG.clone();
    rewritten.entries[400] = rewritten.entries[400].replace("\"DE\"", "\"FR\"");
    rewritten.write(&copy.0.path("log"), &Signers::default());
    copy.expect(FindingKind::Contradicted, "record 400 was rewritten");
    // Without the entries, and without the receipt.
    fs::remove_dir_all(copy.path("entries")).unwrap();
    copy.0.options.receipts.clear();
    copy.expect(FindingKind::Contradicted, "records 77 to 512");
}

#[test]
fn a_checkpoint_that_promises_the_world_is_no_burden() {
    let copy = Copy::new(&LOG);
    let head = domain::tlog::TreeHead {
        size: u64::MAX,
        ..LOG.head(5)
    };
    let note = sign_head(&head, &SEED, &Signers::default());
    fs::write(copy.0.path("log").join("checkpoint"), note.to_string()).unwrap();
    assert_eq!(copy.check().verdict, Verdict::Incomplete);
}
