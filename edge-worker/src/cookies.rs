//! Values of `Set-Cookie`: the consent cookie, and the expiry of the cookies of the site's
//! services.

use domain::{
    COOKIE_DAYS, COOKIE_NAME, ConsentCookie, Keys, Manifest, SUBJECT_COOKIE_NAME, SubjectId,
    has_only_own_cookies, is_in_domain, sign_subject,
};
use std::net::IpAddr;

/// `Max-Age` of the cookies that are stored, in seconds.
const MAX_AGE: u64 = COOKIE_DAYS as u64 * 86_400;

/// The most cookies that one response expires, because the size of headers is limited.
const MAX_EXPIRED: usize = 48;

/// The relation of the site to the page for which the browser stores a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CookieContext {
    /// The same registrable domain.
    SameSite,
    /// Another site, on which browsers store partitioned cookies only (CHIPS).
    CrossSite,
}

impl CookieContext {
    fn attributes(self) -> &'static str {
        match self {
            Self::SameSite => "SameSite=Lax",
            Self::CrossSite => "SameSite=None; Partitioned",
        }
    }
}

/// What the consent cookie's attributes depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CookieWriter<'a> {
    pub(crate) manifest: &'a Manifest,
    /// The first one signs the cookie.
    pub(crate) keys: &'a Keys,
    /// The requested host.
    pub(crate) host: &'a str,
    /// Where the browser stores the cookie.
    pub(crate) context: CookieContext,
    /// The request's `Cookie` header.
    pub(crate) sent: Option<&'a str>,
}

impl<'a> CookieWriter<'a> {
    /// Stores the cookie under the site's current domain; `None` when it can't be signed. Not
    /// `HttpOnly`, because the page's script reads it.
    pub(crate) fn set(self, cookie: &ConsentCookie) -> Option<Vec<String>> {
        let value = cookie.sign(&self.manifest.site, self.keys)?;
        Some(self.lines(&value, MAX_AGE))
    }

    /// Stores the companion cookie; `None` when it can't be signed.
    pub(crate) fn set_subject(self, subject: &SubjectId) -> Option<String> {
        let value = sign_subject(subject, &self.manifest.site, self.keys)?;
        Some(self.subject_line(&value, MAX_AGE))
    }

    /// Deletes the consent cookie.
    pub(crate) fn expire(self) -> Vec<String> {
        self.lines("", 0)
    }

    /// Deletes the companion cookie.
    pub(crate) fn expire_subject(self) -> String {
        self.subject_line("", 0)
    }

    fn subject_line(self, value: &str, seconds: u64) -> String {
        let attributes = self.context.attributes();
        format!(
            "{SUBJECT_COOKIE_NAME}={value}; Max-Age={seconds}; Path=/; Secure; HttpOnly; {attributes}"
        )
    }

    /// The cookie under the current domain, then its expiry under all others, where an old cookie
    /// may be left if `cookie_domain` was changed: browsers would keep both and send the older one
    /// first. Nothing is expired if a cookie of another site below the same domain was sent too.
    fn lines(self, value: &str, seconds: u64) -> Vec<String> {
        let domain = shared_domain(self.manifest, self.host);
        let mut lines = vec![self.line(value, seconds, domain)];
        let are_own = |header| has_only_own_cookies(header, self.manifest, self.keys);
        if self.sent.is_some_and(are_own) {
            let shared = domains_above(self.host).into_iter().map(Some);
            let others = std::iter::once(None)
                .chain(shared)
                .filter(|one| *one != domain);
            lines.extend(others.map(|domain| self.line("", 0, domain)));
        }
        lines
    }

    fn line(self, value: &str, seconds: u64, domain: Option<&str>) -> String {
        let domain = domain.map_or_else(String::new, |domain| format!("; Domain={domain}"));
        let attributes = self.context.attributes();
        format!("{COOKIE_NAME}={value}; Max-Age={seconds}; Path=/{domain}; Secure; {attributes}")
    }
}

