/**
 * Reads what an operator is given (a receipt as a file or as JSON) and checks it: whether its
 * record leads to the root of its checkpoint, and who signed that.
 */
import { archivedText, policy } from "./service.js";
import {
  areEqual,
  COSIGNER,
  checkSignatures,
  InvalidText,
  leafHash,
  LOG,
  parsePolicy,
  parseProof,
  parseTreeHead,
  rootByInclusion,
  sha256,
  toHex,
} from "./tlog.js";

/** @typedef {import("./tlog.js").Proof} Proof */
/** @typedef {import("./tlog.js").TreeHead} TreeHead */
/** @typedef {import("./tlog.js").CheckedSignature} CheckedSignature */
/**
 * @typedef {object} Receipt
 * @property {string} text the file
 * @property {Proof} proof
 * @property {TreeHead} head
 * @property {string | undefined} entry the record as the log has it, its canonical text
 * @property {any} record the record; undefined when the entry isn't JSON
 * @property {boolean} isDifferent the readable JSON beside the receipt is of another record
 */

/** Nobody has so many records, and a longer text would only keep the browser busy. */
export const MAX_LENGTH = 4_000_000;
const MAX_RECEIPTS = 100;

/** The receipt is of the chain that the log was before it was a tree. */
export class OldReceipt extends Error {}

/** @param {any} value JSON with its members in the order of their names */
const canonical = (value) =>
  JSON.stringify(value, (_, part) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );

/** @param {string} text @returns {any} */
const readJson = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** @param {Uint8Array<ArrayBuffer>} bytes */
const readText = (bytes) => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/**
 * @param {string} text of a `.tlog-proof`
 * @param {any} [beside] the record in readable JSON
 * @returns {Receipt}
 */
export const readReceipt = (text, beside) => {
  const proof = parseProof(text);
  const head = parseTreeHead(proof.checkpoint.text);
  const entry = proof.extra ? readText(proof.extra) : beside && canonical(beside);
  const record = entry === undefined ? undefined : readJson(entry);
  const isDifferent = beside !== undefined && canonical(beside) !== canonical(record);
  return { text, proof, head, entry, record, isDifferent };
};

/**
 * Reads a receipt, one with its record in JSON, or the file of all of a visitor's records.
 * @param {string} text
 * @returns {Receipt[]}
 */
export const readReceipts = (text) => {
  if (text.length > MAX_LENGTH) throw new InvalidText("not a receipt");
  if (!/^\s*\{/.test(text)) {
    // Copied from a window, it may have lost its last line feed or gained others.
    const trimmed = `${text.replaceAll("\r\n", "\n").trim()}\n`;
    return [readReceipt(trimmed)];
  }
  const value = readJson(text);
  const entries = Array.isArray(value?.entries) ? value.entries : [value];
  return entries.slice(0, MAX_RECEIPTS).map((/** @type {any} */ entry) => {
    if (typeof entry?.sequence === "number" && typeof entry.previous === "string")
      throw new OldReceipt("of the chain");
    if (typeof entry?.receipt !== "string") throw new InvalidText("not a receipt");
    return readReceipt(entry.receipt, entry.record);
  });
};

/**
 * @typedef {object} Findings
 * @property {boolean} isIncluded the record and its path lead to the checkpoint's root
 * @property {boolean} isOwn the checkpoint is of this site's log
 * @property {"valid" | "invalid" | "unknown" | "unsupported" | "unpublished"} signed by the log;
 *   `unpublished`: the keys could not be had
 * @property {CheckedSignature[]} cosignatures by known keys
 */

/**
 * @param {Receipt} receipt
 * @param {string} site
 * @returns {Promise<Findings>}
 */
export const check = async ({ proof, head, entry }, site) => {
  const published = await policy();
  const keys = published === undefined ? [] : await parsePolicy(published);
  const leaf = proof.extra ?? new TextEncoder().encode(entry ?? "");
  const root = await rootByInclusion(proof.index, head.size, await leafHash(leaf), proof.path);
  const isOwn = head.origin === `${site}/log`;
  const checked = await checkSignatures(
    proof.checkpoint,
    keys.filter(({ name, label }) => label !== undefined || name === head.origin),
  );
  const states = checked.filter(({ key }) => key?.type === LOG).map(({ state }) => state);
  const signed = ["invalid", "valid", "unsupported"].find((state) =>
    states.includes(/** @type {any} */ (state)),
  );
  return {
    isIncluded: entry !== undefined && root !== undefined && areEqual(root, head.root),
    isOwn,
    signed: /** @type {any} */ (signed ?? (published === undefined ? "unpublished" : "unknown")),
    cosignatures: checked.filter(({ key }) => key?.type === COSIGNER),
  };
};

/**
 * The text that was shown, by its hash.
 * @param {string} hash
 * @returns {Promise<{text: string, isGenuine: boolean} | undefined>} undefined when the archive
 *   has none
 */
export const shownText = async (hash) => {
  const found = /^[0-9a-f]{64}$/.test(hash) ? await archivedText(hash) : undefined;
  if (!found) return undefined;
  const bytes = new Uint8Array(found);
  return { text: new TextDecoder().decode(bytes), isGenuine: toHex(await sha256(bytes)) === hash };
};
