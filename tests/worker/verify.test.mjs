// What the real worker exports and hands out, checked by `site-builder verify`: two programs that
// share no code of signing.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { builder } from "../support/site.mjs";
import { exported } from "./export.mjs";
import { acceptAll, cookieOf, post, startSite } from "./site.mjs";

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
  await keep("keys.json", await (await site.ask("/api/consent/keys")).text());
  log = await exported(site, "?limit=4");
});
after(async () => {
  await site.stop();
  await rm(folder, { recursive: true, force: true });
});

/** @param {string[]} more */
const verify = (...more) => {
  const words = ["verify", "--keys", path.join(folder, "keys.json"), "--format", "json", ...more];
  const { status, stdout, stderr } = spawnSync(builder(), words, { encoding: "utf8" });
  assert.equal(stderr, "");
  return { status, ...JSON.parse(stdout) };
};

test("an export in pages is verified by the program that the operator did not write it with", async () => {
  const report = verify(await keep("log.ndjson", log), "--site", "cap.kz");
  assert.deepEqual([report.status, report.finding, report.records], [0, null, answers.length]);
  assert.equal(report.attested, answers.length);
});

test("the receipt of an answer and the records of a visitor prove their place", async () => {
  const file = await keep("log.ndjson", log);
  for (const answer of answers) {
    const report = verify(file, "--receipt", await keep("receipt.json", JSON.stringify(answer)));
    assert.deepEqual([report.status, report.agreed.length], [0, 1], JSON.stringify(report.finding));
  }
  const own = await site.ask("/api/consent/records", { headers: { cookie } });
  const report = verify(file, "--receipt", await keep("records.json", await own.text()));
  assert.deepEqual([report.status, report.agreed.length], [0, 1], JSON.stringify(report.finding));
});

test("a checkpoint that anybody fetched is met by a later export", async () => {
  const kept = await keep("kept.json", await (await site.ask("/api/consent/checkpoint")).text());
  await post(site, acceptAll(), { cf: { country: "DE" } });
  const report = verify(await keep("later.ndjson", await exported(site)), "--checkpoint", kept);
  assert.deepEqual([report.status, report.agreed.length], [0, 1], JSON.stringify(report.finding));
  const cut = log.split("\n").slice(0, 6).join("\n");
  const short = verify(await keep("cut.ndjson", `${cut}\n`), "--checkpoint", kept);
  assert.deepEqual([short.status, short.finding.kind], [1, "end-missing"]);
});

test("whatever is done to the export, the first record it was done to is named", async () => {
  const lines = log.split("\n");
  const fifth = lines.findIndex((line) => line.includes('"sequence":5,"previous"'));
  /** @type {[string, number, (lines: string[]) => void][]} */
  const harms = [
    [
      "altered",
      5,
      (own) => {
        own[fifth] = own[fifth].replace('"country":"DE"', '"country":"KZ"');
      },
    ],
    [
      "dropped",
      5,
      (own) => {
        own.splice(fifth, 1);
      },
    ],
    [
      "inserted",
      5,
      (own) => {
        own.splice(fifth, 0, own[fifth]);
      },
    ],
    [
      "moved",
      5,
      (own) => {
        [own[fifth], own[fifth + 1]] = [own[fifth + 1], own[fifth]];
      },
    ],
  ];
  for (const [kind, sequence, harm] of harms) {
    const own = [...lines];
    harm(own);
    const report = verify(await keep("harmed.ndjson", own.join("\n")));
    assert.deepEqual(
      [report.status, report.finding.kind, report.finding.sequence],
      [1, kind, sequence],
      report.finding.message,
    );
  }
});
