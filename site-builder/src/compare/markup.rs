//! Compared words as HTML: `<ins>` and `<del>`, each with its name in parentheses for whoever sees neither colour nor line.

use super::words::{Run, Word};
use pulldown_cmark_escape::escape_html_body_text;
use std::fmt::Write as _;

/// What stands, unseen, before inserted and deleted words.
#[derive(Debug, Clone, Copy)]
pub struct Labels<'l> {
    /// `added`
    pub inserted: &'l str,
    /// `removed`
    pub deleted: &'l str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Inserted,
    Deleted,
}

/// Makes paragraphs of compared words.
pub fn html(runs: &[Run<'_>], labels: Labels<'_>) -> String {
    if runs.is_empty() {
        return String::new();
    }
    let mut writer = Writer {
        out: String::new(),
        labels,
        mark: Mark::None,
        is_empty: true,
        is_deleted: true,
    };
    for run in runs {
        match run {
            Run::Kept(words, lines) => {
                for (word, was_first) in words.iter().zip(lines) {
                    // Deleted words before it have begun its line already, unless they were a line of their own.
                    let is_first = word.is_first && (*was_first || !writer.is_deleted);
                    writer.word(word, is_first, Mark::None);
                }
            }
            Run::Replaced(old, new) => {
                for word in old {
                    writer.word(word, word.is_first, Mark::Deleted);
                }
                for word in new {
                    let is_first = word.is_first && !writer.is_deleted;
                    writer.word(word, is_first, Mark::Inserted);
                }
            }
        }
    }
    writer.switch(Mark::None);
    writer.out.push_str("</p>");
    writer.out
}

struct Writer<'l> {
    out: String,
    labels: Labels<'l>,
    mark: Mark,
    /// Nothing stands in the paragraph yet.
    is_empty: bool,
    /// Nothing but deleted words stands in the paragraph yet.
    is_deleted: bool,
}

impl Writer<'_> {
    fn word(&mut self, word: &Word<'_>, is_first: bool, mark: Mark) {
        if is_first && !self.is_empty {
            self.switch(Mark::None);
            self.out.push_str("</p>\n");
            self.is_empty = true;
            self.is_deleted = true;
        }
        if self.is_empty {
            self.out.push_str(if word.is_item {
                "<p class=\"difference__item\">"
            } else {
                "<p>"
            });
        }
        let is_spaced = word.is_spaced && !self.is_empty;
        if self.mark == mark {
            if is_spaced {
                self.out.push(' ');
            }
        } else {
            self.switch(Mark::None);
            if is_spaced {
                self.out.push(' ');
            }
            self.switch(mark);
        }
        // Writing to a `String` can't fail.
        let _ = escape_html_body_text(&mut self.out, word.text);
        self.is_empty = false;
        self.is_deleted &= mark == Mark::Deleted;
    }

    fn switch(&mut self, mark: Mark) {
        match self.mark {
            Mark::None => {}
            Mark::Inserted => self.out.push_str("<span class=\"unseen\">)</span></ins>"),
            Mark::Deleted => self.out.push_str("<span class=\"unseen\">)</span></del>"),
        }
        self.mark = mark;
        let (element, label) = match mark {
            Mark::None => return,
            Mark::Inserted => ("ins", self.labels.inserted),
            Mark::Deleted => ("del", self.labels.deleted),
        };
        let _ = write!(self.out, "<{element}><span class=\"unseen\">(");
        let _ = escape_html_body_text(&mut self.out, label);
        self.out.push_str(": </span>");
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::{ITEM, Vocabulary, compare};
    use super::*;

    fn check(before: &str, after: &str) -> String {
        let labels = Labels {
            inserted: "new",
            deleted: "old",
        };
        let mut vocabulary = Vocabulary::default();
        let (before, after) = (vocabulary.read(before), vocabulary.read(after));
        html(&compare(&before, &after), labels)
            .replace("<span class=\"unseen\">(", "(")
            .replace("<span class=\"unseen\">)", ")")
            .replace("</span>", "")
    }

    #[test]
    fn each_change_says_what_it_is() {
        assert_eq!(
            check("Данные хранятся 30 дней.", "Данные хранятся 60 дней."),
            "<p>Данные хранятся <del>(old: 30)</del> <ins>(new: 60)</ins> дней.</p>"
        );
    }

    #[test]
    fn words_are_escaped() {
        assert_eq!(
            check("", "<script> & \"x\""),
            "<p><ins>(new: &lt;script&gt; &amp; \"x\")</ins></p>"
        );
    }

    #[test]
    fn items_of_a_list_stay_items() {
        let check = |before: &str, after: &str| {
            check(&before.replace('*', ITEM), &after.replace('*', ITEM))
                .replace("<p class=\"difference__item\">", "<li>")
        };
        assert_eq!(
            check("мы храним:\n*имя;\n*адрес.", "мы храним:\n*адрес."),
            "<p>мы храним:</p>\n<li><del>(old: имя;)</del></p>\n<li>адрес.</p>"
        );
        assert_eq!(check("*имя", "имя"), "<p>имя</p>");
        assert_eq!(check("", "**имя"), "<li><ins>(new: имя)</ins></p>");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(
            check("мы храним:\nимя;\nадрес.", "мы храним:\nадрес."),
            "<p>мы храним:</p>\n<p><del>(old: имя;)</del></p>\n<p>адрес.</p>"
        );
        assert_eq!(
            check("мы храним:\nимя.", "мы храним:\nимя.\nадрес."),
            "<p>мы храним:</p>\n<p>имя.</p>\n<p><ins>(new: адрес.)</ins></p>"
        );
        assert_eq!(
            check("мы храним:\nимя ваше;", "мы храним:\nадрес ваш;"),
            "<p>мы храним:</p>\n<p><del>(old: имя ваше)</del> <ins>(new: адрес ваш)</ins>;</p>"
        );
        assert_eq!(
            check("раз\nдва три", "раз\nтри"),
            "<p>раз</p>\n<p><del>(old: два)</del> три</p>"
        );
    }
}
