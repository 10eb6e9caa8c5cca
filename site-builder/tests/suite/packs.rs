//! A pack is a folder: here are one of a country that nobody has heard of, written right to left, and
//! one for every country.

use crate::support::{self, repository, stderr};
use scraper::{Html, Selector};
use std::fs;
use std::ops::Deref;
use std::process::Output;

/// A project whose packs are made by the test.
struct Project(support::Project);

impl Deref for Project {
    type Target = support::Project;

    fn deref(&self) -> &support::Project {
        &self.0
    }
}

/// `XA` is one of the codes that ISO 3166-1 leaves to its users.
const PACK: &str = r#"
countries = ["XA", "XB"]
locales = ["ar", "en"]
reviewed = ""
dpo = "optional"
representative = "optional"

[title]
en = "Law of Atlantis"

[languages]
XA = ["ar"]

[[authorities]]
country = "XA"
subdivision = "XA-N"
registers = ["Northport", "Midport"]
url = "https://north.example/"
name = { ar = "هيئة الشمال", en = "Authority of the North" }

[[authorities]]
country = "XA"
subdivision = "XA-S"
registers = ["Southport", "Midport"]
confirmed = false
name = { ar = "هيئة الجنوب" }

[[authorities]]
country = "XB"
address = "1 Sea Road"
name = { ar = "هيئة البحر", en = "Authority of the Sea" }

# A law without number and day.
[laws.custom]
title = { ar = "عرف البحر", en = "Custom of the Sea" }

[laws.islands]
countries = ["XB"]
number = "7"
date = 2020-02-03
title = { ar = "قانون الجزر", en = "Law of the Islands" }
cite = { ar = "رقم 7 لسنة 2020 بتاريخ 3 فبراير", en = "No. 7 of 3 February 2020" }
"#;

const SETTINGS: &str = r#"
host = "example.org"
locales = ["ar", "en"]
policies = ["privacy"]
theme = "default"

[operator]
name = "Example"
name_lang = "en"
country = "XA"
email = "info@example.org"
phone = "+1 212 555 0100"
legal_name = { ar = "شركة {name}", en = "{name} Ltd." }
form = { ar = "شركة", en = "company" }
address = { ar = "طريق البحر، 1", en = "1 Sea Road" }

[dpo]
email = "dpo@example.org"

[representative]
name = "Example SA"
address = "1 Example Street"

[authority]
url = "https://north.example/"
name = { ar = "هيئة الشمال", en = "Authority of the North" }

[law.custom]
title = { ar = "عرف البحر", en = "Custom of the Sea" }
"#;

const SERVICES: &str = r#"
[[service]]
id = "basket"
kind = "external"
name = "Basket"
category = "essential"
tag = ""
provider = ""
country = ""
transfer = "none"
privacy_url = ""
data = { ar = "محتويات السلة", en = "what is in the basket" }
purpose = { ar = "يحفظ محتويات السلة.", en = "Remembers what is in the basket." }
[[service.cookie]]
name = "basket"
days = 1
purpose = { ar = "السلة", en = "the basket" }
"#;

const ARABIC: &str = r#"+++
title = "سياسة الخصوصية"
published = 2026-01-01
summary = "الطبعة الأولى."
+++

## 1. عام

1.1. صاحب الموقع هو {{ operator.legal_name }}، {{ operator.address }}، {{ operator.email }}. القانون: {{ law.custom.title }}. الهيئة: {{ authority.name }}.

{{ block.services }}

{{ block.cookies }}

{{ block.choices }}
"#;

const ENGLISH: &str = r#"+++
title = "Privacy policy"
published = 2026-01-01
summary = "First edition."
+++

## 1. General

1.1. The site belongs to {{ operator.legal_name }}, {{ operator.address }}, {{ operator.email }}. The law: {{ law.custom.title }}. The authority: {{ authority.name }}.

{{ block.services }}

{{ block.cookies }}

{{ block.choices }}
"#;

const REVIEW: &str = "# {host}\n\n## R1. Facts\n{facts}\n- [ ] **R1**\n";

/// What everybody has to say of an operator.
const FACTS: [&str; 4] = [
    "--name=Trident",
    "--address=ar=طريق البحر، 2",
    "--phone=+1 212 555 0101",
    "--email=info@trident.example",
];

