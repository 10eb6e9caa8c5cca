//! The filters `fill` (strings with gaps), `plural` and `long_word`.

use icu_plurals::{PluralCategory, PluralRules};
use icu_properties::CodePointMapData;
use icu_properties::props::LineBreak;
use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Environment, Error, ErrorKind, HtmlEscape, State, Value};

/// Adds the filters to an environment.
pub(super) fn add(environment: &mut Environment<'_>) {
    environment.add_filter("fill", fill);
    environment.add_filter("plural", plural);
    environment.add_filter("long_word", long_word);
}

/// `{{ t.policy.in_force|fill(date=policy.effective.text) }}`: puts values into the gaps of a
/// string. Values are escaped unless they are safe already.
fn fill(text: &str, values: Kwargs) -> Result<Value, Error> {
    let mut filled = HtmlEscape(text).to_string();
    for name in values.args() {
        let value: Value = values.get(name)?;
        let gap = format!("{{{name}}}");
        if !filled.contains(&gap) {
            return Err(Error::new(
                ErrorKind::InvalidOperation,
                format!("the string has no gap `{gap}`"),
            ));
        }
        let words = value.to_string();
        let words = if value.is_safe() {
            words
        } else {
            HtmlEscape(&words).to_string()
        };
        filled = filled.replace(&gap, &words);
    }
    values.assert_all_used()?;
    Ok(Value::from_safe_string(filled))
}

/// `{{ t.plural.days|plural(180) }}`: picks the plural form by the rules of the locale (CLDR) and
/// puts the number into `{n}`.
fn plural(state: &State<'_, '_>, forms: &Value, number: u64) -> Result<Value, Error> {
    let locale = state.lookup("locale").unwrap_or(Value::UNDEFINED);
    let code = match locale.as_str() {
        // In `feed.xml`, `locale` is the tag itself.
        Some(_) => locale,
        None => locale.get_attr("code")?,
    };
    let Some(code) = code.as_str() else {
        return Err(Error::new(
            ErrorKind::InvalidOperation,
            "a plural needs the variable `locale`",
        ));
    };
    let form = forms.get_attr(category(code, number))?;
    let form = if form.kind() == ValueKind::Undefined {
        forms.get_attr("other")?
    } else {
        form
    };
    match form.as_str() {
        Some(text) => Ok(Value::from(text.replace("{n}", &number.to_string()))),
        None => Err(Error::new(
            ErrorKind::InvalidOperation,
            "a plural is a table with `other`, and `one`, `few`, `many` where the language has them",
        )),
    }
}

/// Words of more letters than one of these have the class behind it.
const LONG_WORDS: [(usize, &str); 3] = [
    (26, " cover__title--longest"),
    (20, " cover__title--longer"),
    (16, " cover__title--long"),
];

/// `class="cover__title{{ policy.title|long_word }}"`: a class for titles whose longest word would
/// not fit on a line of a phone. Browsers without a dictionary of the language hyphenate nothing.
fn long_word(title: &str) -> &'static str {
    let longest = longest_word(title);
    let class = LONG_WORDS.iter().find(|(letters, _)| longest > *letters);
    class.map_or("", |(_, class)| *class)
}

/// The letters of the longest part of a text that browsers keep on one line (UAX #14).
fn longest_word(text: &str) -> usize {
    let class_of = CodePointMapData::<LineBreak>::new();
    let (mut longest, mut letters) = (0, 0);
    // Class HH of Unicode 17, which has no name here yet.
    let is_hyphen = |letter| matches!(letter, '\u{ad}' | '\u{2010}' | '\u{2012}' | '\u{2013}');
    for letter in text.chars() {
        match class_of.get(letter) {
            _ if is_hyphen(letter) => letters = 0,
            LineBreak::Space
            | LineBreak::MandatoryBreak
            | LineBreak::ZWSpace
            | LineBreak::BreakAfter
            | LineBreak::Hyphen
            | LineBreak::Ideographic
            | LineBreak::ConditionalJapaneseStarter
            | LineBreak::ComplexContext
            | LineBreak::H2
            | LineBreak::H3 => letters = 0,
            LineBreak::CombiningMark | LineBreak::ZWJ => {}
            _ => letters += 1,
        }
        longest = longest.max(letters);
    }
    longest
}

