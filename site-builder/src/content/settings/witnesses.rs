//! `[witnesses]` of `site.toml`: who cosigns the checkpoints of the log, and the checks of it.

use super::formats::is_host;
use crate::content::file_diagnostics::FileDiagnostics;
use crate::content::host;
use crate::report::diagnostic::Code;
use domain::WitnessPolicy;
use domain::tlog::{KeyKind, VerifierKey};
use ed25519_dalek::VerifyingKey;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

/// Programs of others that sign the log's checkpoints after they have checked that nothing was
/// taken back (c2sp.org/tlog-witness). A second site of the same operator is none.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Witnesses {
    /// How many of them have to sign before others rely on a checkpoint: at least 1, at most all.
    #[schemars(with = "u32")]
    pub quorum: Spanned<u32>,
    /// The witnesses.
    #[schemars(with = "Vec<Witness>")]
    pub witness: Vec<Spanned<Witness>>,
}

/// A witness.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Witness {
    /// What the site calls it: lower-case Latin letters, digits and hyphens.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// Its public key as it publishes it (c2sp.org/signed-note, type 4):
    /// `witness.example/w1+eb762cc2+BNda…`.
    #[schemars(with = "String")]
    pub key: Spanned<String>,
    /// Where it takes checkpoints, with a `/` at the end: `https://witness.example/`.
    #[schemars(with = "String")]
    pub address: Spanned<String>,
}

impl From<&Witnesses> for WitnessPolicy {
    fn from(witnesses: &Witnesses) -> Self {
        let list = witnesses.witness.iter().map(|witness| {
            let witness = witness.get_ref();
            domain::Witness {
                name: witness.name.get_ref().clone(),
                key: witness.key.get_ref().clone(),
                address: host::in_ascii(witness.address.get_ref()),
            }
        });
        Self {
            quorum: *witnesses.quorum.get_ref(),
            list: list.collect(),
        }
    }
}

/// The words of a policy file (c2sp.org/tlog-policy) that are no names of witnesses there: no
/// witness at all, and the group of all of them.
const RESERVED: [&str; 2] = ["none", "witnesses"];

/// Diagnoses witnesses that can't be asked, count twice or belong to the operator. `own_hosts` are
/// those of the operator's sites.
pub(super) fn check(witnesses: &Witnesses, own_hosts: &[&str], found: &mut FileDiagnostics) {
    let (quorum, count) = (*witnesses.quorum.get_ref(), witnesses.witness.len());
    let is_possible = usize::try_from(quorum).is_ok_and(|quorum| (1..=count).contains(&quorum));
    if !is_possible {
        found.add(
            Code::InvalidFact,
            &witnesses.quorum,
            format!("{quorum} of {count} witnesses can't be needed"),
            "write how many of the witnesses have to sign, at least 1 and at most all of them",
        );
    }
    let mut seen = Seen::default();
    for witness in &witnesses.witness {
        let witness = witness.get_ref();
        check_name(&witness.name, &mut seen, found);
        check_key(&witness.key, &mut seen, found);
        check_address(&witness.address, own_hosts, found);
    }
}

/// What identifies the witnesses so far. The names of the keys are among them because a signature
/// line has nothing but that name and four bytes to find its key by.
#[derive(Default)]
struct Seen {
    names: BTreeSet<String>,
    key_names: BTreeSet<String>,
    keys: BTreeSet<[u8; 32]>,
}

fn check_name(name: &Spanned<String>, seen: &mut Seen, found: &mut FileDiagnostics) {
    let text = name.get_ref();
    let is_plain = (1..=60).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !is_plain || RESERVED.contains(&text.as_str()) {
        found.add(
            Code::InvalidFact,
            name,
            format!("`{text}` can't be the name of a witness"),
            "use up to 60 lower-case Latin letters, digits and hyphens; `none` and `witnesses` are taken",
        );
    } else if !seen.names.insert(text.clone()) {
        found.add(
            Code::InvalidFact,
            name,
            format!("two witnesses are named `{text}`"),
            "give each a name of its own",
        );
    }
}

fn check_key(text: &Spanned<String>, seen: &mut Seen, found: &mut FileDiagnostics) {
    let copy = "copy the key from the witness's page, from its name to the last letter";
    let once = "name each witness once, and none twice under two names";
    let (problem, help) = match VerifierKey::parse(text.get_ref()) {
        Err(error) => (error.to_string(), copy),
        Ok(key) if key.kind != KeyKind::Cosigner => {
            let problem = "it is one that signs notes, and witnesses have one of type 4";
            (problem.to_owned(), copy)
        }
        Ok(key) if !is_strong(&key.key) => {
            let problem = "anybody could sign under it, because it is no point of the curve or one of its weak ones";
            (problem.to_owned(), copy)
        }
        Ok(key) if !seen.keys.insert(key.key) => ("another witness has it".to_owned(), once),
        Ok(key) if !seen.key_names.insert(key.name.clone()) => {
            let problem = format!("that of another witness is named `{}` too", key.name);
            (problem, once)
        }
        Ok(_) => return,
    };
    found.add(
        Code::InvalidFact,
        text,
        format!("this can't be the key of a witness: {problem}"),
        help,
    );
}

/// Whether no signature but its owner's verifies under a public key. WebCrypto, with which the
/// worker verifies, accepts the others too.
fn is_strong(key: &[u8; 32]) -> bool {
    VerifyingKey::from_bytes(key).is_ok_and(|key| !key.is_weak())
}

fn check_address(address: &Spanned<String>, own_hosts: &[&str], found: &mut FileDiagnostics) {
    let text = address.get_ref();
    let ascii = host::in_ascii(text);
    let Some(host) = host_of(&ascii) else {
        found.add(
            Code::InvalidFact,
            address,
            format!("`{text}` is no address of a witness"),
            "write `https://`, the host, perhaps a path, and `/` at the end",
        );
        return;
    };
    let is_own = |own: &&&str| host == **own || host.ends_with(&format!(".{own}"));
    if let Some(own) = own_hosts.iter().find(is_own) {
        found.add(
            Code::InvalidFact,
            address,
            format!("the witness at `{host}` belongs to the operator of `{own}`"),
            "ask somebody else, such as an auditor: whoever can change the log must not be the one who vouches for it",
        );
    }
}

/// The host of an address such as `https://witness.example:8443/w1/`.
fn host_of(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://")?.strip_suffix('/')?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, is_port) = match authority.split_once(':') {
        None => (authority, true),
        Some((host, port)) => (host, port.parse::<u16>().is_ok_and(|number| number > 0)),
    };
    let is_path = path
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._~/+".contains(&byte));
    (is_host(host) && is_port && is_path).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_https_a_host_and_perhaps_a_path() {
        for (address, host) in [
            ("https://witness.example/", "witness.example"),
            ("https://witness.example:8443/", "witness.example"),
            ("https://a.b.example/w/1+2/", "a.b.example"),
        ] {
            assert_eq!(host_of(address), Some(host));
        }
        for bad in [
            "",
            "https://",
            "https:///",
            "https://witness.example",
            "http://witness.example/",
            "https://witness/",
            "https://user@witness.example/",
            "https://witness.example:0/",
            "https://witness.example:/",
            "https://witness.example/?a/",
            "https://witness.example/#/",
            "https://witness.example/a b/",
        ] {
            assert_eq!(host_of(bad), None, "{bad}");
        }
    }
}
