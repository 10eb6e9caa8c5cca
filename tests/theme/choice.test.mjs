// The page reads the consent cookie as the worker writes it, and trusts nothing that makes no sense.

import assert from "node:assert/strict";
import { test } from "node:test";
import { saved } from "../../themes/default/js/choice.js";

const VALUE = "1.AAAAAAAAAAAAAAAAAAAAAA.aB3-_xYz.5.toske3.12.BBBBBBBBBBBBBBBBBBBBBB";

test("revision, choice and time are read wherever the cookie stands", () => {
  const expected = {
    revision: "aB3-_xYz",
    choice: { functional: true, analytics: false, marketing: true },
    time: parseInt("toske3", 36) * 1000,
  };
  for (const cookies of [`kelisim_cc_cookie=${VALUE}`, `a=1; kelisim_cc_cookie=${VALUE}; b=2`]) assert.deepEqual(saved(cookies), expected, cookies);
});

test("no cookie of ours is no choice", () => {
  for (const cookies of ["", "a=1", `xkelisim_cc_cookie=${VALUE}`, `kelisim_cc_cookie=2.${VALUE.slice(2)}`, "kelisim_cc_cookie="]) {
    assert.equal(saved(cookies), undefined, cookies);
  }
});

test("what makes no sense grants nothing and holds for no time", () => {
  for (const value of ["1", "1.", "1.a.aB3-_xYz.x", "1.a.aB3-_xYz.x.", "1.a.aB3-_xYz..."]) {
    const found = saved(`kelisim_cc_cookie=${value}`);
    const isValid = found !== undefined && Date.now() - found.time < 400 * 864e5;
    assert.equal(isValid, false, value);
    assert.ok(found === undefined || !Object.values(found.choice).some(Boolean), value);
  }
});
