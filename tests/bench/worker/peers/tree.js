// A Merkle tree (RFC 6962) by its right edge: the roots of its full subtrees, the largest first.

import { createHash } from "node:crypto";

/** Hashes in a tile. */
export const WIDTH = 256;

export const sha256 = (...parts) =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (text) => sha256(LEAF, text);
const nodeHash = (left, right) => sha256(NODE, left, right);

export class Tree {
  size = 0;
  edge = [];

  static of(leaves) {
    const tree = new Tree();
    for (const leaf of leaves) tree.push(leaf);
    return tree;
  }

  /** The inclusion proof of a leaf. */
  static path(index, leaves) {
    if (leaves.length === 1) return [];
    const half = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
    const [left, right] = [leaves.slice(0, half), leaves.slice(half)];
    return index < half
      ? [...Tree.path(index, left), Tree.of(right).root()]
      : [...Tree.path(index - half, right), Tree.of(left).root()];
  }

  push(leaf) {
    let hash = leaf;
    for (let size = this.size; size % 2 === 1; size = (size - 1) / 2)
      hash = nodeHash(this.edge.pop(), hash);
    this.edge.push(hash);
    this.size += 1;
  }

  /** Appends full subtrees of that many leaves each, to a tree of larger ones. */
  append(hashes, unit) {
    const part = Tree.of(hashes);
    this.edge.push(...part.edge);
    this.size += part.size * unit;
  }

  root() {
    return this.edge.reduceRight((right, left) => nodeHash(left, right));
  }
}
