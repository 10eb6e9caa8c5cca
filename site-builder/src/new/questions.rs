//! The questions of `site-builder new`. Each has an option of the command line of the same name; their
//! words are in [`super::words`].

/// A question.
#[derive(Debug)]
pub struct Question {
    /// The option, without its dashes; words and kept answers are named after it too.
    pub option: &'static str,
    /// What is asked for.
    pub kind: Kind,
    /// How often it is asked.
    pub each: Each,
    /// What is proposed.
    pub proposal: Proposal,
    /// Whether it has to be answered.
    pub need: AnswerNeed,
}

/// What a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The country of the operator.
    Country,
    /// The pack.
    Pack,
    /// The languages of the site, the default one first.
    Languages,
    /// The part of the country whose authority is responsible.
    Subdivision,
    /// A fact of `site.toml`, by its name there.
    Fact(&'static str),
    /// The operator's number in a register.
    Registration,
    /// The services that the site uses.
    Services,
    /// The id that the vendor of a service gives.
    ServiceId,
    /// The day on which the policies come into force.
    Date,
}

/// How often a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// Once.
    Once,
    /// In each language of the site.
    Language,
    /// For each kind of registration.
    Registration,
    /// For each service that was chosen.
    Service,
}

/// What is proposed as an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proposal {
    /// Nothing.
    None,
    /// The first of the choices.
    FirstChoice,
    /// The languages that the pack proposes for the country.
    Languages,
    /// The part of the country in whose register the operator is.
    Register,
    /// The pack's proposal of the fact, or this.
    Pack(Option<&'static str>),
    /// The answer in the site's first language.
    FirstLanguage,
    /// The site's first language.
    DefaultLanguage,
    /// The answer to another question that is asked once.
    Answer(&'static str),
    /// The day of today.
    Today,
}

/// Whether a question has to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerNeed {
    /// It has to be.
    Required,
    /// It may be left out.
    Optional,
    /// What the pack says of an officer responsible for personal data.
    Officer,
    /// What the pack says of a representative.
    Representative,
    /// It has to be where another question is answered, and isn't asked elsewhere.
    RequiredWith(&'static str),
    /// It may be where another question is answered, and isn't asked elsewhere.
    OptionalWith(&'static str),
}

const fn fact(option: &'static str, name: &'static str) -> Question {
    Question {
        option,
        kind: Kind::Fact(name),
        each: Each::Once,
        proposal: Proposal::None,
        need: AnswerNeed::Required,
    }
}

const fn choice(option: &'static str, kind: Kind, proposal: Proposal) -> Question {
    Question {
        option,
        kind,
        each: Each::Once,
        proposal,
        need: AnswerNeed::Required,
    }
}

/// All questions, in the order in which they are asked.
pub const QUESTIONS: &[Question] = &[
    choice("country", Kind::Country, Proposal::None),
    choice("pack", Kind::Pack, Proposal::FirstChoice),
    choice("languages", Kind::Languages, Proposal::Languages),
    fact("name", "operator.name"),
    Question {
        proposal: Proposal::DefaultLanguage,
        ..fact("name-lang", "operator.name_lang")
    },
    Question {
        each: Each::Language,
        proposal: Proposal::Pack(Some("{name}")),
        ..fact("legal-name", "operator.legal_name")
    },
    Question {
        each: Each::Language,
        proposal: Proposal::Pack(None),
        need: AnswerNeed::Optional,
        ..fact("form", "operator.form")
    },
    Question {
        option: "registration",
        kind: Kind::Registration,
        each: Each::Registration,
        proposal: Proposal::None,
        need: AnswerNeed::Optional,
    },
    choice("subdivision", Kind::Subdivision, Proposal::Register),
    Question {
        each: Each::Language,
        proposal: Proposal::FirstLanguage,
        ..fact("address", "operator.address")
    },
    Question {
        need: AnswerNeed::Optional,
        ..fact("phone", "operator.phone")
    },
    fact("email", "operator.email"),
    Question {
        proposal: Proposal::Answer("email"),
        need: AnswerNeed::Officer,
        ..fact("dpo-email", "dpo.email")
    },
    Question {
        need: AnswerNeed::OptionalWith("dpo-email"),
        ..fact("dpo-name", "dpo.name")
    },
    Question {
        need: AnswerNeed::Representative,
        ..fact("representative-name", "representative.name")
    },
    Question {
        need: AnswerNeed::RequiredWith("representative-name"),
        ..fact("representative-address", "representative.address")
    },
    Question {
        need: AnswerNeed::OptionalWith("representative-name"),
        ..fact("representative-email", "representative.email")
    },
    Question {
        option: "services",
        kind: Kind::Services,
        each: Each::Once,
        proposal: Proposal::None,
        need: AnswerNeed::Optional,
    },
    Question {
        option: "service",
        kind: Kind::ServiceId,
        each: Each::Service,
        proposal: Proposal::None,
        need: AnswerNeed::Required,
    },
    choice("date", Kind::Date, Proposal::Today),
];

/// The question of an option.
pub fn named(option: &str) -> Option<&'static Question> {
    QUESTIONS.iter().find(|question| question.option == option)
}
