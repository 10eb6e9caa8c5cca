//! Reports the languages of a document that don't become editions.

use super::{Arrangement, Part, Parts};
use crate::report::{DecisionKind, Report};
use domain::Locale;

/// Reports the parts that aren't kept, in one decision.
pub(crate) fn report_left_out(parts: &Parts, kept: &[Locale], report: &mut Report) {
    let (kept, left): (Vec<&Part>, Vec<&Part>) = parts
        .parts
        .iter()
        .partition(|part| kept.contains(&part.locale));
    let Some(first) = left.first() else {
        return;
    };
    let names = |parts: &[&Part]| listed(parts.iter().map(|part| format!("`{}`", part.locale)));
    let all: Vec<&Part> = parts.parts.iter().collect();
    let what = match parts.arrangement {
        Arrangement::Columns => format!("columns in {}", names(&all)),
        Arrangement::Sequence => {
            let lines = all.iter().map(|part| format!("`{}`", part.line));
            let place = report.place.word();
            format!("parts in {}, from {place}s {}", names(&all), listed(lines))
        }
        Arrangement::Alternating => format!("paragraphs in {} by turns", names(&all)),
    };
    let left_words = left
        .iter()
        .map(|part| part.plain_text())
        .collect::<String>();
    let tags: Vec<&str> = all.iter().map(|part| part.locale.as_str()).collect();
    report.losing(left_words).decision(
        DecisionKind::Languages,
        first.line,
        format!(
            "the document has {what}; {} became an edition, {} didn't",
            names(&kept),
            names(&left)
        ),
        format!("`--split {}` in place of `--locale` makes an edition of each; the site needs these locales", tags.join(",")),
    );
}

/// `a, b and c`
fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
