/**
 * Sends what was pressed. Requests of one origin wait for each other under a Web Lock, so that the
 * log has them in their order and the last one is the last to set the cookie. Each is kept in
 * the browser's storage until it is answered, so that it is not lost when its page is left.
 */

import { CREDENTIALS } from "./prefetch.js";
import { NOTE, noted, refusals } from "./pending.js";

/** @typedef {import("./pending.js").PendingSubmission} PendingSubmission */
/** @typedef {import("./pending.js").Submission} Submission */
/** @typedef {import("./choice.js").Choice} Choice */

/**
 * A server that doesn't answer within this time must not make the next press wait for ever, in
 * milliseconds.
 */
const PATIENCE = 20_000;

/** The note, where the browser keeps nothing for the page. @type {PendingSubmission | undefined} */
let unkept;
/**
 * A yes of which the visitor was told that it could not be saved: it counts no more, unless it is
 * pressed again.
 * @type {PendingSubmission | undefined}
 */
let failure;
/**
 * The last press that was answered here, with the time of its record in whole seconds.
 * @type {{press: PendingSubmission, time: number} | undefined}
 */
let latest;
/** @type {Promise<Response | undefined>} */
let chain = Promise.resolve(undefined);

/** The press that is not answered yet. */
export const pending = () => unkept ?? noted();

/** @param {PendingSubmission} [press] without one the note is taken away */
const store = (press) => {
  unkept = press;
  try {
    // First, so that where there is no room for it an older one does not stay.
    localStorage.removeItem(NOTE);
    if (press) localStorage.setItem(NOTE, JSON.stringify(press));
    unkept = undefined;
  } catch {
    // The note lives as long as the page.
  }
};

/** @param {PendingSubmission} press */
const denies = ({ words }) => Object.values(refusals(words)).includes(true);

/**
 * Asks the server, unless something else was pressed before or meanwhile, here or in another tab:
 * then that counts.
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
  // An answer that nobody here would see must not set the cookie after that of the later press.
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
  // A no that could not be saved is sent again by the next page, as another event where this one is
  // known otherwise or the page is outdated; a yes is not, because the visitor is told that it
  // failed.
  if (answer.ok || !denies(press)) store();
  else if (isRefused) store({ ...press, id: crypto.randomUUID() });
  if (answer.ok) latest = { press, time: Math.floor(Date.parse(record?.time) / 1000) * 1000 };
  return answer;
};

/**
 * Sends a press after those before it; answers nothing when it was overtaken.
 * @param {string} api
 * @param {PendingSubmission} press
 * @returns {Promise<Response | undefined>}
 */
const schedule = (api, press) => {
  const work = () => post(api, press);
  const serially = () => (chain = chain.then(work, work));
  // Where the browser keeps nothing for the page it grants no lock either, and there is no other
  // page that would have to wait. Nor is one waited for that a frozen tab holds.
  const signal = AbortSignal.timeout?.(2 * PATIENCE);
  return navigator.locks
    ? navigator.locks.request(NOTE, { signal }, work).catch(serially)
    : serially();
};

/**
 * Takes a press; the same one again is the same event, as long as nothing else was chosen.
 * @param {string} api
 * @param {Submission} words
 * @param {string} seen the cookie as a text
 */
export const take = async (api, words, seen) => {
  const serial = JSON.stringify(words);
  const previous = pending();
  // What is allowed in one place takes nothing back: a no before it has to be known first.
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
 * Sends the press that an earlier page was left with.
 * @param {string} api
 * @param {string} seen the cookie as a text
 * @param {Choice} [granted] what the cookie grants
 */
export const resend = async (api, seen, granted) => {
  let press = pending();
  if (!press) return;
  // A yes counts only if nothing was chosen since, here or on another page that shares the cookie.
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
 * The answer to a press that was recorded earlier, from a page that shares the cookie but not the
 * lock, may come after that of the last one.
 * @param {import("./choice.js").StoredChoice | undefined} found what the cookie says
 * @returns {boolean} whether the last press is noted again, to be sent once more
 */
export const checkUndone = (found) => {
  // The cookie of a press that is being answered is no older one's. Without a receipt the time is
  // no number, and nothing is known to be older.
  if (pending() || !latest || !found || !(found.time <= latest.time)) return false;
  const { press, time } = latest;
  const refused = refusals(press.words);
  // Of the same second, what was refused must not be granted.
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
