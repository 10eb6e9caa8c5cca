//! What can happen.

use crate::{Answer, Choice, VecMap};
use proptest::prelude::*;

/// Countries by [`Event::Place`]: each regime, one where a service doesn't run, none.
pub(super) const PLACES: [&str; 5] = ["DE", "US", "KZ", "RU", "T1"];

#[derive(Debug, Clone)]
pub(super) enum Event {
    Days(u32),
    Place(usize),
    Signal(bool),
    /// A category gains a service.
    Grow(usize),
    /// A category loses a service.
    Shrink(usize),
    /// Other words.
    Words,
    /// The site stops or begins to use a category.
    Toggle(usize),
    /// A service gets another provider.
    Service(usize),
    Press(Answer),
    Withdraw,
    Erase,
    /// The other browser.
    Device,
}

fn answers() -> impl Strategy<Value = Answer> {
    let choice = (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(functional, analytics, marketing)| Choice {
            functional,
            analytics,
            marketing,
        },
    );
    let ids = ["look", "map", "count", "pixel", "video"];
    let services =
        prop::collection::btree_map(prop::sample::select(ids.to_vec()), any::<bool>(), 0..3);
    let named = |services: std::collections::BTreeMap<&str, bool>| {
        VecMap::from_iter(services.into_iter().map(|(id, on)| (id.to_owned(), on)))
    };
    prop_oneof![
        2 => Just(Answer::AcceptAll),
        2 => Just(Answer::RejectAll),
        2 => (choice, services).prop_map(move |(choice, services)| Answer::Custom(choice, named(services))),
        2 => (prop::sample::select(ids.to_vec()), any::<bool>()).prop_map(|(id, on)| Answer::Service(id.to_owned(), on)),
        2 => Just(Answer::Dismiss),
        1 => Just(Answer::Gpc),
    ]
}

pub(super) fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => prop::sample::select(vec![0, 1, 30, 100, 179, 180, 183, 184, 365, 366]).prop_map(Event::Days),
        2 => (0..PLACES.len()).prop_map(Event::Place),
        1 => any::<bool>().prop_map(Event::Signal),
        1 => (0_usize..3).prop_map(Event::Grow),
        1 => (0_usize..3).prop_map(Event::Shrink),
        1 => Just(Event::Words),
        1 => (0_usize..3).prop_map(Event::Toggle),
        1 => (0_usize..5).prop_map(Event::Service),
        8 => answers().prop_map(Event::Press),
        1 => Just(Event::Withdraw),
        1 => Just(Event::Erase),
        1 => Just(Event::Device),
    ]
}
