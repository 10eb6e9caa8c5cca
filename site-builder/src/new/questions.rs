//! The facts of an operator that a new site is asked for.

/// A fact to ask for.
pub(super) struct Question {
    /// Its name in `site.toml`.
    pub(super) name: &'static str,
    /// The option that gives it.
    pub(super) option: &'static str,
    /// The question.
    pub(super) words: &'static str,
    /// In which languages it is told.
    pub(super) told: Told,
    /// What it is when nobody says.
    pub(super) otherwise: Otherwise,
}

/// In which languages a fact is told.
#[derive(PartialEq, Eq)]
pub(super) enum Told {
    Once,
    InEachLocale,
}

/// What a fact is when nobody says.
pub(super) enum Otherwise {
    Missing,
    Starter,
    DefaultLocale,
    Same(&'static str),
}

/// Every fact, in the order in which a person is asked.
pub(super) const QUESTIONS: [Question; 9] = [
    Question {
        name: "operator.name",
        option: "--name",
        words: "Name of the operator without its legal form, in its own quotation marks",
        told: Told::Once,
        otherwise: Otherwise::Missing,
    },
    Question {
        name: "operator.name_lang",
        option: "--name-lang",
        words: "Language of that name",
        told: Told::Once,
        otherwise: Otherwise::DefaultLocale,
    },
    Question {
        name: "operator.legal_name",
        option: "--legal-name",
        words: "Name with its legal form; {name} stands for the name",
        told: Told::InEachLocale,
        otherwise: Otherwise::Starter,
    },
    Question {
        name: "operator.form",
        option: "--form",
        words: "Legal form in full",
        told: Told::InEachLocale,
        otherwise: Otherwise::Starter,
    },
    Question {
        name: "operator.bin",
        option: "--bin",
        words: "BIN, 12 digits",
        told: Told::Once,
        otherwise: Otherwise::Missing,
    },
    Question {
        name: "operator.address",
        option: "--address",
        words: "Postal address",
        told: Told::InEachLocale,
        otherwise: Otherwise::Missing,
    },
    Question {
        name: "operator.phone",
        option: "--phone",
        words: "Telephone, such as +77273383993",
        told: Told::Once,
        otherwise: Otherwise::Missing,
    },
    Question {
        name: "operator.email",
        option: "--email",
        words: "E-mail that visitors write to",
        told: Told::Once,
        otherwise: Otherwise::Missing,
    },
    Question {
        name: "dpo.email",
        option: "--dpo-email",
        words: "E-mail of the person responsible for personal data",
        told: Told::Once,
        otherwise: Otherwise::Same("operator.email"),
    },
];
