//! Facts about countries, from `countries.toml`.

use super::slice::slice;
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Countries {
    home: String,
    numbering_plan: Vec<NumberingPlan>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NumberingPlan {
    /// `+` and the country code.
    prefix: String,
    /// Digits of each group, the country code first.
    groups: Vec<usize>,
}

#[expect(clippy::expect_used, reason = "a constant, which a test reads")]
static COUNTRIES: LazyLock<Countries> =
    LazyLock::new(|| toml::from_str(include_str!("countries.toml")).expect("fits the type"));

/// Whether a country is the operator's own, so that data sent there isn't transferred abroad.
pub(super) fn is_home(code: &str) -> bool {
    code == COUNTRIES.home
}

/// A telephone number in E.164, grouped by its country's numbering plan: `+7 727 338 39 93`.
pub fn format_phone(number: &str) -> String {
    let fits = |plan: &&NumberingPlan| {
        number.starts_with(&plan.prefix)
            && number.is_ascii()
            && number.len() == 1 + plan.groups.iter().sum::<usize>()
    };
    let Some(plan) = COUNTRIES.numbering_plan.iter().find(fits) else {
        return number.to_owned();
    };
    let mut rest = slice(number, 1..);
    let mut groups = Vec::new();
    for length in &plan.groups {
        groups.push(slice(rest, ..*length));
        rest = slice(rest, *length..);
    }
    format!("+{}", groups.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_are_grouped_for_reading() {
        assert_eq!(format_phone("+77273383993"), "+7 727 338 39 93");
        for other in ["+442071234567", "+7727338399", "+772733839931", ""] {
            assert_eq!(format_phone(other), other);
        }
    }
}
