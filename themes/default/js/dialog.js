/**
 * The banner's behaviour: shows it, hides it, submits the visitor's answers, and deletes what refused
 * services have stored. On the site's pages it is a separate script, loaded only where one of these
 * is needed. Its markup is on the page already, hidden.
 */
import { cleanUp } from "./cleanup.js";
import { answer, follow, reflect } from "./form.js";
import { watchGestures } from "./gesture.js";
import { pending, resend, take } from "./send.js";
import { createStatus } from "./status.js";
/** @typedef {import("./pending.js").Submission} Submission */
/**
 * @typedef {object} Page State and functions of the page's script (`site.js`), which is another
 *   bundle.
 * @property {HTMLElement} banner
 * @property {string} api
 * @property {import("./choice.js").Service[]} services
 * @property {() => import("./permission.js").Permission} current what may run
 * @property {() => string} sight the stored choice, for comparison
 * @property {() => number | undefined} time when the visitor chose, if nothing is open, in
 *   milliseconds since 1970
 * @property {() => import("./send.js").Granted} granted
 * @property {(words: Submission) => void} stop stops what a submission refuses
 * @property {() => Promise<void>} start initialises the page anew
 * @property {(words: Submission) => Promise<string>} finish applies the choice that was saved;
 *   resolves to the name of the message that says so
 */

/** The most services that can differ from their category: the cookie holds no more. */
const MAX_EXCEPTIONS = 12;

/**
 * A time as the page writes dates: not every browser has the names of months in every language.
 * @param {number} time
 * @param {string} forms how a day of each month is written, January first
 */
const format = (time, forms) => {
  const date = new Date(time);
  const day = forms
    .split("|")
    [date.getMonth()].replace("{d}", String(date.getDate()))
    .replace("{y}", String(date.getFullYear()));
  return `${day}, ${date.toTimeString().slice(0, 5)}`;
};

