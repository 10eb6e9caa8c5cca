//! CSRF and CORS: whether a request comes from a page that may change or read a visitor's consent.
//!
//! Browsers send `Origin` with every `fetch` whose method is not `GET`, and with a form's `POST`,
//! there as `null` when the page's referrer policy is `no-referrer`; then `Sec-Fetch-Site` decides.
//! Browsers before 2023 have no `Sec-Fetch-Site`; there `Referer` decides. A program outside a
//! browser can send anything, but has no visitor's cookie: what is prevented is that a foreign page
//! uses a visitor's browser.

use crate::cookies::{self, CookieContext};
use crate::request::{Address, ConsentRequest, host_of};
use domain::Manifest;

/// What made the browser send the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Initiator {
    /// `fetch` of the page's script.
    Script,
    /// A form, which is submitted without a script.
    Form,
}

/// Whether the request may change something.
pub(crate) fn may_change(
    request: &ConsentRequest<'_>,
    manifest: &Manifest,
    initiator: Initiator,
) -> bool {
    let site = request.fetch_site.as_deref();
    // `none` is a navigation that no page caused, which submits no form. `cross-site` is allowed
    // for listed origins.
    let contradicts = site == Some("none");
    match request.origin.as_deref() {
        Some("null") | None if initiator == Initiator::Form => match site {
            Some(site) => site == "same-origin",
            None => request
                .referer
                .as_deref()
                .and_then(Address::of)
                .is_some_and(|referer| is_known(referer.origin, request, manifest)),
        },
        Some(origin) => !contradicts && is_known(origin, request, manifest),
        None => false,
    }
}

/// Whether the request may read what belongs to the visitor alone.
pub(crate) fn may_read(request: &ConsentRequest<'_>, manifest: &Manifest) -> bool {
    match request.origin.as_deref() {
        Some(origin) => is_known(origin, request, manifest),
        // Without `Origin` it is a same-origin `fetch`, a link, or a program.
        None => matches!(
            request.fetch_site.as_deref(),
            None | Some("same-origin" | "none")
        ),
    }
}

/// The request's origin, if the manifest lists it: it may read the response (CORS).
pub(crate) fn listed_origin<'a>(
    request: &'a ConsentRequest<'_>,
    manifest: &Manifest,
) -> Option<&'a str> {
    request
        .origin
        .as_deref()
        .filter(|origin| manifest.origins.iter().any(|listed| listed == origin))
}

/// Where the browser will store a cookie of the response. `Sec-Fetch-Site` says whether the page is
/// of another site. In browsers without it, a page counts as same-site if it shares host or cookie
/// domain.
pub(crate) fn cookie_context(request: &ConsentRequest<'_>, manifest: &Manifest) -> CookieContext {
    let Some(origin) = listed_origin(request, manifest) else {
        return CookieContext::SameSite;
    };
    let is_same_site = match request.fetch_site.as_deref() {
        Some(site) => site != "cross-site",
        None => {
            let (own, other) = (host_of(&request.own_origin), host_of(origin));
            let are_shared = cookies::is_in_cookie_domain(manifest, own)
                && cookies::is_in_cookie_domain(manifest, other);
            own == other || are_shared
        }
    };
    if is_same_site {
        CookieContext::SameSite
    } else {
        CookieContext::CrossSite
    }
}

