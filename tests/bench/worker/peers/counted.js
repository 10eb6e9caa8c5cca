// The plain worker with everything counted that a choice takes: `GET /api/count` says how much since
// the last time. The bundler puts `counted-crypto.js` in the place of node:crypto.

import { counts } from "./counted-crypto.js";
import worker, { Log as Plain } from "./plain.js";

/** Cursors know what they have cost when they have been read. */
const cursors = [];

const { subtle } = crypto;
const sign = subtle.sign.bind(subtle);
subtle.sign = (...words) => {
  counts.signatures += 1;
  return sign(...words);
};

export class Log extends Plain {
  constructor(ctx, env) {
    super(ctx, env);
    const { sql } = this;
    this.sql = {
      get databaseSize() {
        return sql.databaseSize;
      },
      exec: (...words) => {
        const cursor = sql.exec(...words);
        counts.statements += 1;
        cursors.push(cursor);
        return cursor;
      },
    };
  }

  append(...words) {
    counts.log += 1;
    return super.append(...words);
  }
}

export default {
  fetch(request, env) {
    if (new URL(request.url).pathname !== "/api/count") return worker.fetch(request, env);
    const told = { ...counts, rowsRead: 0, rowsWritten: 0 };
    for (const cursor of cursors.splice(0)) {
      told.rowsRead += cursor.rowsRead;
      told.rowsWritten += cursor.rowsWritten;
    }
    for (const name of Object.keys(counts)) counts[name] = 0;
    return Response.json(told);
  },
};
