//! Code in pages that a program fills in: PHP, JSP, ASP, ERB, Blade, Razor, Twig, Liquid,
//! Handlebars, Vue, Angular, Svelte and JSX. It is cut out before the page is read, so that none of
//! it becomes words of the document.

mod script;

use crate::report::{DecisionKind, Report};
use std::collections::BTreeMap;

/// What a piece of code does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It says something of the page, or to the program.
    Statement,
    /// Words stand in its place when the page is shown.
    Output,
}

/// Beginning and end of pieces of code, the longer ones of the same beginning first.
const PIECES: &[(&str, &str, Role)] = &[
    ("<?=", "?>", Role::Output),
    ("<?", "?>", Role::Statement),
    ("<%--", "--%>", Role::Statement),
    ("<%=", "%>", Role::Output),
    ("<%-", "%>", Role::Output),
    ("<%", "%>", Role::Statement),
    ("{{--", "--}}", Role::Statement),
    ("{{!--", "--}}", Role::Statement),
    ("{{{", "}}}", Role::Output),
    ("{{#", "}}", Role::Statement),
    ("{{/", "}}", Role::Statement),
    ("{{>", "}}", Role::Statement),
    ("{{!", "}}", Role::Statement),
    ("{{", "}}", Role::Output),
    ("{!!", "!!}", Role::Output),
    ("{%", "%}", Role::Statement),
    ("{#if", "}", Role::Statement),
    ("{#each", "}", Role::Statement),
    ("{#await", "}", Role::Statement),
    ("{#key", "}", Role::Statement),
    ("{#snippet", "}", Role::Statement),
    ("{#", "#}", Role::Statement),
    ("{:", "}", Role::Statement),
    ("{/", "}", Role::Statement),
    ("{@", "}", Role::Output),
    ("${", "}", Role::Output),
];

/// Directives of Blade and Razor, which begin a line.
const DIRECTIVES: &[&str] = &[
    "extends",
    "section",
    "endsection",
    "yield",
    "show",
    "stop",
    "parent",
    "include",
    "includeif",
    "includewhen",
    "if",
    "elseif",
    "else",
    "endif",
    "unless",
    "endunless",
    "isset",
    "endisset",
    "empty",
    "endempty",
    "auth",
    "endauth",
    "guest",
    "endguest",
    "foreach",
    "endforeach",
    "forelse",
    "endforelse",
    "for",
    "endfor",
    "while",
    "endwhile",
    "switch",
    "case",
    "default",
    "break",
    "endswitch",
    "push",
    "endpush",
    "prepend",
    "endprepend",
    "stack",
    "php",
    "endphp",
    "component",
    "endcomponent",
    "slot",
    "endslot",
    "props",
    "csrf",
    "method",
    "vite",
    "livewire",
    "lang",
    "choice",
    "json",
    "use",
    "inject",
    "once",
    "endonce",
    "verbatim",
    "endverbatim",
    "model",
    "using",
    "page",
    "layout",
    "addtaghelper",
    "namespace",
    "inherits",
    "functions",
    "code",
    "attribute",
    "rendersection",
    "renderbody",
    "html",
    "await",
    "viewbag",
    "viewdata",
    "url",
];

/// A piece that was cut out.
struct Piece {
    line: usize,
    role: Role,
    code: String,
}

/// The markup without code, in which every line keeps its number.
///
/// The number says how many pieces were cut out.
pub(super) fn without_code(text: &str, first_line: usize, report: &mut Report) -> (String, usize) {
    let mut cutter = Cutter {
        line: first_line,
        result: String::with_capacity(text.len()),
        pieces: Vec::new(),
    };
    match script::parts(text) {
        Some((before, markup, after)) => {
            cutter.cut(before, Role::Statement);
            cutter.script_markup(markup);
            cutter.cut(after, Role::Statement);
        }
        None => cutter.markup(text),
    }
    report_pieces(&cutter.pieces, report);
    (cutter.result, cutter.pieces.len())
}

/// Whether a text is the code of a page, which would be taken for plain words.
pub(super) fn is_code(text: &str) -> bool {
    let start = text.trim_start();
    let is_directive = start
        .strip_prefix('@')
        .is_some_and(|rest| directive(rest).is_some());
    is_directive
        || [
            "<?php",
            "<?=",
            "<%@",
            "<%--",
            "{% extends",
            "{% load",
            "{%- extends",
            "{{#> ",
            "<script",
            "<template",
        ]
        .iter()
        .any(|beginning| start.starts_with(beginning))
        || script::parts(text).is_some()
}

