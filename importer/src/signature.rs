//! Recognises files that aren't text by their magic numbers, whatever their names, and says how to
//! convert each.
//!
//! A signature of printable ASCII alone is no proof: a text may begin with it, so more of the file
//! has to agree.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileKind {
    /// With its article: `a PDF`.
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
}

pub(crate) const AS_WEB_PAGE: &str = "save it as a web page and import that. Word: File > Save As > Web Page, Filtered; LibreOffice: File > Save As > HTML Document; Google Docs: File > Download > Web Page, then unpack the ZIP file";
const AS_TEXT: &str = "a policy is a running text: copy what it needs into a document of Word, LibreOffice or Google Docs, and import that";
const FROM_SOURCE: &str = "import the document that it was made from (Word: .docx, LibreOffice: .odt, Google Docs: File > Download > Microsoft Word); without it, open the file in Google Docs, which reads its words, download it as Microsoft Word, and compare each sentence";
const UNPACK: &str = "unpack it, and import the document in it";
const FILTERED: &str = "in Word choose File > Save As > Web Page, Filtered, not Single File Web Page; in a browser save the page as Web Page, HTML Only";
const UNLOCK: &str = "open it with its password and take the password away (Word: File > Info > Protect Document > Encrypt with Password, and empty the field; LibreOffice: File > Save As, without Save with password), then import that";
const AS_DOCX: &str = "save it as a Word document (.docx) and import that. Word and LibreOffice: File > Save As > Word Document (.docx); Google Docs: open it there, then File > Download > Microsoft Word";
/// Help for a damaged Word or OpenDocument file.
pub(crate) const SAVE_AGAIN: &str = "open it in the program that it was made with and save it again under another name (Word, LibreOffice: File > Save As; Google Docs: File > Download > Microsoft Word), then import that";
/// Help for a text in an unknown encoding.
pub(crate) const AS_UTF8: &str = "save it as UTF-8. Word: File > Save As > Web Page, Filtered, there Tools > Web Options > Encoding > Unicode (UTF-8); Notepad: File > Save As > Encoding > UTF-8; LibreOffice: File > Save As > HTML Document";

/// A file of Word or LibreOffice with a password.
pub(crate) const LOCKED: FileKind = kind("a document that is locked with a password", UNLOCK);

const fn kind(name: &'static str, help: &'static str) -> FileKind {
    FileKind { name, help }
}

