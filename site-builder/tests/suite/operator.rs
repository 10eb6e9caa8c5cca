//! Operators of every kind and country: what pages, blocks of texts and machines get of them.

use crate::support::{EDITION, Project, read, repository, texts};
use domain::Locale;
use scraper::{Html, Selector};
use site_builder::content::{country, registration};
use std::{env, fs};

const SETTINGS: &str = "content/example.kz/site.toml";

/// The good site with a text of both blocks, whose operator is another one. `operator` are the lines
/// of its table after the name, `rest` the tables behind it.
fn site_of(operator: &str, rest: &str) -> Project {
    let project = Project::in_default_theme();
    let text =
        "## 1. Controller\n\n{{ block.operator }}\n\n## 2. Complaints\n\n{{ block.authority }}\n";
    project.write_body(EDITION, text);
    let settings = project.read(SETTINGS);
    let (head, _) = settings.split_once("country = ").unwrap();
    project.write(SETTINGS, format!("{head}{operator}\n{rest}\n"));
    project
}

const AUTHORITY: &str = "[authority]\nname = { en = \"Authority\" }\n";

/// The rows of the lists of facts in the text of a page: what stands left, and right.
fn rows(page: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(page);
    let select = |selector: &str| Selector::parse(selector).unwrap();
    let text = |element: scraper::ElementRef<'_>| element.text().collect::<String>();
    page.select(&select(".text .facts__row"))
        .map(|row| {
            let part = |name: &str| row.select(&select(name)).next().map(text).unwrap();
            (part("dt"), part("dd"))
        })
        .collect()
}

fn pairs(rows: &[(String, String)]) -> Vec<(&str, &str)> {
    let pairs = rows.iter();
    pairs
        .map(|(left, right)| (left.as_str(), right.as_str()))
        .collect()
}

fn built(project: &Project, page: &str) -> String {
    let report = project.build();
    assert_eq!(report.text, "");
    project.read(&format!("dist/{page}"))
}

#[test]
fn a_company_has_a_row_for_each_number_and_each_contact() {
    let project = site_of(
        "country = \"DE\"\nregistration = [\n    { kind = \"commercial-register\", number = \"HRB 12345, Amtsgericht Charlottenburg\" },\n    { kind = \"vat\", number = \"DE 216 199 730\" },\n]\n\
         email = \"info@bücher.example\"\nphone = \"030 / 123 456 78\"\nlegal_name = { en = \"{name} GmbH\" }\nform = { en = \"limited company\" }\naddress = { en = \"Musterstraße 1, 10115 Berlin, Germany\" }\n",
        "[dpo]\nname = \"Dr. Muster\"\nemail = \"dpo@example.kz\"\nphone = \"+49 30 87654321\"\naddress = \"Postfach 1, 10115 Berlin\"\n\
         [representative]\nname = \"Rep Ltd\"\naddress = { en = \"1 Street, Dublin\" }\nemail = \"rep@example.kz\"\n\
         [authority]\nname = { en = \"Berlin Commissioner\" }\naddress = \"Alt-Moabit 59-61, 10555 Berlin\"\nurl = \"https://www.datenschutz-berlin.de/\"\n",
    );
    let page = built(&project, "example.kz/en/privacy/index.html");
    assert_eq!(
        pairs(&rows(&page)),
        [
            ("Name", "«Example» GmbH"),
            (
                "Commercial register",
                "HRB 12345, Amtsgericht Charlottenburg"
            ),
            ("VAT number", "DE 216 199 730"),
            ("Address", "Musterstraße 1, 10115 Berlin, Germany"),
            ("E-mail", "info@bücher.example"),
            ("Telephone", "+49 30 12345678"),
            (
                "Data protection officer",
                "Dr. Muster\nPostfach 1, 10115 Berlin\ndpo@example.kz\n+49 30 87654321"
            ),
            (
                "Representative in the European Union",
                "Rep Ltd\n1 Street, Dublin\nrep@example.kz"
            ),
            (
                "Supervisory authority",
                "Berlin Commissioner\nAlt-Moabit 59-61, 10555 Berlin\nhttps://www.datenschutz-berlin.de/"
            ),
        ]
    );
    for link in [
        "href=\"mailto:info@xn--bcher-kva.example\"",
        "href=\"tel:+493012345678\"",
        "href=\"https://www.datenschutz-berlin.de/\"",
        "\"vatID\":\"DE 216 199 730\"",
        "\"telephone\":\"+493012345678\"",
    ] {
        assert!(page.contains(link), "{link}");
    }
    let footer = page.split_once("<footer").unwrap().1;
    for line in [
        "«Example» GmbH",
        "<p>Commercial register HRB 12345, Amtsgericht Charlottenburg</p>",
        "<p>VAT number DE 216 199 730</p>",
        "info@bücher.example",
    ] {
        assert!(footer.contains(line), "{line}");
    }
    let words = texts(&Html::parse_document(&page), "body").concat();
    for word in ["BIN", "Kazakhstan"] {
        assert!(!words.contains(word), "{word}");
    }
}

