/**
 * The banner's behaviour: answers and their messages, the settings, and the form on the page of
 * choices. Loaded once the question is seen, or when the visitor opens the banner.
 */
import { answer, follow, reflect } from "./form.js";
import { pending, resend, take } from "./send.js";
import { translate } from "./locale.js";
import { exercise, isRight } from "./rights.js";
import { makeRoom } from "./room.js";
import { createStatus } from "./status.js";

/** @typedef {import("./pending.js").Submission} Submission */
/**
 * @typedef {object} Page State and functions of `page.js` and of the entry point.
 * @property {import("./embed.js").Question} question
 * @property {typeof SITE} site
 * @property {string} api
 * @property {(path: string) => string} resolve
 * @property {(address: string) => Promise<Document>} fetchMarkup
 * @property {Document | HTMLElement} root where our forms and texts stand: the banner's element, or
 *   the whole page of choices
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
  question,
  site: { services, revision },
  api,
  resolve,
  fetchMarkup,
  root,
  current,
  sight,
  time,
  granted,
  stop,
  start,
  finish,
}) => {
  const { host, banner, form } = question;
  const announce = createStatus(question);
  question.room(makeRoom);
  const law = /** @type {HTMLDetailsElement | null} */ (banner.querySelector(".cm__law"));
  /** @type {Promise<void> | undefined} */
  let loading;

  /** @param {string} selector @param {(element: any) => void} visit */
  const forEachElement = (selector, visit) => root.querySelectorAll(selector).forEach(visit);
  /** @param {string} selector @param {(element: HTMLElement) => boolean | undefined} isShown */
  const toggle = (selector, isShown) =>
    forEachElement(selector, (element) => (element.hidden = !isShown(element)));

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

  /** Adds the archived settings to a first layer. @param {Element} layer */
  const addSettings = async (layer) => {
    const { settings } = /** @type {HTMLElement} */ (layer.querySelector("#cc-main")).dataset;
    const body = question.prepare(await fetchMarkup(String(settings)));
    const list = body.querySelector(".law");
    if (list) layer.querySelector(".cm__law")?.append(list.cloneNode(true));
    layer.querySelector(".cm__body")?.append(...body.childNodes);
  };
  /** Puts the archived settings into the banner, once; after a failure the next call tries again. */
  const loadSettings = () =>
    (loading ??= addSettings(host).then(
      () => {
        question.addStyle(STYLE);
        update();
      },
      (error) => {
        loading = undefined;
        throw error;
      },
    ));
  const unfold = () => {
    question.shield();
    question.toggle("[data-role=show]", () => false);
    question.toggle(".cm__settings, [data-role=save]", () => true);
  };

  /**
   * Moves the focus from what disappears to where the reader was, else to the page's text.
   * @param {() => void} disappear
   */
  const giveBack = (disappear) => {
    const hadFocus = host.matches(":focus-within");
    disappear();
    if (!hadFocus) return;
    const { place } = question;
    const target = place?.isConnected
      ? place
      : /** @type {HTMLElement | null} */ (document.querySelector("main, [role=main], h1"));
    question.place = null;
    if (target && target.tabIndex < 0) target.tabIndex = -1;
    target?.focus({ preventScroll: true });
  };

  const hide = () => {
    question.isAsking = false;
    giveBack(question.hide);
    question.toggle("[data-role=show]", () => true);
    question.toggle(".cm__settings, [data-role=save]", () => false);
  };

  /**
   * Opens the banner because the visitor asked for it.
   * @param {HTMLElement} [link]
   * @returns {Promise<boolean>} whether it can be seen: a filter may hide it
   */
  const open = async (link) => {
    announce();
    await loadSettings();
    await question.show();
    unfold();
    update();
    /** @type {HTMLElement} */ (banner.querySelector(".cm")).focus();
    // Not every browser moves the focus to a link that is clicked.
    question.place = link ?? question.place;
    return banner.offsetHeight > 0;
  };

  /** Closes the banner at once. Closing a question is an answer of its own. */
  const close = () => {
    if (question.isAsking)
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
    announce(await finish(words));
    // Allowing one service leaves the question open.
    if (words.action !== "service") hide();
  };

  /** Unfolds the settings; where they can't be loaded, the page of choices has them too. */
  const choose = () =>
    loadSettings().then(
      () => {
        unfold();
        /** @type {HTMLElement | null} */ (
          banner.querySelector("input:enabled[type=checkbox]")
        )?.focus();
      },
      () => location.assign(resolve(`/${question.locale.code}/choices/`)),
    );

  /**
   * Does what a button of the settings asks for, and says there what came of it.
   * @param {import("./rights.js").Right} right
   */
  const fulfil = async (right) => {
    const say = (/** @type {string | void} */ outcome) =>
      question.toggle("[data-outcome]", ({ dataset }) => dataset.outcome === outcome);
    say();
    const outcome = await exercise(right, api);
    say(outcome);
    // The page asks again, or services end.
    if (outcome === "erased") await start();
  };

  /** @param {import("./question.js").Press} press */
  const receive = ({ role, action }) => {
    if (isRight(role)) fulfil(role);
    if (role === "withdraw") submit({ revision, locale: question.locale.code, surface: "banner" });
    if (role === "open") open(/** @type {HTMLElement} */ (host.querySelector(".dock__choices")));
    if (role === "submit") submit(answer(form, services, action));
    if (role === "show") choose();
    if (role === "close") close();
    if (role === "seen") giveBack(() => announce());
    if (role === "reload") location.reload();
  };

  /** Whether a form is ours, other than the banner's own. @param {any} form */
  const isOurs = (form) => form?.dataset?.choices && root.contains(form);
  /**
   * Listens in the banner and, on the page of choices, outside of it.
   * @param {string} type
   * @param {import("./element.js").Listener} listener
   */
  const listen = (type, listener) => {
    question.on(type, listener);
    if (root !== host) root.addEventListener(type, (event) => listener(event, event.target));
  };

  listen("submit", (submission, target) => {
    if (submission.defaultPrevented || !isOurs(target)) return;
    submission.preventDefault();
    submit(answer(target, services, submission.submitter?.value || undefined));
  });
  listen("change", (_, box) => {
    if (isOurs(box.form)) follow(box.form, services, box);
  });
  // A held Enter key would repeat on the button that replaced the pressed one, and Enter in a
  // checkbox activates the form's first button, which in the banner accepts everything.
  listen("keydown", (event, { form, type }) => {
    const { key, repeat } = event;
    if (key === "Enter" && isOurs(form) && (repeat || type === "checkbox")) event.preventDefault();
  });
  // The law's list is part of the settings, of which the first layer shows a copy.
  const openLaw = () => void (law?.open && loadSettings().catch(() => {}));
  question.on("toggle", (_, target) => {
    if (target === law) openLaw();
  });
  openLaw();

  update();
  const isSending = question.take(receive);
  return {
    open,
    update,
    /** Hides the banner if it asks what is answered by now. */
    endQuestion: () => {
      if (question.isAsking) hide();
    },
    report: announce,
    /**
     * Gives the banner the words of another language; boxes stay as they are.
     * @param {EmbeddedLocale} wanted
     */
    translate: async (wanted) => {
      const { body } = await fetchMarkup(wanted.banner);
      question.prepare(body.ownerDocument);
      if (loading) await addSettings(body);
      // The page may have changed again meanwhile.
      if (wanted !== question.locale) return;
      translate(
        /** @type {Element} */ (host.querySelector(".dock")),
        /** @type {Element} */ (body.querySelector(".dock")),
      );
      question.label(wanted);
      question.nameClosing();
    },
    /** Allows one service from now on and leaves everything else as it is. @param {string} id */
    allow: (id) =>
      submit({
        revision,
        locale: question.locale.code,
        surface: "placeholder",
        action: "service",
        services: { [id]: true },
      }),
    resume: async () => {
      if (!isSending) await resend(api, sight(), granted(), revision);
    },
  };
};
