//! The options of `site-builder new` that answer its questions, made from these.

use crate::new::form::{Given, key};
use crate::new::questions::{Each, QUESTIONS, Question};
use crate::new::words::Words;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

/// The answers that the command line gives.
#[derive(Debug, Clone)]
pub(super) struct GivenOptions(pub(super) Given);

/// What stands behind an option.
const fn value_name(question: &Question) -> &'static str {
    match question.each {
        Each::Once => "TEXT",
        Each::Language => "TAG=TEXT",
        Each::Registration => "KIND=NUMBER",
        Each::Service => "SERVICE=ID",
    }
}

impl Args for GivenOptions {
    fn augment_args(command: Command) -> Command {
        let (_, words) = Words::choose([]);
        QUESTIONS.iter().fold(command, |command, question| {
            let said = words.question(question);
            let action = match question.each {
                Each::Once => ArgAction::Set,
                Each::Language | Each::Registration | Each::Service => ArgAction::Append,
            };
            let argument = Arg::new(question.option)
                .long(question.option)
                .value_name(value_name(question))
                .action(action)
                .help(format!("{}: {}", said.text, said.hint));
            command.arg(argument)
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for GivenOptions {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut given = Given::new();
        for question in QUESTIONS {
            let option = question.option;
            for text in matches.get_many::<String>(option).into_iter().flatten() {
                if question.each == Each::Once {
                    given.insert(option.to_owned(), text.clone());
                    continue;
                }
                let Some((about, answer)) = text.split_once('=') else {
                    let form = value_name(question);
                    let message = format!("`{text}` has no `=`: write it as `--{option} {form}`\n");
                    return Err(Error::raw(ErrorKind::ValueValidation, message));
                };
                given.insert(key(option, Some(about)), answer.to_owned());
            }
        }
        Ok(Self(given))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
