//! Routes and methods of the API and of the public log.

use domain::tlog::{Resource, ResourceKind};
use domain::{Locale, Manifest};

/// The endpoint or page that a path addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Route<'a> {
    /// `/api/consent`
    Consent,
    /// `/api/consent/withdraw`
    Withdraw,
    /// `/api/consent/records`
    Records,
    /// `/api/consent/erase`
    Erase,
    /// `/api/consent/export`
    Export,
    /// `/api/consent/stats`
    Stats,
    /// `/api/consent/audit`
    Audit,
    /// `/api/consent/keys`
    Keys,
    /// `/api/consent/record`
    Record,
    /// `/api/consent/shown`
    Shown,
    /// `/api/consent/health`
    Health,
    /// `/log/checkpoint`
    Checkpoint,
    /// `/log/tile/…`: hashes, or with a token entries.
    Tile(Resource),
    /// `/log/policy`
    LogPolicy,
    /// `/log/info`
    LogInfo,
    /// Unknown, below `/api/consent` or `/log`.
    Unknown,
    /// `/`: leads to the start page in the visitor's language.
    Start,
    /// The short address of a policy, such as `/privacy`.
    Policy(&'a str),
    /// The page of choices of a locale, such as `/kk/choices/`: an asset in which the worker marks
    /// what is stored.
    Choices,
    /// Anything else: a page or a file of the site.
    #[default]
    Asset,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// `GET`, and `HEAD`, whose response loses its body in `runtime::http::respond`.
    Get,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
    /// `OPTIONS`
    Options,
}

impl<'a> Route<'a> {
    /// The route of a path.
    pub(crate) fn of(path: &str, manifest: &'a Manifest) -> Self {
        match path.strip_prefix("/api/consent") {
            Some("") => return Route::Consent,
            Some("/withdraw") => return Route::Withdraw,
            Some("/records") => return Route::Records,
            Some("/erase") => return Route::Erase,
            Some("/export") => return Route::Export,
            Some("/stats") => return Route::Stats,
            Some("/audit") => return Route::Audit,
            Some("/keys") => return Route::Keys,
            Some("/record") => return Route::Record,
            Some("/shown") => return Route::Shown,
            Some("/health") => return Route::Health,
            Some(rest) if rest.starts_with('/') => return Route::Unknown,
            Some(_) | None => {}
        }
        if let Some(rest) = path.strip_prefix("/log/") {
            return Self::of_log(rest);
        }
        let Some(name) = path.strip_prefix('/') else {
            return Route::Asset;
        };
        if name.is_empty() {
            return Route::Start;
        }
        let name = name.strip_suffix('/').unwrap_or(name);
        match manifest.policies.iter().find(|policy| *policy == name) {
            Some(policy) => Route::Policy(policy),
            None if locale_of(path, manifest).is_some_and(|(_, rest)| rest == "choices/") => {
                Route::Choices
            }
            None => Route::Asset,
        }
    }

    /// The route of a path below `/log/`.
    fn of_log(rest: &str) -> Self {
        match rest {
            "checkpoint" => Route::Checkpoint,
            "policy" => Route::LogPolicy,
            "info" => Route::LogInfo,
            _ => match rest.strip_prefix("tile/").map(Resource::parse) {
                Some(Ok(resource)) => Route::Tile(resource),
                None | Some(Err(_)) => Route::Unknown,
            },
        }
    }

    /// Whether its responses are for everybody, so that pages of any site may read them (CORS).
    pub(crate) fn is_public(self) -> bool {
        match self {
            Route::Checkpoint | Route::LogPolicy | Route::LogInfo | Route::Keys => true,
            Route::Tile(resource) => resource.kind != ResourceKind::Entries,
            _ => false,
        }
    }

