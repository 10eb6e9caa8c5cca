//! Fields: their instructions, such as `REF _Ref1 \r \h`, say what the words of the result are.

use crate::flow::link_to_bookmark;

/// What a field is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Its result is text.
    Text,
    /// Its result is a link.
    Link(String),
    /// Its result is a table of contents or an index.
    Contents,
    /// Its result is the number of a page.
    Page,
    /// Only Word computes its result, such as a number or a box to tick: the file doesn't have it.
    Unstored,
    /// Its text stands in the instruction.
    Words(String),
}

/// A field that is being read.
#[derive(Debug, Clone, Default)]
pub(super) struct Field {
    pub(super) instruction: String,
    /// What its result is, once the instruction has ended.
    pub(super) purpose: Option<Purpose>,
}

/// Words that are separated by spaces, some of them in quotation marks.
fn arguments(instruction: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = instruction.trim_start();
    while !rest.is_empty() {
        let quoted = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
        let (word, after) = match quoted {
            Some(found) => found,
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

/// What a field with this instruction is for.
pub(super) fn purpose(instruction: &str) -> Purpose {
    let words = arguments(instruction);
    let mut words = words.iter().map(String::as_str);
    let name = words.next().unwrap_or("").to_uppercase();
    match name.as_str() {
        "TOC" | "INDEX" | "TOA" => Purpose::Contents,
        "PAGE" | "NUMPAGES" | "SECTIONPAGES" | "PAGEREF" => Purpose::Page,
        "LISTNUM" | "AUTONUM" | "AUTONUMLGL" | "AUTONUMOUT" | "FORMCHECKBOX" | "FORMDROPDOWN"
        | "SYMBOL" | "EQ" => Purpose::Unstored,
        "REF" | "NOTEREF" => words
            .next()
            .map_or(Purpose::Text, |name| Purpose::Link(link_to_bookmark(name))),
        "HYPERLINK" => hyperlink(words),
        "MACROBUTTON" | "GOTOBUTTON" => {
            let shown: Vec<&str> = words.skip(1).collect();
            Purpose::Words(shown.join(" "))
        }
        // The name of a bookmark alone is a reference to it, too: but only Word knows which names
        // are bookmarks, and the result is text.
        _ => Purpose::Text,
    }
}

/// An address, or with `\l` a bookmark.
fn hyperlink<'w>(words: impl Iterator<Item = &'w str>) -> Purpose {
    let mut address = None;
    let mut bookmark = None;
    let mut switch = "";
    for word in words {
        match (switch, word) {
            (_, word) if word.starts_with('\\') => {
                switch = word;
                continue;
            }
            ("\\l", word) => bookmark = Some(word),
            // A tip, and the window of the target.
            ("\\o" | "\\t", _) => {}
            (_, word) if address.is_none() => address = Some(word),
            _ => {}
        }
        switch = "";
    }
    match (address.filter(|address| !address.is_empty()), bookmark) {
        (Some(address), Some(place)) => Purpose::Link(format!("{address}#{place}")),
        (Some(address), None) => Purpose::Link(address.to_owned()),
        (None, Some(name)) => Purpose::Link(link_to_bookmark(name)),
        (None, None) => Purpose::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_say_what_the_result_is() {
        let link = |words: &str| Purpose::Link(words.to_owned());
        for (instruction, expected) in [
            (" REF _Ref1 \\r \\h ", link("bookmark:_Ref1")),
            ("TOC \\o \"1-3\" \\h", Purpose::Contents),
            ("page \\* MERGEFORMAT", Purpose::Page),
            (
                "HYPERLINK \"https://x.example/\"",
                link("https://x.example/"),
            ),
            (
                "HYPERLINK https://x.example/ \\t \"_blank\"",
                link("https://x.example/"),
            ),
            (
                "HYPERLINK \"https://x.example/\" \\l \"a\"",
                link("https://x.example/#a"),
            ),
            (
                "HYPERLINK \\l \"_Toc1\" \\o \"Tip\"",
                link("bookmark:_Toc1"),
            ),
            ("HYPERLINK", Purpose::Text),
            (
                "MACROBUTTON NoMacro [Name of the buyer]",
                Purpose::Words("[Name of the buyer]".to_owned()),
            ),
            ("AUTONUM", Purpose::Unstored),
            ("DATE \\@ \"d.M.yyyy\"", Purpose::Text),
            ("", Purpose::Text),
            ("\"", Purpose::Text),
        ] {
            assert_eq!(purpose(instruction), expected, "{instruction}");
        }
    }
}
