//! References as texts of each language have them.

use super::*;

fn check(locale: &str, words: &str, expected: &[(&str, &str)]) {
    let locale = Locale::try_from(locale).unwrap();
    check_references(words, find(words, &locale), expected);
}

/// No reference to a clause that this document must have.
fn check_none(locale: &str, words: &str) {
    let locale = Locale::try_from(locale).unwrap();
    let mut found = find(words, &locale);
    found.retain(|found| {
        let address = found.address.as_ref();
        address.is_none_or(|address| address.if_missing == IfMissing::Mistake)
    });
    check_references(words, found, &[]);
}

fn check_references(words: &str, found: Vec<ClauseReference>, expected: &[(&str, &str)]) {
    let found: Vec<(String, &str)> = found
        .into_iter()
        .map(|found| {
            let name = found.address.map(|address| {
                let marks = address.marks().iter().map(|mark| format!(" {mark})"));
                format!("{}{}", address.name, marks.collect::<String>())
            });
            (
                name.unwrap_or(String::new()),
                words.get(found.span).unwrap(),
            )
        })
        .collect();
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(number, text)| (number.as_str(), *text))
        .collect();
    assert_eq!(found, expected, "{words}");
}

#[test]
fn english_references_are_found() {
    check(
        "en",
        "as set out in clause 5.2 of this Policy.",
        &[("5.2", "clause 5.2")],
    );
    check(
        "en",
        "(clauses 5.2, 5.3 and 7.2)",
        &[("5.2", "5.2"), ("5.3", "5.3"), ("7.2", "7.2")],
    );
    check("en", "See Section 4.", &[("4", "Section 4")]);
    check(
        "en",
        "within 30 days, section 5 of the Law, 2.5 million",
        &[],
    );
}

#[test]
fn no_number_takes_the_link_of_the_one_beside_it() {
    check(
        "en",
        "clauses 5.2 and 5.03",
        &[("5.2", "5.2"), ("", "5.03")],
    );
    check(
        "en",
        "clauses 5.2 and 5.12345",
        &[("5.2", "5.2"), ("", "5.12345")],
    );
    check("ru", "п. 01.02.2026", &[]);
}

#[test]
fn the_part_of_a_clause_belongs_to_its_link() {
    for (words, link) in [
        ("пп. «б» п. 3 Политики", "пп. «б» п. 3"),
        ("пп. б) п. 3", "пп. б) п. 3"),
        ("пп. а) п. 5.2", "пп. а) п. 5.2"),
        ("подпункте «2-1» пункта 5.2", "подпункте «2-1» пункта 5.2"),
    ] {
        let parts: Vec<&str> = link.split(' ').collect();
        let [_, mark, _, number] = parts.as_slice() else {
            panic!("{link}");
        };
        let mark = mark.trim_matches(['«', '»', ')']);
        check("ru", words, &[(&format!("{number} {mark})"), link)]);
    }
    check("ru", "пп. «б» п. 3 ст. 6 Закона", &[]);
}

#[test]
fn references_to_points_articles_and_appendices_are_found() {
    for (locale, words, expected) in [
        (
            "ru",
            "подпункты а) и б) пункта 5.2",
            &[("5.2 а)", "а)"), ("5.2 б)", "б)"), ("5.2", "5.2")][..],
        ),
        ("ru", "согласно подпункту 2) и", &[(" 2)", "подпункту 2)")]),
        ("ru", "по пункту 1.3-1.", &[("1.3-1", "пункту 1.3-1")]),
        (
            "fr",
            "selon l’article 2 bis et l’article 3",
            &[("2-1", "article 2 bis"), ("3", "article 3")],
        ),
        (
            "ru",
            "пункты 1.3-1 и 1.4",
            &[("1.3-1", "1.3-1"), ("1.4", "1.4")],
        ),
        ("ru", "пункты 5.1-5.3", &[("5.1", "5.1"), ("5.3", "5.3")]),
        ("ru", "статья 5-1", &[("5-1", "статья 5-1")]),
        ("ru", "в приложении № 1", &[("1", "приложении № 1")]),
        (
            "ru",
            "пункт 1.1 приложения 1",
            &[("1.1 of appendix 1", "пункт 1.1 приложения 1")],
        ),
        ("ru", "раздел II", &[("II", "раздел II")]),
        (
            "kk",
            "5.2-тармақтың 2) тармақшасына",
            &[("5.2 2)", "5.2-тармақтың 2) тармақшасына")],
        ),
        ("kk", "1.3-1-тармақ", &[("1.3-1", "1.3-1-тармақ")]),
        ("kk", "5-бапта", &[("5", "5-бапта")]),
        ("kk", "1-қосымшада", &[("1", "1-қосымшада")]),
        ("en", "Article 5(2)(a)", &[("5 2) a)", "Article 5(2)(a)")]),
        (
            "en",
            "point (a) of clause 5.2",
            &[("5.2 a)", "point (a) of clause 5.2")],
        ),
        ("en", "Section B.2 and", &[("B.2", "Section B.2")]),
        ("en", "Appendix A", &[("A", "Appendix A")]),
        ("en", "see § 5a", &[("5-1", "§ 5a")]),
    ] {
        check(locale, words, expected);
    }
}

