//! The body of a request to the worker.

#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| edge_worker::fuzzed::body(body));