impl Project {
    fn new() -> Self {
        let project = Self(support::Project::empty());
        project.copy_from_repository("themes/default");
        let wrangler = support::read(&repository().join("wrangler.toml"));
        project.write("wrangler.toml", wrangler);
        project.write_pack("_xa", PACK);
        // Offered to everybody, last although its name comes first.
        let open = PACK.replace("\"XA\", \"XB\"", "");
        let open = open.split("[[authorities]]").next().unwrap().to_owned();
        project.write_pack("_any", &open);
        project
    }

    fn write_pack(&self, folder: &str, pack: &str) {
        let path = |file: &str| format!("content/{folder}/{file}");
        self.write(&path("pack.toml"), pack);
        self.write(&path("site.toml"), SETTINGS);
        self.write(&path("services.toml"), SERVICES);
        self.write(&path("more-services.toml"), "");
        self.write(&path("ar/privacy/2026-01-01.md"), ARABIC);
        self.write(&path("en/privacy/2026-01-01.md"), ENGLISH);
        for locale in ["ar", "en"] {
            self.write(&path(&format!("REVIEW.{locale}.md")), REVIEW);
        }
    }

    fn run(&self, words: &[&str]) -> Output {
        self.program(words).output().unwrap()
    }

    /// Makes a site, and builds it without a warning.
    fn make(&self, host: &str, facts: &[&str]) {
        let made = self.run(&[&["new", host, "--yes", "--date=2026-12-01"], facts].concat());
        assert!(made.status.success(), "{}", stderr(&made));
        let words = [
            "build",
            "--site",
            host,
            "--today",
            "2026-12-01",
            "--deny",
            "warnings",
        ];
        let built = self.run(&words);
        assert!(built.status.success(), "{}", stderr(&built));
    }

    fn refused(&self, facts: &[&str]) -> String {
        let before = support::files_below(&self.path());
        let output = self.run(&[&["new", "refused.example", "--yes"], facts].concat());
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert!(
            support::files_below(&self.path()) == before,
            "something was written"
        );
        stderr(&output)
    }

    fn settings(&self, host: &str) -> toml::Table {
        self.read(&format!("content/{host}/site.toml"))
            .parse()
            .unwrap()
    }
}

/// The facts with further ones.
fn facts<'f>(further: &[&'f str]) -> Vec<&'f str> {
    [&FACTS[..], further].concat()
}

#[test]
fn a_country_that_nobody_has_heard_of_is_a_folder() {
    let project = Project::new();
    project.make(
        "trident.example",
        &facts(&["--country=XA", "--subdivision=XA-N"]),
    );
    let page = project.read("dist/trident.example/ar/privacy/index.html");
    let html = Html::parse_document(&page);
    let root = html
        .select(&Selector::parse("html").unwrap())
        .next()
        .unwrap();
    assert_eq!(
        (root.attr("lang"), root.attr("dir")),
        (Some("ar"), Some("rtl"))
    );
    for words in ["طريق البحر، 2", "عرف البحر", "هيئة الشمال"] {
        assert!(page.contains(words), "{words}");
    }
    // The pack proposes Arabic to operators of this country; the example's English and officers are gone.
    let settings = project.settings("trident.example");
    let text = settings.to_string();
    assert!(!text.contains("en = "), "{text}");
    for unasked in ["dpo", "representative"] {
        assert!(!settings.contains_key(unasked), "{unasked}");
    }
    assert_eq!(settings["operator"]["country"].as_str(), Some("XA"));
    assert!(
        !settings["operator"]
            .as_table()
            .unwrap()
            .contains_key("form")
    );
    // Nothing of another country's law is on any page of the site, nor in what its owner reads.
    let mut texts = support::files_below(&project.path().join("content/trident.example"));
    let pages = support::files_below(&project.path().join("dist/trident.example/ar"));
    texts.extend(
        pages
            .into_iter()
            .map(|(name, bytes)| (format!("dist/{name}"), bytes)),
    );
    // The archive has the words of every regime, each for visitors of its countries.
    texts.retain(|name, _| !name.starts_with("archive/"));
    for (name, bytes) in &texts {
        let text = String::from_utf8_lossy(bytes);
        for foreign in [
            "GDPR",
            "DSGVO",
            "Kazakhstan",
            "Қазақстан",
            "Казахстан",
            "كازاخستان",
            "94-V",
            "Cloudflare",
        ] {
            assert!(!text.contains(foreign), "{name}: {foreign}");
        }
    }
    assert!(texts.len() > 5);
}

