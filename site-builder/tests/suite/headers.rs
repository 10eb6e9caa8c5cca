//! `_headers`: cache lifetimes, HSTS, and the greatest length of a line.

use crate::support::{Project, Purpose, SITE};
use domain::Manifest;
use site_builder::report::diagnostic::{Code, Severity};
use std::collections::BTreeMap;

/// Rules by their paths, in the order of the file.
fn rules(project: &Project) -> Vec<(String, BTreeMap<String, String>)> {
    let mut rules: Vec<(String, BTreeMap<String, String>)> = Vec::new();
    for line in project.read("dist/example.kz/_headers").lines() {
        assert!(line.len() <= 2000, "{line}");
        match line
            .strip_prefix("  ")
            .and_then(|line| line.split_once(": "))
        {
            Some((name, value)) => {
                let (_, headers) = rules.last_mut().unwrap();
                headers.insert(name.to_owned(), value.to_owned());
            }
            None if line.is_empty() || line.starts_with("  ! ") => {}
            None => rules.push((line.to_owned(), BTreeMap::new())),
        }
    }
    rules
}

fn build(project: &Project) {
    let report = project.build();
    assert!(report.diagnostics.is_empty(), "{}", report.text);
}

#[test]
fn what_may_be_kept_for_ever_has_a_rule_and_nothing_else_has() {
    let project = Project::good();
    build(&project);
    let patterns: Vec<String> = rules(&project)
        .into_iter()
        .filter(|(_, headers)| headers.contains_key("Cache-Control"))
        .map(|(path, _)| path)
        .collect();
    let covers = |pattern: &String, path: &str| match pattern.split_once('*') {
        Some((start, end)) => path.starts_with(start) && path.ends_with(end),
        None => pattern == path,
    };
    let files = project.snapshot("dist/example.kz").into_keys();
    let (kept, others): (Vec<String>, Vec<String>) =
        files.map(|path| format!("/{path}")).partition(|path| {
            let is_text = path.starts_with("/archive/") && path != "/archive/index.json";
            path.starts_with("/assets/") || is_text
        });
    assert!(kept.len() > 4, "{kept:?}");
    for path in kept {
        let rules = patterns.iter().filter(|one| covers(one, &path)).count();
        assert_eq!(rules, 1, "values of two rules are joined: {path}");
    }
    for path in others {
        assert!(!patterns.iter().any(|one| covers(one, &path)), "{path}");
    }
}

#[test]
fn a_theme_of_many_files_leaves_no_rule_unread_and_no_file_with_a_strange_name_gets_one() {
    let project = Project::good();
    for number in 0..200 {
        project.write(
            &format!("themes/tiny/assets/more/{number}.svg"),
            number.to_string(),
        );
    }
    for name in ["a b", "star*", ":colon", "%61"] {
        project.write(&format!("themes/tiny/assets/{name}.svg"), name);
    }
    build(&project);
    let rules = rules(&project);
    assert_eq!(rules.len(), 100);
    assert!(
        rules
            .iter()
            .all(|(path, _)| !path.contains([' ', ':', '%']))
    );
    // No wildcard covers files whose names a theme chooses.
    assert!(
        rules
            .iter()
            .filter(|(path, _)| path.contains("star"))
            .count()
            == 0
    );
}

#[test]
fn pages_and_answers_say_the_same_of_encryption_and_nothing_of_subdomains_unless_the_site_asks() {
    let project = Project::good();
    for (line, expected) in [
        ("", "max-age=63072000"),
        (
            "hsts_subdomains = true\n",
            "max-age=63072000; includeSubDomains",
        ),
        ("hsts_subdomains = false\n", "max-age=63072000"),
    ] {
        let folder_line = format!("{line}host = \"example.kz\"");
        project.replace(
            &format!("{SITE}/site.toml"),
            "host = \"example.kz\"",
            &folder_line,
        );
        build(&project);
        let (path, headers) = rules(&project).swap_remove(0);
        assert_eq!(path, "/*");
        assert_eq!(headers["Strict-Transport-Security"], expected);
        let manifest: Manifest =
            serde_json::from_str(&project.read("dist/example.kz/manifest.json")).unwrap();
        assert_eq!(
            manifest.strict_transport_security(),
            expected,
            "what the worker says"
        );
        project.replace(
            &format!("{SITE}/site.toml"),
            &folder_line,
            "host = \"example.kz\"",
        );
    }
}

#[test]
fn pages_keep_their_opener_where_there_is_a_container_to_debug_and_the_operators_page_never_does() {
    let project = Project::good();
    build(&project);
    let headers = project.read("dist/example.kz/_headers");
    assert!(
        headers.contains("  Cross-Origin-Opener-Policy: unsafe-none\n"),
        "{headers}"
    );
    let admin = headers
        .split("\n\n")
        .find(|rule| rule.starts_with("/*/admin/"))
        .unwrap();
    assert!(
        admin.contains("  ! Cross-Origin-Opener-Policy\n  Cross-Origin-Opener-Policy: same-origin"),
        "{admin}"
    );

    // Listed, not loaded.
    project.replace(
        &format!("{SITE}/services.toml"),
        "tag = \"GTM-0000000\"",
        "tag = \"\"",
    );
    project.build();
    let headers = project.read("dist/example.kz/_headers");
    assert!(
        headers.contains("  Cross-Origin-Opener-Policy: same-origin\n"),
        "{headers}"
    );
    assert_eq!(headers.matches("Opener").count(), 1, "{headers}");
}

