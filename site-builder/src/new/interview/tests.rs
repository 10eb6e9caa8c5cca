//! A person is asked until an answer is right, may go back, change answers in the end, stop and go on
//! later; without one, everything missing is reported at once.

use super::*;
use crate::content::host::Host;
use crate::new::pack::{self, Pack};
use crate::report::source::Sources;
use camino::Utf8Path;
use chrono::NaiveDate;
use domain::Locale;
use std::collections::VecDeque;

/// Answers from a list, and records what it is shown.
#[derive(Default)]
struct Script {
    lines: VecDeque<&'static str>,
    asked: Vec<String>,
    shown: Vec<String>,
}

impl Script {
    fn new(lines: &[&'static str]) -> Self {
        Self {
            lines: lines.iter().copied().collect(),
            ..Self::default()
        }
    }
}

impl Prompter for Script {
    fn ask(&mut self, question: &str, default: Option<&str>) -> io::Result<String> {
        self.asked.push(question.to_owned());
        match (self.lines.pop_front(), default) {
            (Some(""), Some(default)) => Ok(default.to_owned()),
            (Some(line), _) => Ok(line.to_owned()),
            (None, _) => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn show(&mut self, text: &str) {
        self.shown.push(text.to_owned());
    }
}

/// Keeps answers in memory.
#[derive(Default)]
struct Memory(Given);

impl Keeper for Memory {
    fn keep(&mut self, given: &Given) -> Result<(), Diagnostic> {
        self.0.clone_from(given);
        Ok(())
    }

    fn place(&self) -> &'static str {
        "memory"
    }
}

fn packs() -> Vec<Pack> {
    let content = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    let mut packs = pack::read_all(&mut Sources::default(), &content).unwrap();
    packs.retain(|pack| pack.folder == "_kz");
    packs
}

/// Two packs, of which the second is for every country.
fn two_packs() -> Vec<Pack> {
    let mut packs = packs();
    packs.extend(self::packs());
    packs[1].folder = "_other".to_owned();
    packs[1].data.countries.clear();
    packs
}

fn form(packs: Vec<Pack>, given: &[(&str, &str)]) -> Form {
    Form {
        packs,
        given: given
            .iter()
            .map(|(key, answer)| ((*key).to_owned(), (*answer).to_owned()))
            .collect(),
        locale: Locale::try_from("en").unwrap(),
        today: NaiveDate::from_ymd_opt(2026, 12, 1).unwrap(),
    }
}

/// Everything that has to be answered, in one language.
const FACTS: [(&str, &str); 7] = [
    ("country", "KZ"),
    ("languages", "ru"),
    ("name", "«Пример»"),
    ("registration.bin", "171240017760"),
    ("address.ru", "Алматы, 1"),
    ("phone", "+77001234567"),
    ("email", "privacy@example.kz"),
];

struct Outcome {
    result: Result<Decision, Vec<Diagnostic>>,
    form: Form,
    script: Script,
    kept: Given,
}

impl Outcome {
    fn answer(&self, key: &str) -> &str {
        self.form.given.get(key).map_or("(none)", String::as_str)
    }

