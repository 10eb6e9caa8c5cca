//! A map of few entries, a JSON object whose keys are not known beforehand. It is a vector: a
//! `BTreeMap` would add 13 kB of code to the worker.

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::{Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// Values by key, in the order in which they were collected or read. Each key once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VecMap<K, V>(Vec<(K, V)>);

impl<K: PartialEq, V> VecMap<K, V> {
    /// The value of a key.
    pub fn get(&self, name: &K) -> Option<&V> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    /// Keys and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = &(K, V)> {
        self.0.iter()
    }

    /// The values.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }
}

/// Sorted by key, so that equal maps are written as equal bytes. Of equal keys the last one counts.
impl<K: Ord, V> FromIterator<(K, V)> for VecMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(members: I) -> Self {
        let mut sorted: Vec<(K, V)> = Vec::new();
        for member in members {
            let found = sorted.binary_search_by(|(known, _)| known.cmp(&member.0));
            let place = found.unwrap_or_else(|place| place);
            if found.is_ok() {
                sorted.remove(place);
            }
            sorted.insert(place, member);
        }
        Self(sorted)
    }
}

impl<K: Serialize, V: Serialize> Serialize for VecMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de, K: Deserialize<'de> + PartialEq, V: Deserialize<'de>> Deserialize<'de> for VecMap<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members(PhantomData))
    }
}

struct Members<K, V>(PhantomData<(K, V)>);

impl<'de, K: Deserialize<'de> + PartialEq, V: Deserialize<'de>> Visitor<'de> for Members<K, V> {
    type Value = VecMap<K, V>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<VecMap<K, V>, A::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry()? {
            if members.iter().any(|(known, _)| *known == name) {
                return Err(de::Error::custom("a name stands twice"));
            }
            members.push((name, value));
        }
        Ok(VecMap(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_written_in_the_order_of_their_names() {
        let named: VecMap<_, _> = [("ru", 2), ("kk", 1), ("kk", 3)].into_iter().collect();
        assert_eq!(serde_json::to_string(&named).unwrap(), r#"{"kk":3,"ru":2}"#);
        assert_eq!((named.get(&"ru"), named.get(&"en")), (Some(&2), None));
    }

    #[test]
    fn a_name_that_stands_twice_is_refused() {
        let read = serde_json::from_str::<VecMap<String, bool>>;
        assert_eq!(read(r#"{"b":true,"a":false}"#).unwrap().values().count(), 2);
        assert!(read(r#"{"a":true,"a":true}"#).is_err());
    }
}
