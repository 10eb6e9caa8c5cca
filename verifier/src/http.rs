//! Asks a log over HTTP, patiently: what was refused because of too many requests, or failed on the
//! way, is asked again.

use crate::error::InputError;
use crate::folder::{CHECKPOINT, MAX_BUNDLE_BYTES, TILES};
use crate::input::{self, gunzip};
use crate::problem::problem;
use crate::tree::Source;
use crate::trust::Policy;
use camino::{Utf8Path, Utf8PathBuf};
use domain::tlog::{Resource, ResourceKind, TILE_WIDTH};
use std::cell::Cell;
use std::thread;
use std::time::Duration;

/// How often a request is made until it counts as failed.
const ATTEMPTS: u32 = 7;

/// The longest wait that a server can ask for.
const MAX_WAIT: Duration = Duration::from_secs(120);

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Limit of an answer's length in bytes: a page of an export, or a bundle of the longest entries.
const MAX_ANSWER_BYTES: usize = 2 * MAX_BUNDLE_BYTES;

/// Scheme and host of a site, and what stands before `/log/` if it is in a folder.
#[derive(Debug, Clone)]
pub(crate) struct Address(String);

impl Address {
    /// Reads an address; `None` when it is none but a path.
    pub(crate) fn parse(text: &Utf8Path) -> Option<Result<Self, InputError>> {
        let address = text.as_str();
        let rest = address
            .strip_prefix("https://")
            .or_else(|| address.strip_prefix("http://"))?;
        let address = address.trim_end_matches('/');
        let address = address.strip_suffix("/log").unwrap_or(address);
        if rest.is_empty()
            || address.contains(['?', '#', '@'])
            || address.contains(char::is_whitespace)
        {
            let message = "write it as `https://cap.kz`".to_owned();
            return Some(Err(InputError::Invalid(text.to_owned(), message)));
        }
        Some(Ok(Self(address.to_owned())))
    }

    /// Reads an address.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn expect(text: &str) -> Result<Self, InputError> {
        let path = Utf8Path::new(text);
        Self::parse(path).unwrap_or_else(|| {
            let message = "it is no address; write it as `https://cap.kz`".to_owned();
            Err(InputError::Invalid(path.to_owned(), message))
        })
    }

    /// The address of a path of the site.
    pub(crate) fn of(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// The address itself.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The host, with its port if it names one; `None` on this machine, where any site is served.
    pub(crate) fn host(&self) -> Option<&str> {
        let (_, rest) = self.0.split_once("://")?;
        let host = rest.split('/').next()?;
        let name = host.split(':').next()?;
        (!matches!(name, "localhost" | "127.0.0.1")).then_some(host)
    }

    /// Whether nobody on the way can read what is sent.
    fn is_private(&self) -> bool {
        self.0.starts_with("https://") || self.host().is_none()
    }
}

/// A connection to a log.
#[derive(Clone)]
pub(crate) struct Client {
    agent: ureq::Agent,
    address: Address,
    token: Option<String>,
    /// Whether the server has ever answered: one that never did is no server that is busy.
    has_answered: Cell<bool>,
}

/// An answer with a status that asking again would not change.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Not compressed.
    pub(crate) body: Vec<u8>,
    /// The address of the next page, a path.
    pub(crate) next: Option<String>,
}

/// How a request ended.
enum Outcome {
    Answer(Answer),
    /// It may go better later; the server may have said when.
    Failed(String, Option<Duration>),
}

impl Client {
    /// A client; `token_file` has the token that private paths need.
    ///
    /// # Errors
    /// The token can't be read, or anybody on the way could read it.
    pub(crate) fn new(address: Address, token_file: Option<&Utf8Path>) -> Result<Self, InputError> {
        let token = token_file.map(read_token).transpose()?;
        if token.is_some() && !address.is_private() {
            let message = "a token is sent over https only".to_owned();
            return Err(InputError::Invalid(address.as_str().into(), message));
        }
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .max_redirects(3)
            .user_agent(concat!("kelisim-verifier/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self {
            agent: config.new_agent(),
            address,
            token,
            has_answered: Cell::new(false),
        })
    }

    pub(crate) const fn address(&self) -> &Address {
        &self.address
    }

    /// Where the log publishes its policy.
    pub(crate) fn policy_address(&self) -> String {
        self.address.of("/log/policy")
    }

    /// The policy that the log publishes, with its text.
    ///
    /// # Errors
    /// It can't be fetched or read.
    pub(crate) fn policy(&self) -> Result<(String, Policy), InputError> {
        let bytes = self.get("/log/policy", false)?;
        let policy = Policy::parse(&bytes)
            .map_err(|message| InputError::Invalid(self.policy_address().into(), message))?;
        Ok((String::from_utf8_lossy(&bytes).into_owned(), policy))
    }

    /// The signed note of the log's newest checkpoint.
    ///
    /// # Errors
    /// It can't be fetched.
    pub(crate) fn checkpoint(&self) -> Result<Vec<u8>, InputError> {
        self.get(&format!("/log/{CHECKPOINT}"), false)
    }

    /// The content of a path that must be there.
    ///
    /// # Errors
    /// It can't be fetched.
    pub(crate) fn get(&self, path: &str, is_private: bool) -> Result<Vec<u8>, InputError> {
        let answer = self.ask(path, is_private)?;
        if answer.status == 200 {
            return Ok(answer.body);
        }
        Err(self.refused(path, &answer))
    }

    /// The error that an answer is.
    pub(crate) fn refused(&self, path: &str, answer: &Answer) -> InputError {
        let said = problem(&answer.body).unwrap_or_else(|| format!("status {}", answer.status));
        InputError::Unreachable(self.address.of(path).into(), said)
    }

