//! What `site-builder new` says, a file a language in `words/`.

use super::questions::Question;
use crate::content::vendor::{Alphabet, Tag};
use domain::Locale;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The files by language; the first is the language of those who speak none of them.
const FILES: [(&str, &str); 4] = [
    ("en", include_str!("words/en.toml")),
    ("kk", include_str!("words/kk.toml")),
    ("ru", include_str!("words/ru.toml")),
    ("de", include_str!("words/de.toml")),
];

/// The words of one language. Names in braces stand for what [`fill`] puts there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the keys of the files, which show what each says"
)]
pub struct Words {
    pub intro: String,
    pub resume: String,
    pub first: String,
    pub in_language: String,
    pub yes: String,
    pub no: String,
    pub summary: String,
    pub none: String,
    pub authority: String,
    pub unconfirmed: String,
    pub reviewed: String,
    pub unreviewed: String,
    pub confirm: String,
    pub stopped: String,
    pub written: String,
    pub environment: String,
    pub no_environment: String,
    pub next: String,
    pub refused: RefusedWords,
    tag: TagWords,
    question: BTreeMap<String, QuestionWords>,
}

/// Why an answer is refused, and what to do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the keys of the files, which show what each says"
)]
pub struct RefusedWords {
    pub answer: String,
    pub empty: String,
    pub control: String,
    pub control_help: String,
    pub choices: String,
    pub choices_help: String,
    pub missing: String,
    pub missing_help: String,
    pub unused: String,
    pub unused_help: String,
    pub registration: String,
    pub short_tag: String,
    pub short_tag_help: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TagWords {
    digits: String,
    capitals: String,
    small: String,
    start: String,
    address: String,
}

/// A question, and help on an answer to it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionWords {
    /// The question.
    pub text: String,
    /// What an answer looks like.
    pub hint: String,
}

#[expect(clippy::expect_used, reason = "constants, which a test reads")]
static WORDS: LazyLock<BTreeMap<&str, Words>> = LazyLock::new(|| {
    let parsed = FILES.map(|(tag, text)| (tag, toml::from_str(text).expect("fits the type")));
    BTreeMap::from(parsed)
});

impl Words {
    /// The words of the first language that there are words of, else the first file's, and the
    /// language they are in.
    pub fn choose<'l>(wanted: impl IntoIterator<Item = &'l str>) -> (Locale, &'static Self) {
        let known = wanted.into_iter().find_map(|tag| {
            let (tag, words) = WORDS.get_key_value(tag)?;
            Some((*tag, words))
        });
        let [(first, _), ..] = FILES;
        #[expect(clippy::indexing_slicing, reason = "the map has every file")]
        let (tag, words) = known.unwrap_or_else(|| (first, &WORDS[first]));
        #[expect(clippy::expect_used, reason = "files are named after languages")]
        let locale = Locale::try_from(tag).expect("a language");
        (locale, words)
    }

    /// Languages that there are words of.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        FILES.into_iter().map(|(tag, _)| tag)
    }

    /// The words of a question.
    #[expect(
        clippy::indexing_slicing,
        reason = "a test holds that each file has every question"
    )]
    pub fn question(&self, question: &Question) -> &QuestionWords {
        &self.question[question.option]
    }

    /// The form of an id that a vendor gives.
    pub fn tag(&self, tag: &Tag) -> String {
        match tag {
            Tag::None => self.none.clone(),
            Tag::Address => self.tag.address.clone(),
            Tag::Id {
                start, alphabet, ..
            } => {
                let rest = match alphabet {
                    Alphabet::Digits => &self.tag.digits,
                    Alphabet::Capitals => &self.tag.capitals,
                    Alphabet::Small => &self.tag.small,
                };
                if start.is_empty() {
                    return rest.clone();
                }
                fill(&self.tag.start, &[("start", start), ("rest", rest)])
            }
        }
    }
}

/// Puts values in the place of their names in braces. Braces within values stay as they are.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let named = after.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, after))
        });
        if let Some((value, after)) = named {
            text.push_str(value);
            rest = after;
        } else {
            text.push('{');
            rest = after;
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::new::questions::QUESTIONS;
    use regex::Regex;
    use toml::{Table, Value};

    /// Each text by its key, with the names in braces that it holds.
    fn names(table: &Table, path: &str, found: &mut BTreeMap<String, Vec<String>>) {
        let braces = Regex::new(r"\{\w*\}").unwrap();
        for (key, value) in table {
            let path = format!("{path}.{key}");
            match value {
                Value::String(text) => {
                    assert!(!text.trim().is_empty(), "{path}");
                    let all = braces.find_iter(text);
                    let mut all: Vec<String> = all.map(|name| name.as_str().to_owned()).collect();
                    all.sort();
                    found.insert(path, all);
                }
                Value::Table(inner) => names(inner, &path, found),
                other => panic!("{path}: {other:?}"),
            }
        }
    }

    #[test]
    fn every_language_has_the_same_keys_and_names_in_braces() {
        let of = |text: &str| {
            let mut found = BTreeMap::new();
            names(&text.parse().unwrap(), "", &mut found);
            found
        };
        let [(_, first), rest @ ..] = FILES;
        for (tag, text) in rest {
            assert_eq!(of(text), of(first), "{tag}");
        }
    }

    #[test]
    fn every_language_asks_every_question_and_no_other() {
        let questions: std::collections::BTreeSet<&str> =
            QUESTIONS.iter().map(|question| question.option).collect();
        for tag in Words::languages() {
            let (_, words) = Words::choose([tag]);
            assert!(
                words
                    .question
                    .keys()
                    .map(String::as_str)
                    .eq(questions.iter().copied())
            );
            assert_ne!(words.yes, words.no, "{tag}");
        }
    }

    #[test]
    fn a_language_that_there_are_no_words_of_gets_the_next_one() {
        for (wanted, expected) in [(vec!["xx", "de"], "de"), (vec!["xx"], "en"), (vec![], "en")] {
            assert_eq!(Words::choose(wanted).0.as_str(), expected);
        }
    }

    #[test]
    fn braces_of_values_stay() {
        let values = [("a", "{b}"), ("b", "2")];
        assert_eq!(fill("{a} {b} {c} {", &values), "{b} 2 {c} {");
    }
}
