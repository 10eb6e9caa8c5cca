//! Formats of facts: short address, e-mail, host of a witness.

use crate::content::host;

/// A host name in ASCII whose labels have the length that DNS allows (RFC 1035, 2.3.4).
pub(super) fn is_host(text: &str) -> bool {
    host::is_host(text) && text.split('.').all(|label| label.len() <= 63)
}

/// First segments of addresses that are no policy's and no locale's.
pub(super) const RESERVED_SEGMENTS: [&str; 8] = [
    "choices",
    "words",
    "assets",
    "api",
    "changes",
    "admin",
    "log",
    "languages",
];

/// Short address of a policy.
pub(super) fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 60
        && !RESERVED_SEGMENTS.contains(&text)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
}

/// An e-mail address with its host in ASCII. `None` if it is none. The part before `@` is in ASCII:
/// few servers take another.
pub(super) fn ascii_email(text: &str) -> Option<String> {
    let (user, host) = text.split_once('@')?;
    let is_user = !user.is_empty()
        && user.len() <= 64
        && user
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&byte));
    let host = host::to_ascii(host).filter(|_| is_user)?;
    Some(format!("{user}@{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_addresses_are_plain() {
        assert!(is_host("cap.kz"));
        for (written, ascii) in [
            ("info@cap.kz", "info@cap.kz"),
            ("Info@Cap.kz", "Info@cap.kz"),
            ("info@құжат.қаз", "info@xn--80al1b2zud.xn--80ao21a"),
        ] {
            assert_eq!(ascii_email(written).as_deref(), Some(ascii));
        }
        for bad in [
            "cap",
            "Cap.kz",
            "cap..kz",
            "-a.kz",
            "cap.kz/x",
            "https://cap.kz",
        ] {
            assert!(!is_host(bad), "{bad}");
        }
        for bad in [
            "@cap.kz",
            "info@",
            "in fo@cap.kz",
            "info@cap",
            "info",
            "директор@cap.kz",
            "a@b@cap.kz",
        ] {
            assert_eq!(ascii_email(bad), None, "{bad}");
        }
    }
}
