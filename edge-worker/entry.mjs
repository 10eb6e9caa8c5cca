// The deployed module: plain handlers in front of the compiled worker. worker-build's own module makes
// a proxy for each request and each call of the log.
//
// The compiled worker is one instance of WebAssembly for all requests that this isolate answers. A
// panic stops it. worker-build's module begins a new instance with the next call, and what the old one
// had begun never ends; so it is ended here.

import { DurableObject } from "cloudflare:workers";
import Compiled, { ConsentLog as Proxied } from "./build/index.js";

const { fetch, scheduled } = Compiled.prototype;
/** The class without worker-build's proxy. */
const CompiledLog = Proxied.prototype.constructor;

const SAFE_METHODS = ["GET", "HEAD"];

/** Why an answer is rejected whose instance has stopped. */
const STOPPED = new Error("the instance has stopped");

/**
 * What rejects each answer that the instance has begun, the oldest first.
 *
 * @type {Set<(reason: Error) => void>}
 */
const unanswered = new Set();

/**
 * How many of these are kept. An isolate answers fewer at a time; but the runtime forgets a question
 * whose client has disconnected, and then nothing takes it out again.
 */
const MOST_UNANSWERED = 1000;

/** How many instances have stopped. */
let stopped = 0;

/**
 * Ends what the instance has begun.
 *
 * @param {Error} error what the compiled worker threw; it returns its own errors in other ways
 */
const stop = (error) => {
  stopped += 1;
  // Of the compiled worker the stack has numbers of functions and places in them, no data.
  const problem = error.stack?.slice(0, 1000);
  console.error(JSON.stringify({ level: "error", place: "panic", problem }));
  for (const reject of unanswered) reject(STOPPED);
  unanswered.clear();
};

/** Calls the compiled worker. @template T @param {() => T} call @returns {T} */
const guarded = (call) => {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error) stop(error);
    throw error;
  }
};

/**
 * What the compiled worker answers; rejected with `STOPPED` if its instance stops before.
 *
 * @template T
 * @param {() => Promise<T>} call
 * @returns {Promise<T>}
 */
const answered = (call) =>
  new Promise((resolve, reject) => {
    unanswered.add(reject);
    if (unanswered.size > MOST_UNANSWERED) unanswered.delete(unanswered.values().next().value);
    const ended = (/** @type {() => void} */ end) => {
      unanswered.delete(reject);
      end();
    };
    guarded(call).then(
      (answer) => ended(() => resolve(answer)),
      (error) => ended(() => reject(error)),
    );
  });

// The compiled worker's futures are polled in microtasks. The runtime's `queueMicrotask` takes ten times
// as long as a settled promise.
const settled = Promise.resolve();
globalThis.queueMicrotask = (task) => {
  settled.then(() => {
    try {
      task();
    } catch (error) {
      stop(error);
    }
  });
};

/** @template T @param {() => T} instead @returns {(error: Error) => T} */
const ifStopped = (instead) => (error) => {
  if (error !== STOPPED) throw error;
  return instead();
};

/** The answer to a request whose instance has stopped; problem details as `response.rs` makes them. */
const unavailable = () => {
  const status = 503;
  const problem = {
    type: "about:blank",
    title: "Service Unavailable",
    status,
    code: "unavailable",
    detail: "the consent service has failed: send the same again",
  };
  const headers = {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    "Retry-After": "30",
    "X-Content-Type-Options": "nosniff",
  };
  return Response.json(problem, { status, headers });
};

export default {
  fetch(request, env, ctx) {
    const isSafe = SAFE_METHODS.includes(request.method);
    const ask = () => answered(() => fetch.call({ env, ctx }, request));
    let response = ask();
    if (isSafe) response = response.catch(ifStopped(ask));
    response = response.catch(ifStopped(unavailable));
    // A visitor who leaves the page right after pressing a button must not lose the choice: a request
    // that changes something runs to its end though the client has disconnected.
    if (!isSafe) ctx.waitUntil(response);
    return response;
  },
  scheduled: (event, env, ctx) => answered(() => scheduled.call({ env, ctx }, event)),
};

/**
 * The log. The worker calls `answer`, which is synchronous; the runtime delivers the result when all
 * writes are on disk.
 */
export class ConsentLog extends DurableObject {
  #compiled;
  /** The value of `stopped` when `#compiled` was made. */
  #madeAt = -1;

  answer(path, site, now, request) {
    return guarded(() => this.#log().answer(path, site, now, request));
  }

  alarm() {
    guarded(() => this.#log().alarm());
  }

  #log() {
    if (this.#madeAt !== stopped) {
      this.#compiled = new CompiledLog(this.ctx, this.env);
      this.#madeAt = stopped;
    }
    return this.#compiled;
  }
}
