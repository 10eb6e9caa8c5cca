//! Labels of headings: the number of a clause with the word for its kind, as the language writes
//! it: `Статья 5.`, `5-бап.`, `Article 5`, `§ 5`, `第五条`, `Глава II.`, `B.`, `III.`

use crate::number::{Number, Part};
use crate::numeral::{Style, digit};
use crate::{Language, Sections};
use serde::Deserialize;

/// A kind of part of a document that is named beside its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A part: `Часть 1`.
    Part,
    /// A section: `Раздел I`.
    Section,
    /// A chapter: `1-тарау`.
    Chapter,
    /// A paragraph: `§ 5`, `Параграф 1`.
    Paragraph,
    /// An article: `Статья 5`.
    Article,
    /// A clause: `Clause 5`.
    Clause,
    /// A point of a clause: `подпункт 1)`.
    Point,
    /// An appendix: `Приложение 1`.
    Appendix,
}

/// The label at the start of a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The kind that its word names; `None` for a number alone.
    pub unit: Option<Unit>,
    /// The number; `None` only for an appendix without one. A lone letter that is a Roman numeral,
    /// too, is read as the letter.
    pub number: Option<Number>,
    /// Bytes of the label as it is written, punctuation after it included.
    pub written: usize,
    /// Bytes of the label and the white space after it.
    pub length: usize,
}

impl Label {
    /// Reads the label of a heading: a number in digits; a letter, or a Roman or Chinese numeral,
    /// and punctuation; or a word of any language beside a number. Words of the given language
    /// come first.
    pub fn leading(text: &str, locale: &str) -> Option<Self> {
        let own = Language::of(locale);
        let start = Start::new(text);
        // `5. pants` is an article in Latvian; in any other language `5.` is the number.
        let label = own
            .and_then(|own| number_first(&start, &own.sections))
            .filter(|label| !is_title(text, label))
            .or_else(|| numbered(text));
        if label.is_some() {
            return label;
        }
        let others =
            Language::all().filter(|other| own.is_none_or(|own| !std::ptr::eq(own, *other)));
        if !may_be_worded(&start, own) {
            return None;
        }
        own.into_iter()
            .chain(others)
            .find_map(|language| worded(&start, &language.sections))
    }
}

/// A text with what begins it, read once for all languages.
struct Start<'t> {
    text: &'t str,
    /// The first word in lower case.
    word: String,
    /// Its bytes in the text.
    word_length: usize,
    /// The number at the beginning and its bytes.
    number: Option<(Number, usize)>,
}

impl<'t> Start<'t> {
    fn new(text: &'t str) -> Self {
        let ends = |character: char| {
            character.is_whitespace()
                || digit(character).is_some()
                || matches!(character, ':' | '(' | '№' | '–' | '—')
        };
        let word_length = text.find(ends).unwrap_or(text.len());
        let (word, _) = text.split_at(word_length);
        Self {
            text,
            word: word.to_lowercase(),
            word_length,
            number: Number::prefix(text),
        }
    }
}

/// Whether a text may begin with a word and a number: cheap, because most headings don't, and the
/// files of all languages would be read for them.
fn may_be_worded(start: &Start<'_>, own: Option<&Language>) -> bool {
    let text = start.text;
    let mut words = text.split_whitespace().take(3);
    let has_number = |word: &str| {
        let word = word.trim_matches(|one: char| !one.is_alphanumeric());
        word.contains(|one: char| digit(one).is_some())
            || word.chars().any(is_chinese)
            || Part::leading(word).is_some_and(|(_, length)| length == word.len())
    };
    words.any(has_number)
        || own.is_some_and(|own| worded(start, &own.sections).is_some())
        || text.split_whitespace().count() == 1
}

fn is_chinese(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character) || ('\u{ac00}'..='\u{d7af}').contains(&character)
}

/// `3.2.`, `B.`, `III.`, `一、`
fn numbered(text: &str) -> Option<Label> {
    let (number, length) = Number::prefix(text)?;
    let rest = text.get(length..)?;
    let after = match number.first().style {
        Style::Decimal => rest.strip_prefix('.').unwrap_or(rest),
        Style::Chinese => rest.strip_prefix(['、', '．'])?,
        Style::Roman | Style::Letter(_) if number.level() > 1 => {
            rest.strip_prefix('.').unwrap_or(rest)
        }
        Style::Roman | Style::Letter(_) => {
            let is_upper = text.starts_with(|first: char| !first.is_lowercase());
            rest.strip_prefix(['.', ')']).filter(|_| is_upper)?
        }
    };
    let is_chinese = number.first().style == Style::Chinese;
    finish(text, after, is_chinese).map(|(written, length)| Label {
        unit: None,
        number: Some(number),
        written,
        length,
    })
}

