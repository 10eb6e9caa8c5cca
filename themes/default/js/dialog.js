/**
 * The banner's behaviour: shows it, hides it, submits the visitor's answers. On the site's pages it
 * is a separate script, loaded only when the banner is shown or a placeholder or form needs it. Its
 * markup is on the page already, hidden.
 */
import { OPTIONAL } from "./choice.js";
import { offer } from "./placeholder.js";
import { checkUndone, pending, resend, take } from "./send.js";
/** @typedef {import("./choice.js").Choice} Choice */
/**
 * @typedef {object} Page State and functions of the page's script (`site.js`), which is another
 *   bundle.
 * @property {HTMLElement} banner
 * @property {string} api
 * @property {() => Choice} current what may run
 * @property {() => boolean} gpc whether the browser denies marketing
 * @property {() => import("./choice.js").StoredChoice | undefined} memory the stored choice, from
 *   the server or the cookie
 * @property {() => import("./choice.js").StoredChoice | undefined} own the cookie's choice, if it
 *   is valid and answers every category
 * @property {() => string} sight the stored choice as JSON, for comparison
 * @property {(words?: import("./pending.js").Submission) => void} stop stops the services that a
 *   submission refuses, by default the pending one
 * @property {(isAsking?: boolean) => Promise<void>} start initialises the page anew from the cookie
 * @property {() => Promise<void>} finish applies the choice that was saved
 */