#[test]
fn citations_of_other_documents_are_no_references() {
    for words in [
        "section 5 of the Federal Trade Commission Act",
        "Section 3.1 of the California Civil Code",
        "section 12 of the Terms and Conditions",
        "clause 4.2 of our Cookie Policy",
        "paragraph 5 of Schedule 21 to the Act",
        "sections 5 and 6 of the Act",
        "section 5(1)(b) of the Law",
        "section 17A DPA 2018",
        "section 5 FTC Act",
        "Data Protection Act 2018, section 5",
        "Article 6(1) paragraph 2",
        "section 5 of {{ law.gdpr.title }}",
        "regulation 5 of the 2019 Regulations, paragraph 2 of the 2019 Regulations",
    ] {
        check_none("en", words);
    }
    for words in [
        "подпункта 1) пункта 1 статьи 9 Закона",
        "п. 1 ч. 1 ст. 6 Федерального закона",
        "пп. 2 п. 1 ст. 8 Закона",
        "согласно пп. 1) п. 2 ст. 16 Закона",
        "пункта 5 Правил сбора",
        "пунктами 1 и 2 статьи 8",
        "пункты 1, 2 и 3 статьи 8",
        "пункт 7.3 Пользовательского соглашения",
        "ст. 6 п. 1 пп. 2",
        "п. 3 ГК РК",
        "пункту 3 {{ law.gdpr.title }}",
    ] {
        check_none("ru", words);
    }
    for words in [
        "Заңның 3-тармағы",
        "22-бабы 3-тармағының 2-тармақшасы",
        "8-бабының 1 және 2-тармақтары",
        "Қағидалардың 5-тармағына",
        "{{ law.gdpr.title }} 5-тармағына",
    ] {
        check_none("kk", words);
    }
}

#[test]
fn references_to_this_document_stay_references() {
    for (locale, words, number, link) in [
        ("en", "clause 5.2 of this Policy", "5.2", "clause 5.2"),
        ("en", "section 4 of the Policy", "4", "section 4"),
        (
            "en",
            "see clause 1.2(b) of the Terms.",
            "1.2 b)",
            "clause 1.2(b)",
        ),
        ("en", "see clause 5.2. Law enforcement", "5.2", "clause 5.2"),
        (
            "en",
            "clause 5.2 of these Terms of Use",
            "5.2",
            "clause 5.2",
        ),
        (
            "ru",
            "подпункт 2) пункта 5.2 Политики",
            "5.2 2)",
            "подпункт 2) пункта 5.2",
        ),
        ("ru", "(см. п. 5.2) и закон", "5.2", "п. 5.2"),
        ("ru", "пункт 5.2 настоящих Правил", "5.2", "пункт 5.2"),
        ("ru", "в п. 5.2 частично", "5.2", "п. 5.2"),
        ("kk", "осы Саясаттың 5.2-тармағы", "5.2", "5.2-тармағы"),
    ] {
        check(locale, words, &[(number, link)]);
    }
}

#[test]
fn russian_references_are_found() {
    check(
        "ru",
        "указанных в пунктах 5.2, 5.3 и 7.2 Политики",
        &[("5.2", "5.2"), ("5.3", "5.3"), ("7.2", "7.2")],
    );
    check("ru", "в п. 5.3. настоящей", &[("5.3", "п. 5.3")]);
    check("ru", "целей раздела 4", &[("4", "раздела 4")]);
    check("ru", "пункт 1 статьи 8 Закона", &[]);
    check("ru", "30 (тридцать) рабочих дней, тип. 5.2", &[]);
}

#[test]
fn kazakh_references_are_found() {
    check(
        "kk",
        "Саясаттың 5.2-тармағында көрсетілген",
        &[("5.2", "5.2-тармағында")],
    );
    check(
        "kk",
        "5.2, 5.3 және 7.2-тармақтарда",
        &[("5.2", "5.2"), ("5.3", "5.3"), ("7.2", "7.2")],
    );
    check("kk", "4-бөлімде", &[("4", "4-бөлімде")]);
    check("kk", "Заңның 8-бабының 1-тармағы", &[]);
}
