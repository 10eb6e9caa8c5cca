use super::storage::*;
use crate::log::tree_messages::{
    AUDIT, AuditEntry, CONSISTENCY, DayRange, EXPORT, Entries, ExportOutcome, ExportPage,
    ExportPart, ExportRequest, PUBLISH, Page, PageRequest, Publication, Published, RECORDS, TILE,
    WITNESSES, WitnessLog, WitnessState,
};
use domain::tlog::{Edge, Resource, leaf_hash, read_bundle, root_by_inclusion, verify_consistency};
use domain::{Digest, Timestamp};

fn published(log: &TestLog, cosignatures: u32) -> Published {
    let head = log.head();
    Published {
        size: head.size,
        root: head.root,
        note: "cap.kz/log\n".to_owned(),
        cosignatures,
        time: Timestamp::from_millis(START),
    }
}

fn publish(log: &TestLog, published: &Published) {
    let publication = Publication {
        published: Some(published.clone()),
        archive_problem: None,
        witnesses: vec![WitnessState {
            name: "w.example/1".to_owned(),
            size: published.size,
            time: None,
            problem: Some((
                "it doesn't answer".to_owned(),
                Timestamp::from_millis(START),
            )),
        }],
    };
    log.ask::<()>(PUBLISH, &publication);
}

fn resource(path: &str) -> Resource {
    Resource::parse(path).unwrap()
}

/// All pages of an export.
fn export(log: &TestLog, days: DayRange, limit: u64) -> Vec<ExportPage> {
    let mut pages = Vec::new();
    let mut part = ExportPart::First(days);
    loop {
        let request = ExportRequest {
            part,
            limit,
            reader: "reader".to_owned(),
        };
        let ExportOutcome::Page(page) = log.ask(EXPORT, &request) else {
            panic!("purged");
        };
        let (next, end) = (page.next, page.end);
        pages.push(page);
        match next {
            Some(from) => part = ExportPart::Next { from, end },
            None => return pages,
        }
    }
}

/// Checks an export as an auditor does; returns its first and last index.
fn verified(log: &TestLog, pages: &[ExportPage]) -> (u64, u64) {
    let (first, end) = (pages[0].first, pages[0].end);
    let start = pages[0].start.as_ref().unwrap();
    let mut edge = Edge::new(first, start.edge.clone()).unwrap();
    for page in pages {
        assert_eq!((page.first, page.end), (edge.size(), end));
        for record in &page.records {
            edge.push(leaf_hash(record.as_ref().unwrap().as_bytes()));
        }
    }
    assert_eq!(edge.size(), end);
    let head = log.head();
    assert_eq!(start.head, head);
    assert!(verify_consistency(
        end,
        &edge.root(),
        head.size,
        &head.root,
        &start.consistency
    ));
    let leaf = leaf_hash(start.log.as_bytes());
    let root = root_by_inclusion(0, head.size, &leaf, &start.log_proof);
    assert_eq!(root, Some(head.root));
    (first, end)
}

#[test]
fn a_new_log_begins_with_whose_it_is() {
    let log = TestLog::new();
    assert_eq!(log.head().size, 1);
    let page = log.record(0);
    let text = page.entries[0].record.as_ref().unwrap();
    let expected = r#"{"chain":null,"schema":"kelisim.log/1","site":"cap.kz"}"#;
    assert_eq!(text, expected);
    assert_eq!(log.head().root, leaf_hash(text.as_bytes()));
}

