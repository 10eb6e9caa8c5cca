// The local address stands for a visitor, and only there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cfOf, hostOf, visitorOf } from "../xtask/local/visitor.mjs";

/** @type {[string, { cf: object, gpc: boolean }][]} */
const ADDRESSES = [
  ["de.localhost:8787", { cf: { country: "DE", isEUCountry: "1" }, gpc: false }],
  ["us-ca.localhost", { cf: { country: "US", regionCode: "CA" }, gpc: false }],
  ["gpc-us-ca.localhost:1", { cf: { country: "US", regionCode: "CA" }, gpc: true }],
  ["xx.localhost", { cf: { country: null }, gpc: false }],
  ["t1.localhost", { cf: { country: "T1" }, gpc: false }],
  ["gpc.localhost", { cf: { country: "KZ" }, gpc: true }],
  ["localhost:8787", { cf: { country: "KZ" }, gpc: false }],
  ["127.0.0.1:8787", { cf: { country: "KZ" }, gpc: false }],
  ["de.example.com", { cf: { country: "KZ" }, gpc: false }],
];

for (const [host, { cf, gpc }] of ADDRESSES) {
  test(`${host} stands for ${JSON.stringify(cf)}${gpc ? " with Global Privacy Control" : ""}`, () => {
    const visitor = visitorOf(host);
    assert.deepEqual(cfOf(visitor), cf);
    assert.equal(visitor.gpc, gpc);
  });
}

test("the host made for a visitor is read back as that visitor", () => {
  assert.deepEqual(visitorOf(hostOf("US-CA", { gpc: true })), {
    country: "US",
    region: "CA",
    gpc: true,
  });
  assert.deepEqual(visitorOf(hostOf("XX")), { country: null, gpc: false });
});
