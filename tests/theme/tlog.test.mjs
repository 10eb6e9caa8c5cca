// Receipts on the operator's page: proofs lead to the root that others compute, signatures are
// those that others make, and nothing else passes.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  areEqual,
  checkSignatures,
  InvalidText,
  leafHash,
  parseNote,
  parsePolicy,
  parseProof,
  parseTreeHead,
  rootByInclusion,
  toBase64,
  toHex,
} from "../../themes/default/js/admin/tlog.js";
import { leafOf, nodeOf, pathTo, rootOf, signer } from "../support/receipts.mjs";

/** @typedef {import("../support/receipts.mjs").Bytes} Bytes */

const bytes = (/** @type {string} */ hex) => new Uint8Array(Buffer.from(hex, "hex"));
const text = (/** @type {string} */ text) => new Uint8Array(new TextEncoder().encode(text));

test("the path of the tree in Certificate Transparency's own tests leads to its root", async () => {
  const path = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
  ].map(bytes);
  const found = await rootByInclusion(0, 8, await leafHash(new Uint8Array()), path);
  assert.equal(
    found && toHex(found),
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  );
});

test("every path of every tree leads to its root, and no other path does", async () => {
  const wrong = leafOf(text("of no tree"));
  const all = Array.from({ length: 40 }, (_, at) => leafOf(Uint8Array.of(at)));
  for (let size = 1; size <= all.length; size += 1) {
    const leaves = all.slice(0, size);
    const expected = rootOf(leaves);
    const leads = async (
      /** @type {number} */ index,
      /** @type {number} */ size,
      /** @type {Bytes} */ leaf,
      /** @type {Bytes[]} */ path,
    ) => {
      const found = await rootByInclusion(index, size, leaf, path);
      return found !== undefined && areEqual(found, expected);
    };
    for (let at = 0; at < size; at += 1) {
      const path = pathTo(at, leaves);
      assert.ok(await leads(at, size, leaves[at], path), `${at} of ${size}`);
      assert.ok(!(await leads(at, size, wrong, path)), `another leaf at ${at} of ${size}`);
      assert.ok(!(await leads(at, size, leaves[at], [...path, wrong])), "a hash more");
      if (path.length > 0) assert.ok(!(await leads(at, size, leaves[at], path.slice(1))));
      for (let each = 0; each < path.length; each += 1)
        assert.ok(!(await leads(at, size, leaves[at], path.with(each, wrong))));
      if (size > 1) assert.ok(!(await leads((at + 1) % size, size, leaves[at], path)));
    }
    assert.equal(await rootByInclusion(size, size, all[0], []), undefined, "outside of the tree");
  }
});

test("a path reaches beyond what 32 bits count", async () => {
  // The last entry of a tree of 2^40 + 1 is beside one full subtree.
  const [full, last] = [leafOf(text("full")), leafOf(text("last"))];
  const found = await rootByInclusion(2 ** 40, 2 ** 40 + 1, last, [full]);
  assert.ok(found && areEqual(found, nodeOf(full, last)));
});

const HEAD = `cap.kz/log\n3\n${Buffer.alloc(32, 7).toString("base64")}\n`;
const log = signer("cap.kz/log", 1);
const witness = signer("witness.example/w1", 4);
const stranger = signer("cap.kz/log", 1);
const POLICY = `# who signs\nlog ${log.vkey} https://cap.kz/log/\n witness\tauditor ${witness.vkey}\n\ngroup all 1 auditor\nquorum all\n`;
const NOTE = `${HEAD}\n${log.sign(HEAD)}${log.cosign(HEAD, 1_790_000_000)}${witness.cosign(HEAD, 1_790_000_060)}${stranger.sign(HEAD)}`;

test("signatures of the log and its witnesses are found valid, with their times", async () => {
  const checked = await checkSignatures(parseNote(NOTE), await parsePolicy(POLICY));
  assert.deepEqual(
    checked.map(({ name, key, time, state }) => [name, key?.label, time, state]),
    [
      ["cap.kz/log", undefined, undefined, "valid"],
      ["cap.kz/log", undefined, 1_790_000_000_000, "valid"],
      ["witness.example/w1", "auditor", 1_790_000_060_000, "valid"],
      ["cap.kz/log", undefined, undefined, "unknown"],
    ],
  );
});