    /// Asks for a path until there is an answer that stays. Only private paths get the token.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn ask(&self, path: &str, is_private: bool) -> Result<Answer, InputError> {
        let mut wait = Duration::from_secs(1);
        let mut attempt = 1;
        loop {
            let (why, asked) = match self.ask_once(path, is_private) {
                Outcome::Answer(answer) => return Ok(answer),
                Outcome::Failed(why, asked) => (why, asked),
            };
            if attempt == ATTEMPTS || !self.has_answered.get() {
                return Err(InputError::Unreachable(self.address.of(path).into(), why));
            }
            thread::sleep(asked.unwrap_or(wait).min(MAX_WAIT));
            wait = wait.saturating_mul(2);
            attempt += 1;
        }
    }

    fn ask_once(&self, path: &str, is_private: bool) -> Outcome {
        let mut request = self
            .agent
            .get(self.address.of(path))
            .header("Accept-Encoding", "gzip");
        if let Some(token) = self.token.as_ref().filter(|_| is_private) {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let mut response = match request.call() {
            Ok(response) => response,
            Err(error) => return Outcome::Failed(error.to_string(), None),
        };
        self.has_answered.set(true);
        let status = response.status().as_u16();
        let header = |name: &str| {
            let value = response.headers().get(name)?;
            value.to_str().map_or(None, |text| Some(text.to_owned()))
        };
        let retry_after = header("Retry-After").and_then(|text| parse_seconds(&text));
        let next = header("Link").and_then(|link| next_page(&link));
        let is_compressed = header("Content-Encoding").is_some_and(|name| name == "gzip");
        let limit = MAX_ANSWER_BYTES as u64;
        let body = response.body_mut().with_config().limit(limit).read_to_vec();
        let mut body = match body {
            Ok(body) => body,
            Err(error) => return Outcome::Failed(error.to_string(), None),
        };
        if is_compressed {
            match gunzip(&body, MAX_ANSWER_BYTES) {
                Some(content) => body = content,
                None => return Outcome::Failed("the answer is no gzip".to_owned(), None),
            }
        }
        if status == 429 || status >= 500 {
            let said = problem(&body).unwrap_or_else(|| format!("status {status}"));
            return Outcome::Failed(said, retry_after);
        }
        Outcome::Answer(Answer { status, body, next })
    }
}

impl Source for Client {
    fn read(&mut self, resource: &Resource) -> Result<Option<Vec<u8>>, InputError> {
        let is_private = resource.kind == ResourceKind::Entries;
        let full = Resource {
            width: TILE_WIDTH,
            ..*resource
        };
        let mut answer = None;
        // A log may serve the full one alone once there is one.
        for wanted in [resource, &full] {
            let path = format!("/log/{TILES}/{wanted}");
            let got = self.ask(&path, is_private)?;
            match got.status {
                200 => {
                    answer = Some(got.body);
                    break;
                }
                404 | 410 => {}
                _ => return Err(self.refused(&path, &got)),
            }
            if wanted.width == TILE_WIDTH {
                break;
            }
        }
        Ok(answer)
    }

    fn has_entries(&self) -> bool {
        self.token.is_some()
    }
}

fn read_token(path: &Utf8Path) -> Result<String, InputError> {
    let bytes = input::read(path)?;
    let token = String::from_utf8_lossy(&bytes).trim().to_owned();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        let message = "it is no token: one line without spaces".to_owned();
        return Err(InputError::Invalid(Utf8PathBuf::from(path), message));
    }
    Ok(token)
}

/// `Retry-After` in seconds; its other form, a date, is not used here.
fn parse_seconds(text: &str) -> Option<Duration> {
    match text.trim().parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => None,
    }
}

/// The path of `</api/consent/export?…>; rel="next"`.
fn next_page(link: &str) -> Option<String> {
    let (address, parameters) = link.strip_prefix('<')?.split_once('>')?;
    let is_next = parameters.trim() == r#"; rel="next""#;
    (is_next && address.starts_with('/')).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_host_and_keeps_a_token_private() {
        let read = |text: &str| match Address::parse(Utf8Path::new(text)) {
            Some(Ok(address)) => {
                let host = address.host().map(str::to_owned);
                Some((address.of("/log/checkpoint"), host, address.is_private()))
            }
            _ => None,
        };
        let checkpoint = "https://cap.kz/log/checkpoint".to_owned();
        let cap = Some((checkpoint, Some("cap.kz".to_owned()), true));
        assert_eq!(read("https://cap.kz"), cap);
        assert_eq!(read("https://cap.kz/log/"), cap);
        let local = "http://127.0.0.1:8787/log/checkpoint".to_owned();
        assert_eq!(read("http://127.0.0.1:8787/"), Some((local, None, true)));
        for open in [
            "http://cap.kz",
            "http://localhost.cap.kz",
            "http://127.0.0.1.nip.io",
        ] {
            assert!(
                read(open).is_some_and(|(_, _, is_private)| !is_private),
                "{open}"
            );
        }
        for other in [
            "https://",
            "https://a@cap.kz",
            "https://cap.kz?x",
            "cap.kz",
            "log.ndjson",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn the_next_page_is_one_of_this_server() {
        let next = r#"</api/consent/export?cursor=3&end=9>; rel="next""#;
        assert_eq!(
            next_page(next).as_deref(),
            Some("/api/consent/export?cursor=3&end=9")
        );
        for other in [
            r#"<https://a.example/>; rel="next""#,
            r#"</x>; rel="prev""#,
            "</x>",
        ] {
            assert_eq!(next_page(other), None, "{other}");
        }
    }
}