/// Bytes of a label that ends before `after`, without and with white space; `None` if neither
/// white space nor the end follows.
fn finish(text: &str, after: &str, may_touch: bool) -> Option<(usize, usize)> {
    let rest = after.trim_start();
    let is_apart = rest.len() < after.len() || rest.is_empty() || may_touch;
    is_apart.then(|| (text.len() - after.len(), text.len() - rest.len()))
}

fn worded(start: &Start<'_>, sections: &Sections) -> Option<Label> {
    word_first(start, sections).or_else(|| number_first(start, sections))
}

/// `Статья 5.`, `Приложение № 1`, `§5`, `المادة (5)`
fn word_first(start: &Start<'_>, sections: &Sections) -> Option<Label> {
    let Start {
        text,
        word,
        word_length: end,
        ..
    } = start;
    let bare = word.trim_end_matches('.');
    let unit = *sections
        .words
        .get(word.as_str())
        .or_else(|| sections.words.get(bare))?;
    let after = text.get(*end..)?;
    let spaced = after.trim_start();
    let signed = after_sign(spaced, sections);
    let opened = signed.strip_prefix('(');
    let inner = opened.unwrap_or(signed);
    if let Some((number, length)) = Number::prefix(inner)
        && let Some(rest) = inner.get(length..)
        && let Some(rest) = match opened {
            Some(_) => rest.strip_prefix(')'),
            None => Some(rest),
        }
        && let rest = after_ordinal(rest, sections)
        && let Some((written, length)) = punctuated(text, rest)
        && is_number_of_label(&number, rest)
    {
        return Some(Label {
            unit: Some(unit),
            number: Some(number),
            written,
            length,
        });
    }
    let (written, length) = punctuated(text, after)?;
    let is_alone = written > text.len() - after.len() || after.is_empty();
    (unit == Unit::Appendix && is_alone).then_some(Label {
        unit: Some(unit),
        number: None,
        written,
        length,
    })
}

/// A text without a sign before its number: `№ 1`, `č. 1`, `nr 1`.
fn after_sign<'t>(text: &'t str, sections: &Sections) -> &'t str {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let number = text.find(|character| digit(character).is_some());
    let end = number.map_or(end, |number| end.min(number));
    let Some((sign, rest)) = text.split_at_checked(end) else {
        return text;
    };
    let rest = rest.trim_start();
    let word = sign.trim_end_matches('.');
    let is_letters = word.chars().all(char::is_alphabetic) && !word.is_empty();
    // `A.` and `II.` are numbers themselves.
    let is_number = Number::parse(word).is_some() && !word.starts_with(char::is_lowercase);
    let is_abbreviated = word.len() < sign.len() && word.chars().count() <= 3;
    let is_sign = if is_letters {
        is_abbreviated && !is_number || sections.signs.iter().any(|known| known == sign)
    } else {
        !sign.contains('(') && !sign.contains(char::is_alphanumeric)
    };
    let is_before_digits = rest.starts_with(|first: char| digit(first).is_some());
    if is_sign && is_before_digits {
        rest
    } else {
        text
    }
}

/// What follows the ending of an ordinal number: `Article 1er`.
fn after_ordinal<'t>(rest: &'t str, sections: &Sections) -> &'t str {
    let mut endings = sections.ordinals.iter();
    let found = endings.find_map(|ending| {
        let after = rest.strip_prefix(ending.as_str())?;
        (!after.starts_with(char::is_alphanumeric)).then_some(after)
    });
    found.unwrap_or(rest)
}

/// Whether the word after a number begins a title: `2. Fejezet címe`, unlike `5. § Adatok`.
fn is_title(text: &str, label: &Label) -> bool {
    let written = text.get(..label.written).unwrap_or(text);
    let mut letters = written
        .trim_start_matches(|one: char| !one.is_alphabetic())
        .chars();
    let (first, second) = (letters.next(), letters.next());
    first.is_some_and(char::is_uppercase) && second.is_some_and(char::is_lowercase)
}

/// Whether a number after a word is no word itself: `Part a` isn't one, `Part A` and `Part A.` are.
fn is_number_of_label(number: &Number, rest: &str) -> bool {
    match number.first().style {
        Style::Decimal | Style::Chinese => true,
        Style::Roman => true,
        Style::Letter(letter) => letter.is_uppercase() || rest.starts_with(['.', ')', ':']),
    }
}

