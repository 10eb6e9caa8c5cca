//! Checks of `services.toml`.

mod kind;
mod options;
mod storage;
mod transfer;

use super::{Cookie, Register, Service};
use crate::content::MAX_COOKIE_DAYS;
use crate::content::file_diagnostics::FileDiagnostics;
use crate::content::vendor::ServiceKind;
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use domain::Locale;
use std::collections::{BTreeMap, BTreeSet};

/// Diagnoses everything in a register that is missing or invalid. `home` is the operator's country.
pub(super) fn check(
    register: &Register,
    file: FileId,
    locales: &[Locale],
    home: &str,
) -> Vec<Diagnostic> {
    let mut found = FileDiagnostics::new(file);
    let mut ids = BTreeSet::new();
    for service in register.all() {
        check_service(service, &mut found);
        kind::check(service, &mut found);
        options::check(service, register, &mut found);
        transfer::check(service, home, &mut found);
        check_purposes(service, &mut found);
        check_translations(service, locales, &mut found);
        for cookie in &service.cookies {
            check_cookie(cookie.get_ref(), &mut found);
        }
        for item in &service.storage {
            storage::check(item.get_ref(), &mut found);
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
}

/// Identifiers of purposes, in the form of an id.
fn check_purposes(service: &Service, found: &mut FileDiagnostics) {
    let mut known = BTreeSet::new();
    for purpose in &service.purposes {
        let name = purpose.get_ref();
        let is_identifier = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !is_identifier {
            found.add(
                Code::InvalidService,
                purpose,
                format!("`{name}` is no identifier of a purpose"),
                "write small letters, digits and hyphens, such as `measure-advertising`; the words stand in `purpose`",
            );
        } else if !known.insert(name) {
            found.add(
                Code::InvalidService,
                purpose,
                format!("the purpose `{name}` is listed twice"),
                "list it once",
            );
        }
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
    let path = cookie.path.get_ref();
    // `;` would end the attribute (RFC 6265, 4.1.1).
    if !path.starts_with('/')
        || !path
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b';')
    {
        found.add(
            Code::InvalidService,
            &cookie.path,
            format!("`{path}` is no path of a cookie"),
            "write it as the browser shows it: it begins with `/`",
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
    for item in &service.storage {
        let item = item.get_ref();
        let subject = format!("the purpose of `{}`", item.name.get_ref());
        found.add_untranslated(&subject, &item.purpose, locales);
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
