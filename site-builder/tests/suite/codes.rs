//! One snapshot a code: the whole report, word for word.

use crate::cases::fixture;
use crate::support::{Report, fixtures};
use rayon::prelude::*;
use site_builder::report::diagnostic::Code;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A case with the reports of both builds.
struct BuiltCase {
    code: Code,
    name: String,
    bad: Report,
    good: Report,
}

/// Every case, built once.
static CASES: LazyLock<Vec<BuiltCase>> = LazyLock::new(|| {
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
        .map(|(code, case)| BuiltCase {
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
fn every_mistake_is_reported_in_the_same_words_as_before() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(fixtures().join("diagnostics"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for code in Code::ALL {
            let reports: Vec<String> = CASES
                .iter()
                .filter(|case| case.code == *code)
                .map(|case| format!("# {}\n\n{}", case.name, case.bad.text))
                .collect();
            insta::assert_snapshot!(code.as_str(), reports.join("\n"));
        }
    });
}

#[test]
fn a_mistake_is_reported_with_its_own_code_and_no_other() {
    let is_wrong = |case: &&BuiltCase| {
        let codes: BTreeSet<Code> = case
            .bad
            .diagnostics
            .iter()
            .map(|diagnostic| diagnostic.code)
            .collect();
        codes != BTreeSet::from([case.code])
    };
    let wrong: Vec<String> = CASES
        .iter()
        .filter(is_wrong)
        .map(|case| format!("{:?}: {}:\n{}", case.code, case.name, case.bad.text))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_same_without_the_mistake_is_not_reported() {
    let wrong: Vec<String> = CASES
        .iter()
        .filter(|case| !case.good.diagnostics.is_empty())
        .map(|case| format!("{:?}: {}:\n{}", case.code, case.name, case.good.text))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
