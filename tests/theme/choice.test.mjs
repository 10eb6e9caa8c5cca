// The page reads the consent cookie as the worker writes it, and decides from it alone what may run
// at once; the rest it leaves to the server.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { decide, OPTIONAL, read } from "../../themes/default/js/choice.js";

const NAME = "kelisim_cc_cookie";
const END = `12.${"B".repeat(22)}`;
const SUBJECT = "A".repeat(22);
const DAY = 864e5;
const NOW = Date.UTC(2026, 10, 26);
/** @param {number} days ago @returns {string} seconds in base 36 */
const ago = (days) => ((NOW - days * DAY) / 1000).toString(36);
/** The day of a grant in an exception. @param {number} days ago */
const day = (days) => ((NOW - days * DAY) / DAY).toString(36);

/**
 * A cookie of version 2.
 * @param {string} state
 * @param {string} scopes
 * @param {{exceptions?: string, granted?: string, refused?: string, issued?: string, subject?: string}} [fields]
 */
const cookie = (
  state,
  scopes,
  { exceptions = "", granted = "", refused = "", issued = ago(1), subject = SUBJECT } = {},
) => `${NAME}=2.${subject}.${state}.${scopes}.${exceptions}.${granted}.${refused}.${issued}.${END}`;

/** A cookie of version 1. @param {string} choice @param {string} [issued] */
const old = (choice, issued = ago(1)) => `${NAME}=1.${SUBJECT}.aB3-_xYz.${choice}.${issued}.${END}`;
const mark = (/** @type {string} */ issued) => `${NAME}=2.-.7.${issued}.${END}`;

/** @type {import("../../themes/default/js/choice.js").Facts} */
const FACTS = {
  days: 180,
  refusalDays: 184,
  scopes: { functional: ["fun1"], analytics: ["ana1", "ana0"], marketing: ["mar1"] },
  services: [
    {
      id: "count",
      category: "analytics",
      grants: ["cou1"],
      refusal: "cou0",
      own: false,
      notIn: [],
    },
    {
      id: "video",
      category: "marketing",
      grants: ["vid1"],
      refusal: "vid0",
      own: false,
      notIn: [],
    },
    {
      id: "pixel",
      category: "marketing",
      grants: ["pix1"],
      refusal: "pix0",
      own: false,
      notIn: ["RU"],
    },
  ],
};

/** The decision in one line: `y` yes, `n` no, `o` open; `?`: the server is asked. @param {string} cookies */
const decided = (cookies) => {
  const { categories, services, ask } = decide(read(cookies), FACTS, NOW);
  const letters = OPTIONAL.map((name) => categories[name][0]).join("");
  const differing = Object.entries(services).map(([id, runs]) => `${runs ? "+" : "-"}${id}`);
  return [letters + (ask ? "?" : ""), ...differing].join(" ");
};

describe("from the cookie alone", () => {
  for (const [what, cookies, expected] of [
    ["no cookie", "", "ooo?"],
    ["everything refused", cookie("070", ""), "nnn"],
    ["what an erasure leaves", mark(ago(1)), "nnn"],
    ["the country of a granted service is not known", cookie("700", "fun1ana1mar1"), "yyy?"],
    ["granted in part", cookie("340", "fun1ana1"), "yyn"],
    ["a scope that covers the present one", cookie("250", "ana0"), "nyn"],
    ["another scope", cookie("250", "anaX"), "non?"],
    ["a scope of another category", cookie("250", "mar1"), "non?"],
    ["a grant of version 1 that nobody knew", cookie("250", "~~~~"), "non?"],
    ["a grant of 179 days", cookie("250", "ana1", { issued: ago(179) }), "nyn"],
    ["a grant of 180 days", cookie("250", "ana1", { issued: ago(180) }), "non?"],
    ["an old grant and a new record", cookie("250", "ana1", { granted: ago(180) }), "non?"],
    ["a refusal of 183 days", cookie("070", "", { issued: ago(183) }), "nnn"],
    [
      "a refusal of 184 days holds while the server is asked",
      cookie("070", "", { issued: ago(184) }),
      "nnn?",
    ],
    ["an old refusal and a new record", cookie("070", "", { refused: ago(184) }), "nnn?"],
    ["a dismissal", cookie("002", ""), "ooo?"],
    ["version 1: what was refused holds, what was granted waits", old("2"), "non?"],
    ["version 1, in part", old("45"), "noo?"],
    ["a service alone", cookie("070", "", { exceptions: `vid1${day(1)}` }), "nnn +video"],
    ["a service of 179 days", cookie("070", "", { exceptions: `vid1${day(179)}` }), "nnn +video"],
    ["a service of 180 days", cookie("070", "", { exceptions: `vid1${day(180)}` }), "nnn"],
    ["a service that has changed", cookie("070", "", { exceptions: `vidX${day(1)}` }), "nnn"],
    [
      "a service whose country is not known",
      cookie("070", "", { exceptions: `pix1${day(1)}` }),
      "nnn? +pixel",
    ],
    ["all but a service", cookie("700", "fun1ana1mar1", { exceptions: "pix0000" }), "yyy -pixel"],
    [
      "a refused service, years ago",
      cookie("700", "fun1ana1mar1", { granted: ago(1), exceptions: "cou0000pix0000" }),
      "yyy -count -pixel",
    ],
    [
      "the key of a refusal grants nothing",
      cookie("070", "", { exceptions: `vid0${day(1)}` }),
      "nnn",
    ],
    [
      "the key of a grant refuses nothing",
      cookie("340", "fun1ana1", { exceptions: "cou1000" }),
      "yyn",
    ],
  ])
    test(what, () => assert.equal(decided(cookies), expected));
});

