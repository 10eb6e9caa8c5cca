// The deployed module: plain handlers in front of the compiled worker. worker-build's own module
// makes a proxy for each request and each call of the log.
//
// The compiled worker is one instance of WebAssembly for all requests that this isolate answers. A
// panic stops it, and what it had begun never ends by itself. So that is ended here, and a new
// instance begins at once.

import { DurableObject } from "cloudflare:workers";
import Compiled, { MinifyConfig, ConsentLog as Proxied } from "./build/index.js";

const { fetch, scheduled } = Compiled.prototype;
/** The class without worker-build's proxy. */
const CompiledLog = Proxied.prototype.constructor;

const SAFE_METHODS = ["GET", "HEAD"];

/** The reason with which pending answers are rejected when their instance stops. */
const STOPPED = new Error("the instance has stopped");

/**
 * The reject functions of pending answers, the oldest first.
 *
 * @type {Set<(reason: Error) => void>}
 */
const pending = new Set();

/**
 * How many of these are kept. An isolate answers fewer at a time; but the runtime forgets a request
 * whose client has disconnected, and then nothing takes it out again.
 */
const MOST_PENDING = 1000;

/** worker-build's note about the instance; its `instanceId` is raised by each new one. */
const state = globalThis.__worker_init_state;

/**
 * Begins a new instance and ends what the old one had begun.
 *
 * @param {unknown} error what the compiled worker threw; its own errors it returns in other ways
 */
const stop = (error) => {
  // worker-build makes a new instance before it makes an object of any of its classes. Without that
  // the callbacks of the old instance would run in the new one, with addresses of the old.
  state.criticalError = true;
  new MinifyConfig();
  // The platform's message, then numbers of functions and places in them.
  const problem = String(error?.stack ?? error).slice(0, 1000);
  console.error(JSON.stringify({ level: "error", place: "panic", problem }));
  for (const reject of pending) reject(STOPPED);
  pending.clear();
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
    pending.add(reject);
    if (pending.size > MOST_PENDING) pending.delete(pending.values().next().value);
    const ended = (/** @type {() => void} */ end) => {
      pending.delete(reject);
      end();
    };
    guarded(call).then(
      (answer) => ended(() => resolve(answer)),
      (error) => ended(() => reject(error)),
    );
  });

// The compiled worker's futures are polled in microtasks. The runtime's `queueMicrotask` takes ten
// times as long as a settled promise.
const settled = Promise.resolve();
globalThis.queueMicrotask = (task) => {
  const instance = state.instanceId;
  settled.then(() => {
    if (instance !== state.instanceId) return;
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

/**
 * The answer to a request whose instance has stopped: problem details, as `response.rs` makes them.
 * A page of another host sees a request that failed, because the hosts that may read an answer
 * stand in the manifest, which only the instance knows.
 */
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
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
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
    // A visitor who leaves the page right after pressing a button must not lose the choice: a
    // request that changes something runs to its end though the client has disconnected.
    if (!isSafe) ctx.waitUntil(response);
    return response;
  },
  scheduled: (event, env, ctx) => answered(() => scheduled.call({ env, ctx }, event)),
};

/**
 * The log. The worker calls `answer`, which is synchronous; the runtime delivers the result when
 * all writes are on disk.
 */
export class ConsentLog extends DurableObject {
  #compiled;
  /** Of the instance that made `#compiled`. */
  #instance = -1;

  answer(path, site, now, request) {
    return guarded(() => this.#log().answer(path, site, now, request));
  }

  alarm() {
    guarded(() => this.#log().alarm());
  }

  #log() {
    if (this.#instance !== state.instanceId) {
      this.#compiled = new CompiledLog(this.ctx, this.env);
      this.#instance = state.instanceId;
    }
    return this.#compiled;
  }
}
