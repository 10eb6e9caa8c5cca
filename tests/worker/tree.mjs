// Merkle trees (RFC 6962, section 2.1), signed notes, proofs and tiles (c2sp.org), by node:crypto
// alone: a second implementation that shares no code with the one that writes them.

import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";

/** Hashes in a tile. */
const WIDTH = 256;

/** @param {(string | Uint8Array)[]} parts */
export const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** @param {string | Uint8Array} entry */
export const leafHash = (entry) => sha256(Uint8Array.of(0), entry);

/** @param {Uint8Array} left @param {Uint8Array} right */
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

/** The number of leaves in the left half of a tree: the largest power of two below its size. */
const leftOf = (/** @type {number} */ size) => 2 ** Math.ceil(Math.log2(size) - 1);

/** A tree that grows: it holds the roots of its full subtrees, the largest first. */
export class Tree {
  size = 0;
  /** @type {Buffer[]} */
  edge = [];

  /** @param {number} size @param {Buffer[]} edge */
  static from(size, edge) {
    assert.equal(edge.length, size.toString(2).replaceAll("0", "").length, "an edge of that size");
    return Object.assign(new Tree(), { size, edge: [...edge] });
  }

  /** @param {Buffer} leaf */
  push(leaf) {
    this.edge.push(leaf);
    this.size += 1;
    for (let pairs = this.size; pairs % 2 === 0; pairs /= 2) {
      const [left, right] = this.edge.splice(-2);
      this.edge.push(nodeHash(left, right));
    }
  }

  root() {
    return this.edge.length === 0
      ? sha256()
      : this.edge.reduceRight((right, left) => nodeHash(left, right));
  }
}

/**
 * The root that an inclusion proof leads to (RFC 6962, 2.1.1).
 * @param {number} index
 * @param {number} size
 * @param {Buffer} leaf
 * @param {Buffer[]} path
 */
export const rootByInclusion = (index, size, leaf, path) => {
  assert.ok(index < size, "the tree has that entry");
  const left = [...path];
  /** @param {number} at @param {number} among @returns {Buffer} */
  const climb = (at, among) => {
    if (among === 1) return leaf;
    const sibling = left.pop() ?? assert.fail("the proof is too short");
    const half = leftOf(among);
    return at < half
      ? nodeHash(climb(at, half), sibling)
      : nodeHash(sibling, climb(at - half, among - half));
  };
  const root = climb(index, size);
  assert.equal(left.length, 0, "the proof is too long");
  return root;
};

/**
 * Whether the tree of `size` entries begins with that of `before` entries (RFC 6962, 2.1.2).
 * @param {number} before
 * @param {Buffer} rootBefore
 * @param {number} size
 * @param {Buffer} root
 * @param {Buffer[]} proof
 */
export const assertConsistent = (before, rootBefore, size, root, proof) => {
  assert.ok(before <= size, "the later tree is larger");
  const left = [...proof];
  const take = () => left.pop() ?? assert.fail("the proof is too short");
  /**
   * @param {number} m
   * @param {number} n
   * @param {boolean} isWhole the earlier tree is a subtree of this one
   * @returns {[Buffer, Buffer]} the roots, earlier and later
   */
  const climb = (m, n, isWhole) => {
    if (m === n) {
      const hash = isWhole ? rootBefore : take();
      return [hash, hash];
    }
    const half = leftOf(n);
    const sibling = take();
    if (m <= half) {
      const [earlier, later] = climb(m, half, isWhole);
      return [earlier, nodeHash(later, sibling)];
    }
    const [earlier, later] = climb(m - half, n - half, false);
    return [nodeHash(sibling, earlier), nodeHash(sibling, later)];
  };
  if (before > 0) {
    const [earlier, later] = climb(before, size, true);
    assert.deepEqual([earlier, later], [rootBefore, root], `${before} entries continue to ${size}`);
  }
  assert.equal(left.length, 0, "the proof is too long");
};

/**
 * @typedef {object} Key
 * @property {string} name
 * @property {number} kind 1 of a log, 4 of a cosigner
 * @property {Buffer} id
 * @property {import("node:crypto").KeyObject} key
 */

/**
 * @param {string} name
 * @param {number} kind
 * @param {Buffer} bytes the public key
 * @returns {Key}
 */
export const keyOf = (name, kind, bytes) => ({
  name,
  kind,
  id: sha256(name, "\n", Uint8Array.of(kind), bytes).subarray(0, 4),
  key: createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") },
    format: "jwk",
  }),
});

/**
 * Reads `<name>+<id>+<base64>`.
 * @param {string} text
 * @returns {Key}
 */
export const readKey = (text) => {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const bytes = base64(encoded);
  const key = keyOf(name, bytes[0], bytes.subarray(1));
  assert.equal(key.id.toString("hex"), id, text);
  return key;
};

/** @param {string | undefined} text */
export const base64 = (text) => {
  const bytes = Buffer.from(text ?? "", "base64");
  assert.equal(bytes.toString("base64"), text, "base64 with padding");
  return bytes;
};

/** @param {string} text */
const number = (text) => {
  assert.match(text, /^(0|[1-9]\d*)$/);
  return Number(text);
};

