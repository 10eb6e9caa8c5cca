//! Long random histories of a visitor: presses, days, editions of the site, countries, the browser's
//! signal, erasures, two browsers. After each event two properties are checked, against a model that
//! remembers in plain words what the visitor did:
//!
//! - nothing runs after a no without a yes in between;
//! - nobody who answered is asked again before the rule says so.
//!
//! The same histories are written to `tests/theme/histories.json`, by which a test of the page's
//! script checks that it decides the same from the cookie alone.

mod events;
mod page;
mod world;

use events::events;
use proptest::prelude::*;
use world::World;

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]
    #[test]
    fn nothing_runs_after_a_no_and_nobody_is_asked_too_early(history in prop::collection::vec(events(), 1..60)) {
        let mut world = World::new();
        for event in &history {
            world.step(event);
            world.check(event);
        }
    }
}
