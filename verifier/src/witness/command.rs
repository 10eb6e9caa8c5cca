//! `verifier witness`: the command line.

use super::server::{log, serve};
use super::state::{Error, State, Witness};
use crate::http::{Address, Client};
use clap::Subcommand;
use domain::tlog::VerifierKey;
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What the operator of a witness does, in this order.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the key of a new witness, and print its public half.
    #[command(
        after_help = "Example:\n  verifier witness init --name witness.example/w1 --state witness.json"
    )]
    Init {
        /// Name of the witness: a host of yours, a slash, and a word.
        #[arg(long)]
        name: String,
        /// File of its key and of what it cosigned; must not exist.
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
    },
    /// Let it cosign a log, or add a new key to a log that it cosigns.
    #[command(
        after_help = "Examples:\n  verifier witness add-log --state witness.json https://cap.kz\n  verifier witness add-log --state witness.json --key 'cap.kz/log+…'\n\nCompare the keys that a site publishes with what its operator tells you by another way."
    )]
    AddLog {
        /// File of the witness.
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
        /// Site whose log publishes its keys.
        #[arg(value_name = "ADDRESS", required_unless_present = "keys")]
        site: Option<String>,
        /// A public key of the log: name, `+`, id, `+`, base64.
        #[arg(long = "key", visible_alias = "vkey", value_name = "VKEY")]
        keys: Vec<String>,
        /// First line of the log's checkpoints, if it isn't the name of its key.
        #[arg(long)]
        origin: Option<String>,
    },
    /// Print the public key, and the logs with what was cosigned last.
    #[command(after_help = "Example:\n  verifier witness show --state witness.json")]
    Show {
        /// File of the witness.
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
    },
    /// Cosign checkpoints that logs send, until the process is ended.
    #[command(
        after_help = "Example:\n  verifier witness serve --state witness.json --listen 127.0.0.1:8090"
    )]
    Serve {
        /// File of the witness.
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
        /// Address and port. Put a proxy that speaks TLS in front of it.
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
        listen: SocketAddr,
    },
}

/// Does it. The exit code is 0, or 2 when it can't be done.
pub fn run(command: &Command) -> ExitCode {
    let done = match command {
        Command::Init { name, state } => init(name, state.clone()),
        Command::AddLog {
            state,
            site,
            keys,
            origin,
        } => {
            let published = site
                .as_deref()
                .map_or_else(|| Ok(Vec::new()), published_keys);
            published.and_then(|published| {
                let keys = [published, keys.clone()].concat();
                add_log(state, &keys, origin.as_deref())
            })
        }
        Command::Show { state } => Witness::open(state).map(|witness| show(witness.state())),
        Command::Serve { state, listen } => start(state.clone(), *listen),
    };
    let (exit, written) = match done {
        Ok(text) => (ExitCode::SUCCESS, io::stdout().write_all(text.as_bytes())),
        Err(error) => (ExitCode::from(2), writeln!(io::stderr(), "error: {error}")),
    };
    match written {
        Ok(()) => exit,
        // A reader that closes the pipe, such as `head`, is not an error.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => exit,
        Err(_) => ExitCode::from(2),
    }
}

fn init(name: &str, path: PathBuf) -> Result<String, Error> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(Error::Random)?;
    let witness = Witness::create(&path, State::new(name, &seed)?)?;
    let key = witness.state().key();
    let host = name.split_once('/').map_or(name, |(host, _)| host);
    let path = path.display();
    Ok(format!(
        "\
`{path}` holds the witness's private key and what it cosigned. Keep it from others, and never go back to
an older copy: a witness that forgets what it cosigned can be made to contradict itself.

The operator of the log writes into site.toml, with the address at which you serve:

[[witnesses.witness]]
name = \"{name}\"
key = \"{key}\"
address = \"https://{host}/\"

Next: verifier witness add-log --state {path} https://<site of the log>
"
    ))
}

/// The keys in the policy that a log publishes.
fn published_keys(site: &str) -> Result<Vec<String>, Error> {
    let client = Client::new(Address::expect(site)?, None)?;
    let (text, _) = client.policy()?;
    let words = text.lines().map(|line| line.split_whitespace().collect());
    let keys = words.filter_map(|words: Vec<&str>| match words[..] {
        ["log", key, ..] => Some(key.to_owned()),
        _ => None,
    });
    Ok(keys.collect())
}

fn add_log(path: &Path, keys: &[String], origin: Option<&str>) -> Result<String, Error> {
    let mut witness = Witness::open(path)?;
    let mut state = witness.state().clone();
    let mut text = String::new();
    for key in keys {
        let name = match VerifierKey::parse(key) {
            Ok(key) => key.name,
            Err(error) => return Err(Error::Usage(format!("`{key}`: {error}"))),
        };
        let origin = origin.unwrap_or(&name);
        let added = match state.add_key(origin, key)? {
            true => "checkpoints are cosigned with signatures of",
            false => "known already:",
        };
        text.push_str(&format!("{origin}: {added} {key}\n"));
    }
    witness.replace(state)?;
    Ok(text)
}

fn show(state: &State) -> String {
    let mut text = format!("{}\n", state.key());
    for log in state.logs() {
        let (size, root) = log.head();
        let last = match log.last() {
            None => "nothing cosigned yet".to_owned(),
            Some(_) => format!("{size} entries cosigned, root {root}"),
        };
        text.push_str(&format!("{}: {last}\n", log.origin()));
    }
    text
}

fn start(path: PathBuf, address: SocketAddr) -> Result<String, Error> {
    let witness = Witness::open(&path)?;
    let unusable = |error| Error::Usage(format!("can't listen on {address}: {error}"));
    let listener = TcpListener::bind(address).map_err(unusable)?;
    let address = listener.local_addr().map_err(unusable)?;
    log(&format!(
        "{} listens on http://{address}/ for {} logs",
        witness.state().key(),
        witness.state().logs().len()
    ));
    match serve(witness, listener) {
        Ok(never) => match never {},
        Err(error) => Err(unusable(error)),
    }
}
