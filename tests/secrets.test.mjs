// `npm run secrets`: what it makes opens the real worker, and what it prints gives no key away.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { makeSecrets } from "../xtask/local/secrets.mjs";
import { startServer } from "./support/server.mjs";

/** @type {string} */
let folder;
before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-secrets-"))));
after(() => rm(folder, { recursive: true, force: true }));

/**
 * Runs the command against a worker that has these secrets.
 * @param {Parameters<typeof makeSecrets>[0]} options @param {string[]} present
 */
const run = (options, present = []) => {
  /** @type {{ words: string[], input?: string }[]} */
  const calls = [];
  /** @type {string[]} */
  const said = [];
  makeSecrets(options, {
    run: (words, input) => {
      calls.push({ words, input });
      return {
        status: 0,
        stdout: JSON.stringify(present.map((name) => ({ name, type: "secret_text" }))),
        stderr: "",
      };
    },
    say: (line) => said.push(line),
  });
  const upload = calls.find(({ words }) => words[1] === "bulk");
  return {
    calls,
    said: said.join("\n"),
    upload,
    secrets: upload && JSON.parse(upload.input ?? ""),
  };
};

test("the first run makes everything, and nothing secret but the token is printed", () => {
  const { calls, said, secrets } = run({ env: "smartustaz" });
  assert.deepEqual(Object.keys(secrets), ["CONSENT_KEYS", "RECEIPT_KEYS", "ADMIN_TOKEN"]);
  assert.equal(new Set(Object.values(secrets)).size, 3);
  for (const { words } of calls) assert.deepEqual(words.slice(-2), ["--env", "smartustaz"]);
  for (const value of Object.values(secrets))
    assert.ok(!calls.some(({ words }) => words.join(" ").includes(value)));
  assert.ok(
    !said.includes(secrets.CONSENT_KEYS.slice(2)) && !said.includes(secrets.RECEIPT_KEYS.slice(2)),
  );
  assert.equal(said.split(secrets.ADMIN_TOKEN).length, 2);
});

test("a second run keeps what is set, and adds what a newer worker needs", () => {
  const again = run({}, ["CONSENT_KEYS", "RECEIPT_KEYS", "ADMIN_TOKEN"]);
  assert.equal(again.upload, undefined);
  assert.deepEqual(Object.keys(run({}, ["CONSENT_KEYS", "ADMIN_TOKEN"]).secrets), ["RECEIPT_KEYS"]);
});

test("an environment that is not there, and a file that is, are refused before anything is made", async () => {
  assert.throws(() => run({ env: "smartustas" }), /no environment/);
  const file = path.join(folder, "taken.json");
  await writeFile(file, "{}");
  assert.throws(() => run({ keep: file }), /not replaced/);
});

test("a rotation puts a new key in front of the kept ones and leaves the token", async () => {
  const file = path.join(folder, "keys.json");
  const first = run({ keep: file }).secrets;
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const second = run({ rotate: file });
  assert.equal(second.secrets.ADMIN_TOKEN, first.ADMIN_TOKEN);
  for (const name of ["CONSENT_KEYS", "RECEIPT_KEYS"]) {
    assert.match(second.secrets[name], /^2:[0-9a-f]{64},1:/);
    assert.ok(second.secrets[name].endsWith(`,${first[name]}`));
  }
  assert.ok(!second.said.includes(first.ADMIN_TOKEN));
  assert.deepEqual(JSON.parse(await readFile(file, "utf8")), second.secrets);
  await writeFile(file, JSON.stringify({ ...first, CONSENT_KEYS: "1:abc" }));
  assert.throws(() => run({ rotate: file }), /damaged/);
});

test("the worker runs with the secrets as they are made", async () => {
  const { secrets } = run({});
  const server = await startServer({ secrets });
  try {
    const authorization = `Bearer ${secrets.ADMIN_TOKEN}`;
    const stats = await fetch(`${server.origin()}/api/consent/stats`, {
      headers: { authorization },
    });
    assert.equal(stats.status, 200);
    const health = await fetch(`${server.origin()}/api/consent/health`);
    assert.equal(health.status, 200, await health.text());
    const { keys } = await (await fetch(`${server.origin()}/api/consent/keys`)).json();
    assert.equal(keys.length, 1);
  } finally {
    await server.stop();
  }
});
