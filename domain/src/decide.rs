//! Decisions about a visit. Input: its context, the manifest, the consent cookie, the visitor's
//! answer, the time. Output: the consent state for the page, the draft of a record, or the reason
//! of a refusal.

use crate::{
    Action, Choice, ConsentCookie, Digest, Draft, EventId, Locale, Manifest, RECORD_SCHEMA, Record,
    Regime, Surface, Timestamp, VisitContext, apply_gpc, default_choice, regime,
};

/// The state of consent that a page gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The regime of the visit.
    pub regime: Regime,
    /// Whether the browser sends Global Privacy Control.
    pub gpc: bool,
    /// What may run while something is unanswered: what the regime allows or the visitor has
    /// granted, never what the visitor has refused, nor a category that the site doesn't offer.
    pub defaults: Choice,
    /// The choice with Global Privacy Control applied, and the time until which it is in force.
    /// `None`: the visitor must be asked.
    pub choice: Option<(Choice, Timestamp)>,
}

/// A visitor's answer to the question on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Id of the event, made by the page; a retry sends the same id.
    pub id: EventId,
    /// [`Manifest::revision`] of the page, which may be outdated.
    pub revision: String,
    /// Language of the page.
    pub locale: Locale,
    /// Part of the interface that was used.
    pub surface: Surface,
    /// The answer.
    pub answer: Answer,
}

/// The answers that a page offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Grants everything.
    AcceptAll,
    /// Denies everything.
    RejectAll,
    /// Grants exactly these categories.
    Custom(Choice),
    /// Grants these categories, at the placeholder of a service that needs them. The others stay as
    /// they were.
    Allow(Choice),
    /// Global Privacy Control answers for the visitor.
    Gpc,
}

/// A withdrawal of consent. Locale and surface are optional, because withdrawing must not fail for
/// a missing detail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Id of the event, made by the page, or by the worker if none was sent; a retry sends the same
    /// id.
    pub id: EventId,
    /// Language of the page, if it was sent.
    pub locale: Option<Locale>,
    /// Part of the interface, if it was sent.
    pub surface: Option<Surface>,
}

/// Why a submission is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence())]
pub enum Refusal {
    /// The page shows an outdated revision.
    StaleRevision,
    /// The manifest has no texts for the locale and surface.
    UnknownLocale,
    /// The page reported `gpc`, but the browser does not send the signal, or the regime does not
    /// make it binding.
    NoBindingSignal,
    /// `allow` names no category, one that the site does not use, or one that the signal denies.
    NotAllowable,
}

impl Refusal {
    /// A sentence for whoever wrote the page: what is wrong, and what to do.
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

/// The state of consent. A stored answer is in force until it expires or the revision changes; a
/// stored refusal limits what runs as long as the cookie exists.
pub fn decide(
    visit: &VisitContext,
    manifest: &Manifest,
    cookie: Option<&ConsentCookie>,
    now: Timestamp,
) -> Decision {
    let regime = regime(visit, &manifest.regimes);
    let in_force = in_force(cookie, manifest, now);
    let choice = in_force
        .filter(|cookie| in_use(manifest, Choice::ALL).without(cookie.answered) == Choice::NONE)
        .map(|cookie| {
            let until = cookie.issued.plus_days(manifest.choice_days);
            (apply_gpc(cookie.choice, visit.gpc), until)
        });
    let refused = cookie.map_or(Choice::NONE, ConsentCookie::refused);
    let granted = in_force.map_or(Choice::NONE, |cookie| cookie.choice);
    let before = default_choice(regime, visit.gpc)
        .without(refused)
        .or(granted);
    Decision {
        regime,
        gpc: visit.gpc,
        defaults: in_use(manifest, apply_gpc(before, visit.gpc)),
        choice,
    }
}

/// The cookie, if it has not expired and answers the current revision. The cookie that an erasure
/// leaves answers every revision.
fn in_force<'a>(
    cookie: Option<&'a ConsentCookie>,
    manifest: &Manifest,
    now: Timestamp,
) -> Option<&'a ConsentCookie> {
    cookie.filter(|cookie| {
        let is_asked = cookie
            .source
            .as_ref()
            .is_none_or(|source| source.revision == manifest.revision);
        is_asked && cookie.issued.plus_days(manifest.choice_days) > now
    })
}