#[test]
fn the_authority_is_that_of_the_part_of_the_country_or_of_the_country() {
    let project = Project::new();
    // The name that the pack knows in Arabic alone stands in English too.
    let south = [
        "--country=XA",
        "--subdivision=xa-s",
        "--languages=en,ar",
        "--address=en=2 Sea Road",
    ];
    project.make("south.example", &facts(&south));
    let authority = &project.settings("south.example")["authority"];
    assert_eq!(authority["name"]["en"].as_str(), Some("هيئة الجنوب"));
    assert!(authority.get("url").is_none(), "{authority}");
    // Who has one authority is not asked which.
    project.make("sea.example", &facts(&["--country=XB", "--languages=ar"]));
    let settings = project.settings("sea.example");
    assert_eq!(
        settings["authority"]["name"]["ar"].as_str(),
        Some("هيئة البحر")
    );
    assert_eq!(
        settings["authority"]["address"].as_str(),
        Some("1 Sea Road")
    );
    let review = project.read("content/sea.example/REVIEW.ar.md");
    assert!(
        review.contains("هيئة البحر") && review.contains("sea.example"),
        "{review}"
    );

    let told = project.refused(&facts(&["--country=XA"]));
    assert!(told.contains("`--subdivision` is not given"), "{told}");
    assert!(told.contains("choose of: XA-N, XA-S"), "{told}");
    let told = project.refused(&facts(&["--country=XA", "--subdivision=XA-W"]));
    assert!(told.contains("choose of: XA-N, XA-S"), "{told}");
    let told = project.refused(&facts(&["--country=XB", "--subdivision=XA-N"]));
    assert!(
        told.contains("`--subdivision` is given, but not asked of this site"),
        "{told}"
    );
}

#[test]
fn a_registration_proposes_the_part_of_the_country_whose_register_it_names() {
    let project = Project::new();
    let option = |number: &str| format!("--registration=commercial-register={number}");
    let registered = option("HRB 12, court of Northport");
    project.make("north.example", &facts(&["--country=XA", &registered]));
    let authority = &project.settings("north.example")["authority"];
    assert_eq!(authority["name"]["ar"].as_str(), Some("هيئة الشمال"));
    // Neither a part of a word nor a place of two parts tells which.
    for unclear in [
        "Northporter HRB 12",
        "HRB 12, Midport",
        "HRB 12, Northport and Southport",
    ] {
        let registered = option(unclear);
        let told = project.refused(&facts(&["--country=XA", &registered]));
        assert!(
            told.contains("`--subdivision` is not given"),
            "{unclear}: {told}"
        );
    }
}

#[test]
fn laws_are_those_of_the_country_with_or_without_numbers() {
    let project = Project::new();
    project.make("sea.example", &facts(&["--country=XB", "--languages=ar"]));
    let laws = &project.settings("sea.example")["law"];
    assert_eq!(laws["islands"]["number"].as_str(), Some("7"));
    assert!(laws["islands"].get("countries").is_none());
    assert!(laws["islands"]["title"].get("en").is_none(), "{laws}");
    project.make(
        "north.example",
        &facts(&["--country=XA", "--subdivision=XA-N"]),
    );
    let laws = project.settings("north.example");
    let laws = laws["law"].as_table().unwrap();
    assert_eq!(laws.keys().collect::<Vec<_>>(), ["custom"]);
}

#[test]
fn a_country_without_a_pack_gets_the_one_for_every_country() {
    let project = Project::new();
    let fact = [
        "--country=France",
        "--languages=en",
        "--address=en=2 Rue de la Mer",
    ];
    let fact = [
        &fact[..],
        &[
            "--name=Trident",
            "--phone=+33 1 42 68 53 00",
            "--email=a@trident.example",
        ],
    ]
    .concat();
    project.make("trident.example", &fact);
    let settings = project.settings("trident.example");
    // This pack names no authority, so that the example's stays.
    assert!(settings.contains_key("authority"));
    // Who has a pack may have the other.
    let asked = project.refused(&facts(&["--country=XB", "--pack=_none"]));
    assert!(asked.contains("choose of: _xa, _any"), "{asked}");
    project.make(
        "any.example",
        &facts(&["--country=XB", "--pack=_any", "--languages=ar"]),
    );
    // Whose authority a country has doesn't depend on the texts.
    let settings = project.settings("any.example");
    let authority = &settings["authority"];
    assert_eq!(authority["name"]["ar"].as_str(), Some("هيئة البحر"));
    assert!(authority.get("url").is_none(), "{authority}");
    let told = project.refused(&facts(&["--country=XA", "--pack=_any", "--languages=ar"]));
    assert!(told.contains("choose of: XA-N, XA-S"), "{told}");
    let told = project.refused(&[&fact[..], &["--pack=_xa"]].concat());
    assert!(told.contains("choose of: _any"), "{told}");
    let told = project.refused(&facts(&["--country=Lemuria"]));
    assert!(told.contains("`Lemuria` can't be the answer"), "{told}");
}

