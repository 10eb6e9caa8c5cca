// The built worker with a log whose clock differs from the worker's:
// `GET /api/clock?ahead=<milliseconds>`. Its answer says how many seeds the log holds. `LOG_BYTES` is small, which only a test that fills the
// log notices. The worker itself has no such switch.

import worker, { ConsentLog as Deployed } from "../../edge-worker/entry.mjs";

/** How much the log may hold, in bytes. */
const LIMIT = 1_000_000;

const RealDate = Date;
/** How far the log's clock is ahead, and how far the clock is while something else is running. */
let [ahead, shift] = [0, 0];

globalThis.Date = class extends RealDate {
  static now = () => RealDate.now() + shift;
  /** @param {any[]} words */
  constructor(...words) {
    // @ts-expect-error: all forms that a date can be made of
    super(...(words.length === 0 ? [RealDate.now() + shift] : words));
  }
};

/** @template T @param {() => T} work */
const shifted = (work) => {
  shift = ahead;
  try {
    return work();
  } finally {
    shift = 0;
  }
};

export class ConsentLog extends Deployed {
  /** @param {any} state @param {any} env */
  constructor(state, env) {
    super(state, env);
    this.env = { ...env, LOG_BYTES: String(LIMIT) };
    this.sql = state.storage.sql;
  }

  /** @param {[string, string, number, Uint8Array]} words */
  answer(...words) {
    return shifted(() => super.answer(...words));
  }

  alarm() {
    shifted(() => super.alarm());
  }

  seeds() {
    return this.sql.exec("SELECT COUNT(*) AS seeds FROM seed").one().seeds;
  }
}

export default {
  ...worker,
  /** @param {Request} request @param {any} env @param {any} context */
  async fetch(request, env, context) {
    const url = new URL(request.url);
    if (url.pathname !== "/api/clock") return worker.fetch(request, env, context);
    const wanted = url.searchParams.get("ahead");
    if (wanted !== null) ahead = Number(wanted);
    return Response.json({ seeds: await env.CONSENT_LOG.getByName("cap.kz").seeds() });
  },
};
