// The built worker with everything it reaches out for counted: `GET /api/count` says how often
// since the last time. The worker itself has no such switch.

import worker, { ConsentLog as Deployed } from "../../edge-worker/entry.mjs";

const NOTHING = {
  assets: 0,
  log: 0,
  signatures: 0,
  statements: 0,
  rowsRead: 0,
  rowsWritten: 0,
  question: 0,
  answer: 0,
};

/** All of a test server lives in one isolate. */
const counts = { ...NOTHING };
/** Cursors know what they have cost when they have been read. @type {any[]} */
const cursors = [];

const { subtle } = crypto;
const sign = subtle.sign.bind(subtle);
subtle.sign = (...words) => {
  counts.signatures += 1;
  return sign(...words);
};

/** @param {any} target @param {Record<string, (value: any) => any>} changes */
const changed = (target, changes) =>
  new Proxy(target, {
    get: (object, name) => {
      const value = Reflect.get(object, name);
      const change = changes[String(name)];
      if (change) return change(value);
      return typeof value === "function" && name !== "constructor" ? value.bind(object) : value;
    },
  });

/** @param {any} sql */
const counted = (sql) =>
  changed(sql, {
    exec:
      () =>
      (/** @type {unknown[]} */ ...words) => {
        const cursor = sql.exec(...words);
        counts.statements += 1;
        cursors.push(cursor);
        return cursor;
      },
  });

export class ConsentLog extends Deployed {
  /** @param {any} state @param {any} env */
  constructor(state, env) {
    super(state, env);
    this.ctx = changed(state, { storage: (storage) => changed(storage, { sql: counted }) });
  }

  /**
   * @param {string} path
   * @param {string} site
   * @param {number} now
   * @param {Uint8Array} question
   */
  answer(path, site, now, question) {
    counts.log += 1;
    counts.question += question.byteLength;
    const answer = super.answer(path, site, now, question);
    counts.answer += answer.byteLength;
    return answer;
  }
}

/** @param {any} env */
const countedEnv = (env) => {
  const assets = changed(env.ASSETS, {
    fetch:
      (fetch) =>
      (/** @type {unknown[]} */ ...words) => {
        counts.assets += 1;
        return fetch.apply(env.ASSETS, words);
      },
  });
  return changed(env, { ASSETS: () => assets });
};

export default {
  ...worker,
  /** @param {Request} request @param {any} env @param {any} context */
  fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/api/count")
      return worker.fetch(request, countedEnv(env), context);
    for (const cursor of cursors.splice(0)) {
      counts.rowsRead += cursor.rowsRead;
      counts.rowsWritten += cursor.rowsWritten;
    }
    const told = { ...counts };
    Object.assign(counts, NOTHING);
    return Response.json(told);
  },
};
