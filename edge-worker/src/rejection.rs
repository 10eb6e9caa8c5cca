//! Every way in which a request can be refused. A cause that is nobody's business goes to the log,
//! not into the answer.

use domain::Refusal;

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// The body is not what its type says.
    Malformed(&'static str),
    /// The request needs the visitor's own cookie.
    Unauthenticated,
    /// The request needs an admin token.
    AdminOnly,
    /// A page that is neither ours nor listed.
    ForeignOrigin,
    /// Nothing stands at this address.
    NotFound,
    /// The method is not known here; which ones are.
    MethodNotAllowed(&'static str),
    /// The page shows what is no longer asked.
    StaleRevision,
    /// Another event has this id.
    EventReused,
    /// More than [`crate::request::MAX_BODY_BYTES`].
    TooLarge,
    /// Neither JSON nor a form.
    UnsupportedType,
    /// Well-formed, but it can't be meant.
    Unprocessable(&'static str),
    /// Too much from one client in a short time.
    TooMany,
    /// What an answer needs is out of reach; nothing was saved.
    Unavailable(&'static str),
}

impl Rejection {
    /// The HTTP status.
    pub(crate) const fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::Unauthenticated | Self::AdminOnly => 401,
            Self::ForeignOrigin => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed(_) => 405,
            Self::StaleRevision | Self::EventReused => 409,
            Self::TooLarge => 413,
            Self::UnsupportedType => 415,
            Self::Unprocessable(_) => 422,
            Self::TooMany => 429,
            Self::Unavailable(_) => 503,
        }
    }

    /// A name for programs.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::Unauthenticated => "unauthenticated",
            Self::AdminOnly => "admin_only",
            Self::ForeignOrigin => "foreign_origin",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed(_) => "method_not_allowed",
            Self::StaleRevision => "stale_revision",
            Self::EventReused => "event_reused",
            Self::TooLarge => "too_large",
            Self::UnsupportedType => "unsupported_type",
            Self::Unprocessable(_) => "unprocessable",
            Self::TooMany => "too_many",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// What the status means, as RFC 9110 calls it.
    pub(crate) const fn title(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "Bad Request",
            Self::Unauthenticated | Self::AdminOnly => "Unauthorized",
            Self::ForeignOrigin => "Forbidden",
            Self::NotFound => "Not Found",
            Self::MethodNotAllowed(_) => "Method Not Allowed",
            Self::StaleRevision | Self::EventReused => "Conflict",
            Self::TooLarge => "Content Too Large",
            Self::UnsupportedType => "Unsupported Media Type",
            Self::Unprocessable(_) => "Unprocessable Content",
            Self::TooMany => "Too Many Requests",
            Self::Unavailable(_) => "Service Unavailable",
        }
    }

    /// A sentence for people. It never repeats what was sent.
    pub(crate) const fn detail(&self) -> &'static str {
        match self {
            Self::Malformed(detail) | Self::Unprocessable(detail) | Self::Unavailable(detail) => {
                detail
            }
            Self::Unauthenticated => "this needs the consent cookie that the site has set",
            Self::AdminOnly => "this needs an admin token: `Authorization: Bearer …`",
            Self::ForeignOrigin => "only pages of the site may do this",
            Self::NotFound => "nothing stands at this address",
            Self::MethodNotAllowed(_) => "the header `Allow` lists the methods of this address",
            Self::StaleRevision => Refusal::StaleRevision.sentence(),
            Self::EventReused => "this event id was used for another event",
            Self::TooLarge => "a body has at most 4096 bytes",
            Self::TooMany => "too many requests from one address: try again in a minute",
            Self::UnsupportedType => {
                "send application/json, or application/x-www-form-urlencoded from a form"
            }
        }
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::StaleRevision => Self::StaleRevision,
            Refusal::UnknownLocale | Refusal::NoBindingSignal | Refusal::NotAllowable => {
                Self::Unprocessable(refusal.sentence())
            }
        }
    }
}
