// What may run on a page: the cookie's decision, the server's answer, the browser's signal and a
// submission that nobody has answered yet, put together.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { byCategory } from "../../themes/default/js/choice.js";
import { due } from "../../themes/default/js/pending.js";
import { NOTHING, permit } from "../../themes/default/js/permission.js";

/** @typedef {import("../../themes/default/js/choice.js").Choice} Choice */

/**
 * @param {string} id
 * @param {keyof Choice} category
 * @param {{own?: boolean, notIn?: string[]}} [more]
 */
const service = (id, category, { own = false, notIn = [] } = {}) => ({
  id,
  category,
  grants: [],
  refusal: "",
  own,
  notIn,
});
const SERVICES = [
  service("look", "functional", { own: true }),
  service("map", "functional"),
  service("count", "analytics"),
  service("video", "marketing"),
  service("pixel", "marketing", { notIn: ["RU"] }),
];
const WORDS = /** @type {const} */ ({ y: "yes", n: "no", o: "open" });

/** @param {string} letters a letter for each category @param {Record<string, boolean>} [services] */
const decision = (letters, services = {}) => ({
  categories: byCategory((_, bit) => WORDS[/** @type {"y"} */ (letters[bit])]),
  services,
  ask: false,
});
const choice = (/** @type {string} */ letters) => byCategory((_, bit) => letters[bit] === "y");
/** What the server says. @param {string} regime @param {string} defaults @param {object} [more] */
const answer = (regime, defaults, more = {}) => ({
  regime,
  revision: "",
  gpc: false,
  defaults: choice(defaults),
  choice: null,
  expires: null,
  ask: true,
  services: {},
  withheld: /** @type {string[]} */ ([]),
  ...more,
});
/**
 * The ids of what runs, in order.
 * @param {ReturnType<typeof decision>} decided
 * @param {Partial<Parameters<typeof permit>[2]>} [visit]
 */
const running = (decided, visit) => {
  const { services } = permit(decided, SERVICES, { before: NOTHING, gpc: false, ...visit });
  return Object.keys(services)
    .filter((id) => services[id])
    .join(" ");
};

describe("what runs", () => {
  for (const [
    what,
    decided,
    visit,
    expected,
  ] of /** @type {[string, ReturnType<typeof decision>, Partial<Parameters<typeof permit>[2]>, string][]} */ ([
    ["nothing before the server has answered", decision("ooo"), {}, ""],
    ["granted categories at once", decision("yon"), {}, "look map *functional"],
    [
      "not in every country: not before the country is known",
      decision("nny"),
      {},
      "video *marketing",
    ],
    [
      "not in every country: in the others",
      decision("nny"),
      { answer: answer("opt_in", "nny") },
      "video pixel *marketing",
    ],
    [
      "not in every country: not there",
      decision("nny"),
      { answer: answer("opt_in", "nny", { withheld: ["pixel"] }) },
      "video *marketing",
    ],
    [
      "a refused category never, whatever the server says",
      decision("nnn"),
      { answer: answer("opt_out", "yyy", { services: { video: true } }) },
      "",
    ],
    [
      "by the rules of the place before an answer",
      decision("ooo"),
      { answer: answer("opt_out", "yyy") },
      "look map count video pixel *functional *analytics *marketing",
    ],
    [
      "under `notice` before an answer only the operator's own",
      decision("ooo"),
      { answer: answer("notice", "ynn") },
      "look",
    ],
    [
      "under `notice` what was granted",
      decision("yoo"),
      { answer: answer("notice", "ynn") },
      "look map *functional",
    ],
    [
      "under `notice` what was granted in a cookie that the page can't read",
      decision("ooo"),
      { answer: answer("notice", "ynn", { choice: choice("ynn") }) },
      "look map *functional",
    ],
    ["one service of a refused category", decision("nnn", { video: true }), {}, "video"],
    ["all but one", decision("nyy", { video: false }), {}, "count *analytics *marketing"],
    [
      "one service, from a cookie that the page can't read",
      decision("ooo"),
      { answer: answer("opt_in", "nnn", { services: { video: true } }) },
      "video",
    ],
    ["no marketing against the signal", decision("nyy"), { gpc: true }, "count *analytics"],
    [
      "no service of marketing against the signal",
      decision("nnn", { video: true }),
      { gpc: true },
      "",
    ],
    [
      "not what a submission refuses that is on its way",
      decision("yyy"),
      { words: { action: "reject_all" } },
      "",
    ],
    ["not after a withdrawal", decision("yyy"), { words: {} }, ""],
    [
      "nothing that a submission only grants",
      decision("nnn"),
      { words: { action: "accept_all" } },
      "",
    ],
    [
      "what a submission leaves on",
      decision("yyy"),
      {
        words: {
          action: "custom",
          choice: choice("yyn"),
          services: { video: true, count: false },
        },
      },
      "look map video *functional *analytics",
    ],
    [
      "after the banner was closed what ran before",
      decision("ooo"),
      { words: { action: "dismiss" }, answer: answer("opt_out", "ynn") },
      "look map *functional",
    ],
  ]))
    test(what, () => assert.equal(running(decided, visit), expected));

  test("what is open stays as it was while the server is asked again", () => {
    const before = permit(decision("ooo"), SERVICES, {
      before: NOTHING,
      gpc: false,
      answer: answer("opt_out", "yyy"),
    });
    assert.equal(running(decision("oon"), { before }), "look map count *functional *analytics");
  });

  test("a submission of another tab starts nothing", () => {
    const before = permit(decision("ynn"), SERVICES, { before: NOTHING, gpc: false });
    assert.equal(
      running(decision("yyy", { map: false }), { before, isNarrowing: true }),
      "look *functional",
    );
  });
});

test("what is refused is known, to delete what it has left behind", () => {
  const { refused } = permit(decision("yno", { look: false, count: true }), SERVICES, {
    before: NOTHING,
    gpc: false,
    answer: answer("opt_in", "ynn"),
  });
  assert.deepEqual(refused, ["look", "*analytics"]);
});

describe("a submission is sent again", () => {
  const SECOND = 1_795_167_000_000;
  const found = (/** @type {number} */ issued, granted = 7) => ({
    subject: "A",
    granted,
    refused: 0,
    scopes: {},
    exceptions: [],
    grantedAt: issued,
    refusedAt: issued,
    issued,
  });
  const no = { id: "1", words: { action: "reject_all" } };
  for (const [
    what,
    press,
    cookie,
    isDue,
  ] of /** @type {[string, object, ReturnType<typeof found> | undefined, boolean][]} */ ([
    ["when it is not answered", no, undefined, true],
    ["not when it is answered", { ...no, time: SECOND }, found(SECOND, 0), false],
    ["when an older one has overwritten it", { ...no, time: SECOND }, found(SECOND - 1000), true],
    [
      "when one of the same second grants what it refused",
      { ...no, time: SECOND },
      found(SECOND),
      true,
    ],
    ["not after a later one", { ...no, time: SECOND }, found(SECOND + 1000), false],
    ["not without a cookie", { ...no, time: SECOND }, undefined, false],
    [
      "not after an erasure",
      { ...no, time: SECOND },
      { ...found(SECOND - 1000), subject: /** @type {any} */ (undefined) },
      false,
    ],
    [
      "not when the banner was closed",
      { id: "1", words: { action: "dismiss" }, time: SECOND },
      found(SECOND - 1000),
      false,
    ],
    ["not when there is only a secret", { secret: "s" }, undefined, false],
  ]))
    test(what, () => assert.equal(Boolean(due(press, cookie)), isDue));
});