struct Cutter {
    line: usize,
    result: String,
    pieces: Vec<Piece>,
}

impl Cutter {
    fn keep(&mut self, text: &str) {
        self.line += text.matches('\n').count();
        self.result.push_str(text);
    }

    /// Leaves out a piece but for its line ends.
    fn cut(&mut self, code: &str, role: Role) {
        let lines = code.matches('\n').count();
        if !code.trim().is_empty() {
            self.pieces.push(Piece {
                line: self.line,
                role,
                code: code.split_whitespace().collect::<Vec<_>>().join(" "),
            });
        }
        self.line += lines;
        self.result.push_str(&"\n".repeat(lines));
    }

    fn markup(&mut self, text: &str) {
        let mut rest = text;
        let mut is_line_start = true;
        // The first beginning that has no end, after which none is sought again.
        let mut unclosed: Vec<&str> = Vec::new();
        while let Some(place) = rest.find(['<', '{', '$', '@']) {
            let (before, at) = rest.split_at(place);
            is_line_start = match before.rfind('\n') {
                Some(end) => before.split_at(end).1.trim().is_empty(),
                None => is_line_start && before.trim().is_empty(),
            };
            self.keep(before);
            let length = self.piece(at, is_line_start, &mut unclosed);
            if length == 0 {
                let first = at.chars().next().map_or(0, char::len_utf8);
                self.keep(at.split_at(first).0);
                is_line_start = false;
                rest = at.split_at(first).1;
            } else {
                rest = at.split_at(length).1;
            }
        }
        self.keep(rest);
    }

    /// Cuts out the piece that begins here, and returns its length in bytes; 0 for none.
    fn piece<'a>(
        &mut self,
        at: &'a str,
        is_line_start: bool,
        unclosed: &mut Vec<&'a str>,
    ) -> usize {
        if let Some(verbatim) = verbatim(at) {
            self.keep(at.split_at(verbatim).0);
            return verbatim;
        }
        if let Some(rest) = at.strip_prefix('@') {
            let length = directive(rest)
                .filter(|_| is_line_start)
                .map_or(0, |length| length + 1);
            self.cut(at.split_at(length).0, Role::Statement);
            return length;
        }
        let piece = PIECES.iter().find(|(begin, _, _)| at.starts_with(begin));
        let Some((begin, end, role)) = piece.filter(|_| !at.starts_with("<?xml")) else {
            return 0;
        };
        if unclosed.contains(end) {
            return 0;
        }
        let inner = at.split_at(begin.len()).1;
        let length = match inner.split_once(end) {
            Some((code, _)) if *begin == "{{" && is_variable(code) => return 0,
            Some((code, _)) => begin.len() + code.len() + end.len(),
            // PHP needs no end; other code without one is words.
            None if begin.starts_with("<?") => at.len(),
            None => {
                unclosed.push(end);
                return 0;
            }
        };
        let (code, _) = at.split_at(length);
        // A short sign of Svelte or a shell in a text ends on its line.
        if *end == "}" && code.contains('\n') {
            return 0;
        }
        self.cut(code, *role);
        length
    }

    /// Markup in JavaScript: expressions in braces are code, but for strings.
    fn script_markup(&mut self, markup: &str) {
        let mut rest = markup;
        while let Some(place) = rest.find(['{', '<']) {
            let (before, at) = rest.split_at(place);
            self.keep(before);
            let fragment = ["<>", "</>"].iter().find(|tag| at.starts_with(**tag));
            if let Some(tag) = fragment {
                rest = at.split_at(tag.len()).1;
                continue;
            }
            if at.starts_with('<') {
                self.keep("<");
                rest = at.split_at(1).1;
                continue;
            }
            let length = balanced(at, '{', '}');
            let (code, after) = at.split_at(length);
            let inner = code.trim_start_matches('{').trim_end_matches('}').trim();
            let quote = inner.chars().next().filter(|quote| "\"'`".contains(*quote));
            let string = quote
                .and_then(|quote| inner.strip_prefix(quote)?.strip_suffix(quote))
                .filter(|string| !string.contains("${") && !string.contains(['"', '\'', '`']));
            match string {
                // A space that the markup alone would lose.
                Some(words) => self.keep(words),
                None if inner.starts_with("/*") => self.cut(code, Role::Statement),
                // The value of an attribute.
                None if self.result.ends_with('=') => {
                    self.result.push_str("\"\"");
                    self.line += code.matches('\n').count();
                    self.result
                        .push_str(&"\n".repeat(code.matches('\n').count()));
                }
                None => self.cut(code, Role::Output),
            }
            rest = after;
        }
        self.keep(rest);
    }
}

