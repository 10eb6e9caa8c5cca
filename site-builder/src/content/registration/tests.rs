//! The numbers were invented, and their check digits worked out by another program.

use super::*;
use crate::content::country;

const VALID: &[(&str, &[&str])] = &[
    ("bin", &["996030824628", "177774121547", "043483954862"]),
    ("iin", &["613412524273", "586492083124", "086828890931"]),
    ("unp", &["675112532", "046557210", "904544091"]),
    (
        "inn",
        &[
            "3177646727",
            "6199582254",
            "0215810862",
            "930609263426",
            "923141515164",
            "628745623195",
        ],
    ),
    ("ogrn", &["5495085810544", "5480917827132", "1419774588056"]),
    (
        "ogrnip",
        &["425661638858626", "471583248928449", "357889322584062"],
    ),
    (
        "vat",
        &[
            "BE0765437985",
            "CHE949562692VAT",
            "DE216199730",
            "DK79182109",
            "EE125690858",
            "EL205580231",
            "FI87748897",
            "FRFU122169410",
            "HR62168946060",
            "HU71081474",
            "IT43302425715",
            "LU01974677",
            "MT16620253",
            "794118647MVA",
            "NO961199964MVA",
            "PL9655563616",
            "PT440699576",
            "SE634620136831",
            "SI28866304",
            "SK4056062087",
        ],
    ),
    ("uid", &["CHE373736966", "CHE150469670", "CHE837932161"]),
    ("siren", &["680928975", "131499444", "036264059"]),
    (
        "siret",
        &["92971120486254", "53774039960121", "59270204426430"],
    ),
    (
        "nif",
        &[
            "53916511A",
            "72054333W",
            "84477139W",
            "L1675619T",
            "K4826941T",
            "M4057606S",
            "V39711809",
            "J50370337",
            "V93604239",
            "P5793776E",
            "C2585240A",
            "D1843696D",
        ],
    ),
    ("nie", &["Z6454984Q", "Y3413710H", "Y4087092Y"]),
    ("nipc", &["045490465", "258056002", "203628365"]),
    ("nip", &["9584512289", "9286713846", "6879208746"]),
    (
        "regon",
        &[
            "497585053",
            "603840288",
            "323946490",
            "72078507322226",
            "94420137723818",
            "40053922911036",
        ],
    ),
    (
        "enterprise-number",
        &[
            "BE0596527432",
            "BE0605824287",
            "BE1125675201",
            "1922280672",
            "0002170424",
            "1886776494",
        ],
    ),
    (
        "eik",
        &[
            "093243167",
            "602831113",
            "818879325",
            "3193373402061",
            "8124612120210",
            "3335916494042",
        ],
    ),
    ("ico", &["80764789", "18945937", "75371031"]),
    ("cvr", &["50634752", "03811387", "74620930"]),
    ("registrikood", &["37977304", "92819392", "03021770"]),
    ("y-tunnus", &["18926442", "45962916", "25456434"]),
    ("oib", &["35993539721", "36367003951", "18192008185"]),
    ("kennitala", &["0188242726", "4222919625", "7885679951"]),
    (
        "partita-iva",
        &["24316150127", "88834806478", "16171174234"],
    ),
    (
        "codice-fiscale",
        &["56352565727", "25935409034", "87167265252"],
    ),
    (
        "organisasjonsnummer",
        &["336943191", "796397934", "767819005"],
    ),
    (
        "organisationsnummer",
        &["6138682205", "5879622743", "7377475053"],
    ),
    (
        "lei",
        &[
            "64XBVUDAZH1TBAG4P693",
            "1WVTMY5XUD21CYB1RM50",
            "DJOWT7LL7NPZ6B2XTX20",
        ],
    ),
];

fn of(id: &str) -> &'static Kind {
    kind(id).unwrap_or_else(|| panic!("{id}"))
}

#[test]
fn numbers_with_right_check_digits_pass() {
    for (id, numbers) in VALID {
        for number in *numbers {
            assert_eq!(of(id).mistake(number), None, "{id} {number}");
        }
    }
}

#[test]
fn a_changed_digit_is_found() {
    for (id, numbers) in VALID {
        for number in *numbers {
            let places = 0..number.chars().count();
            let change = |place: usize| {
                let number = number.chars().enumerate();
                let changed = number.map(|(at, letter)| match letter.to_digit(10) {
                    Some(digit) if at == place => char::from_digit((digit + 1) % 10, 10).unwrap(),
                    _ => letter,
                });
                changed.collect::<String>()
            };
            let changed = places.map(change).filter(|changed| changed != number);
            let changed: Vec<String> = changed.collect();
            let refused = changed
                .iter()
                .filter(|wrong| of(id).mistake(wrong).is_some());
            // Not those behind the check digit, and where several remainders have the same one.
            let (refused, all) = (refused.count(), changed.len());
            assert!(refused * 3 >= all * 2, "{id} {number}: {refused} of {all}");
        }
    }
}

