//! Documents in several languages: side by side, one after another, alternating.

use crate::support::{options, title_and_body, words_of_blocks};
use domain::Locale;
use importer::{Arrangement, DecisionKind, Document, Format, Imported};
use proptest::prelude::*;

fn locale(tag: &str) -> Locale {
    Locale::try_from(tag).expect("a locale")
}

fn read(input: &str, locales: &[&str]) -> Document {
    let locales: Vec<Locale> = locales.iter().map(|tag| locale(tag)).collect();
    importer::read(
        input.as_bytes(),
        None,
        &options("ru", Format::Auto),
        &locales,
    )
    .expect("a document")
}

/// The editions of a document by language, in their order.
fn editions(document: &Document) -> Vec<(String, Imported)> {
    let parts = document.parts().iter();
    let edition = |part: &importer::Part| {
        let tag = part.locale.as_str();
        let imported = document.edition(part, &options(tag, Format::Auto));
        (tag.to_owned(), imported)
    };
    parts.map(edition).collect()
}

fn bodies(document: &Document) -> Vec<(String, String, String)> {
    let editions = editions(document).into_iter();
    let texts = editions.map(|(tag, imported)| {
        let (title, body) = title_and_body(&imported.text);
        (tag, title, body.trim().to_owned())
    });
    texts.collect()
}

const TABLE: &str = "<html><body><table>
<tr><td><p>САТУ ЕРЕЖЕСІ</p></td><td><p>ПРАВИЛА ПРОДАЖИ</p></td></tr>
<tr><td><p>1. Жалпы бөлім</p></td><td><p>1. Общая часть</p></td></tr>
<tr><td><p>1.1. Ереже дүкенге қолданылады.</p><p>1.2. Сатушы заңды ұстанады.</p></td>
<td><p>1.1. Правила действуют для магазина.</p><p>1.2. Продавец соблюдает закон.</p></td></tr>
<tr><td><p>2. Тауар</p></td><td><p>2. Товар</p></td></tr>
<tr><td><p>2.1. Біз жеткіземіз:</p><ul><li>кітап;</li><li>дәптер.</li></ul></td><td><p>2.1. Мы доставляем:</p><ul><li>книги;</li><li>тетради.</li></ul></td></tr>
</table></body></html>";

#[test]
fn columns_are_an_edition_each() {
    let document = read(TABLE, &["kk", "ru", "en"]);
    assert_eq!(document.arrangement(), Some(Arrangement::Columns));
    let [kk, ru] = bodies(&document).try_into().expect("two languages");
    assert_eq!((kk.0.as_str(), kk.1.as_str()), ("kk", "САТУ ЕРЕЖЕСІ"));
    assert_eq!((ru.0.as_str(), ru.1.as_str()), ("ru", "ПРАВИЛА ПРОДАЖИ"));
    assert_eq!(
        ru.2,
        "## 1. Общая часть\n\n1.1. Правила действуют для магазина.\n\n1.2. Продавец соблюдает закон.\n\n## 2. Товар\n\n2.1. Мы доставляем:\n\n- книги;\n- тетради."
    );
    assert_eq!(
        kk.2,
        "## 1. Жалпы бөлім\n\n1.1. Ереже дүкенге қолданылады.\n\n1.2. Сатушы заңды ұстанады.\n\n## 2. Тауар\n\n2.1. Біз жеткіземіз:\n\n- кітап;\n- дәптер."
    );
}

#[test]
fn numbers_in_a_column_of_their_own_stay_with_each_language() {
    let row = |number: &str, kk: &str, ru: &str, en: &str| {
        format!("<tr><td>{number}</td><td>{kk}</td><td>{ru}</td><td>{en}</td></tr>")
    };
    let rows = [
        row("№", "Қазақша", "По-русски", "English"),
        row("1", "Жалпы бөлім", "Общая часть", "General part"),
        row(
            "1.1",
            "Ереже дүкенге қолданылады.",
            "Правила действуют для магазина.",
            "The rules apply to the shop.",
        ),
        row("2", "Тауар", "Товар", "Goods"),
        row(
            "2.1",
            "Тауар үш күнде жеткізіледі.",
            "Товар доставляется за три дня.",
            "Goods are delivered in three days.",
        ),
    ];
    let page = format!("<html><body><table>{}</table></body></html>", rows.concat());
    let document = read(&page, &["kk", "ru", "en"]);
    let bodies = bodies(&document);
    assert_eq!(bodies.len(), 3, "{bodies:?}");
    let (_, _, english) = bodies
        .iter()
        .find(|(tag, ..)| tag == "en")
        .expect("English");
    for line in [
        "1.1. The rules apply to the shop.",
        "2.1. Goods are delivered in three days.",
    ] {
        assert!(english.contains(line), "{english}");
    }
}

