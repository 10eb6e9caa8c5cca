//! Writes compared words as HTML with `<ins>` and `<del>`, each labelled by visually hidden text
//! for readers who perceive neither colour nor strikethrough.

use super::diff::Run;
use super::words::Word;
use pulldown_cmark_escape::escape_html_body_text;

/// The visually hidden labels of inserted and deleted words.
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

/// Writes compared words as paragraphs.
pub fn html(runs: &[Run<'_>], labels: Labels<'_>) -> String {
    if runs.is_empty() {
        return String::new();
    }
    let mut writer = Writer {
        out: String::new(),
        labels,
        mark: Mark::None,
        is_empty: true,
        has_only_deleted: true,
    };
    for run in runs {
        match run {
            Run::Equal {
                words,
                old_starts_line,
            } => {
                for (word, old_starts_line) in words.iter().zip(old_starts_line) {
                    // Its line was started by the deleted words before it, unless these were lines
                    // of their own.
                    let starts_line =
                        word.starts_line && (*old_starts_line || !writer.has_only_deleted);
                    writer.word(word, starts_line, Mark::None);
                }
            }
            Run::Replaced { old, new } => {
                for word in old {
                    writer.word(word, word.starts_line, Mark::Deleted);
                }
                for word in new {
                    let starts_line = word.starts_line && !writer.has_only_deleted;
                    writer.word(word, starts_line, Mark::Inserted);
                }
            }
        }
    }
    writer.set_mark(Mark::None);
    writer.out.push_str("</p>");
    writer.out
}

struct Writer<'l> {
    out: String,
    labels: Labels<'l>,
    mark: Mark,
    /// Whether the paragraph has no words yet.
    is_empty: bool,
    /// Whether all words of the paragraph so far are deleted ones.
    has_only_deleted: bool,
}

impl Writer<'_> {
    fn word(&mut self, word: &Word<'_>, starts_line: bool, mark: Mark) {
        if starts_line && !self.is_empty {
            self.set_mark(Mark::None);
            self.out.push_str("</p>\n");
            self.is_empty = true;
            self.has_only_deleted = true;
        }
        if self.is_empty {
            self.out.push_str(if word.starts_item {
                "<p class=\"difference__item\">"
            } else {
                "<p>"
            });
        }
        let is_other_mark = self.mark != mark;
        if is_other_mark {
            self.set_mark(Mark::None);
        }
        if word.follows_space && !self.is_empty {
            self.out.push(' ');
        }
        if is_other_mark {
            self.set_mark(mark);
        }
        self.push_escaped(word.text);
        self.is_empty = false;
        self.has_only_deleted &= mark == Mark::Deleted;
    }

    fn set_mark(&mut self, mark: Mark) {
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
        let start = format!("<{element}><span class=\"unseen\">(");
        self.out.push_str(&start);
        self.push_escaped(label);
        self.out.push_str(": </span>");
    }

    #[expect(clippy::expect_used, reason = "writing to a `String` can't fail")]
    fn push_escaped(&mut self, text: &str) {
        escape_html_body_text(&mut self.out, text).expect("a `String` takes any text");
    }
}

#[cfg(test)]
mod tests {
    use super::super::diff::diff;
    use super::super::words::{ITEM_MARKER, Vocabulary};
    use super::*;

    fn check(before: &str, after: &str) -> String {
        let labels = Labels {
            inserted: "new",
            deleted: "old",
        };
        let mut vocabulary = Vocabulary::default();
        let (before, after) = (vocabulary.split(before), vocabulary.split(after));
        html(&diff(&before, &after), labels)
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
            check(
                &before.replace('*', ITEM_MARKER),
                &after.replace('*', ITEM_MARKER),
            )
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