#[test]
fn an_association_and_a_sole_trader_have_the_rows_that_there_are() {
    let association = site_of(
        "country = \"FR\"\nemail = \"info@example.kz\"\naddress = { en = \"1 rue Exemple, Paris\" }\n",
        AUTHORITY,
    );
    let page = built(&association, "example.kz/en/privacy/index.html");
    assert_eq!(
        pairs(&rows(&page)),
        [
            ("Name", "«Example»"),
            ("Address", "1 rue Exemple, Paris"),
            ("E-mail", "info@example.kz"),
            ("Supervisory authority", "Authority"),
        ]
    );
    assert!(!page.contains("taxID") && !page.contains("telephone"));
    let trader = site_of(
        "country = \"KZ\"\nregistration = { kind = \"iin\", number = \"613412524273\" }\nemail = \"info@example.kz\"\naddress = { en = \"Almaty\" }\n",
        AUTHORITY,
    );
    let page = built(&trader, "example.kz/en/privacy/index.html");
    assert!(pairs(&rows(&page)).contains(&("IIN", "613412524273")));
    // What a consent has to say by the law of Kazakhstan names the trader's number too.
    let choices = trader.read("dist/example.kz/en/choices/index.html");
    assert!(
        choices.contains("«Example», IIN 613412524273</dd>"),
        "{choices}"
    );
}

/// Not every country has an authority for personal data.
#[test]
fn a_site_without_an_authority_has_no_row_for_it() {
    let operator =
        "country = \"US\"\nemail = \"info@example.kz\"\naddress = { en = \"1 Sample Street\" }\n";
    let project = site_of(operator, "");
    let page = built(&project, "example.kz/en/privacy/index.html");
    assert_eq!(
        pairs(&rows(&page)),
        [
            ("Name", "«Example»"),
            ("Address", "1 Sample Street"),
            ("E-mail", "info@example.kz"),
        ]
    );
    project.write_body(EDITION, "## 1. Complaints\n\n{{ authority.name }}\n");
    let told = project.build().text;
    assert!(told.contains("authority.name"), "{told}");
}

#[test]
fn a_text_without_a_place_for_the_authority_has_it_behind_the_operator() {
    let project = site_of(
        "country = \"FR\"\nemail = \"info@example.kz\"\naddress = { en = \"Paris\" }\n",
        AUTHORITY,
    );
    let last = |project: &Project| {
        let page = built(project, "example.kz/en/privacy/index.html");
        let rows = rows(&page);
        let count = |left: &str| rows.iter().filter(|row| row.0 == left).count();
        (count("Name"), count("Supervisory authority"))
    };
    assert_eq!(last(&project), (1, 1));
    project.write_body(EDITION, "## 1. Controller\n\n{{ block.operator }}\n");
    assert_eq!(last(&project), (1, 1));
    project.write_body(EDITION, "## 1. Complaints\n\n{{ block.authority }}\n");
    assert_eq!(last(&project), (0, 1));
}

