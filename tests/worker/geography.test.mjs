// Seven ways in which a widely used consent server (c15t 2.2.1, its documented policies on
// Cloudflare) grants everything to a visitor who was never asked, each asked of the running worker.
// None of them gets anything here that the visitor's law or signal denies.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { acceptAll, post, startSite } from "./site.mjs";

/** @type {import("./site.mjs").Site} */
let site;
before(async () => (site = await startSite()));
after(() => site.stop());

const NOTHING = { functional: false, analytics: false, marketing: false };
const SIGNAL = { "sec-gpc": "1" };

/** @param {object} cf @param {Record<string, string>} [headers] */
const state = async (cf, headers) => (await site.ask("/api/consent", { cf, headers })).json();

/** @param {object} cf @param {Record<string, string>} [headers] */
const isDenied = async (cf, headers) => {
  const answer = await state(cf, headers);
  assert.deepEqual(
    [answer.regime, answer.defaults],
    ["opt_in", NOTHING],
    JSON.stringify({ cf, headers }),
  );
  // What is recorded agrees with what was told.
  const { record } = await (await post(site, acceptAll(), { cf, headers })).json();
  assert.equal(record.regime, "opt_in");
};

test("1: a Californian has rights, whether or not the region is known, and the signal is obeyed", async () => {
  const headers = { ...SIGNAL, "cf-region-code": "CA" };
  for (const cf of [
    { country: "US", regionCode: "CA" },
    { country: "US" },
    { country: "US", regionCode: "??" },
  ]) {
    const answer = await state(cf, headers);
    assert.deepEqual(
      [answer.regime, answer.gpc, answer.defaults.marketing],
      ["opt_out", true, false],
    );
    const refusal = await post(site, acceptAll({ action: "gpc", choice: { marketing: false } }), {
      cf,
      headers,
    });
    assert.deepEqual(
      [refusal.status, (await refusal.json()).record.choice.marketing],
      [201, false],
    );
  }
});

test("2: Tor and unknown places are the strictest case, not the rest of the world", async () => {
  for (const country of ["T1", "XX", null, "", "ZZ", "EU", "A1"]) {
    await isDenied({ country }, country ? { "cf-ipcountry": country } : {});
  }
});

test("3: the Union does not end at the mainland", async () => {
  for (const country of ["RE", "GP", "MQ", "GF", "YT", "MF", "AX"]) {
    await isDenied({ country, isEUCountry: "1" });
    await isDenied({ country });
  }
});

test("4: Switzerland has rules even where nobody wrote a policy for it", async () => {
  await isDenied({ country: "CH" });
});

test("5: Colorado's signal binds, also against an explicit yes", async () => {
  const cf = { country: "US", regionCode: "CO" };
  assert.equal((await state(cf, SIGNAL)).defaults.marketing, false);
  const { record } = await (await post(site, acceptAll(), { cf, headers: SIGNAL })).json();
  assert.deepEqual([record.gpc, record.choice.marketing], [true, false]);
});

test("6: a header of the client's own does not move a German to America", async () => {
  const claims = [
    "x-c15t-country",
    "cf-ipcountry",
    "x-vercel-ip-country",
    "x-amz-cf-ipcountry",
    "x-country-code",
  ];
  const headers = Object.fromEntries(claims.map((name) => [name, "US"]));
  await isDenied(
    { country: "DE", isEUCountry: "1" },
    { ...headers, "x-c15t-region": "TX", "cf-region-code": "TX" },
  );
});

test("7: Quebec asks first, and so does the rest of Canada", async () => {
  await isDenied({ country: "CA", regionCode: "QC" }, { "cf-region-code": "QC" });
  await isDenied({ country: "CA", regionCode: "ON" });
  await isDenied({ country: "CA" });
});
