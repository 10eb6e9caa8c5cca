//! Roots and proofs of `domain::tlog` are those of tlog_tiles and ct-merkle; what these refuse, it
//! refuses.

use ct_merkle::InclusionProof;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use domain::Digest;
use domain::tlog::{
    Edge, consistency_proof, edge, inclusion_proof, leaf_hash, root_by_inclusion,
    verify_consistency,
};
use judges::tree::{Tree, entry, foreign, foreign_proof};
use proptest::prelude::*;
use sha2::Sha256;
use tlog_tiles::{check_record, check_tree, prove_record, prove_tree, tree_hash};

/// Compares what a tree of that size has to say of an entry and of an earlier size.
fn compare(tree: &Tree, size: u64, index: u64, old: u64) {
    let root = edge(tree, size).unwrap().root();
    assert_eq!(foreign(&root), tree_hash(size, &tree.stored()).unwrap());

    let path = inclusion_proof(tree, index, size).unwrap();
    let theirs = prove_record(size, index, &tree.stored()).unwrap();
    assert_eq!(foreign_proof(&path), theirs, "entry {index} of {size}");
    let leaf = leaf_hash(&entry(index));
    check_record(&theirs, size, foreign(&root), index, foreign(&leaf)).unwrap();
    assert_eq!(root_by_inclusion(index, size, &leaf, &path), Some(root));

    let old_root = edge(tree, old).unwrap().root();
    let proof = consistency_proof(tree, old, size).unwrap();
    let theirs = prove_tree(size, old, &tree.stored()).unwrap();
    assert_eq!(foreign_proof(&proof), theirs, "{old} to {size}");
    check_tree(&theirs, size, foreign(&root), old, foreign(&old_root)).unwrap();
    assert!(verify_consistency(old, &old_root, size, &root, &proof));
}

#[test]
fn entries_of_every_small_tree_are_proved_alike() {
    let tree = Tree::new(600);
    let mut grown = Edge::empty();
    for size in 1..=600 {
        let path = grown.next_path();
        grown.push(leaf_hash(&entry(size - 1)));
        assert_eq!(edge(&tree, size), Ok(grown.clone()));
        assert_eq!(inclusion_proof(&tree, size - 1, size), Ok(path));
        // All of the smallest, of the others every seventh, from another one on each time.
        for index in (0..size).filter(|index| size <= 130 || (index + size) % 7 == 0) {
            compare(&tree, size, index, index + 1);
        }
    }
}

#[test]
fn trees_of_several_levels_of_tiles_are_proved_alike() {
    let tree = Tree::new(70_000);
    let sizes = [65_535, 65_536, 65_537, 65_791, 65_792, 65_793, 70_000];
    for size in sizes {
        for index in [
            0,
            1,
            255,
            256,
            257,
            32_767,
            32_768,
            65_279,
            65_534,
            size - 1,
        ] {
            compare(&tree, size, index, index + 1);
        }
    }
    let mut runner = proptest::test_runner::TestRunner::default();
    let sizes = (1..=70_000_u64).prop_flat_map(|size| (Just(size), 0..size, 1..=size));
    runner
        .run(&sizes, |(size, index, old)| {
            compare(&tree, size, index, old);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_tree_in_memory_of_another_crate_has_the_same_roots_and_proofs() {
    let tree = Tree::new(300);
    let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for size in 1..=300 {
        theirs.push(entry(size - 1));
        let root = theirs.root();
        let ours = edge(&tree, size).unwrap().root();
        assert_eq!(root.as_bytes().as_slice(), ours.as_bytes());
        let bytes = |proof: Vec<Digest>| -> Vec<u8> {
            proof.iter().flat_map(|hash| *hash.as_bytes()).collect()
        };
        for index in (0..size).step_by(7) {
            let path = bytes(inclusion_proof(&tree, index, size).unwrap());
            assert_eq!(theirs.prove_inclusion(index as usize).as_bytes(), path);
            let path = InclusionProof::<Sha256>::from_bytes(path);
            root.verify_inclusion(&entry(index), index, &path).unwrap();
        }
        for added in (0..size).step_by(11) {
            let old = size - added;
            let proof = bytes(consistency_proof(&tree, old, size).unwrap());
            assert_eq!(theirs.prove_consistency(added as usize).as_bytes(), proof);
        }
    }
}

/// A proof after one change, and whether both sides accept it.
#[derive(Debug, Clone)]
enum Change {
    Flip(usize),
    Remove(usize),
    Repeat(usize),
    Swap(usize, usize),
}

fn apply(change: &Change, proof: &mut Vec<Digest>) {
    if proof.is_empty() {
        return proof.push(leaf_hash(b"more"));
    }
    let count = proof.len();
    match *change {
        Change::Flip(at) => proof[at % count] = leaf_hash(b"other"),
        Change::Remove(at) => drop(proof.remove(at % count)),
        Change::Repeat(at) => proof.insert(at % count, proof[at % count]),
        Change::Swap(one, other) => proof.swap(one % count, other % count),
    }
}

fn changes() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<usize>().prop_map(Change::Flip),
        any::<usize>().prop_map(Change::Remove),
        any::<usize>().prop_map(Change::Repeat),
        any::<(usize, usize)>().prop_map(|(one, other)| Change::Swap(one, other)),
    ]
}

proptest! {
    #[test]
    fn a_changed_proof_is_refused_by_both_or_by_none(
        (size, index, old) in (1..=600_u64).prop_flat_map(|size| (Just(size), 0..size, 1..=size)),
        change in changes(),
        moved in 0..=1_u64,
    ) {
        let tree = Tree::new(size);
        let root = edge(&tree, size).unwrap().root();
        let leaf = leaf_hash(&entry(index));
        let mut path = inclusion_proof(&tree, index, size).unwrap();
        apply(&change, &mut path);
        let index = (index + moved) % size;
        let theirs =
            check_record(&foreign_proof(&path), size, foreign(&root), index, foreign(&leaf));
        let ours = root_by_inclusion(index, size, &leaf, &path) == Some(root);
        prop_assert_eq!(ours, theirs.is_ok());

        let old_root = edge(&tree, old).unwrap().root();
        let mut proof = consistency_proof(&tree, old, size).unwrap();
        apply(&change, &mut proof);
        let theirs =
            check_tree(&foreign_proof(&proof), size, foreign(&root), old, foreign(&old_root));
        let ours = verify_consistency(old, &old_root, size, &root, &proof);
        prop_assert_eq!(ours, theirs.is_ok());
    }
}
