//! What documents of other people, each in the manner of its language, have shown.

use crate::support::{import, title_and_body};
use importer::DecisionKind;

#[test]
fn points_go_on_over_the_letters_of_a_language() {
    for (locale, letters) in [
        ("tr", "abcçdefgğhıij"),
        ("hr", "abcčd"),
        ("kk", "аәбвгғд"),
        ("ru", "абвгдежз"),
    ] {
        let lines: String = letters
            .chars()
            .map(|letter| format!("{letter}) words,\n"))
            .collect();
        let imported = import(format!("# Policy\n\nWe keep:\n\n{lines}"), locale);
        let (_, body) = title_and_body(&imported.text);
        assert_eq!(body, format!("\nWe keep:\n\n{lines}"), "{locale}");
    }
}

#[test]
fn a_date_is_read_as_each_language_writes_it() {
    for (locale, line) in [
        ("zh-hans", "更新日期：2026年11月1日"),
        ("ar", "آخر تحديث: ١ نوفمبر ٢٠٢٦"),
        ("fr", "En vigueur au 1er novembre 2026"),
        ("fr", "En vigueur au 1<sup>er</sup> novembre 2026"),
        ("en", "Last updated: November 1st, 2026"),
        ("de", "Stand: 1. November 2026"),
    ] {
        let imported = import(format!("<h1>Policy</h1><p>{line}</p><p>Words.</p>"), locale);
        let dates = imported.decisions.iter();
        let dates = dates.filter(|decision| decision.kind == DecisionKind::Date);
        let dates: Vec<&str> = dates.map(|decision| decision.message.as_str()).collect();
        assert_eq!(
            dates,
            ["the text gives its date as `2026-11-01`, the edition is of `2026-11-20`"],
            "{line}"
        );
    }
}

#[test]
fn ticked_and_empty_boxes_of_tasks_are_told() {
    let imported = import("# Tasks\n\n- [x] One\n- [ ] Two\n- [X] Three\n", "en");
    let told = imported.repairs.iter();
    let told = told.filter(|repair| repair.message.contains("boxes"));
    let told: Vec<_> = told
        .map(|repair| (repair.line, repair.message.as_str(), repair.lost.join(" ")))
        .collect();
    assert_eq!(
        told,
        [
            (
                3,
                "ticked boxes of a task list removed (`2` times, first here)",
                "[x] [x]".to_owned()
            ),
            (4, "empty boxes of a task list removed", "[ ]".to_owned()),
        ]
    );
}

#[test]
fn a_list_below_clauses_of_an_article_is_none_of_clauses() {
    let imported = import(
        "<h1>Conditions</h1><h2>Article 1 – Prix</h2><p>Words.</p><h2>Article 2 – Livraison</h2><p>2.1 Une.</p><p>2.2 Deux :</p><ol><li><p>Choix ;</p></li><li><p>Paiement.</p></li></ol><p>2.3 Trois.</p>",
        "fr",
    );
    let (_, body) = title_and_body(&imported.text);
    let (_, article) = body.split_once("Livraison\n\n").expect("the article");
    assert_eq!(
        article,
        "2.1. Une.\n\n2.2. Deux :\n\n1) Choix ;\n2) Paiement.\n\n2.3. Trois.\n"
    );
}

#[test]
fn what_a_report_quotes_stays_on_its_line() {
    for page in [
        "<html><title>Data\n privacy</title><p>Words.</p></html>",
        "<p>See <a href='/a\u{1b}[31m\nb'>words</a>.</p>",
        "# A\n\n- [a](<b\u{85}c>)\n",
    ] {
        let imported = import(page, "en");
        let repairs = imported.repairs.iter().map(|repair| &repair.message);
        let decisions = imported.decisions.iter();
        for said in
            repairs.chain(decisions.flat_map(|decision| [&decision.message, &decision.help]))
        {
            assert!(!said.contains(char::is_control), "{said:?}");
        }
    }
    let imported = import(
        "<html><title>Data\n privacy</title><p>Words.</p></html>",
        "en",
    );
    assert_eq!(title_and_body(&imported.text).0, "Data privacy");
    let imported = import(
        "<p>See <a href='https://a.example/b\n c'>it</a>, <a href='https://a.example/b\nc'>this</a>.</p>",
        "en",
    );
    assert!(
        imported
            .text
            .contains("See it, [this](https://a.example/bc)."),
        "{}",
        imported.text
    );
}
