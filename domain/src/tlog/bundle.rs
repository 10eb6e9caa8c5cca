//! Entry bundles (c2sp.org/tlog-tiles): entries one after the other, each after its length in two
//! bytes, the higher first. An entry that was purged is empty.

/// The entries of a bundle; `None` when it is cut off.
pub fn read_bundle(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        bytes = rest;
    }
    Some(entries)
}

/// A bundle of entries; `None` when one is longer than 65,535 bytes.
pub fn write_bundle<'e>(entries: impl IntoIterator<Item = &'e [u8]>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in entries {
        let Ok(length) = u16::try_from(entry.len()) else {
            return None;
        };
        bytes.extend(length.to_be_bytes());
        bytes.extend(entry);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_is_read_as_it_is_written() {
        let long = vec![b'x'; 300];
        let entries = [b"one".as_slice(), b"", &long];
        let bytes = write_bundle(entries).unwrap();
        assert!(bytes.starts_with(b"\0\x03one\0\0\x01\x2c"));
        assert_eq!(read_bundle(&bytes), Some(entries.to_vec()));
        assert_eq!(read_bundle(&[]), Some(Vec::new()));
    }

    #[test]
    fn a_bundle_that_is_cut_off_is_none() {
        let bytes = write_bundle([b"one".as_slice(), b"two"]).unwrap();
        for end in (0..bytes.len()).filter(|end| ![0, 5].contains(end)) {
            assert_eq!(read_bundle(bytes.get(..end).unwrap()), None, "{end}");
        }
        assert_eq!(write_bundle([vec![0; 65_536].as_slice()]), None);
    }
}
