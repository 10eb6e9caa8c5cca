//! Tables of figures, as Markdown.

/// The first column is aligned left, the others right.
pub(crate) fn markdown<H: AsRef<str>>(head: &[H], rows: &[Vec<String>]) -> String {
    let line = |cells: Vec<&str>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(head.iter().map(AsRef::as_ref).collect());
    let rule = (0..head.len())
        .map(|at| if at == 0 { "---" } else { "---:" })
        .collect();
    text.push_str(&line(rule));
    for row in rows {
        text.push_str(&line(row.iter().map(String::as_str).collect()));
    }
    text
}

/// A figure with three significant digits, and no more than four decimal places: `0.0123`, `1.23`,
/// `12.3`, `1234`.
pub(crate) fn figure(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "–".to_owned();
    }
    let places = (2 - value.abs().log10().floor() as i32).clamp(0, 4);
    format!("{value:.*}", places as usize)
}

/// A name with its version; the name alone if the version is empty.
pub(crate) fn versioned(name: &str, version: &str) -> String {
    format!("{name} {version}").trim().to_owned()
}

/// The quotient of two figures, such as `×0.12`.
pub(crate) fn ratio(value: f64, of: f64) -> String {
    if of == 0.0 {
        return "–".to_owned();
    }
    format!("×{}", figure(value / of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_three_digits() {
        for (value, text) in [
            (0.012_34, "0.0123"),
            (1.234, "1.23"),
            (12.34, "12.3"),
            (1234.4, "1234"),
            (0.0, "–"),
        ] {
            assert_eq!(figure(value), text);
        }
        assert_eq!(ratio(1.0, 8.0), "×0.125");
    }

    #[test]
    fn a_table_has_a_rule_below_its_head() {
        let table = markdown(&["", "s"], &[vec!["we".to_owned(), "1".to_owned()]]);
        assert_eq!(table, "|  | s |\n| --- | ---: |\n| we | 1 |\n");
    }
}
