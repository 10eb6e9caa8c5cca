//! Another language, written from right to left, takes a folder, a file of strings and a line of
//! `site.toml`.

use crate::support::{Project, SITE, texts};
use scraper::{Html, Selector};
use site_builder::report::diagnostic::{Code, Diagnostic, Severity};

const TEXT: &str = "\
+++
title = \"سياسة الخصوصية\"
published = 2026-01-01
+++

## 1. أحكام عامة

1.1. الموقع ملك {{ operator.legal_name }}.
";

const STRINGS: &str = r#"
[language]
title = "اختر اللغة"
description = "سياسات {operator}"
[index]
title = "السياسات"
description = "سياسات {host}"
[changes]
title = "تغييرات {policy}"
description = "كل الطبعات"
[choices]
title = "اختياراتك"
description = "اعرض اختياراتك وغيّرها"
[not_found]
title = "لا توجد هذه الصفحة"
[banner]
title = "ملفات تعريف الارتباط"
[category]
analytics = "التحليلات"
[lifetime]
session = "حتى إغلاق المتصفح"
deleted = "حتى الحذف"
[plural.days]
zero = "{n} يوم"
one = "يوم واحد"
two = "يومان"
few = "{n} أيام"
many = "{n} يومًا"
other = "{n} يوم"
"#;

/// The good site in Arabic too.
pub(crate) fn with_arabic() -> Project {
    let project = Project::good();
    project.write(&format!("{SITE}/ar/privacy/2026-01-01.md"), TEXT);
    project.write("themes/tiny/strings/visitor/ar.toml", STRINGS);
    project.replace(
        &format!("{SITE}/site.toml"),
        "locales = [\"en\"]",
        "locales = [\"en\", \"ar\"]",
    );
    project
}

/// The addresses that a page names for each language.
fn alternates(page: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(page);
    let links = Selector::parse("link[rel=alternate][hreflang]").unwrap();
    let pair = |link: scraper::ElementRef<'_>| {
        let value = |name| link.value().attr(name).unwrap().to_owned();
        (value("hreflang"), value("href"))
    };
    page.select(&links).map(pair).collect()
}

#[test]
fn one_folder_one_file_of_strings_and_one_line_add_a_language() {
    let project = with_arabic();
    let report = project.build();
    // Facts that only the operator can translate are reported, and shown in the first language.
    for diagnostic in &report.diagnostics {
        assert_eq!(
            (diagnostic.code, diagnostic.severity),
            (Code::MissingTranslation, Severity::Warning)
        );
    }
    let page = project.read("dist/example.kz/ar/privacy/index.html");
    assert!(page.contains("<html lang=\"ar\" dir=\"rtl\">"), "{page}");
    assert!(
        page.contains("<time datetime=\"2026-01-01\">1 يناير 2026</time>"),
        "{page}"
    );
    assert!(
        page.contains("الموقع ملك <span lang=\"en\">«Example» LLP</span>."),
        "{page}"
    );
    let english = project.read("dist/example.kz/en/privacy/index.html");
    assert!(english.contains("<html lang=\"en\" dir=\"ltr\">"));
}

#[test]
fn languages_name_each_other() {
    let project = with_arabic();
    project.build();
    for page in ["", "privacy/", "choices/"] {
        let english = alternates(&project.read(&format!("dist/example.kz/en/{page}index.html")));
        let arabic = alternates(&project.read(&format!("dist/example.kz/ar/{page}index.html")));
        assert_eq!(english, arabic);
        for locale in ["en", "ar"] {
            let own = (
                locale.to_owned(),
                format!("https://example.kz/{locale}/{page}"),
            );
            assert!(english.contains(&own), "{english:?}");
        }
    }
}

#[test]
fn plurals_follow_the_grammar_of_the_new_language() {
    let project = with_arabic();
    project.write(
        &format!("{SITE}/ar/privacy/2026-01-01.md"),
        format!("{TEXT}\n{{{{ block.cookies }}}}\n"),
    );
    project.build();
    let page = project.read("dist/example.kz/ar/privacy/index.html");
    // 395 is `many` in Arabic.
    assert!(page.contains("395 يومًا"), "{page}");
}

