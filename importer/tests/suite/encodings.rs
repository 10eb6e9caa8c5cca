//! Documents in other encodings than UTF-8: read as they say or as is sure, never guessed at, and
//! reported.

use crate::support::{import, refusal, try_import};
use encoding_rs::{
    BIG5, Encoding, GBK, IBM866, ISO_8859_5, KOI8_R, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252,
    X_MAC_CYRILLIC,
};
use importer::{Imported, RepairKind, SIZE_LIMIT};
use proptest::prelude::*;

const TEXT: &str = "# Политика\n\n## 1. Общие положения\n\n1.1. Оператор хранит данные на серверах — «только» в городе Алматы.\n\n1.2. Срок хранения один год.\n";

/// What was said about the encoding.
fn notes(imported: &Imported) -> Vec<&str> {
    let repairs = imported.repairs.iter();
    let encoding = repairs.filter(|repair| repair.kind == RepairKind::Encoding);
    encoding.map(|repair| repair.message.as_str()).collect()
}

fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let (bytes, _, has_unmappable) = encoding.encode(text);
    assert!(
        !has_unmappable,
        "{text} has no place in {}",
        encoding.name()
    );
    bytes.into_owned()
}

fn utf16(text: &str, mark: &[u8], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    mark.iter()
        .copied()
        .chain(text.encode_utf16().flat_map(bytes))
        .collect()
}

fn page(head: &str) -> String {
    format!(
        "<html><head>{head}</head>\n<body><h1>Политика</h1>\n<p>1.1. Оператор хранит данные.</p></body></html>"
    )
}

#[test]
fn a_page_is_read_as_it_says() {
    let declarations = [
        "<meta charset=windows-1251>",
        "<META CharSet='Windows-1251' />",
        "<meta charset = \"cp1251\">",
        "<meta http-equiv=Content-Type content=\"text/html; charset=windows-1251\">",
        "<meta content='text/html;charset=windows-1251' http-equiv='content-type'>",
        "<meta http-equiv=\"Content-Type\" content=\"text/html; charset = 'windows-1251'\">",
        "<meta/charset=x-cp1251>",
        "<!-- <meta charset=koi8-r> --><meta charset=windows-1251>",
        "<title a='<meta charset=koi8-r>'>x</title><meta charset=windows-1251>",
        "<meta charset=no-such><meta charset=windows-1251>",
        "<meta name=a content='text/html; charset=koi8-r'><meta charset=windows-1251>",
    ];
    for declaration in declarations {
        let imported = import(encoded(&page(declaration), WINDOWS_1251), "ru");
        assert!(
            imported.text.contains("1.1. Оператор хранит данные."),
            "{declaration}"
        );
        assert_eq!(
            notes(&imported),
            ["read as windows-1251, as the page says"],
            "{declaration}"
        );
    }
    let late = format!(
        "<style>{}</style><meta charset=windows-1251>",
        "p{}".repeat(1_200)
    );
    assert_eq!(
        notes(&import(encoded(&page(&late), WINDOWS_1251), "ru")).len(),
        1
    );
    let xml = format!(
        "<?xml version=\"1.0\" encoding='windows-1251'?>\n{}",
        page("")
    );
    assert_eq!(
        notes(&import(encoded(&xml, WINDOWS_1251), "ru")),
        ["read as windows-1251, as the page says"]
    );
}

