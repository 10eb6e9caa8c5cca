/**
 * Sends submissions. Requests of one origin are serialised by a Web Lock, so that the log has them
 * in order and the last one sets the cookie last. Each is noted until it is answered, so that it
 * survives leaving the page.
 */

import { read } from "./choice.js";
import { keepNote, NOTE, note } from "./note.js";
import { due } from "./pending.js";

/** @typedef {import("./pending.js").Press} Press */
/** @typedef {import("./pending.js").Submission} Submission */
/**
 * @typedef {object} Granted What the stored choice grants.
 * @property {import("./choice.js").Choice} choice
 * @property {Record<string, boolean>} services unlike their category, by id
 */

/** Timeout of a request in milliseconds, so that the next submission does not wait forever. */
const PATIENCE = 20_000;

/** The note, where local storage is not available. @type {Partial<Press> | undefined} */
let unkept;
/**
 * The last submission that could not be saved. If it only grants, it is not sent again by itself;
 * the visitor was told so, and the same submission reuses its id.
 * @type {Press | undefined}
 */
let failure;
/** @type {Promise<Outcome | undefined>} */
let chain = Promise.resolve(undefined);

const noted = () => unkept ?? note();

/** The submission that must be sent. */
export const pending = () => due(noted(), read(document.cookie));

/** @param {Partial<Press>} [press] without it the note is removed */
const store = (press) => {
  // Without storage it is held as long as the page lives.
  unkept = keepNote(press) ? undefined : press;
};

/** Whether a submission takes something back or denies it. @param {Press} press */
const denies = ({ words: { action, choice, services } }) =>
  action === "custom"
    ? [choice, services].some((answers) => Object.values(answers ?? {}).includes(false))
    : action !== "accept_all" && action !== "service";

/** 22 random characters of base64url. */
const createSecret = () =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .slice(0, 22);

/**
 * @typedef {object} Outcome
 * @property {boolean} ok
 * @property {number} status of the answer; 0 if there was none
 * @property {any} body
 */

/**
 * Notes how the server answered. A denial that could not be saved stays noted, and the next page
 * sends it again; after a 4xx status (the id belongs to another event, or the page is outdated)
 * under a new id. A grant is not sent again, because the visitor is told that it failed; so is a
 * dismissal that the server refuses. The secret ends with the first answer: the browser has a
 * cookie now, or keeps none.
 * @param {Press} press
 * @param {Outcome} outcome
 */
const settle = (press, { ok, status, body }) => {
  const { id, secret, words } = press;
  const isRefused = status >= 400 && status < 500 && status !== 429;
  failure = ok || isRefused ? undefined : press;
  if (ok) {
    // Without a receipt the time of the record is unknown; the choice is saved all the same.
    const time = Math.floor(Date.parse(body?.record?.time) / 1000) * 1000;
    store(denies(press) && time ? { id, words, time } : undefined);
  } else if (!denies(press) || (isRefused && words.action === "dismiss"))
    store(secret === undefined ? undefined : { secret });
  else if (isRefused) store({ ...press, id: crypto.randomUUID() });
};

/**
 * Posts a submission. Returns undefined if another one replaced it before or meanwhile, here or in
 * another tab: then that one counts.
 * @param {string} api
 * @param {Press} press
 * @returns {Promise<Outcome | undefined>}
 */
const post = async (api, press) => {
  const isLast = () => noted()?.id === press.id;
  if (!isLast()) return undefined;
  const { id, secret, words } = press;
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
      body: JSON.stringify({ id, secret, ...words }),
      keepalive: true,
      signal: controller.signal,
      // The policy site's cookie, from pages of other origins too.
      credentials: "include",
    });
  } catch {
    // Offline or too slow: an error, as any failure.
  }
  clearTimeout(timer);
  removeEventListener("pagehide", abortOvertaken);
  const { ok, status } = answer;
  const outcome = { ok, status, body: await answer.json().catch(() => undefined) };
  if (!isLast()) return undefined;
  settle(press, outcome);
  return outcome;
};

/**
 * Sends a submission after those before it; resolves to undefined when another one replaced it.
 * @param {string} api
 * @param {Press} press
 * @returns {Promise<Outcome | undefined>}
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
 * Notes and sends a submission. The same one repeated keeps its event id, as long as the stored
 * choice has not changed.
 * @param {string} api
 * @param {Submission} words
 * @param {string} seen the stored choice, for comparison
 * @returns {Promise<Outcome | undefined>}
 */
export const take = async (api, words, seen) => {
  const serial = JSON.stringify(words);
  let previous = pending();
  if (previous && JSON.stringify(previous.words) !== serial) {
    // Closing the banner says nothing after an answer.
    if (words.action === "dismiss") return undefined;
    // `service` leaves everything else as it is, so what is pending must be recorded before it.
    if (words.action === "service") {
      await schedule(api, previous);
      previous = pending();
      if (previous) return { ok: false, status: 0, body: undefined };
    }
  }
  const same = [previous, failure].find(
    (press) => press?.seen === seen && JSON.stringify(press.words) === serial,
  );
  const secret = read(document.cookie)?.subject ? undefined : (noted()?.secret ?? createSecret());
  const press = { id: same?.id ?? crypto.randomUUID(), secret, words, seen };
  store(press);
  return schedule(api, press);
};

/**
 * Sends the submission that an earlier page left pending, or whose cookie was overwritten.
 * @param {string} api
 * @param {string} seen the stored choice, for comparison
 * @param {Granted} granted
 * @param {string | undefined} revision of this page
 */
export const resend = async (api, seen, granted, revision) => {
  const press = pending();
  if (!press) return;
  const { id, secret, words } = press;
  // The server takes nothing but a refusal of everything from a page of an earlier revision.
  const isDated = words.action === "custom" && words.revision !== revision;
  if (press.seen === seen && !isDated) return void (await schedule(api, press));
  // The stored choice or what is asked has changed since, here or on another page that shares the
  // cookie: what the submission grants anew is dropped.
  if (!denies(press) || words.action === "dismiss") return store();
  const again = { id, secret, words, seen };
  if (words.action === "custom") {
    again.id = crypto.randomUUID();
    const keep = (
      /** @type {Record<string, boolean> | undefined} */ answers,
      /** @type {Record<string, boolean>} */ yes,
    ) => Object.entries(answers ?? {}).map(([name, isYes]) => [name, isYes && yes[name] === true]);
    again.words = {
      ...words,
      revision,
      choice: Object.fromEntries(keep(words.choice, granted.choice)),
      services: Object.fromEntries(keep(words.services, granted.services)),
    };
  }
  store(again);
  await schedule(api, again);
};
