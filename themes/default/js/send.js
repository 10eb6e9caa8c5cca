/**
 * Presses on their way to the server. Those of an origin wait for each other, so that the log has them in their order and the last one is
 * the last to set the cookie; each is noted until it is answered, so that it is not lost when its page is left.
 */
import { CREDENTIALS } from "./early.js";
import { NOTE, noted, refusal } from "./pending.js";

/** @typedef {import("./pending.js").Press} Press */
/** @typedef {import("./pending.js").Words} Words */
/** @typedef {import("./choice.js").Choice} Choice */

/** A server that doesn't answer within this time must not make the next press wait for ever, in milliseconds. */
const PATIENCE = 20_000;

/** The note, where the browser keeps nothing for the page. @type {Press | undefined} */
let unkept;
/** A yes of which the visitor was told that it could not be saved: it counts no more, unless it is pressed again. @type {Press | undefined} */
let failed;
/** The last press that was answered here, with the time of its record in whole seconds. @type {{press: Press, time: number} | undefined} */
let last;
/** @type {Promise<Response | undefined>} */
let turn = Promise.resolve(undefined);

/** The press that is not answered yet. */
export const pending = () => unkept ?? noted();

/** @param {Press} [press] without one the note is taken away */
const keep = (press) => {
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

/** @param {Press} press */
const refuses = ({ words }) => Object.values(refusal(words)).includes(true);

/** Asks the server, unless something else was pressed before or meanwhile, here or in another tab: then that counts. @param {string} api @param {Press} press */
const ask = async (api, press) => {
  const isLast = () => pending()?.id === press.id;
  if (!isLast()) return undefined;
  const { id, words } = press;
  const sending = new AbortController();
  const abort = () => sending.abort();
  const isSlow = setTimeout(abort, PATIENCE);
  // An answer that nobody here would see must not set the cookie after that of the later press.
  const leave = () => !isLast() && abort();
  addEventListener("pagehide", leave);
  let answer = Response.error();
  try {
    answer = await fetch(api, {
      method: words.action ? "POST" : "DELETE",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id, ...words }),
      keepalive: true,
      signal: sending.signal,
      ...(EMBEDDED ? CREDENTIALS : undefined),
    });
  } catch {
    // Offline or too slow: an error, as any failure.
  }
  clearTimeout(isSlow);
  removeEventListener("pagehide", leave);
  const { record } = answer.ok ? await answer.json().catch(() => ({})) : {};
  if (!isLast()) return undefined;
  const isRefused = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
  const isFinal = answer.ok || isRefused;
  failed = isFinal ? undefined : press;
  // A no that could not be saved is sent again by the next page, as another event where this one is known otherwise or the page is outdated;
  // a yes is not, because the visitor is told that it failed.
  if (answer.ok || !refuses(press)) keep();
  else if (isRefused) keep({ ...press, id: crypto.randomUUID() });
  if (answer.ok) last = { press, time: Math.floor(Date.parse(record?.time) / 1000) * 1000 };
  return answer;
};

/** Sends a press after those before it; answers nothing when it was overtaken. @param {string} api @param {Press} press @returns {Promise<Response | undefined>} */
const send = (api, press) => {
  const work = () => ask(api, press);
  const inTurn = () => (turn = turn.then(work, work));
  // Where the browser keeps nothing for the page it grants no lock either, and there is no other page that would have to wait.
  // Nor is one waited for that a frozen tab holds.
  const signal = AbortSignal.timeout?.(2 * PATIENCE);
  return navigator.locks ? navigator.locks.request(NOTE, { signal }, work).catch(inTurn) : inTurn();
};

/**
 * Takes a press; the same one again is the same event, as long as nothing else was chosen.
 * @param {string} api
 * @param {Words} words
 * @param {string} seen the cookie as a text
 */
export const take = async (api, words, seen) => {
  const said = JSON.stringify(words);
  const before = pending();
  // What is allowed in one place takes nothing back: a no before it has to be known first.
  if (words.action === "allow" && before && JSON.stringify(before.words) !== said) {
    await send(api, before);
    if (pending()) return Response.error();
  }
  const same = [before, failed].find(
    (press) => press?.seen === seen && JSON.stringify(press.words) === said,
  );
  const press = { id: same?.id ?? crypto.randomUUID(), words, seen };
  keep(press);
  return send(api, press);
};

/**
 * Sends the press that an earlier page was left with.
 * @param {string} api
 * @param {string} seen the cookie as a text
 * @param {Choice} [granted] what the cookie grants
 */
export const resume = async (api, seen, granted) => {
  let press = pending();
  if (!press) return;
  // A yes counts only if nothing was chosen since, here or on another page that shares the cookie.
  if (press.seen !== seen) {
    if (!refuses(press)) return keep();
    const { words } = press;
    if (words.choice) {
      const choice = Object.fromEntries(
        Object.entries(words.choice).map(([name, isYes]) => [
          name,
          isYes && Boolean(granted?.[/** @type {keyof Choice} */ (name)]),
        ]),
      );
      press = { id: crypto.randomUUID(), words: { ...words, choice }, seen };
      keep(press);
    }
  }
  await send(api, press);
};

/**
 * The answer to a press that was recorded earlier, from a page that shares the cookie but not the lock, may come after that of the last one.
 * @param {import("./choice.js").Saved | undefined} found what the cookie says
 * @returns {boolean} whether the last press is noted again, to be sent once more
 */
export const isUndone = (found) => {
  // The cookie of a press that is being answered is no older one's. Without a receipt the time is no number, and nothing is known to be older.
  if (pending() || !last || !found || !(found.time <= last.time)) return false;
  const { press, time } = last;
  const refused = refusal(press.words);
  // Of the same second, what was refused must not be granted.
  if (
    found.time === time &&
    !Object.entries(refused).some(
      ([name, isRefused]) => isRefused && found.choice[/** @type {keyof Choice} */ (name)],
    )
  )
    return false;
  last = undefined;
  keep(press);
  return true;
};
