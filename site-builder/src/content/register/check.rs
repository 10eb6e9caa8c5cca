//! Checks of `services.toml`.

mod kind;
mod options;

use super::{Cookie, Register, Service, Transfer};
use crate::content::file_diagnostics::FileDiagnostics;
use crate::content::vendor::ServiceKind;
use crate::content::{MAX_COOKIE_DAYS, country};
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use domain::Locale;
use std::collections::{BTreeMap, BTreeSet};

/// Diagnoses everything in a register that is missing or invalid.
pub(super) fn check(register: &Register, file: FileId, locales: &[Locale]) -> Vec<Diagnostic> {
    let mut found = FileDiagnostics::new(file);
    let mut ids = BTreeSet::new();
    for service in register.all() {
        check_service(service, &mut found);
        kind::check(service, &mut found);
        options::check(service, register, &mut found);
        check_translations(service, locales, &mut found);
        for cookie in &service.cookies {
            check_cookie(cookie.get_ref(), &mut found);
        }
        if !ids.insert(service.id.get_ref()) {
            found.add(
                Code::InvalidService,
                &service.id,
                format!("there are two services `{}`", service.id.get_ref()),
                "give each an id of its own",
            );
        }
    }
    check_categories(register, &mut found);
    found.list
}

fn check_service(service: &Service, found: &mut FileDiagnostics) {
    let id = service.id.get_ref();
    if service.kind.is_loaded() && service.tag.get_ref().is_empty() {
        found.add(
            Code::ServiceWithoutTag,
            &service.id,
            format!("`{id}` has no id from its vendor: it is listed, but nothing is loaded"),
            "write it into `tag`, or remove the service",
        );
    }
    if !service.has_known_cookies() {
        found.add(
            Code::UnknownCookies,
            &service.id,
            format!("`{id}` lists no cookies: visitors read that they are not known yet"),
            "list each as a `[[service.cookie]]`, or write `cookies = \"none\"` after you have looked in a browser that has used it",
        );
    }
    let url = service.privacy_url.get_ref();
    if !service.provider.is_empty() && !url.starts_with("https://") {
        found.add(
            Code::InvalidService,
            &service.id,
            format!("`{id}` has no privacy page of its provider"),
            "write the address into `privacy_url` (GDPR Art. 13(1)(e))",
        );
    }
    check_country(service, found);
}

fn check_country(service: &Service, found: &mut FileDiagnostics) {
    let code = service.country.get_ref();
    if code.is_empty() {
        return;
    }
    if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        found.add(
            Code::InvalidService,
            &service.country,
            format!("`{code}` is no country"),
            "write the two letters of ISO 3166-1, such as `US`",
        );
    } else if !country::is_home(code) && service.transfer == Transfer::None {
        found.add(
            Code::InvalidService,
            &service.country,
            format!(
                "`{}` sends data to {code} on no basis",
                service.id.get_ref()
            ),
            "name what allows it: `adequacy`, `scc` or `consent` (GDPR Art. 44–49)",
        );
    }
}

fn check_cookie(cookie: &Cookie, found: &mut FileDiagnostics) {
    let name = cookie.name.get_ref();
    // The characters of a token (RFC 6265, 4.1.1), and a `*` at the end.
    let bare = name.strip_suffix('*').unwrap_or(name);
    let is_token = !bare.is_empty()
        && bare
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'+-.^_`|~".contains(&byte));
    if !is_token {
        found.add(
            Code::InvalidService,
            &cookie.name,
            format!("`{name}` is no cookie name"),
            "write the name, with `*` for any ending",
        );
    }
    let days = *cookie.days.get_ref();
    if days > MAX_COOKIE_DAYS {
        found.add(
            Code::InvalidService,
            &cookie.days,
            format!("`{name}` can't live for {days} days"),
            "browsers keep no cookie longer than 400 days (RFC 6265bis)",
        );
    }
}

fn check_translations(service: &Service, locales: &[Locale], found: &mut FileDiagnostics) {
    let id = service.id.get_ref();
    found.add_untranslated(&format!("the purpose of `{id}`"), &service.purpose, locales);
    found.add_untranslated(&format!("the data of `{id}`"), &service.data, locales);
    for cookie in &service.cookies {
        let cookie = cookie.get_ref();
        let subject = format!("the purpose of cookie `{}`", cookie.name.get_ref());
        found.add_untranslated(&subject, &cookie.purpose, locales);
    }
}

/// Refuses services with one tag in two categories: loaders identify services by their tags, so one
/// category would load what the other one blocks.
fn check_categories(register: &Register, found: &mut FileDiagnostics) {
    let mut seen: BTreeMap<(ServiceKind, &str), &Service> = BTreeMap::new();
    for service in register.active() {
        let first = *seen
            .entry((service.kind, service.tag.get_ref()))
            .or_insert(service);
        if first.category != service.category {
            found.add(
                Code::InvalidService,
                &service.tag,
                format!(
                    "`{}` loads the same as `{}`, in another category",
                    service.id.get_ref(),
                    first.id.get_ref()
                ),
                "list it once, in the category of the purpose that needs permission most",
            );
        }
    }
}
