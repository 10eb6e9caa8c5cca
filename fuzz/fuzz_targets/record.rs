//! A record as the worker's log reads it back; serde_json is the judge.

#![no_main]

libfuzzer_sys::fuzz_target!(|record: &[u8]| edge_worker::fuzzed::record(record));
