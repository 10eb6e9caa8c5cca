//! Hashes of a Merkle tree (RFC 6962, section 2.1), and the verification of its proofs (RFC 9162,
//! sections 2.1.3.2 and 2.1.4.2).

use crate::Digest;

/// Hash of an entry. Its prefix keeps an entry from passing for a node.
pub fn leaf_hash(entry: &[u8]) -> Digest {
    Digest::of(&[&[0], entry])
}

/// Hash of a node over its two children.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest::of(&[&[1], left.as_bytes(), right.as_bytes()])
}

/// The right edge of a tree: the roots of the full subtrees that it consists of, the largest first.
/// They suffice to append and to compute the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    hashes: Vec<Digest>,
}

impl Edge {
    /// The edge of an empty tree.
    pub const fn empty() -> Self {
        Self {
            size: 0,
            hashes: Vec::new(),
        }
    }

    /// The edge of a tree of that size; `None` if it has another number of subtrees.
    pub fn new(size: u64, hashes: Vec<Digest>) -> Option<Self> {
        (u64::from(size.count_ones()) == hashes.len() as u64).then_some(Self { size, hashes })
    }

    /// The edge of a tree of that size, whose subtrees the caller has counted.
    pub(super) const fn from_parts(size: u64, hashes: Vec<Digest>) -> Self {
        Self { size, hashes }
    }

    /// How many entries the tree has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the full subtrees, the largest first.
    pub fn hashes(&self) -> &[Digest] {
        &self.hashes
    }

    /// Appends an entry by its [`leaf_hash`].
    pub fn push(&mut self, leaf: Digest) {
        let mut hash = leaf;
        // Each one at the end of the size is a subtree as large as the one that ends with the leaf.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.hashes.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.hashes.push(hash);
        self.size = self.size.saturating_add(1);
    }

    /// The root; of an empty tree the hash of nothing.
    pub fn root(&self) -> Digest {
        let mut hashes = self.hashes.iter().rev();
        match hashes.next() {
            None => Digest::of(&[]),
            Some(last) => hashes.fold(*last, |right, left| node_hash(left, &right)),
        }
    }

    /// The inclusion proof of the entry that is appended next, in the tree that ends with it: all
    /// that is beside its path are the subtrees before it.
    pub fn next_path(&self) -> Vec<Digest> {
        self.hashes.iter().rev().copied().collect()
    }
}

/// The root of the tree of `size` entries that contains an entry at an index, by its inclusion
/// proof. `None` when the proof has another length than such a tree needs.
pub fn root_by_inclusion(index: u64, size: u64, leaf: &Digest, path: &[Digest]) -> Option<Digest> {
    if index >= size {
        return None;
    }
    let (mut node, mut last) = (index, size.saturating_sub(1));
    let mut hash = *leaf;
    for sibling in path {
        if last == 0 {
            return None;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            // On the right edge, levels at which the node has no sibling have no hash.
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

/// Whether the tree of `new` entries begins with the tree of `old` entries. Every tree begins with
/// the empty one; that proof, and that of a tree with itself, is empty.
pub fn verify_consistency(
    old: u64,
    old_root: &Digest,
    new: u64,
    new_root: &Digest,
    proof: &[Digest],
) -> bool {
    if old >= new || old == 0 {
        return proof.is_empty() && (old == 0 || (old == new && old_root == new_root));
    }
    let (mut node, mut last) = (old.saturating_sub(1), new.saturating_sub(1));
    let complete = node.trailing_ones();
    node >>= complete;
    last >>= complete;
    // A tree whose size is a power of two is a subtree of every later one, so the proof leaves its
    // root out.
    let (first, rest) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        match proof.split_first() {
            Some(split) => split,
            None => return false,
        }
    };
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6962, section 2.1, as it stands there.
    fn root_of(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => Digest::of(&[]),
            [leaf] => *leaf,
            _ => {
                let half = leaves.len().next_power_of_two() / 2;
                let (left, right) = leaves.split_at(half);
                node_hash(&root_of(left), &root_of(right))
            }
        }
    }

    fn leaves(number: u64) -> Vec<Digest> {
        (0..number).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    #[test]
    fn the_edge_has_the_root_and_the_path_of_the_newest_entry() {
        let leaves = leaves(300);
        let mut edge = Edge::empty();
        for (index, leaf) in leaves.iter().enumerate() {
            let path = edge.next_path();
            edge.push(*leaf);
            let (index, size) = (index as u64, edge.size());
            let root = root_of(leaves.get(..=index as usize).unwrap());
            assert_eq!(edge.root(), root);
            assert_eq!(root_by_inclusion(index, size, leaf, &path), Some(root));
            assert_eq!(Edge::new(size, edge.hashes().to_vec()), Some(edge.clone()));
            assert_eq!(
                Edge::new(size + 1, edge.hashes().to_vec()).is_some(),
                (size + 1).count_ones() == size.count_ones()
            );
        }
    }

    #[test]
    fn the_first_hashes_are_those_of_certificate_transparency() {
        // The test vectors of the reference implementation of Certificate Transparency.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Edge::empty().root().to_string(), empty);
        let leaf = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
        assert_eq!(leaf_hash(b"").to_string(), leaf);
    }
}
