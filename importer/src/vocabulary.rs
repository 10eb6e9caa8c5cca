//! Words that the repairs recognise, in lowercase where the comparison ignores case. A new language
//! needs words here and no code.

/// Stems of words for a policy document; a heading with one of them is the title.
pub(crate) const TITLE_STEMS: &[&str] = &[
    "политик",
    "соглашени",
    "положени",
    "оферт",
    "правил",
    "уведомлени",
    "согласи",
    "policy",
    "notice",
    "terms",
    "agreement",
    "statement",
    "саясат",
    "келісім",
    "ереже",
    "қағида",
    "хабарлама",
    "cookie",
    "соокіе",
];

/// Legal forms and labels that begin the line under a title. Up to five characters are compared as
/// a whole word, longer ones as a prefix.
pub(crate) const SUBTITLE_WORDS: &[&str] = &[
    "тоо",
    "жшс",
    "ао",
    "ақ",
    "ип",
    "жк",
    "ооо",
    "llp",
    "llc",
    "ltd",
    "inc",
    "сайт",
    "site",
    "website",
    "веб-сайт",
    "дата",
    "күні",
    "date",
    "редакция",
    "версия",
    "version",
    "нұсқа",
    "утвержд",
    "бекітілген",
    "approved",
    "соңғы",
    "последн",
    "last",
    "effective",
];

/// Stems in the headings of sections that define terms.
pub(crate) const DEFINITION_STEMS: &[&str] = &[
    "термин",
    "определени",
    "понят",
    "definition",
    "анықтама",
    "ұғым",
    "glossary",
];

/// Stems in a line that states the date of the document.
pub(crate) const DATE_STEMS: &[&str] = &[
    "обновлен",
    "редакци",
    "изменени",
    "вступ",
    "дата",
    "версия",
    "updated",
    "effective",
    "revised",
    "modified",
    "date",
    "version",
    "жаңарт",
    "редакция",
    "күні",
    "күшіне",
    "нұсқа",
];

/// Prefixes of month names, January first.
pub(crate) const MONTHS: &[&[&str]] = &[
    &["jan", "январ", "қаңтар"],
    &["feb", "феврал", "ақпан"],
    &["mar", "март", "наурыз"],
    &["apr", "апрел", "сәуір"],
    &["may", "ма", "мамыр"],
    &["jun", "июн", "маусым"],
    &["jul", "июл", "шілде"],
    &["aug", "август", "тамыз"],
    &["sep", "сентябр", "қыркүйек"],
    &["oct", "октябр", "қазан"],
    &["nov", "ноябр", "қараша"],
    &["dec", "декабр", "желтоқсан"],
];

/// Words beside a year: `2024 жылғы 5 қыркүйек`.
pub(crate) const YEAR_WORDS: &[&str] = &["жылғы", "жылдың", "жыл", "ж", "года", "год", "г", "of"];

/// Words before the number of a section: `Article 5`, `Раздел 4.`
pub(crate) const SECTION_WORDS: &[(&str, &str)] = &[
    ("раздел", "section"),
    ("глава", "chapter"),
    ("статья", "article"),
    ("часть", "part"),
    ("параграф", "paragraph"),
    ("section", "section"),
    ("chapter", "chapter"),
    ("article", "article"),
    ("part", "part"),
    ("clause", "clause"),
    ("бөлім", "section"),
    ("тарау", "chapter"),
    ("бап", "article"),
    ("§", "paragraph"),
];

/// Words after the number of a section: `1-бап`.
pub(crate) const SECTION_SUFFIXES: &[(&str, &str)] = &[
    ("-бап", "article"),
    ("-бөлім", "section"),
    ("-тарау", "chapter"),
    ("-тармақ", "clause"),
    ("-параграф", "paragraph"),
];

