// What the log's object does in the runtime beyond answering: its clock, its alarm, its size, its
// pages. `edge-worker/src/log/tests/` has the rest, over SQLite alone.

import assert from "node:assert/strict";
import { mkdtemp, open, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, test } from "node:test";
import { until } from "../support/until.mjs";
import { exported, verifyExport } from "./export.mjs";
import { acceptAll, cookieOf, post, startSite } from "./site.mjs";

const [MINUTE, HOUR] = [60_000, 3_600_000];

/** @type {import("./site.mjs").Site} */
let site;
before(
  async () => (site = await startSite({ main: path.join(import.meta.dirname, "clock-log.mjs") })),
);
after(() => site.stop());

/** Sets how far the log's clock is ahead. @param {number} [ahead] */
const clock = async (ahead) =>
  (await site.ask(`/api/clock${ahead === undefined ? "" : `?ahead=${ahead}`}`)).json();

test("seeds are gone after twenty minutes though nobody comes", async () => {
  await post(site, acceptAll());
  // What is made now is nearly twenty minutes old by the real clock, by which alarms come.
  await clock(-20 * MINUTE + 2_000);
  assert.equal((await post(site, acceptAll())).status, 201);
  await clock(0);
  await until(async () => (await clock()).seeds === 1, "the alarm deletes no seed");
});

test("a log whose clock ran ahead logs nothing, and goes on when it is right again", async () => {
  await clock(HOUR + MINUTE);
  const refused = await post(site, acceptAll());
  assert.equal(refused.status, 503);
  assert.deepEqual(refused.headers.getSetCookie(), []);
  await clock(0);
  const { record } = await (await post(site, acceptAll())).json();
  assert.ok(Math.abs(Date.parse(record.time) - Date.now()) < MINUTE, record.time);
});

test("a full log takes withdrawals and erasures still", { timeout: 120_000 }, async () => {
  const cookie = cookieOf(await post(site, acceptAll()));
  /** @type {Response[]} */
  let answers = [];
  for (let round = 0; round < 80 && answers.every(({ status }) => status === 201); round += 1)
    answers = await Promise.all(Array.from({ length: 50 }, () => post(site, acceptAll())));
  assert.equal((await post(site, acceptAll())).status, 503);
  const { log } = await (await site.ask("/api/consent/stats", { headers: site.admin })).json();
  assert.deepEqual([log.full, log.damaged], [true, null]);
  const headers = { origin: site.origin };
  const withdrawn = await site.ask("/api/consent", { method: "DELETE", headers, cookie });
  assert.equal(withdrawn.status, 200);
  const erased = await site.ask("/api/consent/erase", { method: "POST", headers, cookie });
  assert.equal((await erased.json()).records, 2);
  await verifyExport(site, await exported(site));
});

/** Overwrites the first page of a table. @param {string} state @param {string} table */
const damage = async (state, table) => {
  const files = await readdir(state, { recursive: true });
  const name = files.find((file) => /ConsentLog.[0-9a-f]{64}\.sqlite$/.test(file));
  assert.ok(name, files.join("\n"));
  const file = path.join(state, name);
  const database = new DatabaseSync(file);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const root = database.prepare("SELECT rootpage FROM sqlite_master WHERE name = ?").get(table);
  const { page_size: size } = /** @type {any} */ (database.prepare("PRAGMA page_size").get());
  database.close();
  const handle = await open(file, "r+");
  await handle.write(Buffer.alloc(size, 0xff), 0, size, (Number(root?.rootpage) - 1) * size);
  await handle.close();
};

for (const table of ["entry", "link", "tile"]) {
  test(`a log whose table ${table} is damaged appends nothing and says so`, async () => {
    const kept = await mkdtemp(path.join(os.tmpdir(), "kelisim-kept-"));
    const whole = await startSite({ kept });
    for (let round = 0; round < 6; round += 1)
      await Promise.all(Array.from({ length: 50 }, () => post(whole, acceptAll())));
    await whole.stop();
    await damage(kept, table);
    const damaged = await startSite({ kept });
    try {
      for (let attempt = 0; attempt < 3; attempt += 1)
        assert.equal((await post(damaged, acceptAll())).status, 503);
      assert.equal((await damaged.ask("/api/consent/health")).status, 503);
      // The next instance knows it without meeting the page.
      await damaged.restart();
      assert.equal((await damaged.ask("/api/consent/health")).status, 503);
      assert.match(damaged.printed(), /"place":"log".*malformed|"place":"log".*damaged/);
    } finally {
      await damaged.stop();
      await rm(kept, { recursive: true, force: true });
    }
  });
}