#[test]
fn texts_have_the_facts_as_variables_and_those_that_are_missing_are_errors() {
    let project = site_of(
        "country = \"DE\"\nregistration = [{ kind = \"vat\", number = \"DE216199730\" }, { kind = \"lei\", number = \"64XBVUDAZH1TBAG4P693\" }]\nemail = \"info@example.kz\"\naddress = { en = \"Berlin\" }\n",
        "[authority]\nname = { en = \"Authority\" }\nurl = \"https://authority.example/\"\n",
    );
    project.write_body(
        EDITION,
        "## 1. A\n\n1.1. {{ operator.registration }} in {{ operator.country }}, {{ operator.lei }}, {{ authority.url }}.\n",
    );
    let page = built(&project, "example.kz/en/privacy/index.html");
    let text = "VAT number DE216199730; LEI 64XBVUDAZH1TBAG4P693 in Germany, 64XBVUDAZH1TBAG4P693, \
                <a href=\"https://authority.example/\">https://authority.example/</a>.";
    assert!(page.contains(text), "{page}");
    project.write_body(
        EDITION,
        "## 1. A\n\n1.1. {{ operator.phone }}, {{ operator.bin }}, {{ dpo.email }}.\n",
    );
    let report = project.build();
    for name in ["operator.phone", "operator.bin", "dpo.email"] {
        assert!(
            report.text.contains(&format!("there is no fact `{name}`")),
            "{}",
            report.text
        );
    }
}

#[test]
fn former_numbers_and_telephones_stand_in_the_editions_of_their_time() {
    let project = site_of(
        "country = \"DE\"\nregistration = { kind = \"vat\", number = \"DE216199730\" }\nphone = \"030 12345678\"\nemail = \"info@example.kz\"\naddress = { en = \"Berlin\" }\n",
        &format!(
            "{AUTHORITY}[[former]]\nuntil = 2026-03-01\nfacts.\"operator.vat\" = \"DE136695976\"\nfacts.\"operator.phone\" = \"030 87654321\"\n"
        ),
    );
    let next = EDITION.replace("2026-01-01", "2026-03-01");
    project.write(&next, project.read(EDITION));
    let page = built(&project, "example.kz/en/privacy/2026-01-01/index.html");
    let past = rows(&page);
    assert!(
        pairs(&past).contains(&("VAT number", "DE136695976")),
        "{past:?}"
    );
    assert!(
        pairs(&past).contains(&("Telephone", "+49 30 87654321")),
        "{past:?}"
    );
    let page = project.read("dist/example.kz/en/privacy/2026-03-01/index.html");
    assert!(pairs(&rows(&page)).contains(&("VAT number", "DE216199730")));
    for (from, to, message) in [
        (
            "\"operator.vat\" = \"DE136695976\"",
            "\"operator.vat\" = \"DE136695977\"",
            "check digit",
        ),
        (
            "\"operator.vat\" = \"DE136695976\"",
            "\"operator.registration\" = \"x\"",
            "there is no fact `operator.registration`",
        ),
        (
            "\"operator.phone\" = \"030 87654321\"",
            "\"operator.phone\" = \"030\"",
            "`operator.phone` can't be `030`",
        ),
    ] {
        let good = project.read(SETTINGS);
        project.replace(SETTINGS, from, to);
        let report = project.build();
        assert!(report.text.contains(message), "{}", report.text);
        project.write(SETTINGS, good);
    }
}