const SEQUENCE: [(&str, &str); 3] = [
    (
        "ru",
        "# Правила продажи\n\n## 1. Общая часть\n\n1.1. Эти правила действуют для магазина ТОО «Lumen Trade».\n\n## 2. Товар\n\n2.1. Товар доставляется за три дня.",
    ),
    (
        "kk",
        "# Сату ережесі\n\n## 1. Жалпы бөлім\n\n1.1. Бұл ереже «Lumen Trade» ЖШС дүкеніне қолданылады.\n\n## 2. Тауар\n\n2.1. Тауар үш күнде жеткізіледі.",
    ),
    (
        "en",
        "# Rules of sale\n\n## 1. General part\n\n1.1. These rules apply to the shop of Lumen Trade LLP.\n\n## 2. Goods\n\n2.1. Goods are delivered in three days.",
    ),
];

#[test]
fn languages_one_after_another_are_an_edition_each() {
    let document = read(
        &SEQUENCE.map(|(_, text)| text).join("\n\n"),
        &["kk", "ru", "en"],
    );
    assert_eq!(document.arrangement(), Some(Arrangement::Sequence));
    let lines: Vec<usize> = document.parts().iter().map(|part| part.line).collect();
    assert_eq!(lines, [1, 11, 21]);
    for ((tag, title, body), (expected, text)) in bodies(&document).iter().zip(SEQUENCE) {
        assert_eq!(tag, expected);
        assert_eq!(format!("# {title}\n\n{body}"), text);
    }
    for (_, imported) in editions(&document) {
        assert_eq!(imported.decisions, [], "{}", imported.text);
    }
}

/// The Russian part of a document in three languages, with the decision about the others.
pub(crate) fn one_of_three() -> Imported {
    let document = read(&SEQUENCE.map(|(_, text)| text).join("\n\n"), &["ru"]);
    let russian = document.parts().first().expect("a part");
    let mut imported = document.edition(russian, &options("ru", Format::Auto));
    imported
        .decisions
        .extend(document.left_out(&[locale("ru")]));
    imported
}

#[test]
fn parts_that_are_left_out_are_one_decision() {
    let imported = one_of_three();
    let [decision] = imported.decisions.as_slice() else {
        panic!("{:?}", imported.decisions);
    };
    assert_eq!(decision.line, 11);
    assert_eq!(
        decision.message,
        "the document has parts in `ru`, `kk` and `en`, from lines `1`, `11` and `21`; `ru` became an edition, `kk` and `en` didn't"
    );
    assert!(
        decision
            .lost
            .concat()
            .contains("Goods are delivered in three days.")
    );
}

#[test]
fn a_language_that_the_site_does_not_have_is_seen() {
    let document = read(&SEQUENCE.map(|(_, text)| text).join("\n\n"), &["ru"]);
    let seen: Vec<&str> = document
        .parts()
        .iter()
        .map(|part| part.locale.as_str())
        .collect();
    assert_eq!(seen, ["ru", "kk", "en"]);
}

#[test]
fn alternating_paragraphs_are_an_edition_each() {
    let [(_, ru), (_, kk), (_, en)] = SEQUENCE;
    for texts in [vec![ru, kk], vec![kk, ru, en]] {
        let paragraphs: Vec<Vec<&str>> = texts
            .iter()
            .map(|text| text.split("\n\n").collect())
            .collect();
        let mixed: Vec<&str> = (0..5)
            .flat_map(|index| paragraphs.iter().map(move |text| text[index]))
            .collect();
        let document = read(&mixed.join("\n\n"), &["kk", "ru", "en"]);
        assert_eq!(document.arrangement(), Some(Arrangement::Alternating));
        for (tag, title, body) in bodies(&document) {
            let (_, text) = SEQUENCE
                .iter()
                .find(|(other, _)| *other == tag)
                .expect("a language");
            assert_eq!(format!("# {title}\n\n{body}"), *text);
        }
    }
}

