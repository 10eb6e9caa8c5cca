//! Checks a service against `vendors.toml`: the form of its tag, its hosts, and the cookies that
//! its vendor sets.

use crate::content::file_diagnostics::FileDiagnostics;
use crate::content::host::is_host;
use crate::content::register::{Cookie, CookieStatement, Service};
use crate::content::vendor::{self, ServiceKind, VendorCookie, options, origin};
use crate::report::diagnostic::Code;
use toml::Spanned;

/// Reports where a service contradicts its kind.
pub(super) fn check(service: &Service, found: &mut FileDiagnostics) {
    let vendor = vendor::of(service.kind);
    let tag = service.tag.get_ref();
    if !tag.is_empty() && !vendor.tag.fits(tag) {
        found.add(
            Code::InvalidService,
            &service.tag,
            format!("`{tag}` can't be loaded as {}", service.kind.as_str()),
            vendor.tag.help(),
        );
    } else if !tag.is_empty() && vendor.tag.is_short(tag) {
        found.add(
            Code::DoubtfulTag,
            &service.tag,
            format!("`{tag}` is shorter than any id that the vendor gives"),
            "copy the whole id from the vendor's page; an example loads nothing of yours",
        );
    }
    if service.is_essential() && !vendor.may_be_essential {
        refuse_essential(service, found);
    }
    let hosts = &service.hosts;
    for origin in &hosts.script {
        // A script can do anything: its hosts are named one by one.
        check_host(origin, origin.get_ref(), found);
    }
    for origin in [&hosts.connect, &hosts.image, &hosts.frame]
        .into_iter()
        .flatten()
    {
        // A wildcard of the content security policy: every host below a name.
        let named = origin.get_ref().replacen("https://*.", "https://", 1);
        check_host(origin, &named, found);
    }
    for cookie in &service.cookies {
        check_domain(cookie.get_ref(), found);
    }
    if let Some(statement) = &service.cookie_statement {
        check_statement(statement, service, &vendor.cookies, found);
    }
    if service.is_active() {
        let of_options = options::used(service.kind, &service.options)
            .flat_map(|(_, option, _)| &option.cookies);
        for cookie in vendor.cookies.iter().chain(of_options) {
            check_vendor_cookie(service, cookie, found);
        }
    }
}

fn refuse_essential(service: &Service, found: &mut FileDiagnostics) {
    let why = if service.kind == ServiceKind::GoogleTagManager {
        "a container is whatever is put into it later, and all of it would run unasked: choose the category of its strictest tag"
    } else {
        "what is not strictly necessary for the service that the visitor asked for needs their consent (Directive 2002/58/EC, \
             Art. 5(3)): choose `analytics` or `marketing`"
    };
    found.add(
        Code::InvalidService,
        &service.id,
        format!(
            "`{}` can't be essential: {} is not strictly necessary",
            service.id.get_ref(),
            service.kind.as_str()
        ),
        why,
    );
}

/// Refuses a host unless `named`, its form without a wildcard, is an origin.
fn check_host(host: &Spanned<String>, named: &str, found: &mut FileDiagnostics) {
    let text = host.get_ref();
    if origin(named).as_deref() != Some(named) {
        found.add(
            Code::InvalidService,
            host,
            format!("`{text}` is no origin"),
            "write `https://` and the host, such as `https://cdn.example.org`; \
                 `https://*.example.org` is possible for all but scripts",
        );
    }
}

fn check_domain(cookie: &Cookie, found: &mut FileDiagnostics) {
    let domain = cookie.domain.get_ref();
    if !domain.is_empty() && !is_host(domain) {
        found.add(
Code::InvalidService,
                &cookie.domain,
                format!("`{domain}` is no domain"),
                "write the vendor's domain, such as `doubleclick.net`; leave it out for cookies of the site itself",
            );
    }
}

/// Refuses a statement about all cookies beside listed ones, and `none` for kinds that set some.
fn check_statement(
    statement: &Spanned<CookieStatement>,
    service: &Service,
    known: &[VendorCookie],
    found: &mut FileDiagnostics,
) {
    let id = service.id.get_ref();
    let (says, is_none) = match statement.get_ref() {
        CookieStatement::None => ("that it sets no cookies", true),
        CookieStatement::Unknown => ("that its cookies are unknown", false),
    };
    if !service.cookies.is_empty() {
        found.add(
            Code::InvalidService,
            statement,
            format!("`{id}` says {says}, and lists some"),
            "take out one of the two",
        );
    } else if let Some(cookie) = known.first().filter(|_| is_none) {
        found.add(
            Code::InvalidService,
            statement,
            format!(
                "`{id}` says {says}, but {} sets `{}`",
                service.kind.as_str(),
                cookie.name
            ),
            "list its cookies, each as a `[[service.cookie]]`",
        );
    }
}

