//! The name that somebody probably meant.

/// Longer wrong names aren't compared with existing ones: the comparison takes quadratic time.
const MAX_COMPARED_NAME: usize = 80;

/// The existing name that is most similar to a wrong one (Ratcliff–Obershelp ratio of characters).
pub fn most_similar<'n>(wrong: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if wrong.len() > MAX_COMPARED_NAME {
        return None;
    }
    names
        .map(|name| (similar::TextDiff::from_chars(wrong, name).ratio(), name))
        .filter(|(ratio, _)| *ratio > 0.6)
        .max_by(|before, after| before.0.total_cmp(&after.0))
        .map(|(_, name)| name)
}
