//! One event of the consent log, in the fields of ISO/IEC TS 27560, and its canonical bytes.
//!
//! A record is built in two steps. The worker, which knows the visit and the site, makes a
//! [`Draft`]. The log completes it to a [`Record`] with the time, a commitment to the subject, and
//! the event that a withdrawal revokes.
//!
//! **Canonical form**: JSON by RFC 8785 (JCS). No white space, keys in alphabetical order; a record
//! contains no numbers. The fields of [`Record`] are declared in that order, so its plain
//! serialisation is the canonical one; a test checks this.
//!
//! A record never holds an address, a user agent, an e-mail or free text, and the subject only as a
//! commitment.

use crate::{Choice, Country, Digest, EventId, Locale, Regime, SubjectId, Timestamp, VecMap};
use serde::{Deserialize, Serialize};

/// The version of the record's format, value of [`Record::schema`]. Version 1 had no `services`.
pub const RECORD_SCHEMA: &str = "kelisim.consent/2";

/// What the visitor did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Pressed "accept all".
    AcceptAll,
    /// Pressed "reject all".
    RejectAll,
    /// Chose per category.
    Custom,
    /// Withdrew the consent.
    Withdraw,
    /// Pressed nothing: Global Privacy Control opted out, in a regime where the signal is binding.
    Gpc,
    /// Allowed or refused one service.
    Service,
    /// Closed the banner without an answer: not a consent. Where nothing may run without one
    /// ([`Regime::OptIn`]), it refuses what was asked.
    Dismiss,
    /// Allowed the categories of one embedded service at its placeholder. Only records of version 1
    /// have it.
    Allow,
}

/// The part of the interface where the visitor acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// The consent banner.
    Banner,
    /// The form of the choices page.
    Choices,
    /// What stands in a page in place of an embedded service that needs consent.
    Placeholder,
}

impl Surface {
    /// The surface of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "banner" => Some(Self::Banner),
            "choices" => Some(Self::Choices),
            "placeholder" => Some(Self::Placeholder),
            _ => None,
        }
    }
}

/// One event of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// What the visitor did (27560: event type and state).
    pub action: Action,
    /// What is granted from now on, the browser's signal respected (27560: purposes).
    pub choice: Choice,
    /// [`SubjectId::commitment`] (27560: PII principal).
    pub commitment: Digest,
    /// Where the network saw the visitor; absent when it did not know (27560: jurisdiction).
    pub country: Option<Country>,
    /// Whether the browser sent Global Privacy Control.
    pub gpc: bool,
    /// The event, chosen by whoever reports it (27560: record id).
    pub id: EventId,
    /// Language in which the visitor was asked. Only a withdrawal may lack it.
    pub locale: Option<Locale>,
    /// The regime that applied to the visit.
    pub regime: Regime,
    /// How long this record is kept, ISO 8601: `P1095D`.
    pub retention: String,
    /// What the visitor was asked about, [`crate::Manifest::revision`] (27560: privacy notice).
    pub revision: String,
    /// [`RECORD_SCHEMA`].
    pub schema: String,
    /// Single services, by their id in the register, that this event switched otherwise than their
    /// category; often none. `None` only in records of version 1, which lack the member.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<std::collections::BTreeMap<String, bool>>")
    )]
    pub services: Option<VecMap<String, bool>>,
    /// The site, [`crate::Manifest::site`] (27560: controller, by way of the site's policy).
    pub site: String,
    /// Where the visitor acted (27560: collection method). Only a withdrawal may lack it.
    pub surface: Option<Surface>,
    /// SHA-256 of the text that was shown there, [`crate::ShownText`]. Only a withdrawal may lack
    /// it.
    pub text: Option<Digest>,
    /// When, by the log's clock (27560: event time).
    pub time: Timestamp,
    /// How long the choice holds, ISO 8601: `P180D` (27560: validity duration).
    pub validity: String,
    /// On a withdrawal: the event that it takes back, where the log still knows it.
    pub withdraws: Option<EventId>,
}