/// Magic numbers at the beginning of a file. One of printable ASCII alone counts only in a file
/// with a NUL.
const SIGNATURES: &[(&[u8], FileKind)] = &[
    (b"\xff\xd8\xff", kind("a picture (JPEG)", FROM_SOURCE)),
    (b"\x89PNG\r\n\x1a\n", kind("a picture (PNG)", FROM_SOURCE)),
    (b"GIF87a", kind("a picture (GIF)", FROM_SOURCE)),
    (b"GIF89a", kind("a picture (GIF)", FROM_SOURCE)),
    (b"II*\0", kind("a picture (TIFF)", FROM_SOURCE)),
    (b"MM\0*", kind("a picture (TIFF)", FROM_SOURCE)),
    (b"\x1f\x8b", kind("a packed file (gzip)", UNPACK)),
    (b"\xfd7zXZ\0", kind("a packed file (xz)", UNPACK)),
    (b"(\xb5/\xfd", kind("a packed file (Zstandard)", UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", kind("a packed file (7z)", UNPACK)),
    (b"Rar!\x1a\x07", kind("a packed file (RAR)", UNPACK)),
    (
        b"bplist00",
        kind(
            "a web archive of Safari",
            "in Safari choose File > Save As > Page Source, and import that",
        ),
    ),
];

/// Brands of HEIF files, which follow `ftyp` at offset 8.
const HEIF: [&[u8]; 6] = [b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"];

/// Magic numbers of a ZIP file: with entries, empty, split.
const ZIP: [&[u8]; 3] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"];
/// Prefixes of the entry names in a ZIP file; the first one that occurs decides.
const ZIP_NAMES: &[(&str, FileKind)] = &[
    (WORD, kind("a Word document (.docx)", SAVE_AGAIN)),
    ("xl/", kind("an Excel workbook (.xlsx)", AS_TEXT)),
    ("ppt/", kind("a PowerPoint presentation (.pptx)", AS_TEXT)),
    (
        "Index/Document.iwa",
        kind(
            "a document of Pages",
            "in Pages choose File > Export To > Word, and import that",
        ),
    ),
];
/// The beginning of the name of the main part of a Word file.
const WORD: &str = "word/document";
/// The end of the MIME type of an OpenDocument file, after `application/vnd.oasis.opendocument.`.
const OPEN_DOCUMENTS: &[(&[u8], FileKind)] = &[
    (TEXT, kind("an OpenDocument text (.odt)", SAVE_AGAIN)),
    (
        b"spreadsheet",
        kind("an OpenDocument spreadsheet (.ods)", AS_TEXT),
    ),
    (
        b"presentation",
        kind("an OpenDocument presentation (.odp)", AS_TEXT),
    ),
];

const TEXT: &[u8] = b"text";

/// Magic number of the Compound File Binary Format: Office files until 2003, messages of Outlook.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// Stream names in a compound file, where they are UTF-16.
const STREAMS: &[(&str, FileKind)] = &[
    (
        "EncryptedPackage",
        kind("an Office file that is locked with a password", UNLOCK),
    ),
    ("WordDocument", kind("a Word document (.doc)", AS_DOCX)),
    ("Workbook", kind("an Excel workbook (.xls)", AS_TEXT)),
    (
        "PowerPoint Document",
        kind("a PowerPoint presentation (.ppt)", AS_TEXT),
    ),
    (
        "__properties_version1.0",
        kind(
            "a message of Outlook (.msg)",
            "import the document itself: save the attachment, or copy the words into a document of Word",
        ),
    ),
];

/// Root elements of XML files that aren't web pages.
const ROOTS: &[(&str, FileKind)] = &[
    ("pkg:package", kind("a Word document in XML", AS_DOCX)),
    ("w:wordDocument", kind("a Word document in XML", AS_DOCX)),
    (
        "office:document",
        kind("an OpenDocument text in XML (.fodt)", AS_DOCX),
    ),
    ("Workbook", kind("an Excel workbook in XML", AS_TEXT)),
    ("svg", kind("a picture (SVG)", FROM_SOURCE)),
    ("plist", kind("a list of properties (plist)", AS_TEXT)),
];
const SHEET: FileKind = kind("a web page made by Excel", AS_TEXT);
const SLIDES: FileKind = kind("a web page made by PowerPoint", AS_TEXT);

/// Maximum offset in bytes at which the header of a PDF may begin.
const PDF_HEADER_LIMIT: usize = 1024;

/// The kind of a file that isn't text.
pub(crate) fn detect_bytes(input: &[u8]) -> Option<FileKind> {
    let has_nul = || input.contains(&0);
    let start = skip_bom_and_space(input);
    let fits = |signature: &[u8]| {
        let is_text = |byte: &u8| byte.is_ascii_graphic();
        input.starts_with(signature) && (!signature.iter().all(is_text) || has_nul())
    };
    let known = SIGNATURES.iter().find(|(signature, _)| fits(signature));
    if let Some((_, kind)) = known {
        return Some(*kind);
    }
    if is_zip(input) {
        return Some(zip(input));
    }
    if input.starts_with(COMPOUND) {
        return Some(compound(input));
    }
    if rich_text(start) {
        return Some(kind("a Rich Text file (.rtf)", AS_DOCX));
    }
    if pdf(input) {
        return Some(kind("a PDF", FROM_SOURCE));
    }
    if single_file_page(start) {
        return Some(kind(
            "a web page in a single file (MHTML), or an e-mail",
            FILTERED,
        ));
    }
    let at = |place: usize, word: &[u8]| input.get(place..).is_some_and(|at| at.starts_with(word));
    let picture = match input {
        _ if at(0, b"RIFF") && at(8, b"WEBP") && has_nul() => "a picture (WebP)",
        // BMP: the file size, then four reserved bytes.
        _ if at(0, b"BM") && at(6, &[0; 4]) => "a picture (BMP)",
        _ if at(4, b"ftyp") && HEIF.iter().any(|brand| at(8, brand)) => "a picture (HEIC)",
        _ if at(0, b"BZh") && at(4, b"1AY&SY") => {
            return Some(kind("a packed file (bzip2)", UNPACK));
        }
        _ if at(257, b"ustar") && has_nul() => return Some(kind("a packed file (tar)", UNPACK)),
        _ => return None,
    };
    Some(kind(picture, FROM_SOURCE))
}

/// The kind of a markup file that isn't a document: a spreadsheet, slides, a picture, a property
/// list.
pub(crate) fn detect_markup(text: &str) -> Option<FileKind> {
    let root = root(text)?;
    let name = root.split([' ', '\t', '\n', '\r', '>', '/']).next()?;
    if name.eq_ignore_ascii_case("html") {
        let made_by =
            |program: &str| root.contains(&format!("urn:schemas-microsoft-com:office:{program}"));
        return match () {
            // Word declares the namespaces of the other programs, too.
            () if made_by("word") => None,
            () if made_by("excel") => Some(SHEET),
            () if made_by("powerpoint") => Some(SLIDES),
            () => None,
        };
    }
    let known = ROOTS.iter().find(|(root, _)| *root == name);
    // A fragment of HTML may begin with `<svg>`; an XML file has a declaration.
    let is_xml = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with("<?xml");
    known.filter(|_| is_xml).map(|(_, kind)| *kind)
}

/// The first tag after the XML declaration, doctype and comments.
fn root(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") || rest.starts_with("<!") => ">",
            _ => break,
        };
        rest = rest.split_once(end)?.1.trim_start();
    }
    let (tag, _) = rest.strip_prefix('<')?.split_once('>')?;
    Some(tag)
}

fn skip_bom_and_space(input: &[u8]) -> &[u8] {
    let input = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    input.trim_ascii_start()
}

fn rich_text(start: &[u8]) -> bool {
    let after = start.strip_prefix(b"{\\rtf");
    after.is_some_and(|after| {
        after
            .first()
            .is_some_and(|byte| byte.is_ascii_digit() || *byte == b'\\')
    })
}

/// A header `%PDF-1.7`, an object, and a trailer or binary data: a text may mention one of them,
/// hardly all.
fn pdf(input: &[u8]) -> bool {
    let head = input.get(..PDF_HEADER_LIMIT).unwrap_or(input);
    let version = find(head, b"%PDF-").and_then(|place| head.get(place + 5..place + 8));
    let is_version = matches!(version, Some([b'0'..=b'9', b'.', b'0'..=b'9']));
    let is_binary = || input.contains(&0) || std::str::from_utf8(input).is_err();
    let has = |part: &[u8]| find(input, part).is_some();
    is_version && has(b" 0 obj") && (has(b"%%EOF") || is_binary())
}

/// Whether the file begins with header fields of RFC 5322, among them `MIME-Version` and
/// `Content-Type`.
fn single_file_page(start: &[u8]) -> bool {
    let head = start.get(..64 * 1024).unwrap_or(start);
    let (mut has_version, mut has_type) = (false, false);
    for line in head.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii_end();
        let goes_on = line.starts_with(b" ") || line.starts_with(b"\t");
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(0);
        let (name, _) = line.split_at(colon);
        let is_header = !name.is_empty()
            && name
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
        if !goes_on && !is_header {
            break;
        }
        has_version |= name.eq_ignore_ascii_case(b"mime-version");
        has_type |= name.eq_ignore_ascii_case(b"content-type");
    }
    has_version && has_type
}

