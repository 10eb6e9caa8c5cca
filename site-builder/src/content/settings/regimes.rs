//! Checks of `[regimes]` in `site.toml`: rules stricter than the law's are allowed, lighter ones and
//! those without a banner need a reason and are reported.

use super::{RegimeOverride, Settings};
use crate::content::file_diagnostics::FileDiagnostics;
use crate::report::diagnostic::Code;
use domain::{Place, Regime, default_regime, is_in_economic_area};
use toml::Spanned;

/// Diagnoses rules for places that don't exist, and rules that the law doesn't bear.
pub(super) fn check(settings: &Settings, found: &mut FileDiagnostics) {
    for (name, rules) in &settings.regimes {
        match Place::try_from(name.clone()) {
            Ok(place) if place.country.is_assigned() => check_rules(name, place, rules, found),
            Ok(_) | Err(_) => found.add(
                Code::InvalidFact,
                rules,
                format!("`regimes.{name}` is no country and no region of one"),
                "write the code as ISO 3166 has it, in upper case: `[regimes.US]` for a country, `[regimes.US-CA]` for a region of it; \
                 the United Kingdom is `GB`, and in the European Economic Area no such rules apply",
            ),
        }
    }
}

fn check_rules(
    name: &str,
    place: Place,
    rules: &Spanned<RegimeOverride>,
    found: &mut FileDiagnostics,
) {
    let RegimeOverride {
        regime,
        link_only,
        reason,
    } = rules.get_ref();
    let asks_first = *regime == Regime::OptIn || is_in_economic_area(place.country);
    if *link_only && asks_first {
        found.add(
            Code::InvalidFact,
            rules,
            format!("visitors from `{name}` would get no banner where nothing runs before their yes"),
            "remove `link_only`: under `opt_in`, which always applies in the European Economic Area, a visitor has to be asked, \
             and nobody consents by not pressing a link (GDPR Art. 4(11))",
        );
        return;
    }
    let usual = default_regime(place.country);
    let is_lighter = regime.is_lighter_than(usual);
    let message = match (is_lighter, link_only) {
        (false, false) => return,
        (true, false) => format!(
            "visitors from `{name}` get `{}`, where the law's table has `{}`",
            regime.as_str(),
            usual.as_str()
        ),
        (true, true) => format!(
            "visitors from `{name}` get `{}` without a banner, where the law's table has `{}`",
            regime.as_str(),
            usual.as_str()
        ),
        (false, true) => format!("visitors from `{name}` get no banner, only the footer's link"),
    };
    let has_reason = reason
        .as_deref()
        .is_some_and(|reason| !reason.trim().is_empty());
    if has_reason {
        found.add(
            Code::LighterRegime,
            rules,
            message,
            "let a lawyer confirm the reason; in the European Economic Area `opt_in` applies all the same",
        );
    } else {
        found.add(
            Code::LighterWithoutReason,
            rules,
            format!("{message}, and nobody says why"),
            "add `reason = \"…\"` with the law or advice that allows it, or make it stricter",
        );
    }
}
