//! The consent cookie after an event.

use crate::decide::{granted, is_young_grant, open};
use crate::{
    Action, Category, Choice, ConsentCookie, Exception, Grants, Manifest, Record, Regime,
    SubjectId, Timestamp, VecMap, VisitContext, apply_gpc, in_use,
};

/// The cookie after an event that was logged as this record. `before` is the visitor's cookie, so
/// that a retry, before whose event or after, leads to the same cookie.
pub fn cookie_after(
    record: &Record,
    subject: SubjectId,
    before: Option<&ConsentCookie>,
    visit: &VisitContext,
    manifest: &Manifest,
) -> ConsentCookie {
    let time = Timestamp::from_seconds(record.time.seconds());
    let blank = ConsentCookie {
        subject: Some(subject),
        ..ConsentCookie::refusal(time)
    };
    let unanswered = ConsentCookie {
        refused: Choice::NONE,
        ..blank.clone()
    };
    let before = before.map_or(unanswered, |cookie| ConsentCookie {
        subject: Some(subject),
        issued: time,
        is_version_1: false,
        ..cookie.clone()
    });
    let exceptions = exceptions_after(record, Some(&before), manifest, time);
    let asked = in_use(manifest, Choice::ALL);
    // A category that the site has stopped using keeps its refusal: nobody has asked about it.
    let unasked = before.refused.without(asked);
    let is_answer = matches!(record.action, Action::AcceptAll | Action::Custom);
    if is_answer && record.choice != Choice::NONE {
        return ConsentCookie {
            granted: present_scopes(record.choice, manifest),
            refused: asked.without(record.choice).or(unasked),
            exceptions,
            ..blank
        };
    }
    match record.action {
        Action::AcceptAll | Action::Custom | Action::RejectAll | Action::Withdraw => {
            ConsentCookie {
                exceptions,
                ..blank
            }
        }
        Action::Service | Action::Allow => ConsentCookie {
            exceptions,
            ..before
        },
        Action::Gpc => {
            let marketing = Choice::ALL.without(apply_gpc(Choice::ALL, true));
            let granted = before.granted.choice().without(marketing);
            ConsentCookie {
                granted: Grants::from_fn(|category| {
                    let scope = before.granted.scope(category);
                    scope.filter(|_| granted.grants(category))
                }),
                refused: before.refused.or(marketing),
                exceptions,
                refused_at: time,
                ..before
            }
        }
        Action::Dismiss => {
            let counting = granted(&before, manifest, time);
            let is_refusal = record.regime == Regime::OptIn;
            let open = open(&before, visit, manifest, time);
            ConsentCookie {
                granted: Grants::from_fn(|category| {
                    let scope = before.granted.scope(category);
                    scope.filter(|_| counting.grants(category))
                }),
                refused: if is_refusal {
                    before.refused.or(open)
                } else {
                    before.refused
                },
                dismissed: (!is_refusal).then_some(record.regime),
                refused_at: time,
                ..before
            }
        }
    }
}

/// The exceptions after the event of a record. An answer for all services replaces them.
pub(crate) fn exceptions_after(
    record: &Record,
    before: Option<&ConsentCookie>,
    manifest: &Manifest,
    now: Timestamp,
) -> Vec<Exception> {
    let mut exceptions = match before {
        Some(cookie) if !is_for_all(record.action) => cookie.exceptions.clone(),
        _ => Vec::new(),
    };
    let is_known = |one: &Exception| {
        let mut services = manifest.services.iter();
        services.any(|service| service.grants.contains(&one.service))
    };
    // The signal refuses marketing with its single services.
    let is_ended = |one: &Exception| {
        let mut services = manifest.services.iter();
        record.action == Action::Gpc
            && services.any(|service| {
                service.category == Category::Marketing && service.grants.contains(&one.service)
            })
    };
    // A grant that counts no more makes room. A refusal stays, also of a service that has gone.
    exceptions.retain(|one| {
        let counts = is_known(one) && is_young_grant(one, manifest, now) && !is_ended(one);
        one.granted.is_none() || counts
    });
    let in_force = match before {
        _ if is_for_all(record.action) => record.choice,
        Some(cookie) => granted(cookie, manifest, now),
        None => Choice::NONE,
    };
    let switched = record.services.iter().flat_map(VecMap::iter);
    for (id, is_allowed) in switched {
        let Some(service) = manifest.service(id) else {
            // A retry after the service was taken out of the register.
            continue;
        };
        exceptions
            .retain(|one| one.service != service.refusal && !service.grants.contains(&one.service));
        if *is_allowed && in_force.grants(service.category) {
            continue;
        }
        exceptions.push(match service.grants.first() {
            Some(present) if *is_allowed => Exception::grant(*present, now),
            _ => Exception::refuse(service.refusal),
        });
    }
    exceptions.sort_unstable();
    exceptions
}

/// Whether the event answers for all services at once.
const fn is_for_all(action: Action) -> bool {
    match action {
        Action::AcceptAll | Action::RejectAll | Action::Custom | Action::Withdraw => true,
        Action::Service | Action::Allow | Action::Dismiss | Action::Gpc => false,
    }
}

/// The grants of a choice, under the present scopes.
fn present_scopes(choice: Choice, manifest: &Manifest) -> Grants {
    Grants::from_fn(|category| {
        let scopes = manifest.scopes.get(&category)?;
        scopes.first().copied().filter(|_| choice.grants(category))
    })
}
