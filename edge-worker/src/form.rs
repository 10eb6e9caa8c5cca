//! A strict parser of `application/x-www-form-urlencoded`: UTF-8, complete escapes, no field twice.

/// The most fields; a site's forms have fewer.
const MAX_FIELDS: usize = 16;

/// Names and values.
pub(crate) type Fields = Vec<(String, String)>;

/// The fields of a body; `None` when it is malformed.
pub(crate) fn read(body: &[u8]) -> Option<Fields> {
    let Ok(text) = std::str::from_utf8(body) else {
        return None;
    };
    let mut fields = Fields::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name)?;
        let is_known = fields.iter().any(|(known, _)| *known == name);
        if is_known || fields.len() == MAX_FIELDS {
            return None;
        }
        fields.push((name, decode(value)?));
    }
    Some(fields)
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => (hex(rest.next()?)? << 4) | hex(rest.next()?)?,
            other => other,
        });
    }
    let Ok(text) = String::from_utf8(bytes) else {
        return None;
    };
    Some(text)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded() {
        let fields =
            read("action=custom&return=%2Fkk%2F%23s-saved&a=b+c%D2%9B&empty=&bare".as_bytes());
        let expected = [
            ("action", "custom"),
            ("return", "/kk/#s-saved"),
            ("a", "b cқ"),
            ("empty", ""),
            ("bare", ""),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(fields, Some(expected.to_vec()));
        assert_eq!(read(b""), Some(Vec::new()));
    }

    #[test]
    fn malformed_bodies_are_refused() {
        let many = "a1=&".repeat(2);
        for bad in ["a=%", "a=%2", "a=%zz", "a=%ff", "a=1&a=2", many.as_str()] {
            assert_eq!(read(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(read(b"a=\xff"), None);
        let flood: String = (0..=MAX_FIELDS).map(|n| format!("f{n}=&")).collect();
        assert_eq!(read(flood.as_bytes()), None);
    }
}
