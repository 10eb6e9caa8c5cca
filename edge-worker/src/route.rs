//! Which question a path and a method ask.

use domain::Manifest;

/// Where a path leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place<'a> {
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
    /// `/api/consent/checkpoint`
    Checkpoint,
    /// `/api/consent/health`
    Health,
    /// Below `/api/consent`, but nothing there.
    Nothing,
    /// The short address of a policy, such as `/privacy`.
    Policy(&'a str),
    /// Not ours: a page or a file of the site.
    Asset,
}

/// What is asked of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    /// `GET`, and `HEAD`, which is answered as `GET` and loses its body on the way out.
    Get,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
    /// `OPTIONS`
    Options,
}

/// The place of a path.
pub(crate) fn place<'a>(path: &str, manifest: &'a Manifest) -> Place<'a> {
    match path.strip_prefix("/api/consent") {
        Some("") => return Place::Consent,
        Some("/withdraw") => return Place::Withdraw,
        Some("/records") => return Place::Records,
        Some("/erase") => return Place::Erase,
        Some("/export") => return Place::Export,
        Some("/stats") => return Place::Stats,
        Some("/audit") => return Place::Audit,
        Some("/keys") => return Place::Keys,
        Some("/checkpoint") => return Place::Checkpoint,
        Some("/health") => return Place::Health,
        Some(rest) if rest.starts_with('/') => return Place::Nothing,
        Some(_) | None => {}
    }
    let name = path.strip_prefix('/').unwrap_or(path);
    let name = name.strip_suffix('/').unwrap_or(name);
    match manifest.policies.iter().find(|policy| *policy == name) {
        Some(policy) => Place::Policy(policy),
        None => Place::Asset,
    }
}

/// The verb of a method.
///
/// # Errors
/// The value of `Allow` when the place does not know the method.
pub(crate) fn verb(place: Place<'_>, method: &str) -> Result<Verb, &'static str> {
    let allow = match place {
        Place::Consent => "GET, HEAD, POST, DELETE, OPTIONS",
        Place::Withdraw | Place::Erase => "POST, OPTIONS",
        Place::Records => "GET, HEAD, OPTIONS",
        // A page of the log that nobody reads would still be written down as read.
        Place::Export | Place::Stats => "GET",
        Place::Audit
        | Place::Keys
        | Place::Checkpoint
        | Place::Health
        | Place::Policy(_)
        | Place::Nothing
        | Place::Asset => "GET, HEAD",
    };
    if !allow.split(", ").any(|known| known == method) {
        return Err(allow);
    }
    match method {
        "POST" => Ok(Verb::Post),
        "DELETE" => Ok(Verb::Delete),
        "OPTIONS" => Ok(Verb::Options),
        _ => Ok(Verb::Get),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::tests::manifest;

    #[test]
    fn paths_lead_to_their_places() {
        let manifest = manifest();
        for (path, expected) in [
            ("/api/consent", Place::Consent),
            ("/api/consent/withdraw", Place::Withdraw),
            ("/api/consent/records", Place::Records),
            ("/api/consent/health", Place::Health),
            ("/api/consent/erase", Place::Erase),
            ("/api/consent/export", Place::Export),
            ("/api/consent/stats", Place::Stats),
            ("/api/consent/audit", Place::Audit),
            ("/api/consent/keys", Place::Keys),
            ("/api/consent/checkpoint", Place::Checkpoint),
            ("/api/consent/", Place::Nothing),
            ("/api/consent/records/", Place::Nothing),
            ("/api/consents", Place::Asset),
            ("/API/consent", Place::Asset),
            ("/privacy", Place::Policy("privacy")),
            ("/privacy/", Place::Policy("privacy")),
            ("/kk/privacy/", Place::Asset),
            ("//privacy", Place::Asset),
            ("/", Place::Asset),
        ] {
            assert_eq!(place(path, &manifest), expected, "{path}");
        }
    }

    #[test]
    fn methods_are_compared_as_sent() {
        assert_eq!(verb(Place::Consent, "GET"), Ok(Verb::Get));
        assert_eq!(verb(Place::Consent, "HEAD"), Ok(Verb::Get));
        assert_eq!(verb(Place::Consent, "DELETE"), Ok(Verb::Delete));
        for method in ["PURGE", "PROPFIND", "get", "", "PUT", "GET, HEAD"] {
            let allow = "GET, HEAD, POST, DELETE, OPTIONS";
            assert_eq!(verb(Place::Consent, method), Err(allow), "{method}");
        }
        assert_eq!(verb(Place::Withdraw, "GET"), Err("POST, OPTIONS"));
        assert_eq!(verb(Place::Records, "POST"), Err("GET, HEAD, OPTIONS"));
        assert_eq!(verb(Place::Policy("privacy"), "POST"), Err("GET, HEAD"));
    }
}
