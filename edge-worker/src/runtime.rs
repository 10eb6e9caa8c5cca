//! The Workers runtime, behind functions that take and return plain values where they can.

pub(crate) mod bucket;
pub(crate) mod cache;
pub(crate) mod http;
pub(crate) mod js;
pub(crate) mod signing;
pub(crate) mod sql;
pub(crate) mod witness;

pub(crate) use worker::Error;