#[test]
fn what_a_locale_lacks_is_shown_in_another_language_and_says_so() {
    let project = with_arabic();
    project.write(
        &format!("{SITE}/ar/privacy/2026-01-01.md"),
        format!("{TEXT}\n{{{{ block.cookies }}}}\n\n{{{{ block.operator }}}}\n"),
    );
    project.build();
    let page = Html::parse_document(&project.read("dist/example.kz/ar/privacy/index.html"));
    let words = |selector| texts(&page, selector);
    assert_eq!(words("li > span[lang=en]"), ["tells browsers apart"]);
    let address = words("address span[lang=en]");
    let expected = [
        "«Example» LLP",
        "1 Example Street, Almaty",
        "Ministry of Examples",
    ];
    assert_eq!(address, expected);
}

#[test]
fn a_locale_without_words_gets_help_that_fits() {
    for (locale, help) in [
        ("us", "`us` is a country; its language is written `en`"),
        (
            "de",
            "the theme has words in `en`, `ru`: write `strings/visitor/de.toml`",
        ),
    ] {
        let project = Project::good();
        project.replace(
            &format!("{SITE}/site.toml"),
            "locales = [\"en\"]",
            &format!("locales = [\"{locale}\"]"),
        );
        let diagnostics = project.build().diagnostics;
        let strings = diagnostics
            .iter()
            .find(|diagnostic| diagnostic.code == Code::UnreadableFile)
            .unwrap();
        assert!(strings.help.starts_with(help), "{}", strings.help);
    }
}

#[test]
fn a_string_that_several_languages_have_is_missed_once() {
    let project = with_arabic();
    project.replace(
        &format!("{SITE}/site.toml"),
        "locales = [\"en\", \"ar\"]",
        "locales = [\"en\", \"ar\", \"ru\"]",
    );
    project.replace(
        "themes/tiny/strings/visitor/ar.toml",
        "analytics = \"التحليلات\"",
        "",
    );
    let diagnostics = project.build().diagnostics;
    let missed: Vec<&str> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code == Code::MissingString)
        .map(|diagnostic| diagnostic.message.as_str())
        .collect();
    assert_eq!(
        missed,
        ["`ar` has no string `category.analytics`, which `en`, `ru` have"]
    );
}

/// `log` is the tag of a language, and `/log/` the log that everybody may check.
#[test]
fn a_locale_can_not_have_an_address_that_is_taken() {
    let project = Project::good();
    let settings = format!("{SITE}/site.toml");
    project.replace(
        &settings,
        "locales = [\"en\"]",
        "locales = [\"en\", \"log\"]",
    );
    let report = project.build();
    let is_refused = |found: &Diagnostic| {
        found.code == Code::DuplicateAddress && found.message.contains("locale `log`")
    };
    assert!(report.diagnostics.iter().any(is_refused), "{}", report.text);
}

#[test]
fn a_site_in_one_language_opens_in_it_at_once() {
    let project = Project::in_default_theme();
    assert!(project.build().diagnostics.is_empty());
    let start = project.read("dist/example.kz/en/index.html");
    assert_eq!(project.read("dist/example.kz/index.html"), start);
    let files = project.snapshot("dist/example.kz");
    for (path, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        assert!(
            !path.starts_with("languages/") && !path.starts_with("admin/"),
            "{path}"
        );
        let names_choice = path != "_redirects" && text.contains("/languages/");
        assert!(!names_choice, "{path}");
    }
    assert!(
        start.contains("<link rel=\"canonical\" href=\"https://example.kz/en/\">"),
        "{start}"
    );
    let redirects = project.read("dist/example.kz/_redirects");
    assert!(
        redirects.starts_with("/languages/ /en/ 302\n/admin/ /en/admin/ 302\n"),
        "{redirects}"
    );
}
