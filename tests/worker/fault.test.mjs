// When the log fails: nothing is claimed, nothing is half written, and trying again is safe.

import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import path from "node:path";
import { after, before, test } from "node:test";
import { until } from "../support/until.mjs";
import { assertOneLog, exported, verifyExport, verifyReceipt } from "./export.mjs";
import { acceptAll, cookieOf, post, startSite, submit } from "./site.mjs";
import { leafHash } from "./tree.mjs";

/** @type {import("./site.mjs").Site} */
let site;
before(
  async () => (site = await startSite({ main: path.join(import.meta.dirname, "faulty-log.mjs") })),
);
after(() => site.stop());

/**
 * @param {string} statement
 * @param {number} times
 */
const breakLog = async (statement, times) => {
  const query = new URLSearchParams({ statement, times: String(times) });
  assert.equal((await site.ask(`/api/break?${query}`)).status, 200);
};

/**
 * Statements of an event. The seed is first because it is written once in ten minutes, for the
 * first of these events.
 */
const STATEMENTS = [
  "INSERT OR REPLACE INTO seed",
  "SELECT [index], body FROM entry WHERE id",
  "DELETE FROM seed",
  "SELECT started",
  "SELECT MAX([index])",
  "INSERT INTO entry",
  "INSERT INTO link",
  "INSERT INTO count",
];

for (const statement of STATEMENTS) {
  test(`when \`${statement}\` fails nothing is kept, and the next try is whole`, async () => {
    const words = acceptAll();
    // The worker tries twice by itself.
    await breakLog(statement, 2);
    const failed = await post(site, words);
    assert.equal(failed.status, 503);
    assert.equal((await failed.json()).code, "unavailable");
    assert.deepEqual(failed.headers.getSetCookie(), []);

    const again = await post(site, words);
    assert.equal(again.status, 201);
    const cookie = cookieOf(again);
    assert.ok(cookie, "a whole event sets the cookie");
    const own = await (await site.ask("/api/consent/records", { cookie })).json();
    assert.deepEqual(
      own.entries.map((/** @type {any} */ entry) => entry.record.id),
      [words.id],
    );
  });
}

test("when a withdrawal can't look up what it takes back nothing is kept, and the next try is whole", async () => {
  const cookie = cookieOf(await post(site, acceptAll()));
  const withdraw = () =>
    site.ask("/api/consent", { method: "DELETE", headers: { origin: site.origin }, cookie });
  await breakLog("SELECT e.[index], e.id", 2);
  assert.equal((await withdraw()).status, 503);
  assert.equal((await withdraw()).status, 200);
  const own = await (await site.ask("/api/consent/records", { cookie })).json();
  const [given, taken, ...more] = own.entries.map((/** @type {any} */ entry) => entry.record);
  assert.deepEqual([taken.action, taken.withdraws, more], ["withdraw", given.id, []]);
});

test("one failure is not even noticed", async () => {
  await breakLog("INSERT INTO link", 1);
  const posted = await post(site, acceptAll());
  assert.equal(posted.status, 201);
  assert.ok(cookieOf(posted));
});

test("failures leave no gap in the tree", async () => {
  const first = await (await post(site, acceptAll())).json();
  for (const statement of ["INSERT INTO link", "INSERT INTO count"]) {
    await breakLog(statement, 2);
    assert.equal((await post(site, acceptAll())).status, 503);
  }
  const second = await (await post(site, acceptAll())).json();
  assert.equal(second.index, first.index + 1);
  const heads = [];
  for (const receipt of [first, second])
    heads.push((await verifyReceipt(site, receipt)).checkpoint);
  const { entries } = await verifyExport(site, await exported(site));
  const leaves = entries.map(({ text }) => leafHash(text));
  const log = JSON.stringify({ chain: null, schema: "kelisim.log/1", site: "cap.kz" });
  assertOneLog([leafHash(log), ...leaves], heads);
});

test("forms and withdrawals fail as openly", async () => {
  const cookie = cookieOf(await post(site, acceptAll()));
  const fields = { action: "accept_all", revision: "aB3-_xYz", locale: "kk", surface: "choices" };
  const calls = [
    () => submit(site, "/api/consent", fields, { cookie }),
    () => submit(site, "/api/consent/withdraw", { locale: "kk" }, { cookie }),
    () => site.ask("/api/consent", { method: "DELETE", cookie, headers: { origin: site.origin } }),
  ];
  for (const call of calls) {
    await breakLog("INSERT INTO entry", 2);
    const failed = await call();
    assert.equal(failed.status, 503);
    assert.equal(failed.headers.get("location"), null);
    assert.deepEqual(failed.headers.getSetCookie(), []);
    assert.equal((await call()).status < 400, true);
  }
});

test("a log that can't be opened is reported, and opens later", async () => {
  const other = await startSite({ main: path.join(import.meta.dirname, "faulty-log.mjs") });
  try {
    await other.ask("/api/break?statement=CREATE TABLE record&times=2");
    const sick = await other.ask("/api/consent/health");
    assert.equal(sick.status, 503);
    assert.equal((await sick.json()).log, false);
    assert.equal((await post(other, acceptAll())).status, 201);
    const isWell = async () => (await other.ask("/api/consent/health")).status === 200;
    await until(isWell, "health does not say so");
  } finally {
    await other.stop();
  }
});

/** How often each id is in the log; checks the tree on the way. */
const tally = async () => {
  const { entries } = await verifyExport(site, await exported(site));
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const { record } of entries) times.set(record.id, (times.get(record.id) ?? 0) + 1);
  return times;
};

