//! Policies to build, the same for every generator: numbered clauses, lists, a table, links to
//! other policies and to laws, in three languages, some 1,200 words each. Words of our own policies
//! are combined at random from a fixed seed.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use fastrand::Rng;

use crate::files;

/// The languages, the first is the default.
pub(crate) const LOCALES: [&str; 3] = ["kk", "ru", "en"];

/// First-level clauses of a document.
const SECTIONS: u32 = 11;

/// The form of headings and links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// A link names a policy and the number of a clause.
    Ours,
    /// Headings have an explicit id, links are URLs.
    Plain,
}

/// A language and the words of its documents.
pub(crate) struct Language {
    /// BCP 47 tag.
    pub(crate) locale: &'static str,
    seed: u64,
    words: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) title: String,
    /// Markdown.
    pub(crate) body: String,
}

/// The languages with the words of the privacy policy of a site of this repository.
pub(crate) fn languages(root: &Path) -> Result<Vec<Language>> {
    LOCALES
        .iter()
        .enumerate()
        .map(|(seed, locale)| {
            let folder = root.join("content/cap.kz").join(locale).join("privacy");
            let mut text = String::new();
            for entry in std::fs::read_dir(&folder)
                .with_context(|| format!("can't read {}", folder.display()))?
            {
                text.push_str(&files::read(&entry?.path())?);
            }
            Ok(Language {
                locale,
                seed: seed as u64,
                words: words_of(&text),
            })
        })
        .collect()
}

/// The distinct words of at least three characters, all of them letters, in lower case, sorted.
fn words_of(text: &str) -> Vec<String> {
    let words: BTreeSet<String> = text
        .split(|character: char| !character.is_alphanumeric() && character != '-')
        .filter(|word| word.chars().count() > 2 && word.chars().all(char::is_alphabetic))
        .map(str::to_lowercase)
        .collect();
    words.into_iter().collect()
}

pub(crate) fn slug(document: u32) -> String {
    format!("doc-{document:05}")
}

/// Document `number` of `count`. The same numbers give the same text.
pub(crate) fn document(language: &Language, number: u32, count: u32, dialect: Dialect) -> Document {
    let mut writer = Writer {
        random: Rng::with_seed(u64::from(number) * LOCALES.len() as u64 + language.seed),
        links: Rng::with_seed(u64::from(number)),
        language,
        count,
        dialect,
        out: String::with_capacity(24 * 1024),
    };
    let title = capital(&writer.words(5));
    writer.body();
    Document {
        title,
        body: writer.out,
    }
}

struct Writer<'w> {
    random: Rng,
    /// Seeded by the number alone, so that the links of all translations have the same targets.
    links: Rng,
    language: &'w Language,
    count: u32,
    dialect: Dialect,
    out: String,
}

impl Writer<'_> {
    fn words(&mut self, many: usize) -> String {
        let picked: Vec<&str> = (0..many)
            .filter_map(|_| self.random.choice(&self.language.words))
            .map(String::as_str)
            .collect();
        picked.join(" ")
    }

    fn sentence(&mut self, many: usize) -> String {
        let half = many / 2;
        format!(
            "{}, {}.",
            capital(&self.words(half)),
            self.words(many - half)
        )
    }

    fn heading(&mut self, hashes: &str, number: &str, words: usize) {
        let title = capital(&self.words(words));
        let id = match self.dialect {
            Dialect::Ours => String::new(),
            Dialect::Plain => format!(" {{#s{}}}", number.replace('.', "-")),
        };
        self.out
            .push_str(&format!("{hashes} {number}. {title}{id}\n\n"));
    }

    fn reference(&mut self) -> String {
        let words = self.words(2);
        let target = slug(self.links.u32(1..=self.count));
        let section = self.links.u32(1..=SECTIONS);
        match (self.dialect, self.language.locale) {
            (Dialect::Ours, _) => format!("[{words}](@{target}/{section})"),
            (Dialect::Plain, "kk") => format!("[{words}](/{target}/#s{section})"),
            (Dialect::Plain, locale) => format!("[{words}](/{locale}/{target}/#s{section})"),
        }
    }

    fn body(&mut self) {
        let (before, strong, after) = (self.sentence(12), self.words(3), self.sentence(10));
        self.out
            .push_str(&format!("{before} **{strong}** {after}\n\n"));
        for section in 1..=SECTIONS {
            self.section(section);
        }
    }

    fn section(&mut self, section: u32) {
        self.heading("##", &section.to_string(), 4);
        let (before, strong, after) = (self.sentence(11), self.words(2), self.sentence(6));
        self.out
            .push_str(&format!("{section}.1. {before} **{strong}** {after}\n\n"));
        self.heading("###", &format!("{section}.2"), 3);
        let (before, link, after) = (self.sentence(10), self.reference(), self.sentence(5));
        self.out
            .push_str(&format!("{section}.2.1. {before} {link}, {after}\n\n"));
        match section {
            2 | 5 | 8 => self.list(),
            3 => self.table(),
            _ => {
                let (one, two) = (self.sentence(11), self.sentence(7));
                self.out
                    .push_str(&format!("{section}.2.2. {one} {two}\n\n"));
            }
        }
        let (one, law, two) = (self.sentence(11), self.words(2), self.sentence(7));
        let act = self.links.u32(1000..10_000);
        self.out.push_str(&format!(
            "{section}.3. {one} [{law}](https://law.example.kz/act/{act}) {two}\n\n"
        ));
    }

    fn list(&mut self) {
        for _ in 0..3 {
            let (item, one, two) = (self.sentence(7), self.words(6), self.words(6));
            self.out
                .push_str(&format!("- {item}\n  - {one};\n  - {two};\n"));
        }
        self.out.push('\n');
    }

    fn table(&mut self) {
        let head = [self.words(1), self.words(1), self.words(1)].join(" | ");
        self.out
            .push_str(&format!("| № | {head} |\n|---|---|---|---:|\n"));
        for row in 1..=6 {
            let cells = [self.words(2), self.words(2), self.words(2)].join(" | ");
            self.out.push_str(&format!("| {row} | {cells} |\n"));
        }
        self.out.push('\n');
    }
}

fn capital(words: &str) -> String {
    let mut rest = words.chars();
    let first = rest.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;

    #[test]
    fn the_same_numbers_give_the_same_text_and_others_another() {
        let languages = languages(&Project::find().unwrap().root).unwrap();
        let made = |number| document(&languages[1], number, 9, Dialect::Ours);
        assert_eq!(made(3), made(3));
        assert_ne!(made(3), made(4));
    }

    #[test]
    fn a_document_is_as_long_as_a_policy_and_full_of_links() {
        for language in languages(&Project::find().unwrap().root).unwrap() {
            let body = document(&language, 7, 10, Dialect::Plain).body;
            let words = body.split_whitespace().count();
            assert!((1_100..1_400).contains(&words), "{words}");
            assert_eq!(body.matches("](").count(), 22);
        }
    }
}
