//! The command line: words in, a [`Command`] out.

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::bench::{Part as BenchPart, Size};
use crate::modules::EdgeFormat;

/// The site that is meant when none is named.
pub(crate) const DEFAULT_SITE: &str = "cap.kz";

/// Set-up and automation of this repository.
#[derive(Debug, Parser)]
#[command(
    name = "xtask",
    bin_name = "cargo xtask",
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One command with its options.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub(crate) enum Command {
    /// Build a site and the worker, and serve them on this machine.
    #[command(
        after_help = "Examples:\n  cargo xtask dev\n  cargo xtask dev --site smartustaz.kz --port 9000"
    )]
    Dev {
        /// Host of the site.
        #[arg(long, value_name = "HOST", default_value = DEFAULT_SITE)]
        site: String,
        /// Port to listen on.
        #[arg(long, value_name = "N", default_value_t = 8787)]
        port: u16,
    },
    /// Run every check: format, lints, unit tests, end-to-end tests.
    #[command(
        after_help = "Examples:\n  cargo xtask test\n  cargo xtask test --only unit   # no browser is needed"
    )]
    Test {
        /// Only this part of them.
        #[arg(long, value_enum, value_name = "PART")]
        only: Option<Part>,
    },
    /// Print the circles of references between the modules of each crate; there must be none.
    #[command(
        after_help = "Examples:\n  cargo xtask modules\n  cargo xtask modules site-builder --edges\n  cargo xtask modules --edges=mermaid"
    )]
    Modules {
        /// Only these packages.
        #[arg(value_name = "PACKAGE")]
        packages: Vec<String>,
        /// Print the edges between the top-level modules too.
        #[arg(
            long,
            value_enum,
            value_name = "FORMAT",
            num_args = 0..=1,
            require_equals = true,
            default_missing_value = "text"
        )]
        edges: Option<EdgeFormat>,
    },
    /// Build the sites and the worker; wrangler calls it before it deploys.
    #[command(
        after_help = "Examples:\n  cargo xtask build\n  cargo xtask build --site cap.kz --deny drafts"
    )]
    Build {
        /// Only this site.
        #[arg(long, value_name = "HOST")]
        site: Option<String>,
        /// What the site builder must refuse: `drafts` or `warnings`.
        #[arg(long, value_name = "WHAT")]
        deny: Option<String>,
    },
    /// Measure, beside peers where there are some, and write the figures into docs/performance.md.
    #[command(
        after_help = "Examples:\n  cargo xtask bench                    # every part\n  cargo xtask bench builder --quick    # small sites only: is it still right?"
    )]
    Bench(BenchArguments),
    /// Strain the consent log with a crowd, failing storage and a power cut, and print what came of it.
    #[command(after_help = "Example:\n  cargo xtask load")]
    Load,
    /// Make the pictures of the documentation anew.
    #[command(after_help = "Example:\n  cargo xtask screenshots")]
    Screenshots,
    /// Make the archive of a release, with which content is deployed without Rust: builder, worker and theme.
    #[command(
        after_help = "Examples:\n  cargo xtask package\n  cargo xtask package --profile dev --out kelisim.tar.gz"
    )]
    Package {
        /// How the builder is compiled.
        #[arg(long, value_enum, default_value = "release")]
        profile: Profile,
        /// Where the archive goes [default: target/package/kelisim-<version>-<machine>.tar.gz].
        #[arg(long, value_name = "FILE")]
        out: Option<String>,
    },
    /// Install what is missing; the other commands do it too.
    #[command(after_help = "Example:\n  cargo xtask setup")]
    Setup,
}

/// What to measure.
#[derive(Debug, PartialEq, Eq, Args)]
pub(crate) struct BenchArguments {
    /// Only these parts.
    #[arg(value_enum, value_name = "PART")]
    pub(crate) parts: Vec<BenchPart>,
    /// Small inputs, figures for the terminal only: docs/performance.md stays as it is.
    #[arg(long, conflicts_with = "huge")]
    quick: bool,
    /// Also what takes very long: a site of 100,000 pages.
    #[arg(long)]
    huge: bool,
}

impl BenchArguments {
    /// How much to measure.
    pub(crate) fn size(&self) -> Size {
        match (self.quick, self.huge) {
            (true, _) => Size::Quick,
            (false, false) => Size::Usual,
            (false, true) => Size::Huge,
        }
    }
}

/// How a program is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    /// Quickly, as for the tests.
    Dev,
    /// To be fast.
    Release,
}

/// A part of the checks that can be run alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Format, lints and `cargo test`.
    Unit,
    /// The built site in the real runtime and a real browser.
    #[value(name = "e2e")]
    EndToEnd,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    fn read(line: &str) -> Result<Command, clap::Error> {
        Cli::try_parse_from(std::iter::once("xtask").chain(line.split_whitespace()))
            .map(|cli| cli.command)
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        for command in Cli::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string);
            let example = format!("cargo xtask {}", command.get_name());
            assert!(
                help.unwrap_or_default().contains(&example),
                "{}",
                command.get_name()
            );
        }
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
            "load 10",
            "bench speed",
            "bench --quick --huge",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