test("an answer that is lost after the write is no second record", async () => {
  const words = acceptAll();
  assert.equal((await site.ask("/api/break?lose=2")).status, 200);
  const failed = await post(site, words);
  assert.deepEqual([failed.status, failed.headers.getSetCookie()], [503, []]);
  assert.equal((await tally()).get(words.id), 1, "it was written");
  const again = await post(site, words);
  assert.equal(again.status, 201);
  assert.ok(cookieOf(again));
  assert.equal((await tally()).get(words.id), 1);
});

/** Holds the next events, or lets those go on that wait. @param {number} hold */
const holdLog = async (hold) => (await site.ask(`/api/break?hold=${hold}`)).json();
/** How many events wait, and how many have waited and were answered. */
const held = async () => (await site.ask("/api/break?hold=1000")).json();

test("a log that takes too long is not waited for, and loses nothing", async () => {
  const words = acceptAll();
  await holdLog(2);
  const late = await post(site, words);
  assert.deepEqual([late.status, late.headers.getSetCookie()], [503, []]);
  await holdLog(0);
  const again = await post(site, words);
  assert.equal(again.status, 201);
  assert.equal((await tally()).get(words.id), 1);
});

test("a visitor who leaves while the choice is on its way does not lose it", async () => {
  const { port } = new URL(site.origin);
  const presses = Array.from({ length: 20 }, () => acceptAll());
  const { passed } = await holdLog(1000);
  const sockets = await Promise.all(
    presses.map(async (press) => {
      const body = JSON.stringify(press);
      const socket = net.connect(Number(port), "localhost");
      await once(socket, "connect");
      const head = [
        "POST /api/consent HTTP/1.1",
        `Host: localhost:${port}`,
        `Origin: ${site.origin}`,
        "Content-Type: application/json",
        `Content-Length: ${Buffer.byteLength(body)}`,
        "",
        "",
      ];
      socket.write(head.join("\r\n") + body);
      return socket;
    }),
  );
  await until(async () => (await held()).waiting >= presses.length, "the choices did not arrive");
  for (const socket of sockets) socket.resetAndDestroy();
  await holdLog(0);
  await until(
    async () => (await holdLog(0)).passed >= passed + presses.length,
    "the log did not answer all of them",
  );
  const asked = new Date().toISOString();
  const times = await Promise.all(
    presses.map(async (press) => (await (await post(site, press)).json()).record.time),
  );
  const lost = times.filter((time) => time >= asked);
  assert.equal(
    lost.length,
    0,
    `${lost.length} of ${presses.length} were written only by the retry`,
  );
});

test("a storm of retries makes one record, the same for all", async () => {
  const words = acceptAll();
  const answers = await Promise.all(Array.from({ length: 40 }, () => post(site, words)));
  assert.ok(answers.every(({ status }) => status === 201));
  const receipts = await Promise.all(answers.map((answer) => answer.json()));
  const events = receipts.map(({ record, index }) => JSON.stringify([record, index]));
  assert.equal(new Set(events).size, 1);
  assert.equal(new Set(answers.map((answer) => cookieOf(answer)?.split(".")[1])).size, 1);
  assert.equal((await tally()).get(words.id), 1);
});

test("two tabs at once are two records of one visitor, in an order", async () => {
  const cookie = cookieOf(await post(site, acceptAll()));
  const tabs = [acceptAll({ action: "reject_all", choice: {} }), acceptAll()];
  const answers = await Promise.all(tabs.map((words) => post(site, words, { cookie })));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 201],
  );
  const own = await (await site.ask("/api/consent/records", { cookie })).json();
  assert.equal(own.entries.length, 3);
  const times = await tally();
  for (const { id } of tabs) assert.equal(times.get(id), 1);
});

test("in a crowd with a tenth of all writes failing each acknowledged event is there once", async () => {
  const acknowledged = new Set();
  const crowd = Array.from({ length: 20 }, async (_, client) => {
    for (let turn = 0; turn < 10; turn += 1) {
      if ((client + turn) % 5 === 0) await breakLog("INSERT INTO link", 2);
      const words = acceptAll();
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const posted = await post(site, words);
        if (posted.status !== 201) continue;
        acknowledged.add(words.id);
        break;
      }
    }
  });
  await Promise.all(crowd);
  await breakLog("", 0);
  const times = await tally();
  assert.ok(acknowledged.size > 100, `${acknowledged.size} were acknowledged`);
  for (const id of acknowledged) assert.equal(times.get(id), 1);
  assert.ok(
    [...times.values()].every((count) => count === 1),
    "nothing is doubled",
  );
});

test("a runtime that is killed forgets nothing that it has acknowledged", async () => {
  const receipts = [];
  for (let number = 0; number < 5; number += 1)
    receipts.push(await (await post(site, acceptAll())).json());
  await site.kill();
  const times = await tally();
  for (const { record } of receipts) assert.equal(times.get(record.id), 1);
});

test("what went wrong is said in lines of JSON, with nothing of any visitor", () => {
  const printed = site.printed();
  const found = printed.match(/\{"level":"error".*\}/g) ?? [];
  const places = new Set(
    found
      .map((line) => JSON.parse(line))
      .map(({ place, problem, ...rest }) => {
        assert.deepEqual(rest, { level: "error" });
        assert.ok(problem.length > 0 && problem.length <= 200);
        return place;
      }),
  );
  assert.deepEqual([...places].sort(), ["log", "worker"]);
  assert.match(printed, /the disk is full/);
});
