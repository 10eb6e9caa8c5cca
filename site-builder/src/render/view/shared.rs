//! Views that many pages show, converted for templates once.

use minijinja::Value;
use minijinja::value::Serde;
use serde::{Serialize, Serializer};
use std::ops::Deref;
use std::sync::Arc;

/// A view with its template value. Clones share both.
#[derive(Debug)]
pub struct Shared<T> {
    view: Arc<T>,
    value: Value,
}

impl<T: Serialize> Shared<T> {
    /// Converts a view.
    pub fn new(view: T) -> Self {
        Self {
            value: Value::from(Serde(&view)),
            view: Arc::new(view),
        }
    }
}

impl<T> Shared<T> {
    /// The view as a template value.
    pub fn value(&self) -> Value {
        self.value.clone()
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self {
            view: Arc::clone(&self.view),
            value: self.value.clone(),
        }
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.view
    }
}

impl<T> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}
