// What the real worker publishes, exports and hands out, checked by `site-builder verify`: two
// programs that share no code of signing and storing.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { builder } from "../support/site.mjs";
import { exported } from "./export.mjs";
import { acceptAll, cookieOf, post, startSite, TOKENS } from "./site.mjs";

/** @type {import("./site.mjs").Site} */
let site;
/** @type {string} */
let folder;
/** @type {string} */
let log;
/** @type {any[]} */
const answers = [];
/** @type {string} */
let cookie;

/** @param {string} name @param {string} text */
const keep = async (name, text) => {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
};

before(async () => {
  site = await startSite();
  folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-verify-"));
  for (let number = 0; number < 9; number += 1) {
    const answer = await post(site, acceptAll({ locale: ["kk", "ru", "en"][number % 3] }), {
      cf: { country: "DE" },
    });
    cookie = cookieOf(answer) ?? assert.fail("no cookie was set");
    answers.push(await answer.json());
  }
  await keep("policy", await (await site.ask("/log/policy")).text());
  await keep("token", TOKENS[0]);
  log = await exported(site, "?limit=4");
});
after(async () => {
  await site.stop();
  await rm(folder, { recursive: true, force: true });
});

/**
 * Runs a command without blocking this process, which serves the site.
 * @param {string[]} words
 * @returns {Promise<any>}
 */
const run = (...words) =>
  new Promise((resolve, reject) => {
    const child = spawn(builder(), ["verify", ...words, "--format", "json"]);
    let [printed, wrong] = ["", ""];
    child.stdout.on("data", (chunk) => (printed += chunk));
    child.stderr.on("data", (chunk) => (wrong += chunk));
    child.on("close", (status) => {
      if (wrong) reject(new Error(wrong));
      else resolve({ status, ...JSON.parse(printed) });
    });
  });

/** @param {string[]} words */
const verify = (...words) => run(...words, "--policy", path.join(folder, "policy"));

test("an export in pages is verified by the program that the operator did not write it with", async () => {
  const report = await verify(await keep("log.ndjson", log), "--site", "cap.kz");
  assert.deepEqual([report.status, report.finding, report.records], [0, null, answers.length]);
  assert.equal(report.attested, answers.length);
});

test("the receipt of an answer and the records of a visitor prove their place, alone and in the log", async () => {
  const file = await keep("log.ndjson", log);
  const own = await site.ask("/api/consent/records", { headers: { cookie } });
  const newest = await site.ask("/api/consent/records?format=tlog-proof", { headers: { cookie } });
  const texts = answers.map((answer) => JSON.stringify(answer));
  for (const text of [...texts, await own.text(), await newest.text()]) {
    const receipt = await keep("receipt", text);
    const alone = await verify(receipt);
    assert.deepEqual([alone.status, alone.records], [0, 1], JSON.stringify(alone.finding));
    const report = await verify(file, "--receipt", receipt);
    assert.equal(report.status, 0, JSON.stringify(report.finding));
    assert.ok(report.agreed.some((/** @type {string} */ name) => /receipt of record/.test(name)));
  }
});

test("a receipt opens with the visitor's id, and with no other", async () => {
  const [, subject] = /kelisim_cc_cookie=2\.([^.]+)\./.exec(cookie) ?? assert.fail(cookie);
  const receipt = await keep("receipt", answers.at(-1).receipt);
  assert.equal((await verify(receipt, "--subject", subject)).status, 0);
  const other = await verify(await keep("receipt", answers[0].receipt), "--subject", subject);
  assert.deepEqual([other.status, other.finding.kind], [1, "other-subject"]);
});

test("the log itself is verified, with its entries and without", async () => {
  const report = await run(site.origin);
  assert.deepEqual([report.status, report.finding, report.size], [0, null, answers.length + 1]);
  const token = path.join(folder, "token");
  const whole = await run(site.origin, "--token-file", token, "--site", "cap.kz");
  assert.deepEqual([whole.status, whole.finding, whole.records], [0, null, answers.length]);
});

test("a log is taken home as a file and as a folder, and is the same there", async () => {
  const token = path.join(folder, "token");
  const file = path.join(folder, "home.ndjson");
  const taken = await run("export", site.origin, "--token-file", token, "--output", file);
  assert.deepEqual([taken.status, taken.records], [0, answers.length], JSON.stringify(taken));
  // The worker counts entry 0 as none of the records.
  const records = (/** @type {string} */ text) => text.split("\n").slice(1);
  assert.deepEqual(records(await readFile(file, "utf8")), records(log));
  const copy = path.join(folder, "copy/");
  const filled = await run("export", site.origin, "--token-file", token, "--output", copy);
  assert.deepEqual([filled.status, filled.records], [0, answers.length], JSON.stringify(filled));
  const report = await verify(copy);
  assert.deepEqual([report.status, report.records], [0, answers.length], JSON.stringify(report));
});

test("a checkpoint that anybody fetched is met by a later export", async () => {
  const kept = await keep("kept", await (await site.ask("/log/checkpoint")).text());
  const state = path.join(folder, "state.json");
  const watch = () => run("monitor", site.origin, "--state", state, "--once");
  const first = await watch();
  assert.equal(first.status, 0, JSON.stringify(first));
  await post(site, acceptAll(), { cf: { country: "DE" } });
  const second = await watch();
  assert.equal(second.status, 0, JSON.stringify(second));
  const later = await keep("later.ndjson", await exported(site));
  const report = await verify(later, "--checkpoint", kept, "--checkpoint", state);
  assert.equal(report.status, 0, JSON.stringify(report.finding));
  assert.ok(report.agreed.length > 0);
  const cut = log.split("\n").slice(0, 6).join("\n");
  const short = await verify(await keep("cut.ndjson", `${cut}\n`), "--checkpoint", kept);
  assert.deepEqual([short.status, short.finding.kind], [4, "end-missing"]);
});

test("whatever is done to the export is found", async () => {
  const lines = log.split("\n");
  /** @type {[string, number, (lines: string[]) => void][]} */
  const harms = [
    [
      "not-in-tree",
      1,
      (own) => {
        own[5] = own[5].replace('"country":"DE"', '"country":"KZ"');
      },
    ],
    [
      "end-missing",
      4,
      (own) => {
        own.splice(5, 1);
      },
    ],
    [
      "inserted",
      1,
      (own) => {
        own.splice(5, 0, own[5]);
      },
    ],
  ];
  for (const [kind, status, harm] of harms) {
    const own = [...lines];
    harm(own);
    const report = await verify(await keep("harmed.ndjson", own.join("\n")));
    assert.deepEqual([report.status, report.finding.kind], [status, kind], report.finding.message);
  }
});
