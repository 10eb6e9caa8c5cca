//! A site, a visitor with two browsers, and the model of what the visitor said.

use super::events::{Event, PLACES};
use crate::fixtures::{keys, manifest, submission, visit};
use crate::{
    Answer, COOKIE_NAME, Category, Choice, ConsentCookie, Decision, EventId, Manifest, Regime,
    ShortHash, StoredConsent, SubjectId, Timestamp, VecMap, VisitContext, Withdrawal,
    after_erasure, apply_gpc, cookie_after, decide, draft_choice, draft_withdrawal, in_use,
    min_refusal_days,
};

const START: Timestamp = Timestamp::from_seconds(1_795_167_000);

/// What a visitor has said of a category in one browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Said {
    #[default]
    Nothing,
    /// Whether the category has grown since.
    Yes {
        has_grown: bool,
    },
    No,
}

/// What a visitor has said of a service alone, and whether its provider has changed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum SaidOfService {
    #[default]
    Nothing,
    Yes {
        day: i64,
        has_changed: bool,
    },
    No,
}

/// One browser: its cookie, and in plain words what was done in it.
#[derive(Debug, Clone)]
pub(super) struct Browser {
    pub(super) cookie: Option<String>,
    subject: u8,
    categories: [Said; 3],
    services: [SaidOfService; 5],
    granted_at: Timestamp,
    refused_at: Timestamp,
    dismissed: Option<Regime>,
}

impl Browser {
    fn new(subject: u8) -> Self {
        Self {
            cookie: None,
            subject,
            categories: [Said::Nothing; 3],
            services: [SaidOfService::Nothing; 5],
            granted_at: START,
            refused_at: START,
            dismissed: None,
        }
    }
}

