/**
 * Sends submissions. Requests of one origin are serialised by a Web Lock, so that the log has them
 * in order and the last one sets the cookie last. Each is kept in local storage until it is
 * answered, so that it survives leaving the page.
 */

import { CREDENTIALS } from "./prefetch.js";
import { NOTE, noted, refusals } from "./pending.js";

/** @typedef {import("./pending.js").PendingSubmission} PendingSubmission */
/** @typedef {import("./pending.js").Submission} Submission */
/** @typedef {import("./choice.js").Choice} Choice */

/** Timeout of a request in milliseconds, so that the next submission does not wait forever. */
const PATIENCE = 20_000;

/**
 * The pending submission, where local storage is not available.
 * @type {PendingSubmission | undefined}
 */
let unkept;
/**
 * The last submission that could not be saved. If it only grants, it is not sent again by itself;
 * the visitor was told so, and the same submission reuses its id.
 * @type {PendingSubmission | undefined}
 */
let failure;
/**
 * The last submission of this page that the server has recorded, with its record's time rounded
 * down to a second.
 * @type {{press: PendingSubmission, time: number} | undefined}
 */
let latest;
/** @type {Promise<Response | undefined>} */
let chain = Promise.resolve(undefined);

/** The submission that is not answered yet. */
export const pending = () => unkept ?? noted();

/** @param {PendingSubmission} [press] without it the stored one is removed */
const store = (press) => {
  unkept = press;
  try {
    // Removed first, so that an older one does not remain if the quota is exceeded.
    localStorage.removeItem(NOTE);
    if (press) localStorage.setItem(NOTE, JSON.stringify(press));
    unkept = undefined;
  } catch {
    // Without storage `unkept` holds it as long as the page lives.
  }
};

/** @param {PendingSubmission} press */
const denies = ({ words }) => Object.values(refusals(words)).includes(true);

/**
 * Posts a submission. Returns undefined if another one replaced it before or meanwhile, here or in
 * another tab: then that one counts.
 * @param {string} api
 * @param {PendingSubmission} press
 */
const post = async (api, press) => {
  const isLast = () => pending()?.id === press.id;
  if (!isLast()) return undefined;
  const { id, words } = press;
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, PATIENCE);
  // When the page is left, an outdated request is aborted, so that its answer does not set the
  // cookie after that of the later submission.
  const abortOvertaken = () => !isLast() && abort();
  addEventListener("pagehide", abortOvertaken);
  let answer = Response.error();
  try {
    answer = await fetch(api, {
      method: words.action ? "POST" : "DELETE",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id, ...words }),
      keepalive: true,
      signal: controller.signal,
      ...(EMBEDDED ? CREDENTIALS : undefined),
    });
  } catch {
    // Offline or too slow: an error, as any failure.
  }
  clearTimeout(timer);
  removeEventListener("pagehide", abortOvertaken);
  // Without a receipt the time of the record is unknown; the choice is saved all the same.
  const { record } = answer.ok ? await answer.json().catch(() => ({})) : {};
  if (!isLast()) return undefined;
  const isRefused = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
  const isFinal = answer.ok || isRefused;
  failure = isFinal ? undefined : press;
  // A refusal that could not be saved stays stored, and the next page sends it again; after a 4xx
  // status (the id belongs to another event, or the page is outdated) under a new id. A grant is
  // not sent again, because the visitor is told that it failed.
  if (answer.ok || !denies(press)) store();
  else if (isRefused) store({ ...press, id: crypto.randomUUID() });
  if (answer.ok) latest = { press, time: Math.floor(Date.parse(record?.time) / 1000) * 1000 };
  return answer;
};

/**
 * Sends a submission after those before it; resolves to undefined when another one replaced it.
 * @param {string} api
 * @param {PendingSubmission} press
 * @returns {Promise<Response | undefined>}
 */
const schedule = (api, press) => {
  const work = () => post(api, press);
  const serially = () => (chain = chain.then(work, work));
  // Where storage is blocked, locks are refused too, and requests are serialised within the page
  // only. The same applies after a timeout, because a frozen tab may hold the lock.
  const signal = AbortSignal.timeout?.(2 * PATIENCE);
  return navigator.locks
    ? navigator.locks.request(NOTE, { signal }, work).catch(serially)
    : serially();
};

/**
 * Stores and sends a submission. The same one repeated keeps its event id, as long as the stored
 * choice has not changed.
 * @param {string} api
 * @param {Submission} words
 * @param {string} seen the stored choice as JSON
 */
export const take = async (api, words, seen) => {
  const serial = JSON.stringify(words);
  const previous = pending();
  // `allow` revokes nothing, so a pending refusal must be recorded before it.
  if (words.action === "allow" && previous && JSON.stringify(previous.words) !== serial) {
    await schedule(api, previous);
    if (pending()) return Response.error();
  }
  const same = [previous, failure].find(
    (press) => press?.seen === seen && JSON.stringify(press.words) === serial,
  );
  const press = { id: same?.id ?? crypto.randomUUID(), words, seen };
  store(press);
  return schedule(api, press);
};

/**
 * Sends the submission that an earlier page left pending.
 * @param {string} api
 * @param {string} seen the stored choice as JSON
 * @param {Choice} [granted] what the cookie grants
 */
export const resend = async (api, seen, granted) => {
  let press = pending();
  if (!press) return;
  // A pending grant is dropped if the stored choice has changed since, here or on another page that
  // shares the cookie.
  if (press.seen !== seen) {
    if (!denies(press)) return store();
    const { words } = press;
    if (words.choice) {
      const choice = Object.fromEntries(
        Object.entries(words.choice).map(([name, isYes]) => [
          name,
          isYes && Boolean(granted?.[/** @type {keyof Choice} */ (name)]),
        ]),
      );
      press = { id: crypto.randomUUID(), words: { ...words, choice }, seen };
      store(press);
    }
  }
  await schedule(api, press);
};

/**
 * A page that shares the cookie but not the lock may receive the answer to an earlier submission
 * late, which then overwrites the cookie of the last one. Detects that.
 * @param {import("./choice.js").StoredChoice | undefined} found the stored choice
 * @returns {boolean} whether the last submission was stored again, to be sent once more
 */
export const checkUndone = (found) => {
  // While a submission is pending, nothing is checked. Without a receipt the time is NaN, and the
  // comparison is false.
  if (pending() || !latest || !found || !(found.time <= latest.time)) return false;
  const { press, time } = latest;
  const refused = refusals(press.words);
  // If both are of the same second, the cookie is outdated only if it grants what was refused.
  if (
    found.time === time &&
    !Object.entries(refused).some(
      ([name, isRefused]) => isRefused && found.choice[/** @type {keyof Choice} */ (name)],
    )
  )
    return false;
  latest = undefined;
  store(press);
  return true;
};
