//! Problem documents (RFC 9457): what a server answers in the place of a page that it refuses. A
//! download that does not look at the status appends them to its file.

use serde::Deserialize;

/// The members that are used.
#[derive(Deserialize)]
struct Document {
    title: String,
    status: u16,
    detail: Option<String>,
}

/// `429 Too Many Requests`, with what the server says further; `None` when the text is none.
pub(crate) fn problem(json: &[u8]) -> Option<String> {
    let Ok(Document {
        title,
        status,
        detail,
    }) = serde_json::from_slice(json)
    else {
        return None;
    };
    let detail = detail.map_or_else(String::new, |detail| format!(": {detail}"));
    Some(format!("{status} {title}{detail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_told_from_a_record() {
        let json = br#"{"type":"about:blank","title":"Too Many Requests","status":429}"#;
        assert_eq!(problem(json).as_deref(), Some("429 Too Many Requests"));
        assert_eq!(problem(br#"{"site":"cap.kz","sequence":1}"#), None);
    }
}
