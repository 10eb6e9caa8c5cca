//! Checks countries of a service, and what allows to send data there.

use crate::content::country;
use crate::content::file_diagnostics::FileDiagnostics;
use crate::content::register::Service;
use crate::content::transfer::Transfer;
use crate::report::diagnostic::Code;
use std::collections::BTreeSet;
use toml::Spanned;

/// `home` is the operator's country.
pub(super) fn check(service: &Service, home: &str, found: &mut FileDiagnostics) {
    let id = service.id.get_ref();
    let code = service.country.get_ref();
    let transfer = service.transfer.get_ref();
    let is_abroad = !code.is_empty()
        && check_country(&service.country, found)
        && country::is_abroad(home, code);
    if is_abroad && transfer.is_none() {
        found.add(
            Code::InvalidService,
            &service.country,
            format!("`{id}` sends data to {code} on no basis"),
            "name what allows it: `adequacy`, `scc` or `consent` (GDPR Art. 44–49)",
        );
    }
    let bases: BTreeSet<&Transfer> = transfer.bases().iter().collect();
    if bases.is_empty() || bases.len() < transfer.bases().len() {
        found.add(
            Code::InvalidService,
            &service.transfer,
            format!("`{id}` names no basis of its transfer, or one twice"),
            "name each once, or write `transfer = [\"none\"]`",
        );
    } else if bases.len() > 1 && bases.contains(&Transfer::None) {
        found.add(
            Code::InvalidService,
            &service.transfer,
            format!("`{id}` says that nothing is transferred, and names a basis"),
            "take out one of the two",
        );
    }
    let mut known = BTreeSet::new();
    for excluded in &service.not_in {
        if check_country(excluded, found) && !known.insert(excluded.get_ref()) {
            found.add(
                Code::InvalidService,
                excluded,
                format!("`{}` is listed twice", excluded.get_ref()),
                "list it once",
            );
        }
    }
    if let Some(first) = service.not_in.first()
        && service.is_essential()
    {
        found.add(
            Code::InvalidService,
            first,
            format!("`{id}` is essential: pages start it before they know the country"),
            "take out `not_in`, or choose a category that visitors are asked about",
        );
    }
}

/// Reports a code that is no country, and returns whether it is one.
fn check_country(code: &Spanned<String>, found: &mut FileDiagnostics) -> bool {
    let is_country = country::is_country(code.get_ref());
    if !is_country {
        found.add(
            Code::InvalidService,
            code,
            format!("`{}` is no country", code.get_ref()),
            "write the two letters of ISO 3166-1, such as `US`",
        );
    }
    is_country
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::source::Sources;

    fn messages(lines: &str) -> Vec<String> {
        let text = format!(
            "id = \"a\"\nkind = \"external\"\nname = \"A\"\ndata = {{}}\npurpose = {{}}\n{lines}"
        );
        let service: Service = toml::from_str(&text).unwrap();
        let mut found = FileDiagnostics::new(Sources::default().add("services.toml", text));
        check(&service, "KZ", &mut found);
        let diagnostics = found.list.into_iter();
        diagnostics.map(|diagnostic| diagnostic.message).collect()
    }

    #[test]
    fn a_transfer_has_a_basis() {
        let with = |country: &str, transfer: &str| {
            messages(&format!(
                "category = \"marketing\"\ncountry = \"{country}\"\ntransfer = {transfer}\n"
            ))
        };
        for right in ["\"scc\"", "[\"scc\"]", "[\"scc\", \"consent\"]"] {
            assert!(with("US", right).is_empty(), "{right}");
        }
        assert!(with("KZ", "\"none\"").is_empty());
        assert_eq!(with("US", "\"none\""), ["`a` sends data to US on no basis"]);
        for wrong in ["[]", "[\"scc\", \"scc\"]", "[\"none\", \"scc\"]"] {
            assert_eq!(with("KZ", wrong).len(), 1, "{wrong}");
        }
        assert_eq!(with("XX", "\"none\""), ["`XX` is no country"]);
    }

    #[test]
    fn countries_without_a_service_are_countries() {
        let with = |category: &str, countries: &str| {
            messages(&format!(
                "category = \"{category}\"\ntransfer = \"none\"\nnot_in = {countries}\n"
            ))
        };
        assert!(with("marketing", "[\"RU\", \"BY\"]").is_empty());
        assert_eq!(with("marketing", "[\"ru\"]"), ["`ru` is no country"]);
        assert_eq!(
            with("marketing", "[\"RU\", \"RU\"]"),
            ["`RU` is listed twice"]
        );
        assert_eq!(with("essential", "[\"RU\"]").len(), 1);
    }
}
