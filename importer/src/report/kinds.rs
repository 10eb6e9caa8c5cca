//! The kinds of repairs and decisions, each with a stable name.

macro_rules! kinds {
    ($(#[$outer:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stable name, for tools and tests.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }
    };
}

kinds! {
    /// What was repaired.
    RepairKind {
        /// An encoding other than UTF-8, or other than declared.
        Encoding = "encoding",
        /// Byte order mark, CR, invisible characters, special spaces, letters not in NFC.
        Characters = "characters",
        /// A letter of another alphabet that looks the same.
        Homoglyph = "homoglyph",
        /// A bold or italic marker without its partner.
        OrphanMarker = "orphan-marker",
        /// A list item without text.
        EmptyBlock = "empty-block",
        /// A thematic break.
        ThematicBreak = "thematic-break",
        /// List items at the wrong depth.
        MisnestedList = "misnested-list",
        /// A list with blank lines between its items.
        LooseList = "loose-list",
        /// List items marked with dashes, escaped asterisks, bullet characters or labels such as
        /// `a)`.
        PseudoList = "pseudo-list",
        /// The sentence that introduces a list was its first item.
        LeadIn = "lead-in",
        /// A clause that was a list item.
        ClauseInList = "clause-in-list",
        /// A missing period or space after a clause number, or another form of number.
        NumberForm = "number-form",
        /// A heading that was a list item, a bold paragraph, or numbered in words (`Article 5`).
        Heading = "heading",
        /// A heading level that didn't fit the number or the enclosing headings.
        HeadingLevel = "heading-level",
        /// A clause of whole sentences that was a heading.
        HeadingTooLong = "heading-too-long",
        /// Bold around a whole block.
        BoldWrapper = "bold-wrapper",
        /// A sentence cut by a blank line, or a word cut by a line end.
        CutSentence = "cut-sentence",
        /// Line breaks within a block.
        HardBreak = "hard-break",
        /// The title moved to the front matter.
        Title = "title",
        /// The line with the edition's date, which the page shows anyway.
        Date = "date",
        /// A definition that wasn't a bold term and a dash.
        Definition = "definition",
        /// A template's placeholder that became a variable.
        Placeholder = "placeholder",
        /// A hyphen or short dash in place of a dash.
        Dash = "dash",
        /// A link within the document, through a redirect, or hidden from crawlers.
        Link = "link",
        /// Markup that the content form lacks; the text stays.
        Markup = "markup",
        /// Scripts, styles and comments.
        Dropped = "dropped",
        /// The number of a printed page.
        PageNumber = "page-number",
        /// A table whose rows were uneven.
        Table = "table",
        /// Front matter of another program.
        FrontMatter = "front-matter",
    }
}

kinds! {
    /// What a person must decide.
    DecisionKind {
        /// The document shows no title.
        NoTitle = "no-title",
        /// A title or headings in capitals.
        Capitals = "capitals",
        /// Unequal numbers of opening and closing quotation marks.
        UnbalancedQuotes = "unbalanced-quotes",
        /// A clause number is missing in its sequence.
        NumberGap = "number-gap",
        /// A clause number occurs twice.
        NumberDuplicate = "number-duplicate",
        /// A clause number is smaller than the one before.
        NumberOrder = "number-order",
        /// A number at the beginning of a paragraph may or may not be a clause number.
        NumberUncertain = "number-uncertain",
        /// Non-consecutive numbers of an ordered list.
        ListNumbers = "list-numbers",
        /// A placeholder that no variable fills.
        Placeholder = "placeholder",
        /// A variable that the content form lacks.
        UnknownVariable = "unknown-variable",
        /// A word with letters of two alphabets.
        MixedScript = "mixed-script",
        /// The text, or words inside it, are in another language.
        Language = "language",
        /// The document is in several languages, of which one is imported.
        Languages = "languages",
        /// A date in the text that isn't the edition's.
        Date = "date",
        /// A link whose target won't exist on the site, or with too long an address.
        Link = "link",
        /// A picture, which an edition can't have.
        Image = "image",
        /// A list whose structure is uncertain.
        ListStructure = "list-structure",
        /// A paragraph that may define several terms.
        Definition = "definition",
        /// A paragraph over the limit that was divided.
        LongParagraph = "long-paragraph",
        /// A sentence that may have been cut.
        CutSentence = "cut-sentence",
        /// A hyphen at a line end that may belong to the word or not.
        CutWord = "cut-word",
        /// Front matter of another program that was left out.
        FrontMatter = "front-matter",
        /// A nested table, merged cells, or a table over the limit.
        Table = "table",
        /// A tracked change that nobody accepted, or words that are struck out.
        Change = "change",
        /// A comment in the margin that was left out.
        Comment = "comment",
        /// Words that readers of the document don't see, which were left out.
        Hidden = "hidden",
        /// A part that is no text of the document, such as a table of contents, a page's header, the
        /// menu of a site or the code of a template.
        LeftOut = "left-out",
        /// A footnote without its mark, or a mark without its footnote.
        Footnote = "footnote",
    }
}
