//! A request to the consent API as a plain value, and the parts of its address.

use crate::route::Route;
use domain::VisitContext;

/// The largest body that is read, in bytes.
pub(crate) const MAX_BODY_BYTES: usize = 4096;

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyFailure {
    /// More than [`MAX_BODY_BYTES`], or than another limit.
    #[error("it is too long")]
    TooLarge,
    /// The other side disconnected, or the body is not in its encoding.
    #[error("it broke off")]
    Broken,
}

/// What the API needs of a request. IP address and user agent are left out, so that they can get
/// neither into a record nor into a log line.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConsentRequest<'a> {
    /// The route that its path names.
    pub(crate) route: Route<'a>,
    /// As sent, because methods are case-sensitive.
    pub(crate) method: String,
    /// Without the question mark; may be empty.
    pub(crate) query: String,
    /// Origin of the requested address: `https://cap.kz`.
    pub(crate) own_origin: String,
    /// Place, and whether the browser sends a signal.
    pub(crate) visit: VisitContext,
    /// `Cookie`
    pub(crate) cookie: Option<String>,
    /// `Origin`
    pub(crate) origin: Option<String>,
    /// `Referer`
    pub(crate) referer: Option<String>,
    /// `Sec-Fetch-Site`
    pub(crate) fetch_site: Option<String>,
    /// `Content-Type`
    pub(crate) content_type: Option<String>,
    /// `Content-Length`
    pub(crate) content_length: Option<String>,
    /// `Authorization`
    pub(crate) authorization: Option<String>,
    /// `Accept-Language`
    pub(crate) accept_language: Option<String>,
    /// Whether a browser shows the response to its reader, instead of giving it to a script.
    pub(crate) is_navigation: bool,
}

impl<'a> ConsentRequest<'a> {
    /// A request without any of the headers.
    pub(crate) fn new(method: String, route: Route<'a>, own_origin: &str) -> Self {
        Self {
            route,
            method,
            own_origin: own_origin.to_owned(),
            ..Self::default()
        }
    }
}

/// The parts of an absolute URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address<'a> {
    /// `https://cap.kz:8443`
    pub(crate) origin: &'a str,
    /// `/kk/`; never empty
    pub(crate) path: &'a str,
    /// Without the question mark; may be empty.
    pub(crate) query: &'a str,
}

impl<'a> Address<'a> {
    /// Splits a URL that the runtime has normalised, for which a full parser is not needed.
    pub(crate) fn of(url: &'a str) -> Option<Self> {
        let host_start = url.find("://")?.checked_add(3)?;
        let after_scheme = url.get(host_start..)?;
        let host_length = after_scheme
            .find(['/', '?', '#'])
            .unwrap_or(after_scheme.len());
        let origin = url.get(..host_start.checked_add(host_length)?)?;
        let rest = after_scheme.get(host_length..)?;
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = if path.is_empty() { "/" } else { path };
        Some(Self {
            origin,
            path,
            query,
        })
    }
}

/// The host of an origin, without a port, and an IPv6 address without its brackets.
pub(crate) fn host_of(origin: &str) -> &str {
    let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    if let Some(address) = authority.strip_prefix('[') {
        return address.split(']').next().unwrap_or(address);
    }
    authority
        .rsplit_once(':')
        .map_or(authority, |(host, _)| host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comes_apart() {
        for (url, origin, path, query) in [
            ("https://cap.kz/", "https://cap.kz", "/", ""),
            ("https://cap.kz", "https://cap.kz", "/", ""),
            ("https://cap.kz?a=1", "https://cap.kz", "/", "a=1"),
            (
                "http://localhost:8787/a/b?c=/d#e?f",
                "http://localhost:8787",
                "/a/b",
                "c=/d",
            ),
            ("https://cap.kz/a#b?c", "https://cap.kz", "/a", ""),
        ] {
            let expected = Address {
                origin,
                path,
                query,
            };
            assert_eq!(Address::of(url), Some(expected), "{url}");
        }
        assert_eq!(Address::of("/a"), None);
    }

    #[test]
    fn a_host_has_no_port() {
        assert_eq!(host_of("https://cap.kz"), "cap.kz");
        assert_eq!(host_of("http://localhost:8787"), "localhost");
        assert_eq!(host_of("http://[::1]:8787"), "::1");
    }
}