/// The cookie after an erasure. Where services run by default, deleting the cookie would start them
/// again, so a refusal of everything replaces it. Elsewhere `None`: the cookie is deleted.
pub fn after_erasure(
    visit: &VisitContext,
    manifest: &Manifest,
    now: Timestamp,
) -> Option<ConsentCookie> {
    let usual = default_choice(regime(visit, &manifest.regimes), false);
    (usual != Choice::NONE).then(|| ConsentCookie::refusal(now))
}

/// The record of a submission. Refusing everything on an outdated page is recorded as a withdrawal,
/// because a refusal must not fail only because the page is outdated.
///
/// # Errors
/// A [`Refusal`] when the submission does not fit the manifest or the visit.
pub fn draft_choice(
    submission: &Submission,
    visit: &VisitContext,
    manifest: &Manifest,
    cookie: Option<&ConsentCookie>,
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
            let before = in_force(cookie, manifest, now);
            let granted = before.map_or(Choice::NONE, |cookie| cookie.choice);
            (Action::Allow, granted.or(choice))
        }
        Answer::Gpc if visit.gpc && regime == Regime::OptOut => (Action::Gpc, Choice::ALL),
        Answer::Gpc => return Err(Refusal::NoBindingSignal),
    };
    Ok(Draft(Record {
        choice: apply_gpc(in_use(manifest, asked), visit.gpc),
        locale: Some(submission.locale.clone()),
        surface: Some(submission.surface),
        text: Some(text),
        ..blank_record(action, &submission.id, visit, manifest)
    }))
}

/// Which categories are answered once the answer is logged, for [`ConsentCookie::answered`].
pub fn answered(
    answer: Answer,
    manifest: &Manifest,
    cookie: Option<&ConsentCookie>,
    now: Timestamp,
) -> Choice {
    let Answer::Allow(allowed) = answer else {
        return Choice::ALL;
    };
    let refused = cookie.map_or(Choice::NONE, ConsentCookie::refused);
    let before = in_force(cookie, manifest, now);
    let answered = before.map_or(Choice::NONE, |cookie| cookie.answered);
    allowed.or(refused).or(answered)
}

/// The record of a withdrawal, which never fails: an unknown locale is left out, and the revision
/// does not matter.
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
    Draft(Record {
        locale: locale.cloned(),
        surface: withdrawal.surface,
        text,
        ..blank_record(Action::Withdraw, &withdrawal.id, visit, manifest)
    })
}

/// A record with the fields that follow from visit and manifest; it grants nothing. The log fills
/// in commitment, time and withdrawn event, see [`Draft::complete`].
fn blank_record(action: Action, id: &EventId, visit: &VisitContext, manifest: &Manifest) -> Record {
    Record {
        action,
        choice: Choice::NONE,
        commitment: Digest::from([0; 32]),
        country: visit.country,
        gpc: visit.gpc,
        id: id.clone(),
        locale: None,
        regime: regime(visit, &manifest.regimes),
        retention: days(manifest.retention_days),
        revision: manifest.revision.clone(),
        schema: RECORD_SCHEMA.to_owned(),
        site: manifest.site.clone(),
        surface: None,
        text: None,
        time: Timestamp::from_millis(0),
        validity: days(manifest.choice_days),
        withdraws: None,
    }
}

/// The choice, reduced to the categories that the site uses: nobody can consent to what they were
/// not asked about.
pub fn in_use(manifest: &Manifest, choice: Choice) -> Choice {
    Choice::from_fn(|category| choice.grants(category) && manifest.categories.contains(&category))
}

/// SHA-256 of the text that the surface shows in the locale; `None` when the manifest has none.
fn shown(manifest: &Manifest, locale: &Locale, surface: Surface) -> Option<Digest> {
    let text = manifest.shown.get(locale)?;
    let hash = match surface {
        Surface::Banner => &text.banner,
        Surface::Choices => &text.choices,
        Surface::Placeholder => text.placeholder.as_ref()?,
    };
    // The builder writes well-formed hashes only; a malformed one counts as missing.
    let Ok(hash) = Digest::try_from(hash.as_str()) else {
        return None;
    };
    Some(hash)
}

/// An ISO 8601 duration: `P180D`.
fn days(count: u32) -> String {
    format!("P{count}D")
}

#[cfg(test)]
mod tests;
