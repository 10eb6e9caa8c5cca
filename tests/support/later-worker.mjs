// The built worker on a later day: its clock and the log's are ahead by the variable `AHEAD`, in
// milliseconds. The worker itself has no such switch.

import worker, { ConsentLog as Deployed } from "../../edge-worker/entry.mjs";

const RealDate = Date;
let ahead = 0;

globalThis.Date = class extends RealDate {
  static now = () => RealDate.now() + ahead;
  /** @param {any[]} words */
  constructor(...words) {
    // @ts-expect-error: all forms that a date can be made of
    super(...(words.length === 0 ? [RealDate.now() + ahead] : words));
  }
};

export class ConsentLog extends Deployed {
  /** @param {any} state @param {any} env */
  constructor(state, env) {
    super(state, env);
    ahead = Number(env.AHEAD);
  }
}

export default {
  ...worker,
  /** @param {Request} request @param {any} env @param {any} context */
  fetch(request, env, context) {
    ahead = Number(env.AHEAD);
    return worker.fetch(request, env, context);
  },
  /** @param {any} event @param {any} env @param {any} context */
  scheduled(event, env, context) {
    ahead = Number(env.AHEAD);
    return worker.scheduled(event, env, context);
  },
};
