//! The decisions about a visit, as values. In: visit, manifest, the cookie's content or the visitor's words, the time. Out:
//! what the page is told, or the draft of a record, or why there is none.

use crate::{
    Action, Choice, ConsentCookie, Digest, Draft, EventId, Locale, Manifest, Regime, Surface,
    Timestamp, VisitContext, apply_gpc, default_choice, regime,
};
use std::fmt;

/// What a page is told about its visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The rules that apply.
    pub regime: Regime,
    /// The browser's signal.
    pub gpc: bool,
    /// What may run while the visitor has not answered everything: what the regime allows, never what the visitor has refused.
    pub defaults: Choice,
    /// What the visitor has chosen, the signal respected, and until when that is in force. Absent: ask.
    pub choice: Option<(Choice, Timestamp)>,
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
    /// Yes to these categories, at the placeholder of something that needs them. The others stay as they were.
    Allow(Choice),
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
    /// A placeholder asked for what can't be allowed: the site doesn't use it, or the browser's signal denies it.
    NotAllowable,
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
            Self::NotAllowable => {
                "`allow` needs categories that the site uses and that the header `Sec-GPC: 1` doesn't deny"
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

/// What the page is told. A remembered answer is in force until it expires or the site asks about something else; a refusal limits
/// what runs for as long as it is remembered.
pub fn decide(
    visit: &VisitContext,
    manifest: &Manifest,
    remembered: Option<&ConsentCookie>,
    now: Timestamp,
) -> Decision {
    let regime = regime(visit, &manifest.regimes);
    let in_force = in_force(remembered, manifest, now);
    let choice = in_force
        .filter(|cookie| in_use(manifest, Choice::ALL).without(cookie.answered) == Choice::NONE)
        .map(|cookie| {
            let until = cookie.issued.plus_days(manifest.choice_days);
            (apply_gpc(cookie.choice, visit.gpc), until)
        });
    let refused = remembered.map_or(Choice::NONE, ConsentCookie::refused);
    let granted = in_force.map_or(Choice::NONE, |cookie| cookie.choice);
    let before = default_choice(regime, visit.gpc)
        .without(refused)
        .or(granted);
    Decision {
        regime,
        gpc: visit.gpc,
        defaults: apply_gpc(before, visit.gpc),
        choice,
    }
}

/// The remembered answer, while it has not expired and answers what the site asks now. What an erasure leaves answers everything.
fn in_force<'a>(
    remembered: Option<&'a ConsentCookie>,
    manifest: &Manifest,
    now: Timestamp,
) -> Option<&'a ConsentCookie> {
    remembered.filter(|cookie| {
        let is_asked = cookie
            .source
            .as_ref()
            .is_none_or(|source| source.revision == manifest.revision);
        is_asked && cookie.issued.plus_days(manifest.choice_days) > now
    })
}

/// What is remembered of a visitor whose records were erased: where services run without being asked for, that everything is
/// refused, or erasing would start them again. Elsewhere nothing.
pub fn after_erasure(
    visit: &VisitContext,
    manifest: &Manifest,
    now: Timestamp,
) -> Option<ConsentCookie> {
    let usual = default_choice(regime(visit, &manifest.regimes), false);
    (usual != Choice::NONE).then(|| ConsentCookie::refusal(now))
}

/// The record of what a visitor says. A visitor who refuses everything on an outdated page has withdrawn: a no is never refused for
/// a detail.
///
/// # Errors
/// A [`Refusal`] when the words don't fit the site as it is now.
pub fn draft_choice(
    submission: &Submission,
    visit: &VisitContext,
    manifest: &Manifest,
    remembered: Option<&ConsentCookie>,
    now: Timestamp,
) -> Result<Draft, Refusal> {
    if submission.revision != manifest.revision {
        if matches!(
            submission.answer,
            Answer::RejectAll | Answer::Custom(Choice::NONE)
        ) {
            let withdrawal = Withdrawal {
                id: submission.id.clone(),
                locale: Some(submission.locale.clone()),
                surface: Some(submission.surface),
            };
            return Ok(draft_withdrawal(&withdrawal, visit, manifest));
        }
        return Err(Refusal::StaleRevision);
    }
    let text =
        shown(manifest, &submission.locale, submission.surface).ok_or(Refusal::UnknownLocale)?;
    let regime = regime(visit, &manifest.regimes);
    let (action, asked) = match submission.answer {
        Answer::AcceptAll => (Action::AcceptAll, Choice::ALL),
        Answer::RejectAll => (Action::RejectAll, Choice::NONE),
        Answer::Custom(choice) => (Action::Custom, choice),
        Answer::Allow(choice) => {
            let can_be = apply_gpc(in_use(manifest, choice), visit.gpc);
            if choice == Choice::NONE || choice != can_be {
                return Err(Refusal::NotAllowable);
            }
            let before = in_force(remembered, manifest, now);
            let granted = before.map_or(Choice::NONE, |cookie| cookie.choice);
            (Action::Allow, granted.or(choice))
        }
        Answer::Gpc if visit.gpc && regime == Regime::OptOut => (Action::Gpc, Choice::ALL),
        Answer::Gpc => return Err(Refusal::NoBindingSignal),
    };
    Ok(Draft {
        action,
        choice: apply_gpc(in_use(manifest, asked), visit.gpc),
        country: visit.country,
        gpc: visit.gpc,
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

/// Which categories are answered once the words are in the log, for [`ConsentCookie::answered`].
pub fn answered(
    answer: Answer,
    manifest: &Manifest,
    remembered: Option<&ConsentCookie>,
    now: Timestamp,
) -> Choice {
    let Answer::Allow(allowed) = answer else {
        return Choice::ALL;
    };
    let refused = remembered.map_or(Choice::NONE, ConsentCookie::refused);
    let before = in_force(remembered, manifest, now);
    let answered = before.map_or(Choice::NONE, |cookie| cookie.answered);
    allowed.or(refused).or(answered)
}

/// The record of a withdrawal. There is always one: a locale that the site doesn't have is left out, a page of an earlier
/// revision is no obstacle.
pub fn draft_withdrawal(
    withdrawal: &Withdrawal,
    visit: &VisitContext,
    manifest: &Manifest,
) -> Draft {
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
        country: visit.country,
        gpc: visit.gpc,
        id: withdrawal.id.clone(),
        locale: locale.cloned(),
        regime: regime(visit, &manifest.regimes),
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
    Choice::from_fn(|category| choice.grants(category) && manifest.categories.contains(&category))
}

/// Hash of what was shown; none when the manifest has no such locale.
fn shown(manifest: &Manifest, locale: &Locale, surface: Surface) -> Option<Digest> {
    let text = manifest.shown.get(locale)?;
    let hash = match surface {
        Surface::Banner => &text.banner,
        Surface::Choices => &text.choices,
        Surface::Placeholder => text.placeholder.as_ref()?,
    };
    Digest::try_from(hash.as_str()).ok()
}

/// A span of days by ISO 8601.
fn days(count: u32) -> String {
    format!("P{count}D")
}

#[cfg(test)]
mod tests;
