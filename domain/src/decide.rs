//! What runs, and whether the visitor is asked. Input: the visit's context, the manifest, the
//! consent cookie, the time.
//!
//! | rule | |
//! |---|---|
//! | before an answer | the regime's default, never more than the last known choice |
//! | a refusal | holds until the visitor says yes, whatever its age, scope, regime |
//! | a grant | counts while it is younger than `choice_days` and its scope covers the present one |
//! | asked again | a grant that counts no more; a refusal older than `refusal_days` |
//! | a dismissal | not asked for `refusal_days` under the same regime or a lighter one |

use crate::{
    Category, Choice, ConsentCookie, Exception, Manifest, ManifestService, Regime, StoredConsent,
    Timestamp, VisitContext, apply_gpc, default_choice, link_only, min_refusal_days, regime,
};

/// The state of consent that a page gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision<'m> {
    /// The regime of the visit.
    pub regime: Regime,
    /// Whether the browser sends Global Privacy Control.
    pub gpc: bool,
    /// What may run now while something is unanswered. Never a category that the site doesn't offer.
    pub defaults: Choice,
    /// The choice with Global Privacy Control applied, and the time until which nothing is asked.
    /// `None`: something is unanswered.
    pub choice: Option<(Choice, Timestamp)>,
    /// Whether the banner is shown.
    pub ask: bool,
    /// Services that differ from their category, by id: whether they may run.
    pub services: Vec<(&'m str, bool)>,
    /// Services that don't run in the visitor's country, by id.
    pub withheld: Vec<&'m str>,
    /// Granted categories, whose services of other providers run under every regime.
    granted: Choice,
}

impl Decision<'_> {
    /// Whether a service may run now. Under [`Regime::Notice`] only the operator's own services run
    /// before an answer.
    pub fn runs(&self, service: &ManifestService) -> bool {
        if self.withheld.contains(&service.id.as_str()) {
            return false;
        }
        let exception = self.services.iter().find(|(id, _)| *id == service.id);
        if let Some((_, runs)) = exception {
            return *runs;
        }
        let is_answered = self.granted.grants(service.category);
        let needs_yes = self.regime == Regime::Notice && !service.own;
        self.defaults.grants(service.category) && (is_answered || !needs_yes)
    }
}

/// The state of consent.
pub fn decide<'m>(
    visit: &VisitContext,
    manifest: &'m Manifest,
    stored: &StoredConsent,
    now: Timestamp,
) -> Decision<'m> {
    let regime = regime(visit, &manifest.regimes);
    let withheld = manifest
        .services
        .iter()
        .filter(|service| is_withheld(service, visit))
        .map(|service| service.id.as_str())
        .collect();
    let may_ask = !link_only(visit, &manifest.regimes);
    let undecided = Decision {
        regime,
        gpc: visit.gpc,
        defaults: in_use(manifest, default_choice(regime, visit.gpc)),
        choice: None,
        ask: may_ask && in_use(manifest, Choice::ALL) != Choice::NONE,
        services: Vec::new(),
        withheld,
        granted: Choice::NONE,
    };
    let cookie = match stored {
        StoredConsent::Missing => return undecided,
        StoredConsent::Conflict(_) => {
            return Decision {
                defaults: Choice::NONE,
                ..undecided
            };
        }
        StoredConsent::Found(cookie) => cookie,
    };
    let granted = granted(cookie, manifest, now);
    let services = manifest.services.iter().filter_map(|service| {
        let runs = exception(cookie, service, manifest, now)?;
        let is_denied = visit.gpc && service.category == Category::Marketing;
        Some((service.id.as_str(), runs && !is_denied))
    });
    let open = open(cookie, visit, manifest, now);
    let usual = default_choice(regime, visit.gpc);
    Decision {
        defaults: in_use(
            manifest,
            apply_gpc(usual.without(cookie.refused).or(granted), visit.gpc),
        ),
        choice: (open == Choice::NONE).then(|| {
            let until = asked_at(cookie, visit, manifest);
            (apply_gpc(granted, visit.gpc), until)
        }),
        ask: may_ask && open != Choice::NONE && !is_dismissed(cookie, regime, visit, manifest, now),
        services: services.collect(),
        granted,
        ..undecided
    }
}

