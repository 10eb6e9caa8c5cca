//! Decisions about words that were left out of an edition, or kept although a question is open.
//! Each names the words.

use super::{DecisionKind, Report};

/// Why words were left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Loss {
    /// A change that nobody has accepted took them away.
    Deleted,
    /// They are struck out.
    Struck,
    /// Readers of the document don't see them.
    Hidden,
}

/// Number of words of a part that was left out that are named.
const BEGINNING: usize = 12;

impl Report {
    /// Words that a change inserted, which nobody has accepted; they stay.
    pub(crate) fn insertion(&mut self, line: usize, words: &[String]) {
        self.decision(
            DecisionKind::Change,
            line,
            format!("{} inserted as a change that nobody has accepted yet: kept", quoted(words)),
            "accept or reject the changes in the document and import it again, or delete the words here",
        );
    }

    /// Words that were left out.
    pub(crate) fn loss(&mut self, loss: Loss, line: usize, words: &[String]) {
        let lost = words.join("\n");
        let words = quoted(words);
        let (kind, message, help) = match loss {
            Loss::Deleted => (
                DecisionKind::Change,
                format!("{words} deleted as a change that nobody has accepted yet: left out"),
                "accept or reject the changes in the document and import it again, or write the words here",
            ),
            Loss::Struck => (
                DecisionKind::Change,
                format!("{words} struck out: left out"),
                "write the words here if they are in force",
            ),
            Loss::Hidden => (
                DecisionKind::Hidden,
                format!("{words} hidden in the document: left out"),
                "write the words here if readers are meant to see them",
            ),
        };
        self.losing(lost).decision(kind, line, message, help);
    }

    /// A comment in the margin, which no edition has.
    pub(crate) fn comment(&mut self, line: usize, words: &str) {
        let words: Vec<&str> = words.split_whitespace().collect();
        let words = words.join(" ");
        self.losing(&words).decision(
            DecisionKind::Comment,
            line,
            format!("a comment was left out: `{words}`"),
            "see whether it asks for a change of the text",
        );
    }

    /// A part that is no text of the document, such as a table of contents, with all its words.
    pub(crate) fn left_out(&mut self, what: &str, line: usize, words: &str) {
        let words: Vec<&str> = words.split_whitespace().collect();
        if words.is_empty() {
            return;
        }
        let more = if words.len() > BEGINNING { " …" } else { "" };
        let beginning: Vec<&str> = words.iter().take(BEGINNING).copied().collect();
        self.losing(words.join(" ")).decision(
            DecisionKind::LeftOut,
            line,
            format!(
                "left out: {what} (`{}` words: `{}{more}`)",
                words.len(),
                beginning.join(" ")
            ),
            "write the words here if they belong to the text",
        );
    }
}

fn quoted(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|words| format!("`{words}`")).collect();
    let verb = if quoted.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", quoted.join(", "))
}
