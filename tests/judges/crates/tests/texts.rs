//! Paths, keys, notes and checkpoints of `domain::tlog` are those of tlog_tiles and signed_note, and
//! it reads nothing that these don't read.

use domain::tlog::{KeyKind, Note, Resource, ResourceKind, TILE_WIDTH, TreeHead, VerifierKey};
use ed25519_dalek::{Signer as _, SigningKey};
use proptest::prelude::*;
use signed_note::{StandardVerifier, VerifierList};
use tlog_tiles::{Checkpoint, Tile};

/// The path of a tile as tlog_tiles writes it, whose paths name the height and call entries data.
fn to_foreign(path: &str) -> String {
    format!("tile/8/{}", path.replacen("entries/", "data/", 1))
}

fn resources() -> impl Strategy<Value = Resource> {
    let kind = prop_oneof![
        (0..=63_u8).prop_map(ResourceKind::Tile),
        Just(ResourceKind::Entries)
    ];
    (kind, 0..(1_u64 << 50), 0..50_u32, 1..=TILE_WIDTH).prop_map(|(kind, number, shift, width)| {
        Resource {
            kind,
            number: number >> shift,
            width,
        }
    })
}

/// A text with one character replaced, put in or left out.
fn changed(text: &str, at: usize, with: char, how: u8) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = at % characters.len();
    match how {
        0 => characters[at] = with,
        1 => characters.insert(at, with),
        _ => drop(characters.remove(at)),
    }
    characters.into_iter().collect()
}

fn characters() -> impl Strategy<Value = char> {
    prop_oneof![
        proptest::sample::select(vec![
            'x', '/', '0', '1', '9', '.', 'p', '+', '-', ' ', '\n', '\r', '=', 'A', '—', '\0'
        ]),
        any::<char>(),
    ]
}

fn note() -> String {
    let signer = SigningKey::from_bytes(&[7; 32]);
    let root = domain::tlog::leaf_hash(b"root");
    let head = TreeHead {
        origin: "cap.kz/log".to_owned(),
        size: 1234,
        root,
    };
    let text = format!("{head}an extension\n");
    let bytes = signer.sign(text.as_bytes()).to_bytes().to_vec();
    let key = key(&signer, KeyKind::Log);
    let signature = domain::tlog::NoteSignature {
        key_id: key.id(),
        name: key.name,
        bytes,
    };
    let mut stranger = signature.clone();
    stranger.name = "another".to_owned();
    let signatures = vec![stranger, signature];
    Note { text, signatures }.to_string()
}

fn key(signer: &SigningKey, kind: KeyKind) -> VerifierKey {
    VerifierKey {
        name: "cap.kz/log".to_owned(),
        kind,
        key: signer.verifying_key().to_bytes(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_tile_has_the_same_path(resource in resources()) {
        let (level, is_data) = match resource.kind {
            ResourceKind::Tile(level) => (level, false),
            ResourceKind::Entries => (0, true),
        };
        let theirs = Tile::new(8, level, resource.number, resource.width as u32, is_data);
        prop_assert_eq!(to_foreign(&resource.to_string()), theirs.path());
        prop_assert_eq!(Tile::from_path(&theirs.path()).unwrap(), theirs);
    }

    #[test]
    fn a_path_that_is_read_means_the_same_to_both(
        resource in resources(), at: usize, with in characters(), how in 0..3_u8,
    ) {
        let path = changed(&resource.to_string(), at, with, how);
        if let Ok(read) = Resource::parse(&path) {
            let theirs = Tile::from_path(&to_foreign(&path)).unwrap();
            prop_assert_eq!(theirs.level_index(), read.number);
            prop_assert_eq!(u64::from(theirs.width()), read.width);
        }
    }

    #[test]
    fn a_note_that_is_read_is_read_alike(
        at: usize, with in characters(), how in 0..3_u8,
    ) {
        let note = changed(&note(), at, with, how);
        if let Ok(read) = Note::parse(&note) {
            let theirs = signed_note::Note::from_bytes(note.as_bytes()).unwrap();
            prop_assert_eq!(theirs.text(), read.text.as_bytes());
            prop_assert_eq!(String::from_utf8(theirs.to_bytes()).unwrap(), read.to_string());
            if let Ok(head) = TreeHead::parse(&read.text) {
                let theirs = Checkpoint::from_bytes(read.text.as_bytes()).unwrap();
                prop_assert_eq!(theirs.origin(), head.origin);
                prop_assert_eq!(theirs.size(), head.size);
                prop_assert_eq!(&theirs.hash().0, head.root.as_bytes());
            }
        }
    }

    #[test]
    fn a_key_that_is_read_is_read_by_both(
        at: usize, with in characters(), how in 0..3_u8,
    ) {
        let key = key(&SigningKey::from_bytes(&[7; 32]), KeyKind::Log).to_string();
        let key = changed(&key, at, with, how);
        if VerifierKey::parse(&key).is_ok() {
            prop_assert!(StandardVerifier::new(&key).is_ok());
        }
    }
}

#[test]
fn keys_and_notes_are_those_of_signed_note() {
    for seed in 0..100 {
        let signer = SigningKey::from_bytes(&[seed; 32]);
        let ours = key(&signer, KeyKind::Log).to_string();
        let theirs = signed_note::new_ed25519_verifier_key("cap.kz/log", &signer.verifying_key());
        assert_eq!(ours, theirs);
    }
    let ours = key(&SigningKey::from_bytes(&[7; 32]), KeyKind::Log).to_string();
    let keys = VerifierList::new(vec![Box::new(StandardVerifier::new(&ours).unwrap())]);
    let read = signed_note::Note::from_bytes(note().as_bytes()).unwrap();
    let (verified, unknown) = read.verify(&keys).unwrap();
    assert_eq!((verified.len(), unknown.len()), (1, 1));
}
