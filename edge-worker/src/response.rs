//! A response of the API as a plain value, with the headers that all of them have.

use crate::rejection::Rejection;
use serde::Serialize;
use std::borrow::Cow;

/// Headers of every response. None is rendered as a page, so loading, framing and MIME sniffing are
/// forbidden.
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

/// `Vary` of responses about a visitor's consent, for caches that ignore `no-store`.
pub(crate) const VARY_CONSENT: &str = "Cookie, Origin, Sec-GPC";
/// `Vary` of what is answered in the visitor's language.
pub(crate) const VARY_LANGUAGE: &str = "Accept-Language";

/// Names and values.
pub(crate) type Headers = Vec<(&'static str, Cow<'static, str>)>;

/// The number of leading headers that are equal in most responses: HSTS, [`COMMON`], `Vary`,
/// `Content-Type`.
pub(crate) const SHARED_HEADERS: usize = COMMON.len() + 3;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// Names may repeat (`Set-Cookie`).
    pub(crate) headers: Headers,
    pub(crate) body: Body,
}

/// The body of a response; may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    Text(String),
    Bytes(Vec<u8>),
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
    /// Without a body.
    pub(crate) fn empty(status: u16, vary: &'static str) -> Self {
        let common = COMMON.iter().map(|(name, value)| (*name, (*value).into()));
        let response = Self {
            status,
            headers: common.collect(),
            body: Body::Text(String::new()),
        };
        response.with("Vary", vary)
    }

    /// With a JSON body.
    pub(crate) fn json(status: u16, value: &impl Serialize) -> Self {
        Self::typed(status, "application/json", to_json(value))
    }

    /// A redirect to a path of the site.
    pub(crate) fn redirect(status: u16, path: &str, vary: &'static str) -> Self {
        Self::empty(status, vary).with("Location", path.to_owned())
    }

    /// Problem details (RFC 9457).
    pub(crate) fn problem(rejection: &Rejection) -> Self {
        let (status, title) = rejection.status();
        let problem = Problem {
            r#type: "about:blank",
            title,
            status,
            code: rejection.code(),
            detail: rejection.detail(),
        };
        let answer = Self::typed(status, "application/problem+json", to_json(&problem));
        match rejection {
            Rejection::MethodNotAllowed(allow) => answer.with("Allow", *allow),
            Rejection::Unavailable(_) => answer.with("Retry-After", "30"),
            // RFC 9110, 11.6.1 demands a challenge, but no registered scheme stands for cookies.
            Rejection::Unauthenticated => answer.with("WWW-Authenticate", "Cookie"),
            Rejection::AdminOnly => answer.with("WWW-Authenticate", "Bearer realm=\"consent log\""),
            Rejection::TooMany | Rejection::SiteBusy => answer.with("Retry-After", "60"),
            Rejection::Malformed(_)
            | Rejection::ForeignOrigin
            | Rejection::NotFound
            | Rejection::NoRecord
            | Rejection::Purged
            | Rejection::StaleRevision
            | Rejection::EventReused
            | Rejection::TooLarge
            | Rejection::UnsupportedType
            | Rejection::Unprocessable(_)
            | Rejection::TooManyServices => answer,
        }
    }

    /// Lets caches store the response by this value of `Cache-Control`. It must be the same for
    /// all clients.
    pub(crate) fn cacheable(mut self, control: &'static str) -> Self {
        for (name, value) in &mut self.headers {
            match *name {
                "Cache-Control" => *value = Cow::Borrowed(control),
                "Vary" => *value = Cow::Borrowed("Accept-Encoding"),
                _ => {}
            }
        }
        self
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds the site's HSTS policy, which its pages have too. It comes first, see
    /// [`SHARED_HEADERS`].
    pub(crate) fn with_hsts(mut self, transport_security: &'static str) -> Self {
        let header = ("Strict-Transport-Security", transport_security.into());
        self.headers.insert(0, header);
        self
    }

    /// With a body of any text type.
    pub(crate) fn typed(status: u16, content_type: &'static str, body: String) -> Self {
        Self::with_body(status, content_type, Body::Text(body))
    }

    /// With bytes.
    pub(crate) fn bytes(content_type: &'static str, bytes: Vec<u8>) -> Self {
        Self::with_body(200, content_type, Body::Bytes(bytes))
    }

    fn with_body(status: u16, content_type: &'static str, body: Body) -> Self {
        let answer = Self::empty(status, VARY_CONSENT).with("Content-Type", content_type);
        Self { body, ..answer }
    }
}

/// The JSON object with one member more; `value` is JSON too.
pub(crate) fn with_member(mut object: String, name: &str, value: &str) -> String {
    // It goes before the closing brace.
    object.pop();
    [&object, ",\"", name, "\":", value, "}"].concat()
}

/// The value as JSON. All types of the crate have a JSON form; if one had not, an empty object is
/// better than a panic, which would cost the response.
pub(crate) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "{}".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::SIGNALS;

    #[test]
    fn answers_vary_by_every_signal() {
        for signal in &SIGNALS {
            let is_named = VARY_CONSENT.split(", ").any(|name| name == signal.header);
            assert!(is_named, "{}", signal.header);
        }
    }
}
