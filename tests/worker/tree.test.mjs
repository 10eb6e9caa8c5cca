// The verifier of the tests, checked by itself: against trees computed as RFC 6962 defines them, the
// test vectors of others, and changes that it must notice.

import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { test } from "node:test";
import {
  assertConsistent,
  keyOf,
  leafHash,
  leavesOf,
  readBundle,
  readCheckpoint,
  readKey,
  readReceipt,
  rootByInclusion,
  sha256,
  Tree,
  tilePath,
} from "./tree.mjs";

const SIZES = Array.from({ length: 70 }, (_, size) => size + 1);
const leaves = SIZES.map((size) => leafHash(`entry ${size}`));

/** RFC 6962, section 2.1. @param {Buffer[]} list @returns {Buffer} */
const rootOf = (list) => {
  if (list.length <= 1) return list[0] ?? sha256();
  let half = 1;
  while (half * 2 < list.length) half *= 2;
  return sha256("\x01", rootOf(list.slice(0, half)), rootOf(list.slice(half)));
};

/** PATH(m, D[n]) of section 2.1.1. @param {number} m @param {Buffer[]} list @returns {Buffer[]} */
const pathOf = (m, list) => {
  if (list.length === 1) return [];
  let half = 1;
  while (half * 2 < list.length) half *= 2;
  const [left, right] = [list.slice(0, half), list.slice(half)];
  return m < half
    ? [...pathOf(m, left), rootOf(right)]
    : [...pathOf(m - half, right), rootOf(left)];
};

/**
 * SUBPROOF(m, D[n], b) of section 2.1.2.
 * @param {number} m
 * @param {Buffer[]} list
 * @param {boolean} isWhole
 * @returns {Buffer[]}
 */
const subproof = (m, list, isWhole) => {
  if (m === list.length) return isWhole ? [] : [rootOf(list)];
  let half = 1;
  while (half * 2 < list.length) half *= 2;
  const [left, right] = [list.slice(0, half), list.slice(half)];
  return m <= half
    ? [...subproof(m, left, isWhole), rootOf(right)]
    : [...subproof(m - half, right, false), rootOf(left)];
};

test("roots and proofs are those of the definition, and no other passes", () => {
  const tree = new Tree();
  for (const size of SIZES) {
    tree.push(leaves[size - 1]);
    const list = leaves.slice(0, size);
    const root = rootOf(list);
    assert.deepEqual(tree.root(), root);
    assert.deepEqual(Tree.from(size, tree.edge).root(), root);
    for (const index of [0, size >> 1, size - 1]) {
      const path = pathOf(index, list);
      assert.deepEqual(rootByInclusion(index, size, list[index], path), root);
      assert.notDeepEqual(rootByInclusion(index, size, sha256(), path), root);
      assert.throws(() => rootByInclusion(index, size, list[index], [...path, root]), /too long/);
      if (size > 1)
        assert.throws(() => rootByInclusion(index, size, list[index], path.slice(1)), /too short/);
    }
    for (const before of [0, 1, size >> 1, size - 1, size]) {
      const earlier = rootOf(leaves.slice(0, before));
      const proof = before === 0 ? [] : subproof(before, list, true);
      assertConsistent(before, earlier, size, root, proof);
      if (before > 0) {
        assert.throws(() => assertConsistent(before, sha256("x"), size, root, proof));
        assert.throws(() => assertConsistent(before, earlier, size, sha256("x"), proof));
      }
      assert.throws(() => assertConsistent(before, earlier, size, root, [...proof, root]));
    }
  }
});

test("hashes, keys and paths are those of other implementations", () => {
  // The reference implementation of Certificate Transparency.
  const empty = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
  assert.equal(leafHash("").toString("hex"), empty);
  // Go's checksum database.
  const go = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
  assert.deepEqual([readKey(go).name, readKey(go).kind], ["sum.golang.org", 1]);
  assert.throws(() => readKey(go.replace("033d", "033e")));
  // The examples of c2sp.org/tlog-tiles.
  assert.equal(tilePath(0, 1234067, 128), "0/x001/x234/067.p/128");
  assert.equal(tilePath("entries", 0), "entries/000");
});