/// The length of a script, style sheet or comment that begins here: it has braces of its own.
fn verbatim(at: &str) -> Option<usize> {
    const PARTS: [(&str, &str); 3] = [
        ("<script", "</script"),
        ("<style", "</style"),
        ("<!--", "-->"),
    ];
    let begins = |part: &str| {
        let begin = at.get(..part.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(part))
    };
    let (_, end) = PARTS.iter().find(|(begin, _)| begins(begin))?;
    let mut places = at.match_indices(['<', '-']).map(|(place, _)| place);
    let is_end = |place: &usize| {
        let found = at.get(*place..place + end.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(end))
    };
    Some(
        places
            .find(is_end)
            .map_or(at.len(), |place| place + end.len()),
    )
}

/// The length of the directive after an `@`, with its arguments.
fn directive(rest: &str) -> Option<usize> {
    let end = rest
        .find(|letter: char| !letter.is_ascii_alphabetic())
        .unwrap_or(rest.len());
    let (name, after) = rest.split_at_checked(end)?;
    let is_block = name.is_empty() && after.starts_with(['{', '*']);
    if is_block {
        return Some(match after.strip_prefix('*') {
            Some(comment) => comment.find("*@").map_or(1, |end| end + 3),
            None => balanced(after, '{', '}'),
        });
    }
    let is_known = DIRECTIVES.contains(&name.to_ascii_lowercase().as_str());
    if !is_known || after.starts_with(|letter: char| letter.is_alphanumeric()) {
        return None;
    }
    let spaces = after.len() - after.trim_start_matches(' ').len();
    let arguments = after.split_at(spaces).1;
    if arguments.starts_with('(') {
        return Some(end + spaces + balanced(arguments, '(', ')'));
    }
    // `@model Page` and the like say something to the end of the line.
    let line = after.find('\n').unwrap_or(after.len());
    let is_alone = after.split_at(line).0.trim().is_empty() || after.starts_with([' ', '.']);
    is_alone.then_some(end + line)
}

/// How far a balanced pair of brackets may reach, in bytes.
const MAX_PAIR: usize = 64 * 1024;

/// The length up to the bracket that closes the first one, or of that alone.
fn balanced(text: &str, open: char, close: char) -> usize {
    let (mut depth, mut quote) = (0_usize, None);
    let mut before = ' ';
    for (place, letter) in text
        .char_indices()
        .take_while(|(place, _)| *place < MAX_PAIR)
    {
        match quote {
            Some(mark) if letter == mark && before != '\\' => quote = None,
            Some(_) => {}
            // An apostrophe inside a word is none that opens a string.
            None if "\"`".contains(letter) || letter == '\'' && !before.is_alphanumeric() => {
                quote = Some(letter)
            }
            None if letter == open => depth += 1,
            None if letter == close => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return place + letter.len_utf8();
                }
            }
            None => {}
        }
        before = letter;
    }
    open.len_utf8()
}

/// Whether the inside of `{{ … }}` is the name of a variable, which the content form has, too.
fn is_variable(code: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "._".contains(letter);
    let name = code.trim();
    name.starts_with(|letter: char| letter.is_ascii_lowercase()) && name.chars().all(is_letter)
}

/// One decision for what the program does, and one for each place where words are missing.
fn report_pieces(pieces: &[Piece], report: &mut Report) {
    let quoted = |piece: &Piece| {
        let code: String = piece.code.chars().take(80).collect();
        code.replace('`', "'")
    };
    let statements = || pieces.iter().filter(|piece| piece.role == Role::Statement);
    if let Some(first) = statements().next() {
        report.decision(
            DecisionKind::LeftOut,
            first.line,
            format!("the code of a template was left out, `{}` pieces, the first one `{}`", statements().count(), quoted(first)),
            "see that it puts no words of the document into the page; better import the page as a browser shows it (Save As > Web Page, HTML Only)",
        );
    }
    let mut outputs: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for piece in pieces.iter().filter(|piece| piece.role == Role::Output) {
        if outputs.len() < MAX_OUTPUTS || outputs.contains_key(&quoted(piece)) {
            outputs.entry(quoted(piece)).or_insert((piece.line, 0)).1 += 1;
        }
    }
    for (code, (line, times)) in outputs {
        report.decision(
            DecisionKind::Placeholder,
            line,
            format!("a template puts words in place of `{code}` (`{times}` times, first here); nothing stands there now"),
            "write the words, or a variable of the site such as `{{ operator.name }}`",
        );
    }
}

/// How many different pieces that put words into the page are reported.
const MAX_OUTPUTS: usize = 200;
