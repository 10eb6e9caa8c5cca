// Checks what a site publishes and exports as edge-worker/README.md describes it, independently of
// the code that writes it.

import assert from "node:assert/strict";
import {
  assertConsistent,
  base64,
  keyOf,
  leafHash,
  leavesOf,
  readBundle,
  readCheckpoint,
  readReceipt,
  rootByInclusion,
  Tree,
  tilePath,
} from "./tree.mjs";

/** @typedef {import("./site.mjs").Site} Site */
/** @typedef {{ record: any, index: number, text: string }} Entry */

/**
 * The log's keys: for its own signatures and for its cosignatures.
 * @param {Site} site
 * @param {string} [origin]
 */
export const publicKeys = async (site, origin = "cap.kz/log") => {
  const { keys } = await (await site.ask("/api/consent/keys")).json();
  return keys.flatMap((/** @type {any} */ { x }) =>
    [1, 4].map((kind) => keyOf(origin, kind, Buffer.from(x, "base64url"))),
  );
};

/** The newest checkpoint. @param {Site} site */
export const checkpointOf = async (site) => {
  const answer = await site.ask("/log/checkpoint");
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "text/plain; charset=utf-8");
  return answer.text();
};

/**
 * Reads a receipt, and checks that it proves the record beside it.
 * @param {Site} site
 * @param {{ record: any, index: number, receipt: string }} answer
 */
export const verifyReceipt = async (site, { record, index, receipt }) => {
  const proof = readReceipt(receipt, await publicKeys(site));
  assert.deepEqual([JSON.parse(proof.record), proof.index], [record, index]);
  return proof;
};

/**
 * All pages of an export, joined.
 * @param {Site} site
 * @param {string} [query]
 * @returns {Promise<string>}
 */
export const exported = async (site, query = "") => {
  let text = "";
  /** @type {string | undefined} */
  let address = `/api/consent/export${query}`;
  while (address !== undefined) {
    /** @type {Response} */
    const page = await site.ask(address, { headers: site.admin });
    assert.equal(page.status, 200, await page.clone().text());
    assert.equal(page.headers.get("content-type"), "application/x-ndjson");
    text += await page.text();
    address = /^<([^>]+)>; rel="next"$/.exec(page.headers.get("link") ?? "")?.[1];
  }
  return text;
};

const HEADER = [
  "schema",
  "origin",
  "first",
  "end",
  "edge",
  "consistency",
  "log",
  "log_proof",
  "checkpoint",
];

/**
 * Checks an export; throws at what is wrong.
 * @param {Site} site
 * @param {string} text
 * @returns {Promise<{ entries: Entry[], head: any, checkpoint: import("./tree.mjs").Checkpoint }>}
 */
export const verifyExport = async (site, text) => {
  const keys = await publicKeys(site);
  const [first, ...lines] = text.split("\n");
  assert.equal(lines.pop(), "", "the last line is ended too");
  const head = JSON.parse(first);
  assert.deepEqual(Object.keys(head), HEADER);
  assert.deepEqual([head.schema, head.origin], ["kelisim.export/2", "cap.kz/log"]);
  const checkpoint = readCheckpoint(head.checkpoint, keys);
  assert.equal(checkpoint.origin, head.origin);

  const log = first.slice(first.indexOf('"log":') + 6, first.indexOf(',"log_proof":'));
  assert.deepEqual([head.log.schema, head.log.site], ["kelisim.log/1", "cap.kz"]);
  const whose = rootByInclusion(0, checkpoint.size, leafHash(log), head.log_proof.map(base64));
  assert.deepEqual(whose, checkpoint.root, "it is this site's log");

  assert.ok(head.first >= 1 && head.first <= head.end);
  assert.equal(lines.length, head.end - head.first, "every record is there");
  const tree = Tree.from(head.first, head.edge.map(base64));
  const entries = lines.map((line, at) => {
    tree.push(leafHash(line));
    return { record: JSON.parse(line), index: head.first + at, text: line };
  });
  const [own, proof] = [tree.root(), head.consistency.map(base64)];
  assertConsistent(tree.size, own, checkpoint.size, checkpoint.root, proof);
  return { entries, head, checkpoint };
};

/**
 * Checks the public tiles of a checkpoint, and the bundles behind the token; throws at what is
 * wrong.
 * @param {Site} site
 * @param {string} [note] the newest checkpoint if not given
 * @returns {Promise<{ leaves: Buffer[], checkpoint: import("./tree.mjs").Checkpoint }>}
 */
export const verifyTiles = async (site, note) => {
  const checkpoint = readCheckpoint(note ?? (await checkpointOf(site)), await publicKeys(site));
  const leaves = await leavesOf(checkpoint.size, checkpoint.root, async (path) => {
    const answer = await site.ask(`/log/tile/${path}`);
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers.get("content-type"), "application/octet-stream", path);
    return Buffer.from(await answer.arrayBuffer());
  });
  for (let place = 0; place * 256 < checkpoint.size; place += 1) {
    const width = Math.min(256, checkpoint.size - place * 256);
    const path = tilePath("entries", place, width);
    const answer = await site.ask(`/log/tile/${path}`, { headers: site.admin });
    // All of a bundle may have been purged.
    if (answer.status === 404) continue;
    assert.equal(answer.status, 200, path);
    const entries = readBundle(Buffer.from(await answer.arrayBuffer()));
    assert.equal(entries.length, width, path);
    for (const [at, entry] of entries.entries())
      if (entry.length > 0)
        assert.deepEqual(leafHash(entry), leaves[place * 256 + at], `${path}, entry ${at}`);
  }
  return { leaves, checkpoint };
};

/**
 * That all of these checkpoints, in any order, are of one log, whose hashes of leaves are given.
 * @param {Buffer[]} leaves
 * @param {{ size: number, root: Buffer }[]} checkpoints
 */
export const assertOneLog = (leaves, checkpoints) => {
  const tree = new Tree();
  for (const { size, root } of checkpoints.toSorted((one, other) => one.size - other.size)) {
    assert.ok(size <= leaves.length, `the log had ${size} entries`);
    while (tree.size < size) tree.push(leaves[tree.size]);
    assert.deepEqual(tree.root(), root, `the tree of ${size} entries`);
  }
};
