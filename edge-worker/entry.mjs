// What is deployed: the compiled worker behind plain handlers. worker-build makes an object with
// traps for each request, which only a class that lives on needs: the log.

import { DurableObject } from "cloudflare:workers";
import Compiled, { ConsentLog as CompiledLog } from "./build/index.js";

// Futures of the compiled worker go on in microtasks. The runtime's own function for that takes ten
// times as long as a settled promise.
const settled = Promise.resolve();
globalThis.queueMicrotask = (task) => void settled.then(task);

const { fetch, scheduled } = Compiled.prototype;

const QUESTIONS = ["GET", "HEAD"];

export default {
  fetch(request, env, ctx) {
    const answer = fetch.call({ env, ctx }, request);
    // A visitor who leaves the page right after pressing must not lose the choice: what changes
    // something runs to its end whether or not the client still listens.
    if (!QUESTIONS.includes(request.method)) ctx.waitUntil(answer);
    return answer;
  },
  scheduled: (event, env, ctx) => scheduled.call({ env, ctx }, event),
};

/**
 * The log. Its worker calls `answer`, which does everything at once; the runtime passes the answer
 * on when all of it is on disk.
 */
export class ConsentLog extends DurableObject {
  #compiled;

  constructor(state, env) {
    super(state, env);
    this.#compiled = new CompiledLog(state, env);
  }

  answer(path, question) {
    return this.#compiled.answer(path, question);
  }
}
