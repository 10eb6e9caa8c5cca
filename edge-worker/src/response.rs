//! An answer as a plain value, with the headers that every answer of the API carries.

use crate::rejection::Rejection;
use serde::Serialize;
use std::borrow::Cow;

/// On every answer. Nothing here is ever shown as a page, so nothing may load, frame or guess
/// anything.
const COMMON: [(&str, &str); 5] = [
    ("Cache-Control", "no-store"),
    (
        "Content-Security-Policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
];

/// What a request's answer depends on, for caches that ignore `no-store`.
pub(crate) const VARY_CONSENT: &str = "Cookie, Origin, Sec-GPC";
/// See [`VARY_CONSENT`].
pub(crate) const VARY_LANGUAGE: &str = "Accept-Language";

/// Names and values of headers.
pub(crate) type Headers = Vec<(&'static str, Cow<'static, str>)>;

/// How many headers come first that most answers have in common, with the same values.
pub(crate) const SHARED_HEADERS: usize = COMMON.len() + 3;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Response {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Names and values, names may repeat (`Set-Cookie`).
    pub(crate) headers: Headers,
    /// May be empty.
    pub(crate) body: String,
}

#[derive(Serialize)]
struct Problem {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: &'static str,
}

impl Response {
    /// An answer without a body.
    pub(crate) fn empty(status: u16, vary: &'static str) -> Self {
        let mut headers: Vec<_> = COMMON
            .iter()
            .map(|(name, value)| (*name, Cow::Borrowed(*value)))
            .collect();
        headers.push(("Vary", Cow::Borrowed(vary)));
        Self {
            status,
            headers,
            body: String::new(),
        }
    }

    /// An answer in JSON.
    pub(crate) fn json(status: u16, value: &impl Serialize) -> Self {
        Self::typed(status, "application/json", to_json(value))
    }

    /// A redirect to a path of the site.
    pub(crate) fn redirect(status: u16, path: &str, vary: &'static str) -> Self {
        Self::empty(status, vary).with("Location", path.to_owned())
    }

    /// A refusal, as RFC 9457 writes it.
    pub(crate) fn problem(rejection: &Rejection) -> Self {
        let problem = Problem {
            r#type: "about:blank",
            title: rejection.title(),
            status: rejection.status(),
            code: rejection.code(),
            detail: rejection.detail(),
        };
        let answer = Self::typed(
            rejection.status(),
            "application/problem+json",
            to_json(&problem),
        );
        match rejection {
            Rejection::MethodNotAllowed(allow) => answer.with("Allow", (*allow).to_owned()),
            Rejection::Unavailable(_) => answer.with("Retry-After", "30".to_owned()),
            // RFC 9110, 11.6.1 wants a challenge; none of the registered ones is a cookie.
            Rejection::Unauthenticated => answer.with("WWW-Authenticate", "Cookie".to_owned()),
            Rejection::AdminOnly => answer.with(
                "WWW-Authenticate",
                "Bearer realm=\"consent log\"".to_owned(),
            ),
            Rejection::TooMany => answer.with("Retry-After", "60".to_owned()),
            Rejection::Malformed(_)
            | Rejection::ForeignOrigin
            | Rejection::NotFound
            | Rejection::StaleRevision
            | Rejection::EventReused
            | Rejection::TooLarge
            | Rejection::UnsupportedType
            | Rejection::Unprocessable(_) => answer,
        }
    }

    /// An answer in another text form.
    pub(crate) fn text(content_type: &'static str, body: String) -> Self {
        Self::typed(200, content_type, body)
    }

    /// The answer, the same for everyone, which caches may keep for a while.
    pub(crate) fn cacheable(mut self, seconds: u32) -> Self {
        for (name, value) in &mut self.headers {
            match *name {
                "Cache-Control" => *value = format!("public, max-age={seconds}").into(),
                "Vary" => *value = Cow::Borrowed("Origin"),
                _ => {}
            }
        }
        self
    }

    /// The answer with one more header.
    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, Cow::Owned(value)));
        self
    }

    /// The answer with the site's word on encryption, which its pages give too. It comes first, so
    /// that it is among the usual ones.
    pub(crate) fn with_hsts(mut self, transport_security: &'static str) -> Self {
        let header = (
            "Strict-Transport-Security",
            Cow::Borrowed(transport_security),
        );
        self.headers.insert(0, header);
        self
    }

    /// An answer in any text form.
    pub(crate) fn typed(status: u16, content_type: &'static str, body: String) -> Self {
        let mut answer = Self::empty(status, VARY_CONSENT);
        answer
            .headers
            .push(("Content-Type", Cow::Borrowed(content_type)));
        answer.body = body;
        answer
    }
}

/// A value as JSON. All of ours have that form; should one not, an empty object beats a panic.
pub(crate) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "{}".to_owned())
}
