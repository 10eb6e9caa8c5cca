//! The command line: words in, a [`Command`] out.

use anyhow::{Context, Result, bail};

/// What `cargo xtask help` prints.
pub(crate) const HELP: &str = "\
cargo xtask <command>

  dev   [--site HOST] [--port N]   build and serve on this machine (cap.kz, port 8787)
  test  [--only unit|e2e]          run every check: format, lints, unit tests, end-to-end tests
  build [--site HOST] [--deny X]   build the sites (all, or one) and the worker; X as for site-builder: drafts, warnings
  screenshots                      make the pictures of the documentation anew
  setup                            install what is missing; the others do it too
";

/// The site that is meant when none is named.
pub(crate) const DEFAULT_SITE: &str = "cap.kz";

const DEFAULT_PORT: u16 = 8787;

/// One command with its options.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Print the help.
    Help,
    /// Install what is missing.
    Setup,
    /// Build the sites and the worker.
    Build {
        /// Only this site.
        site: Option<String>,
        /// What the site builder must refuse; it knows the words.
        deny: Option<String>,
    },
    /// Serve on this machine.
    Dev {
        /// Host of the site.
        site: String,
        /// Port to listen on.
        port: u16,
    },
    /// Make the pictures of the documentation.
    Screenshots,
    /// Run the checks.
    Test {
        /// Only this part of them.
        only: Option<Part>,
    },
}

/// A part of the checks that can be run alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Format, lints and `cargo test`.
    Unit,
    /// The built site in the real runtime and a real browser.
    EndToEnd,
}

/// Reads a command line, without the name of the program.
///
/// # Errors
/// An unknown command or option, or a value that is missing or malformed.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Command> {
    let mut words = words.into_iter();
    let name = words.next().unwrap_or_else(|| "help".to_owned());
    let mut options = Options::read(words)?;
    let command = match name.as_str() {
        "help" | "--help" | "-h" => Command::Help,
        "setup" => Command::Setup,
        "build" => Command::Build {
            site: options.take("--site"),
            deny: options.take("--deny"),
        },
        "dev" => Command::Dev {
            site: options
                .take("--site")
                .unwrap_or_else(|| DEFAULT_SITE.to_owned()),
            port: match options.take("--port") {
                None => DEFAULT_PORT,
                Some(port) => port
                    .parse()
                    .with_context(|| format!("`{port}` is not a port"))?,
            },
        },
        "screenshots" => Command::Screenshots,
        "test" => Command::Test {
            only: options.take("--only").as_deref().map(part).transpose()?,
        },
        other => bail!("unknown command `{other}`\n\n{HELP}"),
    };
    options.finish(&name)?;
    Ok(command)
}

fn part(word: &str) -> Result<Part> {
    match word {
        "unit" => Ok(Part::Unit),
        "e2e" => Ok(Part::EndToEnd),
        other => bail!("`--only` takes `unit` or `e2e`, not `{other}`"),
    }
}

/// Options as pairs of name and value; whoever knows a name takes it out.
struct Options(Vec<(String, String)>);

impl Options {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut pairs = Vec::new();
        while let Some(word) = words.next() {
            if !word.starts_with("--") {
                bail!("unexpected `{word}`\n\n{HELP}");
            }
            let pair = match word.split_once('=') {
                Some((name, value)) => (name.to_owned(), value.to_owned()),
                None => {
                    let value = words
                        .next()
                        .with_context(|| format!("`{word}` needs a value"))?;
                    (word, value)
                }
            };
            pairs.push(pair);
        }
        Ok(Self(pairs))
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(given, _)| given == name)?;
        Some(self.0.remove(at).1)
    }

    fn finish(self, command: &str) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => bail!("`{command}` does not know `{name}`\n\n{HELP}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn dev_serves_the_first_site_on_the_usual_port() {
        assert_eq!(
            read("dev").unwrap(),
            Command::Dev {
                site: "cap.kz".into(),
                port: 8787
            }
        );
    }

    #[test]
    fn an_option_takes_its_value_with_a_space_or_an_equals_sign() {
        let expected = Command::Dev {
            site: "smartustaz.kz".into(),
            port: 9000,
        };
        assert_eq!(
            read("dev --site smartustaz.kz --port 9000").unwrap(),
            expected
        );
        assert_eq!(
            read("dev --site=smartustaz.kz --port=9000").unwrap(),
            expected
        );
    }

    #[test]
    fn unknown_words_are_refused() {
        for line in [
            "deply",
            "dev --prot 1",
            "dev 8788",
            "dev --port",
            "dev --port many",
            "test --only some",
            "screenshots banner",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
