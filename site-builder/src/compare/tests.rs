//! Comparisons as their readers see them, and properties of all of them.

use super::*;
use crate::content::settings::Facts;
use crate::report::source::Sources;
use domain::Locale;
use proptest::prelude::*;

/// The provisions of an edition with this body.
fn edition(body: &str) -> Vec<Provision> {
    let mut sources = Sources::default();
    let text = format!("+++\ntitle = \"T\"\npublished = 2026-01-01\n+++\n\n{body}");
    let file = sources.add("edition.md", text);
    let locale = Locale::try_from("ru").unwrap();
    let (document, diagnostics) =
        crate::content::document::parse(sources.text(file), file, &locale);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    provisions(&document.unwrap(), &Facts::default(), |generated| {
        generated.variable().to_owned()
    })
}

/// One line a change: `renumbered 3.1 → 3.2: words`.
fn check(before: &[Provision], after: &[Provision]) -> String {
    let text = |words: &[Word<'_>]| {
        let words: Vec<&str> = words.iter().map(|word| word.text).collect();
        words.join(" ")
    };
    let mut lines = Vec::new();
    for change in compare(before, after) {
        if change.kind == ChangeKind::Unchanged {
            continue;
        }
        let number = |provision: Option<&Provision>| {
            provision
                .map_or("∅", |provision| match provision.number.as_str() {
                    "" => "·",
                    number => number,
                })
                .to_owned()
        };
        let runs: Vec<String> = change
            .runs
            .iter()
            .map(|run| match run {
                Run::Equal { .. } => "…".to_owned(),
                Run::Replaced { old, new } => [('-', text(old)), ('+', text(new))]
                    .iter()
                    .filter(|(_, words)| !words.is_empty())
                    .map(|(sign, words)| format!("[{sign}{words}]"))
                    .collect(),
            })
            .collect();
        lines.push(format!(
            "{} {} → {}: {}",
            change.kind.as_str(),
            number(change.before),
            number(change.after),
            runs.join(" ")
        ));
    }
    lines.join("\n")
}

const FIRST: &str = "\
Политика действует с дня публикации.

## 1. Общие положения

1.1. Политика определяет порядок обработки данных посетителей сайта.

1.2. Оператор вправе изменять политику без предварительного уведомления.

1.3. Термины понимаются так, как их определяет закон.

## 2. Цели

2.1. Данные нужны для ответа на обращения и заявки.

2.2. Данные нужны для статистики посещений.

## 3. Сроки

3.1. Данные хранятся 30 календарных дней, затем удаляются.

3.2. Записи о согласии хранятся три года.
";

#[test]
fn an_edition_compared_with_itself_has_no_changes() {
    assert_eq!(check(&edition(FIRST), &edition(FIRST)), "");
}

#[test]
fn moved_renumbered_and_edited_clauses_are_distinguished() {
    // 2.2 moves to section 3; a new 1.2 shifts two clauses; 3.1 is edited.
    let second = "\
Политика действует с дня публикации.

## 1. Общие положения

1.1. Политика определяет порядок обработки данных посетителей сайта.

1.2. Сайт предназначен для совершеннолетних.

1.3. Оператор вправе изменять политику без предварительного уведомления.

1.4. Термины понимаются так, как их определяет закон.

## 2. Цели

2.1. Данные нужны для ответа на обращения и заявки.

## 3. Сроки

3.1. Данные хранятся 60 календарных дней, затем удаляются.

3.2. Записи о согласии хранятся три года.

3.3. Данные нужны для статистики посещений.
";
    let third = second
        .replace("## 3. Сроки\n\n3.1. Данные хранятся 60 календарных дней, затем удаляются.\n\n3.2. Записи о согласии хранятся три года.\n\n3.3.", "## 3. Сроки хранения\n\n3.1. Записи о согласии хранятся пять лет.\n\n3.2.")
        .replace("с дня публикации", "со дня публикации");
    assert_eq!(
        check(&edition(FIRST), &edition(second)),
        "added ∅ → 1.2: [+Сайт предназначен для совершеннолетних .]\n\
         renumbered 1.2 → 1.3: …\n\
         renumbered 1.3 → 1.4: …\n\
         changed 3.1 → 3.1: … [-30][+60] …\n\
         moved 2.2 → 3.3: …"
    );
    assert_eq!(
        check(&edition(second), &edition(&third)),
        "changed · → ·: … [-с][+со] …\n\
         changed 3 → 3: … [+хранения]\n\
         removed 3.1 → ∅: [-Данные хранятся 60 календарных дней , затем удаляются .]\n\
         renumbered 3.2 → 3.1: … [-три года][+пять лет] …\n\
         renumbered 3.3 → 3.2: …"
    );
}