/// A cookie that the vendor sets has to be listed: the table shows and withdrawal deletes only
/// those.
fn check_vendor_cookie(service: &Service, cookie: &VendorCookie, found: &mut FileDiagnostics) {
    let id = service.id.get_ref();
    let Some(own) = service.own_cookies().find(|own| own.covers(&cookie.name)) else {
        found.add(
Code::InvalidService,
                &service.id,
                format!(
                    "`{id}` sets the cookie `{}`, which it does not list",
                    cookie.name
                ),
                "add it as a `[[service.cookie]]`, so that visitors know of it and withdrawal deletes it",
            );
        return;
    };
    let days = *own.days.get_ref();
    if let Some(lifetime) = cookie.days
        && days < lifetime
    {
        found.add(
            Code::InvalidService,
            &own.days,
            format!(
                "`{}` lives for {lifetime} days, not for {days}: its vendor decides",
                cookie.name
            ),
            format!("write `days = {lifetime}`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::source::Sources;

    /// Messages about a service of a kind with this tag and these further lines.
    fn messages(kind: &str, tag: &str, lines: &str) -> Vec<String> {
        let text = format!(
            "id = \"a\"\nkind = \"{kind}\"\nname = \"A\"\ncategory = \"marketing\"\ntransfer = \"none\"\n\
             tag = \"{tag}\"\ndata = {{}}\npurpose = {{}}\n{lines}"
        );
        let service: Service = toml::from_str(&text).unwrap();
        let mut sources = Sources::default();
        let file = sources.add("services.toml", text);
        let mut found = FileDiagnostics::new(file);
        check(&service, &mut found);
        let diagnostics = found.list.into_iter();
        diagnostics.map(|diagnostic| diagnostic.message).collect()
    }

    #[test]
    fn no_kind_whose_cookies_are_known_can_say_that_it_sets_none() {
        for kind in ServiceKind::ALL {
            let known = !vendor::of(kind).cookies.is_empty();
            let found = messages(kind.as_str(), "", "cookies = \"none\"\n");
            assert_eq!(found.is_empty(), !known, "{}: {found:?}", kind.as_str());
        }
    }

    #[test]
    fn cookies_are_listed_or_unknown_and_not_both() {
        assert!(messages("external", "", "cookies = \"unknown\"\n").is_empty());
        for statement in ["none", "unknown"] {
            let lines = format!("cookies = \"{statement}\"\n") + &cookie("a", 1, "");
            assert_eq!(messages("external", "", &lines).len(), 1, "{statement}");
        }
    }

    fn cookie(name: &str, days: u32, more: &str) -> String {
        format!("[[cookie]]\nname = \"{name}\"\ndays = {days}\n{more}\n[cookie.purpose]\n")
    }

    #[test]
    fn a_tag_of_another_vendor_is_refused() {
        assert_eq!(
            messages("meta-pixel", "G-ABC", &cookie("_fbp", 90, "")),
            ["`G-ABC` can't be loaded as meta-pixel"]
        );
        assert_eq!(
            messages("script", "http://partner.example/a.js", ""),
            ["`http://partner.example/a.js` can't be loaded as script"]
        );
        assert_eq!(
            messages("external", "x", ""),
            ["`x` can't be loaded as external"]
        );
        assert!(messages("script", "https://partner.example/a.js", "").is_empty());
    }

    #[test]
    fn a_cookie_that_the_vendor_sets_has_to_be_listed_once_the_service_is_loaded() {
        assert!(messages("meta-pixel", "", "").is_empty());
        assert_eq!(
            messages("meta-pixel", "123", ""),
            ["`a` sets the cookie `_fbp`, which it does not list"]
        );
        assert!(messages("meta-pixel", "123", &cookie("_fb*", 90, "")).is_empty());
        let on_its_own_domain = cookie("_fbp", 90, "domain = \"facebook.com\"");
        assert_eq!(messages("meta-pixel", "123", &on_its_own_domain).len(), 1);
    }

    #[test]
    fn a_cookie_of_an_option_has_to_be_listed_while_the_option_is_on() {
        let with = |value: bool| {
            let cookies = cookie("_ym_uid", 365, "") + &cookie("_ym_d", 365, "");
            messages(
                "yandex-metrica",
                "123",
                &format!("options = {{ webvisor = {value} }}\n{cookies}"),
            )
        };
        assert_eq!(
            with(true),
            ["`a` sets the cookie `_ym_visorc`, which it does not list"]
        );
        assert!(with(false).is_empty());
    }

    #[test]
    fn a_lifetime_that_the_vendor_fixes_can_not_be_listed_as_shorter() {
        assert_eq!(
            messages("meta-pixel", "123", &cookie("_fbp", 30, "")),
            ["`_fbp` lives for 90 days, not for 30: its vendor decides"]
        );
        assert!(messages("meta-pixel", "123", &cookie("_fbp", 400, "")).is_empty());
        let google = cookie("_ga", 30, "") + &cookie("_ga_*", 30, "");
        assert!(messages("google-analytics-4", "G-ABCDEFGHIJ", &google).is_empty());
    }

    #[test]
    fn a_domain_of_a_cookie_is_a_domain() {
        let with = |domain: &str| cookie("fr", 90, &format!("domain = \"{domain}\""));
        assert!(messages("external", "", &with("facebook.com")).is_empty());
        for wrong in ["facebook", ".facebook.com", "https://facebook.com", "a b.c"] {
            assert_eq!(
                messages("external", "", &with(wrong)),
                [format!("`{wrong}` is no domain")]
            );
        }
    }

    #[test]
    fn a_host_is_an_origin_and_nothing_that_could_end_the_directive() {
        let with = |host: &str| format!("[hosts]\nconnect = [\"{host}\"]\n");
        let any = "[hosts]\nscript = [\"https://*.a.example\"]\n";
        assert_eq!(messages("external", "", any).len(), 1);
        for right in ["https://a.example", "https://*.a.example"] {
            assert!(messages("external", "", &with(right)).is_empty(), "{right}");
        }
        for wrong in [
            "*",
            "https:",
            "https://*",
            "https://a.example/",
            "http://a.example",
            "https://a.example; script-src *",
            "'unsafe-inline'",
        ] {
            assert_eq!(
                messages("external", "", &with(wrong)),
                [format!("`{wrong}` is no origin")]
            );
        }
    }
}
