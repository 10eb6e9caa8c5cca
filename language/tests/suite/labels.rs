//! Labels of headings are read as each language writes them.

use language::{Label, Unit};

#[test]
fn a_label_of_every_language_is_read_with_its_unit() {
    let mut failed = Vec::new();
    for (locale, text, unit, number) in [
        ("ar", "المادة 5. العنوان", Unit::Article, "5"),
        ("ar", "المادة (5) العنوان", Unit::Article, "5"),
        ("ar", "الفصل 2", Unit::Chapter, "2"),
        ("az", "Maddə 5. Ad", Unit::Article, "5"),
        ("az", "5-ci maddə. Ad", Unit::Article, "5"),
        ("az", "II fəsil. Ad", Unit::Chapter, "II"),
        ("bg", "Чл. 5. Име", Unit::Article, "5"),
        ("bg", "РАЗДЕЛ II. Име", Unit::Section, "II"),
        ("cs", "Článek 5. Název", Unit::Article, "5"),
        ("cs", "Čl. IV Název", Unit::Article, "IV"),
        ("et", "2. peatükk. Nimi", Unit::Chapter, "2"),
        ("fi", "5 §", Unit::Paragraph, "5"),
        ("fi", "2 luku Nimi", Unit::Chapter, "2"),
        ("hu", "5. cikk Cím", Unit::Article, "5"),
        ("hu", "5. § Cím", Unit::Paragraph, "5"),
        ("hu", "II. fejezet Cím", Unit::Chapter, "II"),
        ("hu", "1. melléklet", Unit::Appendix, "1"),
        ("lt", "5 straipsnis. Pavadinimas", Unit::Article, "5"),
        ("lt", "1 priedas", Unit::Appendix, "1"),
        ("lv", "5. pants. Nosaukums", Unit::Article, "5"),
        ("lv", "1. pielikums", Unit::Appendix, "1"),
        ("pl", "Załącznik nr 1", Unit::Appendix, "1"),
        ("sl", "5. člen Naslov", Unit::Article, "5"),
        ("sv", "5 § Namn", Unit::Paragraph, "5"),
        ("da", "§ 5. Navn", Unit::Paragraph, "5"),
        ("da", "Bilag 1", Unit::Appendix, "1"),
        ("de", "§ 5 Name", Unit::Paragraph, "5"),
        ("de", "Artikel 5. Name", Unit::Article, "5"),
        ("de", "Abschnitt 2: Name", Unit::Section, "2"),
        ("de", "Anlage 1", Unit::Appendix, "1"),
        ("el", "Άρθρο 5. Όνομα", Unit::Article, "5"),
        ("el", "ΑΡΘΡΟ 5. Όνομα", Unit::Article, "5"),
        ("es", "Artículo 5. Nombre", Unit::Article, "5"),
        ("es", "ANEXO I", Unit::Appendix, "I"),
        ("et", "§ 5. Nimi", Unit::Paragraph, "5"),
        ("et", "Artikkel 5. Nimi", Unit::Article, "5"),
        ("fr", "Article 5 – Nom", Unit::Article, "5"),
        ("fr", "Annexe 1", Unit::Appendix, "1"),
        ("ga", "Airteagal 5. Ainm", Unit::Article, "5"),
        ("he", "סעיף 5. שם", Unit::Section, "5"),
        ("he", "נספח 1", Unit::Appendix, "1"),
        ("hr", "Članak 5. Naziv", Unit::Article, "5"),
        ("hy", "Հոդված 5. Անուն", Unit::Article, "5"),
        ("hy", "5-րդ հոդված. Անուն", Unit::Article, "5"),
        ("it", "Articolo 5. Nome", Unit::Article, "5"),
        ("it", "Art. 5 – Nome", Unit::Article, "5"),
        ("ka", "მუხლი 5. სახელი", Unit::Article, "5"),
        ("ka", "თავი II. სახელი", Unit::Chapter, "II"),
        ("kk", "5-бап. Атауы", Unit::Article, "5"),
        ("ky", "5-берене. Аты", Unit::Article, "5"),
        ("lt", "II skyrius. Pavadinimas", Unit::Chapter, "II"),
        ("mt", "Artikolu 5. Isem", Unit::Article, "5"),
        ("nl", "Artikel 5. Naam", Unit::Article, "5"),
        ("nl", "Bijlage 1", Unit::Appendix, "1"),
        ("pl", "§ 5. Nazwa", Unit::Paragraph, "5"),
        ("pt", "Artigo 5.º Nome", Unit::Article, "5"),
        ("pt", "Cláusula 5. Nome", Unit::Clause, "5"),
        ("ro", "Articolul 5. Nume", Unit::Article, "5"),
        ("ro", "Anexa nr. 1", Unit::Appendix, "1"),
        ("ru", "Статья 5. Название", Unit::Article, "5"),
        ("sk", "Článok 5. Názov", Unit::Article, "5"),
        ("sl", "Priloga 1", Unit::Appendix, "1"),
        ("sv", "Bilaga 1", Unit::Appendix, "1"),
        ("tr", "Madde 5 – Ad", Unit::Article, "5"),
        ("tr", "MADDE 5. Ad", Unit::Article, "5"),
        ("tr", "Ek 1", Unit::Appendix, "1"),
        ("uk", "Стаття 5. Назва", Unit::Article, "5"),
        ("uk", "Додаток № 1", Unit::Appendix, "1"),
        ("uz", "5-modda. Nom", Unit::Article, "5"),
        ("uz", "II bob. Nom", Unit::Chapter, "II"),
        ("uz", "1-ilova", Unit::Appendix, "1"),
        ("zh-hans", "第五条 名称", Unit::Article, "5"),
        ("zh-hans", "第5条 名称", Unit::Article, "5"),
        ("zh-hans", "第二章 名称", Unit::Chapter, "2"),
        ("zh-hans", "附件1", Unit::Appendix, "1"),
    ] {
        let found = Label::leading(text, locale);
        let read = found.as_ref().map(|label| {
            let number = label.number.as_ref().map(ToString::to_string);
            (label.unit, number)
        });
        if read != Some((Some(unit), Some(number.to_owned()))) {
            failed.push(format!("{locale}: {text}: {read:?}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