#[test]
fn every_encoding_that_a_page_may_name_is_read() {
    let cyrillic: [&Encoding; 5] = [WINDOWS_1251, KOI8_R, IBM866, ISO_8859_5, X_MAC_CYRILLIC];
    let others: [(&Encoding, &str); 4] = [
        (WINDOWS_1252, "Politique de confidentialité"),
        (GBK, "隐私政策"),
        (SHIFT_JIS, "プライバシー"),
        (BIG5, "隱私權"),
    ];
    let all = cyrillic
        .into_iter()
        .map(|encoding| (encoding, "Политика сайта"))
        .chain(others);
    for (encoding, words) in all {
        let name = encoding.name();
        let page = format!("<html><meta charset={name}><h1>A</h1><p>1.1. {words}.</p>");
        let imported = import(encoded(&page, encoding), "ru");
        assert!(
            imported.text.ends_with(&format!("1.1. {words}.\n")),
            "{name}: {}",
            imported.text
        );
        assert_eq!(notes(&imported).len(), 1, "{name}");
    }
    // The Kazakh standard is windows-1251 but for its own letters.
    let kazakh = b"<html><meta charset=KZ-1048><h1>A</h1><p>1.1. \xaa\xba\x8d\x9d \xbd\xbe\xa5\xb4 \xaf\xbf\xa1\xa2 \xa3\xbc\x8e\x9e \xcf\xee.</p>";
    let imported = import(kazakh, "ru");
    assert!(
        imported.text.ends_with("1.1. ҒғҚқ ҢңӨө ҮүҰұ ӘәҺһ По.\n"),
        "{}",
        imported.text
    );
}

#[test]
fn letters_that_the_encoding_lacks_come_from_their_numbers() {
    let page =
        "<html><meta charset=windows-1251><h1>A</h1><p>1.1. &#1178;аза&#1179;стан, &#x49B;ала.</p>";
    let imported = import(encoded(page, WINDOWS_1251), "ru");
    assert!(
        imported.text.ends_with("1.1. Қазақстан, қала.\n"),
        "{}",
        imported.text
    );
}

#[test]
fn utf_8_is_utf_8_whatever_a_page_says() {
    let said = import(page("<meta charset=windows-1251>").as_bytes(), "ru");
    assert!(said.text.contains("1.1. Оператор хранит данные."));
    assert_eq!(
        notes(&said),
        ["read as UTF-8, which its bytes are, although the page says windows-1251"]
    );
    // UTF-16 could not have been read so far; browsers take it for UTF-8.
    for head in [
        "",
        "<meta charset=utf-8>",
        "<meta charset=utf-16>",
        "<meta charset=utf-16le>",
    ] {
        let imported = import(page(head).as_bytes(), "ru");
        assert!(
            imported.text.contains("1.1. Оператор хранит данные."),
            "{head}"
        );
        assert_eq!(notes(&imported), [""; 0], "{head}");
    }
    let ascii = import(
        b"<html><meta charset=windows-1251><h1>A</h1><p>1.1. Text.</p>",
        "ru",
    );
    assert_eq!(notes(&ascii), [""; 0]);
}

#[test]
fn a_byte_order_mark_decides() {
    let little = utf16(
        &page("<meta charset=windows-1251>"),
        &[0xff, 0xfe],
        u16::to_le_bytes,
    );
    let big = utf16(TEXT, &[0xfe, 0xff], u16::to_be_bytes);
    for (input, name) in [(little, "UTF-16LE"), (big, "UTF-16BE")] {
        let imported = import(&input, "ru");
        assert!(
            imported.text.contains("1.1. Оператор хранит данные"),
            "{}",
            imported.text
        );
        assert_eq!(
            notes(&imported),
            [format!("read as {name}, as the byte order mark says")]
        );
    }
    let marked = [
        b"\xef\xbb\xbf",
        page("<meta charset=windows-1251>").as_bytes(),
    ]
    .concat();
    assert!(
        import(&marked, "ru")
            .text
            .contains("1.1. Оператор хранит данные.")
    );
}

