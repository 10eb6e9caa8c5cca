/**
 * The entry point of a page: determines from the cookie and, where that is not enough, from the
 * server what may run, and whether the visitor must be asked, for which it loads `dialog.js`.
 */
import { byCategory, decide, OPTIONAL, read } from "./choice.js";
import { banner, facts, services } from "./facts.js";
import { apply, current, isOutdated } from "./gate.js";
import { due, forget, NOTE, note } from "./pending.js";
import { NOTHING, permit } from "./permission.js";
import { CREDENTIALS, takeEarly } from "./prefetch.js";

/** @typedef {import("./permission.js").Answer} Answer */
/** @typedef {import("./pending.js").Submission} Submission */
/** @typedef {ReturnType<typeof import("./dialog.js").begin>} Dialog */

const api = EMBEDDED
  ? String(banner.querySelector("form")?.getAttribute("action"))
  : "/api/consent";
const { revision, script, tags } = /** @type {Record<string, any>} */ (banner.dataset);
/** The age at which a cookie is renewed, in milliseconds: 30 days. */
const RENEWAL_AGE = 2592e6;
/** For how long a choice is reported, in milliseconds: the page was left or loaded anew. */
const FRESH = 1e4;

/**
 * Global Privacy Control: denies marketing, whatever is chosen. Some browsers send only the header.
 */
const hasSignal = Boolean(/** @type {any} */ (navigator).globalPrivacyControl);
let gpc = hasSignal;
/** The server's last answer. @type {Answer | undefined} */
let answer;
/** The cookie for which that answer was requested. @type {string | undefined} */
let answered;
/** Requests of the state so far, to ignore the answers to all but the last. */
let asked = 0;
/** Cancels the renewal under way. @type {AbortController | undefined} */
let renewal;
/** The stored choice when it was last read. @type {string | undefined} */
let previous;
/** Whether the banner has asked what is open now. */
let hasAsked = false;
/** Whether the visitor has typed something into the page, other than into our own forms. */
let hasTyped = false;
/** @type {Dialog | undefined} */
let dialog;
/** @type {Promise<Dialog> | undefined} */
let loading;

const stored = () => read(document.cookie);
const decision = () => decide(stored(), facts, Date.now());
/** The submission that must be sent. */
const pending = () => due(note(), stored());
/** Whether the cookie tells nothing: it is of another site, or one of several was planted. */
const isUnreadable = () => (EMBEDDED && !stored()) || Boolean(stored()?.isConflict);

/** The answers in the cookie, without an identifier, to notice that another tab has changed them. */
const ownSight = () => {
  const { issued, granted, refused, exceptions } = stored() ?? {};
  return JSON.stringify([issued, granted, refused, exceptions]);
};
/** The stored choice, from the cookie or the server, for comparison. */
const sight = () =>
  isUnreadable() ? JSON.stringify([answer?.choice, answer?.expires, answer?.services]) : ownSight();

/** What the stored choice grants: categories, and services unlike their category. */
const granted = () => {
  const { categories, services } = decision();
  return isUnreadable()
    ? { choice: answer?.choice ?? NOTHING.choice, services: answer?.services ?? {} }
    : { choice: byCategory((name) => categories[name] === "yes"), services };
};

/** Whether every category in use is answered. */
const isSettled = () => {
  const { categories } = decision();
  const isAnswered = OPTIONAL.every((name) => categories[name] !== "open" || !facts.scopes[name]);
  return isAnswered || (isUnreadable() && Boolean(answer?.choice));
};

addEventListener(
  "input",
  ({ target }) => {
    hasTyped ||= !(/** @type {HTMLInputElement} */ (target).form?.dataset?.choices);
  },
  true,
);

/** Deletes what services have stored; without the dialog the next page does. @param {string[]} ids */
const cleanUp = (ids) =>
  ids.some((id) => !id.startsWith("*"))
    ? loadDialog().then(
        (dialog) => dialog.cleanUp(ids),
        () => {},
      )
    : undefined;

/**
 * Lets run what may run. If something has run that may no longer, the page is loaded anew, because
 * a script that has run can't be undone; but not while a submission is pending, because it would
 * start as before, and not when the visitor would lose what they have typed.
 * @param {Submission} [words] a submission whose refusals hold already
 * @param {boolean} [isNarrowing] whether nothing may begin to run
 * @returns {string | undefined} the message that asks the visitor to load the page anew
 */
