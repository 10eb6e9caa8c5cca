//! Why a request is refused, and the problem details (RFC 9457) of each reason. Internal causes go
//! to the console, not into the response.

use domain::Refusal;

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// Body or query can't be parsed.
    Malformed(&'static str),
    /// A valid consent cookie is missing.
    Unauthenticated,
    /// A valid admin token is missing.
    AdminOnly,
    /// The page is neither the site's nor of a listed origin.
    ForeignOrigin,
    /// No route has this path.
    NotFound,
    /// The log has no record of this number, or not of this visitor.
    NoRecord,
    /// Records were deleted between two pages of an export.
    Purged,
    /// The route does not support the method; with the value of `Allow`.
    MethodNotAllowed(&'static str),
    /// The page shows an outdated revision.
    StaleRevision,
    /// The id belongs to another event.
    EventReused,
    /// More than [`crate::request::MAX_BODY_BYTES`].
    TooLarge,
    /// Neither JSON nor a form.
    UnsupportedType,
    /// Well-formed, but contradictory or not in the manifest.
    Unprocessable(&'static str),
    /// More services differ from their category than the cookie can hold.
    TooManyServices,
    /// The client has exceeded the rate limit.
    TooMany,
    /// All clients together have exceeded the site's.
    SiteBusy,
    /// Log, keys or manifest fail. After a timeout the log may have written the event all the same.
    Unavailable(&'static str),
}

impl Rejection {
    /// The status, and its reason phrase (RFC 9110), which is the member `title`.
    pub(crate) const fn status(&self) -> (u16, &'static str) {
        match self {
            Self::Malformed(_) => (400, "Bad Request"),
            Self::Unauthenticated | Self::AdminOnly => (401, "Unauthorized"),
            Self::ForeignOrigin => (403, "Forbidden"),
            Self::NotFound | Self::NoRecord => (404, "Not Found"),
            Self::MethodNotAllowed(_) => (405, "Method Not Allowed"),
            Self::StaleRevision | Self::EventReused => (409, "Conflict"),
            Self::Purged => (410, "Gone"),
            Self::TooLarge => (413, "Content Too Large"),
            Self::UnsupportedType => (415, "Unsupported Media Type"),
            Self::Unprocessable(_) | Self::TooManyServices => (422, "Unprocessable Content"),
            Self::TooMany => (429, "Too Many Requests"),
            Self::SiteBusy | Self::Unavailable(_) => (503, "Service Unavailable"),
        }
    }

    /// Member `code`, for programs.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::Unauthenticated => "unauthenticated",
            Self::AdminOnly => "admin_only",
            Self::ForeignOrigin => "foreign_origin",
            Self::NotFound | Self::NoRecord => "not_found",
            Self::Purged => "purged",
            Self::MethodNotAllowed(_) => "method_not_allowed",
            Self::StaleRevision => "stale_revision",
            Self::EventReused => "event_reused",
            Self::TooLarge => "too_large",
            Self::UnsupportedType => "unsupported_type",
            Self::Unprocessable(_) => "unprocessable",
            Self::TooManyServices => "too_many_services",
            Self::TooMany => "too_many",
            Self::SiteBusy => "site_busy",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// Member `detail`, for people. It never repeats what was sent.
    pub(crate) const fn detail(&self) -> &'static str {
        match self {
            Self::Malformed(detail) | Self::Unprocessable(detail) | Self::Unavailable(detail) => {
                detail
            }
            Self::Unauthenticated => "this needs the consent cookie that the site has set",
            Self::AdminOnly => "this needs an admin token: `Authorization: Bearer …`",
            Self::ForeignOrigin => "only pages of the site may do this",
            Self::NotFound => "nothing stands at this address",
            Self::NoRecord => "there is no such record here, or not any more",
            Self::Purged => {
                "records were deleted since the export began: begin again, without `cursor`"
            }
            Self::MethodNotAllowed(_) => "the header `Allow` lists the methods of this address",
            Self::StaleRevision => Refusal::StaleRevision.sentence(),
            Self::TooManyServices => Refusal::TooManyServices.sentence(),
            Self::EventReused => "this event id was used for another event",
            Self::TooLarge => "a body has at most 4096 bytes",
            Self::TooMany => "too many requests from one address: try again in a minute",
            Self::SiteBusy => "the site records more than it may: try again in a minute",
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
            Refusal::TooManyServices => Self::TooManyServices,
            Refusal::UnknownLocale
            | Refusal::NoBindingSignal
            | Refusal::UnknownService
            | Refusal::NotAllowable => Self::Unprocessable(refusal.sentence()),
        }
    }
}
