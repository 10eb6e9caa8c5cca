// The witness that an auditor would run, `verifier witness`, cosigns what the worker publishes.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { start } from "../support/programs.mjs";
import { verifier } from "../support/site.mjs";
import { logState, runHourly } from "./hourly.mjs";
import { acceptAll, cookieOf, post, startSite } from "./site.mjs";

/** @type {import("./site.mjs").Site} */
let site;
/** @type {string} */
let folder;
/** @type {ReturnType<typeof start>} */
let server;

/** @param {string} command @param {string[]} options */
const words = (command, ...options) => [
  "witness",
  command,
  "--state",
  path.join(folder, "witness.json"),
  ...options,
];

/** @param {string[]} words */
const run = (...words) => execFileSync(verifier(), words, { encoding: "utf8" });

const policy = async () => (await site.ask("/log/policy")).text();

/** @param {string} name @param {string} text */
const keep = async (name, text) => {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
};

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-witness-"));
  site = await startSite();
  const made = run(...words("init", "--name", "w.example/1"));
  const key = /^key = "(.*)"$/m.exec(made)?.[1];
  for (const [, logKey] of (await policy()).matchAll(/^log (\S+)/gm))
    run(...words("add-log", "--key", logKey));
  server = start(verifier(), words("serve", "--listen", "127.0.0.1:0"), {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const lines = createInterface({ input: server.child.stderr ?? assert.fail("no messages") });
  const address = await new Promise((resolve) =>
    lines.once("line", (line) => resolve(/http:\S+\//.exec(line)?.[0])),
  );
  await site.publish({ witnesses: { quorum: 1, list: [{ name: "w1", key, address }] } });
});
after(async () => {
  await server.stop();
  await site.stop();
  await rm(folder, { recursive: true, force: true });
});

test("each hour the verifier's witness signs the checkpoint, and the policy demands that", async () => {
  const first = await post(site, acceptAll());
  const cookie = cookieOf(first);
  const alone = await keep("alone.tlog-proof", (await first.json()).receipt);
  await runHourly(site);
  // From where it stands now.
  await post(site, acceptAll());
  await runHourly(site);
  const [{ name, size, problem }] = (await logState(site)).witnesses;
  assert.deepEqual([name, size, problem], ["w1", 3, null]);
  const { entries } = await (await site.ask("/api/consent/records", { cookie })).json();
  const cosigned = await keep("cosigned.tlog-proof", entries[0].receipt);
  const rules = await keep("policy", await policy());
  assert.match(run(cosigned, "--policy", rules), /w\.example\/1/);
  // The receipt that was handed out at once has no cosignature yet.
  assert.throws(() => run(alone, "--policy", rules));
});
