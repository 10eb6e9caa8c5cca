//! A strict JSON parser for the contract's types: unknown or repeated members, other types and
//! trailing text are errors. The error says no more, because it is not passed on.
//!
//! 1. `serde_json` checks the syntax and builds a tree.
//! 2. The tree feeds a type's own `Deserialize`, in the order of its fields. serde_json would feed
//!    fields by name in any order; the code for that, once per type, was a third of the module.

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use std::fmt;

/// The text is not JSON of the expected type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the JSON is not what is expected")]
pub(crate) struct InvalidJson;

impl de::Error for InvalidJson {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self
    }
}

/// JSON without fractions and negative numbers, which the contract's types do not use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(u64),
    String(String),
    Array(Vec<Json>),
    /// Members in the order of the text, each name once.
    Object(Vec<(String, Json)>),
}

/// Parses a value of a type.
///
/// # Errors
/// The text is not JSON, or not of this type.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, InvalidJson> {
    T::deserialize(parse(bytes)?)
}

/// Parses any value.
///
/// # Errors
/// The text is not JSON, or has fractions or negative numbers.
pub(crate) fn parse(bytes: &[u8]) -> Result<Json, InvalidJson> {
    serde_json::from_slice(bytes).map_err(|_| InvalidJson)
}

impl Json {
    /// The member of an object.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        let found = members.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Bool(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number))
    }

    fn visit_i64<E: de::Error>(self, _number: i64) -> Result<Json, E> {
        Err(E::custom("negative"))
    }

    fn visit_f64<E: de::Error>(self, _number: f64) -> Result<Json, E> {
        Err(E::custom("a fraction"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.to_owned()))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members: Vec<(String, Json)> = Vec::new();
        while let Some((name, value)) = map.next_entry()? {
            // A linear search is enough: a body has room for few members.
            if members.iter().any(|(known, _)| *known == name) {
                return Err(de::Error::custom("doubled"));
            }
            members.push((name, value));
        }
        Ok(Json::Object(members))
    }
}

impl IntoDeserializer<'_, InvalidJson> for Json {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Json {
    type Error = InvalidJson;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(flag) => visitor.visit_bool(flag),
            Self::Number(number) => visitor.visit_u64(number),
            Self::String(text) => visitor.visit_string(text),
            Self::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter())),
            Self::Object(members) => visitor.visit_map(MapDeserializer::new(members.into_iter())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
        match self {
            Self::Null => visitor.visit_none(),
            some => visitor.visit_some(some),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InvalidJson> {
        let Self::Object(mut members) = self else {
            return Err(InvalidJson);
        };
        let mut values = Vec::with_capacity(fields.len());
        for field in fields {
            let place = members.iter().position(|(name, _)| name == field);
            // An absent field is null: `None` of an option, and a wrong type for anything else.
            values.push(place.map_or(Self::Null, |place| members.swap_remove(place).1));
        }
        if !members.is_empty() {
            return Err(InvalidJson);
        }
        visitor.visit_seq(SeqDeserializer::new(values.into_iter()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InvalidJson> {
        match self {
            Self::String(name) => visitor.visit_enum(StrDeserializer::new(&name)),
            _ => Err(InvalidJson),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, InvalidJson> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        identifier ignored_any
    }
}

#[cfg(test)]
mod tests;
