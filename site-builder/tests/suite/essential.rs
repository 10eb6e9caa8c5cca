//! Essential services: every page starts them, and consent is not asked for them.

use crate::support::{Project, SITE};
use site_builder::report::diagnostic::Code;

/// A service of the register.
fn service(id: &str, kind: &str, category: &str, tag: &str) -> String {
    format!(
        "[[service]]\nid = \"{id}\"\nkind = \"{kind}\"\nname = \"{id}\"\ncategory = \"{category}\"\ntag = \"{tag}\"\n\
         transfer = \"none\"\ndata = {{ en = \"nothing\" }}\npurpose = {{ en = \"tells people from machines\" }}\ncookies = \"none\"\n"
    )
}

const CAPTCHA: &str = "https://captcha.example/api.js";

/// The good site in the default theme with these services.
fn site(services: &str) -> Project {
    let project = Project::in_default_theme();
    project.write(&format!("{SITE}/services.toml"), services);
    project
}

/// Every file of the built site by its path, as text.
fn built(project: &Project) -> Vec<(String, String)> {
    let report = project.build();
    assert!(report.diagnostics.is_empty(), "{}", report.text);
    project
        .snapshot("dist/example.kz")
        .into_iter()
        .filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?)))
        .collect()
}

fn text<'f>(files: &'f [(String, String)], start: &str, end: &str) -> Option<&'f str> {
    let found = files
        .iter()
        .find(|(path, _)| path.starts_with(start) && path.ends_with(end));
    found.map(|(_, text)| text.as_str())
}

#[test]
fn an_essential_service_is_started_by_every_page_but_the_operators_and_stands_in_no_list_of_what_is_asked()
 {
    for asked in [
        String::new(),
        service(
            "partner",
            "pixel",
            "marketing",
            "https://partner.example/a.gif",
        ),
    ] {
        for (kind, tag) in [
            ("script", CAPTCHA),
            ("pixel", "https://captcha.example/a.gif"),
            ("iframe", "https://captcha.example/frame"),
        ] {
            let files = built(&site(
                &(service("captcha", kind, "essential", tag) + &asked),
            ));
            let module = text(&files, "assets/essential.", ".js").unwrap();
            let call = format!(
                "s0.load({{\"id\":\"{tag}\",\"service\":\"captcha\"}}, true, {{\"analytics\":false,\"functional\":false,\"marketing\":false}});"
            );
            assert!(module.contains(&call), "{module}");
            assert!(
                module.contains(&format!("\"/assets/services/{kind}.")),
                "{module}"
            );
            if let Some(tags) = text(&files, "assets/tags.", ".js") {
                assert!(
                    !tags.contains("essential") && !tags.contains("captcha"),
                    "{tags}"
                );
            }
            assert_eq!(
                text(&files, "assets/tags.", ".js").is_some(),
                !asked.is_empty()
            );
            let (pages, operators): (Vec<_>, Vec<_>) = files
                .iter()
                .filter(|(path, _)| path.ends_with(".html"))
                .partition(|(path, _)| !path.contains("admin/"));
            assert!(pages.len() > 5 && operators.len() == 1, "{}", pages.len());
            for (path, page) in pages {
                let found = page
                    .matches("<script type=\"module\" src=\"/assets/essential.")
                    .count();
                assert_eq!(found, 1, "{path}");
            }
            for (path, page) in operators {
                assert!(!page.contains("/assets/essential."), "{path}");
            }
            let headers = text(&files, "_headers", "").unwrap();
            assert!(headers.contains("https://captcha.example"), "{headers}");
            assert!(headers.contains(" kelisim"), "{headers}");
        }
    }
}

#[test]
fn the_embed_script_gets_its_address_also_where_there_is_nothing_to_ask() {
    let captcha = service("captcha", "script", "essential", CAPTCHA);
    let asked = service(
        "partner",
        "pixel",
        "marketing",
        "https://partner.example/a.gif",
    );
    for (services, asks) in [(captcha.clone(), false), (captcha + &asked, true)] {
        let files = built(&site(&services));
        let embed = text(&files, "embed.js", "").unwrap();
        let settings = embed.rsplit_once("})(").unwrap().1;
        assert!(
            settings.contains("\"essential\":\"/assets/essential."),
            "{settings}"
        );
        assert_eq!(settings.contains("\"locales\":\"en\""), asks, "{settings}");
    }
    let files = built(&site(&service("record", "external", "essential", "")));
    assert_eq!(text(&files, "embed.js", ""), None);
    let files = built(&site(&asked));
    let embed = text(&files, "embed.js", "").unwrap();
    assert!(!embed.rsplit_once("})(").unwrap().1.contains("essential"));
}

#[test]
fn pages_without_an_essential_service_to_start_hold_nothing_of_it() {
    let files = built(&site(
        &(service("record", "external", "essential", "")
            + &service(
                "partner",
                "pixel",
                "marketing",
                "https://partner.example/a.gif",
            )),
    ));
    assert!(text(&files, "assets/essential.", "").is_none());
    for (path, page) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        assert!(!page.contains("type=\"module\""), "{path}");
    }
}

#[test]
fn a_page_is_made_anew_when_its_essential_services_change() {
    let project = site(&service("captcha", "script", "essential", CAPTCHA));
    let build = || {
        let output = project.run(&["build"]);
        assert!(output.status.success(), "{output:?}");
        project.read("dist/example.kz/en/privacy/index.html")
    };
    let before = build();
    let other = service(
        "captcha",
        "script",
        "essential",
        "https://captcha.example/other.js",
    );
    project.write(&format!("{SITE}/services.toml"), &other);
    let after = build();
    assert_ne!(before, after);
    let address = after.split("src=\"/assets/essential.").nth(1).unwrap();
    let name = address.split('"').next().unwrap();
    let module = project.read(&format!("dist/example.kz/assets/essential.{name}"));
    assert!(module.contains("other.js"), "{module}");
}

#[test]
fn what_is_never_strictly_necessary_is_no_essential_service_whether_it_has_an_id_or_not() {
    let vendors = [
        ("google-analytics-4", "G-A"),
        ("google-ads", "AW-1"),
        ("google-tag-manager", "GTM-A"),
        ("yandex-metrica", "1"),
        ("meta-pixel", "1"),
        ("microsoft-uet", "1"),
        ("microsoft-clarity", "a"),
    ];
    for (kind, tag) in vendors {
        for tag in [tag, ""] {
            let report = site(&service("a", kind, "essential", tag)).build();
            let found = report.diagnostics.iter().any(|diagnostic| {
                diagnostic.code == Code::InvalidService
                    && diagnostic.message
                        == format!("`a` can't be essential: {kind} is not strictly necessary")
            });
            assert!(found, "{kind} {tag}:\n{}", report.text);
        }
    }
}
