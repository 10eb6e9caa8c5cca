// What each call costs, counted: other services asked, statements and rows of the database,
// signatures, bytes on the way. The same numbers for the first visitor and for one after thousands,
// or it is a bug.

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { acceptAll, cookieOf, post, startSite } from "./site.mjs";

/** @type {import("./site.mjs").Site} */
let site;
before(async () => {
  site = await startSite({ main: path.join(import.meta.dirname, "counting-log.mjs") });
  // The first event makes tables, reads the manifest and makes a seed.
  await post(site, acceptAll());
});
after(() => site.stop());

const count = async () => (await site.ask("/api/count")).json();

/** @param {() => Promise<Response>} call */
const costOf = async (call) => {
  await count();
  const answer = await call();
  assert.ok(answer.status < 400, `${answer.status}`);
  await answer.arrayBuffer();
  return { cookie: cookieOf(answer), ...(await count()) };
};

const FREE = {
  assets: 0,
  log: 0,
  signatures: 0,
  statements: 0,
  rowsRead: 0,
  rowsWritten: 0,
  question: 0,
  answer: 0,
};

test("asking for the state costs nothing but the answer", async () => {
  const { cookie, ...cost } = await costOf(() => site.ask("/api/consent"));
  assert.equal(cookie, undefined);
  assert.deepEqual(cost, FREE);
});

/**
 * What one event may cost. Rows written are the entry, the index of its id, the link and the count:
 * what the platform bills.
 */
const EVENT = { assets: 0, log: 1, signatures: 1, statements: 8, rowsWritten: 4 };

/** Of the database, in rows; and of the way to the log and back, in bytes. */
const MOST = { rowsRead: 10, question: 700, answer: 1600 };

/** @param {any} cost */
const isOneEvent = (cost) => {
  const { assets, log, signatures, statements, rowsWritten } = cost;
  assert.deepEqual({ assets, log, signatures, statements, rowsWritten }, EVENT);
  for (const [what, most] of Object.entries(MOST))
    assert.ok(cost[what] <= most, `${what}: ${cost[what]}`);
};

test("a consent is one call to the log, one signature and four rows", async () => {
  isOneEvent(await costOf(() => post(site, acceptAll())));
});

test("a visitor with a history costs what a new one does", async () => {
  let { cookie } = await costOf(() => post(site, acceptAll()));
  for (let turn = 0; turn < 20; turn += 1)
    cookie = cookieOf(await post(site, acceptAll(), { cookie })) ?? cookie;
  const { statements, ...cost } = await costOf(() => post(site, acceptAll(), { cookie }));
  // The visitor is known, so no seed is looked for.
  assert.equal(statements, EVENT.statements - 1);
  isOneEvent({ ...cost, statements: EVENT.statements });
});

test("a log of hundreds of records answers with the same work", async () => {
  for (let round = 0; round < 10; round += 1)
    await Promise.all(Array.from({ length: 30 }, () => post(site, acceptAll())));
  isOneEvent(await costOf(() => post(site, acceptAll())));
});

test("the tree costs two rows in 256 events", async () => {
  await count();
  for (let round = 0; round < 8; round += 1)
    await Promise.all(Array.from({ length: 32 }, () => post(site, acceptAll())));
  const { rowsWritten, signatures } = await count();
  assert.deepEqual([rowsWritten, signatures], [256 * EVENT.rowsWritten + 2, 256]);
});

test("a proof of a record reads few tiles, however old it is", async () => {
  const { cookie } = await costOf(() => post(site, acceptAll()));
  const { rowsRead, rowsWritten } = await costOf(() =>
    site.ask("/api/consent/records", { cookie }),
  );
  assert.ok(rowsRead <= 16, `${rowsRead}`);
  assert.equal(rowsWritten, 0);
});

test("to erase nothing writes nothing", async () => {
  const { cookie } = await costOf(() => post(site, acceptAll()));
  const erase = () =>
    site.ask("/api/consent/erase", { method: "POST", cookie, headers: { origin: site.origin } });
  // The link, and what the audit trail says, with its counter.
  assert.equal((await costOf(erase)).rowsWritten, 3);
  assert.equal((await costOf(erase)).rowsWritten, 0);
});

test("a retry writes nothing", async () => {
  const words = acceptAll();
  await post(site, words);
  const { log, rowsWritten, signatures } = await costOf(() => post(site, words));
  assert.deepEqual({ log, rowsWritten, signatures }, { log: 1, rowsWritten: 0, signatures: 1 });
});

test("a refusal asks nobody", async () => {
  await count();
  for (const words of ["{", acceptAll({ revision: "00000000" }), acceptAll({ locale: "xx" })]) {
    assert.ok((await post(site, words)).status >= 400);
  }
  assert.deepEqual(await count(), FREE);
});
