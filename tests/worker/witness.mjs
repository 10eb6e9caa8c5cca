// A witness (c2sp.org/tlog-witness) in memory, which checks signature and consistency proof with the
// tests' own Merkle tree.

import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import { assertConsistent, base64, keyOf, readCheckpoint } from "./tree.mjs";

/**
 * @typedef {object} Witness
 * @property {string} key its public key as `site.toml` has it
 * @property {import("./tree.mjs").Key} verifier the same to verify with
 * @property {string} address
 * @property {{ old: number, size: number }[]} asked what it was asked
 * @property {{ size: number, root: Buffer } | undefined} seen what it has cosigned last
 * @property {{ status: number, type?: string, body?: string, never?: boolean }[]} answers to give
 *   instead of its own, the next one first; `never` leaves the request without one
 * @property {(keys: import("./tree.mjs").Key[]) => void} trust names the keys of the log
 * @property {() => Promise<void>} stop
 */

/** @param {string} name @returns {Promise<Witness>} */
export const startWitness = async (name) => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const point = Buffer.from(String(publicKey.export({ format: "jwk" }).x), "base64url");
  const verifier = keyOf(name, 4, point);
  /** @type {import("./tree.mjs").Key[]} */
  let logKeys = [];

  /** @param {string} text @param {number} time */
  const cosign = (text, time) => {
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(BigInt(time));
    const message = `cosignature/v1\ntime ${time}\n${text}`;
    const bytes = [verifier.id, stamp, sign(null, Buffer.from(message), privateKey)];
    return `— ${name} ${Buffer.concat(bytes).toString("base64")}\n`;
  };

  /** @param {string} body @returns {{ status: number, type?: string, body?: string }} */
  const addCheckpoint = (body) => {
    const [head, ...rest] = body.split("\n\n");
    const [first, ...proof] = head.split("\n");
    const old = Number(first.replace(/^old /, ""));
    let checkpoint;
    try {
      checkpoint = readCheckpoint(rest.join("\n\n"), logKeys);
    } catch {
      return { status: 403 };
    }
    const { size, root } = checkpoint;
    witness.asked.push({ old, size });
    const { seen } = witness;
    if (old !== (seen?.size ?? 0))
      return { status: 409, type: "text/x.tlog.size", body: `${seen?.size ?? 0}\n` };
    try {
      assertConsistent(old, seen?.root ?? root, size, root, proof.map(base64));
    } catch {
      return { status: 422 };
    }
    witness.seen = { size, root };
    return { status: 200, body: cosign(`${rest[0]}\n`, Math.floor(Date.now() / 1000)) };
  };

  const server = http.createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const answer = witness.answers.shift() ?? addCheckpoint(body);
    if ("never" in answer) return;
    response.writeHead(request.url === "/w/add-checkpoint" ? answer.status : 404, {
      "content-type": answer.type ?? "text/plain",
    });
    response.end(answer.body ?? "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  /** @type {Witness} */
  const witness = {
    key: `${name}+${verifier.id.toString("hex")}+${Buffer.concat([Uint8Array.of(4), point]).toString("base64")}`,
    verifier,
    address: `http://127.0.0.1:${port}/w/`,
    asked: [],
    seen: undefined,
    answers: [],
    trust: (keys) => (logKeys = keys),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return witness;
};
