//! A person who mistypes is asked again; one who isn't there is told everything at once.

use super::*;
use crate::new::template;
use crate::report::source::Sources;
use camino::Utf8Path;
use std::collections::VecDeque;

/// Answers from a list, and notes what was said.
struct Script {
    lines: VecDeque<&'static str>,
    chosen: VecDeque<Vec<usize>>,
    told: Vec<String>,
}

impl Respondent for Script {
    fn line(&mut self, _: &str, proposed: Option<&str>) -> std::io::Result<String> {
        match (self.lines.pop_front(), proposed) {
            (Some(""), Some(proposed)) => Ok(proposed.to_owned()),
            (Some(line), _) => Ok(line.to_owned()),
            (None, _) => Err(std::io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn several(&mut self, _: &str, _: &[&str], _: bool) -> std::io::Result<Vec<usize>> {
        Ok(self.chosen.pop_front().unwrap_or_default())
    }

    fn tell(&mut self, message: &str, _: &str) {
        self.told.push(message.to_owned());
    }
}

fn starter() -> Template {
    let content = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    template::read(&mut Sources::default(), &content).unwrap()
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 12, 1).unwrap()
}

#[test]
fn a_wrong_answer_is_asked_for_again() {
    let mut script = Script {
        lines: VecDeque::from([
            "de",
            "ru", // the default language
            "",
            "«Пример»", // the name
            "",         // its language
            "ТОО",
            "ТОО {name}",
            "", // the legal name, in two languages
            "",
            "", // the form
            "171240017761",
            "171240017760", // BIN
            "Алматы, 1",
            "1, Almaty", // the address
            "87001234567",
            "+77001234567", // telephone
            "privacy",
            "privacy@example.kz", // e-mail
            "",                   // the same for the person responsible
            "UA-1",
            "G-ABC123", // the service
        ]),
        // Kazakh is left out; the first service is taken.
        chosen: VecDeque::from([vec![1, 2], vec![0]]),
        told: Vec::new(),
    };
    let answers = complete(
        "example.kz",
        Given::default(),
        &starter(),
        day(),
        Some(&mut script),
    );
    let answers = answers.unwrap();
    assert_eq!(
        script.told,
        [
            "`de` is not among them",
            "`operator.name` is empty",
            "`operator.legal_name` doesn't hold `{name}`",
            "`operator.bin` can't be `171240017761`",
            "`operator.phone` can't be `87001234567`",
            "`operator.email` can't be `privacy`",
            "`UA-1` can't be the id of Google Analytics 4",
        ]
    );
    assert!(script.lines.is_empty());
    let locales: Vec<&str> = answers.locales.iter().map(Locale::as_str).collect();
    assert_eq!(locales, ["ru", "en"]);
    let fact = |name, locale: Option<&str>| {
        let locale = locale.map(|tag| Locale::try_from(tag).unwrap());
        answers.facts[&(name, locale)].as_str()
    };
    assert_eq!(fact("operator.name_lang", None), "ru");
    assert_eq!(fact("operator.legal_name", Some("en")), "{name} LLP");
    assert_eq!(fact("dpo.email", None), "privacy@example.kz");
    let service = ("google-analytics-4".to_owned(), "G-ABC123".to_owned());
    assert_eq!(answers.services, [service]);
}

#[test]
fn a_person_who_gives_up_is_told_what_is_missing() {
    let mut script = Script {
        lines: VecDeque::from(["kk"]),
        chosen: VecDeque::new(),
        told: Vec::new(),
    };
    let wrong = complete(
        "example.kz",
        Given::default(),
        &starter(),
        day(),
        Some(&mut script),
    );
    let messages: Vec<String> = wrong
        .unwrap_err()
        .into_iter()
        .map(|told| told.message)
        .collect();
    assert!(
        messages.contains(&"`operator.bin` is not given".to_owned()),
        "{messages:?}"
    );
}
