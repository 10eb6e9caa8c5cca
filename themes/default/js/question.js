/**
 * The question: puts the first layer of the banner into the page and shows it. Until `dialog.js`
 * takes the presses over, they are kept, and an answer is noted, so that it survives leaving the
 * page.
 */
import { bannerLocale } from "./banner-locale.js";
import { harden, keep } from "./element.js";
import { keepNote, note } from "./note.js";
import { noticed, say } from "./status.js";

/** @typedef {import("./permission.js").Answer} Answer */
/**
 * @typedef {object} Press
 * @property {string} role of the button: `show`, `close`, `seen`, `reload` or `submit`
 * @property {string} [action] of an answer
 */

/** @param {import("./embed.js").Context} context */
export const begin = async ({ site, api, fetchMarkup, core }) => {
  const locale = bannerLocale(site);
  const markup = await fetchMarkup(locale.banner);
  const host = document.createElement("kelisim-banner");
  /** @param {EmbeddedLocale} locale of what is in the element now */
  const label = ({ code, dir }) => {
    host.lang = code;
    host.dir = dir;
  };
  /** Makes markup fit this page. @param {Document} markup */
  const prepare = (markup) => {
    // Relative addresses are resolved against the policy site; an empty one stays relative to this
    // page.
    for (const link of markup.querySelectorAll("a")) {
      // biome-ignore lint/correctness/noSelfAssign: the getter resolves the address
      if (link.getAttribute("href")) link.href = link.href;
    }
    for (const place of markup.querySelectorAll("[data-host]"))
      place.textContent = site.hosts?.[location.hostname] ?? location.host;
    harden(markup.body);
    return markup.body;
  };
  label(locale);
  host.append(...prepare(markup).childNodes);
  const banner = /** @type {HTMLElement} */ (host.querySelector("#cc-main"));
  const form = /** @type {HTMLFormElement} */ (banner.querySelector("form"));
  /** Follows the page into another language. */
  const follow = () => {
    const wanted = bannerLocale(site);
    if (wanted.code === question.locale.code) return;
    question.locale = wanted;
    // Without it the banner stays as it is.
    core()
      .then(({ dialog }) => dialog())
      .then((dialog) => dialog.translate(wanted))
      .catch(() => {});
  };
  const { addStyle, show: showHost, hide: hideHost, on, room, shield } = keep(host, STYLE, follow);
  /** Whether this page still has to count that its banner asked. */
  let isUncounted = site.counted;
  /** Presses for `dialog.js`. @type {Press[]} */
  const kept = [];
  /** @type {((press: Press) => void) | undefined} */
  let receiver;

  const question = {
    host,
    banner,
    form,
    /** The language of the banner. */
    locale,
    label,
    prepare,
    on,
    room,
    shield,
    addStyle,
    /** Whether the banner asks, and was not opened by the visitor to change a choice. */
    isAsking: false,
    /** Where the reader was before the focus came here. @type {HTMLElement | null} */
    place: null,
    /** The message that is shown, or will be. @type {string | undefined} */
    message: undefined,
    /** Whether it holds the button of a page without a link to the choices. */
    hasButton: false,
    /** Lays the element over the page. */
    showHost,
    /** Takes it away when nothing in it is seen. */
    tidy: () => {
      if (banner.hidden && !question.message && !question.hasButton) hideHost();
    },
    /** Names the button that closes the banner by what it does. */
    nameClosing: () => {
      const cross = /** @type {HTMLElement} */ (banner.querySelector("[data-role=close]"));
      const label = cross.dataset[question.regime === "opt_in" ? "refusal" : "label"];
      cross.setAttribute("aria-label", String(label));
    },
    /** The rules by which it asks. @type {string | undefined} */
    regime: undefined,
    /** @param {string} selector @param {(element: HTMLElement) => boolean | undefined} isShown */
    toggle: (selector, isShown) => {
      for (const element of /** @type {NodeListOf<HTMLElement>} */ (
        host.querySelectorAll(selector)
      ))
        element.hidden = !isShown(element);
    },
    /**
     * Shows the banner.
     * @param {Answer} [answer] what is known of the visit; without it the visitor has opened the
     *   banner to change a choice
     * @returns {Promise<void>} when it is seen
     */
    show: async (answer) => {
      const isShown = !banner.hidden;
      if (answer && isShown) return;
      question.isAsking = Boolean(answer);
      question.regime = answer?.regime;
      const { toggle } = question;
      toggle("[data-regime]", ({ dataset }) => dataset.regime === answer?.regime);
      if (answer) {
        const { globalPrivacyControl } = /** @type {any} */ (navigator);
        toggle("[data-gpc]", () => answer.gpc || globalPrivacyControl);
        toggle("[data-withheld]", () => answer.withheld?.length > 0);
      }
      question.nameClosing();
      shield();
      banner.hidden = false;
      await showHost();
      if (answer && isUncounted) {
        isUncounted = false;
        const { code } = question.locale;
        navigator.sendBeacon(`${api}/shown`, new URLSearchParams({ locale: code }));
      }
      // Who has opened it has the focus there.
      if (answer)
        noticed().then(() => {
          if (!banner.hidden && !question.message) say(host, "arrived");
        });
      // A hidden page draws no frame.
      if (!document.hidden)
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    },
    hide: () => {
      banner.hidden = true;
      if (!question.message) say(host);
      question.tidy();
    },
    /**
     * Hands the presses over, those that were kept first.
     * @param {(press: Press) => void} take
     * @returns {boolean} whether one of them is noted, and sent now
     */
    take: (take) => {
      receiver = take;
      const presses = kept.splice(0);
      presses.forEach(take);
      return presses.some(({ role }) => role === "submit" || role === "close");
    },
  };

  /** @param {Press} press */
  const receive = (press) => {
    if (receiver) return receiver(press);
    kept.push(press);
    const { role } = press;
    const action = role === "close" ? "dismiss" : press.action;
    if (action)
      keepNote({
        id: crypto.randomUUID(),
        secret: note()?.secret,
        words: {
          revision: site.revision,
          locale: question.locale.code,
          surface: "banner",
          action,
        },
        seen: "",
      });
    if (role === "close") question.hide();
    core()
      .then(({ dialog }) => dialog())
      .catch(() => {
        // The visitor is told; a yes of which that was said is not sent later.
        kept.length = 0;
        if (action === "accept_all") keepNote();
        question.message = "unsaved";
        say(host, "unsaved");
      });
  };

  on("submit", (submission) => {
    submission.preventDefault();
    const button = /** @type {HTMLButtonElement | null} */ (submission.submitter);
    if (button) receive({ role: "submit", action: button.value });
  });
  on("click", (_, target) => {
    const { role } = target.closest("[data-role]:not([type=submit])")?.dataset ?? {};
    if (role) receive({ role });
  });
  on("focusin", ({ relatedTarget }) => {
    if (relatedTarget instanceof HTMLElement && !host.contains(relatedTarget))
      question.place = relatedTarget;
  });
  on("keydown", (stroke, target) => {
    if (stroke.key !== "Escape" || stroke.defaultPrevented || !banner.contains(target)) return;
    // A dialog of the page, in which the banner may be, stays open.
    stroke.preventDefault();
    receive({ role: "close" });
  });
  // To make the banner and to style it are tasks of their own, so that presses are answered between
  // them.
  await new Promise((resolve) => setTimeout(resolve));
  return question;
};
