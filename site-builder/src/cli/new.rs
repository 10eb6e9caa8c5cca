//! `site-builder new`: options, and questions on a terminal for what they leave open.

use super::{Format, finish, parse_day, parse_locale, print};
use crate::build::BuildOutcome;
use crate::new::answers::{self, CliAnswers, OperatorFacts, Preselected, Prompter};
use crate::new::environment::NewEnvironment;
use crate::new::{self, Paths, starter};
use crate::report::diagnostic::Diagnostic;
use crate::report::source::Sources;
use camino::Utf8PathBuf;
use chrono::{NaiveDate, Utc};
use clap::Args;
use dialoguer::theme::ColorfulTheme;
use dialoguer::{Input, MultiSelect};
use domain::Locale;
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// Host of the site, such as `example.kz`; its folder is named so.
    host: String,
    /// A language of the site, the default one first; may be given more than once [default: those
    /// of the starter].
    #[arg(long = "locale", value_name = "TAG", value_parser = parse_locale)]
    locales: Vec<Locale>,
    /// Name of the operator without its legal form, in its own quotation marks.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Language of that name [default: the site's first].
    #[arg(long, value_name = "TAG")]
    name_lang: Option<String>,
    /// Name with its legal form in one language; `{name}` stands for the name [default: a limited
    /// liability partnership].
    #[arg(long, value_name = "TAG=TEXT", value_parser = parse_localised)]
    legal_name: Vec<(Locale, String)>,
    /// Legal form in full in one language [default: a limited liability partnership].
    #[arg(long, value_name = "TAG=TEXT", value_parser = parse_localised)]
    form: Vec<(Locale, String)>,
    /// BIN: 12 digits, the last one a check digit.
    #[arg(long)]
    bin: Option<String>,
    /// Postal address in one language.
    #[arg(long, value_name = "TAG=TEXT", value_parser = parse_localised)]
    address: Vec<(Locale, String)>,
    /// Telephone in E.164, such as +77273383993.
    #[arg(long)]
    phone: Option<String>,
    /// E-mail that visitors write to.
    #[arg(long)]
    email: Option<String>,
    /// E-mail of the person responsible for personal data [default: as --email].
    #[arg(long, value_name = "EMAIL")]
    dpo_email: Option<String>,
    /// A service with the id that its vendor gives, such as `google-analytics-4=G-ABC123`; may be
    /// given more than once.
    #[arg(long = "service", value_name = "SERVICE=ID", value_parser = parse_service)]
    services: Vec<(String, String)>,
    /// The day on which the policy comes into force [default: today in UTC].
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    date: Option<NaiveDate>,
    /// Ask nothing, take the defaults.
    #[arg(long)]
    yes: bool,
    /// Folder of the sites.
    #[arg(long, default_value = "content", value_name = "FOLDER")]
    content: Utf8PathBuf,
    /// Folder of the themes.
    #[arg(long, default_value = "themes", value_name = "FOLDER")]
    themes: Utf8PathBuf,
    /// The file that gets an environment for the site.
    #[arg(long, default_value = "wrangler.toml", value_name = "FILE")]
    wrangler: Utf8PathBuf,
}

fn parse_localised(text: &str) -> Result<(Locale, String), String> {
    let (tag, words) = text
        .split_once('=')
        .ok_or_else(|| format!("`{text}` names no language: write `ru={text}`"))?;
    let locale = parse_locale(tag).map_err(|error| error.to_string())?;
    Ok((locale, words.to_owned()))
}

fn parse_service(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(id, tag)| (id.to_owned(), tag.to_owned()))
        .ok_or_else(|| {
            format!("`{text}` has no id from its vendor: write `{text}=…`, or leave it out until you know it")
        })
}

pub(super) fn new(arguments: NewArguments) -> ExitCode {
    let paths = Paths {
        content: arguments.content.clone(),
        themes: arguments.themes.clone(),
        wrangler: arguments.wrangler.clone(),
    };
    let host = arguments.host.clone();
    match create(&paths, arguments) {
        Ok(environment) => {
            print::line(&next_steps(&paths, &host, &environment));
            ExitCode::SUCCESS
        }
        Err(outcome) => finish(&outcome, Format::Text, "nothing was written"),
    }
}

