//! The content security policy: it allows the site itself, and the origins that the register's
//! services need.

use crate::content::register::{Register, Service};
use crate::content::vendor::options::{self, Directive};
use crate::content::vendor::{self, Hosts, ServiceKind, origin};
use std::collections::BTreeSet;
use toml::Spanned;

/// Source lists by directive: origins, and names of Trusted Types policies.
#[derive(Default)]
struct SourceLists {
    script: BTreeSet<String>,
    connect: BTreeSet<String>,
    image: BTreeSet<String>,
    frame: BTreeSet<String>,
    trusted: BTreeSet<String>,
}

impl SourceLists {
    fn add(&mut self, service: &Service) {
        let vendor = vendor::of(service.kind);
        self.add_hosts(&vendor.hosts);
        self.add_hosts(&service.hosts);
        for (_, option, value) in options::used(service.kind, &service.options) {
            self.add_hosts(&option.hosts);
            if let Some(origin) = option.origin(value) {
                for directive in &option.allow {
                    self.of(*directive).insert(origin.clone());
                }
            }
        }
        self.trusted.extend(vendor.trusted.iter().cloned());
        if !service.hosts.script.is_empty() {
            self.trusted.insert("default".to_owned());
        }
        // The `tag` of a generic service is its address.
        match (service.kind, origin(service.tag.get_ref())) {
            (ServiceKind::Script, Some(origin)) => _ = self.script.insert(origin),
            (ServiceKind::Pixel, Some(origin)) => _ = self.image.insert(origin),
            (ServiceKind::Iframe, Some(origin)) => _ = self.frame.insert(origin),
            _ => {}
        }
    }

    fn add_hosts(&mut self, hosts: &Hosts) {
        extend(&mut self.script, &hosts.script);
        extend(&mut self.connect, &hosts.connect);
        extend(&mut self.image, &hosts.image);
        extend(&mut self.frame, &hosts.frame);
    }

    const fn of(&mut self, directive: Directive) -> &mut BTreeSet<String> {
        match directive {
            Directive::Script => &mut self.script,
            Directive::Connect => &mut self.connect,
            Directive::Image => &mut self.image,
            Directive::Frame => &mut self.frame,
        }
    }
}

fn extend(all: &mut BTreeSet<String>, more: &[Spanned<String>]) {
    all.extend(more.iter().map(|origin| origin.get_ref().clone()));
}

/// A second policy for the operator's page, where a token is entered. Browsers enforce both
/// policies: no vendor of the register can be loaded there, nothing is sent elsewhere, and no
/// script address can be made from text.
pub const ADMIN: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; \
    base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// The value of `Content-Security-Policy` for every page of the site.
pub fn policy(register: &Register) -> String {
    policy_of(register.active())
}

/// The content security policy for these services.
pub fn policy_of<'s>(services: impl Iterator<Item = &'s Service>) -> String {
    let mut sources = SourceLists::default();
    // The Trusted Types policies of the theme's own scripts: of the loaders of services, and of what
    // starts gated scripts.
    sources
        .trusted
        .extend(["kelisim".to_owned(), "kelisim#markup".to_owned()]);
    for service in services {
        sources.add(service);
    }
    let mut directives = vec![
        "default-src 'none'".to_owned(),
        directive("script-src 'self'", &sources.script),
        "style-src 'self'".to_owned(),
        directive("img-src 'self'", &sources.image),
        directive("connect-src 'self'", &sources.connect),
    ];
    if !sources.frame.is_empty() {
        directives.push(directive("frame-src", &sources.frame));
    }
    directives.extend([
        "form-action 'self'".to_owned(),
        "base-uri 'none'".to_owned(),
        "frame-ancestors 'none'".to_owned(),
        "require-trusted-types-for 'script'".to_owned(),
        directive("trusted-types", &sources.trusted),
    ]);
    directives.join("; ")
}

fn directive(start: &str, sources: &BTreeSet<String>) -> String {
    let sources = sources.iter().map(|source| format!(" {source}"));
    start.to_owned() + &sources.collect::<String>()
}