/// Expires cookies on the host and on every domain above it: names always, patterns where the
/// browser has sent a cookie that matches.
pub(crate) fn expire_all(patterns: &[String], header: Option<&str>, host: &str) -> Vec<String> {
    // A missing header means that no cookies were sent.
    let sent = header
        .unwrap_or("")
        .split(';')
        .filter_map(|pair| pair.trim().split_once('=').map(|(name, _)| name))
        .filter(|name| patterns.iter().any(|pattern| matches(pattern, name)));
    let known = patterns
        .iter()
        .map(String::as_str)
        .filter(|pattern| !pattern.contains('*'));
    let mut names: Vec<&str> = Vec::new();
    for name in known.chain(sent) {
        let is_endable = is_name(name)
            && ![COOKIE_NAME, SUBJECT_COOKIE_NAME].contains(&name)
            && !names.contains(&name);
        if is_endable && names.len() < MAX_EXPIRED {
            names.push(name);
        }
    }
    let domains = domains_above(host);
    let mut lines = Vec::new();
    for name in names {
        lines.push(format!("{name}=; Max-Age=0; Path=/"));
        // Browsers keep partitioned cookies apart.
        lines.push(format!(
            "{name}=; Max-Age=0; Path=/; Secure; SameSite=None; Partitioned"
        ));
        for domain in &domains {
            lines.push(format!("{name}=; Max-Age=0; Path=/; Domain={domain}"));
        }
    }
    lines
}

/// Whether a host is in the manifest's `cookie_domain`.
pub(crate) fn is_in_cookie_domain(manifest: &Manifest, host: &str) -> bool {
    shared_domain(manifest, host).is_some()
}

/// The manifest's `cookie_domain`, if the host is in it. On other hosts (a preview, a local server)
/// browsers would reject the cookie.
fn shared_domain<'a>(manifest: &'a Manifest, host: &str) -> Option<&'a str> {
    let domain = manifest.cookie_domain.as_deref()?;
    is_in_domain(host, domain).then_some(domain)
}

/// The host and its parents of at least two labels. Browsers ignore public suffixes (`com.kz`).
fn domains_above(host: &str) -> Vec<&str> {
    if host.parse::<IpAddr>().is_ok() {
        return Vec::new();
    }
    let mut domains = Vec::new();
    let mut domain = host;
    while let Some((_, parent)) = domain.split_once('.') {
        domains.push(domain);
        domain = parent;
    }
    domains
}

/// Whether a name matches a pattern with at most one `*`.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => {
            name.len() >= before.len().saturating_add(after.len())
                && name.starts_with(before)
                && name.ends_with(after)
        }
    }
}

