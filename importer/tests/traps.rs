//! One small document for each trap: what comes out, what was repaired, what is left to decide. The traps `t01` to
//! `t26` are those that the first five documents set, the others come from other programs: `k` in Kazakh, `x` in English.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod support;

use importer::{DecisionKind, Format, Imported, RepairKind};
use std::collections::BTreeSet;
use std::path::Path;
use support::{assert_clean, assert_idempotent, options};

fn import(path: &Path) -> Imported {
    let input = std::fs::read(path).expect("a fixture");
    let name = path.file_name().expect("a name").to_string_lossy();
    let locale = if name.starts_with('x') { "en" } else { "kk" };
    let imported = importer::import(&input, &options(locale, Format::Auto)).expect("a text");
    assert_idempotent(&imported.text, locale, &name);
    assert_clean(&imported.text, &name);
    imported
}

fn fixtures() -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traps");
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").path())
        .collect()
}

#[test]
fn every_trap_is_repaired_or_reported() {
    insta::glob!("traps/*", |path| {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(support::account(&import(path)));
        });
    });
}

#[test]
fn all_26_traps_have_a_fixture() {
    let names: BTreeSet<String> = fixtures()
        .iter()
        .map(|path| path.file_name().expect("a name").to_string_lossy()[..3].to_owned())
        .collect();
    for trap in 1..=26 {
        assert!(
            names.contains(&format!("t{trap:02}")),
            "trap {trap} has no fixture"
        );
    }
}

#[test]
fn every_kind_of_repair_and_decision_has_a_fixture() {
    let mut imported: Vec<Imported> = fixtures().iter().map(|path| import(path)).collect();
    // A fixture of that length would be no reading.
    let endless = format!("<p>{}</p>", "Words of one sentence. ".repeat(5_000));
    imported.push(support::import(&endless, "en"));
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
