// Which rules apply: decided by the network's word alone, strictest when in doubt, and no odd value
// takes the worker down.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { acceptAll, post, REVISION, startSite } from "./site.mjs";

/** @type {import("./site.mjs").Site} */
let site;
before(async () => (site = await startSite()));
after(() => site.stop());

const NOTHING = { functional: false, analytics: false, marketing: false };

/**
 * @param {object} cf
 * @param {Record<string, string>} [headers]
 * @param {string} [query]
 */
const state = async (cf, headers, query = "") => {
  const response = await site.ask(`/api/consent${query}`, { cf, headers });
  assert.equal(response.status, 200, JSON.stringify(cf));
  return response.json();
};

/** @type {[object, string][]} */
const PLACES = [
  [{ country: "DE", isEUCountry: "1" }, "opt_in"],
  [{ country: "NO" }, "opt_in"],
  [{ country: "GB" }, "opt_in"],
  [{ country: "CH" }, "opt_in"],
  [{ country: "CA", regionCode: "QC" }, "opt_in"],
  [{ country: "RE", isEUCountry: "1" }, "opt_in"],
  [{ country: "AX" }, "opt_in"],
  [{ country: "XX" }, "opt_in"],
  [{ country: "T1" }, "opt_in"],
  [{ country: null }, "opt_in"],
  [{ country: "" }, "opt_in"],
  [{ country: "US", isEUCountry: "1" }, "opt_in"],
  [{ country: "US", regionCode: "CA" }, "opt_out"],
  [{ country: "US", regionCode: "CO" }, "opt_out"],
  [{ country: "us" }, "opt_out"],
  [{ country: "KZ" }, "notice"],
];

for (const [cf, regime] of PLACES) {
  test(`${JSON.stringify(cf)} is ${regime}`, async () => {
    const answer = await state(cf);
    assert.equal(answer.regime, regime);
    assert.equal(answer.revision, REVISION);
    assert.equal(answer.choice, null);
    if (regime === "opt_in") assert.deepEqual(answer.defaults, NOTHING);
    else assert.equal(answer.defaults.marketing, regime === "opt_out");
  });
}

/** Values of types that the typed getters of the SDK do not survive. */
const ODD = [
  { country: 5 },
  { country: true },
  { country: {} },
  { country: ["US"] },
  { country: "US", isEUCountry: true },
  { country: "US", isEUCountry: 1 },
];

for (const cf of ODD) {
  test(`${JSON.stringify(cf)} denies, and the next visitor is answered`, async () => {
    assert.deepEqual((await state(cf)).defaults, NOTHING);
    assert.equal((await state({ country: "KZ" })).regime, "notice");
  });
}

test("nothing that a visitor sends makes the rules lighter", async () => {
  const claims = {
    "cf-ipcountry": "US",
    "cf-region-code": "CA",
    "x-country-code": "US",
    "x-vercel-ip-country": "US",
    "x-forwarded-for": "8.8.8.8",
    "accept-language": "en-US",
  };
  const answer = await state(
    { country: "DE", isEUCountry: "1" },
    claims,
    "?country=US&regime=opt_out",
  );
  assert.equal(answer.regime, "opt_in");
  assert.deepEqual(answer.defaults, NOTHING);
});

test("the signal denies marketing and leaves the regime alone", async () => {
  for (const region of ["CA", "CO", "TX", undefined]) {
    const answer = await state({ country: "US", regionCode: region }, { "sec-gpc": "1" });
    assert.equal(answer.regime, "opt_out");
    assert.equal(answer.gpc, true);
    assert.deepEqual(answer.defaults, { functional: true, analytics: true, marketing: false });
  }
  const ignored = await state({ country: "US" }, { "sec-gpc": "true" });
  assert.equal(ignored.gpc, false);
  assert.equal(ignored.defaults.marketing, true);
});

test("a page of any country is the same page", async () => {
  const pages = await Promise.all(
    [{ country: "DE" }, { country: "US" }, { country: null }].map(async (cf) =>
      (await site.ask("/", { cf })).text(),
    ),
  );
  assert.equal(new Set(pages).size, 1);
});

test("a site may be stricter than the law, in what it tells and what it records", async () => {
  const strict = await startSite({
    manifest: {
      regimes: [
        { place: "US", regime: "opt_in", link_only: false },
        { place: "DE", regime: "opt_out", link_only: false },
      ],
    },
  });
  try {
    const cf = { country: "US", regionCode: "TX" };
    const told = await (await strict.ask("/api/consent", { cf })).json();
    assert.deepEqual([told.regime, told.defaults], ["opt_in", NOTHING]);
    const { record } = await (await post(strict, acceptAll(), { cf })).json();
    assert.equal(record.regime, "opt_in");
    const union = await (
      await strict.ask("/api/consent", { cf: { country: "DE", isEUCountry: "1" } })
    ).json();
    assert.equal(union.regime, "opt_in", "no rules of a site make the Union lighter");
  } finally {
    await strict.stop();
  }
});

test("a site may have rules for a state, which only the network names", async () => {
  const strict = await startSite({
    manifest: {
      regimes: [
        { place: "US-CA", regime: "opt_in", link_only: false },
        { place: "DE-BY", regime: "opt_out", link_only: false },
      ],
    },
  });
  /** @param {object} cf @param {Record<string, string>} [headers] */
  const regime = async (cf, headers = {}) =>
    (await (await strict.ask("/api/consent", { cf, headers })).json()).regime;
  try {
    assert.equal(await regime({ country: "US", regionCode: "CA" }), "opt_in");
    assert.equal(await regime({ country: "US", regionCode: "TX" }), "opt_out");
    // Whoever may be in California is treated as if they were.
    for (const regionCode of [undefined, "??", "", 5, { code: "TX" }])
      assert.equal(
        await regime({ country: "US", regionCode }),
        "opt_in",
        JSON.stringify(regionCode),
      );
    assert.equal(await regime({ country: "DE", regionCode: "BY" }), "opt_in");
    const claimed = { "cf-region-code": "TX", "cf-region": "Texas", "x-region": "TX" };
    assert.equal(await regime({ country: "US", regionCode: "CA" }, claimed), "opt_in");
  } finally {
    await strict.stop();
  }
});
