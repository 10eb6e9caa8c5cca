//! Files that are no text are refused by their bytes, with what to do; texts that only look so are
//! imported.

use crate::support::{refusal, try_import, try_import_as};
use importer::Format;

/// A ZIP file as programs begin it: entries with names, one after the other, and their list.
fn zip(names: &[&str]) -> Vec<u8> {
    let mut file = Vec::new();
    for name in names {
        file.extend(b"PK\x03\x04\x14\0\0\0\x08\0");
        file.extend([0; 16]);
        let length = u16::try_from(name.len()).expect("a short name");
        file.extend(length.to_le_bytes());
        file.extend([0; 2]);
        file.extend(name.as_bytes());
        file.extend(b"\xab\x01packed");
    }
    file.extend(b"PK\x05\x06");
    file.extend([0; 18]);
    file
}

/// A compound file with a stream of that name.
fn compound(stream: &str) -> Vec<u8> {
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.extend([0; 504]);
    file.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    file
}

fn files() -> Vec<(Vec<u8>, &'static str)> {
    let open_document = |kind: &str| {
        let mut file = b"PK\x03\x04\x14\0\0\0\0\0".to_vec();
        file.extend([0; 16]);
        file.extend(b"\x08\0\0\0mimetypeapplication/vnd.oasis.opendocument.");
        file.extend(kind.as_bytes());
        file.extend(b"PK\x03\x04\0");
        file
    };
    let sheet = "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"\nxmlns:x=\"urn:schemas-microsoft-com:office:excel\">\n<head></head><body><table><tr><td>a</table>";
    vec![
        (zip(&["[Content_Types].xml", "xl/workbook.xml"]), "an Excel workbook (.xlsx)"),
        (zip(&["ppt/presentation.xml"]), "a PowerPoint presentation (.pptx)"),
        (zip(&["Index/Document.iwa"]), "a document of Pages"),
        (zip(&["Policy.html", "images/image1.png"]), "a ZIP file with a page in it"),
        (zip(&["a.bin"]), "a ZIP file without a document of Word or LibreOffice"),
        (zip(&[]), "a ZIP file without a document of Word or LibreOffice"),
        (b"PK\x07\x08PK\x03\x04".to_vec(), "a ZIP file without a document of Word or LibreOffice"),
        (open_document("spreadsheet"), "an OpenDocument spreadsheet (.ods)"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n".to_vec(), "a PDF"),
        (b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n".to_vec(), "a PDF"),
        ([&b"HTTP/1.1 200 OK\r\n\r\n"[..], b"%PDF-1.4 %\xe2\xe3\n1 0 obj\n<<>>\n"].concat(), "a PDF"),
        (b"{\\rtf1\\ansi\\ansicpg1251 {\\pard 1.1. \\u1058?\\par}}".to_vec(), "a Rich Text file (.rtf)"),
        (b"\xef\xbb\xbf\r\n {\\rtf1 a}".to_vec(), "a Rich Text file (.rtf)"),
        (compound("WordDocument"), "a Word document (.doc)"),
        (compound("Workbook"), "an Excel workbook (.xls)"),
        (compound("PowerPoint Document"), "a PowerPoint presentation (.ppt)"),
        (compound("__properties_version1.0"), "a message of Outlook (.msg)"),
        (compound("EncryptedPackage"), "an Office file that is locked with a password"),
        (compound("Other"), "an Office file (.doc, .xls, .ppt or .msg)"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "a picture (PNG)"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec(), "a picture (JPEG)"),
        (b"GIF89a\x01\0\x01\0".to_vec(), "a picture (GIF)"),
        (b"II*\0\x08\0\0\0".to_vec(), "a picture (TIFF)"),
        (b"MM\0*\0\0\0\x08".to_vec(), "a picture (TIFF)"),
        (b"RIFF\x24\0\0\0WEBPVP8 ".to_vec(), "a picture (WebP)"),
        (b"BM6\x10\x0e\0\0\0\0\x006\0\0\0".to_vec(), "a picture (BMP)"),
        (b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), "a picture (HEIC)"),
        (b"\x1f\x8b\x08\0abc".to_vec(), "a packed file (gzip)"),
        (b"7z\xbc\xaf\x27\x1c\0\x04".to_vec(), "a packed file (7z)"),
        (b"Rar!\x1a\x07\x01\0".to_vec(), "a packed file (RAR)"),
        (b"BZh91AY&SY\x12".to_vec(), "a packed file (bzip2)"),
        (b"bplist00\xd1\x01\x02\0".to_vec(), "a web archive of Safari"),
        (
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"a\"\r\n\r\n--a\r\n".to_vec(),
            "a web page in a single file (MHTML), or an e-mail",
        ),
        (
            b"From: <Saved by Blink>\nSubject: a\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\ttype=\"text/html\"\n\n".to_vec(),
            "a web page in a single file (MHTML), or an e-mail",
        ),
        (sheet.as_bytes().to_vec(), "a web page made by Excel"),
        (
            sheet.replace("excel", "powerpoint").encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "a web page made by PowerPoint",
        ),
        (
            b"<?xml version=\"1.0\"?>\n<?mso-application progid=\"Word.Document\"?>\n<w:wordDocument xmlns:w=\"a\">".to_vec(),
            "a Word document in XML",
        ),
        (b"<?xml version=\"1.0\"?><office:document office:version=\"1.3\">".to_vec(), "an OpenDocument text in XML (.fodt)"),
    ]
}

#[test]
fn files_that_are_no_text_are_refused_by_their_bytes_with_what_to_do() {
    for (file, what) in files() {
        let error = try_import(&file, "ru").expect_err(what);
        assert_eq!(error.to_string(), format!("the file is {what}, not a text"));
        assert!(error.help().len() > 20, "{what}: {}", error.help());
        // Whatever it is said to be, and however large it is.
        for format in [Format::Html, Format::Markdown] {
            let error = try_import_as(format, &file, "ru").expect_err(what);
            assert!(error.to_string().contains(what));
        }
        // What XML and pages are is said by their text, which has to be read.
        if !what.contains("made by") && !what.contains("in XML") {
            let large = [&file[..], &vec![b' '; importer::SIZE_LIMIT]].concat();
            assert!(refusal(&large).contains(what), "{what}");
        }
    }
}

#[test]
fn what_to_do_names_the_way_in_the_programs_that_people_have() {
    let help = |file: &[u8]| try_import(file, "ru").expect_err("a refusal").help();
    for file in [compound("WordDocument"), b"{\\rtf1 a}".to_vec()] {
        for way in [
            "Word and LibreOffice: File > Save As > Word Document (.docx)",
            "Google Docs: open it there, then File > Download > Microsoft Word",
        ] {
            assert!(help(&file).contains(way), "{}", help(&file));
        }
    }
    assert!(
        help(b"%PDF-1.4\n1 0 obj\n%%EOF").contains("import the document that it was made from")
    );
    assert!(help(b"a\xff").contains("UTF-8"));
    assert!(help(b"a\0").contains("Web Page, Filtered"));
}

#[test]
fn a_damaged_document_is_told_from_another_file() {
    for file in [
        zip(&["[Content_Types].xml", "_rels/.rels", "word/document.xml"]),
        b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x08\0\0\0mimetypeapplication/vnd.oasis.opendocument.text".to_vec(),
    ] {
        let error = try_import(&file, "ru").expect_err("a refusal");
        assert!(error.to_string().starts_with("the file is damaged: "), "{error}");
        assert!(error.help().contains("save it again"), "{}", error.help());
        let large = [&file[..], &vec![b' '; importer::CONTAINER_LIMIT]].concat();
        assert!(refusal(&large).ends_with("the limit is `33554432`"));
    }
}

#[test]
fn a_text_that_only_begins_like_another_file_is_imported() {
    let windows = "BM 5 Оператор хранит данные на своих серверах, GIF89a %PDF-1.7 и 1 object";
    let (windows, _, _) = encoding_rs::WINDOWS_1251.encode(windows);
    let texts: [&[u8]; 18] = [
        b"PK is the beginning of a ZIP file.",
        b"PK\n\n1.1. Text.",
        b"%PDF-1.7 is the beginning of a PDF.",
        b"%PDF-1.7\n\n1.1. Files of customers are PDF, an object of ours.",
        b"# Files\n\nA PDF begins with `%PDF-1.4` and ends with `%%EOF`.",
        b"Text says {\\rtf1 here.",
        b"{\\rtf is a sign.",
        b"GIF89a pictures are allowed.",
        b"BM\n\n1.1. Text.",
        b"BMW    and others.",
        b"RIFF of WEBP pictures",
        b"bplist00 is a sign.",
        b"II* and MM* are signs.",
        b"MIME-Version: 1.0 is a header.\n\nContent-Type: text/plain is one, too.",
        b"From: the operator\n\nTo: the visitor",
        b"<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\" xmlns:w=\"urn:schemas-microsoft-com:office:word\"><p>Text of Word.</p>",
        b"<html><p>Pages with urn:schemas-microsoft-com:office:excel are refused.</p>",
        &windows,
    ];
    for text in texts {
        let words = String::from_utf8_lossy(text);
        if let Err(error) = try_import(text, "ru") {
            panic!("{words}: {error}");
        }
    }
}