/**
 * @typedef {object} Checkpoint
 * @property {string} origin
 * @property {number} size
 * @property {Buffer} root
 * @property {number[]} cosigned when cosigners signed it, in seconds since 1970
 */

/**
 * Reads a checkpoint and checks its signatures: that of one of the log's keys must be there, and
 * none of a known key may be wrong.
 * @param {string} note
 * @param {Key[]} keys
 * @returns {Checkpoint}
 */
export const readCheckpoint = (note, keys) => {
  const [, text, lines] = /^((?:[^\n]+\n)+)\n((?:— [^\n]+\n)+)$/.exec(note) ?? [];
  assert.ok(text !== undefined, `a signed note: ${note}`);
  const [origin, size, root, ...rest] = text.split("\n");
  assert.deepEqual(rest, [""], "three lines");
  /** @type {number[]} */
  const cosigned = [];
  let isSigned = false;
  for (const line of lines.trimEnd().split("\n")) {
    const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? assert.fail(line);
    const bytes = base64(encoded);
    const key = keys.find((key) => key.name === name && key.id.equals(bytes.subarray(0, 4)));
    if (key === undefined) continue;
    let message = text;
    if (key.kind === 4) {
      const time = Number(bytes.readBigUInt64BE(4));
      message = `cosignature/v1\ntime ${time}\n${text}`;
      cosigned.push(time);
    } else isSigned ||= name === origin;
    assert.ok(verify(null, Buffer.from(message), key.key, bytes.subarray(-64)), line);
    assert.equal(bytes.length, key.kind === 4 ? 76 : 68, line);
  }
  assert.ok(isSigned, `the log has signed: ${note}`);
  const hash = base64(root);
  assert.equal(hash.length, 32);
  return { origin, size: number(size), root: hash, cosigned };
};

/**
 * @typedef {object} Proof
 * @property {string} record the canonical text
 * @property {number} index
 * @property {Checkpoint} checkpoint
 */

/**
 * Reads a receipt and checks all of it.
 * @param {string} text
 * @param {Key[]} keys
 * @returns {Proof}
 */
export const readReceipt = (text, keys) => {
  const [head, ...rest] = text.split("\n\n");
  const [version, extra, index, ...path] = head.split("\n");
  assert.equal(version, "c2sp.org/tlog-proof@v1");
  assert.match(extra, /^extra /);
  assert.match(index, /^index /);
  const record = base64(extra.slice(6)).toString();
  const checkpoint = readCheckpoint(rest.join("\n\n"), keys);
  const at = number(index.slice(6));
  const root = rootByInclusion(at, checkpoint.size, leafHash(record), path.map(base64));
  assert.deepEqual(root, checkpoint.root, "the record is in the log");
  return { record, index: at, checkpoint };
};

/**
 * The path of a tile below `/log/tile/`.
 * @param {number | "entries"} level
 * @param {number} place counted from 0
 * @param {number} [width]
 */
export const tilePath = (level, place, width = WIDTH) => {
  const groups = String(place)
    .padStart(Math.ceil(String(place).length / 3) * 3, "0")
    .match(/.{3}/g);
  assert.ok(groups);
  const last = groups.pop();
  const partial = width === WIDTH ? "" : `.p/${width}`;
  return `${level}/${groups.map((group) => `x${group}/`).join("")}${last}${partial}`;
};

/**
 * The hashes of all leaves, from the tiles of a tree, each checked against those above it.
 * @param {number} size
 * @param {Buffer} root
 * @param {(path: string) => Promise<Buffer>} read
 * @returns {Promise<Buffer[]>}
 */
export const leavesOf = async (size, root, read) => {
  /** @type {Buffer[] | undefined} */
  let leaves;
  /** @type {Buffer[]} */
  let below = [];
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / WIDTH)) {
    /** @type {Buffer[]} */
    const hashes = [];
    for (let place = 0; place * WIDTH < count; place += 1) {
      const width = Math.min(WIDTH, count - place * WIDTH);
      const tile = await read(tilePath(level, place, width));
      assert.equal(tile.length, width * 32, tilePath(level, place, width));
      for (let at = 0; at < width; at += 1) hashes.push(tile.subarray(32 * at, 32 * at + 32));
    }
    const parents = Array.from({ length: Math.floor(below.length / WIDTH) }, (_, place) => {
      const tree = new Tree();
      for (const hash of below.slice(place * WIDTH, place * WIDTH + WIDTH)) tree.push(hash);
      return tree.root();
    });
    if (level > 0) assert.deepEqual(hashes, parents, `tiles of level ${level}`);
    leaves ??= hashes;
    below = hashes;
  }
  const tree = new Tree();
  for (const leaf of leaves ?? []) tree.push(leaf);
  assert.deepEqual(tree.root(), root, "the tiles are those of the checkpoint");
  return leaves ?? [];
};

/**
 * The entries of a bundle; those that were purged are empty.
 * @param {Buffer} bytes
 */
export const readBundle = (bytes) => {
  const entries = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 2 + bytes.readUInt16BE(at);
    assert.ok(end <= bytes.length, "the bundle is whole");
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
};
