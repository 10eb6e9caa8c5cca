// Witnesses that sign, are down, stand elsewhere or know another log, in the real runtime.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkpointOf, publicKeys, verifyReceipt } from "./export.mjs";
import { consoleLines, logState, runHourly } from "./hourly.mjs";
import { acceptAll, cookieOf, post, startSite } from "./site.mjs";
import { readCheckpoint } from "./tree.mjs";
import { startWitness } from "./witness.mjs";

/** @type {import("./site.mjs").Site} */
let site;
/** @type {import("./witness.mjs").Witness[]} */
let witnesses;
/** @type {import("./tree.mjs").Key[]} */
let keys;
/** The first visitor. @type {string | undefined} */
let first;

/** @param {number} quorum */
const policy = (quorum) => ({
  quorum,
  list: witnesses.map(({ key, address }, at) => ({ name: `w${at + 1}`, key, address })),
});

before(async () => {
  witnesses = [await startWitness("w.example/1"), await startWitness("w.example/2")];
  site = await startSite({ manifest: { witnesses: policy(1) } });
  const own = await publicKeys(site);
  for (const witness of witnesses) witness.trust(own);
  keys = [...own, ...witnesses.map(({ verifier }) => verifier)];
});
after(async () => {
  await site.stop();
  for (const witness of witnesses) await witness.stop();
});

/** Logs an event, and lets an hour pass. */
const hour = async () => {
  const answer = await post(site, acceptAll());
  assert.equal(answer.status, 201);
  first ??= cookieOf(answer);
  const before = consoleLines(site).length;
  await runHourly(site);
  return { answer, lines: consoleLines(site).slice(before) };
};

/** The published checkpoint, with the names of the witnesses that have cosigned it. */
const published = async () => {
  // `/log/checkpoint` is remembered for a minute, what the first visitor's receipt proves is not.
  const { entries } = await (await site.ask("/api/consent/records", { cookie: first })).json();
  const note = entries[0].receipt.split("\n\n").slice(1).join("\n\n");
  const names = note
    .split("\n")
    .flatMap((/** @type {string} */ line) => /^— (w\S+)/.exec(line)?.[1] ?? []);
  return { ...readCheckpoint(note, keys), names, note };
};

const problems = async () =>
  (await logState(site)).witnesses.map((/** @type {any} */ { problem }) => problem);

test("each hour the witnesses sign the checkpoint that is published, from where they stand", async () => {
  await hour();
  const begin = await published();
  assert.deepEqual([begin.size, begin.names], [2, ["w.example/1", "w.example/2"]]);
  // Each key of the log, and each witness, says when.
  assert.equal(begin.cosigned.length, 4);
  for (const time of begin.cosigned) assert.ok(Math.abs(Date.now() / 1000 - time) < 60);
  await hour();
  await hour();
  for (const { asked } of witnesses)
    assert.deepEqual(asked, [
      { old: 0, size: 2 },
      { old: 2, size: 3 },
      { old: 3, size: 4 },
    ]);
  assert.equal(await checkpointOf(site), (await published()).note);
  const info = await (await site.ask("/log/info")).json();
  assert.deepEqual(
    info.witnesses.map((/** @type {any} */ { name, size }) => [name, size]),
    [
      ["w1", 4],
      ["w2", 4],
    ],
  );
});

test("a log that has not grown asks nobody again, and its receipts carry the cosignatures", async () => {
  const { answer } = await hour();
  const cookie = cookieOf(answer);
  const asked = witnesses.map(({ asked }) => asked.length);
  await runHourly(site);
  assert.deepEqual(
    witnesses.map(({ asked }) => asked.length),
    asked,
  );
  const { entries } = await (await site.ask("/api/consent/records", { cookie })).json();
  const { checkpoint } = await verifyReceipt(site, entries[0]);
  assert.equal(checkpoint.size, (await published()).size);
  assert.match(entries[0].receipt, /^— w\.example\/1 /m);
});

