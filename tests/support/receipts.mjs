// A log in memory with its receipts, made by hand (RFC 6962, c2sp.org/tlog-proof), independently of
// the code that reads them.

import { createHash, generateKeyPairSync, sign } from "node:crypto";

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/** @param {...(string | Uint8Array)} parts @returns {Bytes} */
export const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** @param {string | Uint8Array} entry */
export const leafOf = (entry) => sha256(Uint8Array.of(0), entry);

/** @param {Bytes} left @param {Bytes} right */
export const nodeOf = (left, right) => sha256(Uint8Array.of(1), left, right);

const half = (/** @type {number} */ size) => 2 ** Math.floor(Math.log2(size - 1));

/** MTH of RFC 6962, section 2.1. @param {Bytes[]} leaves @returns {Bytes} */
export const rootOf = (leaves) => {
  if (leaves.length === 1) return leaves[0];
  const middle = half(leaves.length);
  return nodeOf(rootOf(leaves.slice(0, middle)), rootOf(leaves.slice(middle)));
};

/** PATH of RFC 6962, section 2.1.1. @param {number} at @param {Bytes[]} leaves @returns {Bytes[]} */
export const pathTo = (at, leaves) => {
  if (leaves.length === 1) return [];
  const middle = half(leaves.length);
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)];
  return at < middle
    ? [...pathTo(at, left), rootOf(right)]
    : [...pathTo(at - middle, right), rootOf(left)];
};

const base64 = (/** @type {Uint8Array} */ bytes) => Buffer.from(bytes).toString("base64");

/**
 * A key that signs checkpoints and cosigns them.
 * @param {string} name
 * @param {number} type 1 of a log, 4 of a witness
 */
export const signer = (name, type) => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32));
  const idOf = (/** @type {number} */ type) =>
    sha256(`${name}\n`, Uint8Array.of(type), raw).subarray(0, 4);
  const line = (/** @type {number} */ type, /** @type {...Uint8Array} */ ...parts) =>
    `— ${name} ${base64(Buffer.concat([idOf(type), ...parts]))}\n`;
  return {
    vkey: `${name}+${Buffer.from(idOf(type)).toString("hex")}+${base64(Buffer.concat([Uint8Array.of(type), raw]))}`,
    sign: (/** @type {string} */ text) => line(1, sign(null, Buffer.from(text), privateKey)),
    cosign: (/** @type {string} */ text, /** @type {number} */ seconds) => {
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(BigInt(seconds));
      const message = `cosignature/v1\ntime ${seconds}\n${text}`;
      return line(4, time, sign(null, Buffer.from(message), privateKey));
    },
  };
};

/** @param {string} origin @param {number} size @param {Bytes} root */
export const headOf = (origin, size, root) => `${origin}\n${size}\n${base64(root)}\n`;

/**
 * @param {number} index
 * @param {Bytes[]} path
 * @param {string} checkpoint
 * @param {string} entry
 */
export const receiptOf = (index, path, checkpoint, entry) =>
  [
    "c2sp.org/tlog-proof@v1",
    `extra ${base64(Buffer.from(entry))}`,
    `index ${index}`,
    ...path.map(base64),
    "",
    checkpoint,
  ].join("\n");

/**
 * Record 3 of an example, as its canonical text.
 * @param {Record<string, unknown>} [changes]
 */
export const exampleRecord = (changes = {}) =>
  JSON.stringify({
    action: "custom",
    choice: { analytics: true, functional: true, marketing: false },
    commitment: "5f".repeat(32),
    country: "KZ",
    gpc: false,
    id: "0b7f2c1e-64d3-4a06-9d6e-3c1f5b0a7e21",
    locale: "kk",
    regime: "notice",
    retention: "P1095D",
    revision: "JYRSKtUo",
    schema: "kelisim.consent/2",
    services: {},
    site: "cap.kz",
    surface: "banner",
    text: null,
    time: "2026-11-20T09:30:00.000Z",
    validity: "P180D",
    withdraws: null,
    ...changes,
  });

/**
 * A log of 7 entries, of which the example is number 3.
 * @param {string} record
 */
export const exampleLog = (record) => {
  const origin = "cap.kz/log";
  const log = signer(origin, 1);
  const witness = signer("witness.example/w1", 4);
  const entries = Array.from({ length: 7 }, (_, index) => `{"purged":${index}}`);
  entries[3] = record;
  const leaves = entries.map((entry) => leafOf(entry));
  const head = headOf(origin, entries.length, rootOf(leaves));
  const signed = `${head}\n${log.sign(head)}`;
  const cosigned = `${signed}${log.cosign(head, 1_795_167_600)}${witness.cosign(head, 1_795_167_660)}`;
  const policy = `log ${log.vkey} https://cap.kz/log/\nwitness auditor ${witness.vkey}\nquorum auditor\n`;
  return {
    policy,
    witness,
    head,
    signed,
    cosigned,
    /** @param {string} [checkpoint] @param {string} [entry] */
    receipt: (checkpoint = cosigned, entry = record) =>
      receiptOf(3, pathTo(3, leaves), checkpoint, entry),
  };
};
