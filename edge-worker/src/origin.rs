//! CSRF and CORS: whether a request comes from a page that may change or read a visitor's consent.
//!
//! Browsers send `Origin` with every `fetch` whose method is not `GET`, and with a form's `POST`,
//! there as `null` when the page's referrer policy is `no-referrer`; then `Sec-Fetch-Site` decides.
//! Browsers before 2023 have no `Sec-Fetch-Site`; there `Referer` decides. A program outside a
//! browser can send anything, but has no visitor's cookie: what is prevented is that a foreign page
//! uses a visitor's browser.
//!
//! Two further cases: a reverse proxy on a page's own host passes requests on ([`unproxied`]), and
//! a page under development asks a worker on the same machine ([`listed_origin`]).

use crate::cookies::{self, CookieContext};
use crate::request::{Address, ConsentRequest, host_of};
use domain::{Manifest, VisitContext};
use std::net::IpAddr;

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

/// The request's origin, if the manifest lists it or it is under development: it may read the
/// response (CORS).
pub(crate) fn listed_origin<'a>(
    request: &'a ConsentRequest<'_>,
    manifest: &Manifest,
) -> Option<&'a str> {
    request
        .origin
        .as_deref()
        .filter(|origin| is_listed(origin, request, manifest))
}

/// The request as the browser sent it, if a reverse proxy of a listed host passed it on.
///
/// A browser says `same-origin` only of requests to the page's own host. If the page is not of the
/// host that the worker was asked at, a proxy stands between. The cookie is then one of the page's
/// host, and the network knows the place of the proxy alone, so the visitor's is unknown.
pub(crate) fn unproxied<'a>(
    mut request: ConsentRequest<'a>,
    manifest: &Manifest,
) -> ConsentRequest<'a> {
    if request.fetch_site.as_deref() != Some("same-origin") {
        return request;
    }
    let referer = request.referer.as_deref().and_then(Address::of);
    let page = match request.origin.as_deref() {
        Some(origin) => Some(origin),
        None => referer.map(|referer| referer.origin),
    };
    if page == Some(request.own_origin.as_str()) {
        return request;
    }
    let listed = page.filter(|page| is_listed(page, &request, manifest));
    let own_origin = listed.map_or_else(|| request.own_origin.clone(), str::to_owned);
    request.own_origin = own_origin;
    request.visit = VisitContext {
        gpc: request.visit.gpc,
        ..VisitContext::default()
    };
    request
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
    origin == request.own_origin || is_listed(origin, request, manifest)
}

fn is_listed(origin: &str, request: &ConsentRequest<'_>, manifest: &Manifest) -> bool {
    manifest.origins.iter().any(|listed| listed == origin)
        || is_under_development(origin, &request.own_origin)
}

/// Whether worker and page run on a developer's machine: the worker is asked at a loopback address
/// by plain http, which no network does, and the page is of such an address or of plain http.
fn is_under_development(origin: &str, own_origin: &str) -> bool {
    own_origin.starts_with("http://")
        && is_loopback(own_origin)
        && (origin.starts_with("http://") || is_loopback(origin))
}

/// Whether an origin is of the machine itself (RFC 6761, 6.3; RFC 1122, 3.2.1.3; RFC 4291, 2.5.3).
fn is_loopback(origin: &str) -> bool {
    let host = host_of(origin);
    host == "localhost"
        || host.ends_with(".localhost")
        || matches!(host.parse::<IpAddr>(), Ok(address) if address.is_loopback())
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
    fn any_page_of_plain_http_may_ask_a_worker_on_the_same_machine_and_no_other() {
        for (own, page, allowed) in [
            ("http://localhost:8787", "http://localhost:9001", true),
            ("http://localhost:8787", "http://127.0.0.1:5173", true),
            ("http://localhost:8787", "http://[::1]:3000", true),
            ("http://localhost:8787", "http://shop.test:3000", true),
            ("http://localhost:8787", "http://shop", true),
            ("http://localhost:8787", "https://localhost:5173", true),
            ("http://127.0.0.1:8787", "http://localhost:9001", true),
            ("http://[::1]:8787", "http://localhost:9001", true),
            ("http://us-ca.localhost:8787", "http://localhost:9001", true),
            ("http://localhost:8787", FOREIGN, false),
            (
                "http://localhost:8787",
                "https://localhost.evil.example",
                false,
            ),
            ("http://localhost:8787", "null", false),
            (OWN, "http://localhost:9001", false),
            (OWN, "https://localhost:9001", false),
            (OWN, "http://shop.test", false),
            ("http://cap.kz", "http://localhost:9001", false),
            ("https://localhost", "http://localhost:9001", false),
            (
                "http://localhost.evil.example",
                "http://localhost:9001",
                false,
            ),
            (
                "http://127.0.0.1.evil.example",
                "http://localhost:9001",
                false,
            ),
        ] {
            let request = ConsentRequest {
                own_origin: own.to_owned(),
                ..request(Some(page), Some("cross-site"), None)
            };
            let found = (
                may_change(&request, &manifest(), Initiator::Script),
                may_read(&request, &manifest()),
                listed_origin(&request, &manifest()).is_some(),
            );
            assert_eq!(found, (allowed, allowed, allowed), "{own} {page}");
        }
    }

    #[test]
    fn a_proxy_on_a_listed_host_hides_the_place_and_keeps_the_host() {
        let german = VisitContext {
            country: Some("DE".try_into().unwrap()),
            is_eu: true,
            gpc: true,
            ..VisitContext::default()
        };
        let unknown = VisitContext {
            gpc: true,
            ..VisitContext::default()
        };
        let page = Some("https://www.cap.kz/shop/");
        let own_page = Some("https://cap.kz/kk/");
        for (origin, site, referer, own, is_proxied) in [
            (Some(LISTED), "same-origin", None, LISTED, true),
            (None, "same-origin", page, LISTED, true),
            // Whose page it is can't be told.
            (None, "same-origin", None, OWN, true),
            (Some(FOREIGN), "same-origin", None, OWN, true),
            (Some(OWN), "same-origin", None, OWN, false),
            (None, "same-origin", own_page, OWN, false),
            (Some(LISTED), "same-site", page, OWN, false),
            (Some(LISTED), "cross-site", page, OWN, false),
            (None, "none", None, OWN, false),
        ] {
            let request = ConsentRequest {
                visit: german,
                ..request(origin, Some(site), referer)
            };
            let found = unproxied(request, &manifest());
            let expected = if is_proxied { &unknown } else { &german };
            assert_eq!(
                (found.own_origin.as_str(), &found.visit),
                (own, expected),
                "{origin:?} {site} {referer:?}"
            );
        }
    }

    #[test]
    fn only_listed_origins_share() {
        let with = |origin| request(Some(origin), None, None);
        assert_eq!(listed_origin(&with(LISTED), &manifest()), Some(LISTED));
        assert_eq!(listed_origin(&with(FOREIGN), &manifest()), None);
        assert_eq!(listed_origin(&with(OWN), &manifest()), None);
    }
}