    fn has_shown(&self, words: &str) -> bool {
        self.script.shown.iter().any(|text| text.contains(words))
    }
}

fn interview(form: Form, kept: Given, lines: &[&'static str]) -> Outcome {
    let (_, words) = Words::choose(["en"]);
    let mut script = Script::new(lines);
    let mut memory = Memory::default();
    let person = Person {
        prompter: &mut script,
        keeper: &mut memory,
        former: BTreeMap::new(),
    };
    let mut interview = Interview::new(form, words, Some(person));
    interview.begin("example.kz", kept);
    let result = interview.complete();
    let form = interview.form;
    Outcome {
        result,
        form,
        script,
        kept: memory.0,
    }
}

#[test]
fn a_wrong_answer_is_asked_for_again() {
    let lines = [
        "Atlantis",
        "kazakhstan", // the country
        "ru,de",
        "ru, en", // the languages
        "",
        "«Пример»", // the name
        "",         // its language
        "ТОО",
        "ТОО {name}",
        "", // the legal name, in two languages
        "",
        "-", // the form
        "171240017760",
        "Алматы, 1",
        "", // the address
        "phone",
        "+77001234567",
        "privacy",
        "privacy@example.kz",
        "", // the same for the person responsible
        "", // who is not named
        "google",
        "hotjar",
        "Analytics", // the services
        "UA-1",
        "G-ABC",
        "G-ABC123",
        "tomorrow",
        "", // the date
        "y",
    ];
    let outcome = interview(form(packs(), &[]), Given::new(), &lines);
    assert_eq!(outcome.result.as_ref().unwrap(), &Decision::Write);
    assert!(
        outcome.script.lines.is_empty(),
        "{:?}",
        outcome.script.lines
    );
    for wrong in [
        "`Atlantis` can't be the answer",
        "there is no `de` to choose",
        "this has to be answered",
        "`ТОО` can't be the answer",
        "`phone` can't be the answer",
        "`privacy` can't be the answer",
        "there is no `google` to choose",
        "there is no `hotjar` to choose",
        "`G-`, then digits and capital letters; it stands in the vendor's settings",
        "`G-ABC` is shorter than any id that the vendor gives",
        "`UA-1` can't be the answer\n`G-`, then digits and capital letters",
        "`tomorrow` can't be the answer",
    ] {
        assert!(
            outcome.has_shown(wrong),
            "{wrong}: {:#?}",
            outcome.script.shown
        );
    }
    for (key, answer) in [
        ("country", "KZ"),
        ("pack", "_kz"),
        ("languages", "ru,en"),
        ("name-lang", "ru"),
        ("legal-name.en", "{name} LLP"),
        ("form.en", ""),
        ("address.en", "Алматы, 1"),
        ("dpo-email", "privacy@example.kz"),
        ("services", "google-analytics-4"),
        ("service.google-analytics-4", "G-ABC123"),
        ("date", "2026-12-01"),
    ] {
        assert_eq!(outcome.answer(key), answer, "{key}");
    }
    assert_eq!(outcome.kept, outcome.form.given);
    // Each question names what it is about.
    let asked = &outcome.script.asked;
    assert!(
        asked.iter().any(|text| text == "Postal address (Russian)"),
        "{asked:#?}"
    );
    let answers = outcome.form.answers(&Host::from("example.kz".to_owned()));
    let facts = answers.unwrap().facts;
    let has_form = |tag| {
        let locale = Locale::try_from(tag).unwrap();
        facts.contains_key(&("operator.form", Some(locale)))
    };
    assert_eq!([has_form("ru"), has_form("en")], [true, false]);
}

#[test]
fn what_the_command_line_says_is_not_asked_and_one_can_go_back() {
    // Back from the language of the name to the name, which the command line gave, and again to the
    // languages.
    let mut lines = vec!["<", "<", "kk,ru", "«Мысал»"];
    // Language, legal name and form, the latter two in both languages.
    lines.extend([""; 5]);
    // The address, then that in Russian, the person responsible, their name, services, day.
    lines.push("Алматы, 2");
    lines.extend([""; 5]);
    lines.push("y");
    let facts: Vec<_> = FACTS
        .into_iter()
        .filter(|(key, _)| !key.starts_with("address"))
        .collect();
    let outcome = interview(form(packs(), &facts), Given::new(), &lines);
    assert_eq!(
        outcome.result.as_ref().unwrap(),
        &Decision::Write,
        "{:#?}",
        outcome.script.asked
    );
    assert_eq!(outcome.answer("languages"), "kk,ru");
    assert_eq!(outcome.answer("name"), "«Мысал»");
    assert_eq!(outcome.answer("address.kk"), "Алматы, 2");
    let asked = &outcome.script.asked;
    assert!(
        !asked
            .iter()
            .any(|text| text.contains("Country") || text.contains("Telephone"))
    );
}

#[test]
fn before_the_first_question_there_is_none() {
    let outcome = interview(form(packs(), &[]), Given::new(), &["<"]);
    assert!(outcome.has_shown("This is the first question."));
    assert_eq!(outcome.script.asked[0], outcome.script.asked[1]);
}

#[test]
fn an_answer_is_changed_by_its_number_and_what_hangs_on_it_is_asked_again() {
    let mut facts = FACTS.to_vec();
    facts.extend([
        ("name-lang", "ru"),
        ("legal-name.ru", "{name}"),
        ("form.ru", ""),
    ]);
    facts.extend([
        ("dpo-email", "dpo@example.kz"),
        ("dpo-name", ""),
        ("services", ""),
        ("date", "2026-12-01"),
    ]);
    // The third answer is the languages; in Kazakh there are no address, name and form yet.
    let lines = ["99", "3", "ru,kk", "", "", "", "y"];
    let outcome = interview(form(packs(), &facts), Given::new(), &lines);
    assert_eq!(outcome.result.as_ref().unwrap(), &Decision::Write);
    assert_eq!(outcome.answer("languages"), "ru,kk");
    assert_eq!(outcome.answer("address.kk"), "Алматы, 1");
    assert!(
        outcome.has_shown("   3  Languages of the site, the default one first: Russian (ru)\n")
    );
    assert!(outcome.has_shown("   1  Country of the operator: Kazakhstan (KZ)\n"));
    assert!(outcome.has_shown("Name with its legal form (Russian): «Пример»\n"));
    assert!(outcome.has_shown("Complaints go to: Ministry of"));
    assert!(outcome.has_shown("No lawyer has read these texts yet."));
}

#[test]
fn an_interrupted_run_is_gone_on_with() {
    let outcome = interview(form(packs(), &FACTS[..3]), Given::new(), &["ru"]);
    assert!(outcome.result.is_err(), "the terminal was closed");
    assert_eq!(outcome.answer("name-lang"), "ru");
    let kept = outcome.kept;
    assert_eq!(kept["name"], "«Пример»");

    // The command line comes first.
    let mut now = FACTS[3..].to_vec();
    now.push(("name", "«Другой»"));
    // What is neither yes nor no is no reason to begin anew.
    let lines = ["maybe", "y", "", "", "", "", "", "", "n"];
    let outcome = interview(form(packs(), &now), kept.clone(), &lines);
    assert_eq!(outcome.result.as_ref().unwrap(), &Decision::Stop);
    assert_eq!(outcome.answer("name"), "«Другой»");
    assert_eq!(outcome.answer("name-lang"), "ru");
    assert_eq!(outcome.script.asked.len(), lines.len());

    // Whoever begins anew is asked for the country.
    let outcome = interview(form(packs(), &[]), kept, &["n", "<"]);
    assert!(outcome.script.asked[1].contains("Country"));
}

#[test]
fn a_kept_answer_that_is_not_right_any_more_is_asked_for() {
    let mut kept: Given = form(packs(), &FACTS).given;
    kept.insert("phone".to_owned(), "none".to_owned());
    let lines = ["y", "", "", "", "+77001234568", "", "", "", "", "y"];
    let outcome = interview(form(packs(), &[]), kept, &lines);
    assert_eq!(
        outcome.result.as_ref().unwrap(),
        &Decision::Write,
        "{:#?}",
        outcome.script.asked
    );
    assert_eq!(outcome.answer("phone"), "+77001234568");
}

#[test]
fn who_fits_several_packs_chooses_and_the_one_for_every_country_comes_last() {
    let outcome = interview(form(two_packs(), &FACTS), Given::new(), &["2"]);
    assert_eq!(outcome.answer("pack"), "_other");
    assert!(outcome.has_shown("   1  _kz  Kazakhstan: Law No. 94-V"));
    assert!(outcome.has_shown("   2  _other  "));
    // Of another country only the one for every country is left, and nobody is asked.
    let mut facts = FACTS.to_vec();
    facts[0].1 = "FR";
    let outcome = interview(form(two_packs(), &facts), Given::new(), &[""]);
    assert_eq!(outcome.answer("pack"), "_other");
    assert!(!outcome.script.asked.iter().any(|text| text.contains("law")));
}

#[test]
fn what_is_missing_is_reported_when_a_person_gives_up() {
    let outcome = interview(form(packs(), &FACTS[..2]), Given::new(), &[]);
    let messages: Vec<String> = outcome
        .result
        .unwrap_err()
        .into_iter()
        .map(|diagnostic| diagnostic.message)
        .collect();
    for missing in ["`--address ru` is not given", "`--email` is not given"] {
        assert!(messages.contains(&missing.to_owned()), "{messages:?}");
    }
}
