//! Formats of facts: host, short address, e-mail, telephone, BIN.

use crate::content::vendor;

/// A host name whose labels have the length that DNS allows (RFC 1035, 2.3.4).
pub(super) fn is_host(text: &str) -> bool {
    vendor::is_host(text) && text.split('.').all(|label| label.len() <= 63)
}

/// First segments of addresses that are no policy's and no locale's.
pub(super) const RESERVED_SEGMENTS: [&str; 7] = [
    "choices", "words", "assets", "api", "changes", "admin", "log",
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

pub(super) fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else {
        return false;
    };
    !user.is_empty()
        && is_host(host)
        && user
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&byte))
}

/// ITU-T E.164: `+`, then 8 to 15 digits, of which the first isn't zero.
pub(super) fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// BIN of Kazakhstan: 12 digits. The last one is the sum of the others, weighted by 1 to 11, modulo
/// 11. If that is 10, the weights 3 to 11, 1, 2 are used.
pub(super) fn is_bin(text: &str) -> bool {
    let digits: Vec<u32> = text
        .chars()
        .filter_map(|character| character.to_digit(10))
        .collect();
    let (12, 12, Some((check, number))) = (text.len(), digits.len(), digits.split_last()) else {
        return false;
    };
    let sum = |weights: [u32; 11]| {
        number
            .iter()
            .zip(weights)
            .map(|(digit, weight)| digit * weight)
            .sum::<u32>()
            % 11
    };
    let first = sum([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    let expected = if first == 10 {
        sum([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2])
    } else {
        first
    };
    expected < 10 && *check == expected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_is_checked_by_its_last_digit() {
        assert!(is_bin("171240017760"));
        for bad in [
            "171240017761",
            "17124001776",
            "1712400177600",
            "17124001776x",
            "",
        ] {
            assert!(!is_bin(bad), "{bad}");
        }
    }

    #[test]
    fn telephones_are_e164() {
        assert!(is_e164("+77273383993"));
        for bad in [
            "77273383993",
            "+7 727 338 39 93",
            "+0123456789",
            "+1234567890123456",
            "+",
        ] {
            assert!(!is_e164(bad), "{bad}");
        }
    }

    #[test]
    fn hosts_and_addresses_are_plain() {
        assert!(is_host("cap.kz") && is_email("info@cap.kz"));
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
        for bad in ["@cap.kz", "info@", "in fo@cap.kz", "info@cap", "info"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
