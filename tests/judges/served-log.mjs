// Has the worker write a log of a few hundred records, and keeps what it serves in files for the
// judges (see crates/src/lib.rs), cosigned by a witness: `node served-log.mjs FOLDER VERIFIER`.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { acceptAll, post, startSite } from "../worker/site.mjs";

/** More than a full tile. */
const RECORDS = 300;

/** Which receipts are kept; the checkpoint of the first is the earlier one. */
const KEPT = [9, 254, 255, 256, 298];

const [folder, verifier] = process.argv.slice(2);
await mkdir(folder, { recursive: true });

/** @param {string} name @param {string | Uint8Array} content */
const keep = async (name, content) => {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
};

/** The checkpoint of a receipt. @param {string} receipt */
const checkpointOf = (receipt) => receipt.slice(receipt.indexOf("\n\n") + 2);

/** The address of a tile below `/log/`. @param {number} level @param {number} size */
const tilesOf = (level, size) => {
  const count = Math.floor(size / 256 ** level);
  const full = Math.floor(count / 256);
  const names = Array.from({ length: full }, (_, number) => String(number).padStart(3, "0"));
  if (count % 256 > 0) names.push(`${String(full).padStart(3, "0")}.p/${count % 256}`);
  return names.map((name) => `tile/${level}/${name}`);
};

const site = await startSite();
try {
  /** @param {string} where */
  const get = async (where) => {
    const answer = await site.ask(`/log/${where}`);
    assert.equal(answer.status, 200, where);
    return answer;
  };
  for (let number = 0; number < RECORDS; number += 1) {
    const answer = await post(site, acceptAll(), {
      // Each from an address of its own: clients are limited.
      headers: { "cf-connecting-ip": `198.51.100.${number % 250}` },
    });
    const { index, receipt } = await answer.json();
    assert.equal(index, number + 1, receipt);
    if (KEPT.includes(number)) await keep(`${index}.tlog-proof`, receipt);
    if (number === KEPT[0]) await keep("checkpoint.earlier", checkpointOf(receipt));
  }
  const checkpoint = await (await get("checkpoint")).text();
  const size = Number(checkpoint.split("\n")[1]);
  assert.equal(size, RECORDS + 1);
  for (const name of [...tilesOf(0, size), ...tilesOf(1, size)])
    await keep(name, new Uint8Array(await (await get(name)).arrayBuffer()));
  const policy = await (await get("policy")).text();
  const { key, signature } = await cosign(policy, checkpoint);
  await keep("checkpoint", checkpoint + signature);
  await keep("policy", `${policy}witness w1 ${key}\n`);
} finally {
  await site.stop();
}

/**
 * The public key and the signature of a new witness.
 * @param {string} policy
 * @param {string} checkpoint
 */
async function cosign(policy, checkpoint) {
  const state = path.join(folder, "witness.json");
  /** @param {string[]} words */
  const witness = (...words) => {
    const [command, ...options] = words;
    return ["witness", command, "--state", state, ...options];
  };
  const made = execFileSync(verifier, witness("init", "--name", "witness.example/w1"), {
    encoding: "utf8",
  });
  const key = /^key = "(.*)"$/m.exec(made)?.[1];
  const [, logKey] = /^log (\S+)/m.exec(policy) ?? [];
  execFileSync(verifier, witness("add-log", "--key", logKey));
  const server = spawn(verifier, witness("serve", "--listen", "127.0.0.1:0"), {
    stdio: ["ignore", "ignore", "pipe"],
  });
  try {
    const lines = createInterface({ input: server.stderr });
    const address = await new Promise((resolve) =>
      lines.once("line", (line) => resolve(/http:\S+/.exec(line)?.[0])),
    );
    const answer = await fetch(new URL("add-checkpoint", address), {
      method: "POST",
      body: `old 0\n\n${checkpoint}`,
    });
    assert.equal(answer.status, 200);
    return { key, signature: await answer.text() };
  } finally {
    server.kill();
  }
}
