// One client that asks too much waits; nobody else does, and nothing is kept of its address.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { acceptAll, post, startSite } from "./site.mjs";

/** @type {import("./site.mjs").Site} */
let site;
before(async () => (site = await startSite()));
after(() => site.stop());

const FLOODER = "203.0.113.77";

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