/// Whether the file is a ZIP file.
pub(crate) fn is_zip(input: &[u8]) -> bool {
    ZIP.iter().any(|signature| input.starts_with(signature))
}

/// Whether a ZIP file, even a damaged one, says that it is a document of Word or an OpenDocument
/// text.
pub(crate) fn claims_to_be_a_text(input: &[u8]) -> bool {
    match open_document(input) {
        Some((kind, _)) => *kind == TEXT,
        None => names_in_zip(input).any(|name| name.starts_with(WORD.as_bytes())),
    }
}

fn zip(input: &[u8]) -> FileKind {
    if let Some((_, kind)) = open_document(input) {
        return *kind;
    }
    let names: Vec<&[u8]> = names_in_zip(input).collect();
    for (start, kind) in ZIP_NAMES {
        if names.iter().any(|name| name.starts_with(start.as_bytes())) {
            return *kind;
        }
    }
    let is_page = |name: &&[u8]| {
        let name = name.to_ascii_lowercase();
        [".html", ".htm", ".md", ".txt"]
            .iter()
            .any(|ending| name.ends_with(ending.as_bytes()))
    };
    if names.iter().any(is_page) {
        return kind("a ZIP file with a page in it", UNPACK);
    }
    kind(
        "a ZIP file without a document of Word or LibreOffice",
        UNPACK,
    )
}

fn open_document(input: &[u8]) -> Option<&'static (&'static [u8], FileKind)> {
    // The first entry of an OpenDocument file is `mimetype`, uncompressed.
    let head = input.get(..200).unwrap_or(input);
    let start = b"mimetypeapplication/vnd.oasis.opendocument.";
    let place = find(head, start)?;
    let which = head.get(place + start.len()..)?;
    OPEN_DOCUMENTS
        .iter()
        .find(|(name, _)| which.starts_with(name))
}

/// Entry names, from the local file headers and the central directory.
fn names_in_zip(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    const LOCAL: usize = 26;
    const LISTED: usize = 28;
    let mut rest = input;
    std::iter::from_fn(move || {
        loop {
            let place = find(rest, b"PK")?;
            let header = rest.get(place..)?;
            rest = header.get(2..)?;
            let (length_at, name_at) = match header.get(2..4)? {
                b"\x03\x04" => (LOCAL, LOCAL + 4),
                b"\x01\x02" => (LISTED, LISTED + 18),
                _ => continue,
            };
            if let Some([low, high]) = header.get(length_at..length_at + 2) {
                let length = usize::from(u16::from_le_bytes([*low, *high]));
                if let Some(name) = header.get(name_at..name_at + length) {
                    return Some(name);
                }
            }
        }
    })
}

fn compound(input: &[u8]) -> FileKind {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        find(input, &wide).is_some()
    };
    let known = STREAMS.iter().find(|(name, _)| has(name));
    known.map_or(
        kind("an Office file (.doc, .xls, .ppt or .msg)", AS_DOCX),
        |(_, kind)| *kind,
    )
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, word)
}
