//! An invalid answer is asked for again; without a person, everything missing is reported at once.

use super::*;
use crate::new::starter;
use crate::report::source::Sources;
use camino::Utf8Path;
use std::collections::VecDeque;

/// Answers from lists, and records the errors it is shown.
struct Script {
    lines: VecDeque<&'static str>,
    chosen: VecDeque<Vec<usize>>,
    errors: Vec<String>,
}

impl Prompter for Script {
    fn ask_text(&mut self, _: &str, default: Option<&str>) -> io::Result<String> {
        match (self.lines.pop_front(), default) {
            (Some(""), Some(default)) => Ok(default.to_owned()),
            (Some(line), _) => Ok(line.to_owned()),
            (None, _) => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn select(&mut self, _: &str, _: &[&str], _: Preselected) -> io::Result<Vec<usize>> {
        let end = io::ErrorKind::UnexpectedEof;
        self.chosen.pop_front().ok_or_else(|| end.into())
    }

    fn show_error(&mut self, message: &str, _: &str) {
        self.errors.push(message.to_owned());
    }
}

fn starter() -> Starter {
    let content = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    starter::read(&mut Sources::default(), &content).unwrap()
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
        errors: Vec::new(),
    };
    let answers = complete(
        "example.kz",
        CliAnswers::default(),
        &starter(),
        day(),
        Some(&mut script),
    );
    let answers = answers.unwrap();
    assert_eq!(
        script.errors,
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
fn what_is_missing_is_reported_when_a_person_gives_up() {
    let mut script = Script {
        lines: VecDeque::from(["kk"]),
        chosen: VecDeque::new(),
        errors: Vec::new(),
    };
    let wrong = complete(
        "example.kz",
        CliAnswers::default(),
        &starter(),
        day(),
        Some(&mut script),
    );
    let messages: Vec<String> = wrong
        .unwrap_err()
        .into_iter()
        .map(|diagnostic| diagnostic.message)
        .collect();
    assert!(
        messages.contains(&"`operator.bin` is not given".to_owned()),
        "{messages:?}"
    );
}
