// One client that asks too much waits; nobody else does, and nothing is kept of its address. Many
// clients fill no log, and keep nobody from taking back what they have allowed.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { after, before, test } from "node:test";
import { exported, verifyExport } from "./export.mjs";
import { acceptAll, cookieOf, post, startSite } from "./site.mjs";

/** @type {import("./site.mjs").Site} */
let site;
before(async () => (site = await startSite()));
after(() => site.stop());

const FLOODER = "203.0.113.77";

/** @param {string} address */
const from = (address) => ({
  headers: { "cf-connecting-ip": address },
  cf: { country: "DE", isEUCountry: "1" },
});

test("a flood from one address is refused, and others go on", async () => {
  /** @type {Response | undefined} */
  let refused;
  let accepted = 0;
  // The minute that is counted may end in between, and the count begins again.
  for (let number = 0; number < 210 && !refused; number += 1) {
    const posted = await post(site, acceptAll(), { headers: { "cf-connecting-ip": FLOODER } });
    if (posted.status === 429) refused = posted;
    else accepted += 1;
  }
  assert.ok(refused, "the flood is refused");
  assert.ok(accepted >= 60, `${accepted} come before it`);
  assert.equal(refused.headers.get("retry-after"), "60");
  assert.deepEqual(refused.headers.getSetCookie(), []);
  assert.equal((await refused.json()).code, "too_many");
  const other = await post(site, acceptAll(), { headers: { "cf-connecting-ip": "203.0.113.78" } });
  assert.equal(other.status, 201);
  const state = await site.ask("/api/consent", { headers: { "cf-connecting-ip": FLOODER } });
  assert.equal(state.status, 200, "the page still learns its rules");
});

test("no address is kept or printed", () => {
  assert.throws(() => execFileSync("grep", ["-ra", FLOODER, site.state]), { status: 1 });
  assert.ok(!site.printed().includes(FLOODER));
});

/** Of `limited.mjs`: what all visitors together may log in a minute. */
const BUDGET = 50;
const ADDRESSES = 100;
const MINUTES = 10;

test("a hundred addresses in ten minutes fill no log and keep nobody from withdrawing", async () => {
  const main = path.join(import.meta.dirname, "limited.mjs");
  const flooded = await startSite({ main });
  try {
    const visitors = [];
    for (let number = 0; number < 2 * MINUTES; number += 1) {
      const answer = await post(flooded, acceptAll(), from(`192.0.2.${number}`));
      assert.equal(answer.status, 201);
      visitors.push(cookieOf(answer));
    }
    /** @type {Map<number, number>} */
    const statuses = new Map();
    for (let minute = 0; minute < MINUTES; minute += 1) {
      await flooded.ask("/api/minute");
      const answers = await Promise.all(
        Array.from({ length: ADDRESSES }, (_, number) =>
          post(flooded, acceptAll(), from(`203.0.113.${number}`)),
        ),
      );
      for (const answer of answers) {
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (answer.status === 201) continue;
        assert.equal((await answer.json()).code, "site_busy");
        assert.ok(Number(answer.headers.get("retry-after")) > 0, "the page tries again");
        assert.deepEqual(answer.headers.getSetCookie(), []);
      }
      // The budget is used up: this is the moment at which a visitor must still get out.
      const [withdraws, erases] = visitors.splice(0, 2);
      const { headers, ...network } = from("192.0.2.200");
      const withdrawn = await flooded.ask("/api/consent", {
        ...network,
        method: "DELETE",
        cookie: withdraws,
        headers: { ...headers, origin: flooded.origin },
      });
      assert.equal(withdrawn.status, 200, `withdrawn in minute ${minute}`);
      const erased = await flooded.ask("/api/consent/erase", {
        ...network,
        method: "POST",
        cookie: erases,
        headers: { ...headers, origin: flooded.origin },
      });
      assert.deepEqual(await erased.json(), { site: "cap.kz", records: 1 }, `minute ${minute}`);
    }
    assert.deepEqual(
      Object.fromEntries(statuses),
      { 201: BUDGET * MINUTES, 503: (ADDRESSES - BUDGET) * MINUTES },
      "the log grows as far as it may",
    );

    const { entries } = await verifyExport(flooded, await exported(flooded));
    assert.equal(entries.length, 2 * MINUTES + BUDGET * MINUTES + MINUTES);
    const audit = await flooded.ask("/api/consent/audit", { headers: flooded.admin });
    const actions = (await audit.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).action);
    assert.equal(actions.filter((action) => action === "flood").length, 1, "one row an hour");
    const lines = flooded.printed().match(/\{"level":"\w+","place":"flood".*\}/g) ?? [];
    assert.equal(lines.length, 1, "one line on the console");
    assert.ok(!flooded.printed().includes("203.0.113."), "which names no address");
    const stats = await flooded.ask("/api/consent/stats", { headers: flooded.admin });
    assert.ok(Date.now() - Date.parse((await stats.json()).log.flood) < 3_600_000);
  } finally {
    await flooded.stop();
  }
});
