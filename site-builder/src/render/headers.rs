//! `_headers`: the HTTP headers of pages and files, within Cloudflare's limits for such a file.
//!
//! A rule applies to whatever the asset layer answers for its path, redirects to the right spelling
//! included. So immutable files have a rule each, but for those whose number grows with editions
//! and languages: archived texts, and a folder that carries the hash of its files in its name. There
//! a browser may keep such a redirect, too: it leads to bytes that never change. What is missing is
//! answered by the worker, which no rule applies to.

use crate::content::register::Register;
use crate::content::vendor;
use crate::model::site::Site;
use crate::render::csp;
use crate::render::embed::TEXTS_FOLDER;
use crate::report::diagnostic::{Code, Diagnostic, FileId};

/// Maximum length of a trimmed line in UTF-16 units; Cloudflare silently ignores longer ones.
pub const MAX_LINE_LENGTH: usize = 2000;

/// Maximum number of rules; Cloudflare silently ignores further ones.
pub const MAX_RULES: usize = 100;

/// Maximum number of services that a diagnostic about a long line names.
const NAMED_SERVICES: usize = 3;

const POLICY: &str = "Content-Security-Policy";
const OPENER_POLICY: &str = "Cross-Origin-Opener-Policy";

const FOREVER: &str = "  Cache-Control: public, max-age=31536000, immutable\n";

/// The content of the file. `immutable` are paths of assets whose bytes never change under their
/// name; where there is no room for a rule for each, the first ones get one.
pub fn text(site: &Site, immutable: impl Iterator<Item = String>) -> String {
    let mut rules = general(site);
    let room = MAX_RULES.saturating_sub(rules.len());
    let mut cached: Vec<String> = Vec::new();
    for path in immutable.filter(|path| is_literal(path)) {
        let pattern = pattern(path);
        if cached.last() != Some(&pattern) {
            cached.push(pattern);
        }
    }
    let rule = |path| format!("/{path}\n{FOREVER}");
    rules.extend(cached.into_iter().take(room).map(rule));
    rules.join("\n")
}

/// The path of a rule for a file: all of its folder where that has a hash in its name.
fn pattern(path: String) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) if folder.starts_with(TEXTS_FOLDER) => format!("{folder}/*"),
        _ => path,
    }
}

/// `Cross-Origin-Opener-Policy` of the pages: none where a vendor's tool opens them in a window and
/// talks to them. The tool's page has no policy, so that `same-origin-allow-popups`, which protects
/// windows that a page opens, would cut the connection too (HTML Standard, "7.1.3.2 Browsing context
/// group switches due to opener policy").
fn opener_policy(register: &Register) -> &'static str {
    let mut services = register.active();
    if services.any(|service| vendor::of(service.kind).needs_opener) {
        "unsafe-none"
    } else {
        ISOLATED
    }
}

/// The opener policy of pages that nobody needs to hold.
const ISOLATED: &str = "same-origin";

/// The rules of every site: a path or pattern, and a line for each header.
fn general(site: &Site) -> Vec<String> {
    let opener = opener_policy(&site.register);
    // A token is entered on the operator's page: it never gives up its isolation. The exclamation
    // mark takes back what the first rule sets; otherwise values of two rules would be joined.
    let isolate = if opener == ISOLATED {
        String::new()
    } else {
        format!("  ! {OPENER_POLICY}\n  {OPENER_POLICY}: {ISOLATED}\n")
    };
    let cross_origin =
        |path: &str, more: &str| format!("{path}\n  Access-Control-Allow-Origin: *\n{more}");
    vec![
        format!(
            "/*\n  \
             {POLICY}: {}\n  \
             Strict-Transport-Security: {}\n  \
             X-Content-Type-Options: nosniff\n  \
             X-Frame-Options: DENY\n  \
             Referrer-Policy: strict-origin-when-cross-origin\n  \
             Permissions-Policy: camera=(), geolocation=(), microphone=(), browsing-topics=()\n  \
             {OPENER_POLICY}: {opener}\n",
            csp::policy(&site.register),
            domain::strict_transport_security(site.settings.hsts_subdomains)
        ),
        cross_origin("/assets/*", ""),
        "/*/feed.xml\n  Content-Type: application/atom+xml; charset=utf-8\n".to_owned(),
        cross_origin(
            "/archive/*.txt",
            &format!(
                "  Content-Type: text/plain; charset=utf-8\n  X-Robots-Tag: noindex\n{FOREVER}"
            ),
        ),
        cross_origin(
            "/embed.js",
            "  Cross-Origin-Resource-Policy: cross-origin\n",
        ),
        cross_origin(
            "/shims.js",
            "  Cross-Origin-Resource-Policy: cross-origin\n",
        ),
        format!(
            "/*/admin/\n  {POLICY}: {}\n  X-Robots-Tag: noindex\n{isolate}",
            csp::ADMIN
        ),
        cross_origin("/*.json", ""),
    ]
}