#[test]
fn a_pack_that_disagrees_with_itself_is_an_error_with_its_place() {
    for (from, to, expected) in [
        (
            "locales = [\"ar\", \"en\"]",
            "locales = [\"ar\"]",
            "`locales` are not those of the pack's `site.toml`",
        ),
        (
            "dpo = \"optional\"",
            "dpo = \"optional\"\nproposed = [\"operator.motto\"]",
            "`operator.motto` is proposed",
        ),
        (
            "dpo = \"optional\"",
            "dpo = \"maybe\"",
            "unknown variant `maybe`",
        ),
        (
            "title = { ar = \"عرف البحر\", ",
            "title = { ",
            "`laws.custom.title` has no text in `ar`",
        ),
        (
            "name = { ar = \"هيئة الجنوب\" }",
            "name = {}",
            "an authority of XA has no name",
        ),
        ("reviewed", "revised", "unknown field `revised`"),
    ] {
        let project = Project::new();
        project.replace("content/_xa/pack.toml", from, to);
        let told = project.refused(&facts(&["--country=XB"]));
        assert!(told.contains(expected), "{to}: {told}");
        assert!(told.contains("content/_xa/pack.toml:"), "{to}: {told}");
    }
}

#[test]
fn without_packs_there_is_nothing_to_begin_with() {
    let project = Project::new();
    for folder in ["_xa", "_any"] {
        fs::remove_dir_all(project.path().join("content").join(folder)).unwrap();
    }
    let told = project.refused(&facts(&["--country=XB"]));
    assert!(
        told.contains("has no pack") && told.contains("docs/packs.md"),
        "{told}"
    );
}

#[test]
fn the_packs_of_the_repository_are_whole() {
    let content = repository().join("content");
    let mut sources = site_builder::report::source::Sources::default();
    let packs = site_builder::new::pack::read_all(&mut sources, &content).unwrap();
    for pack in &packs {
        let folder = &pack.folder;
        // Who the example says is the authority is one that the pack proposes.
        let example: toml::Table = pack.settings.to_string().parse().unwrap();
        let named = example
            .get("authority")
            .and_then(|authority| authority["name"].as_table());
        let is_known = named.is_none_or(|named| {
            pack.data.authorities.is_empty()
                || pack.data.authorities.iter().any(|authority| {
                    authority.name.iter().all(|(locale, name)| {
                        let example = named.get(locale.as_str()).and_then(toml::Value::as_str);
                        example.is_none_or(|example| example == name)
                    })
                })
        });
        assert!(is_known, "{folder}: the example's authority");
        for authority in &pack.data.authorities {
            let country = authority.country.to_string();
            if let Some(part) = &authority.subdivision {
                // The country's own code: who is chosen on purpose alone.
                let is_part = part.starts_with(&format!("{country}-")) || *part == country;
                assert!(is_part, "{folder}: {part}");
            }
        }
        for locale in pack.data.locales.get_ref() {
            assert!(
                pack.data.title.contains_key(locale),
                "{folder}: no title in {locale}"
            );
        }
    }
    assert!(packs.iter().any(|pack| pack.folder == "_kz"));
}

#[test]
fn every_pack_has_both_policies_in_each_language_and_shows_whom_the_wizard_asks_for() {
    let content = repository().join("content");
    let mut sources = site_builder::report::source::Sources::default();
    let packs = site_builder::new::pack::read_all(&mut sources, &content).unwrap();
    for pack in &packs {
        let folder = &pack.folder;
        assert_eq!(pack.policies, ["privacy", "cookies"], "{folder}");
        for locale in pack.data.locales.get_ref() {
            for policy in &pack.policies {
                let mut editions = pack.editions.iter();
                let edition = editions.find(|(of, at, _)| of == policy && at == locale);
                // The block shows the officer's name, which no variable has where nobody gave one.
                let is_shown =
                    edition.is_some_and(|(_, _, text)| text.contains("{{ block.operator }}"));
                assert!(is_shown, "{folder}: {policy} in {locale}");
            }
        }
    }
}