/** @param {Page} page */
export const begin = ({
  banner,
  api,
  current,
  gpc,
  memory: remembered,
  own: validChoice,
  sight: snapshot,
  stop: stopDenied,
  start,
  finish: applySaved,
}) => {
  /** The link that opened the banner, to give the focus back to. @type {HTMLElement | null} */
  let opener = null;
  /** Whether the banner was shown, changed or hidden since the current gesture began. */
  let moved = false;

  /**
   * Visits the elements that match. On embedding pages only those of the banner, because such pages
   * may use the same attributes otherwise.
   * @param {string} selector
   * @param {(element: any) => void} visit
   */
  const forEachElement = (selector, visit) =>
    (EMBEDDED ? /** @type {HTMLElement} */ (banner.parentElement) : document)
      .querySelectorAll(selector)
      .forEach(visit);
  /** @param {string} selector @param {(element: HTMLElement) => boolean | undefined} isShown */
  const toggle = (selector, isShown) =>
    forEachElement(selector, (element) => (element.hidden = !isShown(element)));

  /**
   * Shows one of the status messages, which are live regions for screen readers.
   * @param {string} [name]
   */
  const announce = (name) => toggle("[data-status]", ({ dataset }) => dataset.status === name);

  /** Shows for some seconds whether the choice was stored. @param {boolean} isKept */
  const showSaved = (isKept) => {
    announce(isKept ? "saved" : "unkept");
    setTimeout(announce, 8000);
  };

  /** Shows layer 1 or, unfolded, the categories. @param {boolean} unfolded */
  const showDetails = (unfolded) => {
    moved = true;
    toggle("[data-role=show]", () => !unfolded);
    toggle(".cm__settings, [data-role=save]", () => unfolded);
  };

  /** Updates checkboxes and texts to the choice that is in force. */
  const sync = () => {
    for (const name of OPTIONAL) {
      forEachElement(`input[type=checkbox][name=${name}]`, (box) => {
        box.checked = current()[name];
        box.disabled = gpc() && name === "marketing";
      });
    }
    toggle("[data-gpc]", gpc);
    if (EMBEDDED) offer();
    const found = validChoice();
    forEachElement("[data-choices=current]", (place) => {
      place.hidden = !found;
      if (found)
        place.lastChild.textContent = new Date(found.time).toLocaleString(
          document.documentElement.lang,
        );
    });
  };

  /** @param {string} [regime] without one the visitor has opened the banner to change a choice */
  const show = (regime) => {
    toggle("[data-regime]", ({ dataset }) => dataset.regime === regime);
    showDetails(!regime);
    sync();
    banner.hidden = false;
  };

  const hide = () => {
    const hadFocus = banner.contains(document.activeElement);
    moved = true;
    banner.hidden = true;
    if (hadFocus) opener?.focus();
  };

  /**
   * Opens the banner because the visitor asked for it.
   * @param {HTMLElement | null} [link] by default the one before
   * @returns {boolean} whether it can be seen: a filter may hide it
   */
  const open = (link = opener) => {
    opener = link;
    // The position of this gesture is unknown, because the script may have been loaded after it
    // began.
    gesture = { isOurs: true, time: performance.now(), x: NaN, y: NaN };
    announce();
    show();
    /** @type {HTMLElement} */ (banner.querySelector(".cm")).focus();
    return banner.offsetHeight > 0;
  };

  /** @param {HTMLFormElement} form @param {string} [action] without one consent is withdrawn */
  const processForm = async (form, action) => {
    const fields = new FormData(form);
    const { revision, locale, surface } = /** @type {Record<string, string>} */ (
      Object.fromEntries(fields)
    );
    const asked = OPTIONAL.filter((name) => form.elements.namedItem(name));
    const choice =
      action === "custom" || action === "allow"
        ? Object.fromEntries(asked.map((name) => [name, fields.has(name)]))
        : undefined;
    const words = { revision, locale, surface, action, choice };
    announce();
    // A refusal takes effect at once, a grant only when the server has recorded it.
    stopDenied(words);
    const answer = await take(api, words, snapshot());
    // Without an answer, either a later submission has replaced this one and is sent by its own
    // call, or another tab has sent this one and the cookie holds it.
    if (!answer) return pending() ? undefined : start();
    if (!answer.ok) return announce(answer.status === 409 ? "stale" : "unsaved");
    if (action === "allow") {
      // Allowing one placeholder leaves the other categories unanswered.
      await start(false);
      return showSaved(OPTIONAL.every((name) => current()[name] || !choice?.[name]));
    }
    await applySaved();
    showSaved(Boolean(validChoice()));
    hide();
  };

  document.addEventListener("submit", (submission) => {
    const form = /** @type {HTMLFormElement} */ (submission.target);
    // On embedding pages other forms may have the same attribute.
    if (form.dataset.choices && (!EMBEDDED || form.closest("kelisim-banner, kelisim-hold"))) {
      submission.preventDefault();
      processForm(
        form,
        /** @type {HTMLButtonElement | null} */ (submission.submitter)?.value || undefined,
      );
    }
  });

  /**
   * The first click of the current gesture: the second click of a double click or tap was meant for
   * the content before the first one.
   */
  let gesture = { isOurs: false, time: 0, x: 0, y: 0 };
  /** @type {string | undefined} */
  let pointer;
  addEventListener("pointerdown", ({ pointerType }) => (pointer = pointerType), true);
  addEventListener(
    "click",
    (click) => {
      const { detail, timeStamp, clientX, clientY } = click;
      const isOurs = banner.contains(/** @type {Node} */ (click.target));
      // Browsers count the clicks of a mouse; not all of them count taps.
      const isTap =
        pointer === "touch" &&
        detail > 0 &&
        timeStamp - gesture.time < 500 &&
        !(Math.hypot(clientX - gesture.x, clientY - gesture.y) >= 40);
      if (detail < 2 && !isTap) {
        moved = false;
        gesture = { isOurs, time: timeStamp, x: clientX, y: clientY };
      } else if (moved && (isOurs || gesture.isOurs)) {
        click.preventDefault();
        click.stopImmediatePropagation();
      }
    },
    true,
  );

  // On embedding pages other elements may have `data-role` too.
  (EMBEDDED ? banner : document).addEventListener("click", ({ target }) => {
    const { role } =
      /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (target).closest("[data-role]"))
        ?.dataset ?? {};
    if (role === "show") {
      showDetails(true);
      /** @type {HTMLElement | null} */ (
        banner.querySelector("input:enabled[type=checkbox]")
      )?.focus();
    }
    if (role === "close") hide();
  });

  document.addEventListener("keydown", (stroke) => {
    if (stroke.key === "Escape") hide();
    const { form, type } = /** @type {HTMLInputElement} */ (stroke.target);
    // A held Enter key would repeat on the button that replaced the pressed one, and Enter in a
    // checkbox activates the form's first button, which in the banner accepts everything.
    if (stroke.key === "Enter" && form?.dataset?.choices && (stroke.repeat || type === "checkbox"))
      stroke.preventDefault();
  });

  const resubmit = () => {
    if (!checkUndone(remembered())) return;
    stopDenied();
    start();
  };
  // Capturing, so that it runs before the listener of the page's script reads the cookie.
  document.addEventListener("visibilitychange", resubmit, true);
  /** @type {any} */ (window).cookieStore?.addEventListener("change", resubmit);

  return {
    show,
    hide,
    open,
    reflect: sync,
    report: showSaved,
    resume: () => resend(api, snapshot(), remembered()?.choice),
  };
};