#[test]
fn a_clause_that_moves_and_is_edited_is_one_change() {
    let second = "\
Политика действует с дня публикации.

## 1. Общие положения

1.1. Политика определяет порядок обработки данных посетителей сайта.

1.2. Термины понимаются так, как их определяет закон.

## 2. Цели

2.1. Данные нужны для ответа на обращения и заявки.

2.2. Данные нужны для статистики посещений.

2.3. Оператор вправе изменять политику, уведомив посетителей за месяц.

## 3. Сроки

3.1. Данные хранятся 30 календарных дней, затем удаляются.

3.2. Записи о согласии хранятся три года.
";
    assert_eq!(
        check(&edition(FIRST), &edition(second)),
        "renumbered 1.3 → 1.2: …\n\
         moved 1.2 → 2.3: … [-без предварительного уведомления][+, уведомив посетителей за месяц] …"
    );
}

#[test]
fn a_new_section_shifts_the_others_with_their_clauses() {
    let first = "## 1. Цели\n\n1.1. Ответы на обращения.\n\n## 2. Сроки\n\n2.1. Храним 30 дней.\n";
    let second = "## 1. Термины\n\n1.1. Сайт есть сайт cap.kz.\n\n## 2. Цели\n\n2.1. Ответы на обращения.\n\n## 3. Сроки\n\n3.1. Храним 30 дней.\n";
    assert_eq!(
        check(&edition(first), &edition(second)),
        "added ∅ → 1: [+Термины]\n\
         added ∅ → 1.1: [+Сайт есть сайт cap.kz .]\n\
         renumbered 1 → 2: …\n\
         renumbered 1.1 → 2.1: …\n\
         renumbered 2 → 3: …\n\
         renumbered 2.1 → 3.1: …"
    );
}

#[test]
fn a_section_that_changes_places_moves_and_its_clauses_only_get_other_numbers() {
    let first = "## 1. Цели\n\n1.1. Ответы на обращения.\n\n## 2. Сроки\n\n2.1. Храним 30 дней.\n\n## 3. Права\n\n3.1. Доступ к данным.\n";
    let second = "## 1. Сроки\n\n1.1. Храним 30 дней.\n\n## 2. Права\n\n2.1. Доступ к данным.\n\n## 3. Цели\n\n3.1. Ответы на обращения.\n";
    assert_eq!(
        check(&edition(first), &edition(second)),
        "renumbered 2 → 1: …\n\
         renumbered 2.1 → 1.1: …\n\
         renumbered 3 → 2: …\n\
         renumbered 3.1 → 2.1: …\n\
         moved 1 → 3: …\n\
         renumbered 1.1 → 3.1: …"
    );
}

#[test]
fn a_reworded_and_shifted_heading_is_recognised_by_its_clauses() {
    let first = "## 1. Цели\n\n1.1. Ответы на обращения.\n\n1.2. Статистика посещений.\n";
    let second = "## 1. Термины\n\n1.1. Сайт есть сайт cap.kz.\n\n## 2. Зачем нужны сведения\n\n2.1. Ответы на обращения.\n\n2.2. Статистика посещений.\n";
    assert_eq!(
        check(&edition(first), &edition(second)),
        "added ∅ → 1: [+Термины]\n\
         added ∅ → 1.1: [+Сайт есть сайт cap.kz .]\n\
         renumbered 1 → 2: [-Цели][+Зачем нужны сведения]\n\
         renumbered 1.1 → 2.1: …\n\
         renumbered 1.2 → 2.2: …"
    );
}