/// The granted categories whose grant counts: it is young enough, and its scope covers the present
/// one.
pub(crate) fn granted(cookie: &ConsentCookie, manifest: &Manifest, now: Timestamp) -> Choice {
    let is_young = cookie.granted_at.plus_days(manifest.choice_days) > now;
    Choice::from_fn(|category| {
        let scopes = manifest.scopes.get(&category);
        let scope = cookie.granted.scope(category);
        let covers = scopes.zip(scope);
        is_young && covers.is_some_and(|(scopes, scope)| scopes.contains(&scope))
    })
}

/// What the visitor is asked about: categories in use that are unanswered, whose grant counts no
/// more, or whose refusal is old.
pub(crate) fn open(
    cookie: &ConsentCookie,
    visit: &VisitContext,
    manifest: &Manifest,
    now: Timestamp,
) -> Choice {
    let is_old = cookie.refused_at.plus_days(refusal_days(visit, manifest)) <= now;
    let refused = if is_old { Choice::NONE } else { cookie.refused };
    in_use(manifest, Choice::ALL)
        .without(granted(cookie, manifest, now))
        .without(refused)
}

/// When something will have to be asked, if nothing has to be now.
fn asked_at(cookie: &ConsentCookie, visit: &VisitContext, manifest: &Manifest) -> Timestamp {
    let grants = cookie.granted_at.plus_days(manifest.choice_days);
    let refusals = cookie.refused_at.plus_days(refusal_days(visit, manifest));
    if in_use(manifest, cookie.granted.choice()) == Choice::NONE {
        refusals
    } else if in_use(manifest, cookie.refused) == Choice::NONE {
        grants
    } else {
        grants.min(refusals)
    }
}

/// Whether a dismissal keeps the banner away.
fn is_dismissed(
    cookie: &ConsentCookie,
    regime: Regime,
    visit: &VisitContext,
    manifest: &Manifest,
    now: Timestamp,
) -> bool {
    let is_young = cookie.refused_at.plus_days(refusal_days(visit, manifest)) > now;
    is_young
        && cookie
            .dismissed
            .is_some_and(|under| !under.is_lighter_than(regime))
}

/// Whether a service that differs from its category may run; `None` if it doesn't differ.
pub(crate) fn exception(
    cookie: &ConsentCookie,
    service: &ManifestService,
    manifest: &Manifest,
    now: Timestamp,
) -> Option<bool> {
    let is = |one: &Exception| match one.granted {
        None => one.service == service.refusal,
        Some(_) => service.grants.contains(&one.service) && is_young_grant(one, manifest, now),
    };
    let found: Vec<_> = cookie.exceptions.iter().filter(|one| is(one)).collect();
    let last = found.last()?;
    let is_refused = found.iter().any(|one| one.granted.is_none());
    Some(last.granted.is_some() && !is_refused)
}

/// Whether a single service's grant counts still. It has a day and no time, so it ends with the
/// beginning of the day on which it would.
pub(crate) fn is_young_grant(exception: &Exception, manifest: &Manifest, now: Timestamp) -> bool {
    exception.granted.is_some_and(|day| {
        let age = now.day().saturating_sub(i64::from(day));
        age < i64::from(manifest.choice_days)
    })
}

/// Whether a service doesn't run where the visitor is. An unknown country counts as each of those
/// that the service names.
pub(crate) fn is_withheld(service: &ManifestService, visit: &VisitContext) -> bool {
    match visit.country {
        Some(country) => service.not_in.contains(&country),
        None => !service.not_in.is_empty(),
    }
}

/// For how many days a visitor who refused is not asked again: what the site says, and at least what
/// the law of the place demands.
pub(crate) fn refusal_days(visit: &VisitContext, manifest: &Manifest) -> u32 {
    manifest.refusal_days.max(min_refusal_days(visit.country))
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

/// The choice, reduced to the categories that the site uses: nobody can consent to what they were
/// not asked about.
pub fn in_use(manifest: &Manifest, choice: Choice) -> Choice {
    Choice::from_fn(|category| choice.grants(category) && manifest.categories.contains(&category))
}

#[cfg(test)]
mod tests;
