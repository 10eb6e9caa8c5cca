//! Diagnostics: plain data that every stage returns and [`super::draw`] draws.

use schemars::JsonSchema;
use serde::Serialize;
use std::ops::Range;

/// A file of [`super::source::Sources`], which alone creates and resolves it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(super) usize);

/// The severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is written.
    Error,
    /// The site is built, but a person should review the place.
    Warning,
}

/// A mistake with its location and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its severity.
    pub severity: Severity,
    /// The stable name of the kind of mistake.
    pub code: Code,
    /// What is wrong: one sentence in lower case, things in backticks, no full stop.
    pub message: String,
    /// Where the mistake is.
    pub location: Location,
    /// What the author can do about it.
    pub help: String,
}

/// The place of a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// Bytes of a file that was read.
    Span(FileId, Range<usize>),
    /// A file or folder as a whole, also one that isn't there.
    Path(String),
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal, $severity:ident;)*) => {
        /// The stable name of a kind of mistake, as it stands in brackets after `error`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[doc = $doc])* $variant,)* }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// `unknown-variable`
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it is about, in a sentence or two.
            pub fn description(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),*).trim(),)* }
            }

            /// How bad it is.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    /// A file can't be read: it isn't there, isn't a file, or may not be opened.
    UnreadableFile = "unreadable-file", Error;
    /// A file is no text: it isn't UTF-8 or holds a NUL, or a document to import is a file of
    /// another kind.
    InvalidText = "invalid-text", Error;
    /// A file is larger than any policy.
    FileTooLarge = "file-too-large", Error;
    /// A folder that the build needs isn't there.
    MissingFolder = "missing-folder", Error;
    /// TOML that can't be read or has an unknown, missing or mistyped key.
    InvalidToml = "invalid-toml", Error;
    /// A fact of `site.toml` that can't be true: a BIN with a wrong checksum, a telephone that
    /// isn't E.164.
    InvalidFact = "invalid-fact", Error;
    /// A picture of `[brand]` that pages can't or must not show: it runs or loads something, is too
    /// large or too small, or isn't whole.
    InvalidPicture = "invalid-picture", Error;
    /// A colour of `[brand]` or of a theme that can't be read on what it stands on: the contrast is
    /// below 4.5 : 1 (WCAG 2.2, 1.4.3).
    LowContrast = "low-contrast", Error;
    /// Rules of the site's own for a place that are lighter than the law's table, or do without a
    /// banner, with a reason.
    LighterRegime = "lighter-regime", Warning;
    /// Rules of the site's own for a place that are lighter than the law's table, or do without a
    /// banner, without a reason.
    LighterWithoutReason = "lighter-without-reason", Error;
    /// A site that calls itself a draft: it may be built and looked at, but not be deployed.
    Draft = "draft", Warning;
    /// An item of `REVIEW.<locale>.md` that blocks a deployment and isn't ticked in any language, or a
    /// file or box that says of no item whether it is decided; reported only when a site is built to
    /// be deployed.
    Undecided = "undecided", Error;
    /// A fact that the law or the visitor needs is empty.
    MissingFact = "missing-fact", Error;
    /// The name of a company without quotation marks, where names stand in them after the legal form.
    UnquotedName = "unquoted-name", Warning;
    /// A fact or a text of the register lacks a locale: readers get it in another language.
    MissingTranslation = "missing-translation", Warning;
    /// A service of the register that contradicts itself or the rules.
    InvalidService = "invalid-service", Error;
    /// A service without the id that its vendor gives: it is listed, nothing is loaded.
    ServiceWithoutTag = "service-without-tag", Warning;
    /// An id that is shorter than any that its vendor gives: part of one, or an example.
    DoubtfulTag = "doubtful-tag", Warning;
    /// A service that lists no cookies and doesn't say that it sets none: visitors read that they
    /// are not known yet.
    UnknownCookies = "unknown-cookies", Warning;
    /// A service that pages are to load, in a theme that can't: visitors would read of what never
    /// runs.
    ServiceWithoutLoader = "service-without-loader", Warning;
    /// So many hosts that the header which lists them would be ignored for its length: pages would
    /// have no content security policy.
    HeaderTooLong = "header-too-long", Error;
    /// A file in a policy's folder whose name is no date.
    InvalidEditionName = "invalid-edition-name", Error;
    /// A folder that is no policy of the site, or a locale that the site doesn't have.
    StrayFolder = "stray-folder", Warning;
    /// A text outside of the folder of a policy: nobody would see it.
    StrayFile = "stray-file", Warning;
    /// An edition without `+++` front matter.
    MissingFrontMatter = "missing-front-matter", Error;
    /// Front matter without the date of publication, or with one that is no date.
    MissingDate = "missing-date", Error;
    /// An edition whose day of publication is still to come: it may be built and looked at, but not be
    /// deployed.
    UnpublishedEdition = "unpublished-edition", Warning;
    /// An edition that was published and archived has another text, and no correction of a slip
    /// says so.
    ChangedEdition = "changed-edition", Error;
    /// A policy or an edition that was published and archived isn't in the content any more.
    RemovedEdition = "removed-edition", Error;
    /// A policy of `site.toml` that has no edition in any locale.
    MissingPolicy = "missing-policy", Error;
    /// A policy without a text in one of the locales.
    UntranslatedPolicy = "untranslated-policy", Warning;
    /// Editions of a policy differ between locales in their dates.
    UntranslatedEdition = "untranslated-edition", Warning;
    /// `{{ name }}` of a fact that isn't there.
    UnknownVariable = "unknown-variable", Error;
    /// `[placeholder]` or an unfinished `{{`.
    Placeholder = "placeholder", Error;
    /// Two clauses with one number, points with one mark, or appendices or footnotes with one name.
    DuplicateClause = "duplicate-clause", Error;
    /// A clause that doesn't follow from the ones before: 5.1 under 4.
    MisplacedClause = "misplaced-clause", Error;
    /// Numbers of neighbours that leave a gap: 3.1, 3.3, or 3.1-2 without 3.1-1.
    ClauseGap = "clause-gap", Warning;
    /// A paragraph that looks like a clause whose number lacks its last dot.
    ClauseWithoutDot = "clause-without-dot", Warning;
    /// A clause number inside a list, where it can't be a clause.
    ClauseInList = "clause-in-list", Warning;
    /// A reference to a clause, point or appendix that isn't there.
    DanglingReference = "dangling-reference", Error;
    /// A link to a page of the site, or to a policy, that isn't there.
    BrokenLink = "broken-link", Error;
    /// A link whose scheme pages must not have.
    ForbiddenLink = "forbidden-link", Error;
    /// HTML tags in a document.
    RawHtml = "raw-html", Error;
    /// `[^1]` without the text of the footnote.
    MissingFootnote = "missing-footnote", Error;
    /// A footnote that nothing in the text refers to.
    UnusedFootnote = "unused-footnote", Warning;
    /// Markdown that policies have no use for: images, code blocks, footnotes without a number.
    UnsupportedMarkdown = "unsupported-markdown", Error;
    /// Lists, notes or emphasis nested deeper than anybody can read.
    NestingTooDeep = "nesting-too-deep", Error;
    /// A bold or escape marker that would stand on the page.
    StrayMarker = "stray-marker", Warning;
    /// An item of a list without any text.
    EmptyItem = "empty-item", Warning;
    /// A clause that one locale has and another lacks, or that has another form there.
    ClauseMismatch = "clause-mismatch", Warning;
    /// A fact that one locale of a clause mentions and another doesn't.
    FactMismatch = "fact-mismatch", Warning;
    /// A word that the glossary avoids.
    AvoidedTerm = "avoided-term", Warning;
    /// A string of the theme that one locale has and another lacks.
    MissingString = "missing-string", Error;
    /// A translated string of the theme with other placeholders than the English one.
    PlaceholderMismatch = "placeholder-mismatch", Error;
    /// A plural of the theme with other forms than its language has.
    PluralForm = "plural-form", Error;
    /// A string of the theme that was left in English.
    UntranslatedString = "untranslated-string", Warning;
    /// A file of strings in another language than its name says.
    WrongLanguage = "wrong-language", Warning;
    /// What visitors are asked with is not in the archive of the site: it couldn't be produced
    /// later.
    UnarchivedText = "unarchived-text", Warning;
    /// A published edition is not in the archive of the site: nobody could prove later what it said.
    /// In a deployment it is an error.
    UnarchivedEdition = "unarchived-edition", Warning;
    /// A text of the archive is missing or was changed.
    BrokenArchive = "broken-archive", Error;
    /// A mistake in a template.
    Template = "template", Error;
    /// A theme that shows visitors less than the law asks for: three equal ways in the banner, links
    /// to the policy and to the choices, no box ticked beforehand (GDPR Art. 7, Art. 4(11); CNIL,
    /// deliberation 2020-092; EDPB, Guidelines 05/2020).
    ThemeMinimum = "theme-minimum", Error;
    /// A script, a style or an event handler within a template: the content security policy of the
    /// pages keeps it from working.
    InlineCode = "inline-code", Error;
    /// Two pages with one address: a policy or a locale named twice, a policy with the name of a
    /// locale.
    DuplicateAddress = "duplicate-address", Error;
    /// The output folder holds files that no build made.
    ForeignOutput = "foreign-output", Error;
    /// Something can't be written.
    Unwritable = "unwritable", Error;
}

impl Diagnostic {
    /// A diagnostic of that kind over bytes of a file.
    pub fn at(
        code: Code,
        file: FileId,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self::new(code, Location::Span(file, span), message, help)
    }

    /// A diagnostic about a file or folder as a whole.
    pub fn on(
        code: Code,
        path: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self::new(code, Location::Path(path.into()), message, help)
    }

    /// A diagnostic of that kind.
    pub fn new(
        code: Code,
        location: Location,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            severity: code.severity(),
            code,
            message: message.into(),
            location,
            help: help.into(),
        }
    }
}

/// The value of a result; none after an error, which is added to the diagnostics.
pub fn or_report<T>(result: Result<T, Diagnostic>, diagnostics: &mut Vec<Diagnostic>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            None
        }
    }
}

/// Whether any of them is an error, so that nothing may be written.
pub fn has_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error)
}
