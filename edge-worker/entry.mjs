// The deployed module: plain handlers in front of the compiled worker. worker-build's own module makes
// a proxy for each request, which only the log's class, with its long-lived instances, would need.

import { DurableObject } from "cloudflare:workers";
import Compiled, { ConsentLog as CompiledLog } from "./build/index.js";

// The compiled worker's futures are polled in microtasks. The runtime's `queueMicrotask` takes ten times
// as long as a settled promise.
const settled = Promise.resolve();
globalThis.queueMicrotask = (task) => void settled.then(task);

const { fetch, scheduled } = Compiled.prototype;

const SAFE_METHODS = ["GET", "HEAD"];

export default {
  fetch(request, env, ctx) {
    const response = fetch.call({ env, ctx }, request);
    // A visitor who leaves the page right after pressing a button must not lose the choice: a request
    // that changes something runs to its end though the client has disconnected.
    if (!SAFE_METHODS.includes(request.method)) ctx.waitUntil(response);
    return response;
  },
  scheduled: (event, env, ctx) => scheduled.call({ env, ctx }, event),
};

/**
 * The log. The worker calls `answer`, which is synchronous; the runtime delivers the result when all
 * writes are on disk.
 */
export class ConsentLog extends DurableObject {
  #compiled;

  constructor(state, env) {
    super(state, env);
    this.#compiled = new CompiledLog(state, env);
  }

  answer(path, site, now, request) {
    return this.#compiled.answer(path, site, now, request);
  }

  alarm() {
    this.#compiled.alarm();
  }
}
