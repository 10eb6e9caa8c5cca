/**
 * Receipts: reads proofs that an entry is in a log (c2sp.org/tlog-proof), computes the root that
 * the proof leads to, and checks the signatures of its checkpoint (c2sp.org/signed-note and
 * tlog-cosignature). Hashes and signatures are WebCrypto's.
 */

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** @typedef {{name: string, id: string, bytes: Bytes}} NoteSignature `id` in hexadecimal */
/** @typedef {{text: string, signatures: NoteSignature[]}} Note */
/** @typedef {{origin: string, size: number, root: Bytes}} TreeHead */
/**
 * @typedef {object} Proof
 * @property {Bytes} [extra] in a receipt the entry itself
 * @property {number} index
 * @property {Bytes[]} path
 * @property {Note} checkpoint
 */
/**
 * @typedef {object} Key
 * @property {string} name
 * @property {string} id in hexadecimal
 * @property {number} type `LOG` or `COSIGNER`
 * @property {Bytes} bytes
 * @property {string} [label] what the policy calls a witness; absent on keys of the log
 */

/** The types of keys: a log's signature, and a cosignature with its time. */
export const LOG = 1;
export const COSIGNER = 4;
/** Longer paths belong to no tree whose size is a number here. */
const MAX_PATH = 63;
const MAX_SIGNATURES = 100;
const HEADER = "c2sp.org/tlog-proof@v1";

const encoder = new TextEncoder();

/** The text is none of what this module reads. */
export class InvalidText extends Error {}

/**
 * @template T
 * @param {T | undefined | false} value
 * @param {string} what
 * @returns {T}
 */
const expected = (value, what) => {
  if (value === undefined || value === false) throw new InvalidText(`not ${what}`);
  return value;
};

/** @param {string} text base64 with padding @returns {Bytes | undefined} */
const fromBase64 = (text) => {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4) return undefined;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return toBase64(bytes) === text ? bytes : undefined;
};

/** @param {Bytes} bytes */
export const toBase64 = (bytes) =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

/** @param {Bytes} bytes */
export const toHex = (bytes) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} text @returns {number | undefined} */
const decimal = (text) => {
  const number = Number(text);
  return /^(?:0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
};

/** @param {string | undefined} text */
const hash = (text) => {
  const bytes = fromBase64(text ?? "");
  return expected(bytes?.length === 32 && bytes, "a hash");
};

/** @param {string} text @returns {Note} */
export const parseNote = (text) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  expected(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(text), "free of control characters");
  const end = text.lastIndexOf("\n\n");
  const lines = text.slice(end + 2).split("\n");
  const isWhole = end >= 0 && lines.pop() === "" && lines.length > 0;
  expected(isWhole && lines.length <= MAX_SIGNATURES, "a signed note");
  const signatures = lines.map((line) => {
    const [, name, encoded] = expected(
      /^— ([^\s+]+) (\S+)$/u.exec(line) ?? undefined,
      "a signature",
    );
    const bytes = fromBase64(encoded);
    const found = expected(bytes !== undefined && bytes.length > 4 && bytes, "a signature");
    return { name, id: toHex(found.slice(0, 4)), bytes: found.slice(4) };
  });
  return { text: text.slice(0, end + 1), signatures };
};

/** What a checkpoint says. @param {string} text of its note @returns {TreeHead} */
export const parseTreeHead = (text) => {
  const [origin, size, root, ...rest] = text.split("\n");
  expected(origin && rest.at(-1) === "" && !rest.slice(0, -1).includes(""), "a checkpoint");
  return { origin, size: expected(decimal(size), "a size"), root: hash(root) };
};

/** @param {string} text @returns {Proof} */
export const parseProof = (text) => {
  const end = text.indexOf("\n\n");
  const [header, ...lines] = text.slice(0, Math.max(end, 0)).split("\n");
  expected(end >= 0 && header === HEADER, "a proof");
  /** @type {Bytes | undefined} */
  let extra;
  if (lines[0]?.startsWith("extra ")) extra = expected(fromBase64(lines[0].slice(6)), "base64");
  const [index, ...path] = extra ? lines.slice(1) : lines;
  expected(index?.startsWith("index ") && path.length <= MAX_PATH, "a proof");
  return {
    extra,
    index: expected(decimal(index.slice(6)), "an index"),
    path: path.map(hash),
    checkpoint: parseNote(text.slice(end + 2)),
  };
};

/** @param {...Bytes} parts */
const join = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/** @param {...Bytes} parts @returns {Promise<Bytes>} */
export const sha256 = async (...parts) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));