/// The CLDR plural category of a number in a locale; `other`, which every language has, where CLDR
/// has no rules for the locale.
pub(crate) fn category(locale: &str, number: u64) -> &'static str {
    rules(locale).map_or("other", |rules| name(rules.category_for(number)))
}

/// All plural categories of a language, in the order of CLDR; `None` where it has no rules.
pub(crate) fn categories(locale: &str) -> Option<Vec<&'static str>> {
    Some(rules(locale)?.categories().map(name).collect())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a locale without rules is no error: it has one form"
)]
fn rules(locale: &str) -> Option<PluralRules> {
    let locale: icu_locale::Locale = locale.parse().ok()?;
    PluralRules::try_new_cardinal(locale.into()).ok()
}

const fn name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_follow_the_grammar() {
        assert_eq!(category("ru", 1), "one");
        assert_eq!(category("ru", 3), "few");
        assert_eq!(category("ru", 180), "many");
        assert_eq!(category("kk", 180), "other");
        assert_eq!(category("en", 1), "one");
    }

    #[test]
    fn a_plural_follows_the_locale_of_a_page_or_of_a_feed_and_needs_one() {
        let mut environment = Environment::new();
        add(&mut environment);
        environment
            .add_template("x.xml", "{{ forms|plural(2) }}")
            .unwrap();
        let template = environment.get_template("x.xml").unwrap();
        let forms = minijinja::context! { few => "{n} дня", other => "{n} дней" };
        let page = minijinja::context! { code => "ru" };
        let rendered = |locale: Value| {
            template.render(minijinja::context! { forms => forms.clone(), locale => locale })
        };
        assert_eq!(rendered(page).unwrap(), "2 дня");
        assert_eq!(rendered(Value::from("ru")).unwrap(), "2 дня");
        assert!(rendered(minijinja::context! {}).is_err());
        assert!(
            template
                .render(minijinja::context! { forms => forms.clone() })
                .is_err()
        );
    }

    #[test]
    fn filled_values_are_escaped() {
        let mut environment = Environment::new();
        add(&mut environment);
        environment
            .add_template("x.html", "{{ text|fill(who=who) }}")
            .unwrap();
        let template = environment.get_template("x.html").unwrap();
        let page = template
            .render(minijinja::context! { text => "<{who}>", who => "<b>" })
            .unwrap();
        assert_eq!(page, "&lt;&lt;b&gt;&gt;");
        assert!(
            template
                .render(minijinja::context! { text => "no gap", who => "x" })
                .is_err()
        );
    }

    #[test]
    fn the_longest_word_is_what_no_browser_breaks() {
        for (title, letters) in [
            ("", 0),
            ("Privacy policy", 7),
            ("Datenschutzerklärung", 20),
            // Decomposed.
            ("Datenschutzerkla\u{308}rung", 20),
            ("Cookie-Richtlinie", 10),
            ("Daten\u{ad}schutz\u{ad}erklärung", 9),
            ("Nutzungs–bedingungen", 11),
            ("Henkilötietojenkäsittelyseloste", 31),
            ("Политика конфиденциальности", 18),
            ("隐私政策与个人信息保护规则说明文件全文", 0),
        ] {
            assert_eq!(longest_word(title), letters, "{title}");
        }
        for (title, class) in [
            ("Privacy policy", ""),
            ("Политика конфиденциальности", " cover__title--long"),
            ("Datenschutzerklärung", " cover__title--long"),
            ("Datenschutzerklärungen", " cover__title--longer"),
            ("Henkilötietojenkäsittelyseloste", " cover__title--longest"),
        ] {
            assert_eq!(long_word(title), class, "{title}");
        }
    }
}