#[test]
fn a_subjects_records_come_in_pages_each_with_its_proof() {
    let log = TestLog::new();
    let subject = log.logged(&event(1)).subject;
    for number in 2..=130 {
        let mut request = event(number);
        request.subject = Some(subject);
        log.logged(&request);
        log.logged(&event(number + 1000));
    }
    let head = log.head();
    let mut after = 0;
    let mut seen = Vec::new();
    loop {
        let request = PageRequest {
            link: subject.link(),
            after,
            newest: false,
        };
        let page: Page = log.ask(RECORDS, &request);
        assert_eq!(page.head, head);
        for entry in &page.entries {
            let leaf = leaf_hash(entry.record.as_ref().unwrap().as_bytes());
            let root = root_by_inclusion(entry.index, entry.size, &leaf, &entry.path);
            assert_eq!((leaf, root), (entry.leaf, Some(head.root)));
            seen.push(entry.index);
        }
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    let own: Vec<u64> = std::iter::once(1).chain((1..130).map(|n| 2 * n)).collect();
    assert_eq!(seen, own);
    let request = PageRequest {
        link: subject.link(),
        after: 0,
        newest: true,
    };
    let newest: Page = log.ask(RECORDS, &request);
    assert_eq!((newest.entries[0].index, newest.entries.len()), (258, 1));
    assert_eq!(newest.next, None);
}

#[test]
fn what_a_cosigned_checkpoint_covers_is_proved_in_its_tree() {
    let log = TestLog::new();
    let subject = log.logged(&event(1)).subject;
    publish(&log, &published(&log, 0));
    assert_eq!(log.records(&subject).published, None, "nobody has cosigned");
    let cosigned = published(&log, 2);
    publish(&log, &cosigned);
    let mut later = event(2);
    later.subject = Some(subject);
    log.logged(&later);
    log.fill(3..10);
    let page = log.records(&subject);
    assert_eq!(page.published.as_ref(), Some(&cosigned));
    let roots: Vec<_> = page
        .entries
        .iter()
        .map(|entry| {
            let root = root_by_inclusion(entry.index, entry.size, &entry.leaf, &entry.path);
            (entry.index, entry.size, root.unwrap())
        })
        .collect();
    let head = log.head();
    assert_eq!(roots, [(1, 2, cosigned.root), (2, head.size, head.root)]);
    let kept: WitnessLog = log.ask(WITNESSES, &());
    assert_eq!(kept.published, Some(cosigned.clone()));
    assert_eq!(
        kept.witnesses[0].problem.as_ref().unwrap().0,
        "it doesn't answer"
    );
    // An older one, of a slower run, doesn't replace it.
    let older = Published {
        size: 1,
        ..cosigned.clone()
    };
    publish(&log, &older);
    let kept: WitnessLog = log.ask(WITNESSES, &());
    assert_eq!(kept.published, Some(cosigned));
}

#[test]
fn every_tree_continues_every_earlier_one() {
    let log = TestLog::new();
    let mut roots = vec![Digest::of(&[]), log.head().root];
    for number in 1..300 {
        roots.push(log.logged(&event(number)).root);
    }
    for (old, new) in [
        (0, 300),
        (1, 2),
        (1, 300),
        (255, 256),
        (255, 299),
        (256, 300),
        (300, 300),
    ] {
        let proof: Vec<Digest> = log.ask(CONSISTENCY, &(old as u64, new as u64));
        let (before, after) = (&roots[old], &roots[new]);
        assert!(verify_consistency(
            old as u64, before, new as u64, after, &proof
        ));
    }
    for bad in [(2_u64, 1_u64), (1, 301)] {
        assert!(log.try_ask::<Vec<Digest>>(CONSISTENCY, &bad).is_err());
    }
}

#[test]
fn tiles_and_bundles_are_served_in_every_width_that_there_is() {
    let log = TestLog::new();
    log.fill(1..600);
    let tile = |path: &str| log.ask::<Option<Vec<u8>>>(TILE, &resource(path));
    let bundle = |path: &str| log.entries(path);
    let full = tile("0/000").unwrap();
    assert_eq!(full.len(), 8192);
    let begin = |bytes: &[u8], hashes: usize| Some(bytes[..hashes * 32].to_vec());
    assert_eq!(tile("0/000.p/7"), begin(&full, 7));
    let open = tile("0/002.p/88").unwrap();
    assert_eq!(tile("0/002.p/1"), begin(&open, 1));
    let above = tile("1/000.p/2").unwrap();
    let mut edge = Edge::empty();
    for hash in full.chunks(32) {
        edge.push(Digest::from(<[u8; 32]>::try_from(hash).unwrap()));
    }
    assert_eq!(&above[..32], edge.root().as_bytes());
    for missing in [
        "0/002.p/89",
        "0/002",
        "0/003.p/1",
        "1/000.p/3",
        "1/000",
        "2/000.p/1",
        "9/000",
    ] {
        assert_eq!(tile(missing), None, "{missing}");
    }
    for (path, from, width) in [
        ("entries/000", 0, 256),
        ("entries/001.p/3", 256, 3),
        ("entries/002.p/88", 512, 88),
    ] {
        let Entries::Bundle(bytes) = bundle(path) else {
            panic!("{path}");
        };
        let entries = read_bundle(&bytes).unwrap();
        assert_eq!(entries.len(), width, "{path}");
        let tile = tile(&format!("0/{:03}.p/{}", from / 256, width.min(255))).unwrap();
        for (entry, hash) in entries.iter().zip(tile.chunks(32)) {
            assert_eq!(leaf_hash(entry).as_bytes(), hash);
        }
    }
    for missing in ["entries/002.p/89", "entries/002", "entries/900"] {
        assert!(matches!(bundle(missing), Entries::Missing), "{missing}");
    }
    assert_eq!(log.record(600).entries.len(), 0);
    assert_eq!(log.record(599).entries.len(), 1);
    // Whoever reads what isn't public leaves a trail.
    let trail: Vec<AuditEntry> = log.ask(AUDIT, &0_u64);
    let trail: Vec<_> = trail.iter().map(|entry| &*entry.action).collect();
    assert_eq!(trail, ["entries", "entries", "entries", "record", "record"]);
}

#[test]
fn an_export_of_any_days_proves_that_it_is_whole() {
    let log = TestLog::new();
    for day in 0..4 {
        log.now.set(START + day * DAY);
        log.fill(day as u64 * 100 + 1..day as u64 * 100 + 101);
    }
    let day = |text: &str| Some(text.to_owned());
    for (from, to, expected) in [
        (None, None, (1, 401)),
        (day("2026-11-21"), None, (101, 401)),
        (day("2026-11-21"), day("2026-11-23"), (101, 301)),
        (None, day("2026-11-20"), (1, 1)),
        (day("2027-01-01"), None, (401, 401)),
        (day("2026-11-23"), day("2026-11-21"), (301, 301)),
    ] {
        for limit in [7, 100, 8192] {
            let days = DayRange {
                from: from.clone(),
                to: to.clone(),
            };
            let pages = export(&log, days, limit);
            assert_eq!(verified(&log, &pages), expected);
        }
    }
    assert!(log.storage.count("SELECT COUNT(*) FROM audit") > 18);
}

#[test]
fn an_export_that_a_purge_overtook_says_so() {
    let log = TestLog::new();
    log.fill(1..10);
    log.now.set(START + 10 * DAY);
    log.fill(10..20);
    assert_eq!(log.purge(1096 * DAY).0, 9);
    let pages = export(&log, DayRange::default(), 100);
    assert_eq!(verified(&log, &pages), (10, 20));
    let request = ExportRequest {
        part: ExportPart::Next { from: 5, end: 20 },
        limit: 100,
        reader: "reader".to_owned(),
    };
    assert!(matches!(log.ask(EXPORT, &request), ExportOutcome::Purged));
}