/// Whether a text is a valid name of a cookie (RFC 6265, 4.1.1).
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 128
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::manifest;
    use domain::Timestamp;

    fn end(patterns: &[&str], header: &str, host: &str) -> Vec<String> {
        let patterns: Vec<_> = patterns.iter().map(|text| (*text).to_owned()).collect();
        let lines = expire_all(&patterns, Some(header), host);
        // Each host-only line is followed by the one for the partitioned cookie of the name.
        let partitioned = "; Secure; SameSite=None; Partitioned";
        let (apart, plain): (Vec<_>, Vec<_>) = lines
            .into_iter()
            .partition(|line| line.ends_with(partitioned));
        let host_only = plain.iter().filter(|line| line.ends_with("; Path=/"));
        assert_eq!(host_only.count(), apart.len());
        plain
    }

    #[test]
    fn cookies_end_on_the_host_and_above() {
        assert_eq!(
            end(&["_ga"], "", "www.cap.kz"),
            [
                "_ga=; Max-Age=0; Path=/",
                "_ga=; Max-Age=0; Path=/; Domain=www.cap.kz",
                "_ga=; Max-Age=0; Path=/; Domain=cap.kz",
            ]
        );
        assert_eq!(end(&["_ga"], "", "localhost").len(), 1);
        assert_eq!(end(&["_ga"], "", "127.0.0.1").len(), 1);
        assert_eq!(end(&["_ga"], "", "::1").len(), 1);
    }

    #[test]
    fn a_pattern_ends_what_the_browser_has_sent() {
        let lines = end(
            &["_ga", "_ga_*"],
            "a=1; _ga_ABC=2; _gat=3; _ga_X Y=4; _ga=5",
            "localhost",
        );
        assert_eq!(
            lines,
            ["_ga=; Max-Age=0; Path=/", "_ga_ABC=; Max-Age=0; Path=/"]
        );
    }

    #[test]
    fn the_consent_cookie_itself_is_never_ended() {
        let header = format!("{COOKIE_NAME}=x; other=1");
        let lines = end(&["*"], &header, "localhost");
        assert_eq!(lines, ["other=; Max-Age=0; Path=/"]);
        assert!(end(&[COOKIE_NAME], "", "localhost").is_empty());
    }

    #[test]
    fn a_flood_of_cookies_makes_a_bounded_answer() {
        let header: String = (0..5000).map(|n| format!("_ga_{n}=1; ")).collect();
        let lines = end(&["_ga_*"], &header, "localhost");
        assert_eq!(lines.len(), MAX_EXPIRED);
    }

    /// A site that names its `cookie_domain` later, another one, or none any more.
    #[test]
    fn a_choice_is_kept_once_whatever_the_domain_was_before() {
        let keys = Keys::parse(&format!("1:{}", "1".repeat(64))).unwrap();
        let choice = ConsentCookie::refusal(Timestamp::from_seconds(1_795_167_000));
        let header =
            |site: &str| format!("a=b; {COOKIE_NAME}={}", choice.sign(site, &keys).unwrap());
        let (own, foreign) = (header(&manifest().site), header("blog.shop.kz"));
        for (domain, ended) in [
            (Some("shop.kz"), vec!["", "policies.shop.kz"]),
            (Some("policies.shop.kz"), vec!["", "shop.kz"]),
            (None, vec!["policies.shop.kz", "shop.kz"]),
        ] {
            let mut manifest = manifest();
            manifest.cookie_domain = domain.map(str::to_owned);
            let cookie_writer = CookieWriter {
                manifest: &manifest,
                keys: &keys,
                host: "policies.shop.kz",
                context: CookieContext::SameSite,
                sent: Some(&own),
            };
            let line = |domain: &str, value: &str, seconds: u32| {
                let domain = if domain.is_empty() {
                    String::new()
                } else {
                    format!("; Domain={domain}")
                };
                format!(
                    "{COOKIE_NAME}={value}; Max-Age={seconds}; Path=/{domain}; Secure; SameSite=Lax"
                )
            };
            let mut expected: Vec<_> = ended.iter().map(|domain| line(domain, "", 0)).collect();
            let value = choice.sign(&manifest.site, &keys).unwrap();
            expected.insert(0, line(domain.unwrap_or(""), &value, 400 * 86_400));
            assert_eq!(cookie_writer.set(&choice), Some(expected), "{domain:?}");
            assert_eq!(cookie_writer.expire().len(), 3, "{domain:?}");
            for sent in [Some("a=b"), None, Some(foreign.as_str())] {
                let other = CookieWriter {
                    sent,
                    ..cookie_writer
                };
                assert_eq!(
                    other.set(&choice).unwrap().len(),
                    1,
                    "{sent:?} is nothing to end"
                );
            }
        }
    }

    #[test]
    fn a_shared_domain_is_set_on_its_own_hosts_only() {
        let mut manifest = manifest();
        assert_eq!(shared_domain(&manifest, "cap.kz"), None);
        manifest.cookie_domain = Some("cap.kz".to_owned());
        for (host, expected) in [
            ("cap.kz", true),
            ("www.cap.kz", true),
            ("xcap.kz", false),
            ("cap.kz.example", false),
            ("localhost", false),
        ] {
            assert_eq!(shared_domain(&manifest, host).is_some(), expected, "{host}");
        }
    }
}