/// An event that is not logged yet, in the form in which the worker sends it to the log: a record
/// with placeholder values for commitment, time and withdrawn event, so its field is private. A
/// separate type without these fields would add a second deserializer to the worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Draft(pub(crate) Record);

impl Draft {
    /// What the visitor did.
    pub const fn action(&self) -> Action {
        self.0.action
    }

    /// The event.
    pub const fn id(&self) -> &EventId {
        &self.0.id
    }

    /// The site.
    pub fn site(&self) -> &str {
        &self.0.site
    }

    /// Completes the draft to a record. `time` is that of the log's clock; `latest` is the
    /// subject's last event, which a withdrawal revokes.
    pub fn complete(self, subject: &SubjectId, time: Timestamp, latest: Option<EventId>) -> Record {
        let Self(blank) = self;
        Record {
            commitment: subject.commitment(&blank.id),
            time,
            withdraws: latest.filter(|_| blank.action == Action::Withdraw),
            ..blank
        }
    }

    /// Whether the record is of the same event: everything that the visitor submitted is equal.
    /// Country, regime and signal may differ, because a retry may come from another country.
    pub fn is_same_event(&self, record: &Record) -> bool {
        let Self(draft) = self;
        draft.id == record.id
            && draft.action == record.action
            && draft.choice == record.choice
            && draft.locale == record.locale
            && draft.surface == record.surface
            && draft.revision == record.revision
            && draft.services == record.services
            && draft.site == record.site
    }
}

