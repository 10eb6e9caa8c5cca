//! Values that pages share.

use minijinja::Value;
use minijinja::value::Serde;
use serde::{Serialize, Serializer};
use std::ops::Deref;
use std::sync::Arc;

/// A view that many pages share, with what templates see of it made once.
#[derive(Debug)]
pub struct Ready<T> {
    view: Arc<T>,
    value: Value,
}

impl<T: Serialize> Ready<T> {
    /// Makes a view ready.
    pub fn new(view: T) -> Self {
        Self {
            value: Value::from(Serde(&view)),
            view: Arc::new(view),
        }
    }
}

impl<T> Ready<T> {
    /// What templates see.
    pub fn value(&self) -> Value {
        self.value.clone()
    }
}

impl<T> Clone for Ready<T> {
    fn clone(&self) -> Self {
        Self {
            view: Arc::clone(&self.view),
            value: self.value.clone(),
        }
    }
}

impl<T> Deref for Ready<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.view
    }
}

impl<T> Serialize for Ready<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}