test("a witness that is down, slow or errs delays nothing, is reported and asked again", async () => {
  const long = "x".repeat(100_000);
  for (const [answer, words] of /** @type {const} */ ([
    [{ status: 500 }, "status 500"],
    [{ status: 404 }, "doesn't know this log"],
    [{ status: 403 }, "another key"],
    [{ status: 302 }, "status 302"],
    [{ status: 200, body: "thank you" }, "lines of signatures"],
    [{ status: 200, body: long }, "it is too long"],
    [{ status: 200, never: true }, "doesn't answer"],
  ])) {
    witnesses[0].answers.push(answer);
    const { lines } = await hour();
    const [line] = lines.filter(({ place }) => place === "witness");
    assert.ok(line.level === "error" && line.problem.startsWith("w1: "), JSON.stringify(line));
    assert.ok(line.problem.includes(words), line.problem);
    const [problem, none] = await problems();
    assert.ok(problem.includes(words) && none === null, problem);
  }
  assert.deepEqual((await published()).names, ["w.example/2"]);
  // It catches up by itself.
  await hour();
  assert.deepEqual(await problems(), [null, null]);
  assert.deepEqual((await published()).names, ["w.example/1", "w.example/2"]);
});

test("a witness that stands elsewhere is proved to from there", async () => {
  const [witness] = witnesses;
  const { size } = await published();
  witness.asked.length = 0;
  // As if it had been put back, and as if it had never heard of the log.
  witness.seen = undefined;
  await hour();
  assert.deepEqual(witness.asked, [
    { old: size, size: size + 1 },
    { old: 0, size: size + 1 },
  ]);
  assert.deepEqual(await problems(), [null, null]);
});

test("a witness that has seen more, or another tree, is an alarm", async () => {
  const [witness] = witnesses;
  const { seen } = witness;
  assert.ok(seen !== undefined);
  for (const [changed, words] of /** @type {const} */ ([
    [{ ...seen, size: 1000 }, "ALARM: it has cosigned 1000 entries"],
    [{ ...seen, root: Buffer.alloc(32) }, "ALARM: it has cosigned another tree"],
  ])) {
    witness.seen = changed;
    witness.asked.length = 0;
    const { lines } = await hour();
    assert.ok(lines.some(({ problem }) => problem?.startsWith(`w1: ${words}`)));
    assert.ok((await problems())[0].startsWith(words));
    assert.equal(witness.asked.length, 1, "no second try");
  }
  witness.seen = seen;
  await hour();
  assert.deepEqual(await problems(), [null, null]);
});

test("a signature that is wrong, of another key or from the future doesn't count", async () => {
  const [witness, other] = witnesses;
  const earlier = Buffer.from((await published()).note.split("— w.example/1 ")[1], "base64");
  for (const [body, words] of [
    [`— w.example/1 ${earlier.toString("base64")}\n`, "its signature is wrong"],
    [`— w.example/2 ${earlier.toString("base64")}\n`, "doesn't sign with the key"],
  ]) {
    witness.answers.push({ status: 200, body });
    await hour();
    assert.ok((await problems())[0].includes(words), words);
  }
  assert.deepEqual((await published()).names, [other.verifier.name]);
});

test("too few cosignatures leave the checkpoint that has enough", async () => {
  await site.publish({ witnesses: policy(2) });
  await hour();
  const whole = await published();
  assert.equal(whole.names.length, 2);
  witnesses[1].answers.push({ status: 503 });
  await hour();
  assert.equal((await published()).note, whole.note);
  await hour();
  const next = await published();
  assert.deepEqual([next.size, next.names.length], [whole.size + 2, 2]);
});

test("without witnesses nothing is sent", async () => {
  await site.publish({ witnesses: { quorum: 0, list: [] } });
  for (const witness of witnesses) witness.asked.length = 0;
  await hour();
  assert.ok(witnesses.every(({ asked }) => asked.length === 0));
  const { names, size } = await published();
  assert.deepEqual(names, []);
  assert.equal(size, (await logState(site)).records + 1);
});