#[test]
fn the_blocks_are_in_each_language_of_documents() {
    let project = site_of(
        "country = \"FR\"\nregistration = [{ kind = \"siren\", number = \"680 928 975\" }, { kind = \"commercial-register\", number = \"HRB 1\" }]\n\
         email = \"info@example.kz\"\nphone = \"01 42 68 53 00\"\naddress = { en = \"Paris\" }\n",
        "[dpo]\nemail = \"dpo@example.kz\"\n[representative]\nname = \"Rep\"\naddress = \"Dublin\"\n[authority]\nname = { en = \"Authority\" }\n",
    );
    let languages = ["ru", "kk", "de", "fr", "ar", "ka"];
    let all: Vec<String> = languages.iter().map(|tag| format!("\"{tag}\"")).collect();
    let locales = format!("locales = [\"en\", {}]", all.join(", "));
    project.replace(SETTINGS, "locales = [\"en\"]", &locales);
    for language in languages {
        let edition = EDITION.replace("/en/", &format!("/{language}/"));
        project.write(&edition, project.read(EDITION));
    }
    project.build();
    let page = |tag: &str| project.read(&format!("dist/example.kz/{tag}/privacy/index.html"));
    for (tag, register, representative, authority) in [
        (
            "en",
            "Commercial register",
            "Representative in the European Union",
            "Supervisory authority",
        ),
        (
            "ru",
            "Торговый реестр",
            "Представитель в Европейском союзе",
            "Надзорный орган",
        ),
        (
            "kk",
            "Сауда тізілімі",
            "Еуропалық Одақтағы өкіл",
            "Қадағалау органы",
        ),
        (
            "de",
            "Handelsregister",
            "Vertreter in der Europäischen Union",
            "Aufsichtsbehörde",
        ),
        (
            "fr",
            "Registre du commerce",
            "Représentant dans l’Union européenne",
            "Autorité de contrôle",
        ),
        (
            "ar",
            "Commercial register",
            "الممثل في الاتحاد الأوروبي",
            "السلطة الإشرافية",
        ),
    ] {
        let rows = rows(&page(tag));
        let left: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
        assert_eq!(left.len(), 9, "{tag} {left:?}");
        assert_eq!(
            [left[2], left[7], left[8]],
            [register, representative, authority],
            "{tag}"
        );
    }
    // Written from right to left: groups of digits keep their order, and English is marked as such.
    let arabic = page("ar");
    for part in [
        "<dt><span lang=\"en\">SIREN number</span></dt><dd><bdi>680 928 975</bdi></dd>",
        "<p><span lang=\"en\">SIREN number</span> <bdi>680 928 975</bdi></p>",
        "<a href=\"tel:+33142685300\">+33 1 42 68 53 00</a>",
    ] {
        assert!(arabic.contains(part), "{part}");
    }
    assert!(page("fr").contains("<dt>SIREN</dt><dd>680 928 975</dd>"));
    assert!(page("ka").contains("<span lang=\"en\">Commercial register</span>"));
}

const PAGE_HEAD: &str = "\
# Kinds of registration numbers

<!-- Made from `site-builder/src/content/registrations.toml` by `UPDATE_DOCS=1 cargo test -p site-builder`. -->
`registration` of `site.toml` names the number under which an operator is registered ([content.md](content.md), \"The operator\"): none, one or several. Blanks, hyphens, dots
and slashes in it are as you write them. A number is checked by its form, and by its check digits where the table says so. The label is written in the reader's language where that is known, else
in English. What a country has besides is a `registration-number` or `tax-number`.

| kind | label | countries | example | check digit |
|---|---|---|---|---|
";

fn page_of_kinds() -> String {
    let english = Locale::try_from("en").unwrap();
    let mut page = PAGE_HEAD.to_owned();
    for kind in registration::kinds("") {
        let names = kind.countries.iter();
        let names: Vec<String> = names
            .map(|code| country::name(code, &english).unwrap())
            .collect();
        let countries = if names.is_empty() {
            "any".to_owned()
        } else {
            names.join(", ")
        };
        let examples: Vec<String> = kind
            .examples()
            .map(|(text, _)| format!("`{text}`"))
            .collect();
        let checked = kind
            .examples()
            .filter(|(_, is_checked)| *is_checked)
            .count();
        let checked = match checked {
            0 => "",
            all if all == examples.len() => "yes",
            _ => "of some forms",
        };
        let (id, (label, _)) = (&kind.id, kind.label(&english));
        page += &format!(
            "| `{id}` | {label} | {countries} | {} | {checked} |\n",
            examples.join(", ")
        );
    }
    page
}

#[test]
fn the_page_of_kinds_shows_the_kinds() {
    let path = repository().join("docs/registrations.md");
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, page_of_kinds()).unwrap();
    }
    assert_eq!(
        read(&path),
        page_of_kinds(),
        "docs/registrations.md is out of date: run `UPDATE_DOCS=1 cargo test -p site-builder`"
    );
}
