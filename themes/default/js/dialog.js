/**
 * The banner's behaviour: shows it, hides it, takes what is pressed. A script of its own on the
 * site's pages: only who is asked, or opens the banner, needs it. Its markup is on the page
 * already, hidden.
 */
import { OPTIONAL } from "./choice.js";
import { offer } from "./placeholder.js";
import { checkUndone, pending, resend, take } from "./send.js";
/** @typedef {import("./choice.js").Choice} Choice */
/**
 * @typedef {object} Page What the page's script, another bundle, knows and does.
 * @property {HTMLElement} banner
 * @property {string} api
 * @property {() => Choice} current what may run
 * @property {() => boolean} gpc whether the browser denies marketing
 * @property {() => import("./choice.js").StoredChoice | undefined} memory what the cookie says
 * @property {() => import("./choice.js").StoredChoice | undefined} own the choice that answers all
 *   that is asked
 * @property {() => string} sight the cookie as a text
 * @property {(words?: import("./pending.js").Submission) => void} stop stops what is refused by a
 *   press, by default the noted one
 * @property {(isAsking?: boolean) => Promise<void>} start begins with what the cookie says by now
 * @property {() => Promise<void>} finish lets run what was chosen
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
  /** Whether the banner was shown, changed or hidden since the gesture under way began. */
  let moved = false;

  /**
   * Other pages use the same attributes for purposes of their own.
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

  /** Says one of the page's sentences, also to those who listen. @param {string} [name] */
  const announce = (name) => toggle("[data-status]", ({ dataset }) => dataset.status === name);

  /** Says for a while whether the choice is kept. @param {boolean} isKept */
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

  /** Shows what is in force. */
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
   * Opens the banner at the visitor's wish.
   * @param {HTMLElement | null} [link] by default the one before
   * @returns {boolean} whether it can be seen: a filter may hide it
   */
  const open = (link = opener) => {
    opener = link;
    // Where the rest of this gesture is, nobody knows: the script may have come after its
    // beginning.
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
    // A no acts at once, a yes after its answer.
    stopDenied(words);
    const answer = await take(api, words, snapshot());
    // Something else was pressed meanwhile, and whoever pressed it sends it; or another tab has
    // sent this, and the cookie has it.
    if (!answer) return pending() ? undefined : start();
    if (!answer.ok) return announce(answer.status === 409 ? "stale" : "unsaved");
    if (action === "allow") {
      // What was allowed in one place leaves the rest of the question open.
      await start(false);
      return showSaved(OPTIONAL.every((name) => current()[name] || !choice?.[name]));
    }
    await applySaved();
    showSaved(Boolean(validChoice()));
    hide();
  };

  document.addEventListener("submit", (submission) => {
    const form = /** @type {HTMLFormElement} */ (submission.target);
    // What pages of others call so is their own matter.
    if (form.dataset.choices && (!EMBEDDED || form.closest("kelisim-banner, kelisim-hold"))) {
      submission.preventDefault();
      processForm(
        form,
        /** @type {HTMLButtonElement | null} */ (submission.submitter)?.value || undefined,
      );
    }
  });

  /**
   * What began the gesture under way: the rest of a double click or tap is meant for what was there
   * before.
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

  // What pages of others call a role is their own matter.
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
    // A key that is held goes on pressing what has come in its place, and Enter on a box presses
    // the form's first button: the banner's accepts everything.
    if (stroke.key === "Enter" && form?.dataset?.choices && (stroke.repeat || type === "checkbox"))
      stroke.preventDefault();
  });

  const resubmit = () => {
    if (!checkUndone(remembered())) return;
    stopDenied();
    start();
  };
  // Before the page's script looks at the cookie.
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
