//! One small document for each defect of exports, in a folder by locale: what comes out, what was
//! repaired, what is left to decide.

use crate::support::{account, assert_clean, assert_idempotent, fixture, fixture_bytes, import};
use importer::{DecisionKind, Imported, RepairKind};
use std::collections::BTreeSet;
use std::path::Path;

fn import_fixture(path: &Path) -> Imported {
    let (name, locale) = fixture(path);
    let imported = import(fixture_bytes(path), locale);
    assert_idempotent(&imported.text, locale, &name);
    assert_clean(&imported.text, &name);
    imported
}

#[test]
fn every_defect_is_repaired_or_reported() {
    insta::glob!("defects/*/*", |path| {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(account(&import_fixture(path)));
        });
    });
}

#[test]
fn every_kind_of_repair_and_decision_has_a_fixture() {
    // `LongParagraph` needs more than a fixture should hold.
    let endless = format!("<p>{}</p>", "Words of one sentence. ".repeat(5_000));
    // `Languages` needs to know the languages of the site.
    let mut imported = vec![import(endless, "en"), crate::languages::one_of_three()];
    insta::glob!("defects/*/*", |path| imported.push(import_fixture(path)));
    let repairs: BTreeSet<RepairKind> = imported
        .iter()
        .flat_map(|one| one.repairs.iter().map(|repair| repair.kind))
        .collect();
    let decisions: BTreeSet<DecisionKind> = imported
        .iter()
        .flat_map(|one| one.decisions.iter().map(|decision| decision.kind))
        .collect();
    let without: Vec<&str> = RepairKind::ALL
        .iter()
        .filter(|kind| !repairs.contains(kind))
        .map(|kind| kind.code())
        .collect();
    assert_eq!(without, [""; 0], "repairs without a fixture");
    let without: Vec<&str> = DecisionKind::ALL
        .iter()
        .filter(|kind| !decisions.contains(kind))
        .map(|kind| kind.code())
        .collect();
    assert_eq!(without, [""; 0], "decisions without a fixture");
}
