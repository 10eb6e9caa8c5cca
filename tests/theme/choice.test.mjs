// The page reads the consent cookie as the worker writes it, and trusts nothing that makes no
// sense.

import assert from "node:assert/strict";
import { test } from "node:test";
import { stored } from "../../themes/default/js/choice.js";

const VALUE = "1.AAAAAAAAAAAAAAAAAAAAAA.aB3-_xYz.5.toske3.12.BBBBBBBBBBBBBBBBBBBBBB";

test("revision, choice and time are read wherever the cookie stands", () => {
  const expected = {
    revision: "aB3-_xYz",
    choice: { functional: true, analytics: false, marketing: true },
    answered: { functional: true, analytics: true, marketing: true },
    time: parseInt("toske3", 36) * 1000,
  };
  for (const cookies of [`kelisim_cc_cookie=${VALUE}`, `a=1; kelisim_cc_cookie=${VALUE}; b=2`])
    assert.deepEqual(stored(cookies), expected, cookies);
});

test("which categories were answered is read where not all of them were", () => {
  const found = stored(`kelisim_cc_cookie=${VALUE.replace(".5.", ".45.")}`);
  assert.deepEqual(found?.choice, { functional: false, analytics: false, marketing: true });
  assert.deepEqual(found?.answered, { functional: true, analytics: false, marketing: true });
});

test("what an erasure leaves refuses everything", () => {
  const found = stored("kelisim_cc_cookie=2.-.7.toske3.12.BBBBBBBBBBBBBBBBBBBBBB");
  assert.deepEqual(found, {
    revision: undefined,
    choice: { functional: false, analytics: false, marketing: false },
    answered: { functional: true, analytics: true, marketing: true },
    time: parseInt("toske3", 36) * 1000,
  });
});

test("of several the newest counts, of two of a second the stricter, and junk hides none", () => {
  const older = VALUE.replace("toske3", "toske2");
  const stricter = VALUE.replace(".5.", ".1.");
  for (const [values, granted] of /** @type {[string[], boolean][]} */ ([
    [[older, VALUE], true],
    [[VALUE, older.replace(".5.", ".7.")], true],
    [[VALUE, stricter], false],
    [[stricter, VALUE], false],
    [["1.junk", VALUE], true],
    [["", "1.a.b.7.zzzzzzzz.1.c", VALUE], true],
  ])) {
    const found = stored(values.map((value) => `kelisim_cc_cookie=${value}`).join("; "));
    assert.equal(found?.choice.marketing, granted, values.join(" "));
    assert.equal(found?.time, parseInt("toske3", 36) * 1000, values.join(" "));
  }
});

test("no cookie of ours is no choice", () => {
  for (const cookies of [
    "",
    "a=1",
    `xkelisim_cc_cookie=${VALUE}`,
    `kelisim_cc_cookie=2.${VALUE.slice(2)}`,
    "kelisim_cc_cookie=",
  ]) {
    assert.equal(stored(cookies), undefined, cookies);
  }
});

test("what makes no sense grants nothing and holds for no time", () => {
  for (const value of ["1", "1.", "1.a.aB3-_xYz.x", "1.a.aB3-_xYz.x.", "1.a.aB3-_xYz..."]) {
    const found = stored(`kelisim_cc_cookie=${value}`);
    const isValid = found !== undefined && Date.now() - found.time < 400 * 864e5;
    assert.equal(isValid, false, value);
    assert.ok(found === undefined || !Object.values(found.choice).some(Boolean), value);
  }
});
