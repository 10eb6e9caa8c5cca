//! Decides which links an edition keeps.

use crate::report::{DecisionKind, RepairKind, Report};
use url::Url;

/// Longest address in bytes: browsers may refuse longer ones, and each run of text repeats the
/// address of its link.
const ADDRESS_LIMIT: usize = 2000;

/// The address of a `<base>`, against which others are resolved.
#[expect(
    clippy::disallowed_methods,
    reason = "a base that is no address is as if there were none"
)]
pub(super) fn base(address: &str) -> Option<Url> {
    Url::parse(address.trim()).ok()
}

/// The address, resolved against the base if it is relative.
pub(super) fn absolute(address: &str, base: Option<&Url>) -> String {
    let is_place = address.trim_start().starts_with(['#', '@']);
    let resolved = base
        .filter(|_| !is_place)
        .map(|base| base.join(address.trim()));
    match resolved {
        Some(Ok(resolved)) if Url::parse(address.trim()).is_err() => resolved.into(),
        Some(_) | None => address.to_owned(),
    }
}

/// The address for the edition, or `None` for one that wouldn't work on the new site.
pub(crate) fn normalize_link(address: &str, line: usize, report: &mut Report) -> Option<String> {
    // Line breaks and tabs in an address count for nothing (https://url.spec.whatwg.org/#url-parsing).
    let address = address.trim().replace(['\n', '\r', '\t'], "");
    let address = address.as_str();
    if address.len() > ADDRESS_LIMIT {
        let start: String = address.chars().take(40).collect();
        report.decision(
            DecisionKind::Link,
            line,
            format!(
                "a link with an address of `{}` bytes, `{start}…`, was left out; its words stay",
                address.len()
            ),
            "write a shorter address, if the text needs the link",
        );
        return None;
    }
    let lower = address.to_lowercase();
    if let Some(target) = redirect_target(address) {
        report.count(
            RepairKind::Link,
            line,
            "links through a search engine became direct",
        );
        return normalize_link(&target, line, report);
    }
    let is_kept = ["https://", "http://", "mailto:", "tel:"]
        .iter()
        .any(|scheme| lower.starts_with(scheme));
    let is_internal = address.starts_with('@') || lower.starts_with("lang:");
    if (is_kept || is_internal) && !address.contains(char::is_whitespace) {
        return Some(address.to_owned());
    }
    if address.starts_with("/cdn-cgi/l/email-protection") {
        return None;
    }
    if lower.starts_with("javascript:") {
        let message = "links that start a script became plain words";
        report.count(RepairKind::Link, line, message);
        return None;
    }
    if address.is_empty() || address.starts_with('#') {
        report.count(
            RepairKind::Link,
            line,
            "links inside the document became plain words",
        );
        return None;
    }
    report.decision(
        DecisionKind::Link,
        line,
        format!("the link to `{address}` leads nowhere from the new site; its words stay"),
        "write the full address, or `@policy/clause` for a clause of this site",
    );
    None
}

/// The target of Google's redirect `https://www.google.com/url?q=…`, through which exports of
/// Google Docs lead every link.
fn redirect_target(address: &str) -> Option<String> {
    let query = [
        "https://www.google.com/url?q=",
        "http://www.google.com/url?q=",
    ]
    .into_iter()
    .find_map(|prefix| address.strip_prefix(prefix))?;
    let target = query.split('&').next()?;
    let decoded = percent_decoded(target)?;
    // Only one level, because nested redirects would recurse.
    (!decoded.contains("google.com/url?q=")).then_some(decoded)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex_byte(rest.next()?, rest.next()?)?,
            _ => byte,
        });
    }
    utf8(bytes)
}

/// The byte with these two hexadecimal digits.
fn hex_byte(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    };
    Some(digit(high)? * 16 + digit(low)?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "an address in another encoding is left as it is"
)]
fn utf8(bytes: Vec<u8>) -> Option<String> {
    String::from_utf8(bytes).ok()
}

/// The e-mail address in Cloudflare's `data-cfemail`: hexadecimal bytes, of which the first is the
/// key that the others are XORed with.
pub(crate) fn decode_cloudflare_email(hidden: &str) -> Option<String> {
    let bytes = hidden.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => hex_byte(*high, *low),
        _ => None,
    });
    let bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
    let (key, rest) = bytes.split_first()?;
    let address = utf8(rest.iter().map(|byte| byte ^ key).collect())?;
    (address.contains('@') && !address.contains(char::is_whitespace)).then_some(address)
}

pub(crate) fn report_image(address: &str, line: usize, report: &mut Report) {
    report.decision(
        DecisionKind::Image,
        line,
        format!(
            "the picture `{}` was left out",
            address.chars().take(80).collect::<String>()
        ),
        "say in words what it shows, if the text needs it",
    );
}
