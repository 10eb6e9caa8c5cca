//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::bench::{Part, Size};
use crate::build::Profile;
use crate::modules::EdgeFormat;

/// The site that commands use by default.
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
    /// Run every check: format, spelling, dependencies, types, lints, unit tests, end-to-end tests.
    #[command(
        after_help = "Examples:\n  cargo xtask test\n  cargo xtask test --only unit      # no browser is needed\n  cargo xtask test --integrations   # installs the packages of each app from npm"
    )]
    Test {
        /// Only this part of them.
        #[arg(long, value_enum, value_name = "PART")]
        only: Option<Suite>,
        /// Instead of them, the apps of `tests/integrations`, made with what real sites are made
        /// with.
        #[arg(long, conflicts_with = "only")]
        integrations: bool,
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
    /// Run the benchmarks, and write the figures into docs/performance.md.
    #[command(
        after_help = "Examples:\n  cargo xtask bench                    # every part\n  cargo xtask bench builder --quick    # small sites only, as a smoke test"
    )]
    Bench(BenchArguments),
    /// Load-test the consent log with many clients, failing storage and a killed runtime; print the
    /// result.
    #[command(after_help = "Example:\n  cargo xtask load")]
    Load,
    /// Let a fuzzer look for what crashes the readers of worker, verifier, witness and importer.
    #[command(
        after_help = "Examples:\n  cargo xtask fuzz\n  cargo xtask fuzz --minutes 30 texts verify"
    )]
    Fuzz {
        /// Only these targets, files in `fuzz/fuzz_targets/`.
        #[arg(value_name = "TARGET")]
        targets: Vec<String>,
        /// For how long each.
        #[arg(long, value_name = "N", default_value_t = 5)]
        minutes: u64,
    },
    /// Have programs that nobody here wrote judge a log: Go's checksum database, Sigstore, and two of
    /// Python.
    #[command(after_help = "Example:\n  cargo xtask judges")]
    Judges,
    /// Take the screenshots of the documentation.
    #[command(after_help = "Example:\n  cargo xtask screenshots")]
    Screenshots,
    /// Make the archive of a release: builder, worker and theme, for deployments without Rust.
    #[command(
        after_help = "Examples:\n  cargo xtask package\n  cargo xtask package --profile dev --out kelisim.tar.gz"
    )]
    Package {
        /// How the builder is compiled.
        #[arg(long, value_enum, default_value = "release")]
        profile: Profile,
        /// Where the archive goes [default: target/package/kelisim-VERSION-MACHINE.tar.gz].
        #[arg(long, value_name = "FILE")]
        out: Option<String>,
    },
    /// Install what is missing; the other commands do it too.
    #[command(after_help = "Example:\n  cargo xtask setup")]
    Setup,
}

#[derive(Debug, PartialEq, Eq, Args)]
pub(crate) struct BenchArguments {
    /// Only these parts.
    #[arg(value_enum, value_name = "PART")]
    pub(crate) parts: Vec<Part>,
    /// Small inputs; docs/performance.md is not changed.
    #[arg(long, conflicts_with = "huge")]
    quick: bool,
    /// Also a site of 100,000 pages, which takes very long.
    #[arg(long)]
    huge: bool,
}

impl BenchArguments {
    pub(crate) fn size(&self) -> Size {
        match (self.quick, self.huge) {
            (true, _) => Size::Quick,
            (false, false) => Size::Usual,
            (false, true) => Size::Huge,
        }
    }
}

/// Checks that can be run without the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// What needs no browser: format, spelling, dependencies, types, lints and `cargo test`.
    Unit,
    /// The built sites and worker in the local runtime and in browsers.
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
                help.is_some_and(|help| help.contains(&example)),
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
            "deploi",
            "dev --prot 1",
            "dev 8788",
            "dev --port",
            "dev --port many",
            "test --only some",
            "test --only unit --integrations",
            "screenshots banner",
            "load 10",
            "bench speed",
            "bench --quick --huge",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