/// The end of a label after its number or word: `.`, `:`, ` –`, and white space or the end.
fn punctuated(text: &str, rest: &str) -> Option<(usize, usize)> {
    let close = rest
        .strip_prefix(['.', ':', ')', '：', '．', '、'])
        .unwrap_or(rest);
    let spaced = close.trim_start();
    let dashed = spaced
        .strip_prefix(['–', '—', '-'])
        .filter(|after| after.starts_with(char::is_whitespace) || after.is_empty());
    match dashed {
        Some(after) => finish(text, after, false),
        None => finish(
            text,
            close,
            close.len() < rest.len() && !close.starts_with(|one: char| digit(one).is_some()),
        ),
    }
}

/// `5-бап.`, `1-тарау`, `5. §`, `第五条`, `제5조`
fn number_first(start: &Start<'_>, sections: &Sections) -> Option<Label> {
    let text = start.text;
    let (inner, (number, length)) = match &sections.prefix {
        Some(prefix) => {
            let inner = text.strip_prefix(prefix.as_str())?.trim_start();
            (inner, Number::prefix(inner)?)
        }
        None => (text, start.number.clone()?),
    };
    let rest = inner.get(length..)?;
    let ended = rest.strip_prefix('.');
    let rest = ended.unwrap_or(rest).trim_start();
    let rest = rest
        .strip_prefix(['-', '–', '‑'])
        .unwrap_or(rest)
        .trim_start();
    let lower = rest.to_lowercase();
    // The longest suffix, so that a word isn't taken for a shorter one.
    let mut found = sections.suffixes.iter().filter_map(|(suffix, unit)| {
        let suffix = match suffix.strip_prefix('-') {
            // After the stop a title begins: `9. ҚОСЫМША ШАРТТАР`, unlike `9-қосымша`.
            Some(_) if ended.is_some() => return None,
            Some(suffix) => suffix,
            None => suffix,
        };
        let is_whole = sections.prefix.is_some()
            || !lower
                .strip_prefix(suffix)?
                .starts_with(char::is_alphanumeric);
        (lower.starts_with(suffix) && is_whole).then_some((suffix.chars().count(), *unit))
    });
    let first = found.next()?;
    let (letters, unit) = found.fold(first, |best, one| if one.0 > best.0 { one } else { best });
    let suffix: usize = rest.chars().take(letters).map(char::len_utf8).sum();
    let rest = rest.get(suffix..)?;
    let (written, length) = match sections.prefix {
        Some(_) => punctuated(text, rest).or_else(|| finish(text, rest, true))?,
        None => punctuated(text, rest)?,
    };
    Some(Label {
        unit: Some(unit),
        number: Some(number),
        written,
        length,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(locale: &str, text: &str, expected: &str) {
        let found = Label::leading(text, locale).map_or("none".to_owned(), |label| {
            let number = label
                .number
                .map_or(String::new(), |number| number.to_string());
            let (label_text, title) = (
                text.get(..label.written).unwrap(),
                text.get(label.length..).unwrap(),
            );
            format!("{:?} {number} [{label_text}] {title}", label.unit)
        });
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_label_is_read_as_its_language_writes_it() {
        check(
            "ru",
            "Статья 5. Название",
            "Some(Article) 5 [Статья 5.] Название",
        );
        check(
            "ru",
            "СТАТЬЯ 5-1. Название",
            "Some(Article) 5-1 [СТАТЬЯ 5-1.] Название",
        );
        check(
            "ru",
            "Глава II. Права",
            "Some(Chapter) II [Глава II.] Права",
        );
        check("ru", "Раздел 3", "Some(Section) 3 [Раздел 3] ");
        check(
            "ru",
            "Приложение № 1. Перечень",
            "Some(Appendix) 1 [Приложение № 1.] Перечень",
        );
        check("ru", "Приложение", "Some(Appendix)  [Приложение] ");
        check("kk", "5-бап. Атауы", "Some(Article) 5 [5-бап.] Атауы");
        check("kk", "5-1-бап. Атауы", "Some(Article) 5-1 [5-1-бап.] Атауы");
        check("kk", "1-тарау. Жалпы", "Some(Chapter) 1 [1-тарау.] Жалпы");
        check("kk", "1-қосымша", "Some(Appendix) 1 [1-қосымша] ");
        check("en", "Article 5 Data", "Some(Article) 5 [Article 5] Data");
        check("en", "Part A. Rules", "Some(Part) A [Part A.] Rules");
        check(
            "en",
            "Section B.2: Rights",
            "Some(Section) B.2 [Section B.2:] Rights",
        );
        check(
            "en",
            "Appendix A – List",
            "Some(Appendix) A [Appendix A –] List",
        );
        check("en", "§ 3 Fristen", "Some(Paragraph) 3 [§ 3] Fristen");
        check("en", "§3a Fristen", "Some(Paragraph) 3-1 [§3a] Fristen");
        check("en", "III. Rights", "None III [III.] Rights");
        check("en", "B. Data", "None B [B.] Data");
        check("en", "B.1. Data", "None B.1 [B.1.] Data");
        check("en", "5-1. Data", "None 5-1 [5-1.] Data");
        check("en", "3 Data", "None 3 [3] Data");
        check("zh-hans", "一、总则", "None 1 [一、] 总则");
        check("zh-hans", "第五条 目的", "Some(Article) 5 [第五条] 目的");
        check(
            "zh-hans",
            "第十二章 权利",
            "Some(Chapter) 12 [第十二章] 权利",
        );
        check("zh-hans", "附件1", "Some(Appendix) 1 [附件1] ");
        check(
            "lv",
            "5. pants. Tiesības",
            "Some(Article) 5 [5. pants.] Tiesības",
        );
        check("en", "5. pants", "None 5 [5.] pants");
        check(
            "lt",
            "5 straipsnis. Teisės",
            "Some(Article) 5 [5 straipsnis.] Teisės",
        );
        check(
            "tr",
            "Madde 4 – Veriler",
            "Some(Article) 4 [Madde 4 –] Veriler",
        );
        check(
            "tr",
            "MADDE 4 - Veriler",
            "Some(Article) 4 [MADDE 4 -] Veriler",
        );
        check(
            "ar",
            "المادة 5: الحقوق",
            "Some(Article) 5 [المادة 5:] الحقوق",
        );
        check("ar", "المادة (٥)", "Some(Article) 5 [المادة (٥)] ");
        check("he", "סעיף 5. זכויות", "Some(Section) 5 [סעיף 5.] זכויות");
        check(
            "es",
            "Artículo 1. Objeto",
            "Some(Article) 1 [Artículo 1.] Objeto",
        );
        check(
            "fr",
            "Article 2 bis. Durée",
            "Some(Article) 2-1 [Article 2 bis.] Durée",
        );
        check(
            "fr",
            "Article 2 ter Durée",
            "Some(Article) 2-2 [Article 2 ter] Durée",
        );
        check(
            "it",
            "Articolo 2-bis – Durata",
            "Some(Article) 2-1 [Articolo 2-bis –] Durata",
        );
        check("it", "Art. 3 Diritti", "Some(Article) 3 [Art. 3] Diritti");
        check("pl", "§ 3. Prawa", "Some(Paragraph) 3 [§ 3.] Prawa");
        check("pl", "Załącznik nr 1", "Some(Appendix) 1 [Załącznik nr 1] ");
        check("sk", "Príloha č. 1", "Some(Appendix) 1 [Príloha č. 1] ");
        check("hu", "5. § Jogok", "Some(Paragraph) 5 [5. §] Jogok");
        check(
            "uz",
            "5-modda. Huquqlar",
            "Some(Article) 5 [5-modda.] Huquqlar",
        );
        check(
            "az",
            "Maddə 5. Hüquqlar",
            "Some(Article) 5 [Maddə 5.] Hüquqlar",
        );
        check(
            "ka",
            "მუხლი 5. უფლებები",
            "Some(Article) 5 [მუხლი 5.] უფლებები",
        );
        check(
            "cs",
            "Článek II. Práva",
            "Some(Article) II [Článek II.] Práva",
        );
    }

    #[test]
    fn words_are_no_labels() {
        for text in [
            "Part of the agreement",
            "Section",
            "Articles of association",
            "Chapters 5 and 6",
            "General",
            "I am",
            "A shop",
            "Appendix to the terms",
            "Mix",
            "5th anniversary",
            "",
            "Part a story",
            "a. name",
        ] {
            check("en", text, "none");
        }
        check("kk", "5-баптың мәтіні", "none");
        check("kk", "9. ҚОСЫМША ШАРТТАР", "None 9 [9.] ҚОСЫМША ШАРТТАР");
        check("kk", "9. Қосымша шарттар", "None 9 [9.] Қосымша шарттар");
    }

    #[test]
    fn words_of_other_languages_are_known() {
        check(
            "es",
            "Статья 5. Название",
            "Some(Article) 5 [Статья 5.] Название",
        );
        check("xx", "5-бап", "Some(Article) 5 [5-бап] ");
    }
}
