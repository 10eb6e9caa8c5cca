//! Fetches one page of the web: the only module of the builder that uses the network.
//!
//! The answer is bounded in size, time and redirects. No cookies are kept or sent.

use super::Input;
use crate::report::diagnostic::{Code, Diagnostic};
use std::net::IpAddr;
use std::time::Duration;
use ureq::http::Uri;

/// How long everything may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How many redirects are followed.
const MAX_REDIRECTS: u32 = 5;

/// Whether a name of a document is an address of the web.
pub fn is_address(name: &str) -> bool {
    let scheme = |scheme: &str| {
        let start = name.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    scheme("https://") || scheme("http://")
}

/// The document at an address. Its name is the address that the last redirect led to.
///
/// # Errors
/// A diagnostic when the address is no safe one, or the document can't be fetched.
pub(super) fn download(address: &str) -> Result<Input, Diagnostic> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        // Followed here, because each address is checked.
        .max_redirects(0)
        .user_agent(concat!("kelisim-import/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent();
    // In the form in which servers are asked, whatever script host and path are written in.
    let mut address =
        url::Url::parse(address).map_or_else(|_| address.to_owned(), |url| url.to_string());
    // A page of the web leads to no service on this machine.
    let may_be_local = is_local(&address.parse().unwrap_or_else(|_| Uri::from_static("/")));
    for _ in 0..=MAX_REDIRECTS {
        check_address(&address, may_be_local)?;
        let mut answer = agent
            .get(&address)
            .header("Accept", "text/html, text/markdown, text/plain, */*;q=0.5")
            .call()
            .map_err(|error| failed(&address, error.to_string()))?;
        let status = answer.status();
        if let Some(next) = redirect(&address, status.as_u16(), &answer)? {
            address = next;
            continue;
        }
        if !status.is_success() {
            let message = format!("the server answers with status {}", status.as_u16());
            return Err(failed(&address, message));
        }
        let body = answer.body_mut();
        let charset = body.charset().map(str::to_owned);
        let is_page = body
            .mime_type()
            .is_some_and(|kind| ["text/html", "application/xhtml+xml"].contains(&kind));
        let limit = importer::SIZE_LIMIT as u64;
        let bytes = body
            .with_config()
            .limit(limit)
            .read_to_vec()
            .map_err(|error| failed(&address, error.to_string()))?;
        return Ok(Input {
            name: address,
            bytes,
            charset,
            is_page,
        });
    }
    Err(failed(
        &address,
        format!("more than {MAX_REDIRECTS} redirects lead there"),
    ))
}

/// The address that a redirect leads to; `None` for another answer.
fn redirect(
    address: &str,
    status: u16,
    answer: &ureq::http::Response<ureq::Body>,
) -> Result<Option<String>, Diagnostic> {
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = answer.headers().get("Location");
    let next = location.and_then(|location| {
        let Ok(location) = location.to_str() else {
            return None;
        };
        let Ok(next) = url::Url::parse(address).and_then(|base| base.join(location)) else {
            return None;
        };
        Some(next.to_string())
    });
    match next {
        Some(next) => Ok(Some(next)),
        None => Err(failed(address, "a redirect leads to no address".to_owned())),
    }
}

/// Whether an address is one of this machine.
fn is_local(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or("");
    let number = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || number.is_ok_and(|number| number.is_loopback())
}

/// Checks that nobody on the way can change the document: `https`, or this machine.
fn check_address(address: &str, may_be_local: bool) -> Result<(), Diagnostic> {
    let Ok(uri) = address.parse::<Uri>() else {
        return Err(failed(address, "it is no address".to_owned()));
    };
    let has_password = uri
        .authority()
        .is_some_and(|authority| authority.as_str().contains('@'));
    match uri.scheme_str() {
        _ if has_password => Err(failed(
            address,
            "an address with a name or password isn't asked".to_owned(),
        )),
        _ if is_local(&uri) && !may_be_local => Err(failed(
            address,
            "a redirect leads to this machine".to_owned(),
        )),
        Some("https") => Ok(()),
        Some("http") if is_local(&uri) => Ok(()),
        _ => Err(Diagnostic::on(
            Code::UnreadableFile,
            address,
            format!("`{address}` is not asked: anybody on the way could change what it says"),
            "use its address with `https://`, or save the page and import the file",
        )),
    }
}

fn failed(address: &str, why: String) -> Diagnostic {
    Diagnostic::on(
        Code::UnreadableFile,
        address,
        format!("`{address}` can't be fetched: {why}"),
        "open it in a browser; if it is there, save the page and import the file",
    )
}
