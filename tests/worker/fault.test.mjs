// When the log fails: nothing is claimed, nothing is half written, and trying again is safe.

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { acceptAll, cookieOf, post, startSite, submit } from "./site.mjs";

/** @type {import("./site.mjs").Site} */
let site;
before(async () => (site = await startSite({ main: path.join(import.meta.dirname, "broken-log.mjs") })));
after(() => site.stop());

/**
 * @param {string} statement
 * @param {number} times
 */
const breakLog = async (statement, times) => {
  const query = new URLSearchParams({ statement, times: String(times) });
  assert.equal((await site.ask(`/api/break?${query}`)).status, 200);
};

/** Statements of an event. The seed is first because it is written once in ten minutes, for the first of these events. */
const STATEMENTS = [
  "INSERT OR REPLACE INTO seed",
  "SELECT r.sequence, r.body",
  "SELECT started",
  "SELECT r.sequence, r.id",
  "INSERT INTO record",
  "INSERT INTO link",
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
    assert.deepEqual(own.entries.map((/** @type {any} */ entry) => entry.record.id), [words.id]);
  });
}

test("one failure is not even noticed", async () => {
  await breakLog("INSERT INTO link", 1);
  const posted = await post(site, acceptAll());
  assert.equal(posted.status, 201);
  assert.ok(cookieOf(posted));
});

test("failures leave no gap in the chain", async () => {
  const first = await (await post(site, acceptAll())).json();
  await breakLog("INSERT INTO link", 2);
  assert.equal((await post(site, acceptAll())).status, 503);
  const second = await (await post(site, acceptAll())).json();
  assert.equal(second.sequence, first.sequence + 1);
  assert.equal(second.previous, first.hash);
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
    await breakLog("INSERT INTO record", 2);
    const failed = await call();
    assert.equal(failed.status, 503);
    assert.equal(failed.headers.get("location"), null);
    assert.deepEqual(failed.headers.getSetCookie(), []);
    assert.equal((await call()).status < 400, true);
  }
});

test("a log that can't be opened is reported, and opens later", async () => {
  const other = await startSite({ main: path.join(import.meta.dirname, "broken-log.mjs") });
  try {
    await other.ask("/api/break?statement=CREATE TABLE record&times=2");
    const sick = await other.ask("/api/consent/health");
    assert.equal(sick.status, 503);
    assert.equal((await sick.json()).log, false);
    assert.equal((await other.ask("/api/consent/health")).status, 200);
    assert.equal((await post(other, acceptAll())).status, 201);
  } finally {
    await other.stop();
  }
});