#[test]
fn a_text_without_a_word_about_its_encoding_is_read_where_it_is_sure() {
    let encodings: [&Encoding; 5] = [WINDOWS_1251, KOI8_R, IBM866, ISO_8859_5, X_MAC_CYRILLIC];
    for encoding in encodings {
        let name = if encoding == IBM866 {
            "cp866"
        } else {
            encoding.name()
        };
        let text = match name {
            "cp866" | "KOI8-R" | "ISO-8859-5" => TEXT.replace(['—', '«', '»'], "-"),
            _ => TEXT.to_owned(),
        };
        let imported = import(encoded(&text, encoding), "ru");
        assert!(
            imported.text.contains("1.2. Срок хранения один год."),
            "{name}"
        );
        assert_eq!(
            notes(&imported),
            [format!("read as {name}, as its bytes show")]
        );
    }
    for (bytes, name) in [
        (utf16(TEXT, &[], u16::to_le_bytes), "UTF-16LE"),
        (utf16(TEXT, &[], u16::to_be_bytes), "UTF-16BE"),
    ] {
        let imported = import(&bytes, "ru");
        assert!(
            imported.text.contains("1.2. Срок хранения один год."),
            "{name}"
        );
        assert_eq!(
            notes(&imported),
            [format!("read as {name}, as its bytes show")]
        );
    }
    let quotes = import(
        b"# Policy\n\n1.1. The \x93operator\x94 \x96 we don\x92t sell data.\n",
        "ru",
    );
    assert!(
        quotes.text.contains("“operator” — we don’t sell data."),
        "{}",
        quotes.text
    );
    // A page that says UTF-8 and isn't.
    let wrong = import(encoded(&page("<meta charset=utf-8>"), WINDOWS_1251), "ru");
    assert_eq!(notes(&wrong), ["read as windows-1251, as its bytes show"]);
}

#[test]
fn kazakh_letters_are_known_where_the_document_is_kazakh() {
    let text = b"# \xd1\xe0\xff\xf1\xe0\xf2\n\n1.1. \xce\xef\xe5\xf0\xe0\xf2\xee\xf0 \xe4\xe5\xf0\xe5\xea\xf2\xe5\xf0\xe4i \x9d\xe0\xf2\xe0\xa3 \x9d\xee\xf0\xba\xe0\xe9\xe4\xfb, \xe0\xeb \xf1\xe0\xe9\xf2 \xee\xeb\xe0\xf0\xe4\xfb \xf1\xe0\x9d\xf2\xe0\xe9\xe4\xfb.\n";
    let text = text
        .iter()
        .map(|byte| if *byte == 0xa3 { 0xe0 } else { *byte });
    let imported = import(text.collect::<Vec<u8>>(), "kk");
    assert!(imported.text.contains("қорғайды"), "{}", imported.text);
    assert_eq!(notes(&imported), ["read as KZ-1048, as its bytes show"]);
}

#[test]
fn what_is_not_sure_is_refused_with_its_place() {
    // Too short; in capitals; Western; a UTF-8 text with one bad byte; Cyrillic that is none in any
    // encoding.
    let capitals = encoded("ПОЛИТИКА КОНФИДЕНЦИАЛЬНОСТИ САЙТА", WINDOWS_1251);
    let one_bad = [TEXT.as_bytes(), b"\xff"].concat();
    for input in [
        encoded("Политика", WINDOWS_1251),
        capitals,
        encoded("Politique de confidentialité", WINDOWS_1252),
        one_bad.clone(),
        (0x80..=0xff).cycle().take(500).collect(),
    ] {
        assert!(
            refusal(&input).contains("is not UTF-8: the byte at offset"),
            "{input:?}"
        );
    }
    let place = format!("line `8` is not UTF-8: the byte at offset `{}`", TEXT.len());
    assert!(
        refusal(&one_bad).starts_with(&place),
        "{}",
        refusal(&one_bad)
    );
}

