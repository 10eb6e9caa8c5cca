//! The language ranges that locales answer: those of `tests/locale-cases.json`, in which the tests of
//! the worker and of the page's script look their cases up.

use domain::Locale;
use serde::Deserialize;
use site_builder::model::ranges;
use std::{env, fs};

const TABLE: &str = "tests/locale-cases.json";

#[derive(Deserialize)]
struct Table {
    sites: Vec<Site>,
}

#[derive(Deserialize)]
struct Site {
    locales: Vec<Locale>,
    banner_locales: Vec<Locale>,
}

#[test]
fn the_table_of_cases_has_the_ranges_that_the_builder_works_out() {
    let path = format!("{}/../{TABLE}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).unwrap();
    let table: Table = serde_json::from_str(&text).unwrap();
    let mut made = table.sites.iter().flat_map(|site| {
        let ranges = ranges::ranges(&site.locales, &site.banner_locales);
        let script = ranges::for_script(&site.locales, &site.banner_locales, &ranges);
        let ranges = serde_json::to_string(&ranges).unwrap();
        [
            format!("      \"ranges\": {ranges},\n"),
            format!("      \"script\": \"{script}\",\n"),
        ]
    });
    let lines = text.split_inclusive('\n').map(|line| {
        let key = line.trim_start();
        if key.starts_with("\"ranges\"") || key.starts_with("\"script\"") {
            made.next().unwrap()
        } else {
            line.to_owned()
        }
    });
    let found: String = lines.collect();
    assert!(made.next().is_none(), "{TABLE}: two lines for each site");
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &found).unwrap();
    } else {
        assert!(
            found == text,
            "{TABLE} is out of date: run `UPDATE_DOCS=1 cargo test -p site-builder`"
        );
    }
}

#[test]
fn a_site_in_many_languages_answers_few_ranges() {
    let tags = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv \
                kk ru uk uz ky tr az ka hy zh-hans ar he";
    let locales: Vec<Locale> = tags
        .split_whitespace()
        .map(|tag| Locale::try_from(tag).unwrap())
        .collect();
    let ranges = ranges::ranges(&locales, &[]);
    let count: usize = ranges.values().map(Vec::len).sum();
    assert!(count < 100, "{count}: {ranges:?}");
    // Those that the page's script needs: browsers know other names of a language.
    let script = ranges::for_script(&locales, &[], &ranges);
    let expected = locales.iter().map(Locale::as_str).collect::<Vec<_>>();
    let expected = expected.join(",").replace("zh-hans", "zh-hans zh");
    assert_eq!(script, expected);
}