describe("of several cookies", () => {
  const all = (/** @type {string} */ issued) => cookie("700", "fun1ana1mar1", { issued });
  const none = (/** @type {string} */ issued, subject = SUBJECT) =>
    cookie("070", "", { issued, subject });
  for (const [what, cookies, expected] of /** @type {[string, string[], string][]} */ ([
    ["the one issued last counts", [all(ago(2)), none(ago(1))], "nnn"],
    ["wherever it stands", [none(ago(1)), all(ago(2))], "nnn"],
    ["also a grant", [none(ago(2)), all(ago(1))], "yyy?"],
    ["of the same second the one that grants less", [none(ago(1)), all(ago(1))], "nnn"],
    ["of the same second, the other way", [all(ago(1)), none(ago(1))], "nnn"],
    ["of both versions", [old("7", ago(2)), none(ago(1))], "nnn"],
    [
      "of different browsers nothing is known",
      [none(ago(1)), none(ago(2), "C".repeat(22))],
      "ooo?",
    ],
    ["of a browser and an erasure nothing is known", [all(ago(1)), mark(ago(2))], "ooo?"],
  ]))
    test(what, () => assert.equal(decided(cookies.join("; ")), expected));

  for (const junk of [
    `${NAME}=`,
    `${NAME}=1.junk`,
    `${NAME}=2.${SUBJECT}.770.fun1ana1mar1....${ago(0)}.${END}`,
    `${NAME}=2.${SUBJECT}.700.fun1ana1....${ago(0)}.${END}`,
    `${NAME}=2.${SUBJECT}.703.fun1ana1mar1....${ago(0)}.${END}`,
    `${NAME}=2.${SUBJECT}.700.fun1ana1mar1.vid1....${ago(0)}.${END}`,
    `${NAME}=3.${SUBJECT}.700.fun1ana1mar1....${ago(0)}.${END}`,
    `${NAME}=1.${SUBJECT}.aB3-_xYz.8.${ago(0)}.${END}`,
    `x${cookie("700", "fun1ana1mar1", { issued: ago(0) })}`,
    `${cookie("700", "fun1ana1mar1", { issued: ago(0) })}.`,
    "other=1",
  ])
    test(`junk neither hides nor replaces a good one: ${junk}`, () => {
      assert.equal(read(junk), undefined);
      for (const cookies of [
        [junk, none(ago(1))],
        [none(ago(1)), junk],
      ])
        assert.equal(decided(cookies.join("; ")), "nnn");
    });
});

test("the page decides as the server over long histories of presses, days, editions and erasures", async () => {
  /** @type {any[]} */
  const histories = JSON.parse(
    await readFile(new URL("./histories.json", import.meta.url), "utf8"),
  );
  assert.ok(histories.length >= 60);
  for (const { cookies, facts, now, expected } of histories) {
    const found = read(cookies);
    const { categories, services, ask } = decide(found, facts, now);
    const used = Object.entries(categories).filter(([name]) => name in facts.scopes);
    assert.deepEqual(
      { categories: Object.fromEntries(used), services, conflict: Boolean(found?.isConflict), ask },
      expected,
      cookies,
    );
  }
});