/**
 * The id of a key: the beginning of its hash (c2sp.org/signed-note).
 * @param {string} name @param {number} type @param {Bytes} bytes
 */
const keyId = async (name, type, bytes) =>
  toHex(await sha256(encoder.encode(`${name}\n`), Uint8Array.of(type), bytes)).slice(0, 8);

/**
 * The keys of a policy (c2sp.org/tlog-policy), of logs and of witnesses. A log's key also cosigns:
 * that dates its checkpoint. Keys of other types sign in ways that are not known here.
 * @param {string} text
 * @returns {Promise<Key[]>}
 */
export const parsePolicy = async (text) => {
  const keys = text.split("\n").map(async (line) => {
    const [kind, ...words] = line.trim().split(/[ \t]+/);
    const isLog = kind === "log";
    if (!isLog && kind !== "witness") return [];
    const [, name, encoded] = /^([^+]+)\+[0-9a-f]{8}\+(.+)$/.exec(words[isLog ? 0 : 1] ?? "") ?? [];
    const material = fromBase64(encoded ?? "");
    if (material?.length !== 33 || material[0] !== (isLog ? LOG : COSIGNER)) return [];
    const bytes = material.slice(1);
    const label = isLog ? undefined : words[0];
    const key = async (/** @type {number} */ type) => ({
      name,
      id: await keyId(name, type, bytes),
      type,
      bytes,
      label,
    });
    return Promise.all((isLog ? [LOG, COSIGNER] : [COSIGNER]).map(key));
  });
  return (await Promise.all(keys)).flat();
};

/** Hash of an entry (RFC 6962, section 2.1). @param {Bytes} entry */
export const leafHash = (entry) => sha256(Uint8Array.of(0), entry);

/** @param {Bytes} left @param {Bytes} right */
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

/** @param {Bytes} one @param {Bytes} other */
export const areEqual = (one, other) => toHex(one) === toHex(other);

/**
 * The root to which a path leads (RFC 9162, section 2.1.3.2); undefined when the path belongs to no
 * tree of that size.
 * @param {number} index
 * @param {number} size
 * @param {Bytes} leaf
 * @param {Bytes[]} path
 * @returns {Promise<Bytes | undefined>}
 */
export const rootByInclusion = async (index, size, leaf, path) => {
  if (index >= size) return undefined;
  let [place, last, root] = [index, size - 1, leaf];
  for (const hash of path) {
    if (last === 0) return undefined;
    if (place % 2 === 1 || place === last) {
      root = await nodeHash(hash, root);
      while (place % 2 === 0 && place !== 0) {
        place /= 2;
        last = Math.floor(last / 2);
      }
    } else root = await nodeHash(root, hash);
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? root : undefined;
};

/**
 * @param {Bytes} key @param {Bytes} signature @param {string} message
 * @returns {Promise<boolean | undefined>} undefined when the browser has no Ed25519
 */
const isSigned = async (key, signature, message) => {
  try {
    const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", imported, signature, encoder.encode(message));
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotSupportedError") return undefined;
    // Bytes that are no point of the curve: nothing can be signed by them.
    return false;
  }
};

/**
 * @typedef {object} CheckedSignature
 * @property {string} name
 * @property {string} id
 * @property {Key} [key] absent when no key of the policy has this name and id
 * @property {number} [time] of a cosignature, in milliseconds since 1970
 * @property {"valid" | "invalid" | "unknown" | "unsupported"} state `unknown`: not by a known key;
 *   `unsupported`: the browser has no Ed25519
 */

/**
 * Checks the signatures of a checkpoint, those with unknown names and ids left unchecked.
 * @param {Note} note
 * @param {Key[]} keys
 * @returns {Promise<CheckedSignature[]>}
 */
export const checkSignatures = ({ text, signatures }, keys) =>
  Promise.all(
    signatures.map(async ({ name, id, bytes }) => {
      const key = keys.find((key) => key.name === name && key.id === id);
      if (!key) return { name, id, state: /** @type {const} */ ("unknown") };
      let [signature, message] = [bytes, text];
      /** @type {number | undefined} */
      let time;
      if (key.type === COSIGNER && bytes.length === 72) {
        const seconds = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
        time = Number(seconds) * 1000;
        signature = bytes.slice(8);
        message = `cosignature/v1\ntime ${seconds}\n${text}`;
      }
      const is = signature.length === 64 && (await isSigned(key.bytes, signature, message));
      /** @type {CheckedSignature["state"]} */
      const state = is === undefined ? "unsupported" : is ? "valid" : "invalid";
      return { name, id, key, time, state };
    }),
  );
