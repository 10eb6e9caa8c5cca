//! Checks `[service.options]` against the options that `vendors.toml` knows of the service's kind.

use crate::content::file_diagnostics::FileDiagnostics;
use crate::content::register::{Register, Service};
use crate::content::similar_name::most_similar;
use crate::content::vendor::options::{OptionForm, VendorOption, further_categories};
use crate::content::vendor::{self, ServiceKind};
use crate::report::diagnostic::Code;
use std::collections::BTreeMap;

/// Reports options that the kind doesn't have, values of the wrong form, and categories that start
/// the service although visitors aren't asked about them.
pub(super) fn check(service: &Service, register: &Register, found: &mut FileDiagnostics) {
    let known = &vendor::of(service.kind).options;
    for (name, value) in &service.options {
        let Some(option) = known.get(name.get_ref()) else {
            found.add(
                Code::InvalidService,
                name,
                format!(
                    "`{}` is no option of {}",
                    name.get_ref(),
                    service.kind.as_str()
                ),
                help_on_name(name.get_ref(), service.kind, known),
            );
            continue;
        };
        if !option.form.fits(value.get_ref()) {
            found.add(
                Code::InvalidService,
                value,
                format!(
                    "`{}` of `{}` has no value of the right form",
                    name.get_ref(),
                    service.id.get_ref()
                ),
                option.form.help(),
            );
        } else if option.form == OptionForm::Categories {
            for category in further_categories(service.kind, &service.options) {
                if category == service.category {
                    found.add(
                        Code::InvalidService,
                        value,
                        format!(
                            "`{}` is the category of the service itself",
                            category.as_str()
                        ),
                        "name the other categories of its tags, or take the option out",
                    );
                } else if register.in_category(category).next().is_none() {
                    found.add(
                        Code::InvalidService,
                        value,
                        format!("visitors aren't asked about `{}`: no service is in it", category.as_str()),
                        "list the tags of that category, each as a `[[service]]` of its own with `kind = \"external\"`",
                    );
                }
            }
        }
    }
}

fn help_on_name(wrong: &str, kind: ServiceKind, known: &BTreeMap<String, VendorOption>) -> String {
    if known.is_empty() {
        return format!("{} has no options: take it out", kind.as_str());
    }
    if let Some(name) = most_similar(wrong, known.keys().map(String::as_str)) {
        return format!("did you mean `{name}`?");
    }
    let names: Vec<String> = known.keys().map(|name| format!("`{name}`")).collect();
    format!("its options are {}", names.join(", "))
}
