//! Pipe tables.

use super::inline::{self, References};
use crate::front_matter::Origin;
use crate::report::{RepairKind, Report};
use crate::text::Text;

/// The rows and the number of lines of a table that begins on the first line.
pub(crate) fn read(
    rest: &[&str],
    references: &References,
    number: usize,
    origin: Origin,
    report: &mut Report,
) -> Option<(Vec<Vec<Text>>, usize)> {
    let [first, second, ..] = rest else {
        return None;
    };
    let has_header = first.contains('|') && is_delimiter(second);
    // A table without the delimiter row, which Markdown wouldn't recognise.
    let is_framed = |line: &&str| {
        line.trim().len() > 1 && line.trim().starts_with('|') && line.trim().ends_with('|')
    };
    let is_bare = origin == Origin::Foreign && is_framed(first) && is_framed(second);
    if !has_header && !is_bare {
        return None;
    }
    if is_bare && !has_header {
        report.repair(
            RepairKind::Table,
            number,
            "line added under the header of a table",
        );
    }
    let used = rest.iter().take_while(|line| line.contains('|')).count();
    let rows = rest
        .iter()
        .take(used)
        .enumerate()
        .filter(|(_, line)| !is_delimiter(line));
    let rows = rows.map(|(index, line)| {
        let cells = split_cells(line).into_iter();
        cells
            .map(|cell| {
                let read = match origin {
                    Origin::Foreign => inline::read,
                    Origin::Edition => inline::read_edition,
                };
                read(cell.trim(), references, number + index, report).normalized()
            })
            .collect()
    });
    Some((rows.collect(), used))
}

fn is_delimiter(line: &str) -> bool {
    let line = line.trim();
    line.contains('|')
        && line.contains('-')
        && line.chars().all(|character| "|-: \t".contains(character))
}

/// Splits a row into cells; `\|` is a literal pipe.
fn split_cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for character in line.chars() {
        if character == '|' && !escaped {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            if character == '|' {
                cell.pop();
            }
            cell.push(character);
        }
        escaped = character == '\\' && !escaped;
    }
    if cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    cells
}