fn create(paths: &Paths, arguments: NewArguments) -> Result<NewEnvironment, BuildOutcome> {
    new::check_host(paths, &arguments.host)?;
    let mut sources = Sources::default();
    let starter = match starter::read(&mut sources, &paths.content) {
        Ok(starter) => starter,
        Err(diagnostic) => return Err(failed(sources, vec![diagnostic])),
    };
    let may_ask = !arguments.yes && io::stdin().is_terminal() && io::stderr().is_terminal();
    let mut terminal = Terminal(ColorfulTheme::default());
    let prompter = may_ask.then_some(&mut terminal as &mut dyn Prompter);
    let date = arguments.date.unwrap_or_else(|| Utc::now().date_naive());
    let host = arguments.host.clone();
    let given = given(arguments, may_ask);
    let answers = answers::complete(&host, given, &starter, date, prompter)
        .map_err(|diagnostics| failed(sources, diagnostics))?;
    new::create(paths, &starter, &answers)
}

fn failed(sources: Sources, diagnostics: Vec<Diagnostic>) -> BuildOutcome {
    BuildOutcome {
        sources,
        diagnostics,
        sites: Vec::new(),
    }
}

fn given(arguments: NewArguments, may_ask: bool) -> CliAnswers {
    let mut facts = OperatorFacts::new();
    for (name, text) in [
        ("operator.name", arguments.name),
        ("operator.name_lang", arguments.name_lang),
        ("operator.bin", arguments.bin),
        ("operator.phone", arguments.phone),
        ("operator.email", arguments.email),
        ("dpo.email", arguments.dpo_email),
    ] {
        facts.extend(text.map(|text| ((name, None), text)));
    }
    for (name, texts) in [
        ("operator.legal_name", arguments.legal_name),
        ("operator.form", arguments.form),
        ("operator.address", arguments.address),
    ] {
        facts.extend(
            texts
                .into_iter()
                .map(|(locale, text)| ((name, Some(locale)), text)),
        );
    }
    let is_asked = may_ask && arguments.services.is_empty();
    CliAnswers {
        locales: arguments.locales,
        facts,
        services: (!is_asked).then_some(arguments.services),
    }
}

/// What was written, and the next commands.
fn next_steps(paths: &Paths, host: &str, environment: &NewEnvironment) -> String {
    let folder = paths.content.join(host);
    let mut text = format!("{folder}: a new site, built without a mistake\n");
    let (file, name) = (&paths.wrangler, &environment.name);
    if environment.is_file_missing {
        let lines = &environment.text;
        text.push_str(&format!(
            "{file} isn't there; an environment for the site begins like this:\n\n{lines}\n"
        ));
    } else {
        text.push_str(&format!("{file}: the environment `{name}`\n"));
    }
    text.push_str(&format!(
        "\nWhat to do next:\n  1. look at it               cargo xtask dev --site {host}\n  \
         2. read and decide          {folder}/REVIEW.*.md\n  \
         3. make keys and a token    npm run secrets -- --env {name}\n  \
         4. publish                  npx wrangler deploy --env {name} --domain {host}"
    ));
    text
}

/// Asks on a terminal.
struct Terminal(ColorfulTheme);

impl Prompter for Terminal {
    fn ask_text(&mut self, question: &str, default: Option<&str>) -> io::Result<String> {
        let mut input = Input::with_theme(&self.0)
            .with_prompt(question)
            .allow_empty(true);
        if let Some(default) = default {
            input = input.default(default.to_owned());
        }
        input.interact_text().map_err(io_error)
    }

    fn select(
        &mut self,
        question: &str,
        options: &[&str],
        preselected: Preselected,
    ) -> io::Result<Vec<usize>> {
        MultiSelect::with_theme(&self.0)
            .with_prompt(format!("{question} (space to choose, enter to go on)"))
            .items(options)
            .defaults(&vec![preselected == Preselected::All; options.len()])
            .interact()
            .map_err(io_error)
    }

    fn show_error(&mut self, message: &str, help: &str) {
        print::text(&format!("  {message}\n  help: {help}\n"));
    }
}

fn io_error(error: dialoguer::Error) -> io::Error {
    let dialoguer::Error::IO(error) = error;
    error
}
