//! One golden a code: what an author is told, word for word.

use crate::cases::fixture;
use crate::support::{Report, fixtures};
use rayon::prelude::*;
use site_builder::report::diagnostic::Code;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A case with what its author was told.
struct Tried {
    code: Code,
    name: String,
    bad: Report,
    good: Report,
}

/// Every case, tried once.
static TRIED: LazyLock<Vec<Tried>> = LazyLock::new(|| {
    let cases: Vec<_> = Code::ALL
        .iter()
        .flat_map(|code| {
            fixture(code.as_str())
                .into_iter()
                .flat_map(|fixture| fixture.case)
                .map(|case| (*code, case))
        })
        .collect();
    cases
        .into_par_iter()
        .map(|(code, case)| Tried {
            code,
            bad: case.build_bad(),
            good: case.build_good(),
            name: case.name,
        })
        .collect()
});

#[test]
fn every_code_has_a_fixture_and_every_fixture_a_code() {
    let codes: BTreeSet<String> = Code::ALL
        .iter()
        .map(|code| code.as_str().to_owned())
        .collect();
    let fixtures: BTreeSet<String> = fixtures()
        .join("diagnostics")
        .read_dir_utf8()
        .unwrap()
        .filter_map(|entry| {
            let entry = entry.unwrap();
            entry.file_name().strip_suffix(".toml").map(str::to_owned)
        })
        .collect();
    assert_eq!(codes, fixtures);
}

#[test]
fn every_mistake_is_told_with_the_same_words_as_before() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(fixtures().join("diagnostics"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for code in Code::ALL {
            let reports: Vec<String> = TRIED
                .iter()
                .filter(|tried| tried.code == *code)
                .map(|tried| format!("# {}\n\n{}", tried.name, tried.bad.text))
                .collect();
            insta::assert_snapshot!(code.as_str(), reports.join("\n"));
        }
    });
}

#[test]
fn a_mistake_is_told_with_its_own_code_and_no_other() {
    let is_wrong = |tried: &&Tried| {
        let codes: BTreeSet<Code> = tried
            .bad
            .diagnostics
            .iter()
            .map(|diagnostic| diagnostic.code)
            .collect();
        codes != BTreeSet::from([tried.code])
    };
    let wrong: Vec<String> = TRIED
        .iter()
        .filter(is_wrong)
        .map(|tried| format!("{:?}: {}:\n{}", tried.code, tried.name, tried.bad.text))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_same_without_the_mistake_is_not_told_of() {
    let wrong: Vec<String> = TRIED
        .iter()
        .filter(|tried| !tried.good.diagnostics.is_empty())
        .map(|tried| format!("{:?}: {}:\n{}", tried.code, tried.name, tried.good.text))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