#[test]
fn words_of_another_language_make_no_second_document() {
    let quoted = "# Политика\n\n## 1. Общие положения\n\n1.1. Мы пользуемся сервисами Google Analytics и Yandex Metrica.\n\n1.2. Оператор: ТОО «Lumen Trade», Lumen Trade LLP, 1 Ulgi Street, Almaty, Republic of Kazakhstan.\n\n1.3. Мы используем файлы cookie и передаём данные в облако.\n\n> The data importer agrees and warrants to process the personal data only on behalf of the data exporter.\n\n1.4. Вы можете отказаться от рассылки в любое время.";
    let terms = "<html><body><p>Наши правила действуют для всех, кто пользуется сайтом компании и её приложением.</p><p>Они написаны так, чтобы их можно было прочитать за пять минут и понять.</p><table><tr><td>cookie</td><td>небольшой файл, который хранит браузер</td></tr><tr><td>personal data</td><td>сведения о человеке, по которым его можно узнать</td></tr></table></body></html>";
    for text in [quoted, terms] {
        let document = read(text, &["kk", "ru", "en"]);
        assert_eq!(document.arrangement(), None, "{:?}", document.parts());
    }
}

#[test]
fn the_language_of_a_text_is_told() {
    let kazakh = read(
        "# Саясат\n\nБұл саясат сайтқа қолданылады, оператор заңды сақтайды және деректерді бермейді.\n",
        &["ru"],
    );
    assert_eq!(kazakh.language(), Some("kk"));
    assert_eq!(kazakh.other_language(&locale("ru")), Some("kk"));
    assert_eq!(kazakh.other_language(&locale("kk")), None);
    assert_eq!(
        read("1.1. Cookies", &["ru"]).other_language(&locale("ru")),
        None
    );
}

#[test]
fn what_was_said_while_reading_is_said_once() {
    let text = SEQUENCE.map(|(_, text)| text).join("\n\n");
    let text = text.replace("три дня.", "три дня. ![Сүрет](x.png)");
    let document = read(&text, &["kk", "ru", "en"]);
    let (_, decisions) = document.reading();
    assert!(
        decisions
            .iter()
            .any(|decision| decision.kind == DecisionKind::Image)
    );
    for (_, imported) in editions(&document) {
        assert!(
            imported
                .decisions
                .iter()
                .all(|decision| decision.kind != DecisionKind::Image)
        );
    }
}

/// A sentence in three languages.
fn sentences() -> impl Strategy<Value = [&'static str; 3]> {
    prop::sample::select(vec![
        [
            "Дүкен тауарды үш күнде жеткізеді және оны қайтарып алады.",
            "Магазин доставляет товар за три дня и принимает его обратно.",
            "The shop delivers the goods in three days and takes them back.",
        ],
        [
            "Сатушы сатып алушының деректерін үшінші тұлғаларға бермейді.",
            "Продавец не передаёт данные покупателя третьим лицам.",
            "The seller does not pass the data of the buyer to third parties.",
        ],
        [
            "Бұл ереже жарияланған күннен бастап қолданылады.",
            "Эти правила действуют со дня, когда они были опубликованы.",
            "These rules apply from the day on which they were published.",
        ],
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::support::cases(200), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parts_joined_again_have_the_paragraphs_of_the_document(
        sentences in prop::collection::vec(sentences(), 3..14),
        arrangement in 0..3_usize,
        languages in 2..4_usize,
    ) {
        let numbered: Vec<Vec<String>> = (0..languages).map(|language| {
            let texts = sentences.iter().enumerate();
            texts.map(|(index, texts)| format!("1.{}. {}", index + 1, texts[language])).collect()
        }).collect();
        let input = match arrangement {
            0 => numbered.concat().join("\n\n"),
            1 => (0..sentences.len()).flat_map(|index| numbered.iter().map(move |texts| texts[index].clone())).collect::<Vec<_>>().join("\n\n"),
            _ => {
                let rows: String = (0..sentences.len()).map(|index| {
                    let cells: String = numbered.iter().map(|texts| format!("<td><p>{}</p></td>", texts[index])).collect();
                    format!("<tr>{cells}</tr>")
                }).collect();
                format!("<html><body><table>{rows}</table></body></html>")
            }
        };
        let document = read(&input, &["kk", "ru", "en"]);
        prop_assert_eq!(document.parts().len(), languages);
        let mut found: Vec<String> = document.parts().iter().flat_map(|part| {
            let lines = part.plain_text();
            lines.lines().map(str::to_owned).collect::<Vec<_>>()
        }).collect();
        let mut expected = numbered.concat();
        found.sort();
        expected.sort();
        prop_assert_eq!(found, expected.clone());
        // And none of them is lost in an edition.
        let edited = bodies(&document).into_iter().map(|(_, title, body)| format!("{title}\n{body}"));
        let mut words: Vec<String> = edited.flat_map(|text| words_of_blocks(&[text])).collect();
        let mut before = words_of_blocks(&expected);
        words.retain(|word| word != "Policy");
        words.sort();
        before.sort();
        prop_assert_eq!(words, before);
    }
}