    /// The method of a request to this route, by its case-sensitive name.
    ///
    /// # Errors
    /// The value of `Allow`, when the route does not support the method.
    pub(crate) fn method(self, name: &str) -> Result<Method, &'static str> {
        let allow = match self {
            Route::Consent => "GET, HEAD, POST, DELETE, OPTIONS",
            Route::Withdraw | Route::Erase | Route::Shown => "POST, OPTIONS",
            Route::Records => "GET, HEAD, OPTIONS",
            // No `HEAD`: it would leave an audit entry for a page that nobody reads.
            Route::Export | Route::Stats | Route::Record => "GET",
            Route::Tile(resource) if resource.kind == ResourceKind::Entries => "GET",
            Route::Audit
            | Route::Keys
            | Route::Health
            | Route::Checkpoint
            | Route::Tile(_)
            | Route::LogPolicy
            | Route::LogInfo
            | Route::Start
            | Route::Policy(_)
            | Route::Choices
            | Route::Unknown
            | Route::Asset => "GET, HEAD",
        };
        if !allow.split(", ").any(|known| known == name) {
            return Err(allow);
        }
        match name {
            "POST" => Ok(Method::Post),
            "DELETE" => Ok(Method::Delete),
            "OPTIONS" => Ok(Method::Options),
            _ => Ok(Method::Get),
        }
    }
}

/// The locale that a path begins with, one that visitors are asked in, and what follows:
/// `/kk/choices/` gives `choices/`.
pub(crate) fn locale_of<'p, 'm>(
    path: &'p str,
    manifest: &'m Manifest,
) -> Option<(&'m Locale, &'p str)> {
    let (first, rest) = path.strip_prefix('/')?.split_once('/')?;
    let mut locales = manifest.shown.iter().map(|(locale, _)| locale);
    let locale = locales.find(|locale| locale.as_str() == first)?;
    Some((locale, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::manifest;

    fn tile(kind: ResourceKind, number: u64, width: u64) -> Route<'static> {
        Route::Tile(Resource {
            kind,
            number,
            width,
        })
    }

    #[test]
    fn paths_lead_to_their_places() {
        let manifest = manifest();
        for (path, expected) in [
            ("/api/consent", Route::Consent),
            ("/api/consent/withdraw", Route::Withdraw),
            ("/api/consent/records", Route::Records),
            ("/api/consent/health", Route::Health),
            ("/api/consent/erase", Route::Erase),
            ("/api/consent/export", Route::Export),
            ("/api/consent/stats", Route::Stats),
            ("/api/consent/audit", Route::Audit),
            ("/api/consent/keys", Route::Keys),
            ("/api/consent/record", Route::Record),
            ("/api/consent/shown", Route::Shown),
            ("/api/consent/checkpoint", Route::Unknown),
            ("/log/checkpoint", Route::Checkpoint),
            ("/log/policy", Route::LogPolicy),
            ("/log/info", Route::LogInfo),
            (
                "/log/tile/0/x001/067.p/3",
                tile(ResourceKind::Tile(0), 1067, 3),
            ),
            ("/log/tile/entries/000", tile(ResourceKind::Entries, 0, 256)),
            ("/log/tile/0/0", Route::Unknown),
            ("/log/tile/0/000.p/256", Route::Unknown),
            ("/log/", Route::Unknown),
            ("/log", Route::Asset),
            ("/api/consent/", Route::Unknown),
            ("/api/consent/records/", Route::Unknown),
            ("/api/consents", Route::Asset),
            ("/API/consent", Route::Asset),
            ("/privacy", Route::Policy("privacy")),
            ("/privacy/", Route::Policy("privacy")),
            ("/kk/privacy/", Route::Asset),
            ("/kk/choices/", Route::Choices),
            ("/kk/choices", Route::Asset),
            ("/de/choices/", Route::Asset),
            ("/kk/choices/x", Route::Asset),
            ("//privacy", Route::Asset),
            ("privacy", Route::Asset),
            ("/", Route::Start),
            ("//", Route::Asset),
        ] {
            assert_eq!(Route::of(path, &manifest), expected, "{path}");
        }
    }

    #[test]
    fn methods_are_compared_as_sent() {
        assert_eq!(Route::Consent.method("GET"), Ok(Method::Get));
        assert_eq!(Route::Consent.method("HEAD"), Ok(Method::Get));
        assert_eq!(Route::Consent.method("DELETE"), Ok(Method::Delete));
        for method in ["PURGE", "PROPFIND", "get", "", "PUT", "GET, HEAD"] {
            let allow = "GET, HEAD, POST, DELETE, OPTIONS";
            assert_eq!(Route::Consent.method(method), Err(allow), "{method}");
        }
        assert_eq!(Route::Withdraw.method("GET"), Err("POST, OPTIONS"));
        assert_eq!(Route::Records.method("POST"), Err("GET, HEAD, OPTIONS"));
        assert_eq!(Route::Policy("privacy").method("POST"), Err("GET, HEAD"));
    }
}