fn is_known(origin: &str, request: &ConsentRequest<'_>, manifest: &Manifest) -> bool {
    origin == request.own_origin || manifest.origins.iter().any(|listed| listed == origin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::manifest;
    use crate::route::Route;

    const OWN: &str = "https://cap.kz";
    const LISTED: &str = "https://www.cap.kz";
    const FOREIGN: &str = "https://evil.example";

    fn request(
        origin: Option<&str>,
        site: Option<&str>,
        referer: Option<&str>,
    ) -> ConsentRequest<'static> {
        ConsentRequest {
            origin: origin.map(str::to_owned),
            fetch_site: site.map(str::to_owned),
            referer: referer.map(str::to_owned),
            ..ConsentRequest::new("POST".to_owned(), Route::Consent, OWN)
        }
    }

    #[test]
    fn a_script_must_name_a_known_origin() {
        for (origin, site, allowed) in [
            (Some(OWN), Some("same-origin"), true),
            (Some(OWN), None, true),
            (Some(LISTED), Some("same-site"), true),
            (Some(LISTED), Some("cross-site"), true),
            (Some(OWN), Some("none"), false),
            (Some(FOREIGN), Some("cross-site"), false),
            (Some(FOREIGN), Some("same-origin"), false),
            (Some(FOREIGN), None, false),
            (Some("http://cap.kz"), None, false),
            (Some("https://cap.kz.evil.example"), None, false),
            (Some("https://cap.kz:8443"), None, false),
            (Some("null"), Some("same-origin"), false),
            (Some(""), None, false),
            (None, Some("same-origin"), false),
            (None, None, false),
        ] {
            let request = request(origin, site, Some("https://cap.kz/kk/"));
            let may = may_change(&request, &manifest(), Initiator::Script);
            assert_eq!(may, allowed, "{origin:?} {site:?}");
        }
    }

    #[test]
    fn a_form_is_known_by_origin_or_fetch_site_or_referer() {
        let own_page = Some("https://cap.kz/kk/choices/");
        let foreign_page = Some("https://evil.example/https://cap.kz/");
        for (origin, site, referer, allowed) in [
            (Some(OWN), Some("same-origin"), own_page, true),
            (Some(OWN), None, None, true),
            (Some("null"), Some("same-origin"), None, true),
            (None, Some("same-origin"), None, true),
            (None, None, own_page, true),
            (Some("null"), None, own_page, true),
            (Some(LISTED), Some("same-site"), None, true),
            (Some("null"), Some("cross-site"), own_page, false),
            (Some("null"), Some("same-site"), own_page, false),
            (None, Some("none"), own_page, false),
            (None, None, foreign_page, false),
            (None, None, None, false),
            (Some("null"), None, None, false),
            (Some(FOREIGN), Some("same-origin"), own_page, false),
        ] {
            let request = request(origin, site, referer);
            let may = may_change(&request, &manifest(), Initiator::Form);
            assert_eq!(may, allowed, "{origin:?} {site:?} {referer:?}");
        }
    }

    #[test]
    fn a_foreign_page_does_not_read() {
        for (origin, site, allowed) in [
            (None, None, true),
            (None, Some("none"), true),
            (None, Some("same-origin"), true),
            (Some(LISTED), Some("same-site"), true),
            (None, Some("cross-site"), false),
            (None, Some("same-site"), false),
            (Some(FOREIGN), None, false),
            (Some("null"), Some("cross-site"), false),
        ] {
            let request = request(origin, site, None);
            assert_eq!(
                may_read(&request, &manifest()),
                allowed,
                "{origin:?} {site:?}"
            );
        }
    }

    #[test]
    fn a_cookie_is_partitioned_for_pages_of_other_sites_only() {
        let mut manifest = manifest();
        manifest.origins.push("https://shop.example".to_owned());
        manifest.cookie_domain = Some("cap.kz".to_owned());
        for (origin, site, expected) in [
            (OWN, Some("same-origin"), CookieContext::SameSite),
            (LISTED, Some("same-site"), CookieContext::SameSite),
            (LISTED, None, CookieContext::SameSite),
            (
                "https://shop.example",
                Some("cross-site"),
                CookieContext::CrossSite,
            ),
            ("https://shop.example", None, CookieContext::CrossSite),
            // No cookie is set for it.
            (FOREIGN, Some("cross-site"), CookieContext::SameSite),
        ] {
            let request = request(Some(origin), site, None);
            assert_eq!(
                cookie_context(&request, &manifest),
                expected,
                "{origin} {site:?}"
            );
        }
        manifest.cookie_domain = None;
        assert_eq!(
            cookie_context(&request(Some(LISTED), None, None), &manifest),
            CookieContext::CrossSite
        );
    }

    #[test]
    fn only_listed_origins_share() {
        let with = |origin| request(Some(origin), None, None);
        assert_eq!(listed_origin(&with(LISTED), &manifest()), Some(LISTED));
        assert_eq!(listed_origin(&with(FOREIGN), &manifest()), None);
        assert_eq!(listed_origin(&with(OWN), &manifest()), None);
    }
}
