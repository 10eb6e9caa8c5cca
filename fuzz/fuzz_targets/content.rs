//! What authors write: an edition, `site.toml`, `services.toml`. The first byte of an input says
//! which, and whether the rest is the file itself or says how one is made: of the pieces of editions,
//! or by changing lines of a site's real file, which gets behind the readers of TOML and of keys. What
//! comes out is a report whose places are in the file and that shows no control character, facts in
//! every language, and pages with every tag closed.

#![no_main]

#[path = "../../site-builder/tests/suite/any_text.rs"]
mod any_text;

use any_text::{FRONT, PIECES};
use domain::Locale;
use site_builder::content::register;
use site_builder::content::settings::{self, Facts};
use site_builder::report::source::Sources;

const LOCALES: &[&str] = &["kk", "ru", "en", "de", "fr", "ar", "zh-hans", "tr"];
const SETTINGS: &str = include_str!("../../content/cap.kz/site.toml");
const REGISTER: &str = include_str!("../../content/cap.kz/services.toml");

/// Lines of settings and registers, right ones and wrong ones.
const LINES: &[&str] = &[
    "[operator]",
    "[operator.legal_name]",
    "[operator.address]",
    "[dpo]",
    "[representative]",
    "[authority]",
    "[authority.name]",
    "[brand]",
    "[witnesses]",
    "[[witnesses.witness]]",
    "[policy.privacy]",
    "[regimes.US-CA]",
    "[law.gdpr]",
    "[facts]",
    "[facts.term]",
    "[[former]]",
    "[former.facts]",
    "[former.operator]",
    "[[service]]",
    "[[service.cookie]]",
    "[[service.storage]]",
    "[service.purpose]",
    "[service.cookie.purpose]",
    "host = ",
    "locales = ",
    "fallback = ",
    "banner_locales = ",
    "policies = ",
    "draft = ",
    "choice_days = ",
    "refusal_days = ",
    "retention_days = ",
    "minors = ",
    "cookie_domain = ",
    "origins = ",
    "name = ",
    "name_lang = ",
    "country = ",
    "registration = ",
    "registrations = ",
    "email = ",
    "phone = ",
    "address = ",
    "kk = ",
    "en = ",
    "number = ",
    "date = ",
    "until = ",
    "former = ",
    "retired = ",
    "successor = ",
    "regime = ",
    "reason = ",
    "term = ",
    "accent = ",
    "accent_dark = ",
    "radius = ",
    "logo = ",
    "links = ",
    "key = ",
    "quorum = ",
    "use = ",
    "id = ",
    "kind = ",
    "category = ",
    "tag = ",
    "provider = ",
    "transfer = ",
    "privacy_url = ",
    "cookies = ",
    "days = ",
    "domain = ",
    "hosts = ",
    "frames = ",
    "without = ",
];
const VALUES: &[&str] = &[
    "\"\"",
    "\"cap.kz\"",
    "\"құжат.қаз\"",
    "\"xn--a\"",
    "\"*.example.com\"",
    "\"https://a.example/\"",
    "\"javascript:a\"",
    "\"{name}\"",
    "\"{name\"",
    "\"{{ operator.name }}\"",
    "\"\\u0007\\u001b[31m\"",
    "\"\\u202e\"",
    "\"<script>\"",
    "\"«Ә»\"",
    "\"a\\nb\"",
    "\"kk\"",
    "\"KZ\"",
    "\"DE-BE\"",
    "\"all\"",
    "\"marketing\"",
    "\"+49 30 1234567\"",
    "\"171240017760\"",
    "\"#ff0000\"",
    "\"oklch(0.6 0.1 200)\"",
    "\"opt_in\"",
    "[]",
    "[\"kk\", \"de\"]",
    "[\"a\", \"a\"]",
    "{ kk = \"а\", en = \"b\" }",
    "{ kind = \"bin\", number = \"171240017760\" }",
    "{ kind = \"commercial-register\", number = \"HRB 1\" }",
    "{ countries = [\"US\"] }",
    "2026-01-01",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-01-01T00:00:00Z",
    "0",
    "-1",
    "184",
    "4294967295",
    "9223372036854775807",
    "1e400",
    "nan",
    "true",
];

