//! The archived texts of each edition, from the one that was published first to the newest
//! correction.

use super::Snapshot;
use crate::model::site::{Edition, Policy};
use chrono::NaiveDate;
use domain::Locale;
use domain::archive::{ArchivedEdition, IndexEntry};
use std::collections::BTreeMap;

/// An archived text of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionText {
    /// SHA-256 of the text in hexadecimal, which is the name of its file.
    pub sha256: String,
    /// The day on which it was archived.
    pub first_day: Option<NaiveDate>,
}

/// An edition: the short address of its policy, its language, and the day it comes into force.
pub(super) type EditionKey = (String, Locale, NaiveDate);

/// The archived texts of editions, the one that was published first at the beginning.
#[derive(Debug, Default)]
pub struct EditionHistories(pub(super) BTreeMap<EditionKey, Vec<EditionText>>);

impl EditionHistories {
    /// The histories among archived texts. Policies that were renamed have today's names.
    pub fn new(texts: &[Snapshot], policies: &[Policy]) -> Self {
        let mut found: BTreeMap<EditionKey, Vec<(&IndexEntry, &ArchivedEdition)>> = BTreeMap::new();
        for text in texts {
            let entry = &text.entry;
            let (Some(edition), Some(locale)) = (&entry.edition, &entry.locale) else {
                continue;
            };
            let policy = policies
                .iter()
                .find(|policy| policy.is_named(&edition.policy));
            let name = policy.map_or(&edition.policy, |policy| &policy.slug);
            let key = (name.clone(), locale.clone(), edition.effective);
            found.entry(key).or_default().push((entry, edition));
        }
        let in_order = |(key, entries)| (key, in_order(entries));
        Self(found.into_iter().map(in_order).collect())
    }

    /// The archived texts of an edition, the first one at the beginning.
    pub fn of(&self, policy: &Policy, edition: &Edition) -> &[EditionText] {
        let key = (
            policy.slug.clone(),
            edition.locale.clone(),
            edition.effective,
        );
        self.0.get(&key).map_or(&[], Vec::as_slice)
    }

    /// The day on which a text with a correction took the place of the one before: that of its
    /// archiving, or today. `None` if it corrects no archived text.
    pub fn corrected_on(
        &self,
        policy: &Policy,
        edition: &Edition,
        today: NaiveDate,
    ) -> Option<NaiveDate> {
        match self.of(policy, edition) {
            _ if edition.front.correction.is_empty() => None,
            [.., last] if last.sha256 != edition.sha256 => Some(today),
            [_, .., last] => last.first_day,
            [] | [_] => None,
        }
    }
}

/// Sorts the texts of one edition by how many texts each one corrects, one after the other.
fn in_order(entries: Vec<(&IndexEntry, &ArchivedEdition)>) -> Vec<EditionText> {
    let corrected: BTreeMap<&str, Option<&str>> = entries
        .iter()
        .map(|(entry, edition)| (entry.sha256.as_str(), edition.corrects.as_deref()))
        .collect();
    let depth = |sha256: &str| {
        let mut depth = 0;
        let mut at = corrected.get(sha256).copied().flatten();
        // An index that was edited by hand might have a circle.
        while let Some(before) = at.filter(|_| depth < corrected.len()) {
            depth += 1;
            at = corrected.get(before).copied().flatten();
        }
        depth
    };
    let mut texts: Vec<EditionText> = entries
        .iter()
        .map(|(entry, _)| EditionText {
            sha256: entry.sha256.clone(),
            first_day: entry.first_day,
        })
        .collect();
    texts.sort_by_cached_key(|text| (depth(&text.sha256), text.first_day));
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::archive::TextKind;

    fn snapshot(sha256: &str, corrects: Option<&str>) -> Snapshot {
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        Snapshot {
            entry: IndexEntry {
                first_day: Some(day),
                kind: TextKind::Edition,
                locale: Some(Locale::try_from("en").unwrap()),
                revision: "00000000".to_owned(),
                sha256: sha256.to_owned(),
                edition: Some(ArchivedEdition {
                    corrects: corrects.map(str::to_owned),
                    effective: day,
                    policy: "privacy".to_owned(),
                }),
            },
            text: String::new(),
        }
    }

    fn order(texts: &[Snapshot]) -> Vec<String> {
        let histories = EditionHistories::new(texts, &[]);
        let texts = histories.0.into_values().flatten();
        texts.map(|text| text.sha256).collect()
    }

    #[test]
    fn texts_of_one_day_stand_in_the_order_of_corrections() {
        let texts = [
            snapshot("a", Some("c")),
            snapshot("b", None),
            snapshot("c", Some("b")),
        ];
        assert_eq!(order(&texts), ["b", "c", "a"]);
    }

    #[test]
    fn an_index_whose_texts_correct_each_other_is_read() {
        let texts = [snapshot("a", Some("b")), snapshot("b", Some("a"))];
        assert_eq!(order(&texts).len(), 2);
    }
}
