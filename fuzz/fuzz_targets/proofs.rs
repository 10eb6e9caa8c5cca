//! Proofs for trees of any size, also of sizes that no tree has.

#![no_main]

use domain::Digest;
use domain::tlog::{Edge, node_hash, root_by_inclusion, verify_consistency};

libfuzzer_sys::fuzz_target!(|input: (u64, u64, Vec<[u8; 32]>)| {
    let (index, size, hashes) = input;
    let hashes: Vec<Digest> = hashes.into_iter().map(Digest::from).collect();
    if let Some(mut edge) = Edge::new(size, hashes.clone()) {
        let root = edge.root();
        let path = edge.next_path();
        let leaf = Digest::of(&[b"leaf"]);
        edge.push(leaf);
        if size < u64::MAX {
            assert_eq!(
                root_by_inclusion(size, size + 1, &leaf, &path),
                Some(edge.root())
            );
        }
        assert!(verify_consistency(size, &root, size, &root, &[]));
    }
    let Some((first, proof)) = hashes.split_first() else {
        return;
    };
    if let Some(root) = root_by_inclusion(index, size, first, proof) {
        assert!(index < size && proof.len() <= 64);
        // A path for another leaf leads to another root.
        let other = node_hash(first, first);
        assert_ne!(root_by_inclusion(index, size, &other, proof), Some(root));
    }
    let _ = verify_consistency(index, first, size, first, proof);
});