/// Placeholders of templates and the variables for them. Hyphens and underscores count as spaces.
pub(crate) const PLACEHOLDERS: &[(&str, &str)] = &[
    ("сайт атауы", "site.host"),
    ("сайттың атауы", "site.host"),
    ("сайт мекенжайы", "site.url"),
    ("название сайта", "site.host"),
    ("наименование сайта", "site.host"),
    ("адрес сайта", "site.url"),
    ("ссылка на сайт", "site.url"),
    ("site name", "site.host"),
    ("website name", "site.host"),
    ("website", "site.host"),
    ("website url", "site.url"),
    ("site url", "site.url"),
    ("domain", "site.host"),
    ("компанияның заңды атауы", "operator.legal_name"),
    ("компания атауы", "operator.legal_name"),
    ("ұйымның атауы", "operator.legal_name"),
    ("юридическое название компании", "operator.legal_name"),
    ("юридическое наименование", "operator.legal_name"),
    ("название компании", "operator.legal_name"),
    ("наименование компании", "operator.legal_name"),
    ("наименование организации", "operator.legal_name"),
    ("company name", "operator.legal_name"),
    ("legal name", "operator.legal_name"),
    ("company legal name", "operator.legal_name"),
    ("legal name of the company", "operator.legal_name"),
    ("байланыс email", "operator.email"),
    ("байланыс e mail", "operator.email"),
    ("электрондық пошта", "operator.email"),
    ("контактный email", "operator.email"),
    ("контактный e mail", "operator.email"),
    ("email компании", "operator.email"),
    ("адрес электронной почты", "operator.email"),
    ("электронная почта", "operator.email"),
    ("email", "operator.email"),
    ("e mail", "operator.email"),
    ("contact email", "operator.email"),
    ("email address", "operator.email"),
    ("қр дағы компания мекен жайы", "operator.address"),
    ("компания мекен жайы", "operator.address"),
    ("компания мекенжайы", "operator.address"),
    ("заңды мекенжай", "operator.address"),
    ("адрес компании", "operator.address"),
    ("адрес компании в рк", "operator.address"),
    ("юридический адрес", "operator.address"),
    ("company address", "operator.address"),
    ("registered address", "operator.address"),
    ("postal address", "operator.address"),
    ("телефон", "operator.phone"),
    ("телефон нөмірі", "operator.phone"),
    ("номер телефона", "operator.phone"),
    ("phone", "operator.phone"),
    ("phone number", "operator.phone"),
    ("бсн", "operator.bin"),
    ("бин", "operator.bin"),
    ("bin", "operator.bin"),
    ("dpo email", "dpo.email"),
    ("email dpo", "dpo.email"),
];

/// Variables of the content form, besides `law.…` and `facts.…`, whose names a site defines.
pub(crate) const VARIABLES: &[&str] = &[
    "site.host",
    "site.url",
    "site.choice_days",
    "site.record_years",
    "operator.name",
    "operator.legal_name",
    "operator.form",
    "operator.bin",
    "operator.address",
    "operator.email",
    "operator.phone",
    "dpo.email",
    "authority.name",
    "block.operator",
    "block.cookies",
    "block.services",
    "block.choices",
];

/// Latin words that are typed with Cyrillic homoglyphs.
pub(crate) const LATIN_WORDS: &[&str] = &[
    "COOKIE", "COOKIES", "IP", "HTTP", "HTTPS", "CRM", "PIXEL", "MAC", "EMAIL", "SCC", "ISO",
    "HTML", "CMS",
];

/// Locale, an abbreviation typed with Latin homoglyphs, and the right one in Cyrillic.
pub(crate) const CYRILLIC_WORDS: &[(&str, &str, &str)] = &[
    ("kk", "EO", "ЕО"),
    ("kk", "PK", "РК"),
    ("ru", "EC", "ЕС"),
    ("ru", "PK", "РК"),
    ("ru", "PФ", "РФ"),
    ("ru", "TOO", "ТОО"),
    ("ru", "AO", "АО"),
    ("ru", "OOO", "ООО"),
];

/// Homoglyphs: Cyrillic, Latin.
pub(crate) const HOMOGLYPHS: &[(char, char)] = &[
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('Х', 'X'),
    ('І', 'I'),
    ('Ѕ', 'S'),
    ('Ј', 'J'),
    ('У', 'Y'),
    ('Һ', 'H'),
    ('а', 'a'),
    ('е', 'e'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('х', 'x'),
    ('у', 'y'),
    ('і', 'i'),
    ('ѕ', 's'),
    ('ј', 'j'),
    ('һ', 'h'),
];

/// Kazakh letters and their homoglyphs of old fonts and keyboards, which no word in Latin letters
/// has.
pub(crate) const KAZAKH_HOMOGLYPHS: &[(char, char)] = &[
    ('Ә', '\u{018f}'),
    ('ә', '\u{0259}'),
    ('ә', '\u{01dd}'),
    ('Ө', '\u{019f}'),
    ('ө', '\u{0275}'),
];

/// Words around page numbers: `Page 3 of 10`, `Стр. 3`.
pub(crate) const PAGE_WORDS: &[&str] = &[
    "page",
    "стр",
    "стр.",
    "страница",
    "бет",
    "p.",
    "of",
    "из",
    "/",
    "-",
    "–",
    "—",
    "|",
];
