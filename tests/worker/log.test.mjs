// What anybody may read of the log, and what only a token opens.

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { checkpointOf, publicKeys, verifyTiles } from "./export.mjs";
import { acceptAll, post, startSite } from "./site.mjs";
import { leafHash, readBundle, readCheckpoint, readKey } from "./tree.mjs";

/** @type {import("./site.mjs").Site} */
let site;
/** @type {any[]} */
const receipts = [];
/** More than a tile. */
const RECORDS = 300;
before(async () => {
  site = await startSite({ main: path.join(import.meta.dirname, "counting-log.mjs") });
  for (let number = 0; number < RECORDS; number += 30) {
    const answers = Array.from({ length: 30 }, () => post(site, acceptAll()));
    for (const answer of await Promise.all(answers)) receipts.push(await answer.json());
  }
});
after(() => site.stop());

const FOREVER = "public, max-age=31536000, immutable";

test("what is public has its type, may be kept, and may be read by any page", async () => {
  for (const [where, status, type, kept] of [
    ["/log/checkpoint", 200, "text/plain; charset=utf-8", "public, max-age=60"],
    ["/log/policy", 200, "text/plain; charset=utf-8", "public, max-age=300"],
    ["/log/info", 200, "application/json", "public, max-age=60"],
    ["/log/tile/0/000", 200, "application/octet-stream", FOREVER],
    ["/log/tile/0/001.p/45", 200, "application/octet-stream", FOREVER],
    ["/log/tile/1/000.p/1", 200, "application/octet-stream", FOREVER],
    ["/log/tile/0/001.p/46", 404, "application/problem+json", "public, max-age=10"],
    ["/log/tile/1/000", 404, "application/problem+json", "public, max-age=10"],
    ["/log/tile/0/0", 404, "application/problem+json", "no-store"],
    ["/log/tile/0/000.p/256", 404, "application/problem+json", "no-store"],
    ["/log/nothing", 404, "application/problem+json", "no-store"],
    ["/log/tile/0/000?x=1", 400, "application/problem+json", "no-store"],
    ["/log/tile/entries/000", 401, "application/problem+json", "no-store"],
  ]) {
    const answer = await site.ask(String(where), {
      headers: { origin: "https://monitor.example" },
    });
    const { headers } = answer;
    assert.equal(answer.status, status, `${where}`);
    assert.equal(headers.get("content-type"), type, `${where}`);
    assert.equal(headers.get("cache-control"), kept, `${where}`);
    assert.equal(headers.get("x-content-type-options"), "nosniff", `${where}`);
    assert.equal(headers.get("set-cookie"), null, `${where}`);
    if (status === 200) assert.equal(headers.get("access-control-allow-origin"), "*", `${where}`);
  }
  for (const where of ["/log/checkpoint", "/log/tile/0/000", "/log/policy"]) {
    const posted = await site.ask(where, { method: "POST" });
    assert.deepEqual([posted.status, posted.headers.get("allow")], [405, "GET, HEAD"], where);
    const head = await site.ask(where, { method: "HEAD" });
    assert.deepEqual([head.status, await head.text()], [200, ""], where);
  }
});

test("checkpoint, tiles and bundles agree", async () => {
  const { leaves, checkpoint } = await verifyTiles(site);
  assert.equal(checkpoint.origin, "cap.kz/log");
  assert.equal(checkpoint.size, RECORDS + 1);
  const age = Date.now() / 1000 - checkpoint.cosigned[0];
  assert.ok(age >= -1 && age < 60, `the log ended there ${age} s ago`);
  for (const { index, receipt } of receipts) {
    const record = Buffer.from(/^extra (.*)$/m.exec(receipt)?.[1] ?? "", "base64");
    assert.deepEqual(leaves[index], leafHash(record.toString()));
  }
});

test("a checkpoint is signed by every seed and dated by it", async () => {
  const note = await checkpointOf(site);
  const keys = await publicKeys(site);
  assert.equal(note.match(/^— cap\.kz\/log /gm)?.length, 4);
  for (const pair of [keys.slice(0, 2), keys.slice(2)])
    assert.equal(readCheckpoint(note, pair).cosigned.length, 1);
});

test("the policy has the keys in which notes are signed", async () => {
  const lines = (await (await site.ask("/log/policy")).text()).split("\n");
  const keys = await publicKeys(site);
  const own = keys.filter((/** @type {any} */ { kind }) => kind === 1);
  assert.equal(lines.length, own.length + 2);
  for (const [at, { id }] of own.entries()) {
    const [word, key, url] = lines[at].split(" ");
    assert.deepEqual([word, url], ["log", "https://cap.kz/log/"]);
    assert.deepEqual(readKey(key).id, id);
  }
  assert.deepEqual(lines.slice(-2), ["quorum none", ""]);
});

test("the information says how long the log is and what of it is left", async () => {
  const info = await (await site.ask("/log/info")).json();
  assert.deepEqual(info, {
    origin: "cap.kz/log",
    size: RECORDS + 1,
    minimum_index: 1,
    retention_days: 1095,
    witnesses: [],
    schema: "kelisim.log-info/1",
  });
});

test("entries need a token, and come compressed", async () => {
  for (const [name, width] of [
    ["entries/000", 256],
    ["entries/001.p/45", 45],
    ["entries/000.p/3", 3],
  ]) {
    const bundle = await site.ask(`/log/tile/${name}`, { headers: site.admin });
    assert.equal(bundle.status, 200);
    assert.equal(bundle.headers.get("content-encoding"), "gzip");
    assert.equal(bundle.headers.get("cache-control"), "no-store");
    assert.equal(readBundle(Buffer.from(await bundle.arrayBuffer())).length, width);
  }
  const missing = await site.ask("/log/tile/entries/001", { headers: site.admin });
  assert.equal(missing.status, 404);
});

const count = async () => (await site.ask("/api/count")).json();

test("a tile that the cache has, a checkpoint of this minute and health ask the log nothing", async () => {
  const paths = ["/log/tile/0/000.p/200", "/log/checkpoint", "/log/info", "/api/consent/health"];
  for (const where of paths) assert.equal((await site.ask(where)).status, 200, where);
  await count();
  for (let turn = 0; turn < 20; turn += 1)
    for (const where of paths) assert.equal((await site.ask(where)).status, 200, where);
  const { log, signatures } = await count();
  // The minute of the checkpoint and the ten seconds of health may end in between.
  assert.ok(log <= 4 && signatures <= 4, `${log} calls, ${signatures} signatures`);
});

test("nothing that is public holds a word of a record", async () => {
  const texts = [];
  for (const where of ["/log/checkpoint", "/log/info", "/log/policy"])
    texts.push(await (await site.ask(where)).text());
  for (const where of ["/log/tile/0/000", "/log/tile/0/001.p/45"]) {
    const tile = Buffer.from(await (await site.ask(where)).arrayBuffer());
    assert.equal(tile.length % 32, 0);
    texts.push(tile.toString("latin1"));
  }
  for (const text of texts)
    for (const { record } of receipts.slice(0, 5))
      for (const word of [record.id, record.commitment, record.time, "accept_all"])
        assert.ok(!text.includes(word), word);
});
