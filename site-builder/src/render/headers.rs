//! `_headers`: what pages and files are sent with, within what Cloudflare reads of such a file.
//!
//! Rules go by the path alone, whether or not there is something at it. So what may be kept for ever is named file by file: a rule for
//! a folder would have browsers keep "not found" for a year.

use crate::content::register::Register;
use crate::model::site::Site;
use crate::render::csp;
use crate::report::diagnostic::{Code, Diagnostic, FileId};

/// A longer line is ignored, without a word to visitors: UTF-16 units of the line without the space around it.
pub const LONGEST_LINE: usize = 2000;

/// Further rules are ignored.
pub const MOST_RULES: usize = 100;

/// So many services are named of those that make a line too long.
const NAMED: usize = 3;

const POLICY: &str = "Content-Security-Policy";

/// The path of a rule, and the headers that it adds.
struct Rule {
    path: String,
    headers: Vec<(&'static str, String)>,
}

impl Rule {
    fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            headers: Vec::new(),
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// The file. `forever` are the paths of files whose bytes never change under their name, the most wanted first.
pub fn text(site: &Site, forever: impl Iterator<Item = String>) -> String {
    let mut rules = general(site);
    let room = MOST_RULES.saturating_sub(rules.len());
    let kept = forever.filter(|path| is_plain(path)).take(room);
    rules.extend(kept.map(|path| {
        Rule::new(format!("/{path}")).with("Cache-Control", "public, max-age=31536000, immutable")
    }));
    let mut text = String::new();
    for (at, Rule { path, headers }) in rules.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        text.push_str(&format!("{path}\n"));
        for (name, value) in headers {
            text.push_str(&format!("  {name}: {value}\n"));
        }
    }
    text
}

fn general(site: &Site) -> Vec<Rule> {
    let shared = |path: &str| Rule::new(path).with("Access-Control-Allow-Origin", "*");
    vec![
        Rule::new("/*")
            .with(POLICY, csp::policy(&site.register))
            .with(
                "Strict-Transport-Security",
                domain::strict_transport_security(site.settings.hsts_subdomains),
            )
            .with("X-Content-Type-Options", "nosniff")
            .with("X-Frame-Options", "DENY")
            .with("Referrer-Policy", "strict-origin-when-cross-origin")
            .with(
                "Permissions-Policy",
                "camera=(), geolocation=(), microphone=(), browsing-topics=()",
            )
            .with("Cross-Origin-Opener-Policy", "same-origin"),
        shared("/assets/*"),
        Rule::new("/*/feed.xml").with("Content-Type", "application/atom+xml; charset=utf-8"),
        shared("/archive/*.txt")
            .with("Content-Type", "text/plain; charset=utf-8")
            .with("X-Robots-Tag", "noindex"),
        shared("/embed.js").with("Cross-Origin-Resource-Policy", "cross-origin"),
        Rule::new("/*/admin/")
            .with(POLICY, csp::ADMIN)
            .with("X-Robots-Tag", "noindex"),
        shared("/*.json"),
    ]
}

/// Whether the path of a file means nothing but itself in a rule. A theme may call its files as it likes.
fn is_plain(path: &str) -> bool {
    path.len() < LONGEST_LINE
        && path
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte))
}

/// Refuses a register whose content security policy would be ignored for its length: the site would have none.
pub fn check(register: &Register, file: FileId) -> Option<Diagnostic> {
    let length = line_length(register);
    if length <= LONGEST_LINE {
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
        .take(NAMED)
        .map(|(share, service)| format!("`{}` needs {share}", service.id.get_ref()))
        .collect();
    Some(Diagnostic::at(
        Code::HeaderTooLong,
        file,
        longest.id.span(),
        format!(
            "line 2 of `_headers`, `{POLICY}`, has {length} characters, and Cloudflare ignores a line of more than {LONGEST_LINE}: \
             pages would have no policy"
        ),
        format!(
            "of these characters {}: leave out hosts, or write one wildcard, such as `https://*.example.org`, for many hosts in `connect`, \
             `image` and `frame`; of Google's country domains keep those of the countries whose visitors you have",
            named.join(", ")
        ),
    ))
}

/// All of it is ASCII.
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

    fn told(text: &str) -> Option<Diagnostic> {
        let register: Register = toml::from_str(text).unwrap();
        let mut sources = Sources::default();
        check(&register, sources.add("services.toml", text))
    }

    /// A register whose line has exactly so many characters.
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
        assert_eq!(told(&of_length(2000)), None);
        let told = told(&of_length(2001)).unwrap();
        assert!(told.message.contains(" 2001 characters"), "{told:?}");
        assert_eq!(told.code, Code::HeaderTooLong);
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
        let told = told(&text).unwrap();
        let order: Vec<_> = ["`large` needs", "`middle` needs", "`small` needs"]
            .iter()
            .map(|name| told.help.find(name).unwrap())
            .collect();
        assert!(order.is_sorted(), "{}", told.help);
        assert!(!told.help.contains("tiny"), "{}", told.help);
        let crate::report::diagnostic::Location::Span(_, span) = told.location else {
            panic!("{told:?}");
        };
        assert_eq!(text.get(span), Some("\"large\""));
    }

    #[test]
    fn only_a_name_that_means_itself_gets_a_rule() {
        assert!(is_plain("assets/services/google-ads.0123456789.js"));
        for name in [
            "assets/a b.js",
            "assets/*.js",
            "assets/:a.js",
            "assets/ә.js",
            "assets/%61.js",
        ] {
            assert!(!is_plain(name), "{name}");
        }
    }
}