/// Whether a path has no character with a special meaning in rules: themes choose the names of
/// their files.
fn is_literal(path: &str) -> bool {
    path.len() < MAX_LINE_LENGTH
        && path
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte))
}

/// Diagnoses a register whose content security policy is longer than a line may be: Cloudflare
/// would ignore it.
pub fn check(register: &Register, file: FileId) -> Option<Diagnostic> {
    let length = line_length(register);
    if length <= MAX_LINE_LENGTH {
        return None;
    }
    let bare = line_length(&Register::default());
    let mut shares: Vec<_> = register
        .active()
        .map(|service| {
            let alone = format!("{POLICY}: {}", csp::policy_of([service].into_iter()));
            (alone.len().saturating_sub(bare), service)
        })
        .collect();
    shares.sort_by_key(|(share, _)| std::cmp::Reverse(*share));
    let (_, longest) = shares.first()?;
    let named: Vec<String> = shares
        .iter()
        .take(NAMED_SERVICES)
        .map(|(share, service)| format!("`{}` needs {share}", service.id.get_ref()))
        .collect();
    Some(Diagnostic::at(
        Code::HeaderTooLong,
        file,
        longest.id.span(),
        format!(
            "line 2 of `_headers`, `{POLICY}`, has {length} characters, and Cloudflare ignores a line of more than {MAX_LINE_LENGTH}: \
             pages would have no policy"
        ),
        format!(
            "of these characters {}: leave out hosts, or write one wildcard, such as `https://*.example.org`, for many hosts in `connect`, \
             `image` and `frame`; of Google's country domains keep those of the countries whose visitors you have",
            named.join(", ")
        ),
    ))
}

/// Length of the line of the content security policy, all of it ASCII.
fn line_length(register: &Register) -> usize {
    format!("{POLICY}: {}", csp::policy(register)).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::source::Sources;

    /// A service with these hosts for connections.
    fn service(id: &str, hosts: &[String]) -> String {
        format!(
            "[[service]]\nid = \"{id}\"\nkind = \"pixel\"\nname = \"A\"\ncategory = \"marketing\"\ntransfer = \"none\"\n\
             tag = \"https://a.example/a.gif\"\nhosts = {{ connect = {hosts:?} }}\n[service.data]\n[service.purpose]\n"
        )
    }

    fn check_text(text: &str) -> Option<Diagnostic> {
        let register: Register = toml::from_str(text).unwrap();
        let mut sources = Sources::default();
        check(&register, sources.add("services.toml", text))
    }

    /// A register whose line has exactly that many characters.
    fn of_length(length: usize) -> String {
        let mut hosts: Vec<String> = (10..60)
            .map(|number| format!("https://{number}.example"))
            .collect();
        let text = |hosts: &[String]| service("counter", hosts);
        let now = line_length(&toml::from_str(&text(&hosts)).unwrap());
        let start = "https://";
        let rest = length - now - 1 - start.len() - ".example".len();
        hosts.push(format!("{start}{}.example", "x".repeat(rest)));
        assert_eq!(line_length(&toml::from_str(&text(&hosts)).unwrap()), length);
        text(&hosts)
    }

    #[test]
    fn a_line_of_2000_characters_is_sent_and_one_more_is_refused() {
        assert_eq!(check_text(&of_length(2000)), None);
        let diagnostic = check_text(&of_length(2001)).unwrap();
        assert!(
            diagnostic.message.contains(" 2001 characters"),
            "{diagnostic:?}"
        );
        assert_eq!(diagnostic.code, Code::HeaderTooLong);
    }

    #[test]
    fn the_services_that_need_most_are_named_the_longest_first() {
        let hosts = |host: &str, many: usize| -> Vec<String> {
            (0..many)
                .map(|number| format!("https://{number}.{host}.example"))
                .collect()
        };
        let text = service("small", &hosts("small", 1))
            + &service("large", &hosts("large", 60))
            + &service("middle", &hosts("middle", 30))
            + &service("tiny", &[]);
        let diagnostic = check_text(&text).unwrap();
        let order: Vec<_> = ["`large` needs", "`middle` needs", "`small` needs"]
            .iter()
            .map(|name| diagnostic.help.find(name).unwrap())
            .collect();
        assert!(order.is_sorted(), "{}", diagnostic.help);
        assert!(!diagnostic.help.contains("tiny"), "{}", diagnostic.help);
        let crate::report::diagnostic::Location::Span(_, span) = diagnostic.location else {
            panic!("{diagnostic:?}");
        };
        assert_eq!(text.get(span), Some("\"large\""));
    }

    #[test]
    fn only_a_name_that_means_itself_gets_a_rule() {
        assert!(is_literal("assets/services/google-ads.0123456789.js"));
        for name in [
            "assets/a b.js",
            "assets/*.js",
            "assets/:a.js",
            "assets/ә.js",
            "assets/%61.js",
        ] {
            assert!(!is_literal(name), "{name}");
        }
    }
}