const enforce = (words = pending()?.words, isNarrowing = false) => {
  const before = current();
  const permission = permit(decision(), services, { before, answer, gpc, words, isNarrowing });
  const isDone = apply(permission, tags).then(cleanUp);
  if (before !== current()) dialog?.update();
  if (words || isNarrowing || !isOutdated()) return undefined;
  // What only the header of the signal denies would run again on the new page until it is answered.
  const next = permit(decision(), services, { before: NOTHING, gpc: hasSignal }).services;
  if (Object.keys(next).some((id) => next[id] && !permission.services[id])) return undefined;
  if (hasTyped) return "stopped";
  isDone.then(() => location.reload());
};

/**
 * Stops what a submission refuses, by default the pending one of this or another tab.
 * @param {Submission} [words]
 */
const stop = (words) => {
  renewal?.abort();
  enforce(words, true);
};

/**
 * Requests the state of consent, and with it the cookie anew, whose content stays the same. Under
 * the lock of the submissions, so that the answer can't overwrite the cookie of a later one; a
 * submission does not wait for it but aborts it.
 * @returns {Promise<Response | undefined>} undefined if it was aborted, or a submission is under way
 */
const renew = async () => {
  if (pending()) return undefined;
  const send = (/** @type {Lock | null} */ lock) => {
    if (!lock) return undefined;
    renewal = new AbortController();
    const { signal } = renewal;
    return fetch(`${api}?renew=1`, EMBEDDED ? { ...CREDENTIALS, signal } : { signal });
  };
  try {
    return await navigator.locks?.request(NOTE, { ifAvailable: true }, send);
  } catch {
    return undefined;
  }
};

/**
 * Requests the state of consent from the server. An outdated page can't ask, so it gets no answer.
 * @param {boolean} [isRenewal]
 * @param {unknown} [needed] what must have succeeded too for the answer to count
 */
const ask = async (isRenewal, needed) => {
  const own = ++asked;
  const sent = ownSight();
  const respond = async () =>
    (isRenewal && (await renew())) || (EMBEDDED ? takeEarly(api) : fetch(api));
  const [state] = await Promise.all([respond().then((response) => response.json()), needed]);
  if (own !== asked) return;
  gpc ||= state.gpc;
  answer = state.revision === revision ? state : undefined;
  answered = sent;
};

/** @param {Submission} words that were saved */
const messageOf = ({ action }) => {
  if (action === undefined) return "withdrawn";
  return action === "accept_all" && gpc && facts.scopes.marketing ? "saved_gpc" : "saved";
};

/**
 * Applies the choice that was saved just now.
 * @param {Submission} words
 */
const finish = async (words) => {
  // Only the server can tell whether the browser stored the cookie of another site. If it can't be
  // reached, the choice counts as not stored, and nothing runs.
  if (isUnreadable()) await ask().catch(() => (answer = undefined));
  else if (!stored()) answer = undefined;
  previous = sight();
  const stopped = enforce();
  // What may run may be the same as when the submission was pressed; when it was made is not.
  dialog?.update();
  const isKept =
    words.action === "service"
      ? Object.keys(words.services ?? {}).every((id) => current().services[id])
      : isSettled();
  return isKept ? (stopped ?? messageOf(words)) : "unkept";
};

/** Loads `dialog.js` once; after a failure the next call tries again. */
const loadDialog = () =>
  (loading ??= (
    EMBEDDED
      ? import("./dialog.js")
      : /** @type {Promise<typeof import("./dialog.js")>} */ (import(script))
  ).then(
    ({ begin }) => {
      dialog = begin({
        banner,
        api,
        services,
        current,
        sight,
        time: () => (isSettled() ? stored()?.issued : undefined),
        granted,
        stop,
        start: init,
        finish,
      });
      dialog.update();
      return dialog;
    },
    (error) => {
      loading = undefined;
      throw error;
    },
  ));

/** @param {string} message */
const report = (message) =>
  loadDialog().then(
    (dialog) => dialog.report(message),
    () => {
      // Without the dialog there is no place to report it; the choice itself is in force.
    },
  );

/** Reports a choice that is seconds old: the page was loaded anew, or the visitor has moved on. */
const reportSaved = () => {
  const { words, time } = note() ?? {};
  const found = stored();
  // An erasure leaves a cookie too; the page of choices says what it did.
  if (found && !found.subject && !found.isConflict) return;
  const at = found?.issued ?? time;
  const { action } = (time === at && words) || { action: "custom" };
  if (Math.abs(Date.now() - Number(at)) < FRESH && action !== "dismiss")
    report(messageOf({ action }));
};

