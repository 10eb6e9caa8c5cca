// Checks an export as edge-worker/README.md describes it, independently of the code that writes it.

import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";

/** @typedef {{ record: any, sequence: number, previous: string, hash: string }} Entry */
/**
 * @typedef {{ site: string, sequence: number, hash: string, time: string, signature: Signature }}
 *   Checkpoint
 */
/** @typedef {{ kid: string, ed25519: string }} Signature */

/** @param {(string | Buffer)[]} parts */
const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

/** @param {any} site */
export const publicKeys = async (site) => {
  const { keys } = await (await site.ask("/api/consent/keys")).json();
  return new Map(
    keys.map((/** @type {any} */ key) => [key.kid, createPublicKey({ key, format: "jwk" })]),
  );
};

/**
 * @param {Map<string, import("node:crypto").KeyObject>} keys
 * @param {Signature} signature
 * @param {(string | number)[]} fields
 */
export const isSigned = (keys, signature, fields) => {
  const key = keys.get(signature.kid);
  assert.match(signature.ed25519, /^[A-Za-z0-9_-]{86}$/);
  return (
    key !== undefined &&
    verify(null, Buffer.from(fields.join("\n")), key, Buffer.from(signature.ed25519, "base64url"))
  );
};

/**
 * All pages of an export, joined.
 * @param {any} site
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

/**
 * Checks every line; throws at the first that is wrong.
 * @param {any} site
 * @param {string} text
 * @returns {Promise<{ entries: Entry[], checkpoints: Checkpoint[] }>}
 */
export const verifyExport = async (site, text) => {
  const keys = await publicKeys(site);
  const lines = text.split("\n");
  assert.equal(lines.pop(), "", "the last line is ended too");
  /** @type {{ sequence: number, hash: string } | undefined} */
  let end;
  /** @type {Entry[]} */
  const entries = [];
  /** @type {Checkpoint[]} */
  const checkpoints = [];
  for (const line of lines) {
    const value = JSON.parse(line);
    if ("record" in value) {
      const record =
        /^\{"record":(.*),"sequence":\d+,"previous":"[0-9a-f]{64}","hash":"[0-9a-f]{64}"\}$/.exec(
          line,
        )?.[1];
      assert.ok(record && end, line);
      assert.equal(value.sequence, end.sequence + 1);
      assert.equal(value.previous, end.hash);
      assert.equal(
        value.hash,
        sha256(Buffer.from(value.previous, "hex"), record),
        `entry ${value.sequence}`,
      );
      entries.push(value);
    } else {
      assert.deepEqual(Object.keys(value), ["site", "sequence", "hash", "time", "signature"]);
      const fields = ["kelisim.checkpoint/1", value.site, value.sequence, value.hash, value.time];
      assert.ok(isSigned(keys, value.signature, fields), line);
      if (value.sequence === 0) assert.equal(value.hash, sha256("kelisim.chain/1\n", value.site));
      if (end) assert.deepEqual([value.sequence, value.hash], [end.sequence, end.hash]);
      checkpoints.push(value);
    }
    end = { sequence: value.sequence, hash: value.hash };
  }
  assert.ok(checkpoints.length > 0, "an export begins with a checkpoint");
  assert.ok(!("record" in JSON.parse(lines.at(-1) ?? "")), "and ends with one");
  return { entries, checkpoints };
};
