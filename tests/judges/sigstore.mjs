// Judges the receipts of a log in files (see crates/src/lib.rs) with the code by which Sigstore's
// clients check Rekor: `node sigstore.mjs FOLDER PACKAGES`. It knows no proofs of consistency and
// no cosignatures.

import { createHash, createPublicKey } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

const [folder, packages] = process.argv.slice(2);
const require = createRequire(path.join(packages, "package.json"));
// Of the package only these files do what is needed, and its entry does not export them.
const foreign = path.join(packages, "node_modules/@sigstore/verify/dist/tlog");
const { verifyCheckpoint } = require(path.join(foreign, "checkpoint.js"));
const { verifyMerkleInclusion } = require(path.join(foreign, "merkle.js"));

/** The prefix of an Ed25519 public key in DER (RFC 8410). */
const DER = Buffer.from("302a300506032b6570032100", "hex");

const policy = await readFile(path.join(folder, "policy"), "utf8");
const logs = [...policy.matchAll(/^log (\S+?)\+[0-9a-f]{8}\+(\S+)/gm)].map(([, name, encoded]) => {
  const key = Buffer.from(encoded, "base64");
  return {
    baseURL: `https://${name}`,
    logID: createHash("sha256").update(`${name}\n`).update(key).digest(),
    publicKey: createPublicKey({
      key: Buffer.concat([DER, key.subarray(1)]),
      format: "der",
      type: "spki",
    }),
  };
});

let count = 0;
for (const name of await readdir(folder)) {
  if (!name.endsWith(".tlog-proof")) continue;
  const text = await readFile(path.join(folder, name), "utf8");
  const end = text.indexOf("\n\n");
  const [, extra, index, ...hashes] = text.slice(0, end).split("\n");
  const entry = {
    canonicalizedBody: Buffer.from(extra.replace("extra ", ""), "base64"),
    inclusionProof: {
      logIndex: index.replace("index ", ""),
      hashes: hashes.map((hash) => Buffer.from(hash, "base64")),
      checkpoint: { envelope: text.slice(end + 2) },
    },
  };
  const checkpoint = verifyCheckpoint(entry, logs);
  verifyMerkleInclusion(entry, checkpoint);
  count += 1;
}
if (count === 0) throw new Error("there is no receipt");
console.log(`@sigstore/verify: ${count} receipts`);
