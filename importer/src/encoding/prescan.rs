//! Finds the encoding that a page declares by the prescan algorithm of the HTML standard
//! (<https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding>).

use super::Charset;

/// Bytes that are searched. Browsers stop at 1024, but many programs write long style sheets before
/// the declaration.
const PRESCAN_LIMIT: usize = 4096;

/// The encoding that a page or an XML file declares; only files that begin with a tag can.
pub(super) fn declared(input: &[u8]) -> Option<Charset> {
    let head = input
        .get(..PRESCAN_LIMIT)
        .unwrap_or(input)
        .trim_ascii_start();
    if !head.starts_with(b"<") {
        return None;
    }
    of_meta(head).or_else(|| of_xml(head))
}

/// `<?xml version="1.0" encoding="…"?>`.
fn of_xml(head: &[u8]) -> Option<Charset> {
    let declaration = head.strip_prefix(b"<?xml")?;
    let end = declaration.iter().position(|byte| *byte == b'>')?;
    let mut scan = Scan {
        rest: declaration.get(..end)?,
    };
    while let Some((name, value)) = scan.attribute() {
        if name == b"encoding" {
            return Charset::of_label(&value);
        }
    }
    None
}

fn of_meta(head: &[u8]) -> Option<Charset> {
    let mut scan = Scan { rest: head };
    while let Some(place) = scan.rest.iter().position(|byte| *byte == b'<') {
        scan.skip(place);
        if scan.rest.starts_with(b"<!--") {
            // `<!-->` is a complete comment.
            scan.skip(2);
            let end = scan.rest.windows(3).position(|end| end == b"-->")?;
            scan.skip(end + 3);
            continue;
        }
        let is_meta = scan.starts_meta();
        let is_tag = match scan.rest {
            [_, b'/', letter, ..] | [_, letter, ..] => letter.is_ascii_alphabetic(),
            _ => false,
        };
        if is_meta {
            scan.skip("<meta".len());
            if let Some(charset) = scan.meta() {
                return Some(charset);
            }
        } else if is_tag {
            let end = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
            let length = scan.rest.iter().position(end)?;
            scan.skip(length);
            while scan.attribute().is_some() {}
        } else if matches!(scan.rest, [_, b'!' | b'/' | b'?', ..]) {
            let end = scan.rest.iter().position(|byte| *byte == b'>')?;
            scan.skip(end + 1);
        } else {
            scan.skip(1);
        }
    }
    None
}

struct Scan<'a> {
    rest: &'a [u8],
}

impl Scan<'_> {
    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or(&[]);
    }

    fn skip_while(&mut self, is_skipped: impl Fn(u8) -> bool) {
        let more = self.rest.iter().take_while(|byte| is_skipped(**byte));
        let count = more.count();
        self.skip(count);
    }

    fn starts_meta(&self) -> bool {
        let Some((start, [after, ..])) = self.rest.split_at_checked("<meta".len()) else {
            return false;
        };
        start.eq_ignore_ascii_case(b"<meta") && (after.is_ascii_whitespace() || *after == b'/')
    }

    /// The encoding in the attributes of a `<meta>`.
    fn meta(&mut self) -> Option<Charset> {
        let (mut is_pragma, mut needs_pragma) = (false, false);
        let mut label: Option<Vec<u8>> = None;
        let mut seen: Vec<Vec<u8>> = Vec::new();
        while let Some((name, value)) = self.attribute() {
            if seen.contains(&name) {
                continue;
            }
            match name.as_slice() {
                b"http-equiv" => is_pragma |= value == b"content-type",
                b"content" if label.is_none() => {
                    label = in_content(&value);
                    needs_pragma |= label.is_some();
                }
                b"charset" => (label, needs_pragma) = (Some(value), false),
                _ => {}
            }
            seen.push(name);
        }
        let label = label.filter(|_| is_pragma || !needs_pragma)?;
        Charset::of_label(&label)
    }

    /// Name and value of the next attribute in lowercase, or `None` at the end of the tag.
    fn attribute(&mut self) -> Option<(Vec<u8>, Vec<u8>)> {
        self.skip_while(|byte| byte.is_ascii_whitespace() || byte == b'/');
        let first = *self.rest.first()?;
        if first == b'>' {
            return None;
        }
        // The standard makes a leading `=` a part of the name.
        let ends = |byte: u8| byte.is_ascii_whitespace() || b"/>=".contains(&byte);
        let more = self.rest.iter().skip(1).position(|byte| ends(*byte));
        let length = more.map_or(self.rest.len(), |more| more + 1);
        let name = self.rest.get(..length)?.to_ascii_lowercase();
        self.skip(length);
        self.skip_while(|byte| byte.is_ascii_whitespace());
        if self.rest.first() != Some(&b'=') {
            return Some((name, Vec::new()));
        }
        self.skip(1);
        self.skip_while(|byte| byte.is_ascii_whitespace());
        let quote = self
            .rest
            .first()
            .copied()
            .filter(|byte| b"\"'".contains(byte));
        self.skip(usize::from(quote.is_some()));
        let ends = |byte: u8| match quote {
            Some(quote) => byte == quote,
            None => byte.is_ascii_whitespace() || byte == b'>',
        };
        let length = self.rest.iter().position(|byte| ends(*byte))?;
        let value = self.rest.get(..length)?.to_ascii_lowercase();
        self.skip(length + usize::from(quote.is_some()));
        Some((name, value))
    }
}

/// The label in `text/html; charset=…`.
fn in_content(content: &[u8]) -> Option<Vec<u8>> {
    let mut rest = content;
    loop {
        let place = rest.windows(7).position(|word| word == b"charset")?;
        rest = rest.get(place + 7..)?;
        let Some(value) = rest.trim_ascii_start().strip_prefix(b"=") else {
            continue;
        };
        let value = value.trim_ascii_start();
        let quote = value.first().copied().filter(|byte| b"\"'".contains(byte));
        let value = value.get(usize::from(quote.is_some())..)?;
        let ends = |byte: &u8| match quote {
            Some(quote) => *byte == quote,
            None => byte.is_ascii_whitespace() || *byte == b';',
        };
        let end = value.iter().position(ends);
        return match (quote, end) {
            // An unclosed quotation mark.
            (Some(_), None) => None,
            (_, end) => Some(value.get(..end.unwrap_or(value.len()))?.to_vec()),
        };
    }
}