const seed = createPrivateKey({
  key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, 7)]),
  format: "der",
  type: "pkcs8",
});
const bytes = Buffer.from(String(createPublicKey(seed).export({ format: "jwk" }).x), "base64url");
const keys = [1, 4].map((kind) => keyOf("cap.kz/log", kind, bytes));

/** @param {string} text @param {number} [time] */
const signed = (text, time) => {
  const cosigned = Buffer.alloc(8);
  cosigned.writeBigUInt64BE(BigInt(time ?? 0));
  const lines = [
    Buffer.concat([keys[0].id, sign(null, Buffer.from(text), seed)]),
    ...(time === undefined
      ? []
      : [
          Buffer.concat([
            keys[1].id,
            cosigned,
            sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), seed),
          ]),
        ]),
  ];
  return `${text}\n${lines.map((line) => `— cap.kz/log ${line.toString("base64")}\n`).join("")}`;
};

/** @param {number} size @param {Buffer} root */
const headOf = (size, root) => `cap.kz/log\n${size}\n${root.toString("base64")}\n`;

test("a checkpoint is of the log that signed it, and a receipt of its record", () => {
  const note = signed(headOf(70, rootOf(leaves)), 1_800_000_000);
  const checkpoint = readCheckpoint(note, keys);
  assert.deepEqual([checkpoint.size, checkpoint.cosigned], [70, [1_800_000_000]]);
  assert.throws(() => readCheckpoint(note.replace("\n70\n", "\n71\n"), keys));
  assert.throws(() => readCheckpoint(note.replace("\n70\n", "\n070\n"), keys));
  assert.throws(() => readCheckpoint(note, []), /has signed/);
  assert.throws(() => readCheckpoint(signed(headOf(70, sha256("x"))), [keys[1]]), /has signed/);

  const path = pathOf(3, leaves).map((hash) => `${hash.toString("base64")}\n`);
  const extra = Buffer.from("entry 4").toString("base64");
  const receipt = `c2sp.org/tlog-proof@v1\nextra ${extra}\nindex 3\n${path.join("")}\n${note}`;
  assert.deepEqual(
    [readReceipt(receipt, keys).record, readReceipt(receipt, keys).index],
    ["entry 4", 3],
  );
  assert.throws(() => readReceipt(receipt.replace("index 3", "index 2"), keys));
  assert.throws(() => readReceipt(receipt.replace(extra, extra.replace("Z", "Y")), keys));
});

test("tiles are those of the checkpoint, and each is of those below it", async () => {
  const many = Array.from({ length: 600 }, (_, at) => leafHash(`${at}`));
  /** @type {Map<string, Buffer>} */
  const tiles = new Map();
  for (const [place, width] of [
    [0, 256],
    [1, 256],
    [2, 88],
  ])
    tiles.set(
      tilePath(0, place, width),
      Buffer.concat(many.slice(256 * place, 256 * place + width)),
    );
  tiles.set("1/000.p/2", Buffer.concat([rootOf(many.slice(0, 256)), rootOf(many.slice(256, 512))]));
  const read = async (/** @type {string} */ path) => tiles.get(path) ?? assert.fail(path);
  assert.deepEqual(await leavesOf(600, rootOf(many), read), many);
  await assert.rejects(leavesOf(600, sha256(), read));
  for (const [path, tile] of [...tiles]) {
    tiles.set(path, Buffer.from(tile).fill(1, 40, 41));
    await assert.rejects(leavesOf(600, rootOf(many), read), path);
    tiles.set(path, tile);
  }
});

test("a bundle is a list of entries", () => {
  const bundle = Buffer.from("\0\x03one\0\0\0\x02ab");
  assert.deepEqual(readBundle(bundle).map(String), ["one", "", "ab"]);
  assert.throws(() => readBundle(bundle.subarray(0, 8)));
});
