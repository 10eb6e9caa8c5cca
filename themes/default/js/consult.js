/**
 * Asks the server what the cookie can't tell, has the visitor asked, applies what was pressed, and
 * reports what was saved.
 */
import { byCategory } from "./choice.js";
import { NOTE, note } from "./note.js";
import { forget } from "./pending.js";
import { NOTHING } from "./permission.js";

/** @typedef {import("./pending.js").Submission} Submission */
/** @typedef {import("./page.js").Dialog} Dialog */

/**
 * @param {import("./embed.js").Context} context
 * @param {import("./page.js").Core} core
 */
export const begin = (
  { site, mayAsk, outer, api, resolve, load, fetchMarkup, ask: request, early, hasAsked, question },
  core,
) => {
  const { stored, decision, pending, isUnreadable, isSettled, ownSight, sight, current, enforce } =
    core;
  /** The cookie for which the server's answer was requested. @type {string | undefined} */
  let answered;
  /** Requests of the state so far, to ignore the answers to all but the last. */
  let asked = 0;
  /** @type {Promise<Dialog> | undefined} */
  let loading;

  /** What the stored choice grants: categories, and services unlike their category. */
  const granted = () => {
    const { categories, services } = decision();
    const { choice, services: known = {} } = core.answer ?? {};
    return isUnreadable()
      ? { choice: choice ?? NOTHING.choice, services: known }
      : { choice: byCategory((name) => categories[name] === "yes"), services };
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
      core.renewal = new AbortController();
      const { signal } = core.renewal;
      return fetch(`${api}?renew=1`, { credentials: "include", signal });
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
    const respond = async () => {
      const renewed = isRenewal && (await renew());
      if (renewed) return renewed.json();
      const state = early ?? request();
      early = undefined;
      return state;
    };
    const [state] = await Promise.all([respond(), needed]);
    if (own !== asked) return;
    core.gpc ||= state.gpc;
    core.answer = state.revision === site.revision ? state : undefined;
    answered = sent;
  };

  /** @param {Submission} words that were saved */
  const messageOf = ({ action }) => {
    if (action === undefined) return "withdrawn";
    return action === "accept_all" && core.gpc && site.scopes.marketing ? "saved_gpc" : "saved";
  };

  /**
   * Applies the choice that was saved just now.
   * @param {Submission} words
   */
  const finish = async (words) => {
    // Only the server can tell whether the browser stored the cookie of another site. If it can't be
    // reached, the choice counts as not stored, and nothing runs.
    if (isUnreadable()) await ask().catch(() => (core.answer = undefined));
    else if (!stored()) core.answer = undefined;
    core.previous = sight();
    const stopped = enforce();
    core.tell();
    // What may run may be the same as when the submission was pressed; when it was made is not.
    core.dialog?.update();
    const isKept =
      words.action === "service"
        ? Object.keys(words.services ?? {}).every((id) => current().services[id])
        : isSettled();
    return isKept ? (stopped ?? messageOf(words)) : "unkept";
  };

  /** Loads `dialog.js` once; after a failure the next call tries again. */
  const dialog = () =>
    (loading ??= Promise.all([load("dialog"), question()]).then(
      ([{ begin }, asked]) =>
        (core.dialog = begin({
          question: asked,
          site,
          api,
          resolve,
          fetchMarkup,
          root: core.isForm ? document : asked.host,
          current,
          sight,
          time: () => (isSettled() ? stored()?.issued : undefined),
          granted,
          stop: core.stop,
          start: core.start,
          finish,
        })),
      (error) => {
        loading = undefined;
        throw error;
      },
    ));

  /** @param {string} message */
  const report = (message) =>
    dialog().then(
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
    const { action } = (time === (found?.issued ?? time) && words) || { action: "custom" };
    if (core.isFresh() && action !== "dismiss") report(messageOf({ action }));
  };

  /** Asks the server what the cookie alone can't tell. */
  const consult = async () => {
    const found = stored();
    const isRenewal = Boolean(found?.isOld) || core.isAged(found?.issued);
    if (!decision().ask) return void (isRenewal && renew());
    try {
      // Where cookies are blocked, every page would ask again; `navigator.cookieEnabled` does not
      // detect a blocked site. In a frame where nobody asks, nothing runs that needs an answer or a
      // notice.
      if ((await document.hasStorageAccess?.()) !== false)
        await ask(isRenewal, isSettled() || (mayAsk ? question() : outer || Promise.reject()));
    } catch {
      // Unreachable: nobody can be asked, so what is open is not granted.
      if (answered !== ownSight()) core.answer = undefined;
    }
    const { expires } = core.answer ?? {};
    if (core.isForeign && !found && expires && core.isAged(Date.parse(expires) - site.days * 864e5))
      renew();
  };

  const start = async () => {
    try {
      if (core.isForm) await dialog();
      // Where the cookie can't be read, only the server knows what was chosen since.
      if (core.isForeign && pending() && !stored()) await ask();
      if (pending()) await (await dialog()).resume();
    } catch {
      // What a submission refuses stays off even if it can't be sent.
    }
    await consult();
    // Read again, because the visitor may have chosen during the request, here or in another tab.
    core.previous = sight();
    const stopped = enforce();
    core.tell();
    const { answer } = core;
    const isQuestion =
      mayAsk &&
      answer?.ask &&
      decision().ask &&
      (isUnreadable() || answered === ownSight()) &&
      !core.isForm;
    if (stopped && mayAsk) report(stopped);
    else if (mayAsk && !isQuestion) reportSaved();
    // Where it can't be loaded, nobody is asked.
    if (isQuestion && !hasAsked)
      question()
        .then(({ show }) => show(answer))
        .catch(() => {});
    // Whoever is asked will need it.
    if (isQuestion || hasAsked)
      dialog()
        .then((dialog) => isQuestion || dialog.endQuestion())
        .catch(() => {});
    hasAsked = Boolean(isQuestion);
    forget(stored());
  };

  return { start, dialog };
};
