//! The questions of `site-builder new` for the facts of an operator.

/// A question for a fact.
pub(super) struct Question {
    /// The name of the fact in `site.toml`.
    pub(super) name: &'static str,
    /// The option of the command line.
    pub(super) option: &'static str,
    pub(super) text: &'static str,
    pub(super) scope: Scope,
    pub(super) fallback: Fallback,
}

/// Whether a fact has one value or one in each locale.
#[derive(PartialEq, Eq)]
pub(super) enum Scope {
    Site,
    Locale,
}

/// The value of a fact that isn't given.
pub(super) enum Fallback {
    /// None: it must be given.
    Required,
    /// The value in the starter.
    Starter,
    /// The tag of the default locale.
    DefaultLocale,
    /// The value of another fact.
    Fact(&'static str),
}

/// All questions, in the order in which they are asked.
pub(super) const QUESTIONS: [Question; 9] = [
    Question {
        name: "operator.name",
        option: "--name",
        text: "Name of the operator without its legal form, in its own quotation marks",
        scope: Scope::Site,
        fallback: Fallback::Required,
    },
    Question {
        name: "operator.name_lang",
        option: "--name-lang",
        text: "Language of that name",
        scope: Scope::Site,
        fallback: Fallback::DefaultLocale,
    },
    Question {
        name: "operator.legal_name",
        option: "--legal-name",
        text: "Name with its legal form; {name} stands for the name",
        scope: Scope::Locale,
        fallback: Fallback::Starter,
    },
    Question {
        name: "operator.form",
        option: "--form",
        text: "Legal form in full",
        scope: Scope::Locale,
        fallback: Fallback::Starter,
    },
    Question {
        name: "operator.bin",
        option: "--bin",
        text: "BIN, 12 digits",
        scope: Scope::Site,
        fallback: Fallback::Required,
    },
    Question {
        name: "operator.address",
        option: "--address",
        text: "Postal address",
        scope: Scope::Locale,
        fallback: Fallback::Required,
    },
    Question {
        name: "operator.phone",
        option: "--phone",
        text: "Telephone, such as +77273383993",
        scope: Scope::Site,
        fallback: Fallback::Required,
    },
    Question {
        name: "operator.email",
        option: "--email",
        text: "E-mail that visitors write to",
        scope: Scope::Site,
        fallback: Fallback::Required,
    },
    Question {
        name: "dpo.email",
        option: "--dpo-email",
        text: "E-mail of the person responsible for personal data",
        scope: Scope::Site,
        fallback: Fallback::Fact("operator.email"),
    },
];