test("a signature of other words, or of another time, is none", async () => {
  const keys = await parsePolicy(POLICY);
  const other = NOTE.replace("\n3\n", "\n4\n");
  const states = (await checkSignatures(parseNote(other), keys)).map(({ state }) => state);
  assert.deepEqual(states, ["invalid", "invalid", "invalid", "unknown"]);
  const [, , cosignature] = parseNote(NOTE).signatures;
  cosignature.bytes[7] ^= 1;
  const [later] = await checkSignatures({ text: HEAD, signatures: [cosignature] }, keys);
  assert.equal(later.state, "invalid");
  cosignature.bytes = cosignature.bytes.slice(0, 71);
  const [short] = await checkSignatures({ text: HEAD, signatures: [cosignature] }, keys);
  assert.equal(short.state, "invalid");
});

test("a note that was signed with Go's package is read", async () => {
  const note =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
  const keys = await parsePolicy(
    "log PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
  );
  const [{ id, state }] = await checkSignatures(parseNote(note), keys);
  assert.deepEqual([id, state], ["c74f20a3", "valid"]);
});

test("keys of other types, and lines that are no keys, are passed over", async () => {
  const keys = await parsePolicy(
    [
      "log",
      "witness only-a-name",
      `log ${witness.vkey}`,
      `witness auditor ${log.vkey}`,
      `witness a ${witness.vkey.slice(0, -4)}`,
      "quorum none",
    ].join("\n"),
  );
  assert.deepEqual(keys, []);
});

const HASH = toBase64(leafOf(text("beside")));
const RECEIPT = `c2sp.org/tlog-proof@v1\nextra e30=\nindex 2\n${HASH}\n${HASH}\n\n${NOTE}`;

test("a receipt is read", () => {
  const { extra, index, path, checkpoint } = parseProof(RECEIPT);
  assert.deepEqual([extra, index, path.map(toBase64)], [text("{}"), 2, [HASH, HASH]]);
  const { origin, size, root } = parseTreeHead(checkpoint.text);
  assert.deepEqual([origin, size, toHex(root)], ["cap.kz/log", 3, "07".repeat(32)]);
  const bare = parseProof(`c2sp.org/tlog-proof@v1\nindex 0\n\n${NOTE}`);
  assert.deepEqual([bare.extra, bare.index, bare.path], [undefined, 0, []]);
  assert.equal(parseTreeHead(`${HEAD}an extension\n`).size, 3);
});

test("no other text is a receipt", () => {
  for (const [from, to] of [
    ["@v1", "@v2"],
    ["extra e30=", "extra e30"],
    ["extra e30=", "extra e31="],
    ["extra", "Extra"],
    ["index 2\n", ""],
    ["index 2", "index 02"],
    ["index 2", "index -1"],
    ["index 2", "index 9007199254740993"],
    [`${HASH}\n\n`, `${HASH}\n`],
    [HASH, HASH.slice(4)],
    [HASH, Array(64).fill(HASH).join("\n")],
    ["— cap.kz", "- cap.kz"],
    ["— cap.kz/log", "— cap.kz+log"],
    ["cap.kz/log\n3", "cap.kz/log\u0007\n3"],
  ]) {
    const other = RECEIPT.replace(from, to);
    assert.notEqual(other, RECEIPT);
    assert.throws(() => parseProof(other), InvalidText, `${from} -> ${to}`);
  }
  for (const [head, ends] of [
    [HEAD, 60],
    [RECEIPT, RECEIPT.indexOf("—")],
  ])
    for (let end = 0; end < Number(ends); end += 1)
      assert.throws(() => parseProof(String(head).slice(0, end)), InvalidText, `cut at ${end}`);
  for (const bad of [
    "",
    "cap.kz/log\n",
    HEAD.trimEnd(),
    `${HEAD}\n`,
    HEAD.replace("3", "03"),
    `\n${HEAD}`,
  ])
    assert.throws(() => parseTreeHead(bad), InvalidText, bad);
});
