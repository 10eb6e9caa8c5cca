//! Other hosts whose pages have the banner: what the page of choices says of them.

use crate::support::{Project, SITE, texts};
use scraper::{Html, Selector};

/// The page of choices of the good site with further settings.
fn page_of_choices(settings: &str) -> Html {
    let project = Project::in_default_theme();
    let file = format!("{SITE}/site.toml");
    let theme = "theme = \"default\"\n";
    project.replace(&file, theme, &format!("{theme}{settings}"));
    let report = project.build();
    assert!(!report.text.contains("error"), "{}", report.text);
    Html::parse_document(&project.read("dist/example.kz/en/choices/index.html"))
}

fn links(page: &Html) -> Vec<String> {
    let selector = Selector::parse("section[aria-labelledby=s-hosts] a").unwrap();
    let found = page.select(&selector);
    found
        .map(|link| link.attr("href").unwrap().to_owned())
        .collect()
}

const WITHDRAWAL: &str = "section[aria-labelledby=s-withdraw] > p";
const HOSTS: &str = "section[aria-labelledby=s-hosts] > p";

#[test]
fn the_page_of_choices_names_the_hosts_that_share_it_and_leads_to_those_that_do_not() {
    let page = page_of_choices(
        r#"
        cookie_domain = "example.kz"
        origins = ["https://www.example.kz", "https://course.example", "https://xexample.kz"]
        "#,
    );
    let [sharing, apart] = &texts(&page, HOSTS)[..] else {
        panic!("two sentences")
    };
    assert!(sharing.ends_with(": example.kz, www.example.kz."));
    assert!(apart.contains("a choice of their own"));
    assert_eq!(
        links(&page),
        [
            "https://course.example/#kelisim",
            "https://xexample.kz/#kelisim"
        ]
    );
    let withdrawal = texts(&page, WITHDRAWAL).concat();
    assert!(withdrawal.contains("not reached from here"), "{withdrawal}");
}

#[test]
fn without_a_domain_of_the_cookie_each_host_has_a_choice_of_its_own() {
    let page = page_of_choices("origins = [\"https://www.example.kz\"]\n");
    assert_eq!(texts(&page, HOSTS).len(), 1);
    assert_eq!(links(&page), ["https://www.example.kz/#kelisim"]);
}

#[test]
fn where_all_hosts_share_the_choice_a_withdrawal_reaches_all() {
    let page = page_of_choices(
        r#"
        cookie_domain = "example.kz"
        origins = ["https://www.example.kz"]
        "#,
    );
    assert_eq!(texts(&page, HOSTS).len(), 1);
    assert!(links(&page).is_empty());
    let withdrawal = texts(&page, WITHDRAWAL).concat();
    assert!(!withdrawal.contains("not reached"), "{withdrawal}");
}

#[test]
fn a_site_alone_says_nothing_of_hosts() {
    assert!(texts(&page_of_choices(""), HOSTS).is_empty());
}
