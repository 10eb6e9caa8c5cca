//! Host names in any script: how they stand in addresses, and how readers see them (UTS #46).

use icu_properties::props::Script;
use icu_properties::{CodePointMapData, PropertyNamesLong};
use schemars::JsonSchema;
use serde::Deserialize;
use std::fmt::Write as _;

/// A host name of the public internet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(from = "String")]
#[schemars(with = "String")]
pub struct Host {
    written: String,
    ascii: String,
    shown: String,
}

impl From<String> for Host {
    /// A text that is no host, which [`mistake`] tells of, stands for itself.
    fn from(written: String) -> Self {
        let ascii = to_ascii(&written).unwrap_or_else(|| written.clone());
        let unicode = to_unicode(&ascii);
        // Browsers show a name of mixed scripts in ASCII too, because it can pass for another.
        let is_mixed = unicode.split('.').any(|label| mixed(label).is_some());
        let shown = if is_mixed { ascii.clone() } else { unicode };
        Self {
            written,
            ascii,
            shown,
        }
    }
}

impl Host {
    /// As its owner wrote it.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// In addresses and headers, where names are compared: `xn--bcher-kva.example`.
    pub fn ascii(&self) -> &str {
        &self.ascii
    }

    /// For readers: `bücher.example`.
    pub fn shown(&self) -> &str {
        &self.shown
    }
}

const HELP: &str =
    "write the bare name, such as `cap.kz` or `құжат.қаз`, without `https://` and port";

/// Message and help on a text that is no host name.
pub fn mistake(text: &str) -> Option<(String, String)> {
    let Some(ascii) = to_ascii(text) else {
        return Some((format!("`{text}` is no host name"), HELP.to_owned()));
    };
    let labels = text.split('.');
    let found = labels.filter_map(mixed).next()?;
    Some((
        format!("`{text}` mixes letters of the {found} scripts in one word"),
        format!(
            "write it in one script; if that is its name, write `{ascii}`, as browsers show it"
        ),
    ))
}

/// The name in ASCII. `None` if it is no host name.
pub fn to_ascii(text: &str) -> Option<String> {
    // Names have at most 253 characters in ASCII, which no longer text can have.
    if text.len() > 4 * 253 {
        return None;
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "the error says nothing but that it is none"
    )]
    let ascii = idna::domain_to_ascii_strict(text).ok()?;
    // A name whose last part is a number is an address of IPv4 (WHATWG URL, "ends in a number").
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let ends_in_number = ascii.rsplit('.').next().is_some_and(is_number);
    (is_host(&ascii) && !ends_in_number).then_some(ascii)
}

/// Whether it is a host name of the public internet in small letters: `www.example.org`.
pub fn is_host(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    name.len() <= 253 && name.contains('.') && name.split('.').all(is_label)
}

/// A host name, or the host of an https address, in ASCII, as programs compare it: `*.` for any name
/// below it stays. Any other text stands for itself, for checks to tell of.
pub fn in_ascii(text: &str) -> String {
    let address = text.strip_prefix("https://");
    let rest = address.unwrap_or(text);
    let below = rest.strip_prefix("*.");
    let name = below.unwrap_or(rest);
    let end = name.find([':', '/', '?', '#']).unwrap_or(name.len());
    let (name, rest) = name.split_at(end);
    let is_written = name.is_ascii() || mistake(name).is_some();
    let ascii = if is_written { None } else { to_ascii(name) };
    let Some(ascii) = ascii else {
        return text.to_owned();
    };
    let scheme = address.map_or("", |_| "https://");
    let below = below.map_or("", |_| "*.");
    format!("{scheme}{below}{ascii}{rest}")
}

/// The name in letters of its script; itself if it can't be converted.
fn to_unicode(ascii: &str) -> String {
    let (unicode, result) = idna::domain_to_unicode(ascii);
    if result.is_ok() {
        unicode
    } else {
        ascii.to_owned()
    }
}

/// Scripts that are written together (UTS #39, 5.2, "highly restrictive").
const TOGETHER: [&[Script]; 3] = [
    &[
        Script::Latin,
        Script::Han,
        Script::Hiragana,
        Script::Katakana,
    ],
    &[Script::Latin, Script::Han, Script::Bopomofo],
    &[Script::Latin, Script::Han, Script::Hangul],
];

