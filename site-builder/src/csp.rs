//! The content security policy, from what the register loads and from nothing else.

use crate::register::{Kind, Register};
use std::collections::BTreeSet;

/// Hosts that a service needs, by directive; from the vendors' own pages on content security policies.
struct Needs {
    script: &'static [&'static str],
    connect: &'static [&'static str],
    image: &'static [&'static str],
    frame: &'static [&'static str],
    /// Names of Trusted Types policies that the vendor's script makes.
    trusted: &'static [&'static str],
}

const NOTHING: Needs = Needs {
    script: &[],
    connect: &[],
    image: &[],
    frame: &[],
    trusted: &[],
};

/// What a kind of service needs.
const fn needs(kind: Kind) -> Needs {
    match kind {
        // https://developers.google.com/tag-platform/security/guides/csp
        Kind::GoogleAnalytics4 => Needs {
            script: &["https://www.googletagmanager.com"],
            connect: &[
                "https://www.googletagmanager.com",
                "https://*.google-analytics.com",
                "https://*.analytics.google.com",
            ],
            image: &[
                "https://www.googletagmanager.com",
                "https://*.google-analytics.com",
            ],
            frame: &[],
            trusted: &["goog#html"],
        },
        Kind::GoogleAds => Needs {
            script: &[
                "https://www.googletagmanager.com",
                "https://www.googleadservices.com",
                "https://googleads.g.doubleclick.net",
            ],
            connect: &[
                "https://www.googletagmanager.com",
                "https://www.google.com",
                "https://googleads.g.doubleclick.net",
                "https://pagead2.googlesyndication.com",
            ],
            image: &[
                "https://www.googletagmanager.com",
                "https://www.google.com",
                "https://googleads.g.doubleclick.net",
            ],
            frame: &[
                "https://td.doubleclick.net",
                "https://www.googletagmanager.com",
            ],
            trusted: &["goog#html"],
        },
        Kind::GoogleTagManager => Needs {
            script: &["https://www.googletagmanager.com"],
            connect: &["https://www.googletagmanager.com", "https://www.google.com"],
            image: &["https://www.googletagmanager.com"],
            frame: &["https://www.googletagmanager.com"],
            trusted: &["goog#html"],
        },
        // https://yandex.com/support/metrica/en/code/install-counter-csp
        Kind::YandexMetrica => Needs {
            script: &["https://mc.yandex.ru", "https://mc.yandex.com"],
            connect: &["https://mc.yandex.ru", "https://mc.yandex.com"],
            image: &["https://mc.yandex.ru", "https://mc.yandex.com"],
            frame: &["https://mc.yandex.ru", "https://mc.yandex.com"],
            trusted: &[],
        },
        Kind::MetaPixel => Needs {
            script: &["https://connect.facebook.net"],
            connect: &["https://www.facebook.com"],
            image: &["https://www.facebook.com"],
            frame: &[],
            trusted: &[],
        },
        Kind::MicrosoftUet => Needs {
            script: &["https://bat.bing.com"],
            connect: &["https://bat.bing.com"],
            image: &["https://bat.bing.com"],
            frame: &[],
            trusted: &[],
        },
        Kind::MicrosoftClarity => Needs {
            script: &["https://www.clarity.ms", "https://scripts.clarity.ms"],
            connect: &["https://*.clarity.ms"],
            image: &["https://*.clarity.ms", "https://c.bing.com"],
            frame: &[],
            trusted: &[],
        },
        Kind::ConsentRecord | Kind::External | Kind::Script | Kind::Pixel | Kind::Iframe => NOTHING,
    }
}

/// The value of `Content-Security-Policy` for every page of the site.
pub fn policy(register: &Register) -> String {
    let mut script = BTreeSet::new();
    let mut connect = BTreeSet::new();
    let mut image = BTreeSet::new();
    let mut frame = BTreeSet::new();
    let mut trusted = BTreeSet::from(["kelisim".to_owned()]);
    for service in register
        .services
        .iter()
        .map(toml::Spanned::get_ref)
        .filter(|service| service.is_active())
    {
        let needs = needs(service.kind);
        script.extend(needs.script.iter().map(ToString::to_string));
        connect.extend(needs.connect.iter().map(ToString::to_string));
        image.extend(needs.image.iter().map(ToString::to_string));
        frame.extend(needs.frame.iter().map(ToString::to_string));
        trusted.extend(needs.trusted.iter().map(ToString::to_string));
        // The `tag` of a generic service is its address.
        match (service.kind, origin(service.tag.get_ref())) {
            (Kind::Script, Some(origin)) => _ = script.insert(origin),
            (Kind::Pixel, Some(origin)) => _ = image.insert(origin),
            (Kind::Iframe, Some(origin)) => _ = frame.insert(origin),
            _ => {}
        }
    }
    let mut directives = vec![
        "default-src 'none'".to_owned(),
        directive("script-src 'self'", &script),
        "style-src 'self'".to_owned(),
        directive("img-src 'self'", &image),
        directive("connect-src 'self'", &connect),
    ];
    if !frame.is_empty() {
        directives.push(directive("frame-src", &frame));
    }
    directives.extend([
        "form-action 'self'".to_owned(),
        "base-uri 'none'".to_owned(),
        "frame-ancestors 'none'".to_owned(),
        "require-trusted-types-for 'script'".to_owned(),
        directive("trusted-types", &trusted),
    ]);
    directives.join("; ")
}

fn directive(start: &str, sources: &BTreeSet<String>) -> String {
    let mut text = start.to_owned();
    for source in sources {
        text.push(' ');
        text.push_str(source);
    }
    text
}

/// `https://example.org` of `https://example.org/pixel.gif`.
pub fn origin(address: &str) -> Option<String> {
    let rest = address.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_plain = !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
    is_plain.then(|| format!("https://{host}"))
}