#[test]
fn bytes_without_meaning_are_never_replaced() {
    let said = |label: &str, bytes: &[u8]| {
        let start = format!("<html><meta charset={label}>\n<p>a");
        refusal([start.as_bytes(), bytes, b"</p>"].concat())
    };
    for (label, bytes) in [
        ("windows-1251", &b"\x98"[..]),
        ("windows-1252", b"\x81"),
        ("gbk", b"\xff\xff"),
        ("shift_jis", b"\x81\x20"),
        ("euc-kr", b"\xff"),
        ("kz-1048", b"\x98"),
    ] {
        let message = said(label, bytes);
        assert!(
            message.starts_with("line `2` is not "),
            "{label}: {message}"
        );
        assert!(
            message.contains(", as the page says: the byte at offset `"),
            "{label}: {message}"
        );
    }
    let start = "<html><meta charset=windows-1251>\n<p>a".len();
    assert!(said("windows-1251", b"\x98").contains(&format!("offset `{start}`")));
    let lonely = utf16("a\nb", &[0xff, 0xfe], u16::to_le_bytes);
    assert_eq!(
        refusal([&lonely[..], b"\x00\xd8a\x00"].concat()),
        "line `2` is not UTF-16LE, as the byte order mark says: the byte at offset `8` has no meaning there"
    );
    assert!(
        refusal(utf16("a\nb\0", &[0xff, 0xfe], u16::to_le_bytes))
            .starts_with("line `2` has a NUL character at byte offset `8`")
    );
    assert!(refusal(b"\xef\xbb\xbfa\xff").contains("is not UTF-8, as the byte order mark says"));
}

#[test]
fn the_limit_holds_for_the_decoded_text() {
    let start = b"<html><meta charset=windows-1251><p>";
    let input = [&start[..], &vec![0xe0; SIZE_LIMIT / 2]].concat();
    assert_eq!(
        refusal(&input),
        format!(
            "the document has `{}` bytes in UTF-8, the limit is `{SIZE_LIMIT}`",
            start.len() + SIZE_LIMIT / 2 * 2
        )
    );
}

fn prose() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "оператор",
        "хранит",
        "данные",
        "сайта",
        "передает",
        "согласие",
        "порядок",
        "и",
        "Алматы",
        "Казахстан",
        "privacy@example.kz",
        "15",
        "— «сервер»",
        "№ 5",
        "обработка",
    ]);
    prop::collection::vec(word, 12..80)
        .prop_map(|words| format!("# Политика\n\n1.1. Мы {}.\n", words.join(" ")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_text_in_another_encoding_is_the_same_text(text in prose(), is_page: bool) {
        let text = if is_page { format!("<html><meta charset=windows-1251><p>{text}</p></html>") } else { text };
        let expected = import(text.as_bytes(), "ru");
        let imported = import(encoded(&text, WINDOWS_1251), "ru");
        prop_assert_eq!(&imported.text, &expected.text);
        prop_assert_eq!(notes(&imported).len(), 1);
        let wide = import(utf16(&text, &[], u16::to_le_bytes), "ru");
        prop_assert_eq!(&wide.text, &expected.text);
    }

    #[test]
    fn no_guess_makes_other_words_of_a_text(text in prose(), which in 0_usize..5) {
        let text = text.replace(['—', '«', '»', '№'], "");
        let encodings: [&'static Encoding; 5] = [WINDOWS_1251, KOI8_R, IBM866, ISO_8859_5, X_MAC_CYRILLIC];
        let expected = import(text.as_bytes(), "ru");
        if let Ok(imported) = try_import(encoded(&text, encodings[which]), "ru") {
            prop_assert_eq!(imported.text, expected.text);
        }
    }

    #[test]
    fn any_bytes_in_any_declared_encoding_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), label in prop::sample::select(vec![
        "windows-1251", "koi8-u", "gb18030", "big5", "euc-jp", "iso-2022-jp", "shift_jis", "euc-kr", "utf-16", "x-user-defined", "hz-gb-2312", "kz-1048", "",
    ])) {
        let input = [format!("<html><meta charset={label}><p>").as_bytes(), &bytes].concat();
        if let Ok(imported) = try_import(&input, "ru") {
            let is_given = bytes.windows(3).any(|three| three == "\u{fffd}".as_bytes());
            let has_sign = imported.source.contains('\u{fffd}');
            prop_assert!(is_given || label == "gb18030" || !has_sign);
        }
    }
}