/// The names of the scripts of a label that aren't written together; `None` if they are.
fn mixed(label: &str) -> Option<String> {
    let script_of = CodePointMapData::<Script>::new();
    let mut scripts: Vec<Script> = Vec::new();
    for script in label.chars().map(|letter| script_of.get(letter)) {
        let is_of_all = matches!(script, Script::Common | Script::Inherited);
        if !is_of_all && !scripts.contains(&script) {
            scripts.push(script);
        }
    }
    let fit = |set: &&[Script]| scripts.iter().all(|script| set.contains(script));
    if scripts.len() < 2 || TOGETHER.iter().any(fit) {
        return None;
    }
    let names = PropertyNamesLong::<Script>::new();
    let mut text = String::new();
    for (at, script) in scripts.iter().enumerate() {
        let and = if at == 0 { "" } else { " and " };
        let name = names.get(*script).unwrap_or("unknown");
        #[expect(clippy::expect_used, reason = "text takes any text")]
        write!(text, "{and}{name}").expect("text takes any text");
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_stands_in_ascii_in_addresses_and_in_its_script_for_readers() {
        for (written, ascii, shown) in [
            ("cap.kz", "cap.kz", "cap.kz"),
            ("Cap.KZ", "cap.kz", "cap.kz"),
            ("құжат.қаз", "xn--80al1b2zud.xn--80ao21a", "құжат.қаз"),
            (
                "xn--80al1b2zud.xn--80ao21a",
                "xn--80al1b2zud.xn--80ao21a",
                "құжат.қаз",
            ),
            ("bücher.example", "xn--bcher-kva.example", "bücher.example"),
            ("BÜCHER.example", "xn--bcher-kva.example", "bücher.example"),
            (
                "XN--BCHER-KVA.example",
                "xn--bcher-kva.example",
                "bücher.example",
            ),
            ("straße.de", "xn--strae-oqa.de", "straße.de"),
            // Decomposed, as some file systems keep names.
            (
                "bu\u{308}cher.example",
                "xn--bcher-kva.example",
                "bücher.example",
            ),
            (
                "東京タワーtokyo.jp",
                "xn--tokyo-lr4dmmodv073ay09b.jp",
                "東京タワーtokyo.jp",
            ),
            // Mixed scripts, written in ASCII.
            ("xn--pple-43d.com", "xn--pple-43d.com", "xn--pple-43d.com"),
        ] {
            let host = Host::from(written.to_owned());
            assert_eq!((host.ascii(), host.shown()), (ascii, shown), "{written}");
            assert_eq!(mistake(written), None, "{written}");
        }
    }

    #[test]
    fn an_address_gets_its_host_in_ascii_and_nothing_else_changes() {
        for (written, expected) in [
            ("құжат.қаз", "xn--80al1b2zud.xn--80ao21a"),
            ("https://құжат.қаз", "https://xn--80al1b2zud.xn--80ao21a"),
            (
                "https://құжат.қаз:8443/a?б#в",
                "https://xn--80al1b2zud.xn--80ao21a:8443/a?б#в",
            ),
            (
                "https://*.bücher.example",
                "https://*.xn--bcher-kva.example",
            ),
        ] {
            assert_eq!(in_ascii(written), expected);
        }
        // Checks tell of these.
        for other in [
            "",
            "https://Cap.kz/",
            "http://құжат.қаз",
            "https://",
            "https://аpple.com",
            "құжат",
            "https://user@құжат.қаз/",
        ] {
            assert_eq!(in_ascii(other), other);
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for bad in [
            "",
            "cap",
            "cap..kz",
            ".cap.kz",
            "cap.kz.",
            "-a.kz",
            "a-.kz",
            "bad_host.kz",
            "cap.kz:80",
            "cap.kz/x",
            "https://cap.kz",
            "a b.kz",
            "127.0.0.1",
            "xn--\u{80}.kz",
            "xn--.kz",
            "xn--abc-.kz",
            "қ\u{202e}.қаз",
        ] {
            let message = mistake(bad).map(|(message, _)| message);
            assert_eq!(message, Some(format!("`{bad}` is no host name")));
        }
        let long = format!("{}.kz", "қ".repeat(60));
        assert!(mistake(&long).is_some());
        assert!(mistake(&"a.".repeat(100_000)).is_some());
    }

    #[test]
    fn letters_of_several_scripts_are_refused_with_the_form_that_browsers_show() {
        for (bad, scripts, ascii) in [
            ("аpple.com", "Cyrillic and Latin", "xn--pple-43d.com"),
            (
                "құжат-docs.қаз",
                "Cyrillic and Latin",
                "xn---docs-3ve5b6fv1bwg.xn--80ao21a",
            ),
            ("αbc.example", "Greek and Latin", "xn--bc-b9b.example"),
        ] {
            let (message, help) = mistake(bad).unwrap();
            assert!(message.contains(scripts), "{message}");
            assert!(help.contains(ascii), "{help}");
        }
        // One script a word: words may differ.
        assert_eq!(mistake("құжат.example"), None);
    }
}