/** @param {Page} page */
export const begin = ({
  banner,
  api,
  services,
  current,
  sight,
  time,
  granted,
  stop,
  start,
  finish,
}) => {
  const dock = /** @type {HTMLElement} */ (banner.parentElement);
  const form = /** @type {HTMLFormElement} */ (banner.querySelector("form"));
  const announce = createStatus(dock);
  const gesture = watchGestures();
  /** Whether the banner asks, and was not opened by the visitor to change a choice. */
  let isAsking = false;
  /** Whether this page still has to count that its banner asked. */
  let isUncounted = "counted" in banner.dataset;
  /** Where the reader was before the focus came here. @type {HTMLElement | null} */
  let place = null;

  /**
   * Visits the elements that match. On embedding pages only those of the banner, because such pages
   * may use the same attributes otherwise.
   * @param {string} selector
   * @param {(element: any) => void} visit
   */
  const forEachElement = (selector, visit) =>
    (EMBEDDED ? dock : document).querySelectorAll(selector).forEach(visit);
  /** @param {string} selector @param {(element: HTMLElement) => boolean | undefined} isShown */
  const toggle = (selector, isShown) =>
    forEachElement(selector, (element) => (element.hidden = !isShown(element)));

  /** Shows layer 1 or, unfolded, the categories. @param {boolean} unfolded */
  const showDetails = (unfolded) => {
    gesture.mark();
    toggle("[data-role=show]", () => !unfolded);
    toggle(".cm__settings, [data-role=save]", () => unfolded);
  };

  /** Updates boxes and texts to the choice that is in force. */
  const update = () => {
    const permitted = current();
    forEachElement("form[data-choices=form]", (form) => reflect(form, services, permitted));
    toggle("[data-gpc]", () => permitted.gpc);
    toggle("[data-withheld]", () => permitted.withheld.length > 0);
    const chosen = time();
    forEachElement("[data-choices=current]", (element) => {
      element.hidden = !chosen;
      if (chosen) element.lastChild.textContent = format(chosen, element.dataset.dates);
    });
    // Otherwise they are as the server has marked them.
    if (chosen) {
      toggle("[data-choices=nothing]", () => false);
      toggle("[data-choices=receipt]", () => true);
    }
  };

  /** @param {string} [regime] without one the visitor has opened the banner to change a choice */
  const show = (regime) => {
    isAsking = Boolean(regime);
    toggle("[data-regime]", ({ dataset }) => dataset.regime === regime);
    forEachElement(".cm [data-role=close]", (cross) =>
      cross.setAttribute("aria-label", cross.dataset[regime === "opt_in" ? "refusal" : "label"]),
    );
    showDetails(!regime);
    update();
    banner.hidden = false;
    if (isAsking && isUncounted) {
      isUncounted = false;
      navigator.sendBeacon(`${api}/shown`, new URLSearchParams({ locale: form.locale.value }));
    }
  };

  /**
   * Moves the focus from what disappears to where the reader was, else to the page's text.
   * @param {() => void} disappear
   */
  const giveBack = (disappear) => {
    const hadFocus = dock.contains(document.activeElement);
    disappear();
    if (!hadFocus) return;
    const target = place?.isConnected
      ? place
      : /** @type {HTMLElement | null} */ (document.querySelector("main, [role=main], h1"));
    place = null;
    if (target && target.tabIndex < 0) target.tabIndex = -1;
    target?.focus({ preventScroll: true });
  };
  dock.addEventListener("focusin", ({ relatedTarget }) => {
    if (relatedTarget instanceof HTMLElement && !dock.contains(relatedTarget))
      place = relatedTarget;
  });

  const hide = () => {
    isAsking = false;
    gesture.mark();
    giveBack(() => (banner.hidden = true));
  };

  /**
   * Opens the banner because the visitor asked for it.
   * @param {HTMLElement} [link]
   * @returns {boolean} whether it can be seen: a filter may hide it
   */
  const open = (link) => {
    gesture.begin();
    announce();
    show();
    /** @type {HTMLElement} */ (banner.querySelector(".cm")).focus();
    // Not every browser moves the focus to a link that is clicked.
    place = link ?? place;
    return banner.offsetHeight > 0;
  };

  /** Closes the banner at once. Closing a question is an answer of its own. */
  const close = () => {
    if (isAsking)
      // If it is not saved, the next page asks again.
      take(api, answer(form, services, "dismiss"), sight()).then((outcome) => {
        if (outcome?.ok) finish({ action: "dismiss" });
      });
    hide();
  };

  /** @param {Submission} words */
  const submit = async (words) => {
    announce();
    if (Object.keys(words.services ?? {}).length > MAX_EXCEPTIONS) return announce("too_many");
    // A refusal takes effect at once, a grant only when the server has recorded it.
    stop(words);
    const outcome = await take(api, words, sight());
    // Without an answer, either a later submission has replaced this one and is sent by its own
    // call, or another tab has sent this one and the cookie holds it.
    if (!outcome) return pending() ? undefined : start();
    const { ok, status, body } = outcome;
    if (!ok) {
      const problems = /** @type {Record<string, string>} */ ({ 409: "stale" });
      return announce(
        body?.code === "too_many_services" ? "too_many" : (problems[status] ?? "unsaved"),
      );
    }
    const message = await finish(words);
    // Allowing one service leaves the question open.
    if (words.action !== "service") hide();
    announce(message);
  };

  /** Whether a form is ours; on embedding pages others may have the attribute. @param {any} form */
  const isOurs = (form) =>
    form?.dataset?.choices && (!EMBEDDED || form.closest("kelisim-banner, kelisim-hold"));

  document.addEventListener("submit", (submission) => {
    const form = /** @type {HTMLFormElement} */ (submission.target);
    if (!isOurs(form)) return;
    submission.preventDefault();
    const button = /** @type {HTMLButtonElement | null} */ (submission.submitter);
    submit(answer(form, services, button?.value || undefined));
  });
  document.addEventListener("change", ({ target }) => {
    const box = /** @type {HTMLInputElement} */ (target);
    if (isOurs(box.form)) follow(/** @type {HTMLFormElement} */ (box.form), services, box);
  });

  dock.addEventListener("click", ({ target }) => {
    const { role } =
      /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (target).closest("[data-role]"))
        ?.dataset ?? {};
    if (role === "show") {
      showDetails(true);
      /** @type {HTMLElement | null} */ (
        banner.querySelector("input:enabled[type=checkbox]")
      )?.focus();
    }
    if (role === "close") close();
    if (role === "seen") giveBack(() => announce());
    if (role === "reload") location.reload();
  });

  document.addEventListener("keydown", (stroke) => {
    const target = /** @type {HTMLInputElement} */ (stroke.target);
    // Elsewhere the key belongs to the page.
    if (
      stroke.key === "Escape" &&
      !stroke.defaultPrevented &&
      (target === document.body || banner.contains(target))
    )
      close();
    // A held Enter key would repeat on the button that replaced the pressed one, and Enter in a
    // checkbox activates the form's first button, which in the banner accepts everything.
    if (
      stroke.key === "Enter" &&
      target.form?.dataset?.choices &&
      (stroke.repeat || target.type === "checkbox")
    )
      stroke.preventDefault();
  });

  return {
    show,
    open,
    update,
    /** Hides the banner if it asks what is answered by now. */
    endQuestion: () => {
      if (isAsking) hide();
    },
    report: announce,
    /** @param {string[]} refused */
    cleanUp: (refused) => cleanUp(banner, refused),
    resume: () => resend(api, sight(), granted(), banner.dataset.revision),
  };
};
