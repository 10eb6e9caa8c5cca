// The built worker with a log that can be made to fail by `POST /api/break`:
// - `statement=INSERT INTO link&times=1`: the next statements that begin so fail;
// - `lose=2`: the next two answers of the log are lost after it has written;
// - `hold=2`: the next two events wait until this address is asked again without `hold`; `waiting`
//   in its answer says how many wait, `passed` how many have been answered after they waited;
// - `rate=0.05`: every twentieth event meets one of `FAULTS` at random; `injected` in the answer
//   counts them since the start;
// - `panics=0.05`: every twentieth access to the storage finds none, and the log's Rust code
//   panics;
// - `exceptions=0.05`: every twentieth reading of the clock throws, in the worker or in the log,
//   which passes through their Rust code;
// - `clock=1`: the next reading of the clock throws. `stopped` in the answer counts these three.
//
// The worker itself has no such switch.

import worker, { ConsentLog as Deployed } from "../../edge-worker/entry.mjs";

/** What fails next; all objects of a test server live in one isolate. */
const fault = {
  statement: "",
  times: 0,
  lose: 0,
  hold: 0,
  waiting: 0,
  passed: 0,
  isHolding: false,
  rate: 0,
  injected: 0,
  panics: 0,
  exceptions: 0,
  clock: 0,
  stopped: 0,
};

/**
 * What may befall an event: its statements fail before, between and after its rows are written, or
 * its answer is lost.
 */
const FAULTS = [
  "SELECT [index], body FROM entry WHERE id",
  "INSERT INTO entry",
  "INSERT INTO link",
  "INSERT INTO count",
  "lost",
];

/** The fault of an event's next try, drawn by chance. */
const drawn = () => {
  if (Math.random() >= fault.rate) return undefined;
  fault.injected += 1;
  return FAULTS[Math.floor(Math.random() * FAULTS.length)];
};

/** @param {any} sql */
const failing = (sql) =>
  new Proxy(sql, {
    get: (target, name) => {
      if (name !== "exec") return Reflect.get(target, name);
      return (/** @type {string} */ statement, /** @type {unknown[]} */ ...values) => {
        if (fault.times > 0 && statement.startsWith(fault.statement)) {
          fault.times -= 1;
          throw new Error("the disk is full");
        }
        return target.exec(statement, ...values);
      };
    },
  });

/** @param {any} target @param {Record<string, (value: any) => any>} changes */
const changed = (target, changes) =>
  new Proxy(target, {
    get: (object, name) => {
      const value = Reflect.get(object, name);
      const change = changes[String(name)];
      if (change) return change(value);
      return typeof value === "function" ? value.bind(object) : value;
    },
  });

/** @param {any} whole */
const storage = (whole) => {
  if (Math.random() < fault.panics) {
    fault.stopped += 1;
    // The SDK has no answer to this: it unwraps.
    throw new Error("there is no storage");
  }
  return changed(whole, { sql: failing });
};

const RealDate = Date;
globalThis.Date = class extends RealDate {
  /** @param {any[]} words */
  constructor(...words) {
    if (fault.clock > 0 || Math.random() < fault.exceptions) {
      if (fault.clock > 0) fault.clock -= 1;
      fault.stopped += 1;
      throw new Error("there is no clock");
    }
    // @ts-expect-error: all forms that a date can be made of
    super(...words);
  }
};

export class ConsentLog extends Deployed {
  /** @param {any} state @param {any} env */
  constructor(state, env) {
    super(state, env);
    this.ctx = changed(state, { storage });
  }

  /**
   * @param {string} path
   * @param {string} site
   * @param {number} now
   * @param {Uint8Array} question
   */
  async answer(path, site, now, question) {
    const isHeld = fault.hold > 0;
    if (isHeld) {
      fault.hold -= 1;
      fault.waiting += 1;
      // A promise of another request can't be waited for here: each has timers of its own.
      while (fault.isHolding) await new Promise((resolve) => setTimeout(resolve, 10));
      fault.waiting -= 1;
    }
    const chance = path === "/tree/append" ? drawn() : undefined;
    if (chance !== undefined && chance !== "lost") {
      fault.statement = chance;
      fault.times = 1;
    }
    const answer = await super.answer(path, site, now, question);
    if (isHeld) fault.passed += 1;
    if (chance === "lost") throw new Error("killed between write and answer");
    if (fault.lose > 0) {
      fault.lose -= 1;
      throw new Error("killed between write and answer");
    }
    return answer;
  }
}

export default {
  ...worker,
  /** @param {Request} request @param {any} env @param {any} context */
  fetch(request, env, context) {
    const url = new URL(request.url);
    if (url.pathname !== "/api/break") return worker.fetch(request, env, context);
    fault.statement = url.searchParams.get("statement") ?? "";
    fault.times = Number(url.searchParams.get("times") ?? "0");
    fault.lose = Number(url.searchParams.get("lose") ?? "0");
    fault.hold = Number(url.searchParams.get("hold") ?? "0");
    fault.isHolding = fault.hold > 0;
    fault.rate = Number(url.searchParams.get("rate") ?? "0");
    fault.panics = Number(url.searchParams.get("panics") ?? "0");
    fault.exceptions = Number(url.searchParams.get("exceptions") ?? "0");
    fault.clock = Number(url.searchParams.get("clock") ?? "0");
    const { injected, stopped, waiting, passed } = fault;
    return Response.json({ injected, stopped, waiting, passed });
  },
};
