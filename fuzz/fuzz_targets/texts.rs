//! The texts of c2sp.org: what is read is written again as it was.

#![no_main]

use domain::tlog::{
    AddCheckpoint, Cosignature, FirstEntry, Note, NoteSignature, Proof, Resource, TreeHead,
    VerifierKey, read_bundle, write_bundle,
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some(entries) = read_bundle(bytes) {
        assert_eq!(write_bundle(entries).as_deref(), Some(bytes));
    }
    if let Some(cosignature) = Cosignature::from_bytes(bytes) {
        assert_eq!(cosignature.to_bytes(), bytes);
    }
    if let Ok(entry) = serde_json::from_slice::<FirstEntry>(bytes) {
        let canonical = entry.canonical().unwrap();
        assert_eq!(
            serde_json::from_str::<FirstEntry>(&canonical).unwrap(),
            entry
        );
    }
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    if let Ok(note) = Note::parse(text) {
        assert_eq!(note.to_string(), text);
    }
    if let Ok(line) = NoteSignature::parse(text) {
        assert_eq!(line.to_string(), text);
    }
    if let Ok(key) = VerifierKey::parse(text) {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(head) = TreeHead::parse(text) {
        assert!(text.starts_with(&head.to_string()));
    }
    if let Ok(proof) = Proof::parse(text) {
        assert_eq!(proof.to_string(), text);
    }
    if let Ok(request) = AddCheckpoint::parse(text) {
        assert_eq!(request.to_string(), text);
    }
    if let Ok(resource) = Resource::parse(text) {
        assert_eq!(resource.to_string(), text);
    }
});