#[test]
fn repeated_words_follow_the_clause_around_them() {
    let first = "## 1. Имя\n\n### 1.1. Цель\n\n## 2. Адрес\n\n### 2.1. Цель\n";
    let second = "## 1. Возраст\n\n### 1.1. Цель\n\n## 2. Имя\n\n### 2.1. Цель\n\n## 3. Адрес\n\n### 3.1. Цель\n";
    assert_eq!(
        check(&edition(first), &edition(second)),
        "added ∅ → 1: [+Возраст]\n\
         added ∅ → 1.1: [+Цель]\n\
         renumbered 1 → 2: …\n\
         renumbered 1.1 → 2.1: …\n\
         renumbered 2 → 3: …\n\
         renumbered 2.1 → 3.1: …"
    );
}

#[test]
fn another_text_under_the_same_number_is_no_edit() {
    let first = "## 1. Цели\n\n1.1. Ответы на обращения граждан.\n";
    let second = "## 1. Цели\n\n1.1. Реклама запрещена навсегда.\n";
    assert_eq!(
        check(&edition(first), &edition(second)),
        "removed 1.1 → ∅: [-Ответы на обращения граждан .]\n\
         added ∅ → 1.1: [+Реклама запрещена навсегда .]"
    );
}

/// Editions of few words and many repetitions, where pairs are ambiguous.
fn any_edition() -> impl Strategy<Value = Vec<Provision>> {
    let text = prop::collection::vec(
        prop::sample::select(vec![
            "данные",
            "сайт",
            "и",
            ",",
            "cookie",
            "тармақ",
            "\n",
            "срок",
            "5.2",
        ]),
        0..9,
    );
    prop::collection::vec((text, 0_usize..4), 0..14).prop_map(|clauses| {
        let mut all: Vec<Provision> = Vec::new();
        for (at, (words, up)) in clauses.into_iter().enumerate() {
            all.push(Provision {
                number: (at + 1).to_string(),
                is_worded: false,
                anchor: format!("c-{}", at + 1),
                parent: at.checked_sub(up + 1),
                text: words.join(" "),
            });
        }
        all
    })
}

fn words_of(side: &[Provision]) -> Vec<Vec<String>> {
    let texts = side.iter().map(|provision| {
        let words = words::Vocabulary::default().split(&provision.text);
        words.iter().map(|word| word.text.to_owned()).collect()
    });
    let mut texts: Vec<Vec<String>> = texts.collect();
    texts.sort();
    texts
}

/// The words of one edition in the runs of a comparison, clause by clause, sorted.
fn words_in_runs(changes: &[Change<'_>], is_old: bool) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for change in changes {
        let has = if is_old { change.before } else { change.after };
        if has.is_none() {
            continue;
        }
        let mut words: Vec<&Word<'_>> = Vec::new();
        for run in &change.runs {
            match run {
                Run::Equal { words: equal, .. } => words.extend(equal),
                Run::Replaced { old, new } => words.extend(if is_old { old } else { new }),
            }
        }
        all.push(words.iter().map(|word| word.text.to_owned()).collect());
    }
    all.sort();
    all
}

proptest! {
    #[test]
    fn no_edition_differs_from_itself(edition in any_edition()) {
        prop_assert_eq!(check(&edition, &edition), "");
    }

    #[test]
    fn every_word_of_both_editions_is_in_one_run(before in any_edition(), after in any_edition()) {
        let changes = compare(&before, &after);
        prop_assert_eq!(words_in_runs(&changes, true), words_of(&before));
        prop_assert_eq!(words_in_runs(&changes, false), words_of(&after));
    }

    #[test]
    fn swapping_the_editions_swaps_added_and_removed(before in any_edition(), after in any_edition()) {
        let summary = |changes: Vec<Change<'_>>, is_swapped: bool| {
            let mut all: Vec<_> = changes.into_iter().map(|change| {
                let anchor = |side: Option<&Provision>| side.map(|found| found.anchor.clone());
                let (old, new) = (anchor(change.before), anchor(change.after));
                let kind = match (change.kind, is_swapped) {
                    (ChangeKind::Added, true) => ChangeKind::Removed,
                    (ChangeKind::Removed, true) => ChangeKind::Added,
                    (kind, _) => kind,
                };
                let is_edited = change.is_edited();
                if is_swapped { (new, old, kind.as_str(), is_edited) } else { (old, new, kind.as_str(), is_edited) }
            }).collect();
            all.sort();
            all
        };
        prop_assert_eq!(summary(compare(&before, &after), false), summary(compare(&after, &before), true));
    }
}