impl Record {
    /// The bytes that are hashed, stored and exported.
    ///
    /// # Errors
    /// None in practice: every field has a JSON form.
    pub fn canonical(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn draft() -> Draft {
        Draft(Record {
            action: Action::Custom,
            choice: Choice {
                analytics: true,
                ..Choice::NONE
            },
            commitment: Digest::from([0; 32]),
            country: Some(Country::try_from("DE").unwrap()),
            gpc: false,
            id: EventId::from_random([5; 16]),
            locale: Some(Locale::try_from("kk").unwrap()),
            regime: Regime::OptIn,
            retention: "P1095D".to_owned(),
            revision: "aB3-_xYz".to_owned(),
            schema: RECORD_SCHEMA.to_owned(),
            services: Some(VecMap::from_iter([])),
            site: "cap.kz".to_owned(),
            surface: Some(Surface::Banner),
            text: Some(Digest::of(&[b"text"])),
            time: Timestamp::from_millis(0),
            validity: "P180D".to_owned(),
            withdraws: None,
        })
    }

    pub(crate) fn record() -> Record {
        draft().complete(
            &SubjectId::from([7; 16]),
            Timestamp::from_seconds(1_795_167_000),
            None,
        )
    }

    /// The form is a contract with every export and receipt that is already in someone's hands.
    #[test]
    fn the_canonical_form_is_fixed() {
        let expected = concat!(
            r#"{"action":"custom","choice":{"analytics":true,"functional":false,"marketing":false},"#,
            r#""commitment":"97b43eaca235e48662f90a26f69e4fb7e5902664bffe1e105a407642e7cb5b94","country":"DE","gpc":false,"#,
            r#""id":"05050505-0505-4505-8505-050505050505","locale":"kk","regime":"opt_in","retention":"P1095D","#,
            r#""revision":"aB3-_xYz","schema":"kelisim.consent/2","services":{},"site":"cap.kz","surface":"banner","#,
            r#""text":"982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1","#,
            r#""time":"2026-11-20T09:30:00.000Z","validity":"P180D","withdraws":null}"#
        );
        assert_eq!(record().canonical().unwrap(), expected);
    }

    #[test]
    fn keys_are_in_the_order_of_rfc_8785() {
        let canonical = record().canonical().unwrap();
        // serde_json's own map is sorted.
        let sorted: serde_json::Value = serde_json::from_str(&canonical).unwrap();
        assert_eq!(sorted.to_string(), canonical);
    }

    #[test]
    fn a_draft_travels_without_a_loss() {
        let text = serde_json::to_string(&draft()).unwrap();
        assert_eq!(serde_json::from_str::<Draft>(&text).unwrap(), draft());
    }

    #[test]
    fn a_record_is_read_back_from_its_canonical_form() {
        let canonical = record().canonical().unwrap();
        assert_eq!(
            serde_json::from_str::<Record>(&canonical).unwrap(),
            record()
        );
    }

    /// Version 1 is version 2 without `services`: what was hashed then is hashed now.
    #[test]
    fn a_record_of_version_1_keeps_its_bytes() {
        let new = record().canonical().unwrap();
        let old = new.replace(r#"consent/2","services":{}"#, r#"consent/1""#);
        assert_ne!(new, old);
        let old = old.replace(r#""action":"custom""#, r#""action":"allow""#);
        let read: Record = serde_json::from_str(&old).unwrap();
        assert_eq!(read.canonical().unwrap(), old);
    }

    #[test]
    fn single_services_stand_in_the_order_of_their_names() {
        let services = [("video".to_owned(), true), ("map".to_owned(), false)];
        let record = Record {
            services: Some(VecMap::from_iter(services)),
            ..record()
        };
        let canonical = record.canonical().unwrap();
        let expected =
            r#""schema":"kelisim.consent/2","services":{"map":false,"video":true},"site":"#;
        assert!(canonical.contains(expected), "{canonical}");
        assert_eq!(serde_json::from_str::<Record>(&canonical).unwrap(), record);
    }

    #[test]
    fn the_subject_is_not_in_the_record() {
        let canonical = record().canonical().unwrap();
        let subject = SubjectId::from([7; 16]);
        assert!(!canonical.contains(&subject.to_string()));
        assert!(!canonical.contains(&subject.link().to_string()));
        assert_eq!(
            record().commitment,
            subject.commitment(&EventId::from_random([5; 16]))
        );
    }

    #[test]
    fn only_a_withdrawal_names_what_it_takes_back() {
        let before = EventId::from_random([1; 16]);
        let subject = SubjectId::from([7; 16]);
        for action in [
            Action::AcceptAll,
            Action::RejectAll,
            Action::Custom,
            Action::Service,
            Action::Dismiss,
            Action::Withdraw,
            Action::Gpc,
        ] {
            let draft = Draft(Record {
                action,
                ..draft().0
            });
            let record = draft.complete(&subject, Timestamp::from_seconds(0), Some(before.clone()));
            let expected = (action == Action::Withdraw).then(|| before.clone());
            assert_eq!(record.withdraws, expected, "{action:?}");
        }
    }

    #[test]
    fn a_retry_from_another_country_is_the_same_event() {
        let mut again = draft();
        again.0.country = None;
        again.0.regime = Regime::Notice;
        assert!(again.is_same_event(&record()));
    }

    #[test]
    fn another_answer_under_the_same_id_is_not_the_same_event() {
        let differing = [
            Record {
                choice: Choice::ALL,
                ..draft().0
            },
            Record {
                action: Action::RejectAll,
                ..draft().0
            },
            Record {
                locale: Some(Locale::try_from("ru").unwrap()),
                ..draft().0
            },
            Record {
                surface: Some(Surface::Choices),
                ..draft().0
            },
            Record {
                revision: "00000000".to_owned(),
                ..draft().0
            },
            Record {
                services: Some(VecMap::from_iter([("video".to_owned(), true)])),
                ..draft().0
            },
            Record {
                site: "smartustaz.kz".to_owned(),
                ..draft().0
            },
            Record {
                id: EventId::from_random([6; 16]),
                ..draft().0
            },
        ];
        for other in differing {
            let draft = Draft(other);
            assert!(!draft.is_same_event(&record()), "{draft:?}");
        }
    }
}