pub(super) struct World {
    pub(super) now: Timestamp,
    pub(super) manifest: Manifest,
    visit: VisitContext,
    edition: u32,
    pub(super) browser: Browser,
    pub(super) other: Browser,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            now: START,
            manifest: manifest(),
            visit: visit("DE", false),
            edition: 0,
            browser: Browser::new(7),
            other: Browser::new(9),
        }
    }

    fn stored(&self) -> StoredConsent {
        let header = self.browser.cookie.as_ref();
        let header = header.map_or(String::new(), |value| format!("{COOKIE_NAME}={value}"));
        ConsentCookie::find(&header, &self.manifest, &keys())
    }

    fn decision<'m>(&'m self, stored: &StoredConsent) -> Decision<'m> {
        decide(&self.visit, &self.manifest, stored, self.now)
    }

    fn regime(&self) -> Regime {
        crate::regime(&self.visit, &self.manifest.regimes)
    }

    fn is_used(&self, index: usize) -> bool {
        self.manifest
            .categories
            .contains(&Category::OPTIONAL[index])
    }

    fn refusal_days(&self) -> u32 {
        self.manifest
            .refusal_days
            .max(min_refusal_days(self.visit.country))
    }

    /// By the rule's words: has the visitor to be asked about a category?
    fn is_open(&self, index: usize) -> bool {
        let browser = &self.browser;
        let age = |since: Timestamp, days| since.plus_days(days) <= self.now;
        self.is_used(index)
            && match browser.categories[index] {
                Said::Nothing => true,
                Said::Yes { has_grown } => {
                    has_grown || age(browser.granted_at, self.manifest.choice_days)
                }
                Said::No => age(browser.refused_at, self.refusal_days()),
            }
    }

    fn is_asked(&self) -> bool {
        let regime = self.regime();
        let is_dismissed = self.browser.dismissed.is_some_and(|under| {
            let is_young = self.browser.refused_at.plus_days(self.refusal_days()) > self.now;
            is_young && !under.is_lighter_than(regime)
        });
        (0..3).any(|index| self.is_open(index)) && !is_dismissed
    }

    /// By the rule's words: may a service run?
    fn may_run(&self, index: usize) -> bool {
        let service = &self.manifest.services[index];
        let place = Category::OPTIONAL
            .iter()
            .position(|one| *one == service.category);
        let said = self.browser.categories[place.unwrap()];
        let is_young = |day: i64| self.now.day() - day < i64::from(self.manifest.choice_days);
        match self.browser.services[index] {
            SaidOfService::No => false,
            SaidOfService::Yes {
                day,
                has_changed: false,
            } if is_young(day) => true,
            _ => said != Said::No,
        }
    }

    pub(super) fn step(&mut self, event: &Event) {
        match event {
            Event::Days(days) => self.now = self.now.plus_days(*days),
            Event::Place(place) => self.visit = visit(PLACES[*place], self.visit.gpc),
            Event::Signal(gpc) => self.visit.gpc = *gpc,
            Event::Grow(index) => self.edit(*index, true),
            Event::Shrink(index) => self.edit(*index, false),
            Event::Words => self.publish(),
            Event::Toggle(index) => {
                let category = Category::OPTIONAL[*index];
                let categories = &mut self.manifest.categories;
                if categories.contains(&category) {
                    categories.retain(|one| *one != category);
                } else {
                    categories.push(category);
                }
                self.publish();
            }
            Event::Service(index) => {
                self.edition += 1;
                let fresh = ShortHash::of(&[b"service", self.edition.to_string().as_bytes()]);
                self.manifest.services[*index].grants = vec![fresh];
                for browser in [&mut self.browser, &mut self.other] {
                    if let SaidOfService::Yes { has_changed, .. } = &mut browser.services[*index] {
                        *has_changed = true;
                    }
                }
                self.publish();
            }
            Event::Press(answer) => self.press(answer),
            Event::Withdraw => {
                let withdrawal = Withdrawal {
                    id: EventId::from_random([2; 16]),
                    locale: None,
                    surface: None,
                };
                let draft = draft_withdrawal(&withdrawal, &self.visit, &self.manifest);
                self.log(draft);
                self.answer_all([Said::No; 3], |_, _| None);
            }
            Event::Erase => self.erase(),
            Event::Device => std::mem::swap(&mut self.browser, &mut self.other),
        }
    }

    /// A new revision; the one before is archived with its scopes.
    fn publish(&mut self) {
        let scopes = self.manifest.scopes.iter();
        let scopes = VecMap::from_iter(scopes.map(|(category, list)| (*category, list[0])));
        let before = (self.manifest.revision.clone(), scopes);
        let revisions = self.manifest.revisions.iter().cloned();
        self.manifest.revisions = VecMap::from_iter(revisions.chain([before]));
        self.edition += 1;
        self.manifest.revision = format!("{:08}", self.edition);
    }

    fn edit(&mut self, index: usize, grows: bool) {
        self.publish();
        let category = Category::OPTIONAL[index];
        let fresh = ShortHash::of(&[b"scope", self.edition.to_string().as_bytes()]);
        let scopes = self.manifest.scopes.iter().cloned().map(|(one, list)| {
            let kept = if grows { Vec::new() } else { list.clone() };
            let changed = [vec![fresh], kept].concat();
            (one, if one == category { changed } else { list })
        });
        self.manifest.scopes = VecMap::from_iter(scopes);
        for browser in [&mut self.browser, &mut self.other] {
            if let Said::Yes { has_grown } = &mut browser.categories[index] {
                *has_grown |= grows;
            }
        }
    }

    fn press(&mut self, answer: &Answer) {
        let stored = self.stored();
        let revision = self.manifest.revision.clone();
        let submission = crate::Submission {
            revision,
            ..submission(answer.clone())
        };
        let before = stored.cookie();
        let draft = draft_choice(&submission, &self.visit, &self.manifest, before, self.now);
        let Ok(draft) = draft else {
            return;
        };
        let regime = self.regime();
        let open = [0, 1, 2].map(|index| self.is_open(index));
        let used = [0, 1, 2].map(|index| self.is_used(index));
        self.log(draft);
        let gpc = self.visit.gpc;
        let all = in_use(&self.manifest, Choice::ALL);
        let now = self.now;
        match answer {
            Answer::AcceptAll => self.choose(apply_gpc(all, gpc), |_, _| None),
            Answer::RejectAll => self.answer_all([Said::No; 3], |_, _| None),
            Answer::Custom(choice, services) => {
                let granted = apply_gpc(in_use(&self.manifest, *choice), gpc);
                let denied = self.decision(&StoredConsent::Missing).withheld;
                let denied: Vec<_> = denied.into_iter().map(str::to_owned).collect();
                self.choose(granted, |id, category| {
                    let on = *services.get(&id.to_owned())?;
                    let is_denied = denied.iter().any(|one| one == id)
                        || (gpc && category == Category::Marketing);
                    let differs = granted.grants(category) != on && !(on && is_denied);
                    differs.then_some(on)
                });
            }
            Answer::Service(id, on) => {
                let services = &self.manifest.services;
                let index = services.iter().position(|one| one.id == *id).unwrap();
                self.browser.services[index] = if *on {
                    // In a granted category the service runs as the others do.
                    let category = services[index].category;
                    let granted = stored.cookie().is_some_and(|cookie| {
                        crate::decide::granted(cookie, &self.manifest, now).grants(category)
                    });
                    if granted {
                        SaidOfService::Nothing
                    } else {
                        SaidOfService::Yes {
                            day: now.day(),
                            has_changed: false,
                        }
                    }
                } else {
                    SaidOfService::No
                };
            }
            Answer::Dismiss => {
                let is_refusal = regime == Regime::OptIn;
                let lapsed = |said: Said| matches!(said, Said::Yes { .. });
                for index in 0..3 {
                    let said = &mut self.browser.categories[index];
                    if is_refusal && open[index] {
                        *said = Said::No;
                    } else if lapsed(*said) && (open[index] || !used[index]) {
                        *said = Said::Nothing;
                    }
                }
                // A grant of a category that is not in use counts if it is young and has not grown.
                self.restore_unused(&stored);
                self.browser.dismissed = (!is_refusal).then_some(regime);
                self.browser.refused_at = self.now;
            }
            Answer::Gpc => {
                self.browser.categories[2] = Said::No;
                self.browser.refused_at = self.now;
                for (service, said) in self
                    .manifest
                    .services
                    .iter()
                    .zip(&mut self.browser.services)
                {
                    if service.category == Category::Marketing && *said != SaidOfService::No {
                        *said = SaidOfService::Nothing;
                    }
                }
            }
        }
    }

    /// After a dismissal: the grants of categories that are not in use stay as long as they count.
    fn restore_unused(&mut self, before: &StoredConsent) {
        let Some(cookie) = before.cookie() else {
            return;
        };
        let counting = crate::decide::granted(cookie, &self.manifest, self.now);
        for (index, category) in Category::OPTIONAL.into_iter().enumerate() {
            if counting.grants(category) {
                self.browser.categories[index] = Said::Yes { has_grown: false };
            }
        }
    }

    /// An answer for everything that is in use.
    fn choose(&mut self, granted: Choice, service: impl Fn(&str, Category) -> Option<bool>) {
        if granted == Choice::NONE {
            self.answer_all([Said::No; 3], service);
            return;
        }
        let mut said = [Said::Nothing; 3];
        for (index, category) in Category::OPTIONAL.into_iter().enumerate() {
            said[index] = if granted.grants(category) {
                Said::Yes { has_grown: false }
            } else if self.is_used(index) || self.browser.categories[index] == Said::No {
                Said::No
            } else {
                Said::Nothing
            };
        }
        self.answer_all(said, service);
    }

    fn answer_all(&mut self, said: [Said; 3], service: impl Fn(&str, Category) -> Option<bool>) {
        let day = self.now.day();
        let services = self.manifest.services.iter();
        let services = services.map(|one| match service(&one.id, one.category) {
            None => SaidOfService::Nothing,
            Some(true) => SaidOfService::Yes {
                day,
                has_changed: false,
            },
            Some(false) => SaidOfService::No,
        });
        let services: Vec<_> = services.collect();
        self.browser.services.copy_from_slice(&services);
        self.browser.categories = said;
        self.browser.granted_at = self.now;
        self.browser.refused_at = self.now;
        self.browser.dismissed = None;
    }

    fn log(&mut self, draft: crate::Draft) {
        let stored = self.stored();
        let subject = SubjectId::from([self.browser.subject; 16]);
        let record = draft.complete(&subject, self.now, None);
        let (visit, manifest) = (&self.visit, &self.manifest);
        let cookie = cookie_after(&record, subject, stored.cookie(), visit, manifest);
        self.browser.cookie = Some(cookie.sign("cap.kz", &keys()).unwrap());
    }

    fn erase(&mut self) {
        let subject = self.browser.subject;
        if self.browser.cookie.is_none() {
            return;
        }
        self.browser = Browser::new(subject);
        if let Some(left) = after_erasure(&self.visit, &self.manifest, self.now) {
            self.browser.cookie = Some(left.sign("cap.kz", &keys()).unwrap());
            self.browser.categories = [Said::No; 3];
            self.browser.refused_at = self.now;
        }
    }

    pub(super) fn check(&self, event: &Event) {
        let stored = self.stored();
        let decision = self.decision(&stored);
        let runs = decision
            .choice
            .map_or(decision.defaults, |(choice, _)| choice);
        for (index, category) in Category::OPTIONAL.into_iter().enumerate() {
            let is_no = self.browser.categories[index] == Said::No;
            assert!(
                !(is_no && (runs.grants(category) || decision.defaults.grants(category))),
                "{category:?} runs after a no: {event:?} {:?}",
                self.browser
            );
        }
        for (index, service) in self.manifest.services.iter().enumerate() {
            assert!(
                !decision.runs(service) || self.may_run(index),
                "{} runs after a no: {event:?} {:?}",
                service.id,
                self.browser
            );
        }
        assert_eq!(
            decision.ask,
            self.is_asked(),
            "{event:?} {:?}",
            self.browser
        );
        // A cookie that another browser planted makes nothing run.
        if let (Some(own), Some(foreign)) = (&self.browser.cookie, &self.other.cookie) {
            let header = format!("{COOKIE_NAME}={own}; {COOKIE_NAME}={foreign}");
            let both = ConsentCookie::find(&header, &self.manifest, &keys());
            if matches!(both, StoredConsent::Conflict(_)) {
                let decision = self.decision(&both);
                assert_eq!((decision.defaults, decision.choice), (Choice::NONE, None));
            }
        }
    }
}
