//! `site-builder new`: options, and questions on a terminal for what they leave open.

mod options;

use super::{Format, finish, print};
use crate::build::BuildOutcome;
use crate::content::host::Host;
use crate::new::environment::NewEnvironment;
use crate::new::form::Form;
use crate::new::interview::{self, Decision, Interview, Person, Prompter};
use crate::new::kept::{self, KeptFile};
use crate::new::words::{Words, fill};
use crate::new::{self, Paths, pack};
use crate::report::diagnostic::Diagnostic;
use crate::report::source::Sources;
use camino::Utf8PathBuf;
use chrono::Utc;
use clap::Args;
use dialoguer::Input;
use dialoguer::theme::ColorfulTheme;
use domain::Locale;
use options::GivenOptions;
use std::collections::BTreeMap;
use std::env;
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

/// Variables that name the language of a person; the first one that is set counts (POSIX,
/// "Internationalization Variables").
const LANGUAGE_VARIABLES: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// Host of the site in any script, such as `example.org`; its folder is named so.
    host: String,
    #[command(flatten)]
    given: GivenOptions,
    /// Ask nothing, take what is proposed.
    #[arg(long)]
    yes: bool,
    /// Language of the questions [default: that of the environment (`LANG`), or English].
    #[arg(long, value_name = "TAG", value_parser = clap::builder::PossibleValuesParser::new(Words::languages()))]
    ui_language: Option<String>,
    /// Folder of the sites and packs.
    #[arg(long, default_value = "content", value_name = "FOLDER")]
    content: Utf8PathBuf,
    /// Folder of the themes.
    #[arg(long, default_value = "themes", value_name = "FOLDER")]
    themes: Utf8PathBuf,
    /// The file that gets an environment for the site.
    #[arg(long, default_value = "wrangler.toml", value_name = "FILE")]
    wrangler: Utf8PathBuf,
}

pub(super) fn new(arguments: NewArguments) -> ExitCode {
    let (locale, words) = language(arguments.ui_language.as_deref());
    let paths = Paths {
        content: arguments.content.clone(),
        themes: arguments.themes.clone(),
        wrangler: arguments.wrangler.clone(),
    };
    let host = Host::from(arguments.host.clone());
    match create(&paths, &host, arguments, locale, words) {
        Ok(Some(environment)) => {
            print::line(&next_steps(&paths, host.ascii(), &environment, words))
        }
        Ok(None) => {
            let file = kept::file(&paths.content, host.ascii());
            print::line(&fill(&words.stopped, &[("file", file.as_str())]));
        }
        Err(outcome) => return finish(&outcome, Format::Text, "nothing was written"),
    }
    ExitCode::SUCCESS
}

/// The language of the questions: the one that is asked for, or that of the environment.
fn language(asked: Option<&str>) -> (Locale, &'static Words) {
    let set = LANGUAGE_VARIABLES.iter().flat_map(env::var);
    let set = set.filter(|value| !value.is_empty()).take(1);
    // `de_AT.UTF-8` is German.
    let language =
        set.filter_map(|value| value.split(['_', '.', '@', '-']).next().map(str::to_owned));
    let wanted: Vec<String> = asked
        .map(str::to_owned)
        .into_iter()
        .chain(language)
        .collect();
    Words::choose(wanted.iter().map(String::as_str))
}

/// `None` if the person who was asked stops.
fn create(
    paths: &Paths,
    host: &Host,
    arguments: NewArguments,
    locale: Locale,
    words: &'static Words,
) -> Result<Option<NewEnvironment>, BuildOutcome> {
    new::check_host(paths, host)?;
    let mut sources = Sources::default();
    let packs = match pack::read_all(&mut sources, &paths.content) {
        Ok(packs) => packs,
        Err(diagnostic) => return Err(failed(sources, vec![diagnostic])),
    };
    let mut given = arguments.given.0;
    interview::choose_given_services(&mut given);
    let form = Form {
        packs,
        given,
        locale,
        today: Utc::now().date_naive(),
    };
    let may_ask = !arguments.yes && io::stdin().is_terminal() && io::stderr().is_terminal();
    let mut terminal = Terminal(ColorfulTheme::default());
    let mut keeper = KeptFile(kept::file(&paths.content, host.ascii()));
    let kept = match kept::read(&mut sources, &keeper.0) {
        Ok(kept) => kept,
        Err(diagnostic) => return Err(failed(sources, vec![diagnostic])),
    };
    let person = may_ask.then_some(Person {
        prompter: &mut terminal,
        keeper: &mut keeper,
        former: BTreeMap::new(),
    });
    let mut interview = Interview::new(form, words, person);
    interview.begin(host.shown(), kept);
    let decision = interview
        .complete()
        .map_err(|diagnostics| failed(sources, diagnostics))?;
    match (decision, interview.form.answers(host)) {
        (Decision::Write, Some(answers)) => Ok(Some(new::create(paths, &answers)?)),
        (Decision::Stop, _) | (_, None) => Ok(None),
    }
}

fn failed(sources: Sources, diagnostics: Vec<Diagnostic>) -> BuildOutcome {
    BuildOutcome {
        sources,
        diagnostics,
        sites: Vec::new(),
    }
}

/// What was written, and the next commands.
fn next_steps(paths: &Paths, host: &str, environment: &NewEnvironment, words: &Words) -> String {
    let folder = paths.content.join(host);
    let values = [
        ("folder", folder.as_str()),
        ("host", host),
        ("file", paths.wrangler.as_str()),
        ("name", &environment.name),
    ];
    let written = fill(&words.written, &values);
    let told = if environment.is_file_missing {
        let told = fill(&words.no_environment, &values);
        format!("{told}\n\n{}", environment.text)
    } else {
        fill(&words.environment, &values)
    };
    let next = fill(&words.next, &values);
    format!("{written}\n{told}\n\n{next}")
}

/// Asks on a terminal.
struct Terminal(ColorfulTheme);

impl Prompter for Terminal {
    fn ask(&mut self, question: &str, default: Option<&str>) -> io::Result<String> {
        let mut input = Input::with_theme(&self.0)
            .with_prompt(question)
            .allow_empty(true);
        if let Some(default) = default {
            input = input.default(default.to_owned());
        }
        let asked = input.interact_text();
        asked.map_err(|dialoguer::Error::IO(error)| error)
    }

    fn show(&mut self, text: &str) {
        print::text(&format!("{text}\n"));
    }
}
