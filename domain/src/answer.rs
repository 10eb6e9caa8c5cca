//! A visitor's answer: the draft of its record, or the reason of a refusal.

use crate::after::exceptions_after;
use crate::decide::{granted, is_withheld, refusal_days};
use crate::{
    Action, Category, Choice, ConsentCookie, Digest, Draft, EventId, Locale, MAX_EXCEPTIONS,
    Manifest, ManifestService, RECORD_SCHEMA, Record, Regime, Surface, Timestamp, VecMap,
    VisitContext, apply_gpc, in_use, regime,
};

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

/// The answers that a page offers. Services are named by their id in the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Grants everything.
    AcceptAll,
    /// Denies everything.
    RejectAll,
    /// Grants exactly these categories, but for the services named.
    Custom(Choice, VecMap<String, bool>),
    /// Allows or refuses one service. Everything else stays as it was.
    Service(String, bool),
    /// Closes the banner without an answer.
    Dismiss,
    /// Global Privacy Control answers for the visitor: it refuses marketing.
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
    /// `services` names a service that the site does not use, or that can't be refused.
    UnknownService,
    /// A service is allowed that the signal denies, or that doesn't run in the visitor's country.
    NotAllowable,
    /// More services differ from their category than the cookie can hold.
    TooManyServices,
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
            Self::UnknownService => "`services` names a service that the site doesn't use",
            Self::NotAllowable => {
                "`services` allows one that `Sec-GPC: 1` denies or that doesn't run in this country"
            }
            Self::TooManyServices => {
                "at most 12 services can differ from their category: switch the category instead"
            }
        }
    }
}

/// The record of a submission. Refusing everything on an outdated page is recorded as a withdrawal,
/// because a refusal must not fail only because the page is outdated. `before` is the visitor's
/// cookie.
///
/// # Errors
/// A [`Refusal`] when the submission does not fit the manifest or the visit.
pub fn draft_choice(
    submission: &Submission,
    visit: &VisitContext,
    manifest: &Manifest,
    before: Option<&ConsentCookie>,
    now: Timestamp,
) -> Result<Draft, Refusal> {
    if submission.revision != manifest.revision {
        if refuses_all(&submission.answer) {
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
    let counting = before.map_or(Choice::NONE, |cookie| granted(cookie, manifest, now));
    let none = || VecMap::from_iter([]);
    let (action, choice, services) = match &submission.answer {
        Answer::AcceptAll => (Action::AcceptAll, Choice::ALL, none()),
        Answer::RejectAll => (Action::RejectAll, Choice::NONE, none()),
        Answer::Custom(choice, services) => {
            let choice = apply_gpc(in_use(manifest, *choice), visit.gpc);
            let differing = differing(choice, services, visit, manifest)?;
            (Action::Custom, choice, differing)
        }
        Answer::Service(id, is_allowed) => {
            let service = find(manifest, id)?;
            if *is_allowed && is_denied(service, visit) {
                return Err(Refusal::NotAllowable);
            }
            let services = VecMap::from_iter([(id.clone(), *is_allowed)]);
            (Action::Service, counting, services)
        }
        Answer::Dismiss => (Action::Dismiss, counting, none()),
        Answer::Gpc if visit.gpc && regime == Regime::OptOut => (Action::Gpc, counting, none()),
        Answer::Gpc => return Err(Refusal::NoBindingSignal),
    };
    let choice = apply_gpc(in_use(manifest, choice), visit.gpc);
    let allows_one = services.values().any(|is_allowed| *is_allowed);
    let is_refusal = choice == Choice::NONE && action != Action::Service && !allows_one;
    let draft = Record {
        validity: days(if is_refusal {
            refusal_days(visit, manifest)
        } else {
            manifest.choice_days
        }),
        choice,
        locale: Some(submission.locale.clone()),
        surface: Some(submission.surface),
        text: Some(text),
        services: Some(services),
        ..blank_record(action, &submission.id, visit, manifest)
    };
    if exceptions_after(&draft, before, manifest, now).len() > MAX_EXCEPTIONS {
        return Err(Refusal::TooManyServices);
    }
    Ok(Draft(draft))
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
        .filter(|locale| manifest.shown.get(locale).is_some());
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

fn refuses_all(answer: &Answer) -> bool {
    match answer {
        Answer::RejectAll => true,
        Answer::Custom(choice, services) => {
            *choice == Choice::NONE && services.values().all(|is_allowed| !is_allowed)
        }
        Answer::AcceptAll | Answer::Service(..) | Answer::Dismiss | Answer::Gpc => false,
    }
}

fn find<'m>(manifest: &'m Manifest, id: &str) -> Result<&'m ManifestService, Refusal> {
    manifest.service(id).ok_or(Refusal::UnknownService)
}

/// Whether nobody can allow the service on this visit.
fn is_denied(service: &ManifestService, visit: &VisitContext) -> bool {
    (visit.gpc && service.category == Category::Marketing) || is_withheld(service, visit)
}

/// The services that a choice switches otherwise than their category. A page that was not told of
/// the signal may allow what it denies; that stays denied, as it does for categories.
fn differing(
    choice: Choice,
    services: &VecMap<String, bool>,
    visit: &VisitContext,
    manifest: &Manifest,
) -> Result<VecMap<String, bool>, Refusal> {
    let mut differing = Vec::new();
    for (id, is_allowed) in services.iter() {
        let service = find(manifest, id)?;
        let differs = choice.grants(service.category) != *is_allowed;
        if differs && !(*is_allowed && is_denied(service, visit)) {
            differing.push((id.clone(), *is_allowed));
        }
    }
    Ok(VecMap::from_iter(differing))
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
        services: Some(VecMap::from_iter([])),
        site: manifest.site.clone(),
        surface: None,
        text: None,
        time: Timestamp::from_millis(0),
        validity: days(refusal_days(visit, manifest)),
        withdraws: None,
    }
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
