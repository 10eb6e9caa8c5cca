//! Path, query and headers of a request to the worker.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| edge_worker::fuzzed::address(text));
