//! One policy, looked through: its texts are read, parsed and checked, and what other pages need of them is kept.

use super::{Edition, EditionFile, Policy, Reading};
use crate::diagnostic::{Diagnostic, Place};
use crate::document::{self, Document};
use crate::settings::Facts;
use crate::source::FileId;
use crate::{parity, revision};
use chrono::NaiveDate;
use domain::Locale;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Looks through all editions of a policy; none when no text could be read.
pub(super) fn policy(
    slug: &str,
    files: &[&EditionFile],
    order: &[Locale],
    facts: &BTreeMap<Locale, Facts>,
    reading: Reading<'_>,
) -> (Option<Policy>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut read: Vec<(&EditionFile, Cow<'_, str>)> = Vec::with_capacity(files.len());
    for file in files {
        match reading.sources.load(file.file) {
            Ok(text) => read.push((file, text)),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    let mut policy = Policy {
        slug: slug.to_owned(),
        texts: BTreeMap::new(),
        material: BTreeMap::new(),
    };
    {
        let texts = parse(&read, reading, &mut diagnostics);
        for (locale, texts) in &texts {
            let own = facts.get(locale);
            let material = own.and_then(|facts| revision::material(texts, facts, reading.today));
            policy
                .material
                .extend(material.map(|hash| (locale.clone(), hash)));
        }
        diagnostics.extend(parity::check(&texts, order, reading.sources));
        for (locale, texts) in texts {
            policy
                .texts
                .insert(locale, texts.into_iter().map(edition).collect());
        }
    }
    keep_told(read, &diagnostics, reading);
    ((!policy.texts.is_empty()).then_some(policy), diagnostics)
}

/// An edition with its text.
#[derive(Debug)]
pub struct Text<'s> {
    /// The day it comes into force.
    pub effective: NaiveDate,
    /// What it says.
    pub document: Document<'s>,
}

/// The texts of a policy in each locale, oldest first.
pub type Texts<'s> = BTreeMap<Locale, Vec<Text<'s>>>;

fn parse<'s>(
    read: &'s [(&EditionFile, Cow<'_, str>)],
    reading: Reading<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Texts<'s> {
    let mut texts = Texts::new();
    for (file, text) in read {
        let (document, more) = document::parse(text, file.file, &file.locale);
        diagnostics.extend(more);
        if let Some(document) = document {
            diagnostics.extend(reading.glossary.edition(&file.locale, text, file.file));
            texts.entry(file.locale.clone()).or_default().push(Text {
                effective: file.effective,
                document,
            });
        }
    }
    for texts in texts.values_mut() {
        texts.sort_by_key(|text| text.effective);
    }
    texts
}

fn edition(text: Text<'_>) -> Edition {
    let document = text.document;
    let anchors = document
        .walk()
        .into_iter()
        .map(|clause| clause.anchor.clone());
    Edition {
        effective: text.effective,
        file: document.file,
        anchors: anchors.collect(),
        locale: document.locale,
        front: document.front,
    }
}

/// Holds the texts that something is told of, so that it can be shown.
fn keep_told(
    read: Vec<(&EditionFile, Cow<'_, str>)>,
    diagnostics: &[Diagnostic],
    reading: Reading<'_>,
) {
    let told: BTreeSet<FileId> = diagnostics
        .iter()
        .filter_map(|diagnostic| match &diagnostic.place {
            Place::Span(file, _) => Some(*file),
            Place::Path(_) => None,
        })
        .collect();
    for (file, text) in read {
        if let Cow::Owned(text) = text
            && told.contains(&file.file)
        {
            reading.sources.keep(file.file, text);
        }
    }
}
