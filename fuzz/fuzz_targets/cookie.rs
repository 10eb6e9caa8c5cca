//! The header `Cookie` of a request to the worker. What is found valid was signed.

#![no_main]

use domain::{ConsentCookie, Keys, Manifest, companion, has_only_own_cookies};
use std::sync::LazyLock;

static SITE: LazyLock<(Manifest, Keys)> = LazyLock::new(|| {
    let manifest = include_str!("../manifest.json");
    let keys = Keys::parse(&format!("1:{}", "1".repeat(64)));
    (serde_json::from_str(manifest).unwrap(), keys.unwrap())
});

libfuzzer_sys::fuzz_target!(|header: &str| {
    let (manifest, keys) = &*SITE;
    let _ = ConsentCookie::find(header, manifest, keys);
    let _ = companion(header, "cap.kz", keys);
    let _ = has_only_own_cookies(header, manifest, keys);
    // Nobody guesses a MAC of 128 bits, so that whatever is accepted stands in the corpus.
    if let Some(cookie) = ConsentCookie::verify(header, manifest, keys) {
        let signed = cookie.sign("cap.kz", keys);
        assert_eq!(signed.as_deref(), Some(header), "a second spelling");
    }
});
