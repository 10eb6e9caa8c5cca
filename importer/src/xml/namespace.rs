//! The namespaces of Word and OpenDocument files.

use quick_xml::name::ResolveResult;

macro_rules! namespaces {
    ($($(#[$doc:meta])* $variant:ident = $($address:literal),+;)*) => {
        /// The namespace of an element or attribute. Strict and transitional files of Word have
        /// different addresses for the same namespace.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Namespace {
            /// Of an attribute without a prefix, or an element without any.
            None,
            /// One that isn't read.
            Other,
            $($(#[$doc])* $variant,)*
        }

        const ADDRESSES: &[(&str, Namespace)] = &[$($(($address, Namespace::$variant),)+)*];
    };
}

namespaces! {
    /// Text of Word.
    W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main";
    /// Ids of relationships of a part.
    R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships";
    /// Relationships of a package.
    Package = "http://schemas.openxmlformats.org/package/2006/relationships";
    /// Alternatives for programs of different age.
    Compatibility = "http://schemas.openxmlformats.org/markup-compatibility/2006";
    /// Pictures and shapes.
    Drawing = "http://schemas.openxmlformats.org/drawingml/2006/main", "http://purl.oclc.org/ooxml/drawingml/main";
    /// Place of a picture in the text.
    WordDrawing = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing", "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing";
    /// Pictures and shapes of older files.
    Vml = "urn:schemas-microsoft-com:vml";
    /// Objects of other programs.
    Ole = "urn:schemas-microsoft-com:office:office";
    /// Formulas.
    Math = "http://schemas.openxmlformats.org/officeDocument/2006/math", "http://purl.oclc.org/ooxml/officeDocument/math";
    /// Title, creator and other facts of a document.
    DublinCore = "http://purl.org/dc/elements/1.1/";
    /// Structure of an OpenDocument file.
    Office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
    /// Paragraphs, lists, fields.
    Text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0";
    /// Tables.
    Table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0";
    /// Styles.
    Style = "urn:oasis:names:tc:opendocument:xmlns:style:1.0";
    /// Properties that styles have in common with XSL.
    Fo = "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0";
    /// Frames, pictures and shapes.
    Draw = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0";
    /// Addresses.
    Xlink = "http://www.w3.org/1999/xlink";
    /// What LibreOffice adds.
    LibreOffice = "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0";
    /// Titles of pictures.
    Svg = "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0";
    /// Space and language of any element.
    Xml = "http://www.w3.org/XML/1998/namespace";
}

impl Namespace {
    pub(super) fn of(resolved: &ResolveResult<'_>) -> Self {
        match resolved {
            ResolveResult::Unbound => Self::None,
            ResolveResult::Unknown(_) => Self::Other,
            ResolveResult::Bound(name) => {
                let known = ADDRESSES
                    .iter()
                    .find(|(address, _)| *address == name.as_ref());
                known.map_or(Self::Other, |(_, namespace)| *namespace)
            }
        }
    }
}