#[test]
fn whether_subdomains_are_meant_is_yes_or_no() {
    let project = Project::good();
    project.replace(
        &format!("{SITE}/site.toml"),
        "host = \"example.kz\"",
        "host = \"example.kz\"\nhsts_subdomains = \"yes\"",
    );
    let report = project.build();
    assert!(
        report
            .diagnostics
            .iter()
            .any(|diagnostic| diagnostic.code == Code::InvalidToml),
        "{}",
        report.text
    );
}

/// Google's country domains, <https://www.google.com/supported_domains>.
const COUNTRIES: &str = "com ad ae com.af com.ag al am co.ao com.ar as at com.au az ba com.bd be bf bg com.bh bi bj com.bn com.bo \
    com.br bs bt co.bw by com.bz ca cd cf cg ch ci co.ck cl cm cn com.co co.cr com.cu cv com.cy cz de dj dk dm com.do dz com.ec ee \
    com.eg es com.et fi com.fj fm fr ga ge gg com.gh com.gi gl gm gr com.gt gy com.hk hn hr ht hu co.id ie co.il im co.in iq is it \
    je com.jm jo co.jp co.ke com.kh ki kg co.kr com.kw kz la com.lb li lk co.ls lt lu lv com.ly co.ma md me mg mk ml com.mm mn \
    com.mt mu mv mw com.mx com.my co.mz com.na com.ng com.ni ne nl no com.np nr nu co.nz com.om com.pa com.pe com.pg com.ph com.pk \
    pl pn com.pr ps pt com.py com.qa ro ru rw com.sa com.sb sc se com.sg sh si sk com.sl sn so sm sr st com.sv td tg co.th com.tj tl \
    tm tn to com.tr tt com.tw co.tz com.ua co.ug co.uk com.uy co.uz com.vc co.ve co.vi com.vn vu ws rs co.za co.zm co.zw cat";

/// The seven vendors with their own hosts, and these hosts for the first one.
fn vendors(hosts: &str) -> String {
    let service = |kind: &str, tag: &str, cookies: &[&str], hosts: &str| {
        let none = if cookies.is_empty() {
            "cookies = \"none\"\n"
        } else {
            ""
        };
        let cookies: String = cookies
            .iter()
            .map(|name| format!("[[service.cookie]]\nname = \"{name}\"\ndays = 395\npurpose = {{ en = \"x\" }}\n"))
            .collect();
        format!(
            "[[service]]\nid = \"{kind}\"\nkind = \"{kind}\"\nname = \"{kind}\"\ncategory = \"marketing\"\ntag = \"{tag}\"\n\
             transfer = \"none\"\n{none}{hosts}data = {{ en = \"x\" }}\npurpose = {{ en = \"x\" }}\n{cookies}"
        )
    };
    service("google-analytics-4", "G-ABC123", &["_ga", "_ga_*"], hosts)
        + &service("google-ads", "AW-123456789", &["_gcl_au"], "")
        + &service("google-tag-manager", "GTM-ABCD", &[], "")
        + &service("yandex-metrica", "1", &["_ym_uid", "_ym_d"], "")
        + &service("meta-pixel", "1", &["_fbp"], "")
        + &service("microsoft-uet", "1", &["_uetsid", "_uetvid"], "")
        + &service("microsoft-clarity", "a", &["_clck", "_clsk"], "")
}

#[test]
fn seven_vendors_have_a_policy_and_with_all_of_googles_countries_the_site_is_refused_draft_or_not()
{
    let project = Project::good();
    for kind in [
        "google-ads",
        "yandex-metrica",
        "meta-pixel",
        "microsoft-uet",
    ] {
        project.write(
            &format!("themes/tiny/assets/services/{kind}.js"),
            "export const load = () => {};\n",
        );
    }
    let services = format!("{SITE}/services.toml");
    project.write(&services, vendors(""));
    build(&project);
    assert!(rules(&project)[0].1["Content-Security-Policy"].contains("https://mc.yandex.ru"));

    let domains: Vec<String> = COUNTRIES
        .split_whitespace()
        .map(|ending| format!("https://www.google.{ending}"))
        .collect();
    assert!(domains.len() > 180, "{}", domains.len());
    project.write(
        &services,
        vendors(&format!(
            "hosts = {{ connect = {domains:?}, image = {domains:?} }}\n"
        )),
    );
    let written = project.read("dist/example.kz/_headers");
    for draft in ["", "draft = true\n"] {
        let host = format!("{draft}host = \"example.kz\"");
        project.replace(&format!("{SITE}/site.toml"), "host = \"example.kz\"", &host);
        for purpose in [Purpose::Preview, Purpose::Deploy] {
            let report = project.build_for(purpose);
            let found = report
                .diagnostics
                .iter()
                .find(|diagnostic| diagnostic.code == Code::HeaderTooLong)
                .unwrap_or_else(|| panic!("{}", report.text));
            assert_eq!(found.severity, Severity::Error);
            assert!(
                found
                    .help
                    .starts_with("of these characters `google-analytics-4` needs "),
                "{}",
                found.help
            );
            assert_eq!(
                project.read("dist/example.kz/_headers"),
                written,
                "nothing was written"
            );
        }
        project.replace(&format!("{SITE}/site.toml"), &host, "host = \"example.kz\"");
    }
}