fn pick(list: &[&'static str], byte: u8) -> &'static str {
    list[usize::from(byte) % list.len()]
}

/// An edition of pieces.
fn edition(bytes: &[u8]) -> String {
    let pieces = bytes.iter().map(|byte| pick(PIECES, *byte));
    let body: String = pieces.collect();
    format!("{FRONT}\n{body}")
}

/// The file with some of its lines changed: four bytes a change, what is done, in which line, with
/// what.
fn changed(file: &str, bytes: &[u8]) -> String {
    let mut lines: Vec<String> = file.lines().map(str::to_owned).collect();
    for change in bytes.chunks_exact(4) {
        let [kind, line, key, value] = [change[0], change[1], change[2], change[3]];
        let (count, line) = (lines.len(), usize::from(line) * 2 + usize::from(kind >> 7));
        if count == 0 {
            break;
        }
        let (at, from) = (line % count, usize::from(key) % count);
        match kind % 6 {
            0 => {
                lines.remove(at);
            }
            1 => lines.insert(at, lines[from].clone()),
            2 => lines.swap(at, from),
            3 => {
                if let Some((name, _)) = lines[at].split_once('=') {
                    lines[at] = format!("{name}= {}", pick(VALUES, value));
                }
            }
            4 => lines.insert(at, made_line(key, value)),
            _ => lines[at] = made_line(key, value),
        }
    }
    lines.join("\n")
}

fn made_line(key: u8, value: u8) -> String {
    let line = pick(LINES, key);
    if line.ends_with("= ") {
        format!("{line}{}", pick(VALUES, value))
    } else {
        line.to_owned()
    }
}

/// Reads settings, and an edition that mentions every fact of them.
fn check_settings(text: &str) {
    let mut sources = Sources::default();
    let file = sources.add("site.toml", text);
    let sites = ["cap.kz", "smartustaz.kz"].map(str::to_owned);
    match settings::read(&sources, file, "cap.kz", &sites) {
        Ok((settings, found)) => {
            any_text::check_report(&sources, found);
            for locale in settings.locales.get_ref() {
                let facts = Facts::new(&settings, locale);
                let mut edition = format!("{FRONT}\n1. Title\n\n");
                for name in facts.names() {
                    edition.push_str(&format!("{{{{ {name} }}}} [{name}]({{{{ {name} }}}})\n\n"));
                }
                any_text::check(&edition, locale, &facts);
            }
        }
        Err(refusal) => any_text::check_report(&sources, vec![refusal]),
    }
}

fn check_register(text: &str) {
    let mut sources = Sources::default();
    let file = sources.add("services.toml", text);
    let locales = ["kk", "ru", "en"].map(|locale| Locale::try_from(locale).unwrap());
    match register::read(&sources, file, &locales, "KZ") {
        Ok((mut register, found)) => {
            any_text::check_report(&sources, found);
            register.deletable_cookies();
            for service in register.active() {
                service.frame_hosts();
                service.excluded_countries().for_each(drop);
            }
            register.switch_off(domain::Category::Marketing);
        }
        Err(refusal) => any_text::check_report(&sources, vec![refusal]),
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let [kind, locale, rest @ ..] = bytes else {
        return;
    };
    let text = match kind % 6 {
        1 => edition(rest),
        4 => changed(SETTINGS, rest),
        5 => changed(REGISTER, rest),
        _ => match std::str::from_utf8(rest) {
            Ok(text) => text.to_owned(),
            Err(_) => return,
        },
    };
    match kind % 6 {
        0 | 1 => {
            let locale = Locale::try_from(pick(LOCALES, *locale)).unwrap();
            any_text::check(&text, &locale, &Facts::default());
        }
        2 | 4 => check_settings(&text),
        _ => check_register(&text),
    }
});
