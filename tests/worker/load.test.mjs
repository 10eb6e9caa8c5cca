// The same as `cargo xtask load`, small enough for every run of the tests.

import assert from "node:assert/strict";
import { test } from "node:test";
import { check, run } from "./load.mjs";

test("a crowd, failing storage and a power cut lose and double nothing", {
  timeout: 120_000,
}, async () => {
  const crowd = { clients: 20, consents: 300, faults: 0.2 };
  const { outcome, verdict } = await run(crowd);
  check(crowd, outcome, verdict);
  assert.ok(outcome.injected > 10, `${outcome.injected} faults were injected`);
  assert.ok(outcome.retried > 0, "the power cut was felt");
});
