// The built worker with everything it reaches out for counted: `GET /api/count` says how often since the last time. The worker itself
// has no such switch.

import Worker, { ConsentLog as Whole } from "../../edge-worker/build/index.js";

const NOTHING = { assets: 0, log: 0, signatures: 0, statements: 0, rowsRead: 0, rowsWritten: 0, question: 0, answer: 0 };

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
    exec: () => (/** @type {unknown[]} */ ...words) => {
      const cursor = sql.exec(...words);
      counts.statements += 1;
      cursors.push(cursor);
      return cursor;
    },
  });

export class ConsentLog extends Whole {
  /** @param {any} state @param {any} env */
  constructor(state, env) {
    super(changed(state, { storage: (storage) => changed(storage, { sql: counted }) }), env);
  }

  /** @param {Request} request */
  async fetch(request) {
    counts.log += 1;
    counts.question += (await request.clone().arrayBuffer()).byteLength;
    const answer = await super.fetch(request);
    counts.answer += (await answer.clone().arrayBuffer()).byteLength;
    return answer;
  }
}

export default class extends Worker {
  /** @param {any} context @param {any} env */
  constructor(context, env) {
    const assets = changed(env.ASSETS, {
      fetch: (fetch) => (/** @type {unknown[]} */ ...words) => {
        counts.assets += 1;
        return fetch.apply(env.ASSETS, words);
      },
    });
    super(context, changed(env, { ASSETS: () => assets }));
  }

  /** @param {Request} request */
  fetch(request) {
    if (new URL(request.url).pathname !== "/api/count") return super.fetch(request);
    for (const cursor of cursors.splice(0)) {
      counts.rowsRead += cursor.rowsRead;
      counts.rowsWritten += cursor.rowsWritten;
    }
    const told = { ...counts };
    Object.assign(counts, NOTHING);
    return Response.json(told);
  }
}
