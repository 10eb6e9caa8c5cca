//! The register as a whole.

use super::*;

#[test]
fn cookies_on_the_domain_of_a_vendor_are_not_among_those_that_withdrawal_deletes() {
    let register: Register = toml::from_str(
        "[[service]]\nid = \"a\"\nkind = \"external\"\nname = \"A\"\ncategory = \"marketing\"\n\
         transfer = \"none\"\n[service.data]\n[service.purpose]\n\
         [[service.cookie]]\nname = \"fr\"\ndays = 90\ndomain = \"facebook.com\"\n[service.cookie.purpose]\n\
         [[service.cookie]]\nname = \"_fbp\"\ndays = 90\n[service.cookie.purpose]\n",
    )
    .unwrap();
    assert_eq!(register.deletable_cookies(), ["_fbp"]);
}

#[test]
fn a_pattern_covers_what_begins_like_it() {
    let cookie = |name: &str| -> Cookie {
        toml::from_str(&format!("name = \"{name}\"\ndays = 1\n[purpose]\n")).unwrap()
    };
    assert!(cookie("_ga*").covers("_ga"));
    assert!(cookie("_ga*").covers("_ga_*"));
    assert!(!cookie("_ga").covers("_ga_*"));
    assert!(!cookie("_ga_*").covers("_ga"));
}
