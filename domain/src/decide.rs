//! The decisions about a visit, as values. In: facts, manifest, the cookie's content or the visitor's words, the time. Out:
//! what the page is told, or the draft of a record, or why there is none.

use crate::{
    Action, Category, Choice, Digest, Draft, EventId, Facts, Locale, Manifest, Moment, Regime,
    Remembered, Surface, defaults, effective, regime,
};
use std::fmt;

/// What a page is told about its visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The rules that apply.
    pub regime: Regime,
    /// The browser's signal.
    pub gpc: bool,
    /// What may run while there is no choice.
    pub defaults: Choice,
    /// What the visitor has chosen, the signal respected, and until when that holds. Absent: ask.
    pub choice: Option<(Choice, Moment)>,
}

/// What a visitor says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The event.
    pub id: EventId,
    /// What the page asked about.
    pub revision: String,
    /// In which language.
    pub locale: Locale,
    /// Where.
    pub surface: Surface,
    /// How the visitor answered.
    pub answer: Answer,
}

/// How a visitor answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Yes to everything.
    AcceptAll,
    /// No to everything.
    RejectAll,
    /// Per category.
    Custom(Choice),
    /// The browser's signal answers for the visitor.
    Gpc,
}

/// What a visitor says when they take their consent back. Nothing of it is needed: withdrawing must not fail for a detail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The event.
    pub id: EventId,
    /// Language of the page, when it said so.
    pub locale: Option<Locale>,
    /// Where, when the page said so.
    pub surface: Option<Surface>,
}

/// Why there is no record of what a visitor says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The page showed something that is no longer what visitors are asked.
    StaleRevision,
    /// The site has no such locale.
    UnknownLocale,
    /// `gpc` was reported, but the browser does not send the signal or it binds nobody here.
    NoBindingSignal,
}

impl Refusal {
    /// What is wrong, and what to do.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::StaleRevision => {
                "the page shows an earlier revision: load it again and ask the visitor anew"
            }
            Self::UnknownLocale => "the site has no such locale",
            Self::NoBindingSignal => {
                "`gpc` needs the header `Sec-GPC: 1` and a place where the signal opts out"
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.sentence())
    }
}

impl std::error::Error for Refusal {}

/// What the page is told. A remembered choice counts while it has not expired and was made on the current revision.
pub fn decide(
    facts: &Facts,
    manifest: &Manifest,
    remembered: Option<&Remembered>,
    now: Moment,
) -> Decision {
    let regime = regime(facts, &manifest.regimes);
    let choice = remembered
        .filter(|cookie| cookie.revision == manifest.revision)
        .map(|cookie| {
            let until = cookie.issued.plus_days(manifest.choice_days);
            (effective(cookie.choice, facts.gpc), until)
        })
        .filter(|(_, until)| *until > now);
    Decision {
        regime,
        gpc: facts.gpc,
        defaults: defaults(regime, facts.gpc),
        choice,
    }
}

/// The record of what a visitor says.
///
/// # Errors
/// A [`Refusal`] when the words don't fit the site as it is now.
pub fn draft_choice(
    submission: &Submission,
    facts: &Facts,
    manifest: &Manifest,
) -> Result<Draft, Refusal> {
    if submission.revision != manifest.revision {
        return Err(Refusal::StaleRevision);
    }
    let text =
        shown(manifest, &submission.locale, submission.surface).ok_or(Refusal::UnknownLocale)?;
    let regime = regime(facts, &manifest.regimes);
    let (action, asked) = match submission.answer {
        Answer::AcceptAll => (Action::AcceptAll, Choice::ALL),
        Answer::RejectAll => (Action::RejectAll, Choice::NONE),
        Answer::Custom(choice) => (Action::Custom, choice),
        Answer::Gpc if facts.gpc && regime == Regime::OptOut => (Action::Gpc, Choice::ALL),
        Answer::Gpc => return Err(Refusal::NoBindingSignal),
    };
    Ok(Draft {
        action,
        choice: effective(in_use(manifest, asked), facts.gpc),
        country: facts.country,
        gpc: facts.gpc,
        id: submission.id.clone(),
        locale: Some(submission.locale.clone()),
        regime,
        retention: days(manifest.retention_days),
        revision: manifest.revision.clone(),
        site: manifest.site.clone(),
        surface: Some(submission.surface),
        text: Some(text),
        validity: days(manifest.choice_days),
    })
}

/// The record of a withdrawal. There is always one: a locale that the site doesn't have is left out, a page of an earlier
/// revision is no obstacle.
pub fn draft_withdrawal(withdrawal: &Withdrawal, facts: &Facts, manifest: &Manifest) -> Draft {
    let locale = withdrawal
        .locale
        .as_ref()
        .filter(|locale| manifest.locales.contains(locale));
    let text = locale
        .zip(withdrawal.surface)
        .and_then(|(locale, surface)| shown(manifest, locale, surface));
    Draft {
        action: Action::Withdraw,
        choice: Choice::NONE,
        country: facts.country,
        gpc: facts.gpc,
        id: withdrawal.id.clone(),
        locale: locale.cloned(),
        regime: regime(facts, &manifest.regimes),
        retention: days(manifest.retention_days),
        revision: manifest.revision.clone(),
        site: manifest.site.clone(),
        surface: withdrawal.surface,
        text,
        validity: days(manifest.choice_days),
    }
}

/// The choice, without what the site never asked about: consent to nothing is no consent.
pub fn in_use(manifest: &Manifest, choice: Choice) -> Choice {
    let grants = |category| choice.grants(category) && manifest.categories.contains(&category);
    Choice {
        functional: grants(Category::Functional),
        analytics: grants(Category::Analytics),
        marketing: grants(Category::Marketing),
    }
}

/// Hash of what was shown; none when the manifest has no such locale.
fn shown(manifest: &Manifest, locale: &Locale, surface: Surface) -> Option<Digest> {
    let text = manifest.shown.get(locale)?;
    let hash = match surface {
        Surface::Banner => &text.banner,
        Surface::Choices => &text.choices,
    };
    Digest::try_from(hash.as_str()).ok()
}

/// A span of days by ISO 8601.
fn days(count: u32) -> String {
    format!("P{count}D")
}

#[cfg(test)]
mod tests;