/** Whether the cookie is old enough to be renewed, by one request a visit. @param {number} [issued] */
const isAged = (issued) =>
  Date.now() - Number(issued) > RENEWAL_AGE && !document.referrer.includes(location.host);

/** Asks the server what the cookie alone can't tell. */
const consult = async () => {
  const found = stored();
  const isRenewal = Boolean(found?.isOld) || isAged(found?.issued);
  if (!decision().ask) return void (isRenewal && renew());
  try {
    // Where cookies are blocked, every page would ask again; `navigator.cookieEnabled` does not
    // detect a blocked site.
    if ((await document.hasStorageAccess?.()) !== false)
      await ask(isRenewal, isSettled() || loadDialog());
  } catch {
    // Unreachable: nobody can be asked, so what is open is not granted.
    if (answered !== ownSight()) answer = undefined;
  }
  const { expires } = answer ?? {};
  if (EMBEDDED && !found && expires && isAged(Date.parse(expires) - facts.days * 864e5)) renew();
};

/** Initialises the page with the stored choice and, where it leaves something open, the server's answer. */
const init = async () => {
  const { choice, services } = granted();
  // What was granted does not wait for the server.
  if (previous !== undefined || [choice, services].some((all) => Object.values(all).includes(true)))
    enforce();
  previous = sight();
  const isForm = !EMBEDDED && document.querySelector("[data-choices=withdraw]");
  try {
    // The choices page's form and the placeholders' buttons need the dialog.
    if (EMBEDDED || isForm) await loadDialog();
    // Where the cookie can't be read, only the server knows what was chosen since.
    if (EMBEDDED && pending() && !stored()) await ask();
    if (pending()) await (await loadDialog()).resume();
  } catch {
    // What a submission refuses stays off even if it can't be sent.
  }
  await consult();
  // Read again, because the visitor may have chosen during the request, here or in another tab.
  previous = sight();
  const stopped = enforce();
  const isQuestion =
    answer?.ask && decision().ask && (isUnreadable() || answered === ownSight()) && !isForm;
  if (stopped) report(stopped);
  else if (!isQuestion) reportSaved();
  if (isQuestion && !hasAsked && banner.hidden) {
    const { regime } = /** @type {Answer} */ (answer);
    // Where it can't be loaded, nobody is asked.
    loadDialog().then(
      ({ show }) => show(regime),
      () => {},
    );
  }
  if (!isQuestion) dialog?.endQuestion();
  hasAsked = Boolean(isQuestion);
  forget(stored());
};

/**
 * Opens the banner; if it can't be seen, follows the link.
 * @param {HTMLAnchorElement} [link]
 * @returns {Promise<boolean>} whether the banner can be seen
 */
const show = async (link) => {
  const isOpen = await loadDialog().then(
    (dialog) => dialog.open(link),
    () => false,
  );
  if (!isOpen && link?.href) location.assign(link.href);
  return isOpen;
};

document.addEventListener("click", (click) => {
  const link = /** @type {HTMLElement} */ (click.target).closest("[data-choices=open]");
  if (!link) return;
  click.preventDefault();
  show(/** @type {HTMLAnchorElement} */ (link));
});

/**
 * Initialises the page again if the stored choice has changed, in another tab or while this page
 * was hidden.
 */
const refresh = () => {
  if (!document.hidden && previous && ((EMBEDDED && !stored()) || previous !== sight())) init();
};
document.addEventListener("visibilitychange", refresh);
// Where the cookie can't be read, each refresh is a request, and a page that was just loaded has
// sent it already.
addEventListener("pageshow", EMBEDDED ? ({ persisted }) => persisted && refresh() : refresh);
// A submission in another tab, or its answer.
addEventListener("storage", ({ key }) => {
  if (key !== NOTE && key !== null) return;
  stop();
  refresh();
});
// The answer to an earlier submission has overwritten the cookie of the last one.
/** @type {any} */ (window).cookieStore?.addEventListener("change", () => {
  if (pending()?.time) init();
});

window.kelisim = {
  choice: () => current().choice,
  open: () => show(),
  onChange: (listener) => {
    listener(current().choice);
    document.addEventListener("consent:change", () => listener(current().choice));
  },
};

document.addEventListener("prerenderingchange", () => init());
if (!(/** @type {any} */ (document).prerendering)) init();