#[test]
fn numbers_are_read_as_people_write_them() {
    for (id, number) in [
        ("siren", "680 928 975"),
        ("siren", "680\u{a0}928\u{a0}975"),
        ("uid", "CHE-373.736.966"),
        ("uid", "che-373.736.966"),
        ("vat", "DE 216 199 730"),
        ("vat", "CHE-949.562.692 MWST"),
        ("vat", "ATU12345678"),
        ("nip", "958-451-22-89"),
        ("nif", "V-39711809"),
        ("organisationsnummer", "613868-2205"),
        ("enterprise-number", "1922.280.672"),
        ("ein", "12-3456789"),
        ("company-number", "SC123456"),
        ("rea", "MI - 1234567"),
        (
            "commercial-register",
            "HRB 12345, Amtsgericht Charlottenburg",
        ),
        ("firmenbuch", "FN 123456a, Handelsgericht Wien"),
        (
            "association-register",
            "VR 12345 B, Amtsgericht Charlottenburg",
        ),
        ("rcs", "RCS Paris 680 928 975"),
        ("tax-number", "12/345/67890"),
        ("registration-number", "№ 12-А"),
    ] {
        assert_eq!(of(id).mistake(number), None, "{id} {number}");
    }
}

#[test]
fn another_form_or_check_digit_is_refused_with_an_example() {
    let long = "1".repeat(100_000);
    for (id, number, what) in [
        ("bin", "996030824629", "check digit"),
        ("bin", "99603082462", "form"),
        ("bin", "9960308246280", "form"),
        ("bin", "99603082462x", "form"),
        ("bin", "９９６０３０８２４６２８", "form"),
        ("inn", "3177646728", "check digit"),
        ("inn", "930609263425", "check digit"),
        ("vat", "DE216199731", "check digit"),
        ("vat", "216199730", "form"),
        ("vat", "XX123456789", "form"),
        ("vat", "GR205580231", "form"),
        ("siren", "680928976", "check digit"),
        ("nie", "X6454984Q", "check digit"),
        ("nif", "B1234567A", "form"),
        ("lei", "64XBVUDAZH1TBAG4P694", "check digit"),
        ("krs", "123456", "form"),
        ("ein", "123456789-0", "form"),
        ("commercial-register", "Amtsgericht Charlottenburg", "form"),
        ("registration-number", "12\n34", "on one line"),
        ("registration-number", long.as_str(), "too long"),
    ] {
        let (message, help) = of(id)
            .mistake(number)
            .unwrap_or_else(|| panic!("{id} {number}"));
        assert!(message.contains(what), "{id}: {message}");
        assert!(
            help.contains(of(id).forms[0].example.as_str()),
            "{id}: {help}"
        );
    }
}

#[test]
fn an_unknown_kind_is_answered_with_those_of_the_country_first() {
    let (message, help) = unknown_kind("hrb", "DE");
    assert_eq!(message, "there is no kind of registration `hrb`");
    assert!(
        help.starts_with(
            "DE has vat, commercial-register, association-register; the others are bin,"
        ),
        "{help}"
    );
    let (_, help) = unknown_kind("comercial-register", "AT");
    assert!(
        help.starts_with("did you mean `commercial-register`? AT has vat,"),
        "{help}"
    );
    let (_, help) = unknown_kind("x", "ZZ");
    assert!(help.starts_with("the others are bin,"), "{help}");
    let first: Vec<&str> = kinds("KZ")
        .iter()
        .take(2)
        .map(|kind| kind.id.as_str())
        .collect();
    assert_eq!(first, ["bin", "iin"]);
}

#[test]
fn the_file_is_complete() {
    let mut ids = Vec::new();
    for kind in &KINDS.kind {
        assert!(!ids.contains(&&kind.id), "{}", kind.id);
        ids.push(&kind.id);
        for language in ["en", "kk", "ru", "de", "fr"] {
            assert!(kind.labels.contains_key(language), "{} {language}", kind.id);
        }
        for tag in kind.labels.keys() {
            assert!(Locale::try_from(tag.as_str()).is_ok(), "{} {tag}", kind.id);
        }
        for code in &kind.countries {
            assert!(country::is_country(code), "{} {code}", kind.id);
        }
        // A text asks for the number of a kind as `operator.<kind>`, next to these facts.
        let facts = "name legal_name form registration country address email phone";
        assert!(!facts.split(' ').any(|fact| fact == kind.id), "{}", kind.id);
        for form in &kind.forms {
            let compact = compact(&form.example);
            let fits = kind
                .forms
                .iter()
                .find(|form| form.pattern.is_match(&compact));
            assert!(
                fits.is_some_and(|first| std::ptr::eq(first, form)),
                "{}: another form takes {}",
                kind.id,
                form.example
            );
            assert_eq!(kind.mistake(&form.example), None, "{}", kind.id);
        }
    }
}

#[test]
fn a_label_is_in_the_language_of_the_page_or_marked_as_english() {
    let label = |id: &str, tag: &str| of(id).label(&Locale::try_from(tag).unwrap());
    assert_eq!(label("bin", "ru"), ("БИН", None));
    assert_eq!(
        label("commercial-register", "de-at"),
        ("Handelsregister", None)
    );
    assert_eq!(label("bin", "zh-hans"), ("企业识别号（BIN）", None));
    assert_eq!(label("krs", "ar"), ("KRS number", Some("en")));
}
